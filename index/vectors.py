"""Nearest vectors by cosine: the only place that imports chromadb.

Chroma holds ids and vectors only. An id is the digest of the text that was embedded, so that
equal texts share a vector, and a text that only moves costs nothing. Everything here can be
rebuilt from the library.
"""

import errno
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from index.embedding import Vectors
from index.errors import DamagedIndexError
from index.storage import is_disk_failure

Kind = Literal["chunks", "sentences"]
KINDS: tuple[Kind, ...] = ("chunks", "sentences")
BATCH = 2_000


def load() -> None:
    """Import Chroma, which takes a moment; raise `ImportError` where it is not installed."""
    import chromadb  # noqa: F401


class VectorSearch(Protocol):
    """Vectors of chunks and of sentences, to be searched."""

    def count(self, kind: Kind) -> int:
        """Return the number of vectors of a kind."""
        ...

    def query(self, kind: Kind, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return the ids nearest to `vector` (dimensions,) with their cosine, best first."""
        ...

    def close(self) -> None:
        """Let go of what is open; the object must not be used afterwards."""


class VectorIndex:
    """Two Chroma collections in one folder: vectors of chunks and vectors of sentences."""

    def __init__(self, folder: Path) -> None:
        """Open `folder`, made if need be; raise `DamagedIndexError` if Chroma cannot."""
        import chromadb
        from chromadb.config import Settings

        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        settings = Settings(anonymized_telemetry=False)
        with self._errors():
            self._client = chromadb.PersistentClient(str(folder), settings=settings)
            self._collections = {kind: self._collection(kind) for kind in KINDS}

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Tell a full disk from damage in what Chroma raises."""
        from chromadb.errors import ChromaError

        try:
            yield
        except (ChromaError, ValueError, RuntimeError) as error:
            if is_disk_failure(error):
                raise OSError(errno.ENOSPC, str(error)) from error
            raise DamagedIndexError(
                f"The vectors in {self._folder} cannot be used ({error}): "
                "run 'article-qa doctor --repair' to build them again."
            ) from error

    def _collection(self, kind: Kind) -> Any:
        # Without `embedding_function=None` Chroma would attach one that downloads a model.
        return self._client.get_or_create_collection(
            kind, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    def count(self, kind: Kind) -> int:
        """Return the number of vectors of a kind."""
        return int(self._collections[kind].count())

    def add(self, kind: Kind, ids: Sequence[str], vectors: Vectors) -> None:
        """Add or replace vectors; `vectors` has shape (len(ids), dimensions)."""
        with self._errors():
            for start in range(0, len(ids), BATCH):
                part = slice(start, start + BATCH)
                self._collections[kind].upsert(ids=list(ids[part]), embeddings=vectors[part])

    def remove(self, kind: Kind, ids: Iterable[str]) -> None:
        """Remove vectors by id; an unknown id is no error."""
        with self._errors():
            for batch in batches(ids, BATCH):
                self._collections[kind].delete(ids=batch)

    def query(self, kind: Kind, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return the ids nearest to `vector` (dimensions,) with their cosine, best first."""
        with self._errors():
            found = self._collections[kind].query(
                query_embeddings=np.asarray(vector, dtype=np.float32)[np.newaxis],
                n_results=limit,
                include=["distances"],
            )
        return [
            (identifier, 1.0 - float(distance))
            for identifier, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def stored(self, kind: Kind, ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors (dimensions,) that are kept under some ids; an unknown id has none."""
        with self._errors():
            found = self._collections[kind].get(ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], found["embeddings"], strict=True))

    def close(self) -> None:
        """Flush and release the folder; the object must not be used afterwards."""
        self._client.close()


def batches(ids: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield `ids` in lists of at most `size`."""
    remaining = iter(ids)
    while batch := list(islice(remaining, size)):
        yield batch
