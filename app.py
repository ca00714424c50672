"""The web app: `create_app` wires it together, `article-qa serve` launches it."""

import errno
import logging
import os
import socket
import webbrowser
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from fastapi import FastAPI

    from article_qa_page.programs.contract import ProgramAssistant


def create_app(assistant: "ProgramAssistant", hosts: Sequence[str] = ("*",)) -> "FastAPI":
    """Return the web app that asks `assistant`; it gets ready once the server runs.

    `hosts` are the names it may be called by; others are refused.
    """
    # Gradio reads it when imported, and would look up foreign hosts.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from fastapi import FastAPI
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from article_qa_page.answering import Answering
    from article_qa_page.page import mount_page
    from article_qa_page.programs.asking import Asking, started
    from article_qa_page.programs.mounting import Programs
    from article_qa_page.security import SecurityHeaders
    from article_qa_page.startup import Startup
    from article_qa_page.viewing import Viewing

    startup = Startup(assistant, _samples)
    viewing = Viewing(assistant, startup)
    asking = Asking(assistant, lambda: started(startup))
    programs = Programs(asking)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        startup.begin()
        async with programs.running():
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(SecurityHeaders)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """Tell that the server runs, whether or not the models are loaded."""
        return {"status": "ok"}

    programs.mount(app)
    return mount_page(app, Answering(assistant, startup, viewing), viewing, asking)


def _samples() -> Path:
    from index.samples import sample_folder

    return sample_folder()


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 7860,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
) -> None:
    """Open the chat in the browser."""
    from index.shell import told_in_a_sentence

    listener = _listen(host, port)
    address = _address(host, listener.getsockname()[1])
    if not _is_loopback(host):
        typer.echo(
            f"Warning: everybody who can reach {host} can read all indexed articles.", err=True
        )
    typer.echo(f"The chat is at {address} (Ctrl-C ends it).")
    if open_browser:
        # The listener already takes the connection; the page comes as soon as it is built.
        Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    with told_in_a_sentence(), suppress(KeyboardInterrupt):  # Ctrl-C is how a server ends
        _run(listener, host)


def _run(listener: socket.socket, host: str) -> None:
    import uvicorn

    from retrieval.answering import default_assistant

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            # Every open page holds a stream: that it is cut off now is no error to report.
            logging.getLogger("uvicorn.error").disabled = True
            super().handle_exit(sig, frame)

    # A foreign page must not reach this one by pointing its own name at this machine.
    hosts = ("localhost", "127.0.0.1", "[::1]", host) if _is_loopback(host) else ("*",)
    app = create_app(default_assistant(), hosts)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
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


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)
    return f"http://{shown}:{port}/"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def main() -> None:
    """Run the `article-qa` command: the shell's commands, `serve` and `mcp`."""
    from article_qa_page.programs.commands import mcp
    from retrieval.commands import shell

    shell.command("serve")(serve)
    shell.command("mcp")(mcp)
    shell()


if __name__ == "__main__":
    typer.run(serve)
