"""One generation: its files, and the opened one that is searched."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np
import portalocker

from index.embedding import Vectors
from index.library import Library
from index.locking import SHARED
from index.vectors import Kind, VectorIndex, VectorSearch

LIBRARY = "library.sqlite"
VECTORS = "vectors"
PIN = "pin"


def is_generation(name: str) -> bool:
    """Tell whether a folder of this name is a finished generation."""
    return name.isascii() and name.isdigit()


def pin(folder: Path) -> IO[bytes] | None:
    """Return a shared hold on the generation in `folder`, or `None` if it was just swept away."""
    path = folder / PIN
    with suppress(FileNotFoundError, portalocker.LockException):
        held = path.open("rb")
        try:
            portalocker.lock(held, SHARED)
            if path.exists():  # else a writer removed it between opening and locking
                return held
        except portalocker.LockException:
            held.close()
            raise
        held.close()
    return None


class Generation:
    """An opened, published generation; it stays on disk until `close`."""

    vectors: VectorSearch

    def __init__(self, path: Path, pin: IO[bytes]) -> None:
        self.name = path.name
        self._pin = pin
        self.library = Library(path / LIBRARY)
        try:
            self.vectors = self._open_vectors(path)
        except BaseException:
            self.library.close()
            raise

    def _open_vectors(self, path: Path) -> VectorSearch:
        return VectorIndex(path / VECTORS)

    def nearest(self, kind: Kind, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return digests of the texts of a kind nearest to `vector` (dimensions,), best first.

        Each comes with its cosine; the search is approximate.
        """
        return self.vectors.query(kind, vector, limit)

    def cosines(
        self, kind: Kind, digests: Iterable[str], vector: Vectors, model: str
    ) -> dict[str, float]:
        """Return the exact cosine of each of these digests to `vector` (dimensions,)."""
        known = self.library.vectors(list(digests), model)
        if not known:
            return {}
        every = np.stack(list(known.values())) @ vector
        return dict(zip(known, every.tolist(), strict=True))

    def close(self) -> None:
        """Let go of the files; the generation may be swept away afterwards."""
        self.vectors.close()
        self.library.close()
        self._pin.close()
