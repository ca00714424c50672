"""The versions of an index on a server: each is published by one record, the newest is live."""

from base64 import b85decode, b85encode
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from index.errors import DamagedIndexError
from index.server.connection import Server
from index.server.records import Records

_PREFIX = "version-"
POINT = np.asarray([[0.25, 0.5, 0.75]], dtype=np.float32)  # Chroma wants one of every record


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: its library's blocks hang on `root`, `depth` lists of blocks below it.

    `token` is its writer's, drawn anew for each version; `moment` is in seconds since 1970.
    """

    number: int
    token: str
    moment: float
    model: str
    format: int
    size: int
    sha256: str
    depth: int
    root: bytes


class Versions:
    """The records of the versions of one index."""

    def __init__(self, server: Server) -> None:
        self.records = Records(server, server.address.versions)

    def numbers(self) -> list[int]:
        """Return the numbers of the versions that there are, rising."""
        names = [name for name in self.records.ids() if name.startswith(_PREFIX)]
        return sorted(int(name.removeprefix(_PREFIX)) for name in names)

    def newest(self) -> tuple[int, str] | None:
        """Return the number and the token of the live version, `None` where there is none."""
        numbers = self.numbers()
        if not numbers:
            return None
        found = self.records.metadatas([_id(numbers[-1])])
        if not found:  # it was removed in between, so that there is a newer one
            return self.newest()
        return numbers[-1], str(found[_id(numbers[-1])].get("token", ""))

    def get(self, number: int) -> Version | None:
        """Return a version, or `None` if it is not there any more."""
        name = _id(number)
        metadata = self.records.metadatas([name]).get(name)
        root = self.records.documents([name]).get(name)
        if metadata is None or root is None:
            return None
        try:
            return Version(
                number,
                str(metadata["token"]),
                float(metadata["moment"]),
                str(metadata["model"]),
                int(metadata["format"]),
                int(metadata["size"]),
                str(metadata["sha256"]),
                int(metadata["depth"]),
                b85decode(root),
            )
        except (KeyError, ValueError) as error:
            raise DamagedIndexError(
                f"The server's record of version {number} cannot be read ({error}): "
                "run 'article-qa reindex' where the index was last written."
            ) from error

    def publish(self, version: Version) -> bool:
        """Make a version the live one; tell whether nobody else took its number first."""
        name = _id(version.number)
        metadata = {
            "token": version.token,
            "moment": version.moment,
            "model": version.model,
            "format": version.format,
            "size": version.size,
            "sha256": version.sha256,
            "depth": version.depth,
        }
        root = b85encode(version.root).decode("ascii")
        # An `add` whose id exists does nothing: whoever comes first has the number.
        self.records.add([name], POINT, documents=[root], metadatas=[metadata])
        found = self.records.metadatas([name]).get(name, {})
        return found.get("token") == version.token

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove versions, which then can no more be fetched."""
        self.records.remove(_id(number) for number in numbers)


def _id(number: int) -> str:
    return f"{_PREFIX}{number:06d}"
