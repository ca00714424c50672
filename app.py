"""The web app: `create_app` wires it together, `article-qa serve` launches it."""

import os
import webbrowser
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

if TYPE_CHECKING:
    from fastapi import FastAPI

    from article_qa_page.access.policy import Access
    from article_qa_page.programs.contract import ProgramAssistant
    from index.settings import Settings


def create_app(
    assistant: "ProgramAssistant",
    hosts: Sequence[str] = ("*",),
    access: "Access | None" = None,
    settings: "Settings | None" = None,
) -> "FastAPI":
    """Return the web app that asks `assistant`; it gets ready once the server runs.

    `hosts` are the names it may be called by; others are refused. `access` says who may do what:
    everybody everything by default. `settings` default to those of the process.
    """
    # Gradio reads it when imported, and would look up foreign hosts.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from fastapi import FastAPI

    from article_qa_page.access.login import add_login
    from article_qa_page.access.policy import Access
    from article_qa_page.answering import Answering
    from article_qa_page.articles import Articles
    from article_qa_page.feedback import Feedback
    from article_qa_page.layers import add_layers
    from article_qa_page.limits import call_limits_of, limits_of
    from article_qa_page.metrics import Metrics
    from article_qa_page.observing import add_health
    from article_qa_page.page import Parts, mount_page
    from article_qa_page.programs.asking import Asking, started
    from article_qa_page.programs.mounting import Programs
    from article_qa_page.reading import Reading
    from article_qa_page.startup import Startup
    from article_qa_page.viewing import Viewing
    from article_qa_page.watched import WatchedAssistant
    from index.settings import load_settings

    access, settings = access or Access(), settings or load_settings()
    metrics = Metrics(assistant)
    watched = WatchedAssistant(assistant, metrics, texts=settings.log_questions)
    assistant = cast("ProgramAssistant", watched)
    startup = Startup(assistant, _samples)
    viewing = Viewing(assistant, startup)
    others = access.mode != "open"
    limits = limits_of(settings, open_to_others=others)
    asking = Asking(assistant, lambda: started(startup), limits)
    programs = Programs(asking)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        startup.begin()
        async with programs.running():
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    add_layers(app, hosts, access, settings, metrics)
    add_health(app, startup, metrics, assistant)
    add_login(app, access)
    programs.mount(app)
    parts = Parts(
        Answering(assistant, startup, viewing, limits),
        viewing,
        Reading(assistant, viewing, Feedback(assistant.home)),
        Articles(assistant, settings.upload_files, settings.upload_megabytes * 2**20),
        asking,
        call_limits_of(settings, open_to_others=others),
    )
    return mount_page(app, parts)


def _samples() -> Path:
    from index.samples import sample_folder

    return sample_folder()


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 7860,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
    password_file: Annotated[
        Path | None, typer.Option(help="File with lines that 'article-qa password' prints.")
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Let everybody ask, and nobody change.")
    ] = False,
    root_path: Annotated[
        str | None, typer.Option(help="Path below which a proxy serves the page: /articles.")
    ] = None,
    log: Annotated[
        Literal["plain", "json", "quiet"] | None,
        typer.Option(help="How requests and questions are told on standard error."),
    ] = None,
) -> None:
    """Open the chat in the browser."""
    from article_qa_page.access.forwarding import checked_root_path
    from article_qa_page.access.policy import decide
    from article_qa_page.logs import begin_logging
    from article_qa_page.serving import address_of, listen, names_of, run
    from index.settings import load_settings
    from index.shell import told_in_a_sentence

    with told_in_a_sentence():
        settings = load_settings()
        path = checked_root_path(settings.root_path if root_path is None else root_path)
        given = {"root_path": path, "password_file": password_file or settings.password_file}
        settings = settings.model_copy(update=given)
        access = decide(settings, host, read_only=read_only)
    listener = listen(host, port)
    address = address_of(host, listener.getsockname()[1])
    # On one's own machine the terminal stays as quiet as that of any program.
    begin_logging(log or settings.log or ("quiet" if access.mode == "open" else "plain"))
    typer.echo(f"The chat is at {address} (Ctrl-C ends it).")
    if open_browser:
        # The listener already takes the connection; the page comes as soon as it is built.
        Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    with told_in_a_sentence(), suppress(KeyboardInterrupt):  # Ctrl-C is how a server ends
        from retrieval.default import default_assistant

        names = names_of(host, settings.hosts)
        run(create_app(default_assistant(), names, access, settings), listener)


def main() -> None:
    """Run the `article-qa` command: the shell's commands, and those of the web app."""
    import article_qa_page.access.commands  # noqa: F401  # adds its commands to the shell
    from article_qa_page.feedback_command import feedback
    from article_qa_page.programs.commands import mcp
    from retrieval.commands import shell

    shell.command("serve")(serve)
    shell.command("feedback")(feedback)
    shell.command("mcp")(mcp)
    shell()


if __name__ == "__main__":
    typer.run(serve)
