"""Behind a reverse proxy: who asked, by which name, and below which path.

Only a trusted proxy is believed. What others send of these headers is taken out of the request, so
that nothing behind (Gradio reads some by itself) can be told a lie.
"""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from index.errors import SettingsError

_HEADERS = (
    "forwarded",
    "via",
    "x-real-ip",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-prefix",
    "x-forwarded-proto",
    "x-forwarded-port",
    "x-forwarded-server",
    "x-gradio-server",
)
_PREFIX = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


class Forwarding:
    """ASGI middleware that makes a request what it was before a trusted proxy took it.

    `trusted` holds addresses and networks, with commas between; `root_path` is the path below
    which a proxy serves the app, where it does not say so itself. A proxy may cut that path off
    or leave it. `scope["state"]["forwarded"]` tells whether the request came through any proxy.
    """

    def __init__(self, app: ASGIApp, trusted: str = "", root_path: str = "") -> None:
        hosts = [host.strip() for host in trusted.split(",") if host.strip()]
        self._believing = ProxyHeadersMiddleware(self._prefixed, hosts)  # type: ignore[arg-type]
        self._app = app
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as it was made."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = MutableHeaders(scope=scope)
        scope.setdefault("state", {})["forwarded"] = any(name in headers for name in _HEADERS)
        client = scope["client"][0] if scope.get("client") else None
        if client not in self._believing.trusted_hosts:
            self._strip(headers)
        await self._believing(scope, receive, send)  # type: ignore[arg-type]

    async def _prefixed(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = MutableHeaders(scope=scope)
        host = headers.get("x-forwarded-host", "").split(",")[0].strip()
        if _HOST.fullmatch(host):
            headers["host"] = host
        given = headers.get("x-forwarded-prefix", "").split(",")[0].strip().rstrip("/")
        prefix = given if _PREFIX.fullmatch(given) else self._root_path
        self._strip(headers)
        path = str(scope["path"])
        if prefix:
            scope["root_path"] = prefix
            if path != prefix and not path.startswith(f"{prefix}/"):
                scope["path"] = prefix + path
        await self._app(scope, receive, send)

    @staticmethod
    def _strip(headers: MutableHeaders) -> None:
        for name in _HEADERS:
            del headers[name]


def checked_root_path(path: str) -> str:
    """Return a path such as `/articles` without a slash at its end; raise `SettingsError`."""
    bare = path.strip().rstrip("/")
    if bare and not _PREFIX.fullmatch(bare):
        raise SettingsError(
            f"The root path {path!r} is none: give one such as /articles, that the proxy serves."
        )
    return bare
