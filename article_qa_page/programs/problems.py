"""Errors for programs: one sentence, as `application/problem+json` (RFC 9457), and its status."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from article_qa_page.programs.asking import NotReadyError
from article_qa_page.programs.requests import RequestError, sentence_of
from article_qa_page.refusals import problem, problem_body
from index.errors import (
    AccessError,
    ArticleQAError,
    FilterError,
    LimitError,
    NoIndexError,
    QuestionError,
    UnknownArticleError,
)

log = logging.getLogger(__name__)

RETRY_AFTER = 5  # seconds
DEFECT = "The request could not be answered: the server's log says why."
_STATUSES: tuple[tuple[type[ArticleQAError], int], ...] = (
    (RequestError, 422),
    (QuestionError, 422),
    (FilterError, 422),
    (UnknownArticleError, 404),
    (NoIndexError, 404),
    (LimitError, 429),
)
_SAID = {
    404: "There is nothing at this address: see /api/v1/schema.json and the README.",
    405: "This address is not asked with that method: see the README.",
}


def problem_of(error: Exception) -> dict[str, Any]:
    """Return the problem that an error is; a defect is logged and told in general terms."""
    if not isinstance(error, ArticleQAError):
        log.error("A program's request failed", exc_info=error)
        return problem_body(DEFECT, 500)
    return problem_body(str(error), _status(error))


def problem_response(error: Exception) -> JSONResponse:
    """Return the response that tells an error."""
    told = problem_of(error)
    return problem(told["detail"], told["status"], _headers(error))


@contextmanager
def told_as(kind: Callable[[str], Exception]) -> Iterator[None]:
    """Raise an error within as a `kind` of another protocol that says the same sentence."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 (whatever it is, a client is told one sentence)
        raise kind(problem_of(error)["detail"]) from None


def tell_problems(app: FastAPI) -> None:
    """Make every error of `app` a problem."""

    async def expected(_: Request, error: Exception) -> JSONResponse:
        return problem_response(error)

    async def unreadable(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return problem_response(RequestError(sentence_of(error.errors()[0])))

    async def http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        detail = _SAID.get(error.status_code, str(error.detail))
        return problem(detail, error.status_code, error.headers)

    handlers: dict[type[Exception], Callable[[Request, Exception], Awaitable[JSONResponse]]] = {
        ArticleQAError: expected,
        RequestValidationError: unreadable,
        HTTPException: http,
        Exception: expected,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def _headers(error: Exception) -> dict[str, str]:
    if isinstance(error, NotReadyError):
        return {"Retry-After": str(RETRY_AFTER)}
    if isinstance(error, LimitError):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, AccessError) and error.status == 401:
        return {"WWW-Authenticate": "Bearer"}
    return {}


def _status(error: ArticleQAError) -> int:
    if isinstance(error, AccessError):
        return error.status
    # What is left is the server's: a damaged index, a model that cannot be loaded, a full disk.
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 503)
