"""Where the vectors of a draft are kept: here beside its library, or on a server."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from index.embedding import Vectors
from index.generation import LIBRARY, VECTORS
from index.recording import EmbeddableText, LibraryWriter
from index.vector_sync import check_draft, update_vectors

Progress = Callable[[str, int, int], None]


class Placement(Protocol):
    """What is done with the vectors of one draft, in the order of these methods."""

    def prepare(self, library: LibraryWriter, model: str, *, rebuild: bool) -> None:
        """Make sure that what counts as known can be had."""

    def take_known(
        self, library: LibraryWriter, texts: Sequence[EmbeddableText], model: str
    ) -> set[str]:
        """Note in `library` which of these texts have a vector already; return their digests."""
        ...

    def keep(
        self,
        library: LibraryWriter,
        texts: Sequence[EmbeddableText],
        vectors: Sequence[Vectors],
        model: str,
    ) -> None:
        """Keep the vectors (each of shape (dimensions,)) of texts."""

    def update(
        self,
        folder: Path,
        library: LibraryWriter,
        model: str,
        progress: Progress,
        *,
        rebuild: bool,
    ) -> None:
        """Bring the search in step with a library that is complete."""

    def finish(self, folder: Path, progress: Progress) -> None:
        """Check the closed draft; raise `DamagedIndexError` if anything is amiss."""


class LocalPlacement:
    """Vectors in the library, and Chroma's files beside it."""

    def prepare(self, library: LibraryWriter, model: str, *, rebuild: bool) -> None:
        """Do nothing: what is in the library is there."""

    def take_known(
        self, library: LibraryWriter, texts: Sequence[EmbeddableText], model: str
    ) -> set[str]:
        """Return nothing: the library knows all there is."""
        return set()

    def keep(
        self,
        library: LibraryWriter,
        texts: Sequence[EmbeddableText],
        vectors: Sequence[Vectors],
        model: str,
    ) -> None:
        """Write the vectors into the library."""
        if texts:
            library.put_vectors([text.digest for text in texts], np.stack(vectors), model)

    def update(
        self,
        folder: Path,
        library: LibraryWriter,
        model: str,
        progress: Progress,
        *,
        rebuild: bool,
    ) -> None:
        """Bring Chroma's files in step with the library."""
        update_vectors(folder / VECTORS, library, model, progress, rebuild=rebuild)

    def finish(self, folder: Path, progress: Progress) -> None:
        """Open the draft as a reader would."""
        check_draft(folder / LIBRARY, folder / VECTORS)
