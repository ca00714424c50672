"""Train the reader: does a passage answer a question, and which of its sentences does.

``python -m training.reader --data FOLDER --start EMBEDDER --out FOLDER --minutes 30``

A cross-encoder over ``[CLS] question [SEP] passage [SEP]`` with two linear heads.
One reads the state of [CLS]: P(the passage answers). The other reads the mean
state of each sentence; a softmax over the sentences gives P(it is this sentence |
the passage answers). Their product is the probability that a sentence, read in its
passage, answers; one forward pass serves all sentences of a passage. Trained on
the negative logarithm of that product, or of P(the passage is silent).
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from transformers import BertModel

from training import student
from training.reading import Encoded, Reading, Sampler, encode
from training.run import Recipe, learning_rate

OUTSIDE = -1e4
"""The score of a place where there is no sentence."""


class Reader(torch.nn.Module):
    """BERT with a head on [CLS] and a head on the mean state of each sentence."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert
        self.answers = torch.nn.Linear(bert.config.hidden_size, 1)
        self.sentence = torch.nn.Linear(bert.config.hidden_size, 1)

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor, spans: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Score a batch of passages and their sentences.

        ``ids``, ``mask`` and ``segments`` are (batch, tokens); ``spans`` is (batch,
        sentences, tokens), each row 1 / length within its sentence and else 0, all 0
        where there is none. Returns logits (batch,) and (batch, sentences).
        """
        states = self.bert(
            input_ids=ids, attention_mask=mask, token_type_ids=segments
        ).last_hidden_state.float()
        logits = self.sentence(spans @ states).squeeze(-1)
        return self.answers(states[:, 0]).squeeze(-1), logits.masked_fill(
            spans.sum(2) == 0, OUTSIDE
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Readings as tensors, in the shapes of :meth:`Reader.forward`; answers (batch,)."""

    ids: torch.Tensor
    mask: torch.Tensor
    segments: torch.Tensor
    spans: torch.Tensor
    answers: torch.Tensor


def make_batch(encoded: Sequence[Encoded]) -> Batch:
    """Pad readings to one length."""
    tokens = -(-max(len(entry.ids) for entry in encoded) // 8) * 8
    sentences = max(1, *(len(entry.spans) for entry in encoded))
    ids = torch.zeros(len(encoded), tokens, dtype=torch.long)
    mask, segments = torch.zeros_like(ids), torch.zeros_like(ids)
    spans = torch.zeros(len(encoded), sentences, tokens)
    for row, entry in enumerate(encoded):
        ids[row, : len(entry.ids)] = torch.from_numpy(entry.ids)
        mask[row, : len(entry.ids)] = 1
        segments[row, entry.split : len(entry.ids)] = 1
        for place, (start, end) in enumerate(entry.spans):
            spans[row, place, start:end] = 1 / (end - start)
    return Batch(ids, mask, segments, spans, torch.tensor([entry.answer for entry in encoded]))


def reading_loss(
    answers: torch.Tensor, sentences: torch.Tensor, right: torch.Tensor
) -> torch.Tensor:
    """Return the mean negative log likelihood; ``right`` is -1 where the passage is silent."""
    answered = right >= 0
    loss = binary_cross_entropy_with_logits(answers, answered.float(), reduction="sum")
    if answered.any():
        loss = loss + cross_entropy(sentences[answered], right[answered], reduction="sum")
    return loss / len(right)


def batches(
    encoded: list[Encoded], budget: int, random: np.random.Generator
) -> list[list[Encoded]]:
    """Group readings of like length into batches of ``budget`` tokens, in random order."""
    order = sorted(encoded, key=lambda entry: len(entry.ids) + 8 * random.random())
    groups: list[list[Encoded]] = [[]]
    for entry in order:
        if (len(groups[-1]) + 1) * len(entry.ids) > budget:
            groups.append([])
        groups[-1].append(entry)
    return [groups[place] for place in random.permutation(len(groups)) if groups[place]]


def optimizer_for(reader: Reader, recipe: Recipe, head_rate: float) -> torch.optim.Optimizer:
    """Return AdamW with a higher rate for the two fresh heads."""
    heads = [*reader.answers.parameters(), *reader.sentence.parameters()]
    groups = [
        {"params": list(reader.bert.parameters()), "lr": 0.0, "peak": recipe.rate},
        {"params": heads, "lr": 0.0, "peak": head_rate},
    ]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01, fused=True)


def main() -> None:
    """Train for the budget and write ``OUT/reader.pt`` at every checkpoint and at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--english-share", type=float, default=0.5)
    arguments = parser.parse_args()
    recipe = Recipe(rate=1.5e-4, budget=4_096, warm_up=0.05)
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    bert, tokenizer = student.load(arguments.start)
    reader = Reader(bert)
    optimizer = optimizer_for(reader, recipe, 1e-3)
    sampler = Sampler(arguments.data, recipe.seed, arguments.english_share)
    start = saved = time.monotonic()
    step, mean, queue = 0, 0.0, list[list[Encoded]]()
    arguments.out.mkdir(parents=True, exist_ok=True)
    while (elapsed := time.monotonic() - start) < arguments.minutes * 60:
        if not queue:
            readings: list[Reading] = sampler.epoch()
            queue = batches([encode(r, tokenizer) for r in readings], recipe.budget, random)
            print(f"epoch of {len(readings)} readings in {len(queue)} batches", flush=True)
        batch = make_batch(queue.pop())
        with torch.autocast("cpu", dtype=torch.bfloat16):
            answers, sentences = reader(batch.ids, batch.mask, batch.segments, batch.spans)
        loss = reading_loss(answers.float(), sentences.float(), batch.answers)
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * learning_rate(elapsed / arguments.minutes / 60, recipe)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        step, mean = step + 1, 0.98 * mean + 0.02 * float(loss)
        if step % 50 == 0:
            print(f"step {step} {elapsed:.0f} s loss {mean / (1 - 0.98**step):.4f}", flush=True)
        if time.monotonic() - saved > 300:
            torch.save(reader.state_dict(), arguments.out / "reader.pt")
            saved = time.monotonic()
    torch.save(reader.state_dict(), arguments.out / "reader.pt")


if __name__ == "__main__":
    main()
