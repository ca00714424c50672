"""What a table of the articles shows of each, without their texts; and forgetting what failed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from index.library import Library
from index.storage import storage_errors

if TYPE_CHECKING:
    from index.generations import GenerationStore


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article of a list; `sentences` leaves out titles and headings, `indexed` is in UTC."""

    id: str
    title: str
    source: str
    url: str | None
    published: datetime | None
    language: str
    author: str | None
    sentences: int
    indexed: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """All articles of one generation; `generation` is None where nothing was indexed yet."""

    generation: str | None
    articles: tuple[ListedArticle, ...]


def list_articles(library: Library) -> tuple[ListedArticle, ...]:
    """Return all articles of a library, by id."""
    rows = library.run(
        "SELECT id, title, source, url, published, language, author, "
        "(SELECT COUNT(*) FROM sentences WHERE article_id = articles.id AND kind = 'text'), "
        "indexed FROM articles ORDER BY id"
    )
    return tuple(
        ListedArticle(
            id=identifier,
            title=title,
            source=source,
            url=url,
            published=datetime.fromisoformat(published) if published else None,
            language=language,
            author=author,
            sentences=sentences,
            indexed=datetime.fromisoformat(indexed),
        )
        for (
            identifier,
            title,
            source,
            url,
            published,
            language,
            author,
            sentences,
            indexed,
        ) in rows.fetchall()
    )


def forget_failures(store: "GenerationStore", sources: Iterable[str]) -> None:
    """Forget that these sources could not be read; raise `IndexLockedError` while another writes.

    A source that a sync goes through is tried again, and remembered again if it still fails.
    """
    from index.source_state import SourceState
    from index.sync import STATE

    with store.writing(), storage_errors(store.root):
        state = SourceState(store.root / STATE)
        try:
            for source in sources:
                state.succeed(source)
            state.commit()
        finally:
            state.close()
