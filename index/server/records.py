"""One collection of a server as records by id; a collection that is not there is an empty one.

What is written more than once with the same id and contents is written once: every call may be
repeated after a lost connection.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import methodcaller
from typing import Any, TypeVar

import numpy as np

from index.embedding import Vectors
from index.errors import ServerError
from index.server.connection import Server
from index.vectors import batches

T = TypeVar("T")

BATCH = 300  # what Chroma Cloud takes and gives at once


class Records:
    """The records of one collection."""

    def __init__(self, server: Server, name: str, *, cosine: bool = False) -> None:
        self.name = name
        self._server = server
        self._cosine = cosine

    def add(
        self,
        ids: Sequence[str],
        vectors: Vectors,
        *,
        documents: Sequence[str] | None = None,
        metadatas: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """Add records; those whose id is there already stay as they are.

        `vectors` has shape (len(ids), dimensions).
        """
        self._write("add", ids, vectors, documents, metadatas)

    def put(
        self, ids: Sequence[str], vectors: Vectors, *, documents: Sequence[str] | None = None
    ) -> None:
        """Add or replace records; `vectors` has shape (len(ids), dimensions)."""
        self._write("upsert", ids, vectors, documents, None)

    def note(self, identifier: str, metadata: Mapping[str, Any]) -> None:
        """Change some of the metadata of a record; an unknown id is no error."""
        self._run(methodcaller("update", ids=[identifier], metadatas=[dict(metadata)]), make=True)

    def remove(self, ids: Iterable[str]) -> None:
        """Remove records by id; an unknown id is no error."""
        for batch in batches(ids, BATCH):
            self._run(methodcaller("delete", ids=batch))

    def existing(self, ids: Iterable[str]) -> set[str]:
        """Return which of these ids there are."""
        found: set[str] = set()
        for batch in batches(ids, BATCH):
            some = self._run(methodcaller("get", ids=batch, include=[]))
            found.update(some["ids"] if some else ())
        return found

    def ids(self) -> Iterator[str]:
        """Yield all ids."""
        done = 0
        while True:
            some = self._run(methodcaller("get", limit=BATCH, offset=done, include=[]))
            yield from some["ids"] if some else ()
            if not some or len(some["ids"]) < BATCH:
                return
            done += BATCH

    def metadatas(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return the metadata of the records there are of these ids."""
        return self._get(ids, "metadatas")

    def documents(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the documents of the records there are of these ids."""
        return self._get(ids, "documents")

    def vectors(self, ids: Iterable[str]) -> dict[str, Vectors]:
        """Return the vectors (dimensions,) of the records there are of these ids."""
        found = self._get(ids, "embeddings")
        return {key: np.asarray(vector, dtype=np.float32) for key, vector in found.items()}

    def count(self) -> int:
        """Return the number of records."""
        return int(self._run(methodcaller("count")) or 0)

    def query(
        self, vector: Vectors, limit: int, ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the ids nearest to `vector` (dimensions,) with their distances, nearest first.

        With `ids` only among these, all of which must be there.
        """
        found = self._run(
            methodcaller(
                "query",
                query_embeddings=np.asarray(vector, dtype=np.float32)[np.newaxis],
                n_results=limit,
                include=["distances"],
                **({"ids": list(ids)} if ids is not None else {}),
            )
        )
        if found is None:
            return []
        return list(zip(found["ids"][0], map(float, found["distances"][0]), strict=True))

    def _get(self, ids: Iterable[str], what: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for batch in batches(ids, BATCH):
            some = self._run(methodcaller("get", ids=batch, include=[what]))
            if some:
                found |= dict(zip(some["ids"], some[what], strict=True))
        return found

    def _write(
        self,
        how: str,
        ids: Sequence[str],
        vectors: Vectors,
        documents: Sequence[str] | None,
        metadatas: Sequence[Mapping[str, Any]] | None,
    ) -> None:
        for start in range(0, len(ids), BATCH):
            part = slice(start, start + BATCH)
            rows: dict[str, Any] = {"ids": list(ids[part]), "embeddings": vectors[part]}
            if documents is not None:
                rows["documents"] = list(documents[part])
            if metadatas is not None:
                rows["metadatas"] = [dict(metadata) for metadata in metadatas[part]]
            self._run(methodcaller(how, **rows), make=True)

    def _run(self, work: Callable[[Any], T], *, make: bool = False) -> T | None:
        """Return what `work` makes of the collection, `None` where there is none."""

        def on(client: Any) -> T | None:
            server = self._server
            found = server.collection(client, self.name, make=make, cosine=self._cosine)
            return work(found) if found is not None else None

        try:
            return self._server.run(on)
        except ServerError as error:
            # a collection once found was deleted, and perhaps made anew
            if error.status != 404 or not self._server.forget(self.name):
                raise
        return self._server.run(on)
