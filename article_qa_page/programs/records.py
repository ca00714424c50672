"""What programs are given of articles and passages, as records with a schema."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, PlainSerializer, WithJsonSchema

from article_qa_page.programs.contract import ProgramAssistant
from index.types import Article, Sentence, SentenceKind
from retrieval.types import Passage

# As everywhere else, 2024-11-25T00:00:00+00:00, where pydantic would write a Z.
Moment = Annotated[
    datetime,
    PlainSerializer(datetime.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Score = Annotated[float, Field(ge=0, le=1)]
Offset = Annotated[int, Field(ge=0, description="In characters of the article's text.")]


class PassageRecord(BaseModel):
    """A stretch of an article, `text[start:end]` of it; a higher `score` is better."""

    chunk_id: str
    article_id: str
    title: str
    url: str | None
    published: Moment | None
    language: str
    text: str
    start: Offset
    end: Offset
    score: Score


class FoundPassages(BaseModel):
    """What a search found, best first."""

    question: str
    passages: list[PassageRecord]


class ArticleCard(BaseModel):
    """What is known of an article, without its text.

    `source` is its address on the web, or the name of the file that it was read from.
    """

    id: str
    title: str
    url: str | None
    published: Moment | None
    language: str
    author: str | None
    source: str
    characters: int


class ArticlePage(BaseModel):
    """Some of the articles, the newest first; `next` is the offset of the following ones."""

    total: int
    offset: int
    articles: list[ArticleCard]
    next: int | None


class SentenceRecord(BaseModel):
    """A sentence, title line or heading: `text[start:end]` of the article; `page` from 1."""

    start: Offset
    end: Offset
    kind: SentenceKind
    page: int | None
    text: str


class ArticleRecord(ArticleCard):
    """An article with its text and the spans of its sentences; `digest` changes with it."""

    digest: str
    text: str
    sentences: list[SentenceRecord]


def passage_record(passage: Passage) -> PassageRecord:
    """Return the record of a passage."""
    return PassageRecord.model_validate(passage.to_dict())


def article_card(article: Article) -> ArticleCard:
    """Return the card of an article."""
    return ArticleCard(
        id=article.id,
        title=article.title,
        url=article.url,
        published=article.published,
        language=article.language,
        author=article.author,
        source=public_source(article.source),
        characters=len(article.text),
    )


def article_record(article: Article, sentences: Sequence[Sentence]) -> ArticleRecord:
    """Return the record of an article."""
    return ArticleRecord(
        **dict(article_card(article)),
        digest=article.digest,
        text=article.text,
        sentences=[
            SentenceRecord(
                start=sentence.start,
                end=sentence.end,
                kind=sentence.kind,
                page=article.page(sentence.start),
                text=article.text[sentence.start : sentence.end],
            )
            for sentence in sentences
        ],
    )


def article_page(assistant: ProgramAssistant, offset: int, limit: int) -> ArticlePage:
    """Return `limit` articles from `offset` on; raise `NoIndexError` if nothing was indexed."""
    total, articles = assistant.page_of_articles(offset, limit)
    after = offset + len(articles)
    return ArticlePage(
        total=total,
        offset=offset,
        articles=[article_card(article) for article in articles],
        next=after if articles and after < total else None,
    )


def public_source(source: str) -> str:
    """Return a source without the folders of this machine: they are nobody else's business."""
    if source.startswith(("http://", "https://")):
        return source
    return re.split(r"[/\\]", source)[-1]
