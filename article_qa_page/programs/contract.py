"""What the interfaces for programs ask of an assistant, beyond what the page asks."""

from typing import TYPE_CHECKING, Protocol

from article_qa_page.contract import PageAssistant
from index.types import Article
from retrieval.filters import Several, When

if TYPE_CHECKING:
    from retrieval.retriever import Candidate


class ProgramAssistant(PageAssistant, Protocol):
    """The part of `retrieval.answering.Assistant` that programs reach."""

    def search(
        self,
        question: str,
        top_k: int = 10,
        *,
        since: When | None = None,
        until: When | None = None,
        articles: Several = None,
        sources: Several = None,
    ) -> "tuple[Candidate, ...]":
        """Return the passages found for a question, best first."""
        ...

    def page_of_articles(self, offset: int, limit: int) -> tuple[int, tuple[Article, ...]]:
        """Return how many articles there are, and `limit` of them from `offset` on."""
        ...
