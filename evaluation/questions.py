"""Question sets in SQuAD's format, turned into questions over one pool of passages."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.corpus import (
    PIAF,
    PIAF_ENGLISH,
    SQUAD_1,
    Question,
    plain,
    read_questions,
    read_translations,
    split_of,
)

POOL = 219
"""The least number of passages to search, articles of the training side filling it up."""


@dataclass(frozen=True, slots=True)
class Task:
    """Questions, the passages to search, and the place of the right one for each."""

    name: str
    questions: list[str]
    passages: list[str]
    titles: list[str]
    right: NDArray[np.int64]


def make_task(
    name: str, asked: Sequence[Question], others: Sequence[Question], texts: Sequence[str]
) -> Task:
    """Build a task from the ``asked`` questions, worded as ``texts``.

    The pool is every paragraph they were asked of, filled up to :data:`POOL` with
    paragraphs of ``others``.
    """
    titles = {question.paragraph: plain(question.title) for question in asked}
    for question in others:
        if len(titles) < POOL:
            titles.setdefault(question.paragraph, plain(question.title))
    places = {passage: place for place, passage in enumerate(titles)}
    right = np.array([places[question.paragraph] for question in asked], dtype=np.int64)
    return Task(name, list(texts), list(titles), list(titles.values()), right)


def dev_tasks(folder: Path) -> list[Task]:
    """Return FR-FR, EN-FR and EN-EN over the articles of the dev side of a data folder."""
    french = list(read_questions(folder / PIAF))
    english = [q for q in read_questions(folder / SQUAD_1) if q.start is not None]
    translated = read_translations(folder / PIAF_ENGLISH)
    asked = [q for q in french if split_of(q.title) == "dev"]
    others = [q for q in french if split_of(q.title) == "train"]
    both = [q for q in asked if q.id in translated]
    english_dev = [q for q in english if split_of(q.title) == "dev"]
    return [
        make_task("FR-FR", asked, others, [q.text for q in asked]),
        make_task("EN-FR", both, others, [translated[q.id] for q in both]),
        make_task("EN-EN", english_dev, [], [q.text for q in english_dev]),
    ]
