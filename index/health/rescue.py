"""What can still be read of a library that may be damaged, a row at a time."""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from index.article import MAX_TITLE, make_article
from index.errors import SourceError
from index.known import Copy
from index.library import connect
from index.types import Article

_COLUMNS = (
    *("id", "title", "url", "published", "language", "text", "digest", "source", "indexed"),
    *("author", "pages", "text_digest"),
)
_COPY = "source, article_id, id, digest, title, url, published, language, author"
_MOST_LACKING = 1_000  # times a file's size up to which its own word on what it lacks is believed


@dataclass(frozen=True, slots=True)
class Rescued:
    """An article as its row gives it.

    `id` is the one it was filed under; `altered` tells that title, text or another field is not
    what was once stored. `text_digest` is as stored, None where the format had none.
    """

    id: str
    article: Article
    indexed: str
    text_digest: str | None
    altered: bool


class Rescue:
    """Reads a library that may be damaged; whatever SQLite refuses raises `sqlite3.Error`."""

    def __init__(self, path: Path) -> None:
        """Open the library at `path`; see `readable_copy` for one that was cut short."""
        self.db = connect(path, "ro&immutable=1")
        # One wrong byte in a text must not cost the others.
        self.db.text_factory = lambda data: data.decode("utf-8", "replace")

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def rows(self) -> list[int]:
        """Return the numbers of the rows that may hold an article; raise if none can be told."""
        found: set[int] = set()
        whole, error = False, None
        for way in ("NOT INDEXED ORDER BY rowid", "NOT INDEXED ORDER BY rowid DESC", ""):
            try:
                for (row,) in self.db.execute(f"SELECT rowid FROM articles {way}"):
                    found.add(row)
                whole = whole or bool(way)
            except sqlite3.Error as raised:
                error = raised
        if error and not (found or whole):
            raise error
        return sorted(found) if whole else list(range(1, max(found) + 1))

    def ids(self) -> set[str]:
        """Return the ids of all articles that an index or a chunk still names."""
        found: set[str] = set()
        for sql in (
            "SELECT id FROM articles ORDER BY id",
            "SELECT id FROM articles ORDER BY id DESC",
            "SELECT DISTINCT article_id FROM chunks",
        ):
            with suppress(sqlite3.Error):
                for (article_id,) in self.db.execute(sql):
                    found.add(str(article_id))
        return found

    def source(self, article_id: str) -> str:
        """Return where the article was read from, as far as that can be told, or an empty text."""
        # The index of the sources holds them too: the row itself may be lost.
        for sql in (
            "SELECT source FROM articles WHERE id = ?",
            "SELECT a.source FROM articles AS a INDEXED BY articles_source WHERE a.rowid = "
            "(SELECT rowid FROM articles WHERE id = ?)",
        ):
            with suppress(sqlite3.Error):
                row = self.db.execute(sql, [article_id]).fetchone()
                if row and _text(row[0]).isprintable():  # an empty page is full of zeros
                    return _text(row[0])
        return ""

    def article(self, row: int) -> Rescued | None:
        """Return the article of a row; raise `SourceError` where its fields make none."""
        sql = f"SELECT {self._columns} FROM articles NOT INDEXED WHERE rowid = ?"
        values = self.db.execute(sql, [row]).fetchone()
        return _rescued(values) if values else None

    @cached_property
    def _columns(self) -> str:
        there = {column[1] for column in self.db.execute("PRAGMA table_info(articles)")}
        return ", ".join(name if name in there else "NULL" for name in _COLUMNS)

    def articles(self) -> Iterator[Rescued]:
        """Yield the articles that can be read."""
        for row in self.rows():
            with suppress(sqlite3.Error, SourceError):
                found = self.article(row)
                if found:
                    yield found

    def copies(self) -> Iterator[Copy]:
        """Yield the copies that can be read."""
        with suppress(sqlite3.Error):
            for row in self.db.execute(f"SELECT {_COPY} FROM copies"):
                yield Copy(
                    source=_text(row[0]),
                    article_id=_text(row[1]),
                    id=_text(row[2]),
                    digest=_text(row[3]),
                    title=_text(row[4]),
                    url=_text(row[5]) or None,
                    published=_moment(row[6]),
                    language=_text(row[7]),
                    author=_text(row[8]) or None,
                )


def readable_copy(path: Path, copy: Path) -> Path:
    """Return `path`, or where it lacks its last pages a `copy` of it in which they are empty.

    SQLite reads nothing of a file that is shorter than its first page says.
    """
    with path.open("rb") as file:
        header = file.read(32)
    size, pages = int.from_bytes(header[16:18]), int.from_bytes(header[28:32])
    wanted = (65_536 if size == 1 else size) * pages
    held = path.stat().st_size
    if not header.startswith(b"SQLite format 3\0") or not held < wanted < _MOST_LACKING * held:
        return path
    shutil.copyfile(path, copy)
    os.truncate(copy, wanted)
    return copy


def _rescued(values: Sequence[object]) -> Rescued:
    stored = dict(zip(_COLUMNS, values, strict=True))
    identifier, digest, title = (_text(stored[name]) for name in ("id", "digest", "title"))
    article = _made(stored)
    # A longer title was cut after its digest was taken: then the text alone is proof.
    whole = article.digest == digest or len(title) == MAX_TITLE
    if whole and article.id == identifier:
        article = replace(article, title=title, digest=digest)
    return Rescued(
        identifier,
        article,
        _text(stored["indexed"]),
        None if stored["text_digest"] is None else _text(stored["text_digest"]),
        altered=not whole or article.id != identifier,
    )


def _made(stored: dict[str, object]) -> Article:
    url: str | None = _text(stored["url"]) or None
    while True:
        try:
            return make_article(
                _text(stored["text"]),
                source=_text(stored["source"]),
                title=_text(stored["title"]),
                url=url,
                published=_moment(stored["published"]),
                language=_text(stored["language"]) or None,
                author=_text(stored["author"]) or None,
                pages=_numbers(_text(stored["pages"])),
            )
        except SourceError:  # either the address is none any more, or the text is
            if url is None:
                raise
            url = None


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(_text(value)) if value else None
    except ValueError:
        return None


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(number) for number in text.split(",")) if text else ()
    except ValueError:
        return ()
