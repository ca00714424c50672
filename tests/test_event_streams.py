"""A queue that the server does not know is told so in its stream, and is no fault to report."""

import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from browser import GARE, FakeAssistant, serving
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from starlette.responses import StreamingResponse

from article_qa_page.event_streams import EventStreams


@pytest.mark.parametrize("path", ["call/ask/x", "queue/data?session_hash=x"])
def test_an_unknown_queue_is_told_in_its_stream(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(FakeAssistant(GARE)) as address:
        log = logging.getLogger("uvicorn.error")  # it passes nothing on
        log.addHandler(caplog.handler)
        try:
            # Read to its end: a response that is cut off raises here.
            reply = httpx.get(f"{address}gradio_api/{path}", timeout=60)
        finally:
            log.removeHandler(caplog.handler)
    assert reply.status_code == 200 and "error" in reply.text
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def _raising(error: Exception, media_type: str) -> TestClient:
    app = FastAPI()
    app.add_middleware(EventStreams)

    async def parts() -> AsyncIterator[str]:
        yield "data: one\n\n"
        raise error

    @app.get("/")
    def stream() -> StreamingResponse:
        return StreamingResponse(parts(), media_type=media_type)

    return TestClient(app)


def test_events_with_a_status_raised_after_them_are_whole() -> None:
    reply = _raising(HTTPException(404), "text/event-stream").get("/")
    assert (reply.status_code, reply.text) == (200, "data: one\n\n")


@pytest.mark.parametrize(
    ("error", "media_type"),
    [(HTTPException(404), "text/plain"), (RuntimeError("broken"), "text/event-stream")],
)
def test_any_other_error_of_a_stream_passes(error: Exception, media_type: str) -> None:
    with pytest.raises(RuntimeError):
        _raising(error, media_type).get("/")
