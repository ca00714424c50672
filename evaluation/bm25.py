"""Okapi BM25 over a small pool of passages, in memory.

Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and
Beyond". This is the yardstick of the figures, not the product's own search.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.library import STEM
from retrieval.words import words

K1 = 1.2
B = 0.75


class Bm25:
    """Scores passages for a question; higher is better, 0 means no word in common."""

    def __init__(self, passages: Sequence[str]) -> None:
        counts = [Counter(stems(passage)) for passage in passages]
        lengths = [sum(count.values()) for count in counts]
        mean = sum(lengths) / max(1, len(lengths))
        seen = Counter(word for count in counts for word in count)
        self.size = len(passages)
        self.weights: dict[str, list[tuple[int, float]]] = {}
        for place, count in enumerate(counts):
            norm = K1 * (1 - B + B * lengths[place] / mean)
            for word, times in count.items():
                rarity = math.log(1 + (self.size - seen[word] + 0.5) / (seen[word] + 0.5))
                weight = rarity * times * (K1 + 1) / (times + norm)
                self.weights.setdefault(word, []).append((place, weight))

    def scores(self, question: str) -> NDArray[np.float32]:
        """Return the score of every passage (passages,)."""
        scores = np.zeros(self.size, dtype=np.float32)
        for word in set(stems(question)):
            for place, weight in self.weights.get(word, ()):
                scores[place] += weight
        return scores


def stems(text: str) -> list[str]:
    """Return the words of a text as the index searches them: cut to their beginnings."""
    return [word[:STEM] for word in words(text)]
