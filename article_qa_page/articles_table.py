"""The table of the articles: searched, sorted and cut into pages on the server.

All rows of a generation are kept in memory, so that 10,000 of them take some milliseconds.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from threading import Lock
from urllib.parse import urlsplit

from index.article import is_web_address
from index.listing import ListedArticle, Listing

PAGE = 50  # rows
MAX_SEARCH = 200  # characters
COLUMNS = ("title", "source", "published", "language", "sentences", "indexed")


@dataclass(frozen=True, slots=True)
class Row:
    """An article with what it is found and sorted by; `folded` is what is searched."""

    article: ListedArticle
    place: str
    folded: str
    title_key: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of those `found`, from the one numbered `first` (from 0); `total` counts all."""

    rows: tuple[Row, ...]
    first: int
    found: int
    total: int


class Table:
    """The rows of the live generation, read anew when there is another."""

    def __init__(
        self, generation: Callable[[], str | None], listing: Callable[[], Listing]
    ) -> None:
        self._generation = generation
        self._listing = listing
        self._lock = Lock()
        self._name: str | None = None
        self._rows: tuple[Row, ...] = ()

    def rows(self) -> tuple[Row, ...]:
        """Return all rows, in no order that matters."""
        with self._lock:
            if self._generation() != self._name:
                listing = self._listing()
                self._name = listing.generation
                self._rows = tuple(_row(article) for article in listing.articles)
            return self._rows

    def find(self, article_id: str) -> ListedArticle | None:
        """Return the article of this id."""
        return next((r.article for r in self.rows() if r.article.id == article_id), None)

    def page(self, search: str, column: str, *, descending: bool, first: int) -> Page:
        """Return a page of the articles that hold every word of `search`.

        A column that is none of `COLUMNS` sorts by date; what has no date comes last either way.
        A page after the last one is the last one.
        """
        rows = self.rows()
        words = fold(search[:MAX_SEARCH]).split()
        found = [row for row in rows if all(word in row.folded for word in words)]
        key = _KEYS.get(column, _KEYS["published"])
        found.sort(key=lambda row: row.article.id)
        found.sort(key=key, reverse=descending)
        if column not in _KEYS or column == "published":
            found.sort(key=lambda row: row.article.published is None)
        last = max(0, (len(found) - 1) // PAGE * PAGE)
        first = min(max(0, first) // PAGE * PAGE, last)
        return Page(tuple(found[first : first + PAGE]), first, len(found), len(rows))


def fold(text: str) -> str:
    """Return a text without case and accents, as it is searched."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def place_of(source: str) -> str:
    """Return what a source is called: the site of an address, or the name of a file.

    The folders that a file lies in are the server's own business.
    """
    if is_web_address(source):
        return (urlsplit(source).hostname or source).removeprefix("www.")
    path, _, part = source.partition("#")
    name = PurePath(path.replace("\\", "/")).name or source
    return f"{name} › {part}" if part else name


def base_of(source: str) -> str | None:
    """Return the file or address that `source` is, or is a part of; None for neither."""
    if is_web_address(source):
        return source.partition("#")[0]
    if not Path(source).is_absolute():
        return None
    parts = source.split("#")
    heads = ["#".join(parts[:end]) for end in range(len(parts), 0, -1)]
    return next((head for head in heads if Path(head).is_file()), heads[-1])


def _row(article: ListedArticle) -> Row:
    place = place_of(article.source)
    searched = " ".join([article.title, place, article.author or "", article.url or ""])
    return Row(article, place, fold(searched), fold(article.title))


_KEYS: dict[str, Callable[[Row], str | int]] = {
    "title": lambda row: row.title_key,
    "source": lambda row: fold(row.place),
    "published": lambda row: row.article.published.isoformat() if row.article.published else "",
    "language": lambda row: row.article.language,
    "sentences": lambda row: row.article.sentences,
    "indexed": lambda row: row.article.indexed.isoformat(),
}
