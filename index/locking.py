"""One writer at a time: a lock that the system frees when its holder dies, and that names it."""

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import portalocker

from index.errors import IndexLockedError

EXCLUSIVE = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING
SHARED = portalocker.LockFlags.SHARED | portalocker.LockFlags.NON_BLOCKING


@contextmanager
def writer_lock(path: Path) -> Iterator[None]:
    """Hold the lock at `path`; raise `IndexLockedError`, naming the holder, if another does."""
    # Opened for appending: the holder's name must not be lost when the lock is not won.
    with path.open("a+", encoding="utf-8") as file:
        try:
            portalocker.lock(file, EXCLUSIVE)
        except portalocker.LockException:
            raise IndexLockedError(
                f"The index is being written by {_holder(path)}: try again when it is done."
            ) from None
        file.seek(0)
        file.truncate()
        json.dump(_myself(), file)
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
            portalocker.unlock(file)


def _myself() -> dict[str, str | int]:
    return {
        "process": os.getpid(),
        "host": socket.gethostname(),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]),
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def _holder(path: Path) -> str:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return (
            f"process {held['process']} on {held['host']} "
            f"({held['command']}, since {held['since']})"
        )
    except (OSError, ValueError, KeyError):
        return "another process"
