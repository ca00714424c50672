"""Measures of a ranking in which one passage is right, and of a yes-no decision."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Ranking:
    """Means over questions; all lie in 0 to 1 and higher is better."""

    recall_1: float
    recall_5: float
    recall_10: float
    mrr: float
    ndcg_10: float


def ranks(scores: NDArray[np.float32], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rank, from 1, of the right passage in each row of scores (questions, passages).

    A tie counts against the right passage, so that a constant score earns nothing.
    """
    own = scores[np.arange(len(right)), right]
    above: NDArray[np.int64] = (scores >= own[:, None]).sum(1)
    return above


def ranking(scores: NDArray[np.float32], right: NDArray[np.int64]) -> Ranking:
    """Measure scores (questions, passages) given the right passage of each question.

    With one right passage at rank r: recall@k is r <= k, the reciprocal rank 1/r,
    and nDCG@10 is 1 / log2(1 + r) where r <= 10, else 0.
    """
    rank = ranks(scores, right)
    gain = np.where(rank <= 10, 1 / np.log2(1 + rank), 0.0)
    return Ranking(
        recall_1=float((rank <= 1).mean()),
        recall_5=float((rank <= 5).mean()),
        recall_10=float((rank <= 10).mean()),
        mrr=float((1 / rank).mean()),
        ndcg_10=float(gain.mean()),
    )


def auroc(positive: NDArray[np.float32], negative: NDArray[np.float32]) -> float:
    """Return how often a positive scores above a negative, a tie counting half."""
    order = np.sort(negative)
    below = np.searchsorted(order, positive, side="left")
    ties = np.searchsorted(order, positive, side="right") - below
    return float((below + ties / 2).mean() / len(negative))
