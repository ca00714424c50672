"""What the library knows of an article before it is read again: its self, its copies, its twins.

A copy is the same article at another source: the same address, or the same text. It is not indexed
a second time; its fields are kept, so that it can take the article's place.
"""

from dataclasses import dataclass
from datetime import datetime

from index.library import Library
from index.source_state import LAST
from index.types import Article, digest_of


@dataclass(frozen=True, slots=True)
class Copy:
    """An article found a second time at `source`, where it would have had the id `id`.

    `article_id` is that of the article it is a copy of; `digest` is its own.
    """

    source: str
    article_id: str
    id: str
    digest: str
    title: str
    url: str | None
    published: datetime | None
    language: str
    author: str | None


@dataclass(frozen=True, slots=True)
class Stored:
    """An article of the library without its text; `fields` are those that are shown."""

    id: str
    source: str
    digest: str
    text_digest: str
    fields: dict[str, str | None]


def text_digest(text: str) -> str:
    """Return the digest of a text whatever its white space: equal for the same article."""
    return digest_of("text", " ".join(text.split()))


def shown_fields(article: Article) -> dict[str, str | None]:
    """Return the fields of an article that readers see beside its text."""
    return {
        "title": article.title,
        "address": article.url,
        "date": article.published.isoformat() if article.published else None,
        "language": article.language,
        "author": article.author,
    }


def copy_of(article: Article, original: str) -> Copy:
    """Return the copy of the article `original` that `article` is."""
    return Copy(
        source=article.source,
        article_id=original,
        id=article.id,
        digest=article.digest,
        title=article.title,
        url=article.url,
        published=article.published,
        language=article.language,
        author=article.author,
    )


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where the same article, or nearly the same (`similarity` below 1), was published too."""

    title: str
    url: str | None
    source: str
    published: datetime | None
    similarity: float


def published_elsewhere(library: Library, article_id: str) -> tuple[Elsewhere, ...]:
    """Return the copies of an article, then its near duplicates, the most similar first."""
    copies = [
        Elsewhere(copy.title, copy.url, copy.source, copy.published, 1.0)
        for copy in Known(library).copies(article_id)
    ]
    rows = library.run(
        "SELECT title, url, source, published, similarity FROM near "
        "JOIN articles ON articles.id = near.other_id WHERE near.article_id = ? "
        "ORDER BY similarity DESC, articles.id",
        [article_id],
    )
    nearly = [
        Elsewhere(title, url, source, _moment(moment), alike)
        for title, url, source, moment, alike in rows
    ]
    return (*copies, *nearly)


class Known:
    """Looks up one article at a time, so that memory does not grow with the library."""

    def __init__(self, library: Library | None) -> None:
        self._library = library

    def stored(self, article_id: str) -> Stored | None:
        """Return the article of this id."""
        found = self._stored("id = ?", article_id)
        return found[0] if found else None

    def with_text(self, digest: str) -> list[Stored]:
        """Return the articles with a text of this `text_digest`."""
        return self._stored("text_digest = ?", digest)

    def article(self, article_id: str) -> Article | None:
        """Return the article with its text."""
        if self._library is None:
            return None
        return self._library.articles_by_id([article_id]).get(article_id)

    def copy(self, source: str) -> Copy | None:
        """Return the copy that was found at `source`."""
        found = self._copies("source = ?", source)
        return found[0] if found else None

    def copies(self, article_id: str) -> list[Copy]:
        """Return the copies of an article, by source."""
        return self._copies("article_id = ?", article_id)

    def ids_at(self, source: str) -> list[str]:
        """Return the ids of the articles that were read from `source`."""
        if self._library is None:
            return []
        rows = self._library.run("SELECT id FROM articles WHERE source = ? ORDER BY id", [source])
        return [row[0] for row in rows]

    def digest_at(self, source: str) -> str | None:
        """Return the digest of the article or copy that was read from `source`."""
        if self._library is None:
            return None
        sql = (
            "SELECT digest FROM articles WHERE source = ? UNION ALL "
            "SELECT digest FROM copies WHERE source = ?"
        )
        row = self._library.run(sql, [source, source]).fetchone()
        return str(row[0]) if row else None

    def below(self, prefix: str) -> list[tuple[str, str | None]]:
        """Return the sources that begin with `prefix`, each with its article's id, None for copies.

        Articles come first.
        """
        if self._library is None:
            return []
        found: list[tuple[str, str | None]] = []
        for columns, table in (("source, id", "articles"), ("source, NULL", "copies")):
            sql = f"SELECT {columns} FROM {table} WHERE source >= ? AND source < ? ORDER BY source"
            found += self._library.run(sql, [prefix, prefix + LAST]).fetchall()
        return found

    def _stored(self, where: str, value: str) -> list[Stored]:
        if self._library is None:
            return []
        rows = self._library.run(
            "SELECT id, source, digest, text_digest, title, url, published, language, author "
            f"FROM articles WHERE {where} ORDER BY id",
            [value],
        )
        names = ("title", "address", "date", "language", "author")
        return [
            Stored(i, source, digest, text, dict(zip(names, fields, strict=True)))
            for i, source, digest, text, *fields in rows
        ]

    def _copies(self, where: str, value: str) -> list[Copy]:
        if self._library is None:
            return []
        rows = self._library.run(
            "SELECT source, article_id, id, digest, title, url, published, language, author "
            f"FROM copies WHERE {where} ORDER BY source",
            [value],
        )
        return [
            Copy(at, original, i, digest, title, url, _moment(moment), language, author)
            for at, original, i, digest, title, url, moment, language, author in rows
        ]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
