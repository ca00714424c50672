"""The records of retrieval: passages found, citations checked, the answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

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
    `highlight` are the words within the quote that are the answer itself, as start and end in
    the article's text, where the reader is sure of them. `page` counts from 1, in articles read
    from paged documents.
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
    highlight: tuple[int, int] | None = None
    page: int | None = None

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
            "highlight": list(self.highlight) if self.highlight else None,
            "page": self.page,
        }


Verdict = Literal["supported", "partly", "not_found"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence that a chat model wrote, `answer.text[start:end]`, and what was found for it.

    `text` is without markers and `citations` are their numbers. `missing` are the numbers, dates
    and names that the cited sentences do not hold; `agreement` (0-1) is how near claim and
    sentences are in meaning. A claim that is not "supported" is followed
    by a mark in the answer's text.
    """

    text: str
    start: int
    end: int
    verdict: Verdict
    citations: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    agreement: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the claim as JSON types."""
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "verdict": self.verdict,
            "citations": list(self.citations),
            "missing": list(self.missing),
            "agreement": round(self.agreement, 4),
        }


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a chat model read and wrote, and the cost where its provider tells it."""

    input_tokens: int
    output_tokens: int
    cost: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the usage as JSON types."""
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cost": self.cost,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, and on what evidence; the same on every surface.

    `text` holds markers such as `[1]` that name `citations` by number. When `abstained` is
    true, `citations` is empty and `passages` are the nearest ones. `language` ("en" or "fr")
    is the question's, and that of the answer's own words. `confidence` is the probability
    (0-1) that the articles answer the question. `filters` tells which articles were asked or
    favoured, where that was not all alike.

    `rewritten` is the question that was searched for, where a follow-up was not understood by
    itself; `seconds` is the time by stage. With a chat model, `model` names the one that wrote
    the text, `claims` are its sentences with their verdicts and `usage` its tokens; `note` is a
    sentence that says why the answer was written without it.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    abstained: bool
    language: str
    confidence: float
    filters: Filters | None = None
    rewritten: str | None = None
    model: str | None = None
    claims: tuple[Claim, ...] = ()
    note: str | None = None
    usage: Usage | None = None
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

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
            "rewritten": self.rewritten,
            "model": self.model,
            "claims": [claim.to_dict() for claim in self.claims],
            "note": self.note,
            "usage": self.usage.to_dict() if self.usage else None,
            "seconds": {stage: round(spent, 3) for stage, spent in self.seconds.items()},
        }

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the answer as a JSON object, accents kept."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
