"""Everything for programs on the web app, in one call; `/ask` comes with the page itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Route

from article_qa_page.programs.asking import Asking
from article_qa_page.programs.mcp_http import McpEndpoint
from article_qa_page.programs.rest import rest_app
from article_qa_page.refusals import MCP_PATH, REST_PATH

THREADS = 256
"""How many requests are at work or in line at once; each holds a thread, and most only wait."""


class Programs:
    """The interfaces for programs: `mount` them on an app, whose lifespan enters `running`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._mcp = McpEndpoint(asking)

    def mount(self, app: FastAPI) -> None:
        """Add the routes; before the page, which takes all others."""
        app.mount(REST_PATH, rest_app(self._asking))
        app.router.routes.append(Route(MCP_PATH, endpoint=self._mcp))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Make room for many questions at once, and serve the tools, within."""
        from anyio.to_thread import current_default_thread_limiter

        # With the usual 40, as many questions in line would leave no thread to open a page with.
        current_default_thread_limiter().total_tokens = THREADS
        async with self._mcp.running():
            yield
