"""Questions answered from the articles: `answer()`, `stream_answer()`, and the `Assistant`."""

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import NoIndexError, QuestionError, UnknownArticleError
from index.types import Article, Sentence
from retrieval.filters import Filters, Several, When, make_filters
from retrieval.types import Answer

if TYPE_CHECKING:
    from index.embedding import Embedder
    from index.sync import Progress, Synchroniser, SyncReport
    from retrieval.reader import Reader
    from retrieval.retriever import Candidate, Query

MAX_QUESTION = 2_000  # characters
TOP_K = 10


def _now() -> datetime:
    return datetime.now(UTC)


class Assistant:
    """Answers from the articles of one data folder; safe to share between threads.

    `home` is the data folder and `embedder` the model (both default to the settings, see
    `index.settings`); `reader` scores sentences; `clock` tells the time that "yesterday" counts
    from. Nothing is loaded before it is needed.
    """

    def __init__(
        self,
        home: Path | str | None = None,
        *,
        embedder: "Embedder | None" = None,
        reader: "Reader | None" = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        from index.generations import GenerationStore
        from index.reading import LiveIndex
        from index.settings import load_settings

        settings = load_settings()
        self.home = Path(home).expanduser().absolute() if home else settings.home
        self._settings = settings
        self._embedder = embedder
        self._reader = reader
        self._clock = clock
        self._store = GenerationStore(self.home / "index")
        self._live = LiveIndex(self._store)

    @property
    def embedder(self) -> "Embedder":
        """The model that makes the vectors."""
        if self._embedder is None:
            from index.embedding import embedder_of

            self._embedder = embedder_of(self._settings)
        return self._embedder

    @property
    def reader(self) -> "Reader":
        """What tells how likely a sentence answers."""
        if self._reader is None:
            from retrieval.reader import bundled_reader

            self._reader = bundled_reader()
        return self._reader

    def warm_up(self) -> None:
        """Load the models now, and open the index if there is one; takes some seconds."""
        self.embedder.embed(["ready?"], "query")
        self._language("ready?")
        _ = self.reader
        if self.has_index():
            with self._live.reading() as generation:
                generation.vectors.count("chunks")

    # --- questions

    def answer(
        self,
        question: str,
        *,
        since: When | None = None,
        until: When | None = None,
        articles: Several = None,
        sources: Several = None,
        time_words: bool = True,
    ) -> Answer:
        """Answer a question, or abstain.

        The filters leave only articles published from `since` to the end of `until` (dates, or
        ISO text; UTC), of these ids, and from these paths, feeds or sites. Without dates, words
        such as "last week" in the question filter (see `retrieval.dates`), unless `time_words`
        is false. `Answer.filters` tells what was applied.

        Raises `QuestionError` for an empty or overlong question, `FilterError` for a filter that
        is none, `UnknownArticleError` for an id of no article, and `NoIndexError` if nothing has
        been indexed.
        """
        *_, complete = self.stream_answer(
            question,
            since=since,
            until=until,
            articles=articles,
            sources=sources,
            time_words=time_words,
        )
        return complete

    def stream_answer(
        self,
        question: str,
        *,
        since: When | None = None,
        until: When | None = None,
        articles: Several = None,
        sources: Several = None,
        time_words: bool = True,
    ) -> Iterator[Answer]:
        """Yield growing snapshots of the answer, the last one complete; the rest as `answer`."""
        from retrieval.asking import small_talk_answer, told
        from retrieval.extractive import write_answer
        from retrieval.reader_rules import fitted

        question = _checked(question)
        given = make_filters(since, until, articles, sources)
        if small := small_talk_answer(question):
            yield small
            return
        language, foreign = self._language(question)
        query, candidates, filters = self._retrieve(question, language, TOP_K, given, time_words)
        for snapshot in write_answer(query, candidates, fitted(self.reader, query, filters)):
            yield told(snapshot, filters, foreign=foreign)

    def search(
        self,
        question: str,
        top_k: int = TOP_K,
        *,
        since: When | None = None,
        until: When | None = None,
        articles: Several = None,
        sources: Several = None,
    ) -> "tuple[Candidate, ...]":
        """Return the `top_k` candidates for a question, best first.

        Filters and errors are those of `answer`; words of time do nothing here.
        """
        question = _checked(question)
        given = make_filters(since, until, articles, sources)
        return self._retrieve(question, self._language(question)[0], top_k, given, False)[1]

    def _retrieve(
        self, question: str, language: str, top_k: int, given: Filters, time_words: bool
    ) -> "tuple[Query, tuple[Candidate, ...], Filters]":
        """Return query, candidates, and the filters that were applied."""
        from retrieval.dates import read_period
        from retrieval.retriever import make_query
        from retrieval.scope import make_scope, retrieve_in

        period = read_period(question, language, self._clock()) if time_words else None
        with self._live.reading() as generation:
            scope = make_scope(generation.library, given, period)
            query = make_query(question, language, self.embedder)
            found = retrieve_in(scope, generation, query, self.embedder.name, top_k)
        return query, found, scope.filters

    @staticmethod
    def _language(question: str) -> tuple[str, bool]:
        """Return the language to answer in, and whether the question is in a third one."""
        from retrieval.question_language import answer_language

        return answer_language(question)

    # --- articles

    def has_index(self) -> bool:
        """Tell whether anything was ever indexed in the data folder."""
        return self._store.current() is not None

    def articles(self) -> tuple[Article, ...]:
        """Return all articles, the newest first; raise `NoIndexError` if nothing was indexed."""
        with self._live.reading() as generation:
            return generation.library.articles()

    def article(self, article_id: str) -> Article:
        """Return one article; raise `UnknownArticleError` if there is none of this id."""
        try:
            with self._live.reading() as generation:
                return generation.library.articles_by_id([article_id])[article_id]
        except (KeyError, NoIndexError):
            raise UnknownArticleError(
                f"No article has the id {article_id!r}: 'article-qa list' shows them all."
            ) from None

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return the sentences, title and headings of an article in order; errors as `article`."""
        self.article(article_id)
        with self._live.reading() as generation:
            return generation.library.sentences(article_id)

    def add(
        self, paths: "Iterable[Path | str] | Path | str", progress: "Progress | None" = None
    ) -> "SyncReport":
        """Index files and folders (see `index.sync.Synchroniser.add`)."""
        several = [paths] if isinstance(paths, (str, Path)) else paths
        return self._synchroniser().add([Path(path) for path in several], progress)

    def add_articles(
        self, articles: Iterable[Article], progress: "Progress | None" = None
    ) -> "SyncReport":
        """Index articles made with `index.article.make_article`."""
        return self._synchroniser().add_articles(articles, progress)

    def sync(self, folder: Path | str, progress: "Progress | None" = None) -> "SyncReport":
        """Make the index hold what a folder holds, no more of it and no less."""
        return self._synchroniser().sync(Path(folder), progress)

    def remove(self, ids: Iterable[str]) -> "SyncReport":
        """Remove articles by id; raise `UnknownArticleError` and remove none if one is unknown."""
        return self._synchroniser().remove(ids)

    def reindex(self, progress: "Progress | None" = None) -> "SyncReport":
        """Build the vectors anew from the stored articles, with the model now set."""
        return self._synchroniser().reindex(progress)

    def _synchroniser(self) -> "Synchroniser":
        from index.sync import Synchroniser

        return Synchroniser(self._store, self.embedder)

    def close(self) -> None:
        """Let go of the index's files; the next question opens them again."""
        self._live.close()


_default_lock = threading.Lock()


@cache
def _assistant_of(home: Path) -> Assistant:
    return Assistant(home)


def default_assistant() -> Assistant:
    """Return the one assistant of this process for the data folder of the settings."""
    from index.settings import load_settings

    with _default_lock:
        return _assistant_of(load_settings().home)


def answer(question: str, **filters: Any) -> Answer:
    """Answer a question from the articles of the data folder (see `Assistant.answer`)."""
    return default_assistant().answer(question, **filters)


def stream_answer(question: str, **filters: Any) -> Iterator[Answer]:
    """Yield growing snapshots of the answer (see `Assistant.stream_answer`)."""
    return default_assistant().stream_answer(question, **filters)


def search(question: str, top_k: int = TOP_K, **filters: Any) -> "tuple[Candidate, ...]":
    """Return the passages found for a question (see `Assistant.search`)."""
    return default_assistant().search(question, top_k, **filters)


def _checked(question: str) -> str:
    question = " ".join(question.split())
    if not any(character.isalnum() for character in question):
        raise QuestionError("The question is empty: ask about the articles in a few words.")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters: ask it in at most {MAX_QUESTION:,}."
        )
    return question
