"""The teacher's vectors of the English texts, computed once and kept as float16.

``python -m training.teacher --data FOLDER --out FOLDER --teacher MODEL``
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from training.corpus import read_pairs

MAX_TOKENS = 256
TOKENS_PER_BATCH = 6144


def mean_pool(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Average the token states (batch, tokens, width) into unit vectors (batch, width)."""
    weights = mask.unsqueeze(-1).float()
    means = (states.float() * weights).sum(1) / weights.sum(1)
    return torch.nn.functional.normalize(means, dim=-1)


def pad(rows: Sequence[Sequence[int]], length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Pad token ids with 0, BERT's [PAD], to (batch, length); return ids and mask."""
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    mask = torch.zeros(len(rows), length, dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row, dtype=torch.long)
        mask[place, : len(row)] = 1
    return ids, mask


def batches_by_length(lengths: NDArray[np.int64], budget: int) -> Iterator[NDArray[np.int64]]:
    """Yield batches of row numbers, shortest rows first, each of about ``budget`` tokens."""
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and lengths[order[stop]] * (stop + 1 - start) <= budget:
            stop += 1
        yield order[start:stop]
        start = stop


@torch.inference_mode()
def encode_ids(model: Any, rows: Sequence[Sequence[int]]) -> NDArray[np.float16]:
    """Encode token ids with a BERT model; return unit vectors (rows, width)."""
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    vectors = np.zeros((len(rows), model.config.hidden_size), dtype=np.float16)
    for batch in batches_by_length(lengths, TOKENS_PER_BATCH):
        ids, mask = pad([rows[place] for place in batch], int(lengths[batch].max()))
        states = model(input_ids=ids, attention_mask=mask).last_hidden_state
        vectors[batch] = mean_pool(states, mask).numpy().astype(np.float16)
    return vectors


class Teacher:
    """A sentence-transformers model of the BERT family with mean pooling, in bfloat16."""

    def __init__(self, path: str) -> None:
        from transformers import AutoModel, AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(path)
        self.model = AutoModel.from_pretrained(path, dtype=torch.bfloat16).eval()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float16]:
        """Return unit vectors (texts, width), cut at 256 tokens as the teacher's own are."""
        rows = self.tokenizer(list(texts), truncation=True, max_length=MAX_TOKENS)["input_ids"]
        return encode_ids(self.model, rows)


def cached_vectors(path: Path, teacher: Teacher, texts: Sequence[str]) -> NDArray[np.float16]:
    """Return the teacher's vectors of ``texts``, kept in ``path`` between runs.

    Works in blocks, each saved when done, so that an interrupted run goes on
    where it stopped.
    """
    block = 20_000
    path.mkdir(parents=True, exist_ok=True)
    parts = []
    for start in range(0, len(texts), block):
        file = path / f"{start:08d}.npy"
        if not file.exists():
            np.save(file.with_suffix(".part.npy"), teacher.encode(texts[start : start + block]))
            file.with_suffix(".part.npy").rename(file)
            print(f"teacher: {min(start + block, len(texts))} of {len(texts)}", flush=True)
        parts.append(np.load(file))
    return np.concatenate(parts)


def main() -> None:
    """Compute the vectors of the English side of every pair."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--teacher", required=True)
    arguments = parser.parse_args()
    english = [pair.english for pair in read_pairs(arguments.data)]
    cached_vectors(arguments.out / "teacher", Teacher(arguments.teacher), english)


if __name__ == "__main__":
    main()
