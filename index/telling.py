"""What a sync did, or would do, told on the shell."""

import typer

from index.report import SyncReport

_DONE = {"added": "added", "changed": "changed", "removed": "removed", "copies": "copy"}
_PLANNED = {"added": "new", "changed": "changed", "removed": "gone", "copies": "copy"}


def tell(report: SyncReport, *, plan: bool = False) -> None:
    """Print each change with its reason, what failed, and the counts; exit with 1 for a failure."""
    for what, mark in (_PLANNED if plan else _DONE).items():
        for change in getattr(report, what):
            reason = f"  ({change.reason})" if change.reason else ""
            typer.echo(f"{mark:7}  {change.id or '-' * 12}  {change.title}{reason}")
    for failure in report.failed:
        typer.echo(f"article-qa: {failure.reason}", err=True)
    told = ", ".join(f"{count} {what}" for what, count in report.counts().items() if count)
    if plan and told:
        told = f"Nothing was changed. A sync would find: {told}"
    typer.echo((told or "Nothing to index: no file there of a kind that can be read") + ".")
    if report.failed:
        raise typer.Exit(1)
