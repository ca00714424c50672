"""The shell commands that change and list the index."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import ArticleQAError

if TYPE_CHECKING:
    from index.generations import GenerationStore
    from index.sync import Progress, Synchroniser, SyncReport

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


class Stopped(BaseException):
    """The process was asked to end (SIGTERM)."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


@shell.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Text or Markdown files, or folders.")],
) -> None:
    """Index articles; known and unchanged ones cost nothing."""
    with told_in_a_sentence(), _progress() as progress:
        report = _synchroniser().add(paths, progress)
    _tell(report)


@shell.command()
def sync(
    folder: Annotated[Path, typer.Argument(help="The folder to keep in step with.")],
) -> None:
    """Make the index hold what FOLDER holds: new, changed and gone articles."""
    with told_in_a_sentence(), _progress() as progress:
        report = _synchroniser().sync(folder, progress)
    _tell(report)


@shell.command()
def remove(
    ids: Annotated[list[str], typer.Argument(help="Ids as 'article-qa list' shows them.")],
) -> None:
    """Remove articles from the index."""
    with told_in_a_sentence():
        report = _synchroniser().remove(ids)
    _tell(report)


@shell.command()
def reindex() -> None:
    """Build all vectors anew from the stored articles, with the model now set."""
    with told_in_a_sentence(), _progress() as progress:
        report = _synchroniser().reindex(progress)
    typer.echo(f"Index built anew; {report.embedded} texts embedded.")


@shell.command("list")
def list_articles() -> None:
    """List the indexed articles: id, date, language, title."""
    from index.reading import LiveIndex

    with told_in_a_sentence():
        live = LiveIndex(_store())
        with live.reading() as generation:
            articles = generation.library.articles()
        live.close()
    if not articles:
        typer.echo("The index holds no articles: add some with 'article-qa add PATH'.")
    for article in articles:
        date = f"{article.published:%Y-%m-%d}" if article.published else "-" * 10
        typer.echo(f"{article.id}  {date}  {article.language}  {article.title}")


def _store() -> "GenerationStore":
    from index.generations import GenerationStore
    from index.settings import load_settings

    return GenerationStore(load_settings().home / "index")


def _synchroniser() -> "Synchroniser":
    from index.embedding import embedder_of
    from index.settings import load_settings
    from index.sync import Synchroniser

    # A writer that is told to end must close its files: see `index.generations`.
    signal.signal(signal.SIGTERM, _stop)
    return Synchroniser(_store(), embedder_of(load_settings()))


@contextmanager
def _progress() -> "Iterator[Progress]":
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


def _tell(report: "SyncReport") -> None:
    for mark, articles in (("added", report.added), ("changed", report.changed)):
        for article in articles:
            typer.echo(f"{mark}  {article.id}  {article.title}")
    for article_id in report.removed:
        typer.echo(f"removed  {article_id}")
    for failure in report.failed:
        typer.echo(f"article-qa: {failure.reason}", err=True)
    counts = {
        "added": len(report.added),
        "changed": len(report.changed),
        "removed": len(report.removed),
        "unchanged": len(report.unchanged),
        "failed": len(report.failed),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    typer.echo((told or "Nothing to index: no .txt or .md file there") + ".")
    if report.failed:
        raise typer.Exit(1)
