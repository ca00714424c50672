"""`article-qa feedback`: what readers thought of answers, listed or exported."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def feedback(
    export: Annotated[
        Path | None, typer.Option(help="A .jsonl file to write; '-' for the output.")
    ] = None,
) -> None:
    """List what readers thought of the answers, or write it as one JSON object a line."""
    import json

    from article_qa_page.feedback import NAME, read_feedback
    from index.errors import StorageError
    from index.settings import load_settings
    from index.shell import told_in_a_sentence

    with told_in_a_sentence():
        path = load_settings().home / NAME
        try:
            text = path.read_text("utf-8", "replace") if path.exists() else ""
            found = list(read_feedback(text.splitlines()))
            lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in found)
            if export is not None and str(export) != "-":
                export.write_text(lines, "utf-8")
        except OSError as error:
            raise StorageError(f"{error.filename}: {error.strerror or error}.") from None
    if export is not None:
        if str(export) == "-":
            sys.stdout.write(lines)
        typer.echo(f"{len(found)} exported.", err=str(export) == "-")
        return
    if not found:
        typer.echo("Nobody has rated an answer yet.")
    for record in found:
        sign = "+" if record["rating"] == "up" else "-"
        typer.echo(f"{sign} {record.get('time', '')}  {_line(record.get('question'))}")
        if record["reason"]:
            typer.echo(f"    {_line(record['reason'])}")


def _line(text: object) -> str:
    """Return text on one line, without what could steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in str(text))
