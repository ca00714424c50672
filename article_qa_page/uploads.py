"""Files that a page sends: taken in with limits, then kept under their names in the data folder.

What is on its way lies in `incoming/`, under a random name, and is removed after an hour. What was
kept lies in `uploads/`: the source of its articles, for as long as they are indexed.
"""

import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Lock

from index.errors import ArticleQAError
from index.sources.files import MAX_BYTES
from index.storage import storage_errors

PATH = "/articles-upload"
MAX_INCOMING = 1_000_000_000  # bytes on their way, of all pages together
OLDEST = 3600.0  # seconds
MAX_NAME = 150  # bytes, of the 255 that file systems take
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


class UploadError(ArticleQAError):
    """A file may not be taken in: it is too large, or there are too many."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on its way: where it lies, and the name that it had."""

    path: Path
    name: str


class Uploads:
    """The two folders in the data folder `home`."""

    def __init__(self, home: Path) -> None:
        self._incoming = home / "incoming"
        self.kept = home / "uploads"
        self._lock = Lock()
        self._files: dict[str, Incoming] = {}

    async def take(self, name: str, chunks: AsyncIterator[bytes]) -> str:
        """Write what comes to a temporary file, and return the token that names it from now on.

        Raises `UploadError` beyond a limit and `StorageError` for a full disk; nothing stays then.
        """
        with storage_errors(self._incoming):
            self._sweep()
            room = MAX_INCOMING - sum(f.stat().st_size for f in self._incoming.iterdir())
        token = secrets.token_urlsafe(16)
        path = self._incoming / token
        try:
            with storage_errors(self._incoming), path.open("xb") as file:
                size = 0
                async for chunk in chunks:
                    size += len(chunk)
                    if size > MAX_BYTES:
                        raise UploadError(
                            f"{name} is larger than {MAX_BYTES // 1_000_000} MB: "
                            "split it into its articles."
                        )
                    if size > room:
                        raise UploadError("Too many files are on their way: try again later.")
                    file.write(chunk)
        except BaseException:  # a page that was closed included
            path.unlink(missing_ok=True)
            raise
        with self._lock:
            self._files[token] = Incoming(path, safe_name(name))
        return token

    def put(self, name: str, content: str) -> Incoming:
        """Write a text to a temporary file, as if it had been sent."""
        with storage_errors(self._incoming):
            self._sweep()
            file = Incoming(self._incoming / secrets.token_urlsafe(16), safe_name(name))
            file.path.write_text(content, encoding="utf-8")
        return file

    def claim(self, tokens: list[str]) -> list[Incoming]:
        """Return the files of these tokens, which then name nothing any more.

        Raises `UploadError` where one is unknown, or there are none.
        """
        if not tokens:
            raise UploadError("Choose a file first.")
        with self._lock:
            if any(token not in self._files for token in tokens):
                raise UploadError("A file is no longer there: choose the files again.")
            return [self._files.pop(token) for token in dict.fromkeys(tokens)]

    def discard(self, files: list[Incoming]) -> None:
        """Remove temporary files that are still there."""
        for file in files:
            file.path.unlink(missing_ok=True)

    def forget(self, sources: list[str]) -> None:
        """Remove the kept files among these sources."""
        for source in sources:
            path = Path(source)
            if path.parent == self.kept.resolve():
                path.unlink(missing_ok=True)

    def _sweep(self) -> None:
        self._incoming.mkdir(parents=True, exist_ok=True)
        for file in self._incoming.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - file.stat().st_mtime > OLDEST:
                    file.unlink()
        with self._lock:
            self._files = {t: f for t, f in self._files.items() if f.path.exists()}


class Keeping:
    """Files moved into `uploads/` for one job, which can be taken back."""

    def __init__(self, uploads: Uploads) -> None:
        self._folder = uploads.kept
        self._moved: list[Path] = []
        self._replaced: list[tuple[Path, Path]] = []

    def keep(self, file: Incoming, *, replace: bool) -> Path:
        """Move a file to its name and return its path.

        A file of the same name and content is the same. Another content takes its place if
        `replace` is set, and a name with a number else.
        """
        with storage_errors(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder.resolve() / file.name
            if not replace:
                path = _free(path, file.path)
            if path.exists() and _equal(path, file.path):
                file.path.unlink()
                return path
            if path.exists():
                before = file.path.with_suffix(".before")
                path.replace(before)
                self._replaced.append((before, path))
            else:
                self._moved.append(path)
            shutil.move(file.path, path)
        return path

    def undo(self) -> None:
        """Put everything back as it was."""
        for path in self._moved:
            path.unlink(missing_ok=True)
        for before, path in self._replaced:
            before.replace(path)
        self._moved, self._replaced = [], []

    def settle(self) -> None:
        """Let it be so for good."""
        for before, _ in self._replaced:
            before.unlink(missing_ok=True)
        self._moved, self._replaced = [], []


def safe_name(name: str) -> str:
    """Return a file name that is one on every system, as near to `name` as can be."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = _UNFIT.sub(" ", name.encode("utf-8", "ignore").decode()).strip().lstrip(".")
    suffix = PurePosixPath(name).suffix
    suffix = suffix if len(suffix.encode()) <= 20 else ""
    stem = name.removesuffix(suffix) or "article"
    room = MAX_NAME - len(suffix.encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + suffix


def _free(path: Path, content: Path) -> Path:
    """Return `path`, or the same with the first number under which there is nothing else."""
    tried, number = path, 1
    while tried.exists() and not _equal(tried, content):
        number += 1
        tried = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return tried


def _equal(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
