"""Draws what the reader learns from: questions, passages that answer them, others that do not."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.corpus import Question, plain
from training.reading import (
    NONE,
    Reading,
    other_paragraphs,
    split_paragraph,
    window,
    wordings,
)
from training.sentences import sentence_spans

TITLED, CUT, SWAPPED, NEAR = 0.7, 0.4, 0.7, 0.5
"""How many readings show the article's title; of the questions that can be answered, for how
many the answer's sentence is cut out, and a name or number is put for another; and how many of
those others the paragraph names itself, elsewhere."""

NAME = re.compile(r"(?<=[\s'’])(?:[A-ZÀ-Ý][\w-]+(?:\s+[A-ZÀ-Ý][\w-]+)*|\d[\d.,]*\d)")


def names_by_kind(rows: Sequence[tuple[str, str, Question]]) -> dict[str, list[str]]:
    """Return the names and numbers in the questions of each kind, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for kind, text, _ in rows:
        found[kind] += NAME.findall(text)
    return found


def swapped(
    text: str, paragraph: str, names: Sequence[str], random: np.random.Generator
) -> str | None:
    """Return a question about something else: a name or number in it put for another one.

    None where it holds none, or chance finds none that the paragraph does not name as well.
    """
    own = NAME.findall(text)
    if not own or not names:
        return None
    old = own[int(random.integers(len(own)))]
    new = names[int(random.integers(len(names)))]
    if new.lower() in paragraph.lower() or new in text or new[0].isdigit() != old[0].isdigit():
        return None
    return text.replace(old, new)


def reversed_roles(text: str, question: Question, random: np.random.Generator) -> str | None:
    """Return a question in which one name or number of its paragraph stands for another.

    Two that it holds change places, or one is put for one that it does not hold and that is no
    part of its answer. What then is asked is about what the paragraph names, and not in it.
    """
    own = list(dict.fromkeys(NAME.findall(text)))
    if len(own) > 1 and own[0][0].isdigit() == own[1][0].isdigit() and random.random() < 0.5:
        parts = text.split(own[0], 1)
        return str(own[1].join([parts[0], parts[1].replace(own[1], own[0], 1)]))
    answer = question.paragraph[question.start : question.end]
    others = [
        found[0]
        for found in NAME.finditer(question.paragraph)
        if question.paragraph[found.start() - 2] not in ".!?:"  # else the first word of a sentence
        and found[0] not in text
        and found[0] not in answer
    ]
    if not own or not others:
        return None
    old, new = (group[int(random.integers(len(group)))] for group in (own, others))
    return str(text.replace(old, new)) if old[0].isdigit() == new[0].isdigit() else None


class Sampler:
    """Draws training readings: each question with its passage, and with one that is silent.

    ``share`` is that of the questions asked in an epoch, ``english_share`` that of those of
    SQuAD 1.1 among them.
    """

    def __init__(
        self, folder: Path, seed: int, share: float = 1.0, english_share: float = 0.3
    ) -> None:
        self.rows = wordings(folder, "train")
        self.random = np.random.default_rng(seed)
        self.shares = defaultdict(lambda: share, {"EN-EN": share * english_share})
        self.others = other_paragraphs([question for _, _, question in self.rows])
        self.names = names_by_kind(self.rows)
        self.french = sorted({q.paragraph for kind, _, q in self.rows if kind == "FR-FR"})
        self.english = sorted({q.paragraph for kind, _, q in self.rows if kind == "EN-EN"})

    def window(self, sentences: tuple[str, ...], answer: int) -> tuple[tuple[str, ...], int]:
        """Cut a passage to 1 to 6 sentences at random, keeping the answer's where there is one."""
        anchor = answer if answer >= 0 else int(self.random.integers(len(sentences)))
        start, end = window(len(sentences), anchor, self.random)
        return sentences[start:end], answer - start if answer >= 0 else NONE

    def silent(self, kind: str, question: Question) -> tuple[str, ...]:
        """Choose a passage that does not answer: mostly of the same article."""
        near = self.others(question)
        if not near or self.random.random() < 0.15:
            pool = self.french if kind in ("FR-FR", "EN-FR") else self.english
            near = [pool[int(self.random.integers(len(pool)))]]
        chosen = near[int(self.random.integers(len(near)))]
        return tuple(chosen[start:end] for start, end in sentence_spans(chosen))

    def epoch(self) -> list[Reading]:
        """Return the readings of one pass."""
        readings = []
        for kind, text, question in self.rows:
            if self.random.random() > self.shares[kind]:
                continue
            sentences, answer, words = split_paragraph(question)
            title = plain(question.title) if self.random.random() < TITLED else ""
            readings.append(Reading(text, *self.window(sentences, answer), kind, title, words))
            if answer >= 0 and kind != "SQuAD-2":
                passage, _ = self.window(self.silent(kind, question), NONE)
                readings.append(Reading(text, passage, NONE, kind, title))
                if len(sentences) > 2 and self.random.random() < CUT:
                    rest = sentences[:answer] + sentences[answer + 1 :]
                    readings.append(Reading(text, self.window(rest, NONE)[0], NONE, kind, title))
                if self.random.random() < SWAPPED:
                    if self.random.random() < NEAR:
                        other = reversed_roles(text, question, self.random)
                    else:
                        other = swapped(text, question.paragraph, self.names[kind], self.random)
                    passage, _ = self.window(sentences, answer)
                    if other:
                        readings.append(Reading(other, passage, NONE, kind, title))
        return readings
