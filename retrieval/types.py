"""The records of retrieval: passages found, citations checked, the answer."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from index.types import Article, Chunk
from retrieval.filters import Filters


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk with its article; `score` lies in 0-1, higher is better."""

    chunk: Chunk
    article: Article
    score: float

    def to_dict(self) -> dict[str, Any]:
        """Return the passage as JSON types, without the article's full text."""
        return {
            "chunk_id": self.chunk.id,
            "article_id": self.article.id,
            "title": self.article.title,
            "url": self.article.url,
            "published": _iso(self.article.published),
            "language": self.article.language,
            "text": self.chunk.text,
            "start": self.chunk.start,
            "end": self.chunk.end,
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact sentence of an exact article: `article.text[start:end] == quote`.

    `number` counts from 1 in the order of appearance in the answer. `score` is the probability
    (0-1) that the sentence answers the question. `article_digest` is the article's `digest`
    when the answer was given: another one since tells that the article was replaced.
    """

    number: int
    article_id: str
    title: str
    url: str | None
    published: datetime | None
    language: str
    start: int
    end: int
    quote: str
    score: float
    article_digest: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the citation as JSON types."""
        return {
            "number": self.number,
            "article_id": self.article_id,
            "title": self.title,
            "url": self.url,
            "published": _iso(self.published),
            "language": self.language,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "score": round(self.score, 4),
            "article_digest": self.article_digest,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, and on what evidence; the same on every surface.

    `text` holds markers such as `[1]` that name `citations` by number. When `abstained` is
    true, `citations` is empty and `passages` are the nearest ones. `language` ("en" or "fr")
    is the question's, and that of the answer's own words. `confidence` is the probability
    (0-1) that the articles answer the question. `filters` tells which articles were asked or
    favoured, where that was not all alike.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    abstained: bool
    language: str
    confidence: float
    filters: Filters | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as JSON types."""
        return {
            "question": self.question,
            "text": self.text,
            "citations": [citation.to_dict() for citation in self.citations],
            "passages": [passage.to_dict() for passage in self.passages],
            "abstained": self.abstained,
            "language": self.language,
            "confidence": round(self.confidence, 4),
            "filters": self.filters.to_dict() if self.filters else None,
        }

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the answer as a JSON object, accents kept."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
