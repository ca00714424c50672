"""REST under `/api/v1`: ask, search, articles, and the schema of an answer."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, suppress
from typing import Annotated, Any

import anyio
from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import HTTPException
from sse_starlette import EventSourceResponse, JSONServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from article_qa_page.access import Role, caller_of, require
from article_qa_page.programs.asking import Asking
from article_qa_page.programs.problems import problem_of, tell_problems
from article_qa_page.programs.records import (
    ArticlePage,
    ArticleRecord,
    FoundPassages,
    article_page,
    article_record,
    passage_record,
)
from article_qa_page.programs.requests import (
    MAX_PAGE,
    MAX_PASSAGES,
    Asked,
    Sought,
    checked,
    made,
)
from article_qa_page.programs.schema import MEDIA_TYPE, answer_schema
from retrieval.types import Answer

EVENT_STREAM = "text/event-stream"
PING = 15  # seconds between two signs of life in a stream


def rest_app(asking: Asking) -> FastAPI:
    """Return the app that is mounted at `REST_PATH`."""
    app = FastAPI(dependencies=[Depends(_reader)], openapi_url=None, docs_url=None, redoc_url=None)
    tell_problems(app)
    schema = answer_schema()

    @app.post("/ask")
    async def ask(request: Request) -> Response:
        """Answer a question: the whole answer, or, where a stream is accepted, as it grows."""
        asked = checked(Asked, await _json_body(request))
        snapshots = asking.snapshots(asked, caller_of(request).client)
        first = await run_in_threadpool(next, snapshots)  # errors still have their status here
        if EVENT_STREAM in request.headers.get("accept", ""):
            return EventSourceResponse(_events(first, snapshots), ping=PING)
        async with aclosing(_followed(first, snapshots)) as followed:
            async for answer in followed:
                complete = answer
                if await request.is_disconnected():
                    break
        return JSONResponse(complete.to_dict())

    @app.get("/search")
    def search(
        request: Request,
        question: str,
        top_k: Annotated[int, Query(ge=1, le=MAX_PASSAGES)] = 10,
        since: str | None = None,
        until: str | None = None,
        article: Annotated[list[str] | None, Query()] = None,
        source: Annotated[list[str] | None, Query()] = None,
    ) -> FoundPassages:
        """Return the passages nearest to a question."""
        sought = made(
            Sought,
            question=question,
            top_k=top_k,
            since=since,
            until=until,
            articles=article,
            sources=source,
        )
        found = asking.search(sought, caller_of(request).client)
        passages = [passage_record(passage) for passage in found]
        return FoundPassages(question=question, passages=passages)

    @app.get("/articles")
    def articles(
        offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
    ) -> ArticlePage:
        """List the articles, the newest first."""
        asking.ready()
        return article_page(asking.assistant, offset, limit)

    @app.get("/articles/{article_id}")
    def article(article_id: str) -> ArticleRecord:
        """Return an article with its text and the spans of its sentences."""
        asking.ready()
        found = asking.assistant.article(article_id)
        return article_record(found, asking.assistant.sentences(article_id))

    @app.get("/schema.json")
    def the_schema() -> JSONResponse:
        """Return the JSON Schema of an answer."""
        return JSONResponse(schema, media_type=MEDIA_TYPE)

    return app


def _reader(request: Request) -> None:
    require(request, Role.READER)


async def _json_body(request: Request) -> bytes:
    """Return the body, which must be said to be JSON; its size is limited before it comes here."""
    # No page elsewhere can send this type without asking first, which is not answered.
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise HTTPException(415, "Send the question as JSON, with the type application/json.")
    return await request.body()


async def _followed(first: Answer, rest: Iterator[Answer]) -> AsyncGenerator[Answer, None]:
    """Yield `first` and the rest, made in threads; what is not wanted any more is given up."""
    try:
        answer: Answer | None = first
        while answer is not None:
            yield answer
            answer = await run_in_threadpool(next, rest, None)
    finally:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(_close, rest)


def _close(snapshots: Iterator[Answer]) -> None:
    with suppress(AttributeError):  # an iterator that is no generator holds nothing
        snapshots.close()  # type: ignore[attr-defined]


async def _events(first: Answer, rest: Iterator[Answer]) -> AsyncIterator[Any]:
    """Yield the events of a stream: `waiting`, growing `answer`s, then `complete` or `error`."""
    last = first
    async with aclosing(_followed(first, rest)) as followed:
        try:
            async for answer in followed:
                last = answer
                if answer.text:
                    yield JSONServerSentEvent(answer.to_dict(), event="answer")
                else:
                    yield JSONServerSentEvent({}, event="waiting")
        except Exception as error:  # noqa: BLE001 (the status is long sent: the stream tells it)
            yield JSONServerSentEvent(problem_of(error), event="error")
        else:
            yield JSONServerSentEvent(last.to_dict(), event="complete")
