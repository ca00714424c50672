"""Vectors of chunks and sentences on a server: by the digest of their text, and never changed."""

from collections.abc import Iterable, Sequence

import numpy as np

from index.embedding import Vectors
from index.errors import DamagedIndexError, ServerError
from index.library import Library
from index.server.connection import Server, lacks_ids
from index.server.records import Records
from index.vectors import KINDS, Kind, batches

TOGETHER = 250  # ids asked about at once: up to there Chroma compares every one exactly
MOST = 2_000  # neighbours asked for at once
MOST_OF_CLOUD = 300  # the most that Chroma Cloud gives


class ServerVectors:
    """The vectors of one model on a server."""

    def __init__(self, server: Server, model: str) -> None:
        self.most = MOST_OF_CLOUD if server.address.is_cloud else MOST
        self.records = {
            kind: Records(server, server.address.vectors(kind, model), cosine=True)
            for kind in KINDS
        }

    def count(self, kind: Kind) -> int:
        """Return the number of vectors of a kind, those of other versions included."""
        return self.records[kind].count()

    def query(self, kind: Kind, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return at most `most` ids nearest to `vector` (dimensions,) with their cosine."""
        found = self.records[kind].query(vector, min(limit, self.most))
        return [(digest, 1.0 - distance) for digest, distance in found]

    def query_known(
        self, kind: Kind, vector: Vectors, limit: int, library: Library
    ) -> list[tuple[str, float]]:
        """Return what `query` does, of the texts that a library holds, at most `limit` of them.

        Vectors of other versions lie among them: more are asked for until there are enough.
        """
        asked = limit = min(limit, self.most)
        find = library.keys_of_chunks if kind == "chunks" else library.keys_of_sentences
        while True:
            found = self.query(kind, vector, asked)
            known = find([digest for digest, _ in found])
            mine = [one for one in found if one[0] in known]
            if len(mine) >= limit or len(found) < asked or asked >= self.most:
                return mine[:limit]
            asked = min(2 * asked, self.most)

    def cosines(self, kind: Kind, digests: Iterable[str], vector: Vectors) -> dict[str, float]:
        """Return the cosine of each of these to `vector` (dimensions,), computed by the server.

        Raises `DamagedIndexError` if the server lacks one.
        """
        found: dict[str, float] = {}
        for batch in batches(digests, TOGETHER):
            try:
                near = self.records[kind].query(vector, len(batch), batch)
            except ServerError as error:
                if not lacks_ids(error):
                    raise
                near = []
            some = {digest: 1.0 - distance for digest, distance in near}
            if len(some) < len(batch):
                some |= self._compared(kind, [d for d in batch if d not in some], vector)
            found |= some
        return found

    def _compared(self, kind: Kind, digests: Sequence[str], vector: Vectors) -> dict[str, float]:
        vectors = self.records[kind].vectors(digests)
        if len(vectors) < len(digests):
            raise DamagedIndexError(
                f"The server lacks {len(digests) - len(vectors)} vectors of {kind}: "
                "run 'article-qa doctor --repair' to have them embedded again."
            )
        return {digest: float(stored @ vector) for digest, stored in vectors.items()}

    def existing(self, kind: Kind, digests: Iterable[str]) -> set[str]:
        """Return which of these digests have a vector."""
        return self.records[kind].existing(digests)

    def add(
        self, kind: Kind, digests: Sequence[str], vectors: Sequence[Vectors], texts: Sequence[str]
    ) -> None:
        """Add vectors with the texts they are of; sentences stand in the text of their chunk."""
        if digests:
            documents = texts if kind == "chunks" else None
            self.records[kind].put(digests, np.stack(vectors), documents=documents)

    def close(self) -> None:
        """Do nothing: the connection is the store's."""
