"""PDF files: the text of their pages, each page's place in it, and what the file says of itself."""

import io
import logging
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import hypot
from typing import Any

from index.article import make_article
from index.errors import SourceError
from index.sources.content import Content, Found, SourceKind
from index.sources.pdf_metadata import read_metadata
from index.sources.pdf_text import Line, clean_line, join_pages
from index.types import Article

MAX_PAGES = 2_000
MAX_TEXT = 50_000_000  # characters
MAX_SECONDS = 120.0
FEW_LETTERS = 50  # on a page; a scan has no more, even where a program stamped its name on it
# What one stream of the file may hold once decompressed, in bytes; a page of text takes a few kB.
MAX_STREAM = 25_000_000
_LIMITS: dict[str, Any] = {
    "maximum_declared_stream_length": 50_000_000,
    "array_based_stream_maximum_output_length": MAX_STREAM,
    "lzw_maximum_output_length": MAX_STREAM,
    "run_length_maximum_output_length": MAX_STREAM,
    "zlib_maximum_output_length": MAX_STREAM,
    "zlib_maximum_recovery_input_length": 1_000_000,
    "brotli_maximum_output_length": MAX_STREAM,
    "stream_filters_maximum_length": 4,
    "stream_decoding_work_maximum_length": 2 * MAX_STREAM,
    "stream_parsing_work_maximum_count": 1_000_000,
    "page_tree_maximum_entries": 10 * MAX_PAGES,
    "page_tree_maximum_page_entries": 200 * MAX_PAGES,
    "xform_maximum_invocations_per_extraction": 1_000,
    "jbig2dec_binary": None,  # no other program is run
    "disable_legacy_handling": True,
}


class _TooMuch(Exception):
    """A limit of time or size is reached; holds the end of the sentence that says so."""


def recognises_pdf(content: Content) -> bool:
    """Tell whether the content begins like a PDF, a few bytes of another kind before it allowed."""
    return b"%PDF-" in content.data[:1024]


def read_pdf(content: Content) -> Iterator[Found]:
    """Yield the article of a PDF, and an error that names the pages that could not be read.

    Raises `SourceError` where it is damaged, encrypted, scanned, too large, or takes too long.
    """
    # The library tells every flaw that it mends: nothing that a user could act upon.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    # What nests too deeply ends where the stack does: on a stack of its own, at the same place
    # whoever calls.
    with ThreadPoolExecutor(1) as own:
        yield from own.submit(_read, content).result()


def _read(content: Content) -> list[Found]:
    from pypdf import PdfReader, apply_configuration
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

    name, deadline = content.source, time.monotonic() + MAX_SECONDS
    try:
        with apply_configuration(**_LIMITS):
            reader = PdfReader(io.BytesIO(content.data))
            return _articles(reader, content, deadline)
    except SourceError:
        raise
    except _TooMuch as reached:
        raise SourceError(f"{name} {reached}") from None
    except (FileNotDecryptedError, DependencyError):
        raise SourceError(
            f"{name} is encrypted: save a copy of it without a password, and give that."
        ) from None
    except (LimitReachedError, MemoryError):
        raise SourceError(
            f"{name} needs more memory or time than is safe: print it to a new PDF, or split it."
        ) from None
    except Exception:  # noqa: BLE001 - hostile bytes raise nearly anything out of the parser
        raise _damaged(name) from None


def _damaged(name: str) -> SourceError:
    return SourceError(f"{name} is a damaged PDF: save it anew, or get another copy of it.")


def _articles(reader: Any, content: Content, deadline: float) -> list[Found]:
    name, count = content.source, len(reader.pages)
    if not count:
        raise SourceError(f"{name} is a PDF without pages: there is nothing to index in it.")
    if count > MAX_PAGES:
        raise _TooMuch(f"has more than {MAX_PAGES} pages: split it into its articles.")
    pages, failed, pictures, size = [], [], 0, 0
    reason: Exception | None = None
    for number in range(count):
        try:
            page = reader.pages[number]
            lines = _lines(page, deadline)
            pictures += "/Resources" in page and "/XObject" in page["/Resources"]
        except (_TooMuch, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - told below; the other pages can be read
            _raise_if_encrypted(error)
            lines, reason = [], error
            failed.append(number + 1)
        _check_time(deadline)
        pages.append(lines)
        size += sum(len(line.text) for line in lines)
        if size > MAX_TEXT:
            raise _TooMuch(f"holds more than {MAX_TEXT // 1_000_000} MB of text: split it.")
    if reason and len(failed) == count:
        raise reason
    text, starts = join_pages(pages)
    letters = sum(map(str.isalnum, text))
    if letters < FEW_LETTERS * count and 2 * pictures >= count:
        raise SourceError(
            f"{name} is a scanned PDF: it holds pictures of pages and no text; run OCR on it first."
        )
    return [_article(reader, content, text, starts), *_failure(name, failed)]


def _raise_if_encrypted(error: Exception) -> None:
    from pypdf.errors import DependencyError, FileNotDecryptedError

    if isinstance(error, (FileNotDecryptedError, DependencyError)):
        raise error


def _failure(name: str, failed: list[int]) -> list[SourceError]:
    if not failed:
        return []
    shown = ", ".join(map(str, failed[:10])) + (", …" if len(failed) > 10 else "")
    pages = "pages" if len(failed) > 1 else "page"
    return [
        SourceError(
            f"{name} has damaged or too intricate pages: {pages} {shown} could not be read."
        )
    ]


def _check_time(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise _TooMuch(f"takes more than {MAX_SECONDS:.0f} seconds to read: split it.")


def _lines(page: Any, deadline: float) -> list[Line]:
    """Return the lines of a page, in the order in which the file draws them."""
    lines: list[Line] = []
    pieces: list[tuple[str, float, float, float, bool]] = []
    size = 0

    def end_line() -> None:
        text = clean_line("".join(piece[0] for piece in pieces))
        shown = [piece for piece in pieces if piece[0].strip()]
        if text and shown:
            _, x, y, _, _ = shown[0]
            points = max(shown, key=lambda piece: len(piece[0]))[3]
            lines.append(Line(text, x, y, points, all(piece[4] for piece in shown)))
        pieces.clear()

    def take(text: str, outer: list[float], inner: list[float], font: Any, points: float) -> None:
        nonlocal size
        size += len(text)
        if size > MAX_TEXT:
            raise _TooMuch(f"holds more than {MAX_TEXT // 1_000_000} MB of text: split it.")
        first, *rest = re.split(r"[\n\r\u2028\u2029]", text)
        place = (*_place(outer, inner, points), _is_bold(font))
        pieces.append((first, *place))
        for part in rest:
            end_line()
            pieces.append((part, *place))

    page.extract_text(visitor_operand_before=lambda *_: _check_time(deadline), visitor_text=take)
    end_line()
    return lines


def _place(outer: list[float], inner: list[float], points: float) -> tuple[float, float, float]:
    """Return x, y and type size in points, along the direction in which the text is written."""
    a, b, c, d, e, f = outer
    right = (inner[0] * a + inner[1] * c, inner[0] * b + inner[1] * d)
    up = (inner[2] * a + inner[3] * c, inner[2] * b + inner[3] * d)
    x, y = inner[4] * a + inner[5] * c + e, inner[4] * b + inner[5] * d + f
    width, height = hypot(*right) or 1.0, hypot(*up) or 1.0
    along, above = x * right[0] + y * right[1], x * up[0] + y * up[1]
    return along / width, above / height, abs(points) * height


def _is_bold(font: Any) -> bool:
    name = str(font.get("/BaseFont", "")) if font else ""
    return any(weight in name for weight in ("Bold", "Black", "Heavy", "Semibold"))


def _article(reader: Any, content: Content, text: str, starts: tuple[int, ...]) -> Article:
    said = read_metadata(reader.metadata or {}, content.source)
    return make_article(
        text,
        source=content.source,
        title=said.title,
        url=content.url,
        published=said.created,
        author=said.author,
        pages=starts,
    )


KIND = SourceKind("pdf", (".pdf",), recognises_pdf, read_pdf)
