"""An article's text, cut into the blocks and pieces that the viewer shows.

The cutting happens here and not in the browser: offsets count code points, which JavaScript
strings do not. Every piece is a plain string; put end to end, they are the text, unchanged.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.types import Sentence, SentenceKind

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_NEWLINE = re.compile(r"[\n\r\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, lit up or not; `also` is lit softly, for the answer cites it too."""

    text: str
    cited: bool
    also: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or title, with the white space that follows it."""

    kind: SentenceKind
    pieces: tuple[Piece, ...]


def cut(
    text: str,
    sentences: Sequence[Sentence],
    start: int,
    end: int,
    others: Sequence[tuple[int, int]] = (),
) -> tuple[Block, ...]:
    """Return the blocks of `text`, with `text[start:end]` cited and the spans `others` too, softly.

    A span that is empty or not within the text lights up nothing.
    """
    if not 0 <= start < end <= len(text):
        start = end = 0
    soft = [(a, b) for a, b in others if 0 <= a < b <= len(text)]
    first_of_block = [
        sentence
        for previous, sentence in zip([None, *sentences], sentences, strict=False)
        if previous is None or _ends_block(text, previous, sentence)
    ]
    bounds = [0, *(sentence.start for sentence in first_of_block[1:]), len(text)]
    kinds: list[SentenceKind] = [sentence.kind for sentence in first_of_block] or ["text"]
    return tuple(
        Block(kind, _pieces(text, left, right, start, end, soft))
        for kind, (left, right) in zip(kinds, pairwise(bounds), strict=True)
    )


def _pieces(
    text: str, left: int, right: int, start: int, end: int, soft: Sequence[tuple[int, int]]
) -> tuple[Piece, ...]:
    """Cut `text[left:right]` at the edges of the cited spans."""
    bounds = {start, end, *(edge for span in soft for edge in span)}
    edges = sorted({left, right, *(edge for edge in bounds if left < edge < right)})
    return tuple(
        Piece(
            text[a:b],
            start <= a and b <= end,
            not (start <= a and b <= end) and any(c <= a and b <= d for c, d in soft),
        )
        for a, b in pairwise(edges)
    )


def _ends_block(text: str, previous: Sentence, sentence: Sentence) -> bool:
    """Tell whether a new block begins between two neighbouring sentences."""
    if previous.kind != "text" or sentence.kind != "text":
        return True
    gap = text[previous.end : sentence.start]
    if _BLANK_LINE.search(gap):
        return True
    # A sentence that runs over a line end shows that the paragraph is hard-wrapped: its other
    # line ends are no paragraph ends either.
    wrapped = any(_NEWLINE.search(text, s.start, s.end) for s in (previous, sentence))
    return bool(_NEWLINE.search(gap)) and not wrapped
