"""What writers leave behind: drafts, temporary files, generations that nobody reads any more."""

import shutil
from contextlib import suppress
from pathlib import Path

import portalocker

from index.generation import PIN
from index.locking import EXCLUSIVE

DRAFT = ".draft"
_TEMPORARY = (".CURRENT.", ".FORMAT.")


def is_leftover(name: str) -> bool:
    """Tell whether something of this name is what a writer that was killed left behind."""
    return name.endswith(DRAFT) or name.startswith(_TEMPORARY)


def sweep(root: Path, live: str | None) -> None:
    """Remove drafts from a store's folder, and generations that are neither `live` nor read."""
    for path in root.iterdir():
        if path.name.startswith(_TEMPORARY):
            path.unlink()
        elif path.is_dir() and path.name.endswith(DRAFT):
            shutil.rmtree(path)
        elif path.is_dir() and path.name.isdigit() and path.name != live:
            remove_unread(path)


def remove_unread(path: Path) -> None:
    """Remove a generation unless somebody reads it."""
    # A generation without its pin is one whose removal was cut short.
    with suppress(portalocker.LockException):
        if (path / PIN).exists():
            with (path / PIN).open("r+b") as pin:
                portalocker.lock(pin, EXCLUSIVE)
                (path / PIN).unlink()
        shutil.rmtree(path)
