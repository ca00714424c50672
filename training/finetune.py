"""Fine-tune the distilled student on questions and the paragraphs that answer them.

``python -m training.finetune --data FOLDER --run FOLDER --teacher MODEL --minutes 20``

Loss: InfoNCE (van den Oord et al. 2018, arXiv:1807.03748; MultipleNegativesRanking
in sentence-transformers) from question to paragraph. A paragraph comes with all
its questions, French and English, and with paragraphs that BM25 and the model
itself mistake for it, so one pass over the paragraphs serves many questions. A
distillation step between keeps both languages where the teacher has them.
"""

import argparse
import copy
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy

from training import student
from training.corpus import (
    PIAF,
    PIAF_ENGLISH,
    SQUAD_1,
    SQUAD_2,
    read_questions,
    read_translations,
    split_of,
)
from training.distill import english_batches, figures, french_batches
from training.material import Material, read_texts
from training.negatives import Asked, batches, confusions
from training.run import Recipe, Run, distillation_loss
from training.teacher import Teacher


@dataclass(frozen=True, slots=True)
class Tuning:
    """The numbers of the fine-tuning stage."""

    paragraphs: int = 40
    hard: int = 3
    confused: int = 12
    questions: int = 6
    scale: float = 30.0
    anchor_every: int = 3
    mine_every: int = 3
    english_share: float = 0.25


def read_asked(folder: Path, english_share: float) -> list[Asked]:
    """Collect the questions of each paragraph, of articles on the train side only.

    English paragraphs are three times as many as French ones; a share of them is kept.
    """
    translated = read_translations(folder / PIAF_ENGLISH)
    questions: dict[str, list[str]] = defaultdict(list)
    for name in (PIAF, SQUAD_1, SQUAD_2):
        for question in read_questions(folder / name):
            if question.start is not None and split_of(question.title) == "train":
                wordings = (question.text, translated.get(question.id))
                questions[question.paragraph] += [text for text in wordings if text]
    french = {question.paragraph for question in read_questions(folder / PIAF)}
    random = np.random.default_rng(0)
    return [
        Asked(text, tuple(dict.fromkeys(asked)))
        for text, asked in questions.items()
        if text in french or random.random() < english_share
    ]


def contrastive_loss(
    questions: torch.Tensor, paragraphs: torch.Tensor, right: torch.Tensor, scale: float
) -> torch.Tensor:
    """Return InfoNCE of unit vectors: questions (n, width), paragraphs (m, width), right (n,)."""
    return cross_entropy(questions @ paragraphs.T * scale, right)


def encode_all(run: Run, tokenizer: Tokenizer, texts: list[str]) -> NDArray[np.float32]:
    """Return the run's unit vectors (texts, width), without gradients."""
    rows = [np.asarray(row, dtype=np.int32) for row in student.encode(tokenizer, texts)]
    order = sorted(range(len(rows)), key=lambda place: len(rows[place]))
    vectors = np.empty((len(rows), run.model.config.hidden_size), dtype=np.float32)
    with torch.inference_mode():
        for start in range(0, len(order), 32):
            block = order[start : start + 32]
            vectors[block] = run.encode([rows[place] for place in block]).numpy()
    return vectors


def mine(run: Run, tokenizer: Tokenizer, asked: list[Asked], keep: int) -> NDArray[np.int64]:
    """Find the paragraphs that the model and BM25 confuse, as the model now stands."""
    asked = [Asked(entry.paragraph, entry.questions[:4]) for entry in asked]
    paragraphs = encode_all(run, tokenizer, [entry.paragraph for entry in asked])
    flat = encode_all(run, tokenizer, [text for entry in asked for text in entry.questions])
    ends = np.cumsum([len(entry.questions) for entry in asked])
    return confusions(asked, paragraphs, np.split(flat, ends[:-1]), keep)


def question_batches(
    run: Run, tokenizer: Tokenizer, asked: list[Asked], tuning: Tuning
) -> Iterator[tuple[list[str], list[str], torch.Tensor]]:
    """Yield questions, paragraphs and the right paragraph of each question, for ever."""
    random = np.random.default_rng(run.recipe.seed)
    confused = np.empty((0, 0), dtype=np.int64)
    while True:
        if run.epoch % tuning.mine_every == 0:
            confused = mine(run, tokenizer, asked, tuning.confused)
        for members in batches(confused, tuning.paragraphs, tuning.hard, random):
            texts: list[str] = []
            right: list[int] = []
            for place, member in enumerate(members):
                wordings = random.permutation(asked[member].questions)[: tuning.questions]
                texts += [str(text) for text in wordings]
                right += [place] * len(wordings)
            yield texts, [asked[member].paragraph for member in members], torch.tensor(right)
        run.epoch += 1


def train(
    run: Run, material: Material, tokenizer: Tokenizer, asked: list[Asked], seconds: float
) -> None:
    """Take steps until the budget is spent: questions, and now and then an anchor."""
    tuning = Tuning()
    source = question_batches(run, tokenizer, asked, tuning)
    anchors = (french_batches(copy.copy(run), material), english_batches(material, run.recipe))
    start = time.monotonic()

    def rows_of(texts: list[str]) -> list[NDArray[np.int32]]:
        return [np.asarray(row, dtype=np.int32) for row in student.encode(tokenizer, texts)]

    while (elapsed := time.monotonic() - start) < seconds:
        if run.step % tuning.anchor_every == tuning.anchor_every - 1:
            side = run.step // tuning.anchor_every % 2
            chosen = next(anchors[side])
            rows = (material.french, material.english)[side]
            vectors = run.encode([rows[row] for row in chosen])
            loss = distillation_loss(vectors, material.targets(chosen), run.recipe)[0]
        else:
            questions, paragraphs, right = next(source)
            asking, answering = run.encode(rows_of(questions)), run.encode(rows_of(paragraphs))
            loss = contrastive_loss(asking, answering, right, tuning.scale)
        run.descend(loss, elapsed / seconds)
        if run.step % 50 == 0:
            print(f"step {run.step} epoch {run.epoch} {elapsed:.0f} s loss {loss:.4f}", flush=True)
        if run.step % 400 == 0:
            print(f"fr {figures(run, material.french, material)}", flush=True)


def main() -> None:
    """Fine-tune ``RUN/distilled`` for the budget and write ``RUN/tuned``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="the folder of training.distill")
    parser.add_argument("--start", default="distilled", help="the model in it to start from")
    parser.add_argument("--teacher", required=True)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--pairs", type=int, help="only the first so many pairs, as distilled")
    arguments = parser.parse_args()
    recipe = Recipe(rate=5e-5, word_rate=1e-4, batch=64, budget=4_096)
    torch.manual_seed(recipe.seed)
    model, tokenizer = student.load(arguments.run / arguments.start)
    texts = read_texts(arguments.data, arguments.pairs)
    material = Material(texts, tokenizer, Teacher(arguments.teacher), arguments.run)
    run = Run(model, recipe, len(material.french))
    train(
        run,
        material,
        tokenizer,
        read_asked(arguments.data, Tuning().english_share),
        arguments.minutes * 60,
    )
    student.save(model, tokenizer, arguments.run / "tuned")


if __name__ == "__main__":
    main()
