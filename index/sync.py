"""What is new, changed or gone; does only that, in the next generation, and publishes it whole."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.comparison import Comparison, Nothing
from index.draft import Draft, Progress
from index.embedding import Embedder
from index.errors import SourceError, unknown_article
from index.generation import LIBRARY
from index.generations import GenerationStore
from index.known import Known
from index.library import Library
from index.origins import Origin, WebOrigin, file_origins
from index.passing import drop_gone, read_origins, remember_failures
from index.report import Change, Failure, SyncReport
from index.source_state import PastFailure, SourceState
from index.storage import storage_errors
from index.types import Article

if TYPE_CHECKING:
    from index.source_list import SourceList
    from index.web.fetching import Fetcher

__all__ = ["Failure", "Progress", "SyncReport", "Synchroniser"]

STATE = "sources.sqlite"


def is_address(text: object) -> bool:
    """Tell whether `text` is the address of something on the web rather than a path."""
    return isinstance(text, str) and text.lower().startswith(("http://", "https://"))


class Synchroniser:
    """Brings the index of one store up to date, with one embedder.

    With `plan=True` nothing is written: the report then says what would be done. `fetcher` makes
    what reads the web, when it is first needed.
    """

    def __init__(
        self,
        store: GenerationStore,
        embedder: Embedder,
        fetcher: "Callable[[], Fetcher] | None" = None,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._make_fetcher = fetcher

    def add(
        self, paths: Iterable[Path | str], progress: Progress | None = None, *, plan: bool = False
    ) -> SyncReport:
        """Index files, folders and addresses; what is known and unchanged costs nothing.

        A source that cannot be read is reported as failed and stops no other. Raises
        `SourceError` for a path that does not exist.
        """
        named = list(paths)
        with self._web() as web:
            origins = file_origins(Path(path) for path in named if not is_address(path))
            origins += [WebOrigin(str(path), web()) for path in named if is_address(path)]
            return self._read(origins, (), progress, plan=plan)

    def sync(
        self, folder: Path, progress: Progress | None = None, *, plan: bool = False
    ) -> SyncReport:
        """Make the index hold what `folder` holds: as `add`, and what is gone from it is removed.

        Articles from elsewhere stay. A file that cannot be read now keeps its indexed self.
        """
        root = _folder(folder)
        return self._read(file_origins([root]), [root], progress, plan=plan)

    def sync_all(
        self, sources: "SourceList", progress: Progress | None = None, *, plan: bool = False
    ) -> SyncReport:
        """Go through all listed folders, feeds and pages; a missing folder is reported as failed.

        What the web does not serve any more stays: an archive is worth keeping.
        """
        roots, failures = [], []
        for folder in sources.folders:
            try:
                roots.append(_folder(folder))
            except SourceError as error:
                failures.append(Failure(str(folder), str(error)))
        with self._web() as web:
            origins = file_origins(roots)
            origins += [WebOrigin(url, web()) for url in (*sources.feeds, *sources.pages)]
            return self._read(origins, roots, progress, plan=plan, failures=failures)

    def add_articles(
        self, articles: Iterable[Article], progress: Progress | None = None
    ) -> SyncReport:
        """Index articles made by the caller (see `index.article.make_article`)."""

        def compare(comparison: Comparison, state: SourceState) -> None:
            for article in articles:
                comparison.take(article)

        return self._run(compare, progress)

    def remove(self, ids: Iterable[str]) -> SyncReport:
        """Remove articles; raise `UnknownArticleError` and remove none if an id is unknown."""
        wanted = list(dict.fromkeys(ids))

        def check(known: Known) -> list[Change]:
            changes = []
            for article_id in wanted:
                stored = known.stored(article_id)
                if stored is None:
                    raise unknown_article(article_id)
                changes.append(Change(article_id, str(stored.fields["title"]), stored.source))
            return changes

        with self._writing() as (known, _, draft, _):
            report = SyncReport(removed=check(known))
            for change in report.removed:
                draft.remove(change.id)
            self._finish(report, draft, _silent, rebuild=False)
        return report

    def reindex(self, progress: Progress | None = None) -> SyncReport:
        """Build all vectors anew from the stored articles, embedding only what this model lacks.

        Raises `NoIndexError` if nothing was indexed yet.
        """

        def check(comparison: Comparison, state: SourceState) -> None:
            if self._store.current() is None:
                raise self._store.nothing_indexed()

        return self._run(check, progress, rebuild=True)

    # --- how a run goes

    def _read(
        self,
        origins: Sequence[Origin],
        roots: Sequence[Path],
        progress: Progress | None,
        *,
        plan: bool,
        failures: Sequence[Failure] = (),
    ) -> SyncReport:
        def compare(comparison: Comparison, state: SourceState) -> None:
            for failure in failures:
                comparison.fail(failure)
            read_origins(origins, comparison, state, progress or _silent)
            for root in roots:
                drop_gone(root, comparison)
            remember_failures(comparison.report, state, [f"{root}{os.sep}" for root in roots])

        return self._plan(compare) if plan else self._run(compare, progress)

    def _plan(self, compare: Callable[[Comparison, SourceState], None]) -> SyncReport:
        with storage_errors(self._store.root):
            self._store.refresh()
            state = SourceState.snapshot(self._store.root / STATE)  # another may be writing to it
            generation = self._store.open_current() if self._store.current() else None
            try:
                known = Known(generation.library if generation else None)
                comparison = Comparison(known, Nothing())
                compare(comparison, state)
            finally:
                state.close()
                if generation:
                    generation.close()
        return comparison.report

    def _run(
        self,
        compare: Callable[[Comparison, SourceState], None],
        progress: Progress | None,
        *,
        rebuild: bool = False,
    ) -> SyncReport:
        with self._writing(restoring=rebuild) as (known, state, draft, stale):
            comparison = Comparison(known, draft)
            compare(comparison, state)
            report = comparison.report
            self._finish(report, draft, progress or _silent, rebuild=rebuild, stale=stale)
            state.commit()
        return report

    def _finish(
        self,
        report: SyncReport,
        draft: Draft,
        progress: Progress,
        *,
        rebuild: bool,
        stale: bool = False,
    ) -> None:
        if draft.begun or rebuild:
            report.embedded = draft.publish(progress, rebuild=rebuild or stale)

    @contextmanager
    def _writing(
        self, *, restoring: bool = False
    ) -> Iterator[tuple[Known, SourceState, Draft, bool]]:
        """Be the one writer: give what is known, and a draft; say whether its model is another."""
        with self._store.writing(restoring=restoring):
            name = self._store.current()
            library = Library(self._store.root / name / LIBRARY) if name else None
            draft = Draft(self._store, self._embedder)
            state = SourceState(self._store.root / STATE)
            try:
                stale = library is not None and library.meta("model") != self._embedder.name
                yield Known(library), state, draft, stale
            finally:
                draft.close()
                state.close()
                if library:
                    library.close()

    @contextmanager
    def _web(self) -> "Iterator[Callable[[], Fetcher]]":
        """Give what makes one fetcher for a run, at the first address."""
        made: list[Fetcher] = []

        def fetcher() -> "Fetcher":
            if not made:
                from index.web.fetching import Fetcher

                made.append((self._make_fetcher or Fetcher)())
            return made[0]

        try:
            yield fetcher
        finally:
            for one in made:
                one.close()


def _folder(folder: Path) -> Path:
    if not folder.expanduser().is_dir():
        raise SourceError(f"{folder} is not a folder: give the folder to keep in step with.")
    return folder.expanduser().resolve()


def _silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""


def past_failures(store: GenerationStore) -> list[PastFailure]:
    """Return the sources that could not be read the last time they were tried."""
    if not (store.root / STATE).exists():
        return []
    with storage_errors(store.root):
        state = SourceState(store.root / STATE)
        try:
            return state.failures()
        finally:
            state.close()
