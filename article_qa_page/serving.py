"""From a host and a port to a running server: the socket, the address, the log, the end."""

import errno
import logging
import socket
from types import FrameType
from typing import TYPE_CHECKING

import typer

from article_qa_page.access.policy import is_loopback

if TYPE_CHECKING:
    from fastapi import FastAPI

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket, or end the program with one sentence."""
    try:
        family, _, _, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(target)
        listener.listen(128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"Port {port} is taken: choose another with --port."
        else:
            reason = f"Cannot listen on {host}, port {port}: {error.strerror or error}."
        typer.echo(reason, err=True)
        raise typer.Exit(1) from None
    return listener


def address_of(host: str, port: int, root_path: str = "") -> str:
    """Return the address at which this machine's browser finds the page."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)
    return f"http://{shown}:{port}{root_path}/"


def names_of(host: str, named: str) -> tuple[str, ...]:
    """Return the names that the page may be called by; `named` holds more, with commas between.

    A foreign page must not reach this one by pointing its own name at this machine.
    """
    more = tuple(name.strip() for name in named.split(",") if name.strip())
    if is_loopback(host):
        return (*_LOOPBACK_NAMES, host, *more)
    return (*_LOOPBACK_NAMES, host, *more) if more else ("*",)


def run(app: "FastAPI", listener: socket.socket) -> None:
    """Serve `app` on `listener` until the process is asked to end."""
    import uvicorn

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            # Every open page holds a stream: that it is cut off now is no error to report.
            logging.getLogger("uvicorn.error").disabled = True
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        app,
        log_config=None,  # what is set up already: see `article_qa_page.logs`
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # see `article_qa_page.access.forwarding`
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    Server(config).run(sockets=[listener])
