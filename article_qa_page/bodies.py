"""Limits on what a request brings: its size, and of files how many a minute."""

import math

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from article_qa_page.access.guard import bare_path
from article_qa_page.access.roles import caller_of
from article_qa_page.limits import Rate
from article_qa_page.refusals import refusal
from article_qa_page.uploads import PATH as UPLOAD
from article_qa_page.wording import Wording, preferred
from index.settings import Settings

MEGABYTE = 2**20  # bytes
MOST_BODY = 4 * MEGABYTE  # of a question with its conversation, or any other call
MOST_FORM = 16 * 1024  # of the login form


class BodyLimits:
    """ASGI middleware that ends a request whose body is too large, wherever it is noticed.

    A length that is announced is looked at before anything is read; what comes without, or is
    longer than announced, is counted while it comes.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._most_upload = settings.upload_megabytes * MEGABYTE
        self._uploads = Rate(settings.uploads_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted, or say what is too much."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = bare_path(scope).rstrip("/")
        request = Request(scope)
        words = preferred(request.headers.get("accept-language"))
        is_upload = path == UPLOAD and request.method == "POST"
        most = self._most_upload if is_upload else MOST_FORM if path == "/login" else MOST_BODY
        large = words["body_large"].format(most=_size(most, words))
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 18 or int(length) > most:
            await refusal(path, large, 413)(scope, receive, send)
            return
        wait = math.ceil(self._uploads.take(caller_of(request).client)) if is_upload else 0
        if wait:
            told = words["uploads_many"].format(seconds=wait)
            await refusal(path, told, 429, {"Retry-After": str(wait)})(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > most:  # whoever reads the body answers with it
                raise HTTPException(413, large)
            return message

        async def sent(message: Message) -> None:
            if size > most and message["type"] == "http.response.start":
                message["status"] = 413  # whatever a reader made of it
            await send(message)

        await self._app(scope, counted, sent)


def _size(most: int, words: Wording) -> str:
    if most >= MEGABYTE:
        return words["megabytes"].format(count=most // MEGABYTE)
    return words["kilobytes"].format(count=most // 1024)
