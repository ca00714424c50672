"""Articles that are nearly the same text: reprints, edited copies, cut versions of a dispatch.

MinHash over word shingles (Broder 1997, doi:10.1109/SEQUEN.1997.666900) estimates how much two
texts share; locality-sensitive hashing (Leskovec, Rajaraman and Ullman, Mining of Massive
Datasets, ch. 3) finds the pairs worth comparing. The tables follow from the set of articles
alone: the order in which they were linked does not matter.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from itertools import islice
from typing import Any
from unicodedata import normalize
from zlib import crc32

import numpy as np

SCHEMA = """
CREATE TABLE signatures (
    article_id TEXT PRIMARY KEY, signature BLOB NOT NULL, opening BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE bands (
    band INTEGER NOT NULL, value BLOB NOT NULL, article_id TEXT NOT NULL,
    PRIMARY KEY (band, value, article_id)) WITHOUT ROWID;
CREATE TABLE near (
    article_id TEXT NOT NULL, other_id TEXT NOT NULL, similarity REAL NOT NULL,
    PRIMARY KEY (article_id, other_id)) WITHOUT ROWID;
CREATE INDEX bands_article ON bands (article_id);
CREATE INDEX near_ranked ON near (article_id, similarity DESC, other_id);
CREATE INDEX near_other ON near (other_id);
"""
SHINGLE = 3  # words: one changed word costs three shingles; unrelated news still share under 3 %
LEAST_WORDS = 30  # a text of fewer has too few shingles for an estimate
PERMUTATIONS = 128  # standard error of an estimate at the threshold: 0.04
# Measured on news of 450 words: a paragraph added or cut, another title, one word in twenty
# changed all keep over 0.74; a text half copied keeps under 0.42.
THRESHOLD = 0.65
BANDS, ROWS = 26, 5  # pairs at 0.7 meet with probability 0.991, at 0.65 0.96, at 0.3 0.06
MOST = 200  # articles listed as near one article: its most similar
# A footer in common can be most of two short articles: one must also begin within the other.
OPENING, REACH = 80, 240  # words: what is looked for, and from the start of the other how far
BEGUN = 30  # shingles of the opening that must be found (half of an opening with fewer than 60)
_WORD = re.compile(r"\w+")
_SEED = 1
_SLICE = 4096  # shingles permuted at a time, 2 MB of numbers
_VARIABLES = 500  # values bound in one statement; old SQLite builds allow 999


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What is kept of a text: its signature, and the hashes of its first shingles in order."""

    signature: bytes
    opening: bytes


def signature(text: str) -> bytes | None:
    """Return the MinHash of a text, 128 little-endian values of 32 bits; None for a short one."""
    sketch = _sketch(text)
    return sketch.signature if sketch else None


def similarity(a: bytes, b: bytes) -> float:
    """Return the estimated Jaccard similarity (0 to 1) of the texts of two signatures."""
    return float(np.mean(_numbers(a) == _numbers(b)))


def bands(signature: bytes) -> list[tuple[int, bytes]]:
    """Return each band's number and the hash (8 bytes) of its rows."""
    # 26 bands of 5 take 130 rows of the 128: the last one shares two with that before it.
    starts = [min(band * ROWS, PERMUTATIONS - ROWS) * 4 for band in range(BANDS)]
    rows = [signature[start : start + ROWS * 4] for start in starts]
    return [(band, blake2b(row, digest_size=8).digest()) for band, row in enumerate(rows)]


def link(db: sqlite3.Connection, article_id: str, text: str) -> None:
    """Record what is near an article, in both directions, in place of what was recorded.

    Each article lists its `MOST` most similar, among equals those of the first ids: of a
    thousand copies each lists the same two hundred, which may then not list it in return.
    """
    unlink(db, article_id)
    sketch = _sketch(text)
    if sketch is None:
        return
    db.execute(
        "INSERT INTO signatures VALUES (?, ?, ?)", [article_id, sketch.signature, sketch.opening]
    )
    db.executemany(
        "INSERT INTO bands VALUES (?, ?, ?)",
        [(band, value, article_id) for band, value in bands(sketch.signature)],
    )
    found = _find(db, article_id, sketch)
    _list(db, article_id, found)
    for other_id, score in found:
        _list_also(db, other_id, article_id, score)


def unlink(db: sqlite3.Connection, article_id: str) -> None:
    """Remove all that is recorded of an article; unknown ones are no error."""
    listing = db.execute("SELECT article_id FROM near WHERE other_id = ?", [article_id]).fetchall()
    for table in ("signatures", "bands", "near"):
        db.execute(f"DELETE FROM {table} WHERE article_id = ?", [article_id])
    db.execute("DELETE FROM near WHERE other_id = ?", [article_id])
    for (other_id,) in listing:
        count = "SELECT COUNT(*) FROM near WHERE article_id = ?"
        # A list that was once cut is drawn up anew at a quarter of it, so that none runs dry.
        if db.execute(count, [other_id]).fetchone()[0] == MOST // 4:
            kept = "SELECT signature, opening FROM signatures WHERE article_id = ?"
            sketch = _Sketch(*db.execute(kept, [other_id]).fetchone())
            _list(db, other_id, _find(db, other_id, sketch))


def near(db: sqlite3.Connection, article_id: str) -> list[tuple[str, float]]:
    """Return ids and similarities of the articles near one, most similar first."""
    return db.execute(
        "SELECT other_id, similarity FROM near WHERE article_id = ? "
        "ORDER BY similarity DESC, other_id",
        [article_id],
    ).fetchall()


def _sketch(text: str) -> _Sketch | None:
    words = _WORD.findall(normalize("NFC", text).lower())
    if len(words) < LEAST_WORDS:
        return None
    minhash = _empty_minhash().copy()
    shingles = _shingles(words)
    while part := list(islice(shingles, _SLICE)):
        minhash.update_batch(part)
    opening = [crc32(shingle) for shingle in _shingles(words[:REACH])]
    return _Sketch(
        minhash.hashvalues.astype("<u4").tobytes(), np.array(opening, dtype="<u4").tobytes()
    )


@cache
def _empty_minhash() -> Any:
    from datasketch import MinHash

    # Drawing the permutations would cost as much as hashing an article: it is done once.
    return MinHash(PERMUTATIONS, seed=_SEED, hashfunc=crc32, scheme="affine32")


def _shingles(words: Sequence[str]) -> Iterator[bytes]:
    for shingle in zip(*(islice(words, n, None) for n in range(SHINGLE)), strict=False):
        yield " ".join(shingle).encode("utf-8", "surrogatepass")


def _numbers(packed: bytes) -> Any:
    return np.frombuffer(packed, dtype="<u4")


def _find(db: sqlite3.Connection, article_id: str, sketch: _Sketch) -> list[tuple[str, float]]:
    """Return all other articles near a sketch, most similar first, equal ones by id."""
    found: list[tuple[str, float]] = []
    candidates = _candidates(db, article_id, sketch)
    for start in range(0, len(candidates), _VARIABLES):
        part = candidates[start : start + _VARIABLES]
        rows = db.execute(
            "SELECT article_id, signature, opening FROM signatures WHERE article_id IN "
            f"({','.join('?' * len(part))})",
            part,
        ).fetchall()
        signatures = _numbers(b"".join(row[1] for row in rows)).reshape(-1, PERMUTATIONS)
        scores = np.mean(signatures == _numbers(sketch.signature), axis=1).tolist()
        found += [
            (other_id, score)
            for (other_id, _, opening), score in zip(rows, scores, strict=True)
            if score >= THRESHOLD and _begin_alike(sketch.opening, opening)
        ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _candidates(db: sqlite3.Connection, article_id: str, sketch: _Sketch) -> list[str]:
    """Return the ids of the other articles that have a band in common with a sketch."""
    band = "SELECT article_id FROM bands WHERE band = ? AND value = ?"
    values = [field for pair in bands(sketch.signature) for field in pair]
    rows = db.execute(" UNION ".join([band] * BANDS), values)
    return [row[0] for row in rows if row[0] != article_id]


def _begin_alike(a: bytes, b: bytes) -> bool:
    """Tell whether the beginning of one of two texts is, for a good part, near that of the other.

    Takes the hashes of their first shingles.
    """
    if a == b:
        return True
    first, second = _numbers(a).tolist(), _numbers(b).tolist()
    return _begins_within(first, second) or _begins_within(second, first)


def _begins_within(opening: Sequence[int], reach: Sequence[int]) -> bool:
    wanted = set(opening[:OPENING])
    return len(wanted.intersection(reach)) >= min(BEGUN, (len(wanted) + 1) // 2)


def _list(db: sqlite3.Connection, article_id: str, found: Sequence[tuple[str, float]]) -> None:
    db.execute("DELETE FROM near WHERE article_id = ?", [article_id])
    db.executemany("INSERT INTO near VALUES (?, ?, ?)", [(article_id, *f) for f in found[:MOST]])


def _list_also(db: sqlite3.Connection, article_id: str, other_id: str, score: float) -> None:
    """Add to the list of an article; from a full list the least similar leaves."""
    last = db.execute(
        "SELECT similarity, other_id FROM near WHERE article_id = ? "
        "ORDER BY similarity DESC, other_id LIMIT 1 OFFSET ?",
        [article_id, MOST - 1],
    ).fetchone()
    if last is not None:
        if (-score, other_id) > (-last[0], last[1]):
            return
        db.execute("DELETE FROM near WHERE article_id = ? AND other_id = ?", [article_id, last[1]])
    db.execute("INSERT INTO near VALUES (?, ?, ?)", [article_id, other_id, score])
