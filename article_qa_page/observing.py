"""The server as seen from outside: a line and a count for each request, readiness, figures."""

import time

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from article_qa_page.access.guard import bare_path
from article_qa_page.access.roles import Caller
from article_qa_page.access.rules import OTHER
from article_qa_page.logs import requests_log, told
from article_qa_page.metrics import CONTENT_TYPE, HasSize, Metrics
from article_qa_page.startup import Startup
from index.errors import ArticleQAError, NoIndexError

_LONGEST_PATH = 200  # characters of a path in the log


class Observing:
    """ASGI middleware that tells of each request when its response has ended."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.monotonic()
        state = scope.setdefault("state", {})
        method, path = scope["method"], bare_path(scope)
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            status = status or 500
            self._metrics.request(method, state.get("rule", OTHER.path), status)
            told(
                requests_log,
                "request",
                method=method[:20],
                path=path[:_LONGEST_PATH],
                status=status,
                ms=round(1_000 * (time.monotonic() - begun)),
                role=state.get("caller", Caller()).role.label,
            )


def add_health(app: FastAPI, startup: Startup, metrics: Metrics, index: HasSize) -> None:
    """Add `/healthz` (alive), `/readyz` (models and index ready) and `/metrics` to `app`."""

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """Tell that the server runs, whether or not the models are loaded."""
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        """Tell whether a question would be answered now, and if not, which part is not ready.

        Anybody may ask: reasons, which name files and models, are told on the page.
        """
        status = startup.status
        if status.stage != "ready":
            return JSONResponse({"status": status.stage, "part": status.part}, 503)
        try:
            index.size()
        except NoIndexError:
            return JSONResponse({"status": "empty", "part": "articles"}, 503)
        except ArticleQAError:
            return JSONResponse({"status": "damaged", "part": "articles"}, 503)
        return JSONResponse({"status": "ready"})

    @app.get("/metrics")
    def figures() -> Response:
        """Return the figures for Prometheus."""
        return Response(metrics.page(), media_type=CONTENT_TYPE)
