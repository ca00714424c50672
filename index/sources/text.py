"""Text and Markdown files, with optional YAML front matter, in any sane encoding."""

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from index.article import make_article, parse_moment
from index.errors import SourceError
from index.types import Article

SUFFIXES = (".txt", ".text", ".md", ".markdown")
MAX_BYTES = 20_000_000
ENCODINGS = ["utf_8", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "cp1252", "latin_1"]
_BINARY = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x7fELF")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_NEWLINES = re.compile(r"\r\n?")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files named, and the text files of the folders named, as absolute paths.

    Hidden files and folders are left out. Raises `SourceError` for a path that does not exist.
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
        return sorted(file for file in path.rglob("*") if _is_article(file, path))
    return [path] if path.exists() else None


def _is_article(file: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
    return not hidden and file.suffix.lower() in SUFFIXES and file.is_file()


def read_article(path: Path) -> Article:
    r"""Return the article of a text or Markdown file; raise `SourceError` if it holds none.

    Line ends become "\n", a byte-order mark and the front matter are left out; every other
    character stays, so that offsets count characters of the file's own text.
    """
    source = str(path.resolve())
    text, fields = _split_front_matter(decode(read_bytes(path), str(path)), str(path))
    return make_article(
        text,
        source=source,
        title=_text_field(fields, "title"),
        url=_text_field(fields, "url"),
        published=parse_moment(fields.get("published"), str(path)),
        language=(_text_field(fields, "language") or "")[:2].lower() or None,
    )


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


def decode(raw: bytes, name: str) -> str:
    """Return the text of `raw`, its encoding found from its bytes; raise `SourceError` if none."""
    if raw.startswith(_BINARY):
        raise _binary(name)
    encoding = next((e for mark, e in _BYTE_ORDER_MARKS if raw.startswith(mark)), None)
    try:
        text = raw.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        text = _guess(raw, name)
    if "\x00" in text:  # UTF-16 without a mark is valid UTF-8 as far as it is Latin
        text = _guess(raw, name)
    if len(_CONTROL.findall(text)) > len(text) // 200:
        raise _binary(name)
    return _NEWLINES.sub("\n", text)


def _guess(raw: bytes, name: str) -> str:
    import charset_normalizer

    best = charset_normalizer.from_bytes(raw, cp_isolation=ENCODINGS).best()
    if best is None or "\x00" in str(best):
        raise _binary(name)
    return str(best)


def _binary(name: str) -> SourceError:
    return SourceError(f"{name} is not a text file: give a .txt or .md file.")


def _split_front_matter(text: str, name: str) -> tuple[str, dict[str, Any]]:
    if not text.startswith("---\n"):
        return text, {}
    import frontmatter
    import yaml

    try:
        fields, body = frontmatter.parse(text)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f" (line {line + 2})" if line is not None else ""
        raise SourceError(
            f"{name} has front matter that is not valid YAML{where}: mend it."
        ) from None
    return (body, fields) if fields else (text, {})


def _text_field(fields: dict[str, Any], key: str) -> str | None:
    value = fields.get(key)
    return str(value).strip() or None if value is not None else None
