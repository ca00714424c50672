"""The guard before every path: where a request comes from, and whether its sender may."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from article_qa_page.access.policy import Access, is_loopback
from article_qa_page.access.return_path import HOME, return_path
from article_qa_page.access.roles import Role
from article_qa_page.access.rules import Rule, rule_of
from article_qa_page.refusals import refusal
from article_qa_page.wording import preferred

_PORTS = {"http": 80, "https": 443}
Metrics = Literal["loopback", "editor", "reader", "open"]


class Guard:
    """ASGI middleware that lets through what `rules` allow the sender, and nothing else.

    Handlers behind it find who sent a request with `caller_of`. `metrics` says who may read
    `/metrics` besides editors.
    """

    def __init__(self, app: ASGIApp, access: Access, metrics: Metrics = "loopback") -> None:
        self._app = app
        self._access = access
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in place of the app, or pass the request on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            request = Request(scope)
            path = bare_path(scope)
            rule = rule_of(request.method, path)
            scope.setdefault("state", {})["rule"] = rule.path
            refused = self._refusal(request, path, rule)
            if refused is not None:
                await refused(scope, receive, send)
            else:
                await self._app(scope, receive, _kept_private(send, path))
        else:  # nothing here speaks over a web socket
            await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, request: Request, path: str, rule: Rule) -> Response | None:
        """Return the answer to a request that must not pass; note who sent it."""
        state = request.scope["state"]
        forwarded = bool(state.get("forwarded"))
        state["caller"] = caller = self._access.caller(request, forwarded=forwarded)
        if not _from_here(request):
            return _told(request, path, "access_foreign", 403)
        if rule.role is None:
            return _told(request, path, "access_nothing", 404)
        if caller.role >= self._needed(request, path, rule.role, forwarded=forwarded):
            return None
        if self._access.mode == "open":
            return _told(request, path, "access_undecided", 403)
        if caller.role is not Role.NOBODY or self._access.mode == "read-only":
            return _told(request, path, "access_editor", 403)
        return _to_log_in(request, path)

    def _needed(self, request: Request, path: str, role: Role, *, forwarded: bool) -> Role:
        if path != "/metrics":
            return role
        peer = request.client.host if request.client else ""
        here = is_loopback(peer) and not forwarded
        is_open = self._metrics == "open" or (self._metrics == "loopback" and here)
        return Role.NOBODY if is_open else Role.READER if self._metrics == "reader" else role


def bare_path(scope: Scope) -> str:
    """Return the path of a request without that below which a proxy serves the app."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    if root and (path == root or path.startswith(f"{root}/")):
        return path[len(root) :] or "/"
    return path


def _from_here(request: Request) -> bool:
    """Tell whether a request is none that another site's page made a browser send.

    Browsers say so in `Sec-Fetch-Site`, or else in `Origin`; other programs send neither, and have
    no cookie that they were not given. What only reads passes, unless a page's script asked.
    """
    origin = request.headers.get("origin")
    if origin is not None and not _same_origin(origin, request):
        return False
    site = request.headers.get("sec-fetch-site")
    changes = request.method not in ("GET", "HEAD")
    return not changes or site in (None, "same-origin", "none")


def _same_origin(origin: str, request: Request) -> bool:
    try:
        theirs, ours = urlsplit(origin), urlsplit(f"//{request.headers.get('host', '')}")
        scheme = request.scope.get("scheme", "http")
        # Where TLS ends before us and nobody says so, the page is https and we are not.
        ports = {ours.port or _PORTS.get(scheme), ours.port or _PORTS["https"]}
        same_port = (theirs.port or _PORTS.get(theirs.scheme)) in ports
    except ValueError:
        return False
    return theirs.scheme in _PORTS and theirs.hostname == ours.hostname and same_port


def _to_log_in(request: Request, path: str) -> Response:
    is_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if is_page:
        query = quote(request.scope["query_string"], safe="%&=+/?:@!$'()*,;~[]")
        wanted = return_path(f"{quote(path)}?{query}".removesuffix("?"))
        after = f"?next={quote(wanted, safe='')}" if wanted != HOME else ""
        return RedirectResponse(f"{request.scope.get('root_path', '')}/login{after}", 303)
    return _told(request, path, "access_login", 401, {"WWW-Authenticate": "Bearer"})


def _told(
    request: Request, path: str, key: str, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    words = preferred(request.headers.get("accept-language"))
    return refusal(path, words[key], status, {"Cache-Control": "no-store", **(headers or {})})


def _kept_private(send: Send, path: str) -> Send:
    """Return `send` that keeps what is not for all out of shared caches."""

    async def send_private(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Cache-Control", "private, no-cache")
            headers.add_vary_header("Cookie")
        await send(message)

    return send if path.startswith(("/assets/", "/static/")) else send_private
