"""What is known, in SQLite: articles, spans, words, and vectors by digest and model.

The vector index can be rebuilt from here at any time. Words are in FTS5 (a contentless table:
the text itself is stored once, in `articles`). A library file is written by one process
(`index.recording`), inside an unpublished generation, and only read afterwards.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding import Vectors
from index.types import Article, Sentence
from index.vectors import Kind

COPIES = """
CREATE TABLE copies (
    source TEXT PRIMARY KEY, article_id TEXT NOT NULL, id TEXT NOT NULL, digest TEXT NOT NULL,
    title TEXT NOT NULL, url TEXT, published TEXT, language TEXT NOT NULL, author TEXT);
CREATE INDEX copies_article ON copies (article_id);
"""
INDEXES = """
CREATE INDEX articles_source ON articles (source);
CREATE INDEX articles_text ON articles (text_digest);
"""
# With a rowid, a vector of 384 numbers fits on its page; without, it spills onto one of its own.
VECTORS = """
CREATE TABLE vectors (
    digest TEXT NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (digest, model));
"""
SCHEMA = f"""
PRAGMA page_size = 8192;
PRAGMA user_version = 2;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, url TEXT, published TEXT, language TEXT NOT NULL,
    text TEXT NOT NULL, digest TEXT NOT NULL, source TEXT NOT NULL, indexed TEXT NOT NULL,
    author TEXT, pages TEXT NOT NULL, text_digest TEXT NOT NULL);
CREATE TABLE chunks (
    key INTEGER PRIMARY KEY, article_id TEXT NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL, digest TEXT NOT NULL);
CREATE TABLE sentences (
    key INTEGER PRIMARY KEY, article_id TEXT NOT NULL, chunk INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, kind TEXT NOT NULL, digest TEXT NOT NULL);
{VECTORS}CREATE INDEX articles_published ON articles (published, id);
CREATE INDEX chunks_article ON chunks (article_id);
CREATE INDEX chunks_digest ON chunks (digest);
CREATE INDEX sentences_article ON sentences (article_id);
CREATE INDEX sentences_chunk ON sentences (chunk);
CREATE INDEX sentences_digest ON sentences (digest);
CREATE VIRTUAL TABLE words USING fts5 (
    title, body, content = '', prefix = '6', tokenize = 'unicode61 remove_diacritics 2');
{COPIES}{INDEXES}"""
_ARTICLE = "id, title, url, published, language, text, digest, source, author, pages"
STEM = 6  # letters by which longer words are searched; `prefix` above is for them
_VARIABLES = 500  # values bound in one statement; old SQLite builds allow 999


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A chunk as stored: its key, place and vector's digest, with its sentences' rows."""

    key: int
    article_id: str
    start: int
    end: int
    digest: str
    sentences: tuple[tuple[Sentence, str], ...]


class Library:
    """A finished library file, read only; safe to use from any thread."""

    def __init__(self, path: Path) -> None:
        """Open the library at `path`."""
        # `immutable` spares the locks: a published file never changes.
        self._db = connect(path, "ro&immutable=1")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # --- what it holds

    def meta(self, key: str) -> str | None:
        """Return a note kept with the library, or `None`."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
        return str(row[0]) if row else None

    def digests(self) -> dict[str, str]:
        """Return the digest of each article by its id."""
        return dict(self._db.execute("SELECT id, digest FROM articles").fetchall())

    def sources(self) -> dict[str, str]:
        """Return where each article was read from, by its id."""
        return dict(self._db.execute("SELECT id, source FROM articles").fetchall())

    def articles(self, offset: int = 0, limit: int = -1) -> tuple[Article, ...]:
        """Return all articles, newest publication first, those without a date last.

        With a `limit`, only so many from `offset` on.
        """
        rows = self._db.execute(
            f"SELECT {_ARTICLE} FROM articles "
            "ORDER BY published IS NULL, published DESC, title, id LIMIT ? OFFSET ?",
            [limit, offset],
        )
        return tuple(_article(row) for row in rows.fetchall())

    def articles_by_id(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles of these ids; unknown ones are left out."""
        rows = self._select(f"SELECT {_ARTICLE} FROM articles WHERE id IN (%s)", list(set(ids)))
        return {row[0]: _article(row) for row in rows}

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return the sentences of an article in order."""
        rows = self._db.execute(
            "SELECT start, end, kind FROM sentences WHERE article_id = ? ORDER BY start",
            [article_id],
        )
        return tuple(Sentence(*row) for row in rows.fetchall())

    def counts(self) -> dict[str, int]:
        """Return the number of articles, chunks and sentences."""
        tables = ("articles", "chunks", "sentences")
        return {t: self._db.execute(f"SELECT COUNT(*) FROM {t}").fetchone()[0] for t in tables}

    def count_digests(self, kind: Kind) -> int:
        """Return how many different texts of a kind there are."""
        sql = f"SELECT COUNT(DISTINCT digest) FROM {kind}"
        return int(self._db.execute(sql).fetchone()[0])

    def sample_vectors(self, kind: Kind, model: str, limit: int) -> list[tuple[str, Vectors]]:
        """Return some digests of a kind with their vectors, from all over the library."""
        step = max(1, self._db.execute(f"SELECT COUNT(*) FROM {kind}").fetchone()[0] // limit)
        sql = f"SELECT DISTINCT digest FROM {kind} WHERE key % ? = 0 LIMIT ?"
        digests = [row[0] for row in self._db.execute(sql, [step, limit]).fetchall()]
        return list(self.vectors(digests, model).items())

    # --- for search

    def search_words(self, terms: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """Return keys of the chunks that hold any of `terms`, with BM25 (over 0), best first.

        Long words are searched by their beginnings (McNamee and Mayfield 2004, doi:10.1023/
        B:INRT.0000009441.78971.be): that finds inflections, and cognates in the other language.
        """
        return self.words_ranked(terms, limit).fetchall() if terms else []

    def words_ranked(self, terms: Sequence[str], limit: int = -1) -> sqlite3.Cursor:
        """Return what `search_words` does, row by row; all of it where no limit is given."""
        match = " OR ".join(_match(term) for term in terms)
        return self._db.execute(
            "SELECT rowid, -bm25(words) FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?",
            [match or '""', limit],
        )

    def chunk_spans(self, article_id: str) -> dict[int, tuple[int, int]]:
        """Return start and end of the chunks of an article by their keys."""
        sql = "SELECT key, start, end FROM chunks WHERE article_id = ? ORDER BY start"
        return {key: (start, end) for key, start, end in self._db.execute(sql, [article_id])}

    def keys_of_chunks(self, digests: Sequence[str]) -> dict[str, list[int]]:
        """Return the keys of the chunks with each of these digests."""
        return _grouped(
            self._select("SELECT digest, key FROM chunks WHERE digest IN (%s)", digests)
        )

    def keys_of_sentences(self, digests: Sequence[str]) -> dict[str, list[int]]:
        """Return the keys of the chunks that hold a sentence with each of these digests."""
        sql = "SELECT digest, chunk FROM sentences WHERE digest IN (%s)"
        return _grouped(self._select(sql, digests))

    def chunks(self, keys: Sequence[int]) -> list[ChunkRow]:
        """Return the chunks of these keys, each with its sentences in order."""
        sentences: dict[int, list[tuple[Sentence, str]]] = {}
        for chunk, start, end, kind, digest in self._select(
            "SELECT chunk, start, end, kind, digest FROM sentences WHERE chunk IN (%s) "
            "ORDER BY start",
            keys,
        ):
            sentences.setdefault(chunk, []).append((Sentence(start, end, kind), digest))
        rows = self._select(
            "SELECT key, article_id, start, end, digest FROM chunks WHERE key IN (%s)", keys
        )
        return [
            ChunkRow(key, article_id, start, end, digest, tuple(sentences.get(key, ())))
            for key, article_id, start, end, digest in rows
        ]

    def vectors(self, digests: Sequence[str], model: str) -> dict[str, Vectors]:
        """Return the vectors (each of shape (dimensions,)) of these digests that are known."""
        sql = "SELECT digest, vector FROM vectors WHERE model = ? AND digest IN (%s)"
        rows = self._select(sql, list(set(digests)), model)
        return {digest: np.frombuffer(blob, dtype="<f4") for digest, blob in rows}

    def run(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Return what a query of this package's own finds."""
        return self._db.execute(sql, values)

    def _select(self, sql: str, values: Sequence[object], *before: object) -> list[Any]:
        rows: list[Any] = []
        for start in range(0, len(values), _VARIABLES):
            part = values[start : start + _VARIABLES]
            marks = ",".join("?" * len(part))
            rows += self._db.execute(sql % marks, [*before, *part]).fetchall()
        return rows


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open `path` with an SQLite URI `mode`, to be shared between threads."""
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, check_same_thread=False)


def _article(row: Sequence[Any]) -> Article:
    identifier, title, url, published, language, text, digest, source, author, pages = row
    moment = datetime.fromisoformat(published) if published else None
    starts = tuple(int(start) for start in pages.split(",")) if pages else ()
    return Article(identifier, title, url, moment, language, text, digest, source, author, starts)


def _grouped(rows: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for key, value in rows:
        groups.setdefault(key, []).append(value)
    return groups


def _match(term: str) -> str:
    quoted = '"' + term[:STEM].replace('"', '""') + '"'
    return quoted + "*" if len(term) > STEM else quoted
