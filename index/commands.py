"""The shell commands that change and list the index."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import ArticleQAError
from index.shell import progress, shell, store, synchroniser, told_in_a_sentence
from index.stopping import Stopped, signals_noted
from index.telling import tell

if TYPE_CHECKING:
    from index.report import SyncReport
    from index.source_list import SourceList


_PLAN = Annotated[
    bool, typer.Option("--dry-run", help="Only say what would be done; change nothing.")
]


@shell.command()
def add(
    sources: Annotated[
        list[str], typer.Argument(help="Files, folders, or addresses of pages and feeds.")
    ],
    dry_run: _PLAN = False,
) -> None:
    """Index articles; known and unchanged ones cost nothing."""
    with told_in_a_sentence(), progress() as told:
        report = synchroniser().add(sources, told, plan=dry_run)
    tell(report, plan=dry_run)


@shell.command()
def sync(
    folder: Annotated[
        Path | None,
        typer.Argument(help="The folder to keep in step with; else all of sources.toml."),
    ] = None,
    dry_run: _PLAN = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep going: follow changes until Ctrl-C.")
    ] = False,
) -> None:
    """Make the index hold what the sources hold: new, changed and gone articles.

    Without FOLDER: the folders, feeds and pages listed in sources.toml in ARTICLE_QA_HOME.
    """
    if watch and dry_run:
        raise typer.BadParameter("--watch and --dry-run exclude each other: give one.")
    with told_in_a_sentence():
        sources = _listed(folder)
        if watch:
            _follow(sources)
            return
        with progress() as told:
            run = synchroniser()
            if folder is None:
                report = run.sync_all(sources, told, plan=dry_run)
            else:
                report = run.sync(folder, told, plan=dry_run)
    tell(report, plan=dry_run)


@shell.command("sources")
def list_sources() -> None:
    """List what 'sync' goes through, and what could not be read the last time."""
    from index.settings import load_settings
    from index.source_list import FILE, load_sources
    from index.sync import past_failures

    home = load_settings().home
    with told_in_a_sentence():
        if (home / FILE).exists():
            sources = load_sources(home)
            for kind in ("folders", "feeds", "pages"):
                for one in getattr(sources, kind):
                    typer.echo(f"{kind[:-1]:6}  {one}")
        else:
            typer.echo(f"No sources are listed: write {home / FILE} (see the README).")
        failures = past_failures(store())
    for failure in failures:
        tries = "once" if failure.times == 1 else f"{failure.times} times"
        typer.echo(f"failed  {failure.reason} (since {failure.first:%Y-%m-%d %H:%M}, {tries})")


@shell.command()
def remove(
    ids: Annotated[list[str], typer.Argument(help="Ids as 'article-qa list' shows them.")],
) -> None:
    """Remove articles from the index."""
    with told_in_a_sentence():
        report = synchroniser().remove(ids)
    tell(report)


@shell.command()
def reindex() -> None:
    """Build all vectors anew from the stored articles, with the model now set."""
    with told_in_a_sentence(), progress() as told:
        report = synchroniser().reindex(told)
    typer.echo(f"Index built anew; {report.embedded} texts embedded.")


@shell.command("list")
def list_articles() -> None:
    """List the indexed articles: id, date, language, title."""
    from index.reading import LiveIndex

    with told_in_a_sentence():
        live = LiveIndex(store())
        with live.reading() as generation:
            articles = generation.library.articles()
        live.close()
    if not articles:
        typer.echo("The index holds no articles: add some with 'article-qa add PATH'.")
    for article in articles:
        date = f"{article.published:%Y-%m-%d}" if article.published else "-" * 10
        typer.echo(f"{article.id}  {date}  {article.language}  {article.title}")


def _listed(folder: Path | None) -> "SourceList":
    """Return the sources to go through: a folder named, or those of the data folder."""
    from index.settings import load_settings
    from index.source_list import SourceList, load_sources

    if folder is None:
        return load_sources(load_settings().home)
    return SourceList(folders=(folder.expanduser().absolute(),))


def _follow(sources: "SourceList") -> None:
    """Sync again and again, telling what changed, until stopped."""
    from index.watching import watch

    with signals_noted() as stop:
        run = synchroniser()

        def sync(sources: "SourceList") -> "SyncReport":
            stop.check()
            return run.sync_all(sources, lambda stage, done, total: stop.check())

        typer.echo("Watching; Ctrl-C ends it.")
        with suppress(Stopped):  # in the midst of a sync
            for outcome in watch(sources, sync, stop):
                _tell_outcome(outcome)
        typer.echo("article-qa: stopped watching; what was synced stays.", err=True)
        raise typer.Exit(130)


def _tell_outcome(outcome: "SyncReport | ArticleQAError") -> None:
    """Tell what a sync changed, if anything, or why it did not take place."""
    if isinstance(outcome, ArticleQAError):
        typer.echo(f"article-qa: {outcome}", err=True)
    elif any(count for what, count in outcome.counts().items() if what != "unchanged"):
        with suppress(typer.Exit):  # failures end no watching
            tell(outcome)
