"""What stands around a sentence in its article."""

from functools import lru_cache

from index.segmentation import segment
from index.types import Article, Sentence

BESIDE = 2  # sentences of a window on either side of its own
MAX_CHARACTERS = 800  # of a window, as of a chunk


@lru_cache(maxsize=64)
def _sentences(text: str, language: str) -> tuple[Sentence, ...]:
    return segment(text, language)


def sentence_before(article: Article, sentence: Sentence) -> Sentence | None:
    """Return the last sentence of running text before one, also across a heading."""
    every = _sentences(article.text, article.language)
    earlier = [s for s in every if s.end <= sentence.start]
    return next((s for s in reversed(earlier) if s.kind == "text"), None)


def window(article: Article, sentence: Sentence) -> tuple[tuple[Sentence, ...], int]:
    """Return a sentence with its neighbours, and which of them it is.

    It stands alone where the article is not split there.
    """
    every = _sentences(article.text, article.language)
    own = next((i for i, s in enumerate(every) if s.start == sentence.start), None)
    if own is None:
        return (sentence,), 0
    first = last = own
    for _ in range(BESIDE):
        if first and every[last].end - every[first - 1].start <= MAX_CHARACTERS:
            first -= 1
        if last + 1 < len(every) and every[last + 1].end - every[first].start <= MAX_CHARACTERS:
            last += 1
    return every[first : last + 1], own - first
