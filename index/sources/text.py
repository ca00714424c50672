"""Text and Markdown files, with optional YAML front matter, in any sane encoding."""

import codecs
import re
from collections.abc import Iterator
from typing import Any

from index.article import make_article, parse_moment
from index.errors import SourceError
from index.sources.content import Content, SourceKind
from index.types import Article

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


def read_text(content: Content) -> Iterator[Article]:
    r"""Yield the article of a text or Markdown file; raise `SourceError` if it holds none.

    Line ends become "\n", a byte-order mark and the front matter are left out; every other
    character stays, so that offsets count characters of the file's own text.
    """
    name = content.source
    text, fields = _split_front_matter(decode(content.data, name, content.charset), name)
    yield make_article(
        text,
        source=name,
        title=_text_field(fields, "title"),
        url=_text_field(fields, "url") or content.url,
        published=parse_moment(fields.get("published"), name),
        language=(_text_field(fields, "language") or "")[:2].lower() or None,
        author=_text_field(fields, "author"),
    )


def decode(raw: bytes, name: str, charset: str | None = None) -> str:
    """Return the text of `raw`, its encoding found from its bytes, or `charset` where it fits.

    Raises `SourceError` where it is no text.
    """
    if raw.startswith(_BINARY):
        raise _binary(name)
    encoding = next((e for mark, e in _BYTE_ORDER_MARKS if raw.startswith(mark)), None)
    encoding = encoding or _python_codec(charset)
    try:
        text = raw.decode(encoding or "utf-8")
    except UnicodeError:
        text = _guess(raw, name)
    if "\x00" in text:  # UTF-16 without a mark is valid UTF-8 as far as it is Latin
        text = _guess(raw, name)
    if len(_CONTROL.findall(text)) > len(text) // 200:
        raise _binary(name)
    return _NEWLINES.sub("\n", text)


def _python_codec(charset: str | None) -> str | None:
    try:
        return codecs.lookup(charset).name if charset else None
    except (LookupError, ValueError):
        return None


def _guess(raw: bytes, name: str) -> str:
    import charset_normalizer

    best = charset_normalizer.from_bytes(raw, cp_isolation=ENCODINGS).best()
    if best is None or "\x00" in str(best):
        raise _binary(name)
    return str(best)


def _binary(name: str) -> SourceError:
    return SourceError(f"{name} is not a text file, nor of another kind that can be read.")


def _split_front_matter(text: str, name: str) -> tuple[str, dict[str, Any]]:
    if not text.startswith("---\n"):
        return text, {}
    import frontmatter
    import yaml

    try:
        fields, body = frontmatter.parse(text)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f"{name}, line {line + 2}," if line is not None else name
        raise SourceError(f"{where} has front matter that is not valid YAML: mend it.") from None
    return (body, fields) if fields else (text, {})


def _text_field(fields: dict[str, Any], key: str) -> str | None:
    value = fields.get(key)
    return str(value).strip() or None if value is not None else None


KIND = SourceKind("text", (".txt", ".text", ".md", ".markdown"), lambda content: True, read_text)
