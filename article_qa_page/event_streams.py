"""Streams of events whose error has been told in the stream itself: they end, and that is all."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EVENTS = "text/event-stream"


class EventStreams:
    """ASGI middleware that ends a stream of events where its app raises a status after it began.

    Gradio does so for a queue that it does not know (any more), such as that of a page from before
    a restart: it sends an event that says so, then raises a 404 that nobody can be answered with,
    and that would be reported as a fault of the server. Other errors pass.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; end its response where it is such a stream."""
        began = False

        async def noted(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = Headers(scope=message).get("content-type", "").startswith(_EVENTS)
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except RuntimeError as error:  # what Starlette makes of it once a response has begun
            if not (began and isinstance(error.__cause__, HTTPException)):
                raise
            await send({"type": "http.response.body", "body": b"", "more_body": False})
