"""Token rows in one flat array, and the batches that training draws from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from training.teacher import MAX_TOKENS

CLS, SEP = 2, 3
"""Ids of [CLS] and [SEP] in the student's vocabulary (``vocabulary.SPECIAL``)."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Token ids of many texts: row ``i`` is ``flat[starts[i]:starts[i + 1]]``."""

    flat: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> "Rows":
        """Pack lists of token ids."""
        starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
        flat = np.fromiter((token for row in rows for token in row), np.int32, int(starts[-1]))
        return cls(flat, starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> NDArray[np.int32]:
        return self.flat[self.starts[row] : self.starts[row + 1]]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens in each row."""
        return np.diff(self.starts)


def padded(rows: Sequence[NDArray[np.int32]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Pad rows with 0, [PAD], to a multiple of 8; return ids and mask (batch, tokens)."""
    length = -(-max(len(row) for row in rows) // 8) * 8
    ids = np.zeros((len(rows), length), dtype=np.int64)
    mask = np.zeros((len(rows), length), dtype=np.int64)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask)


def epoch(
    rows: Rows, chosen: NDArray[np.int64], size: int, budget: int, random: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Yield every chosen row once, in batches of like length, in random order.

    A batch holds ``size`` rows, or fewer where they exceed ``budget`` tokens.
    """
    lengths = rows.lengths[chosen]
    order = chosen[np.argsort(lengths + random.random(len(chosen)), kind="stable")]
    batches = []
    start = 0
    while start < len(order):
        ahead = order[start : start + size]
        longest = np.maximum.accumulate(rows.lengths[ahead])
        fits = int(np.sum(longest * np.arange(1, len(ahead) + 1) <= budget))
        batches.append(order[start : start + max(1, fits)])
        start += max(1, fits)
    for place in random.permutation(len(batches)):
        yield batches[place]


def neighbours(vectors: NDArray[np.float16], seed: int) -> NDArray[np.int64]:
    """Order rows so that texts on a like subject stand near each other.

    Rows are sorted by the signs of 14 random projections of their vectors (rows,
    width): a cheap locality-sensitive hash, enough to join sentences into
    passages that stay on one subject.
    """
    random = np.random.default_rng(seed)
    planes = random.standard_normal((vectors.shape[1], 14)).astype(np.float32)
    centre = vectors[:: max(1, len(vectors) // 10_000)].astype(np.float32).mean(0)
    code = np.zeros(len(vectors), dtype=np.int64)
    for start in range(0, len(vectors), 50_000):
        block = vectors[start : start + 50_000].astype(np.float32) - centre
        code[start : start + 50_000] = ((block @ planes) > 0) @ (1 << np.arange(14))
    return np.lexsort((random.random(len(code)), code))


def joined(rows: Rows, members: Sequence[int]) -> NDArray[np.int32]:
    """Join rows into one: a single [CLS] and [SEP] around all their tokens, cut at 256."""
    inner = np.concatenate([rows[member][1:-1] for member in members])[: MAX_TOKENS - 2]
    return np.concatenate([[CLS], inner, [SEP]]).astype(np.int32)


def passages(
    rows: Rows, order: NDArray[np.int64], count: int, random: np.random.Generator
) -> list[list[int]]:
    """Draw ``count`` passages of 80 to 254 tokens: runs of neighbouring rows."""
    drawn = []
    for _ in range(count):
        place = int(random.integers(len(order) - 20))
        wanted = int(random.integers(80, MAX_TOKENS - 2))
        members: list[int] = []
        while wanted > 0 and len(members) < 20:
            row = int(order[place + len(members)])
            members.append(row)
            wanted -= len(rows[row]) - 2
        drawn.append(members)
    return drawn
