"""The one writer among all machines: its right to write, and what it publishes on the server.

    server-1a2b3c4d/index/place  what this machine's replica is known by to the server

It writes on top of its own replica (see `index.server.replica`), brought up to date first.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import file_digest
from pathlib import Path
from secrets import token_hex

from index.errors import ArticleQAError, DamagedIndexError, IndexLockedError
from index.generation import LIBRARY
from index.library import Library
from index.migration import FORMAT
from index.server import replica
from index.server.connection import Server
from index.server.lease import Lease, lease
from index.server.pages import read_list, tree_of
from index.server.placement import BLOCKS, ServerPlacement
from index.server.sweeping import sweep
from index.server.versions import Version
from index.storage import storage_errors, write_atomically


class ServerStore(replica.Replica):
    """The index of one server, and its replica below a data folder."""

    def __init__(self, home: Path, server: Server) -> None:
        super().__init__(home, server)
        self._lease: Lease | None = None
        self._placed: ServerPlacement | None = None

    @contextmanager
    def writing(self, *, restoring: bool = False, older: bool = False) -> Iterator[None]:
        """Be the one writer among all machines, on the live version.

        Raises `IndexLockedError`, which names who writes; `ServerError` where the server has lost
        the index, unless `restoring`; `DamagedIndexError` where it has lost a part of the version,
        unless an `older` one, this replica's, will do.
        """
        with ExitStack() as held:
            self._lock_here(held)
            place = self._place()
            self._lease = held.enter_context(lease(self.server, place))
            try:
                self._newest(restoring=restoring)
                try:
                    self.fetch()
                except DamagedIndexError:
                    if not older or self.current() is None:
                        raise
                yield
            finally:
                self._lease = None
                self._placed = None

    def _lock_here(self, held: ExitStack) -> None:
        """Take this machine's lock, which a reader may have for the time of a fetch."""
        deadline = time.monotonic() + replica.WAIT
        while True:
            try:
                held.enter_context(self._writing_here())
                return
            except IndexLockedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _place(self) -> str:
        with storage_errors(self.root):
            path = self.root / "place"
            if not path.exists():
                write_atomically(path, token_hex(16))
            return path.read_text(encoding="utf-8").strip()

    def placement(self) -> ServerPlacement:
        """Return what keeps the vectors of a draft on the server."""
        live = self.current()
        known = read_list(self.root / live / BLOCKS) if live else []
        self._placed = ServerPlacement(self.server, [*known, *tree_of(known).inner])
        return self._placed

    def publish(self, draft: Path) -> str:
        """Make a draft, whose vectors and blocks are on the server, the live version of all."""
        held = self._lease
        assert held is not None, "only a writer publishes"
        version = self._version_of(draft)
        held.check()
        if not self.versions.publish(version):
            raise IndexLockedError(
                f"Version {version.number} was published by another machine meanwhile: "
                "nothing of this run was; run it again."
            )
        self._publish_here(draft, version)
        name = draft.name.split(".")[0]
        with suppress(ArticleQAError):  # what is left is garbage, swept another time
            held.check()
            due = self._placed.due if self._placed else {}
            sweep(self.server, read_list(self.root / name / BLOCKS), due, version.model)
        return name

    def _version_of(self, draft: Path) -> Version:
        newest, here = self.versions.newest(), self.stamp()
        blocks = read_list(draft / BLOCKS)
        tree, library = tree_of(blocks), draft / LIBRARY
        opened = Library(library)
        try:
            model = opened.meta("model") or ""
        finally:
            opened.close()
        with library.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        return Version(
            number=max(newest[0] if newest else 0, here[0] if here else 0) + 1,
            token=token_hex(16),
            moment=self.server.clock(),
            model=model,
            format=FORMAT,
            size=library.stat().st_size,
            sha256=digest,
            depth=tree.depth,
            root=tree.root,
        )
