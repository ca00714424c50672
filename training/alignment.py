"""First vectors for French words: those of the English words that they translate to.

Which words translate each other is read off the sentence pairs: a French word f
and an English word e that stand in n(f) and n(e) sentences, and in n(f, e) pairs
together, get the score n(f, e) / (n(f) + n(e) - n(f, e)), Jaccard's. A student
that starts so reads French as a word-by-word gloss, which is much nearer to the
teacher's English than the mean of chance pieces.
"""

from collections.abc import Sequence

import numpy as np
import torch
from scipy.sparse import csr_matrix

MIN_SCORE = 0.05
BEST = 4


def presence(rows: Sequence[Sequence[int]], width: int) -> csr_matrix:
    """Return a sparse 0/1 matrix (sentences, vocabulary): which token stands where."""
    unique = [np.unique(np.asarray(row, dtype=np.int32)) for row in rows]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in unique])])
    columns = np.concatenate(unique)
    return csr_matrix(
        (np.ones(len(columns), dtype=np.float32), columns, starts), (len(rows), width)
    )


def translated_vectors(
    french: Sequence[Sequence[int]],
    english: Sequence[Sequence[int]],
    vectors: torch.Tensor,
    new: Sequence[int],
    words: Sequence[int],
) -> tuple[torch.Tensor, int]:
    """Set the vectors of the ``new`` French tokens from the English ``words`` they go with.

    ``french`` and ``english`` are the token ids of the same sentences, ``vectors``
    is (vocabulary, width). A token without a clear counterpart keeps its vector.
    Returns a new tensor and how many tokens were set.
    """
    left = presence(french, len(vectors)).tocsc()[:, list(new)]
    right = presence(english, len(vectors)).tocsc()[:, list(words)]
    seen_left = np.asarray(left.sum(0)).ravel()
    seen_right = np.asarray(right.sum(0)).ravel()
    together = (left.T @ right).tocsr()
    result, changed = vectors.clone(), 0
    for place, token in enumerate(new):
        row = together[place]
        scores = row.data / (seen_left[place] + seen_right[row.indices] - row.data)
        scores = np.where(row.data >= 3, scores, 0.0)
        best = np.argsort(-scores)[:BEST]
        best = best[scores[best] > max(MIN_SCORE, scores.max(initial=0.0) / 3)]
        if len(best):
            weights = torch.tensor(scores[best] / scores[best].sum(), dtype=torch.float32)
            chosen = torch.tensor([words[c] for c in row.indices[best]])
            result[token] = (weights.unsqueeze(1) * vectors[chosen]).sum(0)
            changed += 1
    return result, changed
