"""All articles of a library in one JSONL file, and back: a line each, nothing lost."""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO, TextIO

from index.article import MAX_TITLE, make_article, parse_moment
from index.errors import SourceError, StorageError
from index.library import Library
from index.sources.content import Found
from index.storage import flush_folder
from index.types import Article

MAX_LINE = 100_000_000  # bytes
MAX_LANGUAGE = 35  # characters, enough for every tag of BCP 47
_AT_A_TIME = 16  # articles held in memory
_IDENTIFIER = re.compile(r"[0-9A-Fa-f]{12}")


def export_articles(library: Library, file: Path | TextIO) -> int:
    """Write all articles in the order of their ids, and return how many there are.

    `file` is replaced once the new one is whole, and never left half written; an open text
    stream is written to as UTF-8, whatever its encoding. Raises `StorageError` where it cannot be
    written; a reader that closes the stream is told by `BrokenPipeError`.
    """
    if not isinstance(file, Path):
        with _told_as("Standard output"):
            return _write(library, _write_to(file), file.flush)
    target = _target(file)
    temporary = target.with_name(f".article-qa-{token_hex(8)}.part")
    with _told_as(str(file)):
        try:
            with temporary.open("xb") as stream:
                count = _write(library, stream.write, stream.flush)
                os.fsync(stream.fileno())
            temporary.replace(target)
            flush_folder(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
    return count


def read_export(file: Path | TextIO) -> Iterator[Found]:
    """Yield the articles of an export in its order, one line in memory at a time.

    For each line that holds none a `SourceError` is yielded that names it; blank lines are
    skipped. Raises `SourceError` where the file cannot be read, or is no text at all.
    """
    name = str(file) if isinstance(file, Path) else "Standard input"
    try:
        if isinstance(file, Path):
            with file.expanduser().open("rb") as stream:
                yield from _read(stream.readline, name)
        else:
            yield from _read(_read_from(file), name)
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror or error}.") from None


def to_line(article: Article) -> str:
    """Return an article as one line of JSON, without the line's end."""
    fields = {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "published": article.published.isoformat() if article.published else None,
        "language": article.language,
        "author": article.author,
        "pages": article.pages,
        "source": article.source,
        "text": article.text,
    }
    return json.dumps(fields, ensure_ascii=False)


def from_line(line: str, place: str) -> Article:
    """Return the article of one line; raise `SourceError`, which begins with `place`, if none."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):  # ValueError also for a number of too many digits
        raise SourceError(f"{place} is not valid JSON: mend or remove the line.") from None
    if not isinstance(fields, dict):
        raise SourceError(f"{place} is no JSON object: write an article's fields in braces.")
    identifier, source, text = (_text(fields, key, place) for key in ("id", "source", "text"))
    title, url, author = (_optional(fields, key, place) for key in ("title", "url", "author"))
    language = _optional(fields, "language", place)
    if not _IDENTIFIER.fullmatch(identifier):
        raise SourceError(f"{place} has an 'id' that is not 12 hexadecimal digits: mend it.")
    if language is not None and len(language) > MAX_LANGUAGE:
        raise SourceError(f"{place} has a 'language' that is none: write it as en or fr.")
    article = make_article(
        text,
        source=place,
        title=title,
        url=url,
        published=parse_moment(_optional(fields, "published", place), place),
        language=language,
        author=author,
        pages=_pages(fields.get("pages"), len(text), place),
    )
    return replace(
        article,
        id=identifier,
        source=source,
        # A title or author that was cut to its length may end in a space, which stays.
        title=title[:MAX_TITLE] if title else article.title,
        author=author[:MAX_TITLE] if author and article.author else None,
    )


def _write(library: Library, write: Callable[[bytes], object], flush: Callable[[], None]) -> int:
    count = 0
    ids = (row[0] for row in library.run("SELECT id FROM articles ORDER BY id"))
    while part := list(islice(ids, _AT_A_TIME)):
        articles = library.articles_by_id(part)
        for article_id in part:
            write(to_line(articles[article_id]).encode() + b"\n")
            count += 1
    flush()
    return count


def _read(readline: Callable[[int], bytes], name: str) -> Iterator[Found]:
    number = 0
    while line := readline(MAX_LINE + 1):
        number += 1
        place = f"{name}, line {number},"
        if b"\x00" in line[:1000]:  # JSON never holds one
            raise SourceError(f"{place} is not text: give a file that was written by an export.")
        try:
            if len(line) > MAX_LINE:
                while line and not line.endswith(b"\n"):
                    line = readline(MAX_LINE)
                size = MAX_LINE // 1_000_000
                raise SourceError(f"{place} is larger than {size} MB: split the article.")
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            if text.strip():
                yield from_line(text, place)
        except UnicodeDecodeError:
            yield SourceError(f"{place} is not valid UTF-8: mend or remove the line.")
        except SourceError as error:
            yield error


def _text(fields: dict[str, Any], key: str, place: str) -> str:
    value = _optional(fields, key, place)
    if not value:
        raise SourceError(f"{place} has no {key!r}: mend or remove the line.")
    return value


def _optional(fields: dict[str, Any], key: str, place: str) -> str | None:
    value = fields.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise SourceError(f"{place} has a {key!r} that is not text: write it in quotes.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise SourceError(f"{place} holds half a character in {key!r}: mend it.") from None
    return value


def _pages(value: object, length: int, place: str) -> tuple[int, ...]:
    if value is None or value == []:
        return ()
    if isinstance(value, list) and all(type(start) is int for start in value):
        within = value[0] == 0 and value[-1] <= length
        if within and value == sorted(value):
            return tuple(value)
    raise SourceError(
        f"{place} has 'pages' that are not offsets in its text: write them rising from 0."
    )


def _target(file: Path) -> Path:
    """Return the file to replace, links followed; raise `StorageError` if it is no plain file."""
    try:
        target = file.expanduser().resolve()
        plain = target.is_file() or not target.exists()
    except (OSError, RuntimeError) as error:  # a link to itself, a home that is not known
        raise StorageError(f"{file} cannot be written ({error}): choose another file.") from None
    if not plain:
        raise StorageError(f"{file} is not a file: give the path of one, or - for the output.")
    return target


@contextmanager
def _told_as(name: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        said = error.strerror or str(error)
        raise StorageError(f"{name} cannot be written ({said}): choose another place.") from None


def _write_to(stream: TextIO) -> Callable[[bytes], object]:
    binary: BinaryIO | None = getattr(stream, "buffer", None)
    stream.flush()
    return binary.write if binary else lambda line: stream.write(line.decode())


def _read_from(stream: TextIO) -> Callable[[int], bytes]:
    binary: BinaryIO | None = getattr(stream, "buffer", None)
    if binary:
        return binary.readline
    return lambda size: stream.readline(size).encode("utf-8", "surrogatepass")
