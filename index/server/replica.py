"""The replica of a server's index on this machine: generations of libraries, without vectors.

    server-1a2b3c4d/index/000003/library.sqlite  as published by whoever wrote it
    server-1a2b3c4d/index/000003/blocks          the digests of its blocks
    server-1a2b3c4d/index/000003/version.json    which version of the server's it is

It is brought up to date before a question, at most every `INTERVAL` seconds, and by whoever writes.
"""

import json
import shutil
import threading
import time
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path
from typing import IO

from index.errors import (
    DamagedIndexError,
    IndexLockedError,
    NewerFormatError,
    NoIndexError,
    ServerError,
)
from index.generation import LIBRARY, Generation
from index.generations import GenerationStore
from index.migration import FORMAT, format_of, migrate
from index.server.connection import Server
from index.server.generation import ServerGeneration
from index.server.pages import Swept, expand, read_list, write_file, write_list
from index.server.placement import BLOCKS
from index.server.records import Records
from index.server.versions import Version, Versions
from index.storage import write_atomically

INTERVAL = 2.0  # seconds between two looks at whether there is a newer version
WAIT = 3.0  # seconds to wait for another process of this machine that fetches a version
WAIT_FIRST = 300.0  # the same, where there is nothing yet to go on with
STAMP = "version.json"
_AGAIN = 5  # versions begun with before it is given up


class Replica(GenerationStore):
    """What a machine holds of the index of one server, below a data folder."""

    shared = True

    def __init__(self, home: Path, server: Server) -> None:
        super().__init__(home / server.address.folder / "index")
        self.server = server
        self.versions = Versions(server)
        self._asking = threading.Lock()
        self._asked = float("-inf")

    def refresh(self) -> None:
        """Bring the replica up to the server's live version, if some time has passed.

        While another thread or process does, what is there is gone on with. Raises `ServerError`
        where the server cannot be asked, or has lost the index.
        """
        there = self.root.exists() and self.current() is not None
        if not self._asking.acquire(blocking=not there):
            return
        try:
            if time.monotonic() - self._asked >= INTERVAL:
                self._refresh()
                self._asked = time.monotonic()
        finally:
            self._asking.release()

    def close(self) -> None:
        """Let go of the connection; the next question opens it again."""
        self.server.close()

    def _refresh(self) -> None:
        newest = self._newest()
        if newest is None or newest == self.stamp():
            return
        deadline = time.monotonic() + (WAIT if self.current() else WAIT_FIRST)
        while True:
            try:
                with self._writing_here():
                    self.fetch()
                return
            except IndexLockedError:
                if newest == self.stamp():
                    return
                if time.monotonic() > deadline:
                    if self.current():
                        return  # with what is there; it is whole
                    raise
                time.sleep(0.1)

    def _newest(self, *, restoring: bool = False) -> tuple[int, str] | None:
        """Return the live version's number and token; raise `ServerError` where all is lost."""
        newest = self.versions.newest()
        if newest is None and not restoring and self.stamp() is not None:
            raise ServerError(
                f"The Chroma server at {self.server.address.url} holds no articles under the name "
                f"{self.server.address.name!r} any more: run 'article-qa reindex' on this machine "
                f"to bring them back, or remove {self.root} to begin anew."
            )
        return newest

    def stamp(self) -> tuple[int, str] | None:
        """Return the number and token of the version that is live here, if it is known."""
        name = self.current() if self.root.exists() else None
        with suppress(OSError, ValueError, KeyError, TypeError):
            said = json.loads((self.root / str(name) / STAMP).read_text(encoding="utf-8"))
            return int(said["number"]), str(said["token"])
        return None

    def _open(self, name: str, pin: IO[bytes]) -> Generation:
        return ServerGeneration(self.root / name, pin, self.server)

    def nothing_indexed(self) -> NoIndexError:
        """Return the error for a server without articles."""
        address = self.server.address
        return NoIndexError(
            f"No article is indexed on {address.url} under the name {address.name!r} yet: "
            "run 'article-qa add PATH' first."
        )

    # --- fetching

    def fetch(self, *, whole: bool = False) -> None:
        """Make the server's live version that of this replica; the caller has the lock.

        With `whole` nothing of what is here is used.
        """
        for _ in range(_AGAIN):
            newest = self._newest(restoring=True)
            if newest is None or (newest == self.stamp() and not whole):
                return
            version = self.versions.get(newest[0])
            if version is None:
                continue
            try:
                self._fetch(version, whole=whole)
            except Swept:
                if newest == self.versions.newest():
                    raise
                continue  # it was swept away meanwhile, so that there is a newer one
            return
        raise ServerError(
            f"The index on {self.server.address.url} changed {_AGAIN} times while it was fetched: "
            "try again."
        )

    def _fetch(self, version: Version, *, whole: bool) -> None:
        if version.format > FORMAT:
            raise NewerFormatError(
                f"The index on {self.server.address.url} has format {version.format}, and this "
                f"version knows up to {FORMAT}: update article-qa."
            )
        pages = Records(self.server, self.server.address.pages)
        blocks, _ = expand(pages, version.root, version.depth)
        live = None if whole else self.current()
        present = self.root / live / LIBRARY if live else None
        have = read_list(self.root / live / BLOCKS) if live else []
        draft = self.empty_draft()
        try:
            write_file(pages, blocks, draft / LIBRARY, present if have else None, have)
            with (draft / LIBRARY).open("rb") as file:
                right = file_digest(file, "sha256").hexdigest() == version.sha256
            if right and version.format == FORMAT:
                write_list(draft / BLOCKS, blocks)
            elif right:
                migrate(draft / LIBRARY)
            if right:
                self._publish_here(draft, version)
                return
        finally:
            if draft.exists():
                shutil.rmtree(draft)
        if whole:
            raise DamagedIndexError(
                f"Version {version.number} on {self.server.address.url} is not as it was "
                "published: run 'article-qa reindex' where the index was last written."
            )
        self._fetch(version, whole=True)  # the replica may be damaged: without it

    def _publish_here(self, draft: Path, version: Version) -> None:
        stamp = {"number": version.number, "token": version.token}
        write_atomically(draft / STAMP, json.dumps(stamp))
        super().publish(draft)

    def _bring_up_to_date(self) -> None:
        """Bring the replica, and only that, to this format."""
        name = self.current()
        if name is not None and format_of(self.root / name / LIBRARY) != FORMAT:
            draft = self.draft()
            migrate(draft / LIBRARY)
            super().publish(draft)
        write_atomically(self.root / "FORMAT", f"{FORMAT}\n")
