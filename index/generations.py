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
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from index.errors import DamagedIndexError, NewerFormatError, NoIndexError
from index.generation import LIBRARY, PIN, VECTORS, Generation, is_generation, pin
from index.leftovers import DRAFT, sweep
from index.locking import writer_lock
from index.migration import FORMAT, format_of, migrate
from index.storage import flush_folder, flush_tree, is_sparse, storage_errors, write_atomically

if TYPE_CHECKING:
    from index.placement import Placement


class GenerationStore:
    """The generations below one folder."""

    shared = False
    """Whether the index lies on a server, and the folder holds a replica."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> str | None:
        """Return the name of the live generation; raise `NewerFormatError` if it is too new."""
        self._format()
        try:
            name = (self.root / "CURRENT").read_text(encoding="utf-8", errors="replace")
            return name.strip()
        except FileNotFoundError:
            return None

    def _format(self) -> int | None:
        try:
            found = (self.root / "FORMAT").read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None
        if not found.isdigit() or int(found) > FORMAT:
            raise NewerFormatError(
                f"The index in {self.root} has format {found[:20]!r}, and this version knows "
                f"up to {FORMAT}: update article-qa, or set ARTICLE_QA_HOME to another folder."
            )
        return int(found)

    def refresh(self) -> None:
        """Learn of what other machines have published, where they can."""

    def close(self) -> None:
        """Let go of what is open beside generations, which are closed by who opened them."""

    def placement(self) -> "Placement":
        """Return what keeps the vectors of one draft."""
        from index.placement import LocalPlacement

        return LocalPlacement()

    def open_current(self) -> Generation:
        """Open the live generation; raise `NoIndexError` if there is none.

        An index of an older format is brought to this one first.
        """
        if self._format() != FORMAT and self.current() is not None:
            with self._writing_here():
                pass
        with storage_errors(self.root):
            while True:
                name = self.current()
                if name is None:
                    raise self.nothing_indexed()
                pin = self.pin(name)
                if pin is not None:
                    break
                if name == self.current():
                    raise DamagedIndexError(
                        f"The live generation {name} is missing in {self.root}: "
                        "run 'article-qa doctor --repair'."
                    )
        try:
            return self._open(name, pin)
        except BaseException:
            pin.close()
            raise

    def _open(self, name: str, pin: IO[bytes]) -> Generation:
        return Generation(self.root / name, pin)

    def nothing_indexed(self) -> NoIndexError:
        """Return the error for a store without a generation."""
        return NoIndexError(
            f"No article is indexed in {self.root.parent} yet: run 'article-qa add PATH' first."
        )

    def pin(self, name: str) -> IO[bytes] | None:
        """Return a shared hold on a generation, or `None` if it has just been swept away."""
        return pin(self.root / name)

    @contextmanager
    def writing(self, *, restoring: bool = False) -> Iterator[None]:
        """Be the one writer; leftovers of writers that were killed are removed first.

        `restoring` allows to make an index whole that was lost on a server.
        """
        with self._writing_here():
            yield

    @contextmanager
    def _writing_here(self) -> Iterator[None]:
        """Be the one writer of this folder."""
        with storage_errors(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            self._format()
            with writer_lock(self.root / "writer.lock"):
                self._find_live()
                self._sweep()
                if self._format() != FORMAT:
                    self._bring_up_to_date()
                try:
                    yield
                finally:
                    self._sweep()

    def _find_live(self) -> None:
        """Make sure that what is swept away is not the index itself."""
        live, names = self.current(), self.generations()
        if live is None and names:
            # The newest was whole before it got its name.
            write_atomically(self.root / "CURRENT", f"{names[0]}\n")
        elif live is not None and live not in names:
            raise DamagedIndexError(
                f"{self.root / 'CURRENT'} names no generation that is there: "
                "run 'article-qa doctor --repair'."
            )

    @contextmanager
    def repairing(self) -> Iterator[None]:
        """Be the one writer of a damaged store; leftovers go only once all has gone well."""
        with storage_errors(self.root), writer_lock(self.root / "writer.lock"):
            yield
            self._sweep()

    def generations(self) -> list[str]:
        """Return the names of the finished generations on the disk, the newest first."""
        names = [p.name for p in self.root.iterdir() if is_generation(p.name) and p.is_dir()]
        return sorted(names, key=int, reverse=True)

    def empty_draft(self) -> Path:
        """Return the empty folder of a generation that comes after all there are."""
        newest = int(next(iter(self.generations()), 0))
        draft = self.root / f"{newest + 1:06d}{DRAFT}"
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir()
        (draft / PIN).touch()
        return draft

    def _bring_up_to_date(self) -> None:
        """Publish the live generation in this format; the old one stays until that is done."""
        from index.vector_sync import check_draft

        name = self.current()
        if name is not None and format_of(self.root / name / LIBRARY) != FORMAT:
            draft = self.draft()
            migrate(draft / LIBRARY)
            check_draft(draft / LIBRARY, draft / VECTORS)
            self.publish(draft)
        write_atomically(self.root / "FORMAT", f"{FORMAT}\n")

    def draft(self) -> Path:
        """Return the folder of the next generation: a copy of the live one, or empty."""
        name = self.current()
        draft = self.root / f"{int(name or 0) + 1:06d}{DRAFT}"
        draft.mkdir()
        (draft / PIN).touch()
        if name is not None:
            shutil.copy2(self.root / name / LIBRARY, draft / LIBRARY)
            vectors = self.root / name / VECTORS
            if vectors.is_dir() and not is_sparse(vectors):
                shutil.copytree(vectors, draft / VECTORS)
        return draft

    def publish(self, draft: Path) -> str:
        """Make a closed and checked draft the live generation, in one atomic step."""
        flush_tree(draft)
        name = draft.name.removesuffix(DRAFT)
        draft.rename(self.root / name)
        flush_folder(self.root)
        write_atomically(self.root / "CURRENT", f"{name}\n")
        return name

    def _sweep(self) -> None:
        sweep(self.root, self.current())
