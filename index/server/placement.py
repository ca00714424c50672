"""A draft whose vectors are on a server; its library holds a mark in the place of each.

What is out of use is noted in the library with the time, and deleted from the server once no
version that anybody may still read has it.
"""

from collections.abc import Sequence
from pathlib import Path

from index.embedding import Vectors
from index.errors import DamagedIndexError
from index.generation import LIBRARY
from index.placement import Progress
from index.recording import EmbeddableText, LibraryWriter
from index.server.connection import Server
from index.server.pages import blocks_of, send_blocks, tree_of, write_list
from index.server.records import Records
from index.server.vectors import ServerVectors
from index.vector_sync import SAMPLE
from index.vectors import KINDS, Kind, batches

RETIRED = """
CREATE TABLE IF NOT EXISTS retired (
    kind TEXT NOT NULL, digest TEXT NOT NULL, since REAL NOT NULL, PRIMARY KEY (kind, digest))
"""
BLOCKS = "blocks"  # the file with the list of a library's blocks, beside it
READ_FOR = 3_600.0  # seconds after its replacement for which a version can be read
_MARKED = 300


class ServerPlacement:
    """Vectors on a server, for one draft; `known` are the blocks that are there already."""

    def __init__(self, server: Server, known: Sequence[str]) -> None:
        self._server = server
        self._known: set[str] = set(known)
        self._vectors: ServerVectors | None = None
        self._gained: dict[Kind, list[str]] = {}
        self.due: dict[Kind, list[str]] = {}
        """Digests whose vectors are to be deleted once the draft is live."""

    def prepare(self, library: LibraryWriter, model: str, *, rebuild: bool) -> None:
        """Where all is built anew, take for known only what is found on the server."""
        self._vectors = ServerVectors(self._server, model)
        library.run(RETIRED)
        if rebuild:
            self._known.clear()
            for kind in KINDS:
                for batch in batches(list(library.used(kind)), _MARKED):
                    library.forget_vectors(set(batch) - self._vectors.existing(kind, batch), model)

    def take_known(
        self, library: LibraryWriter, texts: Sequence[EmbeddableText], model: str
    ) -> set[str]:
        """Mark what an earlier version, or a run that was ended, has left on the server."""
        found: set[str] = set()
        for kind in KINDS:
            digests = [text.digest for text in texts if text.kind == kind]
            found |= self._there.existing(kind, digests)
        library.mark_vectors(found, model)
        return found

    def keep(
        self,
        library: LibraryWriter,
        texts: Sequence[EmbeddableText],
        vectors: Sequence[Vectors],
        model: str,
    ) -> None:
        """Send the vectors, and mark them in the library."""
        for kind in KINDS:
            mine = [i for i, text in enumerate(texts) if text.kind == kind]
            self._there.add(
                kind,
                [texts[i].digest for i in mine],
                [vectors[i] for i in mine],
                [texts[i].text for i in mine],
            )
        library.mark_vectors([text.digest for text in texts], model)

    def update(
        self,
        folder: Path,
        library: LibraryWriter,
        model: str,
        progress: Progress,
        *,
        rebuild: bool,
    ) -> None:
        """Note what is out of use, and find what has been for long enough to be deleted."""
        now = self._server.clock()
        if library.meta("retired_of") != model:  # vectors of other models go all together
            library.run("DELETE FROM retired")
            library.set_meta("retired_of", model)
        for kind in KINDS:
            self._gained[kind] = list(library.used(kind) if rebuild else library.gained(kind))
            for digest in list(library.lost(kind)):
                library.run("REPLACE INTO retired VALUES (?, ?, ?)", [kind, digest, now])
            library.run(
                f"DELETE FROM retired WHERE kind = ? AND digest IN (SELECT digest FROM {kind})",
                [kind],
            )
            due = (kind, now - READ_FOR)
            rows = library.run("SELECT digest FROM retired WHERE kind = ? AND since < ?", due)
            self.due[kind] = [digest for (digest,) in rows.fetchall()]
            library.run("DELETE FROM retired WHERE kind = ? AND since < ?", due)
        if rebuild:
            library.compact_words()

    def finish(self, folder: Path, progress: Progress) -> None:
        """See that all vectors gained are there and can be found, and send the library's blocks."""
        for kind, digests in self._gained.items():
            lacking = len(digests) - len(self._there.existing(kind, digests))
            if lacking:
                raise DamagedIndexError(
                    f"The server has lost {lacking} of the vectors sent to it: "
                    "the version in use stays; try again."
                )
            for digest, vector in self._there.records[kind].vectors(digests[:SAMPLE]).items():
                best = self._there.query(kind, vector, 1)
                if not best or (best[0][0] != digest and best[0][1] < 0.9999):
                    raise DamagedIndexError(
                        f"The server does not find the {kind} sent to it: "
                        "the version in use stays; try again, then run 'article-qa doctor'."
                    )
        send_library(self._server, folder, self._known, progress)

    @property
    def _there(self) -> ServerVectors:
        assert self._vectors is not None
        return self._vectors


def send_library(server: Server, folder: Path, known: set[str], progress: Progress) -> int:
    """Send the blocks of a library that the server lacks, and list them; return how many.

    Those `known` to be there are not asked about.
    """
    blocks = blocks_of(folder / LIBRARY)
    tree = tree_of(blocks)
    pages = Records(server, server.address.pages)
    at = {digest: n for n, digest in enumerate(blocks) if digest not in known}
    inner = {digest: block for digest, block in tree.inner.items() if digest not in known}
    done, sent = 0, 0
    with (folder / LIBRARY).open("rb") as file:
        for batch in batches([*at, *inner], _MARKED):
            wanted = {digest: inner[digest] if digest in inner else at[digest] for digest in batch}
            sent += send_blocks(pages, wanted, file)
            done += len(batch)
            progress("store", done, len(at) + len(inner))
    write_list(folder / BLOCKS, blocks)
    return sent
