"""The texts of a run as token rows in both languages, with the teacher's vectors."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training import student
from training.batches import Rows
from training.corpus import (
    PIAF,
    PIAF_ENGLISH,
    SQUAD_1,
    Pair,
    Question,
    read_pairs,
    read_questions,
    read_translations,
    split_of,
)
from training.teacher import Teacher, cached_vectors

HELD_OUT = 1_000
"""The last pairs of the file measure progress and are never trained on."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What is read: pairs, translated questions (pairs too), English and French alone."""

    pairs: list[Pair]
    questions: list[Pair]
    english: list[str]
    french: list[str]


def read_texts(folder: Path, limit: int | None = None) -> Texts:
    """Read the texts to train on; of the question sets, only articles on the train side."""

    def train_side(name: str) -> list[Question]:
        return [q for q in read_questions(folder / name) if split_of(q.title) == "train"]

    def alone(questions: list[Question]) -> list[str]:
        return sorted({q.paragraph for q in questions} | {q.text for q in questions})

    french, translated = train_side(PIAF), read_translations(folder / PIAF_ENGLISH)
    questions = [Pair(translated[q.id], q.text) for q in french if q.id in translated]
    return Texts(read_pairs(folder)[:limit], questions, alone(train_side(SQUAD_1)), alone(french))


class Material:
    """Token rows of both languages and the teacher's vectors, one row number for all.

    Rows 0 to ``len(french)`` are pairs; English rows go on beyond with English alone.
    """

    def __init__(self, texts: Texts, tokenizer: Tokenizer, teacher: Teacher, cache: Path) -> None:
        both = texts.pairs + texts.questions
        self.english_texts = [pair.english for pair in both] + texts.english
        self.french = Rows.of(student.encode(tokenizer, [pair.french for pair in both]))
        self.english = Rows.of(student.encode(tokenizer, self.english_texts))
        split = len(texts.pairs)
        first = cached_vectors(cache / "teacher", teacher, self.english_texts[:split])
        rest = cached_vectors(cache / "teacher-more", teacher, self.english_texts[split:])
        self.vectors = np.concatenate([first, rest])
        self.held_out = np.arange(split - HELD_OUT, split)
        self.pairs = np.setdiff1d(np.arange(len(self.french)), self.held_out)
        self.teacher = teacher

    def targets(self, rows: NDArray[np.int64]) -> torch.Tensor:
        """Return the teacher's vectors of English rows, float32 (rows, width)."""
        return torch.from_numpy(self.vectors[rows].astype(np.float32))
