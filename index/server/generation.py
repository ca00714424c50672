"""A generation of a replica: its articles and words are here, its vectors on the server."""

from collections.abc import Iterable
from pathlib import Path
from typing import IO

from index.embedding import Vectors
from index.generation import Generation
from index.server.connection import Server
from index.server.vectors import ServerVectors
from index.vectors import Kind


class ServerGeneration(Generation):
    """An opened generation of a replica, which searches on the server."""

    def __init__(self, path: Path, pin: IO[bytes], server: Server) -> None:
        self._server = server
        super().__init__(path, pin)

    def _open_vectors(self, path: Path) -> ServerVectors:
        self._there = ServerVectors(self._server, self.library.meta("model") or "")
        return self._there

    def nearest(self, kind: Kind, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return the nearest texts of this version, found on the server."""
        return self._there.query_known(kind, vector, limit, self.library)

    def cosines(
        self, kind: Kind, digests: Iterable[str], vector: Vectors, model: str
    ) -> dict[str, float]:
        """Return exact cosines, computed on the server."""
        return self._there.cosines(kind, digests, vector)
