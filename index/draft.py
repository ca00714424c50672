"""The next generation, begun when the first change is written, and finished whole or not at all."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from index.embedding import BATCH, Embedder, Vectors
from index.generation import LIBRARY
from index.generations import GenerationStore
from index.known import Copy
from index.recording import EmbeddableText, LibraryWriter
from index.types import Article

Progress = Callable[[str, int, int], None]
"""Called with a stage ("read", "embed" or "store"), how much is done, and how much there is."""

WINDOW = 512  # texts sorted by length and embedded at a time


class Draft:
    """What a sync writes to (see `index.comparison.Sink`), and what makes it live."""

    def __init__(self, store: GenerationStore, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder
        self._placement = store.placement()
        self._folder: Path | None = None
        self._library: LibraryWriter | None = None

    @property
    def begun(self) -> bool:
        """Whether anything was written."""
        return self._library is not None

    def put(self, article: Article) -> None:
        """Record an article in place of its old self, and forget its copies."""
        self._writer().put(article)

    def remove(self, article_id: str) -> None:
        """Remove an article and forget its copies."""
        self._writer().remove(article_id)

    def put_copy(self, copy: Copy) -> None:
        """Record a copy."""
        self._writer().put_copy(copy)

    def remove_copy(self, source: str) -> None:
        """Forget a copy."""
        self._writer().remove_copy(source)

    def publish(self, progress: Progress, *, rebuild: bool = False) -> int:
        """Embed what lacks a vector, check the whole, make it live; return how many were embedded.

        `rebuild` builds Chroma's files afresh instead of bringing a copy up to date.
        """
        library, folder = self._writer(), self._folder
        assert folder is not None
        model = self._embedder.name
        try:
            self._placement.prepare(library, model, rebuild=rebuild)
            embedded = self._embed_missing(library, progress)
            library.drop_unused_vectors(model)
            library.set_meta("model", model)
            library.commit()
            self._placement.update(folder, library, model, progress, rebuild=rebuild)
        finally:
            self.close()
        self._placement.finish(folder, progress)
        self._store.publish(folder)
        return embedded

    def close(self) -> None:
        """Close the files; what was not published is swept away by the store."""
        if self._library:
            self._library.close()
            self._library = None

    def _writer(self) -> LibraryWriter:
        if self._library is None:
            self._folder = self._folder or self._store.draft()
            self._library = LibraryWriter(self._folder / LIBRARY)
        return self._library

    def _embed_missing(self, library: LibraryWriter, progress: Progress) -> int:
        model = self._embedder.name
        total = library.count_missing_vectors(model)
        done = 0
        for window in _windows(library.missing_vectors(model)):
            kept = self._placement.take_known(library, window, model)
            window = [wanted for wanted in window if wanted.digest not in kept]
            window.sort(key=lambda wanted: len(wanted.text))  # little padding in a batch
            total -= len(kept)
            rows: list[Vectors] = []
            for start in range(0, len(window), BATCH):
                batch = window[start : start + BATCH]
                rows += list(self._embedder.embed([wanted.text for wanted in batch], "passage"))
                done += len(batch)
                progress("embed", done, total)
            self._placement.keep(library, window, rows, model)
        return done


def _windows(texts: Iterable[EmbeddableText]) -> Iterator[list[EmbeddableText]]:
    """Yield texts by windows, each digest once: what is kept of a window is missing no more.

    Only the texts of the article that two windows share may come up in both.
    """
    texts, before = iter(texts), set[str]()
    while part := list(islice(texts, WINDOW)):
        window = {wanted.digest: wanted for wanted in part if wanted.digest not in before}
        before = set(window)
        yield list(window.values())
