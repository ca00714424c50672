"""Several scores of the same candidates to one.

Score fusion (a weighted sum of min-max scaled scores, "CombSUM" of Fox and Shaw 1994) keeps how
much better a candidate is, which rank fusion throws away; across languages that matters more.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


def min_max(scores: Sequence[float] | NDArray[np.floating[Any]]) -> Scores:
    """Scale scores to 0-1: (s - min) / (max - min); all equal scores become 0."""
    values = np.asarray(scores, dtype=np.float64)
    if values.size == 0:
        return values
    spread = values.max() - values.min()
    return (values - values.min()) / spread if spread > 0 else np.zeros_like(values)


def fuse(scores: Sequence[Sequence[float] | Scores], weights: Sequence[Scores | float]) -> Scores:
    """Return the weighted mean of scaled scores, in 0-1; higher is better.

    `scores` holds one sequence a ranker, each with one score a candidate in the same order;
    `weights` one number a ranker, or one number a candidate of that ranker.
    """
    total = sum(
        (
            np.asarray(weight) * min_max(ranker)
            for ranker, weight in zip(scores, weights, strict=True)
        ),
        start=np.zeros(len(scores[0])),
    )
    return np.asarray(total / sum(float(np.max(weight, initial=0.0)) for weight in weights))
