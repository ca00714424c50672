"""What the Articles tab asks of an assistant: no more than these calls."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from index.known import Elsewhere
from index.listing import Listing
from index.report import SyncReport
from index.source_state import PastFailure

Progress = Callable[[str, int, int], None]
"""Told a stage of indexing, how much of it is done, and how much there is."""


class ArticleKeeper(Protocol):
    """The part of `retrieval.collection.Collection` that the tab uses."""

    home: Path

    def generation(self) -> str | None:
        """Return a name that is another one after each change; None before the first."""
        ...

    def listing(self) -> Listing:
        """Return what a table of all articles shows."""
        ...

    def add(
        self, paths: Iterable[Path | str] | Path | str, progress: Progress | None = None
    ) -> SyncReport:
        """Index files, folders and web addresses."""
        ...

    def sync(
        self, folder: Path | str | None = None, progress: Progress | None = None
    ) -> SyncReport:
        """Go through all that `sources.toml` lists."""
        ...

    def remove(self, ids: Iterable[str]) -> SyncReport:
        """Remove articles by id; raise `UnknownArticleError` where there is none."""
        ...

    def reindex(self, progress: Progress | None = None) -> SyncReport:
        """Build the vectors anew from the stored articles."""
        ...

    def published_elsewhere(self, article_id: str) -> tuple[Elsewhere, ...]:
        """Return where the same article, or nearly the same, was published too."""
        ...

    def past_failures(self) -> list[PastFailure]:
        """Return the sources that could not be read the last time they were tried."""
        ...

    def forget_failures(self, sources: Iterable[str]) -> None:
        """Forget that these sources could not be read."""
        ...
