"""The shell commands that keep an index well: its health, and its articles out and in."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.shell import embedder, progress, shell, store, synchroniser, told_in_a_sentence
from index.telling import tell

if TYPE_CHECKING:
    from index.types import Article


@shell.command("export")
def export_index(
    file: Annotated[Path, typer.Argument(help="A .jsonl file to write; '-' for the output.")],
) -> None:
    """Write all articles, with what is known of them, as one JSON object a line."""
    from index.export import export_articles
    from index.reading import LiveIndex

    with told_in_a_sentence():
        live = LiveIndex(store())
        with live.reading() as generation:
            count = export_articles(generation.library, sys.stdout if str(file) == "-" else file)
        live.close()
    typer.echo(f"{count} exported.", err=str(file) == "-")


@shell.command("import")
def import_articles(
    file: Annotated[Path, typer.Argument(help="A file written by 'export'; '-' for the input.")],
) -> None:
    """Index the articles of an export; known and unchanged ones cost nothing."""
    from index.errors import SourceError
    from index.export import read_export
    from index.report import Failure

    failed = []

    def articles() -> "Iterator[Article]":
        for one in read_export(sys.stdin if str(file) == "-" else file):
            if isinstance(one, SourceError):
                failed.append(Failure(str(file), str(one)))
            else:
                yield one

    with told_in_a_sentence(), progress() as told:
        report = synchroniser().add_articles(articles(), told)
    report.failed += failed
    tell(report)


@shell.command()
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Build anew what can be, from the stored articles.")
    ] = False,
) -> None:
    """Check that everything in the index agrees, and say what is wrong."""
    from index.health import doctor as checks

    with told_in_a_sentence():
        if repair:
            with progress() as told:
                findings = checks.repair(store(), embedder(), told)
        else:
            findings = checks.examine(store())
    typer.echo(checks.told(findings))
    if findings:
        raise typer.Exit(1)
