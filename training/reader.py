"""Train the reader: does a passage answer a question, and which of its sentences does.

``python -m training.reader --data FOLDER --start FOLDER --out FOLDER --minutes 30``

A cross-encoder over ``[CLS] question [SEP] passage [SEP]`` with two linear heads.
One reads the state of [CLS]: P(the passage answers). The other reads the mean
state of each sentence; a softmax over the sentences gives P(it is this sentence |
the passage answers). Their product is the probability that a sentence, read in its
passage, answers; one forward pass serves all sentences of a passage. Trained on
the negative logarithm of that product, or of P(the passage is silent).
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, normalize
from transformers import BertModel

from retrieval.cross_encoder import HEADS
from training import student
from training.news import NEXT, news_readings, read_news
from training.precision import fast
from training.reader_batches import Batch, batches, hide, make_batch
from training.reading import Encoded, Reading, encode
from training.run import Recipe, learning_rate
from training.sampling import Sampler

OUTSIDE = -1e4
"""The score of a place where there is no sentence."""

MIX = (20.0, 20.0, 0.5, 4.0, -15.0)
"""Where the factors start: of the cosine and the matched tokens in a sentence's score, of the
sentences and the covered question in the passage's, and what the last two amount to by chance."""

FROZEN = 2
"""The layers, from the first, that stay as they are, with the word vectors: time is short, and
what they know holds for any text."""

ALONE, WORDS = 0.3, 0.25
"""What the losses of [CLS] alone and of each end of the answer's words count."""

MIX_RATE = 1e-2
"""The peak learning rate of the factors of likeness, which are counted in units."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Logits of a batch: two views of each passage (batch,), and (batch, sentences)."""

    alone: torch.Tensor
    """That the passage answers, from the state of [CLS]: what a CrossEncoder gives."""
    passage: torch.Tensor
    """The same, from [CLS] and from how well the sentences agree with the question."""
    sentences: torch.Tensor
    words: torch.Tensor
    """That a token is the first, or the last, of the answer's words: (batch, tokens, 2)."""


class Reader(torch.nn.Module):
    """BERT with heads for the passage as a whole, for each of its sentences, for the words.

    The first two begin as what the embedder knows already: how alike question and sentence are,
    as mean states (cosine) and token by token (Khattab and Zaharia 2020, ColBERT,
    arXiv:2004.12832), each token of the question weighing what ``weight`` learns. The linear
    layers add the rest.
    """

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert
        width = bert.config.hidden_size
        self.answers = torch.nn.Linear(width, 1)
        self.sentence = torch.nn.Linear(width, 1)
        self.weight = torch.nn.Linear(width, 1)
        self.words = torch.nn.Linear(width, 2)
        self.mix = torch.nn.Parameter(torch.tensor(MIX))
        for layer in (self.answers, self.sentence, self.weight, self.words):
            torch.nn.init.zeros_(layer.weight)
            torch.nn.init.zeros_(layer.bias)

    def forward(self, batch: Batch) -> Scores:
        """Score a batch of passages and their sentences."""
        states = self.bert(
            input_ids=batch.ids, attention_mask=batch.mask, token_type_ids=batch.segments
        ).last_hidden_state
        with torch.autocast("cpu", enabled=False):
            return self.score(states.float(), batch)

    def score(self, states: torch.Tensor, batch: Batch) -> Scores:
        """Score the encoder's states (batch, tokens, width)."""
        asking = batch.asking.bool()
        weights = self.weight(states).squeeze(-1).masked_fill(~asking, OUTSIDE).softmax(1)
        weights = weights[:, : batch.asked, None]
        means = batch.spans @ states
        asked = (batch.asking / batch.asking.sum(1, keepdim=True))[:, None] @ states
        unit = normalize(states, dim=-1)
        alike = unit[:, : batch.asked] @ unit.transpose(1, 2)
        inside = (batch.spans > 0)[:, None]
        nearest = alike[:, :, None].masked_fill(~inside, -1.0).amax(3)
        matched = (weights * nearest).sum(1)
        near = (normalize(means, dim=-1) * normalize(asked, dim=-1)).sum(-1)
        sentences = self.mix[0] * near + self.mix[1] * matched + self.sentence(means).squeeze(-1)
        sentences = sentences.masked_fill(batch.spans.sum(2) == 0, OUTSIDE)
        covered = (weights.squeeze(2) * nearest.amax(2)).sum(1)
        alone = self.answers(states[:, 0]).squeeze(-1)
        passage = alone + self.mix[2] * sentences.logsumexp(1) + self.mix[3] * covered
        words = self.words(states).masked_fill(batch.spans.sum(1)[:, :, None] == 0, OUTSIDE)
        return Scores(alone, passage + self.mix[4], sentences, words)


def reading_loss(scores: Scores, batch: Batch) -> torch.Tensor:
    """Return the mean negative log likelihood of what is right.

    [CLS] alone is trained beside the whole, so that the folder works as a plain CrossEncoder.
    """
    right = batch.answers
    answered = right >= 0
    loss = binary_cross_entropy_with_logits(scores.passage, answered.float(), reduction="sum")
    alone = binary_cross_entropy_with_logits(scores.alone, answered.float(), reduction="sum")
    loss = loss + ALONE * alone
    if answered.any():
        loss = loss + cross_entropy(scores.sentences[answered], right[answered], reduction="sum")
    marked = batch.words[:, 0] >= 0
    if marked.any():
        logits, places = scores.words[marked].transpose(1, 2), batch.words[marked]
        ends = cross_entropy(logits.flatten(0, 1), places.flatten(), reduction="sum")
        loss = loss + WORDS * ends
    return loss / len(right)


def freeze(reader: Reader, layers: int) -> None:
    """Keep the word vectors and the first layers as they are."""
    for part in (reader.bert.embeddings, *reader.bert.encoder.layer[:layers]):
        part.requires_grad_(False)


def optimizer_for(reader: Reader, recipe: Recipe, head_rate: float) -> torch.optim.Optimizer:
    """Return AdamW with higher rates for the fresh heads."""
    bert = [p for p in reader.bert.parameters() if p.requires_grad]
    linear = [p for n, p in reader.named_parameters() if not n.startswith(("bert.", "mix"))]
    groups = [
        {"params": bert, "lr": 0.0, "peak": recipe.rate},
        {"params": linear, "lr": 0.0, "peak": head_rate},
        {"params": [reader.mix], "lr": 0.0, "peak": MIX_RATE, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01, fused=True)


def parameters_of(path: Path) -> dict[str, torch.Tensor]:
    """Return the parameters in a file of this script, or those of the heads in a folder.

    A folder's encoder is loaded as the start: ``--start FOLDER --resume FOLDER`` goes on from it.
    """
    if path.is_dir():
        heads: dict[str, torch.Tensor] = load_file(path / HEADS)
        del heads["platt"]
        return heads
    return dict(torch.load(path, weights_only=True))


def news(times: int, replay: float, random: np.random.Generator) -> list[Reading]:
    """Draw an epoch's questions about news, ``times`` of each.

    All of them about the articles in ``NEXT``, and a share ``replay`` (0-1) of those about the
    others, so that what was learnt before is not forgotten (Robins 1995, rehearsal).
    """
    fresh = [r for a in read_news("train", NEXT) * times for r in news_readings(a, random)]
    known = [r for a in read_news("train") * times for r in news_readings(a, random)]
    return fresh + [reading for reading in known if random.random() < replay]


def main() -> None:
    """Train for the budget and write ``OUT/reader.pt`` at every checkpoint and at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--resume", type=Path, help="a reader.pt, or a reader's folder, to go on")
    parser.add_argument("--rate", type=float, default=1e-4, help="the encoder's, at its peak")
    parser.add_argument("--share", type=float, default=1.0, help="of the data sets' questions")
    parser.add_argument("--news", type=int, default=0, help="how often an epoch asks about news")
    parser.add_argument("--replay", type=float, default=1.0, help="of the news learnt before")
    parser.add_argument("--seed", type=int, default=13, help="of what is drawn, when going on")
    arguments = parser.parse_args()
    recipe = Recipe(rate=arguments.rate, budget=4_096, warm_up=0.05, seed=arguments.seed)
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    bert, tokenizer = student.load(arguments.start)
    reader = Reader(bert)
    if arguments.resume:
        reader.load_state_dict(parameters_of(arguments.resume), strict=False)
    freeze(reader, FROZEN)
    optimizer = optimizer_for(reader, recipe, 1e-3)
    sampler = Sampler(arguments.data, recipe.seed, arguments.share)
    start = saved = time.monotonic()
    step, mean, queue = 0, 0.0, list[list[Encoded]]()
    arguments.out.mkdir(parents=True, exist_ok=True)
    while (elapsed := time.monotonic() - start) < arguments.minutes * 60:
        if not queue:
            readings = sampler.epoch() + news(arguments.news, arguments.replay, random)
            queue = batches([encode(r, tokenizer) for r in readings], recipe.budget, random)
            print(f"epoch of {len(readings)} readings in {len(queue)} batches", flush=True)
        batch = make_batch(queue.pop())
        hide(batch, random)
        with fast():
            scores = reader(batch)
        loss = reading_loss(scores, batch)
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * learning_rate(elapsed / arguments.minutes / 60, recipe)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        step, mean = step + 1, 0.98 * mean + 0.02 * float(loss.detach())
        if step % 25 == 0:
            print(f"step {step} {elapsed:.0f} s loss {mean / (1 - 0.98**step):.4f}", flush=True)
        if time.monotonic() - saved > 300:
            torch.save(reader.state_dict(), arguments.out / "reader.pt")
            saved = time.monotonic()
    torch.save(reader.state_dict(), arguments.out / "reader.pt")


if __name__ == "__main__":
    main()
