"""A new generation from what can be read of a damaged one, published whole or not at all."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from index.draft import Draft, Progress
from index.embedding import Embedder
from index.errors import DamagedIndexError
from index.generation import LIBRARY, VECTORS
from index.generations import GenerationStore
from index.health.checks import check_library
from index.health.findings import Finding
from index.health.rescue import Rescue, Rescued, readable_copy
from index.health.rescue_vectors import scanned_vectors, vectors_of
from index.health.vectors import probe
from index.recording import LibraryWriter
from index.vectors import BATCH, KINDS


def salvage(
    store: GenerationStore, name: str, embedder: Embedder, progress: Progress
) -> list[Finding] | None:
    """Publish the articles of the generation `name`; return what of it could not be saved.

    Returns None, and publishes nothing, where not even one can be read. The caller is the writer.
    Raises `DamagedIndexError` if what was written is not whole either.
    """
    with _readable(store.root, name) as path:
        if not _is_readable(path):
            return None
        draft = _Salvage(_CheckedStore(store.root), embedder)
        try:
            with closing(Rescue(path)) as rescue:
                lost = draft.fill(rescue, progress)
            draft.publish(progress, rebuild=True)
        finally:
            draft.discard()
        return lost


@contextmanager
def _readable(root: Path, name: str) -> Iterator[Path]:
    """Give the library of a generation, or a copy with empty pages where some are lacking."""
    place = root / f"{name}.copy.draft"  # swept away by the next writer if this one is killed
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    try:
        path = root / name / LIBRARY
        yield readable_copy(path, place / LIBRARY) if path.is_file() else path
    finally:
        shutil.rmtree(place)


def _is_readable(path: Path) -> bool:
    try:
        with closing(Rescue(path)) as rescue:
            if rescue.rows():
                return any(True for _ in rescue.articles())
            return not rescue.ids()
    except sqlite3.Error:
        return False


class _CheckedStore(GenerationStore):
    """A store whose drafts begin empty and are examined before they go live."""

    def draft(self) -> Path:
        return self.empty_draft()

    def publish(self, draft: Path) -> str:
        library = draft / LIBRARY
        with closing(Rescue(library)) as rescue:
            row = rescue.db.execute("SELECT value FROM meta WHERE key = 'model'").fetchone()
        found = check_library(library) or probe(draft / VECTORS, library, row[0])
        if found:
            raise DamagedIndexError(
                f"What was saved in {self.root} is not whole ({found[0].what.rstrip('.')}): "
                "the index is as it was before; check the disk and try again."
            )
        return super().publish(draft)


class _Salvage(Draft):
    """A draft that is filled from a library that may be damaged."""

    def fill(self, rescue: Rescue, progress: Progress) -> list[Finding]:
        """Take over articles, copies and vectors; return what was lost or is not as it was."""
        library, told = self._writer(), []
        kept: dict[str, str] = {}  # id as stored to id as kept
        total = len(rescue.rows())
        for found in rescue.articles():
            self._take(library, found)
            kept[found.id] = found.article.id
            progress("read", len(kept), total)
            if found.altered:
                told.append(_altered(found))
        for copy in rescue.copies():
            if copy.article_id in kept:
                library.put_copy(replace(copy, article_id=kept[copy.article_id]))
        self._take_vectors(library, rescue)
        return told + [_lost(i, rescue.source(i)) for i in sorted(rescue.ids() - kept.keys())]

    def _take(self, library: LibraryWriter, found: Rescued) -> None:
        library.put(found.article)
        if found.indexed:
            sql = "UPDATE articles SET indexed = ? WHERE id = ?"
            library.run(sql, [found.indexed, found.article.id])

    def _take_vectors(self, library: LibraryWriter, rescue: Rescue) -> None:
        model = self._embedder.name
        wanted = {digest for kind in KINDS for digest in library.used(kind)}
        for found in (
            vectors_of(rescue.db, sorted(wanted), model),
            scanned_vectors(rescue.db, model),
        ):
            while wanted and (known := list(islice(found, BATCH))):
                known = [(digest, vector) for digest, vector in known if digest in wanted]
                wanted -= {digest for digest, _ in known}
                if known:
                    vectors = np.stack([vector for _, vector in known])
                    library.put_vectors([digest for digest, _ in known], vectors, model)

    def discard(self) -> None:
        """Close and remove what was not published."""
        self.close()
        if self._folder and self._folder.exists():
            shutil.rmtree(self._folder)


def _altered(found: Rescued) -> Finding:
    article = found.article
    return Finding(
        "altered-article",
        f"The article {article.id} ({article.source}) is kept, but not as it was read.",
        "sync or add its source again to have it as it was.",
        repairable=False,
    )


def _lost(article_id: str, source: str) -> Finding:
    place = f" ({source})" if source else ""
    return Finding(
        "lost-article",
        f"The article {article_id}{place} cannot be read any more.",
        "sync or add its source again to have it back.",
        repairable=False,
    )
