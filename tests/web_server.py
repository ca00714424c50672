"""A web server on loopback whose every answer a test writes itself."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Lock, Thread


class Site:
    """What is served: answers by path, and what was seen of the requests."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.times: list[tuple[float, float]] = []
        self.lock = Lock()

    def paths(self) -> list[str]:
        return [path for path, _ in self.seen]

    def served(self, count: int) -> list[tuple[float, float]]:
        """Wait for so many requests to have ended, and return their times in order."""
        limit = time.monotonic() + 5
        while len(self.times) < count and time.monotonic() < limit:
            time.sleep(0.01)
        with self.lock:
            return sorted(self.times)

    def serve(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Serve a well-formed answer; "_" in the headers' names stands for "-"."""
        sent = {"Content-Length": str(len(body))}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in sent.items())]
        return self.raw(path, "\r\n".join([*lines, "", ""]).encode() + body)

    def raw(self, path: str, *pieces: bytes, wait: float = 0.0) -> str:
        """Serve these bytes as they are, `wait` seconds after each, and hang up."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            for piece in pieces:
                handler.wfile.write(piece)
                handler.wfile.flush()
                time.sleep(wait)

        self.answers[path] = answer
        return self.url + path


@contextmanager
def running_site(tls: SSLContext | None = None) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            began = time.monotonic()
            with site.lock:
                site.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            answer = site.answers.get(self.path)
            try:
                if answer is None:
                    self.send_error(404)
                else:
                    answer(self)
            except OSError:
                pass  # the client hung up, as it should
            with site.lock:
                site.times.append((began, time.monotonic()))

        def log_message(self, *parts: object) -> None: ...

    class Server(ThreadingHTTPServer):
        def handle_error(self, *parts: object) -> None: ...

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site = Site(server.server_address[1])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
