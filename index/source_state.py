"""What was read when, so that what has not changed is not read again; and what failed.

It stands beside the generations, in `sources.sqlite`. It is a memory and no more: an entry counts
only while the live generation holds the articles it names, and a lost file costs one full reading.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

LAST = "\U0010ffff"
"""Sorts after all that may follow a prefix."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS readings (
    source TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, modified TEXT NOT NULL, read TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS found (
    reading TEXT NOT NULL, source TEXT NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (reading, source)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failures (
    source TEXT PRIMARY KEY, reason TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
    times INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a source was when it was read, and the articles found in it, as (source, digest).

    `fingerprint` tells two states apart: a file's size and time, an entity tag, an entry's digest.
    `modified` is the Last-Modified of a page.
    """

    fingerprint: str
    modified: str = ""
    found: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PastFailure:
    """A source that could not be read, why at the last try, and since when (UTC)."""

    source: str
    reason: str
    first: datetime
    last: datetime
    times: int


class SourceState:
    """The memory of one store; used by one writer at a time, and read by anybody."""

    def __init__(self, path: Path | None) -> None:
        """Open the memory at `path`, made if need be; a broken one is begun anew.

        Without a path it lives as long as this object.
        """
        try:
            self._db = self._open(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) or path is None:
                raise
            path.unlink()
            self._db = self._open(path)

    @classmethod
    def snapshot(cls, path: Path) -> "SourceState":
        """Return what is kept at `path` now, in memory: nothing done to it reaches the file."""
        copy = cls(None)
        if path.exists():
            state = cls(path)
            state._db.backup(copy._db)
            state.close()
        return copy

    def _open(self, path: Path | None) -> sqlite3.Connection:
        db = sqlite3.connect(path or ":memory:", timeout=10)
        try:
            db.executescript(_SCHEMA)
        except sqlite3.DatabaseError:
            db.close()
            raise
        return db

    def reading(self, source: str) -> Reading | None:
        """Return how a source was when it was last read."""
        row = self._db.execute(
            "SELECT fingerprint, modified FROM readings WHERE source = ?", [source]
        ).fetchone()
        if row is None:
            return None
        found = self._db.execute(
            "SELECT source, digest FROM found WHERE reading = ? ORDER BY source", [source]
        )
        return Reading(row[0], row[1], tuple(found.fetchall()))

    def remember(self, source: str, reading: Reading) -> None:
        """Keep how a source was; takes effect with `commit`."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.forget(source)
        self._db.execute(
            "INSERT INTO readings VALUES (?, ?, ?, ?)",
            [source, reading.fingerprint, reading.modified, now],
        )
        self._db.executemany(
            "REPLACE INTO found VALUES (?, ?, ?)",
            [(source, part, digest) for part, digest in reading.found],
        )

    def forget(self, source: str) -> None:
        """Forget how a source was."""
        self._db.execute("DELETE FROM readings WHERE source = ?", [source])
        self._db.execute("DELETE FROM found WHERE reading = ?", [source])

    def fail(self, source: str, reason: str) -> None:
        """Keep that a source could not be read."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._db.execute(
            "INSERT INTO failures VALUES (?, ?, ?, ?, 1) ON CONFLICT (source) DO UPDATE SET "
            "reason = excluded.reason, last = excluded.last, times = times + 1",
            [source, reason, now, now],
        )

    def succeed(self, source: str) -> None:
        """Forget the failures of a source and of its parts."""
        self._db.execute(
            "DELETE FROM failures WHERE source = ? OR substr(source, 1, ?) = ?",
            [source, len(source) + 1, f"{source}#"],
        )

    def failures(self, below: Sequence[str] = ()) -> list[PastFailure]:
        """Return what could not be read, by source; only below some prefixes where given."""
        sql = "SELECT * FROM failures WHERE source >= ? AND source < ? ORDER BY source"
        return [
            PastFailure(row[0], row[1], _moment(row[2]), _moment(row[3]), row[4])
            for prefix in below or [""]
            for row in self._db.execute(sql, [prefix, prefix + LAST])
        ]

    def commit(self) -> None:
        """Keep for good what was remembered since the last commit."""
        self._db.commit()

    def close(self) -> None:
        """Close the file; what was not committed is forgotten."""
        self._db.close()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
