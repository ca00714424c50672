"""The body of a page as blocks of clean text, and what does not belong to its article."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

NARROW_SPACE = "\u202f"
CELLS = " · "
_SPACE = re.compile(r"[^\S\u202f]+")
_BLOCKS_WORDS = """
address article aside blockquote body caption code dd details div dl dt fieldset figcaption
figure footer form h1 h2 h3 h4 h5 h6 head header hr item li list main nav ol p pre quote
row section summary td th tr ul
"""
_BLOCKS = frozenset(_BLOCKS_WORDS.split())
_SILENT_WORDS = "head script style noscript template svg math iframe select button"
_SILENT = frozenset(_SILENT_WORDS.split())
_READ_ALSO = re.compile(
    r"\W*(?:(?:à|a) (?:lire|voir|écouter)(?: (?:aussi|également|ailleurs|sur le (?:même )?sujet))?"
    r"|(?:lire|voir|écouter)(?: (?:aussi|également|plus|la suite|notre (?:dossier|enquête)))"
    r"|sur le même (?:sujet|thème)|(?:nos )?articles? (?:liés?|associés?|similaires?)"
    r"|(?:also read|read (?:also|more|next)|see also|related(?: (?:articles?|stories|coverage"
    r"|content|reading))?|more on this(?: story)?|recommended(?: (?:stories|reading))?"
    r"|you (?:may|might) also like))(?P<colon>\s*[:»>→|])?(?!\w)\W*",
    re.IGNORECASE,
)
_LONGEST_READ_ALSO = 400  # characters; a paragraph that merely begins like one is longer
_FEWEST_TEASERS = 4
_MOST_TEASER_ELEMENTS = 3
_CANDIDATES = ("p", "div", "li", "h2", "h3", "h4", "h5", "h6", "aside", "blockquote")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item or table of a page; `tag` is that of its element."""

    tag: str
    text: str


def plain(text: str | None) -> str:
    """Return `text` on one line, with single spaces; narrow no-break spaces stay."""
    return _SPACE.sub(" ", text or "").strip()


def remove_read_also(tree: Any) -> None:
    """Take blocks that only point to other articles (« Lire aussi : … ») out of a page."""
    for element in list(tree.iter(*_CANDIDATES)):
        if element.getparent() is None or len(element) > 20:
            continue
        text = plain(_text_within(element))
        match = _READ_ALSO.match(text)
        if not match:
            continue
        rest = text[match.end() :]
        linked = sum(len(plain(link.text_content())) for link in element.iter("a"))
        if not rest and (following := element.getnext()) is not None and _only_links(following):
            following.drop_tree()
        if not rest or match["colon"] or linked >= 0.8 * len(rest):
            element.drop_tree()


def pointing_elsewhere(tree: Any) -> set[str]:
    """Return the texts of a page's links, and of what stands under headings that are links.

    The latter only of a page that has several such headings with different targets, as a list
    of articles has. Texts of 15 characters or less are left out: they stand anywhere.
    """
    texts = {plain(link.text_content()) for link in tree.iter("a")}
    targets, teasers = set(), set()
    for heading in tree.iter("h1", "h2", "h3", "h4"):
        link = next(heading.iter("a"), None)
        if link is None:
            link = next(heading.iterancestors("a"), None)
        target = (link.get("href") or "#") if link is not None else "#"
        if target.startswith("#"):
            continue
        targets.add(target)
        following = islice(heading.itersiblings(), _MOST_TEASER_ELEMENTS)
        teasers |= {plain(element.text_content()) for element in (heading, *following)}
    if len(targets) >= _FEWEST_TEASERS:
        texts |= teasers
    return {text for text in texts if len(text) > 15}


def _text_within(element: Any) -> str:
    """Return the text of an element, at most a little more than a pointer has."""
    text = ""
    for piece in element.itertext():
        text += piece
        if len(text) > 2 * _LONGEST_READ_ALSO:
            break
    return text if len(plain(text)) <= _LONGEST_READ_ALSO else ""


def _only_links(element: Any) -> bool:
    if element.tag not in ("ul", "ol", "div", "p"):
        return False
    linked = sum(len(plain(link.text_content())) for link in element.iter("a"))
    return bool(linked) and linked >= 0.8 * len(plain(element.text_content()))


def blocks_of(body: Any) -> Iterator[Block]:
    """Yield the blocks of an element in document order, its own included, none of them empty."""
    collector = _Collector()
    collector.walk(body)
    collector.end("p")
    yield from collector.blocks


class _Collector:
    """Gathers inline text until a block begins or ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.pieces: list[str] = []

    def walk(self, element: Any) -> None:
        tag = element.tag
        if not isinstance(tag, str):  # a comment or processing instruction
            return
        if tag in _SILENT and not (tag == "head" and element.get("rend")):
            return
        if tag == "table":
            self.end("p")
            self.table(element)
            return
        if tag in ("br", "lb"):
            self.pieces.append("\n")
            return
        outer = "p"
        if tag in _BLOCKS:
            self.end(outer)
        self.text(element.text, tag)
        for child in element:
            self.walk(child)
            self.text(child.tail, tag)
        if tag in _BLOCKS:
            self.end(tag)

    def text(self, text: str | None, tag: str) -> None:
        if not text:
            return
        lines = text.split("\n") if tag in ("pre", "code") else [text]
        self.pieces.append("\n".join(_SPACE.sub(" ", line) for line in lines))

    def end(self, tag: str) -> None:
        """End the block that is being gathered; two line breaks in it part paragraphs."""
        lines = [plain(line) for line in "".join(self.pieces).split("\n")]
        self.pieces.clear()
        for paragraph in re.split(r"\n{2,}", "\n".join(lines)):
            if paragraph := paragraph.strip():
                self.blocks.append(Block(tag, paragraph))

    def table(self, element: Any) -> None:
        """Add a table: a line for each row; one of a single column is layout, and walked."""
        rows = []
        for row in element.iter("row", "tr", "caption"):
            if next(row.iterancestors("table"), None) is element:  # none of a table within
                cells = [row] if row.tag == "caption" else list(row)
                found = [_within(cell) for cell in cells]
                rows.append([blocks for blocks in found if blocks])
        if any(len(row) > 1 for row in rows):
            lines = [CELLS.join(" ".join(plain(b.text) for b in c) for c in row) for row in rows]
            self.blocks.append(Block("table", "\n".join(line for line in lines if line)))
            return
        self.blocks += [block for row in rows for cell in row for block in cell]


def _within(cell: Any) -> list[Block]:
    collector = _Collector()
    collector.text(cell.text, "p")
    for child in cell:
        collector.walk(child)
        collector.text(child.tail, "p")
    collector.end("p")
    return collector.blocks
