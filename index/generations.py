"""An index is a folder of generations; one of them is live.

    index/FORMAT            version of this layout
    index/CURRENT           name of the live generation, replaced in one atomic step
    index/writer.lock       who writes (see `index.locking`)
    index/000007/           a finished generation: library.sqlite, vectors/, pin
    index/000008.draft/     the next one, being built; of no account until it is renamed

Readers hold a shared lock on `pin` of the generation they read, so that a writer removes only
those nobody reads. A process killed at any moment leaves the live generation as it was, and at
most a draft or an unread generation behind, which the next writer sweeps away.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import portalocker

from index.errors import DamagedIndexError, NewerFormatError, NoIndexError
from index.library import Library
from index.locking import EXCLUSIVE, SHARED, writer_lock
from index.storage import flush_folder, flush_tree, is_sparse, storage_errors, write_atomically
from index.vectors import VectorIndex

FORMAT = 1
LIBRARY = "library.sqlite"
VECTORS = "vectors"
_DRAFT = ".draft"


class Generation:
    """An opened, published generation; it stays on disk until `close`."""

    def __init__(self, path: Path, pin: IO[bytes]) -> None:
        self.name = path.name
        self._pin = pin
        self.library = Library(path / LIBRARY)
        try:
            self.vectors = VectorIndex(path / VECTORS)
        except BaseException:
            self.library.close()
            raise

    def close(self) -> None:
        """Let go of the files; the generation may be swept away afterwards."""
        self.vectors.close()
        self.library.close()
        self._pin.close()


class GenerationStore:
    """The generations below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> str | None:
        """Return the name of the live generation; raise `NewerFormatError` if it is too new."""
        self._check_format()
        try:
            return (self.root / "CURRENT").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None

    def _check_format(self) -> None:
        try:
            found = (self.root / "FORMAT").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return
        if not found.isdigit() or int(found) > FORMAT:
            raise NewerFormatError(
                f"The index in {self.root} has format {found[:20]!r}, and this version knows "
                f"up to {FORMAT}: update article-qa, or set ARTICLE_QA_HOME to another folder."
            )

    def open_current(self) -> Generation:
        """Open the live generation; raise `NoIndexError` if there is none."""
        with storage_errors(self.root):
            while True:
                name = self.current()
                if name is None:
                    raise self.nothing_indexed()
                pin = self._pin(name)
                if pin is not None:
                    break
                if name == self.current():
                    raise DamagedIndexError(
                        f"The live generation {name} is missing in {self.root}: "
                        "remove that folder and add the articles again."
                    )
        try:
            return Generation(self.root / name, pin)
        except BaseException:
            pin.close()
            raise

    def nothing_indexed(self) -> NoIndexError:
        """Return the error for a store without a generation."""
        return NoIndexError(
            f"No article is indexed in {self.root.parent} yet: run 'article-qa add PATH' first."
        )

    def _pin(self, name: str) -> IO[bytes] | None:
        """Return a shared hold on a generation, or `None` if it has just been swept away."""
        path = self.root / name / "pin"
        with suppress(FileNotFoundError, portalocker.LockException):
            pin = path.open("rb")
            try:
                portalocker.lock(pin, SHARED)
                if path.exists():  # else a writer removed it between opening and locking
                    return pin
            except portalocker.LockException:
                pin.close()
                raise
            pin.close()
        return None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer; leftovers of writers that were killed are removed first."""
        with storage_errors(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            self._check_format()
            with writer_lock(self.root / "writer.lock"):
                if not (self.root / "FORMAT").exists():
                    write_atomically(self.root / "FORMAT", f"{FORMAT}\n")
                self._sweep()
                try:
                    yield
                finally:
                    self._sweep()

    def draft(self) -> Path:
        """Return the folder of the next generation: a copy of the live one, or empty."""
        name = self.current()
        draft = self.root / f"{int(name or 0) + 1:06d}{_DRAFT}"
        draft.mkdir()
        (draft / "pin").touch()
        if name is not None:
            shutil.copy2(self.root / name / LIBRARY, draft / LIBRARY)
            vectors = self.root / name / VECTORS
            if vectors.is_dir() and not is_sparse(vectors):
                shutil.copytree(vectors, draft / VECTORS)
        return draft

    def publish(self, draft: Path) -> str:
        """Make a closed and checked draft the live generation, in one atomic step."""
        flush_tree(draft)
        name = draft.name.removesuffix(_DRAFT)
        draft.rename(self.root / name)
        flush_folder(self.root)
        write_atomically(self.root / "CURRENT", f"{name}\n")
        return name

    def _sweep(self) -> None:
        """Remove drafts, and generations that are neither live nor read."""
        live = self.current()
        for path in self.root.iterdir():
            if path.name.startswith(".CURRENT.") or path.name.startswith(".FORMAT."):
                path.unlink()
            elif path.is_dir() and path.name.endswith(_DRAFT):
                shutil.rmtree(path)
            elif path.is_dir() and path.name.isdigit() and path.name != live:
                self._remove_unread(path)

    def _remove_unread(self, path: Path) -> None:
        # A generation without its pin is one whose removal was cut short.
        with suppress(portalocker.LockException):
            if (path / "pin").exists():
                with (path / "pin").open("r+b") as pin:
                    portalocker.lock(pin, EXCLUSIVE)
                    (path / "pin").unlink()
            shutil.rmtree(path)
