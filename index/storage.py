"""Folders and files that survive a kill: atomic writes, flushing, plain words for a full disk."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StorageError

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn what the system says of a full disk or a missing permission into `StorageError`."""
    try:
        yield
    except OSError as error:
        raise _told(folder, error.errno, error.strerror or str(error)) from error
    except sqlite3.OperationalError as error:
        full = "full" in str(error) or "disk I/O" in str(error)
        raise _told(folder, errno.ENOSPC if full else None, str(error)) from error
    except RuntimeError as error:
        if not is_disk_failure(error):
            raise
        raise _told(folder, errno.ENOSPC, str(error)) from error


def is_disk_failure(error: BaseException) -> bool:
    """Tell whether an error without an error number comes from a disk that takes no more."""
    text = str(error).lower()
    return any(sign in text for sign in ("disk is full", "disk full", "no space", "disk i/o"))


def _told(folder: Path, number: int | None, words: str) -> StorageError:
    if number in _NO_SPACE:
        return StorageError(f"No space is left to write in {folder}: free some; nothing is lost.")
    if number in _NOT_ALLOWED:
        return StorageError(
            f"{folder} may not be written: change its permissions, or set ARTICLE_QA_HOME."
        )
    return StorageError(f"{folder} cannot be used ({words}): check it, or set ARTICLE_QA_HOME.")


def write_atomically(path: Path, text: str) -> None:
    """Replace `path` by a file with `text`, whole or not at all, also on power loss."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    flush_folder(path.parent)


def flush_tree(folder: Path) -> None:
    """Bring every file and folder below `folder` to the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        else:
            flush_folder(path)
    flush_folder(folder)


def flush_folder(folder: Path) -> None:
    """Bring the names in `folder` to the disk, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_sparse(folder: Path) -> bool:
    """Tell whether a file below `folder` claims far more bytes than it holds.

    A killed Chroma can leave one that claims a terabyte (chroma#7510): it must not be copied.
    """
    for path in folder.rglob("*"):
        status = path.stat()
        held = getattr(status, "st_blocks", status.st_size // 512 + 1) * 512
        if path.is_file() and status.st_size > 2 * held + 1_000_000:
            return True
    return False
