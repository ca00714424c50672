"""Examining an index for damage, and making it whole again from the articles it holds.

A repair writes a new generation, and removes the damaged one only once the new one was examined
and is live. No source is read, and no text is embedded whose vector is known and sound.
"""

from contextlib import closing, suppress
from pathlib import Path

from index.draft import Progress
from index.embedding import Embedder
from index.errors import DamagedIndexError
from index.generation import LIBRARY, VECTORS, is_generation
from index.generations import GenerationStore
from index.health.checks import check_library
from index.health.findings import Finding, told
from index.health.folder import (
    HOPELESS,
    NEWER,
    check_format,
    check_leftovers,
    check_memory,
    check_pin,
    is_locked,
    live_generation,
)
from index.health.salvage import salvage
from index.health.vectors import check_vector_index
from index.library import connect
from index.locking import SHARED
from index.migration import FORMAT
from index.storage import storage_errors, write_atomically
from index.sync import STATE

__all__ = ["Finding", "examine", "repair", "told"]


def examine(store: GenerationStore) -> list[Finding]:
    """Return what is wrong with the live generation and beside it; nothing is changed.

    What a writer at work has begun is no finding. Raises `StorageError` where the folder cannot be
    read, or there is no room for a copy of the vectors.
    """
    if store.shared:
        from index.server.health import examine_shared

        return examine_shared(store)
    with storage_errors(store.root):
        if not store.root.exists():
            return []
        names = store.generations()
        while True:
            alone = not is_locked(store.root / "writer.lock", SHARED)
            name, found = live_generation(store, names)
            if any(finding.code == NEWER for finding in found):
                return found
            if alone:
                found += check_leftovers(store, name) + check_memory(store.root)
            pin = store.pin(name) if name else None
            try:
                if name:
                    found += check_pin(store.root / name)
                    found += examine_generation(store.root / name)
            finally:
                if pin:
                    pin.close()
            names = store.generations()
            if pin or name is None or name in names:
                return found  # else it was swept away by a writer meanwhile


def examine_generation(folder: Path) -> list[Finding]:
    """Return what is wrong with the generation in `folder`."""
    library = folder / LIBRARY
    found = check_library(library)
    if found:  # Chroma cannot be judged by a library that is wrong itself
        return found
    with closing(connect(library, "ro&immutable=1")) as db:
        (model,) = db.execute("SELECT value FROM meta WHERE key = 'model'").fetchone()
    return check_vector_index(folder / VECTORS, library, model)


def repair(
    store: GenerationStore, embedder: Embedder, progress: Progress | None = None
) -> list[Finding]:
    """Mend what `examine` finds; return what could not be mended, article by article.

    Raises `DamagedIndexError` where no generation can be read, `IndexLockedError` where another
    process writes, and `NewerFormatError`; the index is then as it was.
    """
    if store.shared:
        from index.server.health import repair_shared

        return repair_shared(store, embedder, progress or _silent)
    with storage_errors(store.root):
        if not store.root.exists():
            return []
    with store.repairing():
        names = store.generations()
        name, found = live_generation(store, names)
        if any(finding.code == NEWER for finding in found):
            store.current()  # raises
        left = _mend(store, name, names, embedder, progress or _silent)
        live, _ = live_generation(store, store.generations())
        if live:
            (store.root / live / "pin").touch()
        if check_memory(store.root):
            for path in (store.root / STATE, store.root / f"{STATE}-journal"):
                path.unlink(missing_ok=True)
        if check_format(store.root, indexed=bool(store.generations())):
            write_atomically(store.root / "FORMAT", f"{FORMAT}\n")
    return left


def _mend(
    store: GenerationStore,
    live: str | None,
    names: list[str],
    embedder: Embedder,
    progress: Progress,
) -> list[Finding]:
    """Make a whole generation live, an old one or a new one; return what was lost."""
    if live is None and not names:
        if (store.root / "CURRENT").exists():
            raise _nothing_left(store)
        return []
    wanted = live or _newest(store, names)
    if live is None:
        whole = next((n for n in names if not examine_generation(store.root / n)), None)
        if whole:
            write_atomically(store.root / "CURRENT", f"{whole}\n")
            return _older(wanted, whole)
    elif not examine_generation(store.root / live):
        return []
    for name in [*([live] if live else []), *(n for n in names if n != live)]:
        lost = salvage(store, name, embedder, progress)
        if lost is not None:
            return _older(wanted, name) + lost
    raise _nothing_left(store)


def _newest(store: GenerationStore, names: list[str]) -> str:
    """Return the newest generation that there is, or that is said to be."""
    with suppress(FileNotFoundError):
        said = (store.root / "CURRENT").read_text(encoding="utf-8", errors="replace").strip()
        if is_generation(said):
            return max(said, names[0], key=int)
    return names[0]


def _older(wanted: str, used: str) -> list[Finding]:
    if wanted == used:
        return []
    what = f"The generation {wanted} cannot be read: the older one {used} has taken its place."
    remedy = "sync or add the sources again to have what was new in it."
    return [Finding("older-generation", what, remedy, repairable=False)]


def _nothing_left(store: GenerationStore) -> DamagedIndexError:
    return DamagedIndexError(f"No article can be read any more in {store.root}: {HOPELESS}")


def _silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""
