"""JSON Lines: one article per line, an object with its text and what is known of it."""

import codecs
import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from index.article import make_article, parse_moment
from index.errors import SourceError
from index.sources.content import Content, Found, SourceKind
from index.sources.text import decode
from index.types import Article

MAX_BAD_LINES = 1_000
MAX_LINE = 10_000_000  # bytes, or characters; a longer one could take a hundred times its size
MAX_ID = 200  # characters
_HEAD = 1_000_000  # bytes looked at to recognise the kind
_SUFFIXES = (".jsonl", ".ndjson")
_MEDIA_TYPES = ("application/jsonl", "application/x-ndjson", "application/x-jsonlines")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_]\w+)*")


def recognises_jsonl(content: Content) -> bool:
    """Tell whether the name says so, or the first filled line is an object with a text."""
    if content.suffix in _SUFFIXES or content.media_type in _MEDIA_TYPES:
        return True
    head = content.data[:_HEAD]
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    line = head.decode("utf-16" if wide else "utf-8-sig", "ignore").lstrip()[:_HEAD].split("\n")[0]
    if not line.startswith("{"):
        return False
    try:
        return "text" in _parse(line)
    except ValueError:
        return False


def read_jsonl(content: Content) -> Iterator[Found]:
    """Yield an article per line, and an error for each line that is none.

    Blank lines count as lines. Raises `SourceError` where no line can be told from another, or
    all are blank; stops after `MAX_BAD_LINES` errors with one that says so.
    """
    name, bad, number = content.source, 0, 0
    lines_of_ids: dict[str, int] = {}
    for number, line in _lines(content):
        try:
            yield _article(line, number, content, lines_of_ids)
        except SourceError as error:
            if bad == MAX_BAD_LINES:
                yield SourceError(
                    f"{name} has more than {MAX_BAD_LINES:,} bad lines: "
                    f"nothing was read from line {number} on; mend it."
                )
                return
            bad += 1
            yield error
    if not number:
        raise SourceError(f"{name} is empty: there is nothing to index in it.")


def _lines(content: Content) -> Iterator[tuple[int, str | bytes]]:
    """Yield the lines that are not blank, with their numbers, without a copy of them all.

    They are bytes, so that one that is not UTF-8 spoils no other, unless the file is not in UTF-8.
    """
    data: str | bytes = content.data
    marked = content.data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if marked or content.charset or b"\x00" in content.data:
        data = decode(content.data, content.source, content.charset)
    pattern: re.Pattern[Any] = re.compile(r"[^\n]*" if isinstance(data, str) else rb"[^\n]*")
    position, number = 0, 0
    while position < len(data):
        found = pattern.match(data, position)
        end = found.end() if found else len(data)
        number += 1
        if end - position > MAX_LINE:
            yield number, data[position : position + MAX_LINE + 1]
        elif line := data[position:end].strip():
            yield number, line
        position = end + 1


def _article(
    line: str | bytes, number: int, content: Content, lines_of_ids: dict[str, int]
) -> Article:
    where = f"{content.source}, line {number},"
    fields = _fields(line, where)
    name = _name(fields.get("id"), number, where)
    if (earlier := lines_of_ids.setdefault(name, number)) != number:
        raise SourceError(f"{where} has the id {name!r} of line {earlier}: give it its own.")
    text, language = _string(fields, "text", where), _string(fields, "language", where)
    if text is None:
        raise SourceError(f'{where} has no text: give it one as {{"text": …}}.')
    if "\x00" in text:
        raise SourceError(f"{where} has null characters in its text: remove them.")
    if language and not _LANGUAGE.fullmatch(language):
        raise SourceError(f"{where} gives {language[:40]!r} as its language: write it as fr or en.")
    source = f"{content.source}#{name}"
    try:
        return make_article(
            text,
            source=source,
            title=_string(fields, "title", where),
            url=_string(fields, "url", where),
            published=parse_moment(_string(fields, "published", where), where),
            language=language[:2].lower() if language else None,
            author=_string(fields, "author", where),
            pages=_pages(fields.get("pages"), len(text), where),
        )
    except SourceError as error:
        raise SourceError(str(error).replace(source, where, 1)) from None


def _fields(line: str | bytes, where: str) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise SourceError(f"{where} is longer than {MAX_LINE // 1_000_000} MB: split its article.")
    try:
        fields = _parse(line if isinstance(line, str) else line.decode("utf-8"))
    except UnicodeDecodeError:
        raise SourceError(f"{where} is not in UTF-8: save the file in that encoding.") from None
    except json.JSONDecodeError as error:
        raise SourceError(f"{where} is not JSON (column {error.colno}): mend it.") from None
    except ValueError as error:
        raise SourceError(f"{where} {error}: mend it.") from None
    return fields


def _parse(line: str) -> dict[str, Any]:
    """Return the object of a line; raise `ValueError` with the end of a sentence otherwise."""
    try:
        fields = json.loads(
            line, parse_constant=_refuse_number, parse_int=_whole, parse_float=_finite
        )
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if not isinstance(fields, dict):
        raise ValueError("is not a JSON object")
    return fields


def _refuse_number(digits: str) -> NoReturn:
    raise ValueError("holds a number that JSON does not have")


def _whole(digits: str) -> int:
    return int(digits) if len(digits) <= 20 else _refuse_number(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse_number(digits)


def _name(given: object, number: int, where: str) -> str:
    """Return the part of the source that names the article: its id, or else its line."""
    if given is None or given == "":
        return str(number)
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        raise SourceError(f"{where} has an id that is neither text nor a whole number: mend it.")
    name = str(given).strip()
    if not name or len(name) > MAX_ID or not name.isprintable():
        raise SourceError(
            f"{where} has an id that cannot be shown: write it in 1 to {MAX_ID} printed characters."
        )
    return name


def _string(fields: dict[str, Any], key: str, where: str) -> str | None:
    value = fields.get(key)
    if value is None or isinstance(value, str):
        return value or None
    raise SourceError(f"{where} gives its {key} as no text: write it in quotation marks.")


def _pages(value: object, length: int, where: str) -> tuple[int, ...]:
    if value is None or value == []:
        return ()
    whole = isinstance(value, list) and all(type(offset) is int for offset in value)
    if not whole or not isinstance(value, list) or value != sorted(value):
        raise SourceError(
            f"{where} has pages that are not whole numbers in rising order: mend them."
        )
    if value[0] != 0 or value[-1] > length:
        raise SourceError(
            f"{where} has pages that do not begin at 0 or end in its text: mend them."
        )
    return tuple(value)


KIND = SourceKind("jsonl", _SUFFIXES, recognises_jsonl, read_jsonl)
