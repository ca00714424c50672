"""The claims of a model's reply: its sentences, each with the sentence numbers it cites."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.segmentation import segment
from retrieval.markers import MAX_CITED, Piece

_CLINGS = re.compile(r"[\s.,;!?…)»”’'\"]|:(?=\s|$)")
Mark = tuple[int, tuple[int, ...]]
"""Where a marker stands, in characters from where its claim begins, and what it cites."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One claim as it was written, without its markers; `before` is the white space that leads."""

    before: str
    text: str
    marks: tuple[Mark, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers it cites, each once, in order; none where there are more than `MAX_CITED`."""
        found = dict.fromkeys(number for _, numbers in self.marks for number in numbers)
        return tuple(found) if len(found) <= MAX_CITED else ()


def split_claims(pieces: Sequence[Piece], language: str) -> tuple[Draft, ...]:
    """Return the claims of a reply, in order.

    A sentence that ends in a colon belongs to what it announces, a heading to what follows it,
    and a marker to the sentence it stands in or after; at the start of a line, to the next one.
    """
    text = ""
    marks: list[Mark] = []
    for piece in pieces:
        if piece.text:
            # What a marker kept apart must not grow together where the marker goes.
            apart = marks and marks[-1][0] == len(text) and not _CLINGS.match(piece.text)
            text += " " + piece.text if apart and text else piece.text
        else:
            text = text.rstrip(" ")
            marks.append((len(text), piece.numbers))
    spans = _spans(text, language)
    owned: list[list[Mark]] = [[] for _ in spans]
    for at, numbers in marks:
        if spans:
            owner = _owner(text, spans, at)
            start, end = spans[owner]
            owned[owner].append((min(max(at, start), end) - start, numbers))
    ends = [0, *(end for _, end in spans)]
    return tuple(
        Draft(text[before:start], text[start:end], tuple(mine))
        for before, (start, end), mine in zip(ends, spans, owned, strict=False)
    )


def _spans(text: str, language: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    for sentence in segment(text, language):
        start = sentence.start if opened is None else opened
        said = text[sentence.start : sentence.end]
        unfinished = (
            sentence.kind != "text"
            or said.endswith((":", "："))
            or not any(c.isalpha() for c in said)
        )
        opened = start if unfinished else None
        if not unfinished:
            spans.append((start, sentence.end))
    if opened is not None:
        if spans and not any(c.isalpha() for c in text[opened:]):
            spans[-1] = (spans[-1][0], len(text.rstrip()))
        else:
            spans.append((opened, len(text.rstrip())))
    return spans


def _owner(text: str, spans: Sequence[tuple[int, int]], at: int) -> int:
    """Return which span the marker at `at` belongs to."""
    begun = [i for i, (start, _) in enumerate(spans) if start < at]
    if not begun:
        return 0
    last = begun[-1]
    own_line = "\n" in text[spans[last][1] : at]
    return last + 1 if own_line and at >= spans[last][1] and last + 1 < len(spans) else last
