"""Searching the articles for a question, in line with the other questions."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import QuestionError
from retrieval.collection import Collection
from retrieval.filters import Filters, Several, When, make_filters
from retrieval.waiting_line import WaitingLine

if TYPE_CHECKING:
    from index.embedding import Embedder
    from retrieval.retriever import Candidate, Query

MAX_QUESTION = 2_000  # characters
TOP_K = 10


def now() -> datetime:
    """Return the time of this machine's clock, in UTC."""
    return datetime.now(UTC)


class SearchedCollection(Collection):
    """Articles in which passages are found; safe to share between threads.

    `clock` tells the time that "yesterday" counts from; the rest as `Collection`.
    """

    def __init__(
        self,
        home: Path | str | None = None,
        *,
        embedder: "Embedder | None" = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        super().__init__(home, embedder=embedder)
        self._clock = clock
        self._line = WaitingLine()

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
        question = checked(question)
        given = make_filters(since, until, articles, sources)
        with self._line.join() as place:
            place.called()
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


def checked(question: str) -> str:
    """Return a question on one line; raise `QuestionError` for an empty or overlong one."""
    question = " ".join(question.split())
    if not any(character.isalnum() for character in question):
        raise QuestionError("The question is empty: ask about the articles in a few words.")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters: ask it in at most {MAX_QUESTION:,}.",
            len(question),
            MAX_QUESTION,
        )
    return question
