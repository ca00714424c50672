"""One writer among all machines: a record that its holder keeps fresh, and that expires."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from secrets import token_hex
from typing import Any

from index.errors import IndexLockedError, ServerError
from index.server.connection import Server
from index.server.records import Records
from index.server.versions import POINT

RENEW = 20.0  # seconds between two signs of life
EXPIRED = 90.0  # seconds without one, after which another may write
_PREFIX = "writer-"


class Lease:
    """The right to write, held while it is entered."""

    def __init__(self, server: Server, number: int, token: str) -> None:
        self.token = token
        self._name = _id(number)
        self._records = Records(server, server.address.versions)

    def check(self) -> None:
        """Raise `IndexLockedError` unless this process is still the one that may write."""
        held = _held(self._records)
        if not held or _id(max(held)) != self._name or held[max(held)]["token"] != self.token:
            raise IndexLockedError(
                "This machine was silent for too long and another took over writing: "
                "nothing of this run was published; run it again."
            )

    def renew(self, moment: float) -> None:
        """Give a sign of life."""
        self._records.note(self._name, {"seen": moment})

    def give_up(self) -> None:
        """Let others write, unless they do already."""
        found = self._records.metadatas([self._name]).get(self._name, {})
        if found.get("token") == self.token:
            self._records.remove([self._name])


@contextmanager
def lease(server: Server, place: str) -> Iterator[Lease]:
    """Be the one writer; raise `IndexLockedError`, which names who writes, if another is.

    `place` stands for the folder whose lock this process holds: a writer of the same place that
    has left its record behind is gone, and need not be waited for.
    """
    mine = _take(server, place)
    over = threading.Event()
    alive = threading.Thread(target=_keep_alive, args=(server, mine, over), daemon=True)
    alive.start()
    try:
        yield mine
    finally:
        over.set()
        alive.join(timeout=1)
        with suppress(ServerError):  # it then expires by itself
            mine.give_up()


def writer(server: Server) -> str | None:
    """Return who writes now, in words, or `None`."""
    held = _held(Records(server, server.address.versions))
    if not held or _is_over(held[max(held)], server.clock()):
        return None
    return _told(held[max(held)])


def _take(server: Server, place: str) -> Lease:
    records = Records(server, server.address.versions)
    held, now = _held(records), server.clock()
    free = {n for n, one in held.items() if _is_over(one, now) or one.get("place") == place}
    _refuse(held, free)
    number, token = max(held, default=0) + 1, token_hex(16)
    records.add([_id(number)], POINT, metadatas=[_myself(token, place, now)])
    held = _held(records)
    first = held.get(number, {})
    if first.get("token") != token and first.get("place") == place:
        # What a killed writer of this folder had still sent came in between: it is gone as well.
        return _take(server, place)
    if first.get("token") != token:
        free -= {number}
    else:
        free |= {number}
    try:
        _refuse(held, free)
    except IndexLockedError:
        if number in free:
            records.remove([_id(number)])
        raise
    records.remove(_id(n) for n in held if n != number)
    return Lease(server, number, token)


def _refuse(held: dict[int, dict[str, Any]], free: set[int]) -> None:
    others = sorted(held.keys() - free)
    if others:
        who = _told(held[others[-1]])
        raise IndexLockedError(f"The index is being written by {who}: try again when it is done.")


def _held(records: Records) -> dict[int, dict[str, Any]]:
    """Return the records of writers by their number."""
    names = [name for name in records.ids() if name.startswith(_PREFIX)]
    found = records.metadatas(names) if names else {}
    return {int(name.removeprefix(_PREFIX)): one for name, one in found.items()}


def _is_over(one: dict[str, Any], now: float) -> bool:
    return now - float(one.get("seen", 0)) > EXPIRED


def _keep_alive(server: Server, mine: Lease, over: threading.Event) -> None:
    while not over.wait(RENEW):
        with suppress(ServerError):  # `check` tells before anything is published
            mine.renew(server.clock())


def _myself(token: str, place: str, now: float) -> dict[str, Any]:
    return {
        "token": token,
        "place": place,
        "host": socket.gethostname(),
        "process": os.getpid(),
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        "seen": now,
    }


def _told(one: dict[str, Any]) -> str:
    names = [one.get(name, "?") for name in ("process", "host", "since")]
    return "process {} on {} (since {})".format(*names)


def _id(number: int) -> str:
    return f"{_PREFIX}{number:06d}"
