"""What can still be had of the vectors in a library that may be damaged. Nothing here raises."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import numpy as np

from index.embedding import Vectors
from index.vectors import batches

_TOGETHER = 500  # values bound in one statement; old SQLite builds allow 999
_FEW = 1_000  # vectors whose sizes tell the size of all
_UNIT = 0.01  # by how much the length of a vector may differ from 1: a model may count in 16 bits


def usual_size(db: sqlite3.Connection, model: str) -> int:
    """Return how many bytes most vectors of a model have, 0 where there are none."""
    sizes: Counter[int] = Counter()
    # the last two ways need no index, and so may work where the first does not
    for way in ("", "NOT INDEXED ORDER BY rowid", "NOT INDEXED ORDER BY rowid DESC"):
        sql = f"SELECT length(vector), model FROM vectors {way} LIMIT ?"
        with suppress(sqlite3.Error):
            for size, made_by in db.execute(sql, [_FEW]):
                if made_by == model and size and size % 4 == 0:
                    sizes[size] += 1
    return sizes.most_common(1)[0][0] if sizes else 0


def vectors_of(
    db: sqlite3.Connection, digests: Iterable[str], model: str
) -> Iterator[tuple[str, Vectors]]:
    """Yield the vectors (shape (dimensions,)) of these digests that are there and sound."""
    size = usual_size(db, model)
    for batch in batches(digests, _TOGETHER):
        for digest, blob in _blobs(db, batch, model):
            if is_sound(blob, size):
                yield digest, np.frombuffer(blob, dtype="<f4")


def scanned_vectors(db: sqlite3.Connection, model: str) -> Iterator[tuple[str, Vectors]]:
    """Yield all sound vectors of a model that can be had without the index of the digests."""
    size = usual_size(db, model)
    for order in ("ASC", "DESC"):
        sql = f"SELECT digest, model, vector FROM vectors NOT INDEXED ORDER BY rowid {order}"
        try:
            for digest, made_by, blob in db.execute(sql):
                if made_by == model and is_sound(blob, size):
                    yield digest, np.frombuffer(blob, dtype="<f4")
            return
        except sqlite3.Error:
            continue  # from the other end, up to the damage


def _blobs(db: sqlite3.Connection, digests: Sequence[str], model: str) -> list[tuple[str, bytes]]:
    marks = ",".join("?" * len(digests))
    sql = f"SELECT digest, vector FROM vectors WHERE model = ? AND digest IN ({marks})"
    try:
        return db.execute(sql, [model, *digests]).fetchall()
    except sqlite3.Error:
        if len(digests) < 2:
            return []
    half = len(digests) // 2
    return _blobs(db, digests[:half], model) + _blobs(db, digests[half:], model)


def is_sound(blob: object, size: int) -> bool:
    """Tell whether a stored vector has so many bytes, is finite and of length 1."""
    if not isinstance(blob, bytes) or len(blob) != size or not size:
        return False
    vector = np.frombuffer(blob, dtype="<f4").astype(np.float64)
    with np.errstate(all="ignore"):  # what is no number is no longer than 1 either
        return bool(abs(float(np.sqrt(vector @ vector)) - 1) < _UNIT)
