"""Articles chosen by date, id and source, and search kept within them; all from the library.

Chroma's own filters are slow on large indexes, so that it is never asked to filter: what it finds
is looked up here, and a few articles are searched exactly, over their stored vectors.
"""

import heapq
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from index.embedding import Vectors
from index.generation import Generation
from index.library import Library
from index.vectors import Kind

_VARIABLES = 500
_PAGE = 200  # rows of the word search looked at in one go


def select_articles(
    library: Library,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    articles: Sequence[str] = (),
    sources: Sequence[str] = (),
) -> set[str]:
    """Return the ids of the articles with `since <= published < until` that pass the rest too.

    No article without a date passes a date. Empty `articles` or `sources` let all pass; for
    `sources` see `is_from`.
    """
    bounds = [("published >= ?", since), ("published < ?", until)]
    tests = [(test, moment) for test, moment in bounds if moment is not None]
    where = " AND ".join(["1", *(test for test, _ in tests)])
    columns = "id, source, url" if sources else "id, NULL, NULL"
    rows = library.run(
        f"SELECT {columns} FROM articles WHERE {where}", [_stored(moment) for _, moment in tests]
    )
    wanted = set(articles)
    return {
        row[0]
        for row in rows
        if (not wanted or row[0] in wanted)
        and (not sources or any(is_from(source, row[1], row[2]) for source in sources))
    }


def undated_articles(library: Library) -> set[str]:
    """Return the ids of the articles without a date."""
    return {row[0] for row in library.run("SELECT id FROM articles WHERE published IS NULL")}


def _stored(moment: datetime) -> str:
    # Without its zone a bound sorts before every stored form of the same instant.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat()


def is_from(wanted: str, source: str, url: str | None) -> bool:
    """Tell whether an article was read from `wanted`.

    That is its path or feed, a folder or file name on its path, or the host of its site, with or
    without "www." and what stands before the name: "example.org" holds "news.example.org".
    """
    wanted = wanted.strip().rstrip("/")
    if not wanted:
        return False
    addresses = [address.rstrip("/") for address in (source, url or "")]
    for address in addresses:
        if address == wanted or address.startswith((f"{wanted}/", f"{wanted}#", f"{wanted}?")):
            return True
        host = _host(address)
        if host and (host == wanted.lower() or host.endswith("." + wanted.lower())):
            return True
    if "://" in source or "://" in wanted:
        return False
    return f"/{wanted.removeprefix('./').strip('/')}/" in f"/{source.strip('/')}/"


def _host(address: str) -> str:
    if "://" not in address:
        return ""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


# --- search within a selection


def count_chunks(library: Library, articles: Sequence[str]) -> int:
    """Return how many chunks these articles have."""
    sql = "SELECT COUNT(*) FROM chunks WHERE article_id IN (%s)"
    return sum(row[0] for row in _in_parts(library, sql, articles))


def articles_of_chunks(library: Library, keys: Sequence[int]) -> dict[int, str]:
    """Return the article of each chunk, by the chunk's key."""
    return dict(
        _in_parts(library, "SELECT key, article_id FROM chunks WHERE key IN (%s)", list(keys))
    )


def search_words_among(
    library: Library, articles: set[str], terms: Sequence[str], limit: int
) -> dict[int, float]:
    """Return BM25 by chunk key, as `Library.search_words`, of chunks of these articles only."""
    found: dict[int, float] = {}
    rows = library.words_ranked(terms)
    while len(found) < limit and (page := rows.fetchmany(_PAGE)):
        homes = articles_of_chunks(library, [key for key, _ in page])
        found |= {key: score for key, score in page if homes[key] in articles}
    return dict(list(found.items())[:limit])


def nearest_exactly(
    generation: Generation,
    kind: Kind,
    articles: Sequence[str],
    vector: Vectors,
    model: str,
    limit: int,
) -> list[int]:
    """Return keys of the chunks whose text or sentence is nearest, of all of these articles.

    Every vector is compared, some at a time: memory stays small, time grows with the articles.
    """
    key = "key" if kind == "chunks" else "chunk"
    sql = f"SELECT {key}, digest FROM {kind} WHERE article_id IN (%s)"
    best: list[tuple[float, int]] = []
    for part in _parts(articles, 50):
        rows = list(_in_parts(generation.library, sql, part))
        cosines = generation.cosines(kind, {digest for _, digest in rows}, vector, model)
        scored = [(cosines[digest], chunk) for chunk, digest in rows if digest in cosines]
        best = heapq.nlargest(limit, [*best, *scored])
    return [chunk for _, chunk in best]


def _in_parts(library: Library, sql: str, values: Sequence[Any]) -> Iterator[Any]:
    for part in _parts(values, _VARIABLES):
        yield from library.run(sql % ",".join("?" * len(part)), part)


def _parts(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
