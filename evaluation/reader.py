"""Measure a reader: the sentence it picks, and whether it knows that nothing answers.

``python -m evaluation.reader --data FOLDER READER``

Prints, on articles kept aside from training, for French questions over French
articles (FR-FR), English over French (EN-FR) and English over English (EN-EN): the
accuracy of the sentence picked in the right paragraph; the AUROC of answerable
against unanswerable, the latter being another paragraph of the article without the
answer's text; and what a threshold refuses. The adversarial questions of SQuAD 2.0
have a line of their own.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from evaluation.measures import auroc
from training.corpus import Question
from training.reader import Reader, make_batch
from training.reader_folder import load_reader
from training.reading import (
    NONE,
    Encoded,
    Reading,
    encode,
    other_paragraphs,
    split_paragraph,
    wordings,
)
from training.sentences import sentence_spans

Worded = tuple[str, str, Question]
"""The kind of a question, its wording and the question: a row of ``wordings``."""

THRESHOLD = 0.3
"""The least probability that a passage answers for the product to answer from it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the reader made of each reading.

    P(answers) (readings,), the place it picked, and the scores of its sentences, whose
    softmax is P(this sentence | the passage answers).
    """

    answers: NDArray[np.float32]
    picked: NDArray[np.int64]
    sentences: tuple[NDArray[np.float32], ...]


@torch.inference_mode()
def judge(reader: Reader, tokenizer: Tokenizer, readings: Sequence[Reading]) -> Judged:
    """Score readings in batches of like length."""
    encoded: list[Encoded] = [encode(reading, tokenizer) for reading in readings]
    order = np.argsort([len(entry.ids) for entry in encoded])
    answers = np.empty(len(encoded), dtype=np.float32)
    picked = np.empty(len(encoded), dtype=np.int64)
    scores: list[NDArray[np.float32]] = [np.empty(0, dtype=np.float32)] * len(encoded)
    for start in range(0, len(order), 32):
        rows = order[start : start + 32]
        batch = make_batch([encoded[row] for row in rows])
        logits, sentences = reader(batch.ids, batch.mask, batch.segments, batch.spans)
        answers[rows] = torch.sigmoid(logits).numpy()
        picked[rows] = sentences.argmax(1).numpy()
        for place, row in enumerate(rows):
            scores[row] = sentences[place, : len(encoded[row].spans)].numpy()
    return Judged(answers, picked, tuple(scores))


def spread(rows: list[Worded], limit: int | None) -> list[Worded]:
    """Keep at most ``limit`` rows of each kind, evenly spread."""
    kept: list[Worded] = []
    for kind in dict.fromkeys(row[0] for row in rows):
        own = [row for row in rows if row[0] == kind]
        kept += own[:: max(1, -(-len(own) // limit))] if limit else own
    return kept


def dev_readings(folder: Path, limit: int | None) -> tuple[list[Reading], list[Reading]]:
    """Return the readings of the dev side: in the right paragraph, and in a silent one.

    Both lists run over the same wordings in the same order; a question whose
    article has no other paragraph without its answer has an empty silent passage.
    """
    everything = wordings(folder, "dev")
    rows = spread(everything, limit)
    others = other_paragraphs([question for _, _, question in everything])
    own, silent = [], []
    for place, (kind, text, question) in enumerate(rows):
        own.append(Reading(text, *split_paragraph(question), kind))
        near = others(question) if question.start is not None else []
        passage = near[place % len(near)] if near else ""
        spans = sentence_spans(passage)
        silent.append(Reading(text, tuple(passage[a:b] for a, b in spans), NONE, kind))
    return own, silent


def line(
    kind: str, own: Sequence[Reading], judged: Judged, against: NDArray[np.float32], cut: float
) -> str:
    """Format one line of the table for the readings of one kind."""
    here = np.array([r.kind == kind and r.answer >= 0 for r in own])
    right = np.array([reading.answer for reading in own])
    yes = judged.answers[here]
    accuracy = (judged.picked[here] == right[here]).mean()
    cells = (accuracy, auroc(yes, against), (yes < cut).mean(), (against < cut).mean())
    return f"| {kind} | {here.sum()} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |"


def report(
    judged: Judged, others: Judged, own: Sequence[Reading], silent: Sequence[Reading], cut: float
) -> None:
    """Print the table from what the reader made of both lists of ``dev_readings``."""
    print("| Task | Questions | Right sentence | AUROC | False refusals | Right refusals |")
    print("|---|---|---|---|---|---|")
    for kind in ("FR-FR", "EN-FR", "EN-EN"):
        there = np.array([r.kind == kind and bool(r.sentences) for r in silent])
        print(line(kind, own, judged, others.answers[there], cut))
    trap = np.array([r.kind == "SQuAD-2" and r.answer == NONE for r in own])
    print(line("SQuAD-2", own, judged, judged.answers[trap], cut))


def main() -> None:
    """Read the arguments and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    parser.add_argument("--questions", type=int, help="at most so many of each kind")
    parser.add_argument("reader", type=Path)
    arguments = parser.parse_args()
    reader, tokenizer = load_reader(arguments.reader)
    own, silent = dev_readings(arguments.data, arguments.questions)
    judged, others = judge(reader, tokenizer, own), judge(reader, tokenizer, silent)
    report(judged, others, own, silent, arguments.threshold)


if __name__ == "__main__":
    main()
