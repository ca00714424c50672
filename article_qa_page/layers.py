"""What every request passes before the app, the outermost first, and how its errors are told."""

from collections.abc import Sequence

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from article_qa_page.access.forwarding import Forwarding
from article_qa_page.access.guard import Guard
from article_qa_page.access.policy import Access
from article_qa_page.bodies import BodyLimits
from article_qa_page.event_streams import EventStreams
from article_qa_page.limits import limit_sentence
from article_qa_page.metrics import Metrics
from article_qa_page.observing import Observing
from article_qa_page.refusals import access_sentence
from article_qa_page.security import SecurityHeaders
from article_qa_page.wording import preferred
from index.errors import AccessError, LimitError
from index.settings import Settings


def add_layers(
    app: FastAPI, hosts: Sequence[str], access: Access, settings: Settings, metrics: Metrics
) -> None:
    """Put the layers around `app`, and answers for errors of access and limits."""
    # Each is put around those before it: the last one is the first to see a request.
    app.add_middleware(EventStreams)
    app.add_middleware(BodyLimits, settings=settings)
    app.add_middleware(Guard, access=access, metrics=settings.metrics)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Observing, metrics=metrics)
    app.add_middleware(Forwarding, trusted=settings.trusted_proxies, root_path=settings.root_path)

    @app.exception_handler(AccessError)
    async def not_allowed(request: Request, error: AccessError) -> JSONResponse:
        headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
        told = access_sentence(error, preferred(request.headers.get("accept-language")))
        return JSONResponse({"error": told}, error.status, headers)

    @app.exception_handler(LimitError)
    async def too_much(request: Request, error: LimitError) -> JSONResponse:
        headers = {"Retry-After": str(error.retry_after)}
        words = preferred(request.headers.get("accept-language"))
        told = limit_sentence(error, words)
        return JSONResponse({"error": told}, 429, headers)
