"""The articles that an assistant answers from: what it holds, and what changes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import NoIndexError, unknown_article
from index.types import Article, Sentence

if TYPE_CHECKING:
    from index.embedding import Embedder
    from index.known import Elsewhere
    from index.listing import Listing
    from index.source_state import PastFailure
    from index.sync import Progress, Synchroniser, SyncReport


@dataclass(frozen=True, slots=True)
class IndexSize:
    """How many articles and chunks there are, and which generation is live."""

    articles: int
    chunks: int
    generation: int


class Collection:
    """The articles of one data folder; safe to share between threads.

    They lie on a Chroma server where the settings name one.

    `home` is the data folder and `embedder` the model; both default to the settings, see
    `index.settings`. Nothing is loaded before it is needed.
    """

    def __init__(
        self, home: Path | str | None = None, *, embedder: "Embedder | None" = None
    ) -> None:
        from index.reading import LiveIndex
        from index.settings import load_settings
        from index.stores import store_of

        settings = load_settings()
        self.home = Path(home).expanduser().absolute() if home else settings.home
        self._settings = settings
        self._embedder = embedder
        self._store = store_of(settings, self.home)
        self._live = LiveIndex(self._store)

    @property
    def embedder(self) -> "Embedder":
        """The model that makes the vectors."""
        if self._embedder is None:
            from index.embedding import embedder_of

            self._embedder = embedder_of(self._settings)
        return self._embedder

    def has_index(self) -> bool:
        """Tell whether anything was ever indexed in the data folder."""
        self._store.refresh()
        return self._store.current() is not None

    def size(self) -> IndexSize:
        """Return the size of the index; raise `NoIndexError` if nothing was indexed."""
        with self._live.reading() as generation:
            counts = generation.library.counts()
            return IndexSize(counts["articles"], counts["chunks"], int(generation.name))

    def generation(self) -> str | None:
        """Return the name of the live generation: another one after each change, None at first."""
        self._store.refresh()
        return self._store.current()

    def listing(self) -> "Listing":
        """Return what a table of all articles shows, with the generation it is true of."""
        from index.listing import Listing, list_articles

        try:
            with self._live.reading() as generation:
                return Listing(generation.name, list_articles(generation.library))
        except NoIndexError:
            return Listing(None, ())

    def articles(self) -> tuple[Article, ...]:
        """Return all articles, the newest first; raise `NoIndexError` if nothing was indexed."""
        with self._live.reading() as generation:
            return generation.library.articles()

    def page_of_articles(self, offset: int, limit: int) -> tuple[int, tuple[Article, ...]]:
        """Return how many articles there are, and `limit` of them from `offset` on.

        The order and the error are those of `articles`.
        """
        with self._live.reading() as generation:
            library = generation.library
            return library.counts()["articles"], library.articles(offset, limit)

    def article(self, article_id: str) -> Article:
        """Return one article; raise `UnknownArticleError` if there is none of this id."""
        try:
            with self._live.reading() as generation:
                return generation.library.articles_by_id([article_id])[article_id]
        except (KeyError, NoIndexError):
            raise unknown_article(article_id) from None

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return the sentences, title and headings of an article in order; errors as `article`."""
        self.article(article_id)
        with self._live.reading() as generation:
            return generation.library.sentences(article_id)

    def published_elsewhere(self, article_id: str) -> "tuple[Elsewhere, ...]":
        """Return where the same or nearly the same article was published; errors as `article`."""
        from index.known import published_elsewhere

        self.article(article_id)
        with self._live.reading() as generation:
            return published_elsewhere(generation.library, article_id)

    def add(
        self,
        paths: "Iterable[Path | str] | Path | str",
        progress: "Progress | None" = None,
        *,
        plan: bool = False,
    ) -> "SyncReport":
        """Index files, folders and web addresses (see `index.sync.Synchroniser.add`)."""
        several = [paths] if isinstance(paths, (str, Path)) else paths
        return self._synchroniser().add(several, progress, plan=plan)

    def add_articles(
        self, articles: Iterable[Article], progress: "Progress | None" = None
    ) -> "SyncReport":
        """Index articles made with `index.article.make_article`."""
        return self._synchroniser().add_articles(articles, progress)

    def sync(
        self,
        folder: Path | str | None = None,
        progress: "Progress | None" = None,
        *,
        plan: bool = False,
    ) -> "SyncReport":
        """Make the index hold what a folder, or all that `sources.toml` lists, holds.

        With `plan` nothing is written: the report says what would be.
        """
        if folder is None:
            from index.source_list import load_sources

            return self._synchroniser().sync_all(load_sources(self.home), progress, plan=plan)
        return self._synchroniser().sync(Path(folder), progress, plan=plan)

    def remove(self, ids: Iterable[str]) -> "SyncReport":
        """Remove articles by id; raise `UnknownArticleError` and remove none if one is unknown."""
        return self._synchroniser().remove(ids)

    def reindex(self, progress: "Progress | None" = None) -> "SyncReport":
        """Build the vectors anew from the stored articles, with the model now set."""
        return self._synchroniser().reindex(progress)

    def past_failures(self) -> "list[PastFailure]":
        """Return the sources that could not be read the last time they were tried."""
        from index.sync import past_failures

        return past_failures(self._store)

    def forget_failures(self, sources: Iterable[str]) -> None:
        """Forget that these sources could not be read."""
        from index.listing import forget_failures

        forget_failures(self._store, sources)

    def _synchroniser(self) -> "Synchroniser":
        from index.sync import Synchroniser
        from index.web.fetching import fetcher_of

        return Synchroniser(self._store, self.embedder, lambda: fetcher_of(self._settings))

    def close(self) -> None:
        """Let go of the index's files; the next question opens them again."""
        self._live.close()
        self._store.close()
