"""A chat model's server on this machine, which speaks OpenAI's protocol and follows a script."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USAGE = {"prompt_tokens": 321, "completion_tokens": 45, "total_tokens": 366}
CHUNK = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
Script = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """One request, and the ways to reply to it."""

    protocol_version = "HTTP/1.1"
    server: "ChatServer"

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        self.asked: dict[str, Any] = json.loads(self.rfile.read(size))
        self.key = self.headers.get("Authorization", "")
        self.server.requests.append(self.asked)
        script = self.server.scripts[min(len(self.server.requests), len(self.server.scripts)) - 1]
        try:
            script(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left.set()
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass

    @property
    def prompt(self) -> str:
        return "\n".join(str(message["content"]) for message in self.asked["messages"])

    def json(self, status: int, body: Any, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()

    def event(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def chunk(self, text: str | None, reason: str = "stop") -> None:
        """Send a piece of the text or, for None, the end of it with its reason."""
        delta = {"role": "assistant", "content": text} if text is not None else {}
        choice = {"index": 0, "delta": delta, "finish_reason": None if text is not None else reason}
        self.event(json.dumps({**CHUNK, "choices": [choice]}))

    def say(
        self, text: str, *, step: int = 7, delay: float = 0.0, reason: str = "stop",
        usage: dict[str, Any] = USAGE,
    ) -> None:  # fmt: skip
        """Reply with a text, in pieces if a stream was asked for, which ends for a reason.

        A stream tells its usage to those who ask for it, as OpenAI's own do.
        """
        if not self.asked.get("stream"):
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": reason}
            body = {"id": "c1", "object": "chat.completion", "created": 1, "model": "scripted"}
            self.json(200, {**body, "choices": [choice], "usage": usage})
            return
        self.begin()
        for at in range(0, len(text), step):
            self.chunk(text[at : at + step])
            time.sleep(delay)
        self.chunk(None, reason)
        if (self.asked.get("stream_options") or {}).get("include_usage"):
            self.event(json.dumps({**CHUNK, "choices": [], "usage": usage}))
        self.event("[DONE]")


@dataclass
class _State:
    scripts: tuple[Script, ...]
    requests: list[dict[str, Any]] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)


class ChatServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *scripts: Script) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        state = _State(scripts)
        self.scripts, self.requests, self.left = state.scripts, state.requests, state.left
        self.address = f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, *_: Any) -> None:
        self.left.set()  # the client is gone


@contextmanager
def serving(*scripts: Script | str) -> Iterator[ChatServer]:
    """Serve replies: each request gets the next script, the last one again and again."""
    server = ChatServer(*(saying(s) if isinstance(s, str) else s for s in scripts))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def saying(text: str, **how: Any) -> Script:
    return lambda exchange: exchange.say(text, **how)


def failing(status: int, message: str, code: str = "", **headers: str) -> Script:
    body = {"error": {"message": message, "type": "error", "code": code or None}}
    return lambda exchange: exchange.json(status, body, **headers)


def silent(seconds: float) -> Script:
    """Accept the request and say nothing, but notice when the client goes."""

    def script(exchange: Exchange) -> None:
        exchange.begin()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            exchange.wfile.write(b": still here\n\n")
            exchange.wfile.flush()
            time.sleep(0.02)

    return script


def breaking_off(text: str) -> Script:
    """End the connection in the middle of a chunk."""

    def script(exchange: Exchange) -> None:
        exchange.begin()
        exchange.chunk(text)
        exchange.wfile.write(b'data: {"choices": [{"ind')
        exchange.wfile.flush()

    return script


def raw(data: bytes, content_type: str = "text/event-stream") -> Script:
    def script(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Content-Type", content_type)
        exchange.send_header("Content-Length", str(len(data)))
        exchange.end_headers()
        exchange.wfile.write(data)

    return script
