"""Limits on what a request brings: its size, and for uploads the number of files and of tries."""

import math
from dataclasses import dataclass
from email.message import Message as Header

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from article_qa_page.access.guard import bare_path
from article_qa_page.access.roles import caller_of
from article_qa_page.limits import Rate
from article_qa_page.wording import preferred
from index.settings import Settings

MEGABYTE = 2**20  # bytes
MOST_BODY = 4 * MEGABYTE  # of a question with its conversation, or any other call
MOST_FORM = 16 * 1024  # of the login form
_UPLOADS = ("/gradio_api/upload",)


@dataclass(slots=True)
class _Counting:
    """What came so far of one body."""

    most: int
    size: int = 0
    parts: int = 0
    tail: bytes = b""
    over: bool = False


class BodyLimits:
    """ASGI middleware that ends a request whose body is too large, wherever it is noticed.

    A length that is announced is looked at before anything is read; what comes without, or is
    longer than announced, is counted while it comes, and so are the files of an upload.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._most_upload = settings.upload_megabytes * MEGABYTE
        self._most_files = settings.upload_files
        self._uploads = Rate(settings.uploads_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted, or say what is too much."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = bare_path(scope).rstrip("/")
        request = Request(scope)
        words = preferred(request.headers.get("accept-language"))
        is_upload = path in _UPLOADS and request.method == "POST"
        most = self._most_upload if is_upload else MOST_FORM if path == "/login" else MOST_BODY
        large = words["body_large"].format(most=_size(most))
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 18 or int(length) > most:
            await _told(large, 413, is_upload)(scope, receive, send)
            return
        wait = math.ceil(self._uploads.take(caller_of(request).client)) if is_upload else 0
        if wait:
            told = words["uploads_many"].format(seconds=wait)
            answer = _told(told, 429, is_upload)
            answer.headers["Retry-After"] = str(wait)
            await answer(scope, receive, send)
            return
        many = words["files_many"].format(most=self._most_files)
        boundary = _boundary(request.headers) if is_upload else b""
        count = _Counting(most)

        async def counted() -> Message:
            message = await receive()
            chunk = message.get("body", b"")
            count.size += len(chunk)
            if boundary:
                _count_parts(count, chunk, boundary)
            # Whoever reads the body answers with it: a form's parser, or the framework. The
            # former throws away what it has written so far only for an error of its own.
            if count.size > count.most:
                count.over = True
                raise MultiPartException(large) if is_upload else HTTPException(413, large)
            if count.parts > self._most_files + 1:  # the last one is the end's
                count.over = True
                raise MultiPartException(many)
            return message

        async def sent(message: Message) -> None:
            if count.over and message["type"] == "http.response.start":
                message["status"] = 413  # whatever the parser's reader made of it
            await send(message)

        await self._app(scope, counted, sent)


def _told(sentence: str, status: int, is_upload: bool) -> Response:
    """Return the sentence as the asker can show it: Gradio's page shows an upload's as it is."""
    if is_upload:
        return PlainTextResponse(sentence, status)
    return JSONResponse({"error": sentence}, status)


def _count_parts(count: _Counting, chunk: bytes, boundary: bytes) -> None:
    """Count the boundaries that are whole with this chunk; none is counted twice."""
    seen = count.tail + chunk
    count.parts += seen.count(boundary)
    last = seen.rfind(boundary)
    rest = seen[last + len(boundary) :] if last >= 0 else seen
    count.tail = rest[-(len(boundary) - 1) :] if len(boundary) > 1 else b""


def _boundary(headers: Headers) -> bytes:
    """Return what stands before each part of a form, or nothing where that is not said."""
    header = Header()
    header["Content-Type"] = headers.get("content-type", "")
    boundary = header.get_param("boundary")
    return b"--" + boundary.encode("latin-1", "replace") if isinstance(boundary, str) else b""


def _size(most: int) -> str:
    return f"{most // MEGABYTE} MB" if most >= MEGABYTE else f"{most // 1024} kB"
