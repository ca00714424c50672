"""Files and folders on this machine: which to read, and their bytes."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from index.errors import SourceError
from index.sources.content import Content, Found
from index.sources.kinds import read_content, suffixes
from index.types import Article

MAX_BYTES = 50_000_000


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files named, and those of the folders named whose suffix is of a known kind.

    Hidden files and folders are left out, and what a link in a folder leads to outside of it.
    Raises `SourceError` for a path that does not exist.
    """
    for path in paths:
        path = path.expanduser().absolute()
        try:
            found = _files_of(path)
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror or error}.") from None
        if found is None:
            raise SourceError(f"{path} does not exist: check the path.")
        yield from found


def _files_of(path: Path) -> list[Path] | None:
    if path.is_dir():
        root, known = path.resolve(), suffixes()
        return sorted(file for file in path.rglob("*") if _is_article(file, path, root, known))
    return [path] if path.exists() else None


def _is_article(file: Path, folder: Path, root: Path, known: frozenset[str]) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
    if hidden or file.suffix.lower() not in known or not file.is_file():
        return False
    return not file.is_symlink() or file.resolve().is_relative_to(root)


def read_file(path: Path) -> Iterator[Found]:
    """Yield the articles of a file, whatever its kind; raise `SourceError` if none can be read."""
    source = str(path.resolve())
    yield from read_content(Content(read_bytes(path), source, path.suffix.lower()))


def read_article(path: Path) -> Article:
    """Return the one article of a file; raise `SourceError` where it holds none."""
    found = next(read_file(path))
    if isinstance(found, SourceError):
        raise found
    return found


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes; raise `SourceError` where it cannot or should not be read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SourceError(
                f"{path} is larger than {MAX_BYTES // 1_000_000} MB: split it into its articles."
            )
        raw = path.read_bytes()
    except PermissionError:
        raise SourceError(f"{path} may not be read: change its permissions.") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}.") from None
    if not raw.strip():
        raise SourceError(f"{path} is empty: there is nothing to index in it.")
    return raw
