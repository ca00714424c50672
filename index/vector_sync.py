"""Bringing Chroma in step with the library, and checking a draft before it goes live."""

import shutil
from collections.abc import Callable
from pathlib import Path

from index.embedding import Vectors
from index.errors import DamagedIndexError
from index.library import Library
from index.recording import LibraryWriter
from index.vectors import BATCH, KINDS, Kind, VectorIndex, batches

CHURN = 0.2  # share of removed vectors from which a fresh build replaces them all
SMALL = 2_000  # vectors; up to here a fresh build takes about a second and leaves no trace
SAMPLE = 5
EQUAL = 0.9999  # the cosine from which two vectors count as equal
AMONG = 1_000  # neighbours among which a vector is looked for that is not its own nearest


def update_vectors(
    folder: Path,
    library: LibraryWriter,
    model: str,
    progress: Callable[[str, int, int], None],
    *,
    rebuild: bool,
) -> None:
    """Make the vector index in `folder` hold exactly what `library` uses.

    A removal leaves its bytes in Chroma's files and in the word index, so both are built afresh
    once the removed are `CHURN` of the whole, where the whole is small, and where the copy cannot
    be opened.
    """
    import numpy as np

    removed = library.count_lost() + int(library.meta("removed") or 0)
    total = library.count_used()
    fresh = rebuild or not folder.exists() or removed > CHURN * total
    fresh = fresh or (bool(removed) and total <= SMALL)
    index = None if fresh else _open_copy(folder)
    anew = index is None
    if index is None:
        shutil.rmtree(folder, ignore_errors=True)
        index, removed = VectorIndex(folder), 0
        library.compact_words()
    library.set_meta("removed", str(removed))
    done, wanted = 0, total if anew else library.count_gained()
    try:
        for kind in KINDS:
            index.remove(kind, () if anew else library.lost(kind))
            for ids in batches(library.used(kind) if anew else library.gained(kind), BATCH):
                vectors = library.vectors(ids, model)
                index.add(kind, ids, np.stack([vectors[digest] for digest in ids]))
                done += len(ids)
                progress("store", done, wanted)
    finally:
        index.close()


def _open_copy(folder: Path) -> VectorIndex | None:
    """Open a copied vector index, or return `None` where only a fresh build will do."""
    try:
        return VectorIndex(folder)
    except DamagedIndexError:
        return None


def check_draft(library_path: Path, folder: Path) -> None:
    """Open a closed draft as a reader would; raise `DamagedIndexError` if anything is amiss."""
    library = Library(library_path)
    model = library.meta("model") or ""
    index = VectorIndex(folder)
    try:
        for kind in KINDS:
            _check_kind(library, index, kind, model)
    finally:
        index.close()
        library.close()


def _check_kind(library: Library, index: VectorIndex, kind: Kind, model: str) -> None:
    expected = library.count_digests(kind)
    if index.count(kind) != expected:
        raise DamagedIndexError(
            f"The new index holds {index.count(kind)} vectors of {kind} instead of {expected}: "
            "the one in use stays; try again."
        )
    samples = dict(library.sample_vectors(kind, model, SAMPLE))
    stored = index.stored(kind, list(samples)) if samples else {}
    for digest, vector in samples.items():
        if digest not in stored or not _equal(stored[digest], vector):
            raise DamagedIndexError(
                f"The new index does not hold its own {kind}: the one in use stays; try again."
            )
    # The search is approximate: among many that are nearly alike it may miss some.
    found = sum(_finds(index, kind, digest, vector) for digest, vector in samples.items())
    if samples and 2 * found < len(samples):
        raise DamagedIndexError(
            f"The new index does not find its own {kind}: the one in use stays; try again."
        )


def _equal(one: Vectors, other: Vectors) -> bool:
    """Tell whether two vectors point the same way, whatever their length."""
    import numpy as np

    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return lengths > 0 and float(one @ other) / lengths >= EQUAL


def _finds(index: VectorIndex, kind: Kind, digest: str, vector: Vectors) -> bool:
    """Tell whether a vector, or one equal to it, is nearest to itself, or at least near."""
    return any(
        other == digest or likeness >= EQUAL
        for most in (1, AMONG)
        for other, likeness in index.query(kind, vector, most)
    )
