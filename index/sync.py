"""What is new, changed or gone; does only that, in the next generation, and publishes it whole."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from index.embedding import BATCH, Embedder
from index.errors import SourceError, unknown_article
from index.generations import LIBRARY, VECTORS, GenerationStore
from index.library import Library
from index.recording import EmbeddableText, LibraryWriter
from index.sources.files import find_files, read_article
from index.types import Article
from index.vector_sync import check_draft, update_vectors

Progress = Callable[[str, int, int], None]
"""Called with a stage ("read", "embed" or "store"), how much is done, and how much there is."""

WINDOW = 512  # texts sorted by length and embedded at a time


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be read, and the sentence that says why."""

    source: str
    reason: str


@dataclass(slots=True)
class SyncReport:
    """What a sync did; articles in the order in which they were met."""

    added: list[Article] = field(default_factory=list)
    changed: list[Article] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    embedded: int = 0

    @property
    def writes(self) -> bool:
        """Whether the index must change."""
        return bool(self.added or self.changed or self.removed)


def _silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""


class Synchroniser:
    """Brings the index of one store up to date, with one embedder."""

    def __init__(self, store: GenerationStore, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder

    def add(self, paths: Iterable[Path], progress: Progress | None = None) -> SyncReport:
        """Index files and folders; what is known and unchanged costs nothing.

        A file that cannot be read is reported as failed and stops no other. Raises `SourceError`
        for a path that does not exist.
        """
        return self._run(
            lambda known: self._plan_files(find_files(paths), known, progress), progress
        )

    def sync(self, folder: Path, progress: Progress | None = None) -> SyncReport:
        """Make the index hold what `folder` holds: as `add`, and what is gone from it is removed.

        Articles from elsewhere stay. A file that cannot be read now keeps its indexed self.
        """
        if not folder.expanduser().is_dir():
            raise SourceError(f"{folder} is not a folder: give the folder to keep in step with.")
        root = folder.expanduser().resolve()

        def plan(library: Library | None) -> SyncReport:
            report = self._plan_files(find_files([root]), library, progress)
            met = {a.id for a in report.added + report.changed} | set(report.unchanged)
            failed = {failure.source for failure in report.failed}
            for article_id, source in (library.sources() if library else {}).items():
                inside = Path(source).is_relative_to(root)
                if inside and article_id not in met and source not in failed:
                    report.removed.append(article_id)
            return report

        return self._run(plan, progress)

    def add_articles(
        self, articles: Iterable[Article], progress: Progress | None = None
    ) -> SyncReport:
        """Index articles made by the caller (see `index.article.make_article`)."""
        return self._run(lambda library: _compare(articles, library), progress)

    def remove(self, ids: Iterable[str]) -> SyncReport:
        """Remove articles; raise `UnknownArticleError` and remove none if an id is unknown."""

        def plan(library: Library | None) -> SyncReport:
            known = library.digests() if library else {}
            wanted = list(dict.fromkeys(ids))
            for article_id in wanted:
                if article_id not in known:
                    raise unknown_article(article_id)
            return SyncReport(removed=wanted)

        return self._run(plan, None)

    def reindex(self, progress: Progress | None = None) -> SyncReport:
        """Build all vectors anew from the stored articles, embedding only what this model lacks.

        Raises `NoIndexError` if nothing was indexed yet.
        """

        def plan(library: Library | None) -> SyncReport:
            if library is None:
                raise self._store.nothing_indexed()
            return SyncReport()

        return self._run(plan, progress, rebuild=True)

    def _plan_files(
        self, files: Iterable[Path], library: Library | None, progress: Progress | None
    ) -> SyncReport:
        failed: list[Failure] = []
        everything = list(dict.fromkeys(file.resolve() for file in files))

        def read() -> Iterator[Article]:
            for done, file in enumerate(everything, 1):
                try:
                    yield read_article(file)
                except SourceError as error:
                    failed.append(Failure(str(file), str(error)))
                (progress or _silent)("read", done, len(everything))

        report = _compare(read(), library)
        report.failed[:0] = failed
        return report

    def _run(
        self,
        plan: Callable[[Library | None], SyncReport],
        progress: Progress | None,
        *,
        rebuild: bool = False,
    ) -> SyncReport:
        with self._store.writing():
            name = self._store.current()
            library = Library(self._store.root / name / LIBRARY) if name else None
            try:
                report = plan(library)
                stale = library is not None and library.meta("model") != self._embedder.name
            finally:
                if library:
                    library.close()
            if report.writes or rebuild:
                self._build(report, progress or _silent, rebuild=rebuild or stale)
        return report

    def _build(self, report: SyncReport, progress: Progress, *, rebuild: bool) -> None:
        draft = self._store.draft()
        library = LibraryWriter(draft / LIBRARY)
        try:
            for article_id in report.removed:
                library.remove(article_id)
            for article in report.added + report.changed:
                library.put(article)
            report.embedded = self._embed_missing(library, progress)
            library.drop_unused_vectors(self._embedder.name)
            library.set_meta("model", self._embedder.name)
            library.commit()
            update_vectors(draft / VECTORS, library, self._embedder.name, progress, rebuild=rebuild)
        finally:
            library.close()
        check_draft(draft / LIBRARY, draft / VECTORS, self._embedder.name)
        self._store.publish(draft)

    def _embed_missing(self, library: LibraryWriter, progress: Progress) -> int:
        model = self._embedder.name
        total = library.count_missing_vectors(model)
        done = 0
        texts = _distinct(library.missing_vectors(model))
        while window := list(islice(texts, WINDOW)):
            window.sort(key=lambda wanted: len(wanted.text))  # little padding in a batch
            for start in range(0, len(window), BATCH):
                batch = window[start : start + BATCH]
                vectors = self._embedder.embed([wanted.text for wanted in batch], "passage")
                library.put_vectors([wanted.digest for wanted in batch], vectors, model)
                done += len(batch)
                progress("embed", done, total)
        return done


def _compare(articles: Iterable[Article], library: Library | None) -> SyncReport:
    """Sort articles into new, changed and unchanged; a second one of the same id has failed."""
    known = library.digests() if library else {}
    report = SyncReport()
    met: dict[str, Article] = {}
    for article in articles:
        if article.id in met:
            reason = f"{article.source} has the same address as {met[article.id].source}: keep one."
            report.failed.append(Failure(article.source, reason))
            continue
        met[article.id] = article
        if article.id not in known:
            report.added.append(article)
        elif known[article.id] != article.digest:
            report.changed.append(article)
        else:
            report.unchanged.append(article.id)
    return report


def _distinct(texts: Iterable[EmbeddableText]) -> Iterator[EmbeddableText]:
    seen: set[str] = set()
    for wanted in texts:
        if wanted.digest not in seen:
            seen.add(wanted.digest)
            yield wanted
