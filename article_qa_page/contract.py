"""What the page asks of an assistant: no more than these calls."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from article_qa_page.articles_contract import ArticleKeeper
from index.types import Article, Sentence
from retrieval.collection import IndexSize
from retrieval.filters import Several, When
from retrieval.suggestions import Span, Suggestion
from retrieval.types import Answer


class PageAssistant(ArticleKeeper, Protocol):
    """The part of `retrieval.answering.Assistant` that the page uses."""

    def warm_up(self) -> None:
        """Load the models once; slow the first time."""

    def has_index(self) -> bool:
        """Tell whether anything was ever indexed."""
        ...

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

    def size(self) -> IndexSize:
        """Return the size of the index; raise `NoIndexError` where there is none."""
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

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return the spans of the article's sentences, in order."""
        ...
