"""The same retriever for LangChain."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.answering import Assistant


class ArticleRetriever(BaseRetriever):
    """Finds passages; a `Document`'s metadata hold the offsets of its text in the article.

    `metadata` has the keys of `Passage.to_dict` but for the text: `article_id`, `start`, `end`
    (characters), `title`, `url`, `published`, `language`, `score` (0-1) and `chunk_id`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    top_k: int = 5

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [_document(c.passage.to_dict()) for c in self.assistant.search(query, self.top_k)]


def _document(passage: dict[str, Any]) -> Document:
    text = passage.pop("text")
    return Document(page_content=text, metadata=passage, id=passage["chunk_id"])
