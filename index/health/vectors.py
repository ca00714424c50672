"""Whether Chroma's files are whole and hold what the library uses.

Chroma writes to its files when it opens them, and damaged ones can end the process: a copy is
tried, in a process of its own (`python -m index.health.vectors FOLDER LIBRARY MODEL`).
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from index.embedding import Vectors
from index.errors import DamagedIndexError, StorageError
from index.health.findings import Finding
from index.health.rescue import Rescue
from index.health.rescue_vectors import vectors_of
from index.library import connect
from index.storage import is_sparse
from index.vectors import KINDS, Kind, VectorIndex, load

SAMPLE = 50  # vectors of a kind that are looked up
NEAREST = 10
FOUND = 0.9  # share of them that must be found: the search is approximate
DEADLINE = 900  # seconds; damaged links can lead in circles
_READY = "ready"
_REMEDY = "builds it anew from the vectors of the library."


def check_vector_index(folder: Path, library: Path, model: str) -> list[Finding]:
    """Return what is wrong with Chroma's `folder`, beside a library found whole.

    Raises `StorageError` where there is no room for a copy.
    """
    if not (folder / "chroma.sqlite3").is_file():
        return [Finding("missing-vector-index", f"{folder} holds no index of vectors.", _REMEDY)]
    if is_sparse(folder):
        return [_unreadable("a file claims far more bytes than it holds")]
    with tempfile.TemporaryDirectory(prefix="article-qa-", ignore_cleanup_errors=True) as place:
        copy = Path(place) / folder.name
        try:
            shutil.copytree(folder, copy)
        except OSError as error:
            raise StorageError(
                f"{folder} cannot be copied to {place} ({_line(error)}): "
                "free some space, or set TMPDIR to another folder."
            ) from error
        return probe_apart(copy, library, model)


def probe_apart(folder: Path, library: Path, model: str) -> list[Finding]:
    """Do what `probe` does in another process, so that its end is a finding and no more."""
    package = str(Path(__file__).resolve().parents[2])
    paths = [package, os.environ.get("PYTHONPATH", "")]
    command = [sys.executable or "python", "-m", __name__, str(folder), str(library), model]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            timeout=DEADLINE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
    except OSError:  # there is no Python to be started, as in a frozen program
        return probe(folder, library, model)
    except subprocess.TimeoutExpired:
        return [_unreadable(f"nothing was found in {DEADLINE} seconds")]
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    if _READY not in lines:  # no other process can be had here
        return probe(folder, library, model)
    if done.returncode:
        return [_unreadable("Chroma breaks down over it")]
    return [Finding(*fields) for fields in json.loads(lines[-1])]


def probe(folder: Path, library: Path, model: str) -> list[Finding]:
    """Return what is wrong with Chroma's `folder`, which this may change."""
    try:
        with closing(connect(folder / "chroma.sqlite3", "rw")) as db:
            (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
            names = {name for (name,) in db.execute("SELECT name FROM collections")}
    except sqlite3.Error as error:
        return [_unreadable(error)]
    if said != "ok" or not names.issuperset(KINDS):
        return [_unreadable(said if said != "ok" else "a collection is missing")]
    try:
        index = VectorIndex(folder)
        try:
            with closing(Rescue(library)) as rescue:
                return [f for kind in KINDS for f in _check_kind(index, rescue, kind, model)]
        finally:
            index.close()
    except DamagedIndexError as error:
        return [_unreadable(error.__cause__ or error)]
    except Exception as error:  # noqa: BLE001 - whatever Chroma makes of damaged files is one
        return [_unreadable(error)]


def _check_kind(index: VectorIndex, rescue: Rescue, kind: Kind, model: str) -> Iterator[Finding]:
    code = "wrong-vector-index"
    (expected,) = rescue.db.execute(f"SELECT COUNT(DISTINCT digest) FROM {kind}").fetchone()
    held = index.count(kind)
    if held != expected:
        what = f"The index of vectors holds {held} of {kind} instead of {expected}."
        yield Finding(code, what, _REMEDY)
        return
    sample = _sample(rescue, kind, model)
    found = sum(_finds(index, kind, digest, vector) for digest, vector in sample)
    if found < FOUND * len(sample):
        what = f"The index of vectors finds {found} of {len(sample)} {kind} by their own vectors."
        yield Finding(code, what, _REMEDY)


def _sample(rescue: Rescue, kind: Kind, model: str) -> list[tuple[str, Vectors]]:
    """Return some digests with their vectors, from all over the library."""
    (count,) = rescue.db.execute(f"SELECT COUNT(*) FROM {kind}").fetchone()
    sql = f"SELECT DISTINCT digest FROM {kind} WHERE key % ? = 0 LIMIT ?"
    rows = rescue.db.execute(sql, [max(1, count // SAMPLE), SAMPLE])
    return list(vectors_of(rescue.db, [digest for (digest,) in rows.fetchall()], model))


def _finds(index: VectorIndex, kind: Kind, digest: str, vector: Vectors) -> bool:
    near = index.query(kind, vector, NEAREST)
    # equal vectors may be more than are asked for
    return bool(near) and (near[0][1] > 0.9999 or digest in [found for found, _ in near])


def _unreadable(reason: object) -> Finding:
    what = f"The index of vectors cannot be read ({_line(reason)})."
    return Finding("unreadable-vector-index", what, _REMEDY)


def _line(reason: object) -> str:
    return (str(reason).strip() or type(reason).__name__).splitlines()[0].rstrip(".")[:200]


def _main() -> None:
    load()  # before the word is given: whether Chroma is there is no damage
    print(_READY, flush=True)
    folder, library, model = sys.argv[1:]
    found = probe(Path(folder), Path(library), model)
    print(json.dumps([[f.code, f.what, f.remedy, f.repairable] for f in found]))


if __name__ == "__main__":
    _main()
