"""From the lines of a PDF's pages to one text: running heads left out, paragraphs put together.

A PDF holds no paragraphs, only lines at places of a page; their borders are told from gaps, type
sizes and the length of lines.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

HEAD_LINES = 3  # so many lines at either end of a page may be running heads
_END = re.compile(r"[.!?…:][\s»”\"’')\]]*$|[»”]$")
_BULLET = re.compile(r"[•▪◦‣●]")
_DASH = re.compile(r"[-–—*]\s|\d{1,2}[.)]\s")
_BROKEN = re.compile(r"[^\W\d_][-\u2010\u00ad]$")
_HYPHENS = "-\u2010\u00ad"
_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
# Hyphens that a French word has of its own: « dit-il », « c’est-à-dire », « lui-même ».
_KEPT = re.compile(r"[td]-(?:ils?|elles?|on)$|-à-\w+$|-mêmes?$|peut-être$", re.IGNORECASE)
_DROPPED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_SPACES = re.compile(r"[ \t\v\f\u2000-\u200a]+")
_LIGATURES = {
    ord(ligature): letters
    for ligature, letters in zip(
        "ﬀﬁﬂﬃﬄﬅﬆ", ["ff", "fi", "fl", "ffi", "ffl", "st", "st"], strict=True
    )
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; `x` and `y` (upwards) are where it begins, in points, as is `size`."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is usual on a page: the length (characters) and the distance (points) of its lines."""

    length: int
    leading: float


def clean_line(text: str) -> str:
    """Return the text of a line with ligatures undone, letters composed, and spaces single."""
    text = _DROPPED.sub("", text.translate(_LIGATURES))
    text = _SPACES.sub(" ", text).strip()
    return unicodedata.normalize("NFC", text[:-1].replace("\u00ad", "") + text[-1:])


def join_pages(pages: Sequence[Sequence[Line]]) -> tuple[str, tuple[int, ...]]:
    """Return the text of all pages and the offset at which each begins.

    Paragraphs are parted by a blank line, headings stand alone, and what runs over the end of a
    page is joined. A page without text begins where the next one does.
    """
    pages = _without_heads(pages)
    leading = _usual_leading(pages)
    measures = [_Measure(_usual_length(lines), leading) for lines in pages]
    lines = [(number, line) for number, page in enumerate(pages) for line in page]
    compounds = _compounds(line for _, line in lines)
    parts: list[str] = []
    position = 0
    starts: list[int] = []
    heading = False
    for index, (number, line) in enumerate(lines):
        before = lines[index - 1][1] if index else None
        after = lines[index + 1][1] if index + 1 < len(lines) else None
        separator = ""
        if before is not None:
            measure = measures[lines[index - 1][0]]
            own_line = _is_heading(before, line, after, measure)
            if heading or own_line or _begins(before, line, after, measure):
                separator, heading = "\n\n", own_line
            else:
                separator, cut = _seam(before.text, line.text, compounds)
                parts[-1] = parts[-1][: len(parts[-1]) - cut]
                position -= cut
        position += len(separator)
        starts += [position] * (number + 1 - len(starts))
        parts += [separator, line.text]
        position += len(line.text)
    text = "".join(parts)
    return text, tuple(starts + [len(text)] * (len(pages) - len(starts)))


def _begins(before: Line, line: Line, after: Line | None, measure: _Measure) -> bool:
    """Tell whether `line` begins a paragraph after `before`."""
    if abs(line.size - before.size) > 0.08 * max(line.size, before.size):
        return True
    if line.bold != before.bold and not line.text[0].islower():
        return True
    if before.y - line.y > 1.4 * measure.leading or _BULLET.match(line.text):
        return True
    if not _END.search(before.text):
        return False
    indented = after is not None and 0.5 < (line.x - after.x) / (line.size or 1) < 5
    short = len(before.text) < 0.8 * measure.length
    return short or indented or bool(_DASH.match(line.text))


def _is_heading(before: Line, line: Line, after: Line | None, measure: _Measure) -> bool:
    """Tell whether `line` looks like a heading between two paragraphs, type and gaps apart."""
    return (
        after is not None
        and bool(_END.search(before.text))
        and len(line.text) < 0.7 * measure.length
        and not _END.search(line.text)
        and line.text[-1] not in ",;" + _HYPHENS
        and (line.text[0].isupper() or line.text[0].isdigit())
        and not after.text[0].islower()
        and len(after.text) > len(line.text)
    )


def _seam(before: str, after: str, compounds: set[str]) -> tuple[str, int]:
    """Return what goes between two lines of a paragraph, and how much of the first goes away."""
    if not _BROKEN.search(before):
        return " ", 0
    if not after[0].islower():
        return "", 0  # « Seine-|Saint-Denis »
    left, right = before.split()[-1].rstrip(_HYPHENS), re.split(r"[^\w-]", after, maxsplit=1)[0]
    joined = f"{left}-{right}".lower()
    inner = _COMPOUND.search(joined)
    own = before[-1] != "\u00ad" and (
        _KEPT.search(joined) or (inner is not None and inner.group() in compounds)
    )
    return "", 0 if own else 1


def _compounds(lines: Iterable[Line]) -> set[str]:
    """Return the words that are written with a hyphen inside of a line, in lower case."""
    return {word.lower() for line in lines for word in _COMPOUND.findall(line.text)}


def _usual_length(lines: Sequence[Line]) -> int:
    """Return the length that a quarter of the lines reach, in characters."""
    lengths = sorted(len(line.text) for line in lines)
    return lengths[3 * len(lengths) // 4] if lengths else 0


def _usual_leading(pages: Sequence[Sequence[Line]]) -> float:
    """Return the usual distance of two lines, in points; infinite where there is none."""
    gaps = [
        before.y - line.y
        for page in pages
        for before, line in pairwise(page)
        if before.y - line.y > 0.5 * line.size
    ]
    return median_low(gaps) if gaps else float("inf")


def _without_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the pages less the lines that stand at the same end of most of them."""
    filled = [page for page in pages if page]
    kept = [list(page) for page in pages]
    if len(filled) < 3:
        return kept
    for last in (False, True):
        seen: Counter[tuple[str, float]] = Counter()
        for number, page in enumerate(kept):
            outer = page[-HEAD_LINES:] if last else page[:HEAD_LINES]
            seen.update({key for line in outer for key in _head_keys(line, number)})
        half = len(filled) / 2
        usual = {
            key for key, n in seen.items() if n > half or (n >= 3 and n > key[1] * len(filled))
        }
        for number, page in enumerate(kept):
            for _ in range(HEAD_LINES):
                end = -1 if last else 0
                if page and usual.intersection(_head_keys(page[end], number)):
                    del page[end]
    return kept


def _head_keys(line: Line, number: int) -> Iterator[tuple[str, float]]:
    """Yield what a line has in common with its like on other pages, and on what share of them.

    That is its text; its text on left or on right pages; or its text with one number that counts
    the pages. The size is part of each, so that a title stays of which the head is a copy.
    """
    base = f"{round(line.size)} "
    yield base + line.text, 0.5
    yield f"{base}{number % 2} {line.text}", 0.25
    for digits in list(re.finditer(r"\d{1,6}", line.text))[:4]:
        start, end = digits.span()
        yield f"{base}{line.text[:start]}<{int(digits[0]) - number}>{line.text[end:]}", 0.0
