"""Readings as tensors, in batches of few shapes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from training.reading import Encoded

HIDDEN, MASK = 0.06, 4
"""The share of tokens hidden in training, and the id of [MASK] (``vocabulary.SPECIAL``)."""

ROUND = 32
"""Lengths are padded to multiples of this: each new shape costs a compilation."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Readings as tensors.

    ``ids``, ``mask``, ``segments`` and ``asking`` (1 in the question) are (batch, tokens);
    ``spans`` is (batch, sentences, tokens), each row 1 / length within its sentence and else 0,
    all 0 where there is none; ``answers`` is (batch,) and ``words`` (batch, 2). No question
    ends after ``asked`` tokens.
    """

    ids: torch.Tensor
    mask: torch.Tensor
    segments: torch.Tensor
    asking: torch.Tensor
    spans: torch.Tensor
    answers: torch.Tensor
    words: torch.Tensor
    asked: int


def padded_length(length: int) -> int:
    """Return the length that a row of ``length`` tokens is padded to."""
    return -(-length // ROUND) * ROUND


def make_batch(encoded: Sequence[Encoded]) -> Batch:
    """Pad readings to one length."""
    tokens = padded_length(max(len(entry.ids) for entry in encoded))
    sentences = -(-max(1, *(len(entry.spans) for entry in encoded)) // 4) * 4
    ids = torch.zeros(len(encoded), tokens, dtype=torch.long)
    mask, segments = torch.zeros_like(ids), torch.zeros_like(ids)
    asking = torch.zeros(len(encoded), tokens)
    spans = torch.zeros(len(encoded), sentences, tokens)
    for row, entry in enumerate(encoded):
        ids[row, : len(entry.ids)] = torch.from_numpy(entry.ids)
        mask[row, : len(entry.ids)] = 1
        segments[row, entry.split : len(entry.ids)] = 1
        asking[row, 1 : entry.split - 1] = 1
        for place, (start, end) in enumerate(entry.spans):
            spans[row, place, start:end] = 1 / (end - start)
    answers = torch.tensor([entry.answer for entry in encoded])
    asked = min(tokens, -(-max(entry.split for entry in encoded) // 16) * 16)
    words = torch.tensor([entry.words for entry in encoded])
    return Batch(ids, mask, segments, asking, spans, answers, words, asked)


def hide(batch: Batch, random: np.random.Generator) -> None:
    """Put [MASK] for a few tokens, so that no question is learnt by heart."""
    hidden = torch.from_numpy(random.random(batch.ids.shape) < HIDDEN) & (batch.ids > MASK)
    batch.ids[hidden] = MASK


def batches(
    encoded: list[Encoded], budget: int, random: np.random.Generator
) -> list[list[Encoded]]:
    """Group readings of like length into batches of ``budget`` tokens, in random order."""
    by_length: dict[int, list[Encoded]] = {}
    for place in random.permutation(len(encoded)):
        entry = encoded[place]
        by_length.setdefault(padded_length(len(entry.ids)), []).append(entry)
    groups = []
    for length, entries in sorted(by_length.items()):
        size = max(1, budget // length)
        groups += [entries[start : start + size] for start in range(0, len(entries), size)]
    return [groups[place] for place in random.permutation(len(groups))]
