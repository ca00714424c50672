"""The same retriever for LangChain."""

from datetime import date, datetime
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.answering import Assistant


class ArticleRetriever(BaseRetriever):
    """Finds passages; a `Document`'s metadata hold the offsets of its text in the article.

    `metadata` has the keys of `Passage.to_dict` but for the text: `article_id`, `start`, `end`
    (characters), `title`, `url`, `published`, `language`, `score` (0-1) and `chunk_id`. The
    filters are those of `Assistant.answer`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    top_k: int = 5
    since: date | datetime | str | None = None
    until: date | datetime | str | None = None
    articles: str | tuple[str, ...] | None = None
    sources: str | tuple[str, ...] | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        found = self.assistant.search(
            query,
            self.top_k,
            since=self.since,
            until=self.until,
            articles=self.articles,
            sources=self.sources,
        )
        return [_document(candidate.passage.to_dict()) for candidate in found]


def _document(passage: dict[str, Any]) -> Document:
    text = passage.pop("text")
    return Document(page_content=text, metadata=passage, id=passage["chunk_id"])
