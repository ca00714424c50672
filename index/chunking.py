"""Sentences to chunks: short runs of whole sentences that never cross a heading.

A chunk holds up to `MAX_SENTENCES` sentences and, on average over its section, at most
`MAX_CHARACTERS` characters (a longer sentence stands alone), so that its embedding speaks of
one thing. A heading opens the chunk of what follows it. Chunk borders depend only on the
section they lie in, so that an edit in one section leaves the chunks of the others as they were.
"""

from collections.abc import Iterator, Sequence

from index.types import Sentence

MAX_SENTENCES = 5
MAX_CHARACTERS = 800


def chunk_sentences(sentences: Sequence[Sentence]) -> tuple[tuple[int, int], ...]:
    """Return chunks as half-open ranges over `sentences`, in order, covering all of them."""
    return tuple(_ranges(sentences))


def _ranges(sentences: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    start = 0
    for position in range(1, len(sentences) + 1):
        if position == len(sentences) or _opens_section(sentences, position):
            yield from _split_section(sentences, start, position)
            start = position


def _opens_section(sentences: Sequence[Sentence], position: int) -> bool:
    return sentences[position].kind != "text" and sentences[position - 1].kind == "text"


def _split_section(
    sentences: Sequence[Sentence], start: int, end: int
) -> Iterator[tuple[int, int]]:
    """Split a section into runs as equal as possible, so that no run is a lone leftover."""
    first_text = next((i for i in range(start, end) if sentences[i].kind == "text"), end)
    count = end - first_text
    characters = sentences[end - 1].end - sentences[start].start
    runs = max(1, -(-count // MAX_SENTENCES), -(-characters // MAX_CHARACTERS))
    runs = min(runs, max(1, count))
    left = start
    for run in range(1, runs + 1):
        right = first_text + count * run // runs
        yield left, right
        left = right
