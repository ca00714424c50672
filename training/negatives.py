"""Which paragraphs are easily mistaken for one another: those to put in one batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.bm25 import Bm25
from retrieval.fusion import min_max


@dataclass(frozen=True, slots=True)
class Asked:
    """A paragraph and the questions that it answers, in any language."""

    paragraph: str
    questions: tuple[str, ...]


def confusions(
    asked: Sequence[Asked],
    paragraphs: NDArray[np.float32],
    questions: Sequence[NDArray[np.float32]],
    keep: int,
) -> NDArray[np.int64]:
    """Return, for each paragraph, the ``keep`` that its questions rank highest wrongly.

    ``paragraphs`` are unit vectors (paragraphs, width); ``questions`` holds the unit
    vectors (questions, width) of each paragraph's questions. Cosine and BM25, each
    scaled to 0 to 1, count alike.
    """
    index = Bm25([entry.paragraph for entry in asked])
    found = np.empty((len(asked), keep), dtype=np.int64)
    for place, entry in enumerate(asked):
        dense = [min_max(row) for row in questions[place] @ paragraphs.T]
        lexical = [min_max(index.scores(question)) for question in entry.questions]
        scores = np.mean([*dense, *lexical], axis=0)
        scores[place] = -1
        found[place] = np.argsort(-scores)[:keep]
    return found


def batches(
    confused: NDArray[np.int64], size: int, take: int, random: np.random.Generator
) -> Iterator[list[int]]:
    """Yield batches of paragraph numbers: each seed with ``take`` it is confused with.

    Every paragraph serves once an epoch, as a seed or beside one, so that a batch's
    own paragraphs are each other's hard negatives.
    """
    free = set(range(len(confused)))
    batch: list[int] = []
    for seed in random.permutation(len(confused)):
        if int(seed) not in free:
            continue
        near = [int(p) for p in random.permutation(confused[seed]) if int(p) in free][:take]
        group = [int(seed), *near]
        free.difference_update(group)
        batch.extend(group)
        if len(batch) >= size:
            yield batch
            batch = []
    if len(batch) > 1:
        yield batch
