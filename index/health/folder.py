"""What stands beside the generations of an index: what names them, and what was left behind."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import portalocker

from index.generation import is_generation
from index.generations import GenerationStore
from index.health.findings import Finding, named
from index.leftovers import is_leftover
from index.library import connect
from index.locking import EXCLUSIVE
from index.migration import FORMAT
from index.sync import STATE

NEWER = "newer-format"
HOPELESS = "remove that folder and add the articles again."


def live_generation(store: GenerationStore, names: list[str]) -> tuple[str | None, list[Finding]]:
    """Return the live generation, if it is there, and what is wrong with what names it."""
    file = store.root / "CURRENT"
    found = check_format(store.root, indexed=bool(names) or file.exists())
    try:
        name = file.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        if names:
            what = f"{file} is missing, which names the live generation."
            found.append(Finding("missing-current", what, "takes the newest generation."))
        return None, found
    if is_generation(name) and (store.root / name).is_dir():
        return name, found
    what = f"{file} names no generation that exists ({name[:20]!r})."
    if names:
        found.append(Finding("wrong-current", what, "takes the newest whole generation."))
    else:
        found.append(Finding("wrong-current", what, HOPELESS, repairable=False))
    return None, found


def check_format(root: Path, *, indexed: bool) -> list[Finding]:
    """Return what is wrong with FORMAT; `indexed` tells whether there is an index at all."""
    try:
        text = (root / "FORMAT").read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        text = ""
    if text == str(FORMAT) or not (text or indexed):
        return []
    if is_generation(text) and int(text) > FORMAT:
        what = f"The index has format {text[:20]}, and this version knows up to {FORMAT}."
        return [Finding(NEWER, what, "update article-qa.", repairable=False)]
    what = f"{root / 'FORMAT'} does not say {FORMAT}, the present format."
    return [Finding("wrong-format", what, "writes it again.")]


def check_pin(folder: Path) -> list[Finding]:
    """Return whether readers have nothing to hold on to in a generation."""
    if (folder / "pin").exists():
        return []
    what = f"{folder / 'pin'} is missing, which readers hold on to."
    return [Finding("missing-pin", what, "makes it again.")]


def check_leftovers(store: GenerationStore, live: str | None) -> list[Finding]:
    """Return what should have been swept away; to be asked while nobody writes."""
    left = sorted(path.name for path in store.root.iterdir() if is_leftover(path.name))
    found = []
    if left:
        what = f"A writer that was ended left something unfinished ({named(left)})."
        found.append(Finding("leftover", what, "removes it."))
    unread = [
        name
        for name in store.generations()
        if live and name != live and not is_locked(store.root / name / "pin", EXCLUSIVE)
    ]
    if unread:
        what = f"Generations that were replaced are still there ({named(unread)})."
        found.append(Finding("old-generation", what, "removes them."))
    return found


def check_memory(root: Path) -> list[Finding]:
    """Return whether the memory of the sources is damaged; to be asked while nobody writes."""
    if not (root / STATE).exists():
        return []
    try:
        with closing(connect(root / STATE, "ro&immutable=1")) as db:
            (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        said = str(error)
    if said == "ok":
        return []
    what = f"{root / STATE} is damaged, which remembers what was read when."
    return [Finding("damaged-memory", what, "removes it: the next sync reads each source once.")]


def is_locked(path: Path, flags: portalocker.LockFlags) -> bool:
    """Tell whether somebody holds a lock that excludes one with these flags."""
    mode = "r+b" if flags & portalocker.LockFlags.EXCLUSIVE else "rb"
    with suppress(FileNotFoundError), path.open(mode) as file:
        try:
            portalocker.lock(file, flags)
        except portalocker.LockException:
            return True
        portalocker.unlock(file)
    return False
