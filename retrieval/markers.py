"""What a chat model replied, read into text and the numbers it cites, also while it streams.

A reply is text of unknown worth. Links lose their target, images, tags and addresses go, as do
control and direction characters and what a reasoning model thought first; code stays, but nothing
in it is a marker. Markers may be ``[3]``, ``[3, 4]``, ``[3 or 4]``, ``[3-5]``, ``[sentence: 3]``,
``[**3**]``, or full-width, signs and all. No pattern takes more than linear time.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_CITED = 10
"""A marker, or a claim, of more sentences than these cites everything: which is to cite nothing."""
HELD_BACK = 400  # characters; what is still open after so many is text
MAX_NESTED = 10  # links within links, and the like; no honest reply has more

_OPEN, _CLOSE = r"[\[【［]", r"[\]】］]"
_GAP = r"\s{0,3}"
_TO = r"(?:-|‐|‑|–|—|－|−|to|à)"
_BOLD = r"(?>[*_]{0,2})"
_ITEM = (
    rf"{_BOLD}(?:(?:sentences?|phrases?|sources?|articles?|nos?\.?|n°|№|s|#|\^):?{_GAP})?"
    rf"{_BOLD}\d{{1,6}}{_BOLD}"
)
# Atomic, and no gap next to a gap: a list that is never closed must not be read in 2ⁿ ways.
_JOIN = (
    rf"(?>{_GAP}(?:[,，、;；&＆/+＋]{_GAP}(?:and|et|or|ou|…|\.{{3}})?,?|and|et|or|ou|…|\.{{3}}|{_TO})"
    rf"{_GAP}|\s{{1,3}}(?!0))"
)
_ELLIPSIS = re.compile(rf"(?:[,，]{_GAP})?(?:…|\.{{3}}){_GAP},?")
_NUMBERS = re.compile(rf"(\d{{1,6}})(?:{_GAP}{_TO}{_GAP}(\d{{1,6}}))?", re.IGNORECASE)
_PARTS = re.compile(
    r"(?P<code>(?P<fence>`{3,10}|~{3,10}).*?(?:(?P=fence)|\Z)|`[^`\n]+`)"
    r"|(?P<image>!\[[^\]\n]{0,300}\](?:\([^)\n]*\)?|\[[^\]\n]*\]?)?)"
    rf"|(?P<marker>{_OPEN}{{1,2}}{_GAP}{_ITEM}(?:{_JOIN}{_ITEM})*\.?{_GAP}"
    rf"(?:†[^\]】］\n]{{0,100}})?{_CLOSE}{{1,2}})(?:\([^)\s]*\)?)?"
    r"|\[(?P<label>[^\[\]\n]*)\](?:\([^)\n]*\)?|\[[^\]\n]*\]|:\s{0,9}\S+)"
    rf"|(?P<torn>{_OPEN}{_GAP}{_ITEM}[\d\s,，、;；－-]*\Z)"
    # No tag is "a<b and c>d": what follows the name of one holds "=", or is nothing but a slash.
    r"|(?P<tag><!--.*?(?:-->|\Z)|<[!?][^<>]*>|</[a-z][^<>]*>"
    r"|<[a-z][\w:-]*+(?:\s*+/?>|[\s/][^<>=]*+=[^<>]*+>)|<[a-z][^\s<>:@]*+[:@][^\s<>]*+>)"
    r"|(?P<address>(?:[a-z][a-z0-9+.-]{0,20}://|www\.|(?:javascript|data|mailto|vbscript):(?=\S))"
    r"[^\s<>\]\[«»“”]*)",
    re.IGNORECASE | re.DOTALL,
)
_THOUGHT = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_THINKING = re.compile(r"<think(?:ing)?>.*", re.IGNORECASE | re.DOTALL)
# Brackets in an answer are markers and nothing else; single angles open no tag.
_SPACES = re.compile(r" {2,}")
_HARMLESS = str.maketrans("[]【】［］<>", "()()()‹›")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a reply's text, or, where `text` is empty, the numbers of one marker."""

    text: str
    numbers: tuple[int, ...] = ()


def read_reply(raw: str, *, complete: bool) -> tuple[Piece, ...]:
    """Return a reply in pieces; unless it is complete, what may yet become a marker is held back.

    No text of a piece holds a marker, a tag or an address.
    """
    text = spoken(raw)
    if not complete:
        text = _settled(text)
    return tuple(_pieces(text))


def spoken(raw: str) -> str:
    """Return a reply from the end of a reasoning model's thoughts on, as far as it is visible.

    Some servers send no opening tag; thoughts that are not closed yet are no reply either.
    """
    return _THINKING.sub("", _THOUGHT.split(visible(raw))[-1])


def visible(text: str) -> str:
    """Return a text without control, direction and invisible characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(
        c
        for c in text
        if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )


def scrub(text: str) -> str:
    """Return a text without markers, tags and addresses, to go into a question or a prompt."""
    return "".join(piece.text for piece in read_reply(text, complete=True)).strip()


def _pieces(text: str) -> Iterator[Piece]:
    at = 0
    said = ""
    for match in _PARTS.finditer(text):
        said += text[at : match.start()]
        at = match.end()
        if match["marker"]:
            yield from _text(said)
            yield Piece("", _numbers(match["marker"]))
            said = ""
        else:
            said += _remainder(match)
    yield from _text(said + text[at:])


def _text(text: str) -> Iterator[Piece]:
    """Yield text; where taking something out has made something new, take that out as well."""
    text = text.replace("**", "").replace("__", "")
    for _ in range(MAX_NESTED):
        left = _PARTS.sub(_remainder, text)
        if left == text:
            break
        text = left
    else:
        return  # it is made to hide something, and each further round costs as much again
    if text:
        yield Piece(_SPACES.sub(" ", text.translate(_HARMLESS)))


def _remainder(match: re.Match[str]) -> str:
    """Return what is left of a part that is no marker: a link's label, and code as text."""
    if match["code"]:
        return match["code"].strip("`~").translate(_HARMLESS)
    return match["label"] or ""


def _numbers(marker: str) -> tuple[int, ...]:
    """Return the numbers of a marker, each once; none where it cites more than `MAX_CITED`."""
    listed = marker.split("†")[0]
    found: dict[int, None] = {}
    for match in _NUMBERS.finditer(_ELLIPSIS.sub("-", listed)):
        first, last = int(match[1]), int(match[2] or match[1])
        if 0 <= last - first < MAX_CITED:
            found |= dict.fromkeys(range(first, last + 1))
        elif last - first >= MAX_CITED:
            return ()
    return tuple(found) if len(found) <= MAX_CITED else ()


def _settled(text: str) -> str:
    """Return the beginning of a text that further text cannot change: whole words, closed marks."""
    for fence in ("```", "~~~"):
        if text.count(fence) % 2:
            return text[: text.rindex(fence)]
    text = text[: max(text.rfind(" "), text.rfind("\n")) + 1]
    line = text.rfind("\n") + 1
    if text.count("`", line) % 2 and len(text) - text.rindex("`") < HELD_BACK:
        text = text[: text.rindex("`")]
    for opening, closing in (("[", "]"), ("【", "】"), ("［", "］"), ("<", ">")):
        at = text.rfind(opening)
        if at >= 0 and closing not in text[at:] and len(text) - at < HELD_BACK:
            text = text[:at]
    return text.removesuffix("!")
