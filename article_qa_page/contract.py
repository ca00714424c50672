"""What the page asks of an assistant: no more than these calls."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from index.known import Elsewhere
from index.types import Article, Sentence
from retrieval.filters import Several, When
from retrieval.suggestions import Span, Suggestion
from retrieval.types import Answer

Progress = Callable[[str, int, int], None]
"""Told a stage of indexing, how much of it is done, and how much there is."""


class PageAssistant(Protocol):
    """The part of `retrieval.answering.Assistant` that the page uses."""

    home: Path
    """The data folder."""

    def warm_up(self) -> None:
        """Load the models once; slow the first time."""

    def has_index(self) -> bool:
        """Tell whether anything was ever indexed."""
        ...

    def add(self, paths: Iterable[Path], progress: Progress | None = None) -> Any:
        """Index the files and folders at `paths`."""

    def stream_answer(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        since: When | None = None,
        until: When | None = None,
        articles: Several = None,
        sources: Several = None,
        time_words: bool = True,
    ) -> Iterator[Answer]:
        """Yield growing snapshots of the answer; the last one is complete.

        `history` holds earlier questions and the texts of their answers, the oldest first.
        `time_words` tells whether words such as "last week" in the question filter.
        """
        ...

    def suggest(
        self,
        question: str,
        cited: Sequence[Span] = (),
        *,
        earlier: Sequence[str] = (),
        since: When | None = None,
        until: When | None = None,
        articles: Several = None,
        sources: Several = None,
    ) -> tuple[Suggestion, ...]:
        """Return a few questions to go on with, none answered by a sentence already `cited`."""
        ...

    def articles(self) -> tuple[Article, ...]:
        """Return the articles of the index; raise `NoIndexError` where there is none."""
        ...

    def article(self, article_id: str) -> Article:
        """Return one article; raise `UnknownArticleError` for any other id."""
        ...

    def published_elsewhere(self, article_id: str) -> tuple[Elsewhere, ...]:
        """Return where the same article, or nearly the same, was published too."""
        ...

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return the spans of the article's sentences, in order."""
        ...
