"""A small reverse proxy, for tests: passes a sub-path on to a server, as nginx would."""

from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


def proxy(upstream: str, prefix: str, *, cut: bool = True, scheme: str = "http") -> Starlette:
    """Return an app that passes what lies below `prefix` on to `upstream`.

    It says for whom, by which name and `scheme`, and, where it cuts the prefix off, which that is.
    """
    clients: list[httpx.AsyncClient] = []  # made by the loop that uses it

    async def forward(request: Request) -> Response:
        if not clients:
            clients.append(httpx.AsyncClient(timeout=None, follow_redirects=False))
        path = request.url.path.removeprefix(prefix) if cut else request.url.path
        named = {
            "X-Forwarded-For": request.client.host if request.client else "",
            "X-Forwarded-Host": request.headers["host"],
            "X-Forwarded-Proto": scheme,
        }
        if cut:
            named["X-Forwarded-Prefix"] = prefix
        headers = _kept(request.headers.raw, {"host"})
        headers += [(name.encode(), value.encode()) for name, value in named.items()]
        body = await request.body() if request.method == "POST" else None
        address = httpx.URL(upstream).join(path).copy_with(query=request.url.query.encode())
        asked = clients[0].build_request(request.method, address, headers=headers, content=body)
        reply = await clients[0].send(asked, stream=True)

        async def streamed() -> Any:
            try:
                async for chunk in reply.aiter_raw():
                    yield chunk
            finally:
                await reply.aclose()

        answer = StreamingResponse(streamed(), reply.status_code)
        answer.raw_headers = _kept(reply.headers.raw, set())
        return answer

    return Starlette(routes=[Route(prefix + "/{path:path}", forward, methods=["GET", "POST"])])


def _kept(headers: Any, without: set[str]) -> list[tuple[bytes, bytes]]:
    left_out = HOP_BY_HOP | without
    return [(name, value) for name, value in headers if name.decode().lower() not in left_out]
