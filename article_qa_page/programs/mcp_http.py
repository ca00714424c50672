"""The tools of `mcp_tools` over HTTP, at `/mcp` (MCP's streamable transport, without sessions)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from article_qa_page.access import Role, require
from article_qa_page.programs.asking import Asking, NotReadyError
from article_qa_page.programs.problems import problem_response
from article_qa_page.refusals import MCP_PATH
from index.errors import ArticleQAError


class McpEndpoint:
    """An ASGI app for `MCP_PATH` that works while `running` is entered."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._app: ASGIApp | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve the tools within; may be entered again afterwards."""
        from mcp.server.transport_security import TransportSecuritySettings

        from article_qa_page.programs.mcp_tools import mcp_server

        server = mcp_server(self._asking)
        app = server.streamable_http_app(
            streamable_http_path=MCP_PATH,
            stateless_http=True,
            # The app around it refuses foreign names, for all its routes alike.
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        async with server.session_manager.run():
            self._app = app
            yield
            self._app = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request of a reader on; tell anybody else why not."""
        try:
            require(Request(scope), Role.READER)
            if self._app is None:
                raise NotReadyError("The server is starting or ending: ask again in some seconds.")
        except ArticleQAError as error:
            await problem_response(error)(scope, receive, send)
            return
        await self._app(scope, receive, send)
