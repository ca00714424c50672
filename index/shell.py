"""What all shell commands share: the app, errors in a sentence, progress, the objects of a run."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import ArticleQAError
from index.stopping import Stopped, raise_when_terminated

if TYPE_CHECKING:
    from index.embedding import Embedder
    from index.generations import GenerationStore
    from index.sync import Progress, Synchroniser

shell = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog="Data lies in ARTICLE_QA_HOME. Exit codes: 0 done, 1 failed, 2 wrong use, 130 stopped.",
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"article-qa {version('article-qa')}")
        raise typer.Exit


@shell.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Ask questions about articles; every claim of an answer cites an exact sentence."""


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """Print an expected error as its one sentence, and exit with its code."""
    try:
        yield
    except ArticleQAError as error:
        typer.echo(f"article-qa: {error}", err=True)
        raise typer.Exit(error.exit_code) from None
    except (KeyboardInterrupt, Stopped):
        typer.echo("article-qa: stopped; the index is as it was before.", err=True)
        raise typer.Exit(130) from None


def store() -> "GenerationStore":
    """Return the generations of the data folder."""
    from index.settings import load_settings
    from index.stores import store_of

    settings = load_settings()
    return store_of(settings, settings.home)


def synchroniser() -> "Synchroniser":
    """Return what brings the index up to date, as the settings say."""
    from index.settings import load_settings
    from index.sync import Synchroniser
    from index.web.fetching import fetcher_of

    # A writer that is told to end must close its files: see `index.generations`.
    raise_when_terminated()
    settings = load_settings()
    return Synchroniser(store(), embedder(), lambda: fetcher_of(settings))


def embedder() -> "Embedder":
    """Return the embedder that the settings name."""
    from index.embedding import embedder_of
    from index.settings import load_settings

    return embedder_of(load_settings())


@contextmanager
def progress() -> "Iterator[Progress]":
    """Show a bar for each stage on a terminal; nothing where the output is not one."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )

    names = {"read": "Reading", "embed": "Embedding", "store": "Storing"}
    tasks: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(
        *columns,
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bars:

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(names[stage], total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
