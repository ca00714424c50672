"""What the reader learns from: a question, a passage in sentences, which one answers."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.batches import CLS, SEP
from training.corpus import (
    PIAF,
    PIAF_ENGLISH,
    SQUAD_1,
    SQUAD_2,
    Question,
    Split,
    read_questions,
    read_translations,
    split_of,
)
from training.sentences import sentence_at, sentence_spans

MAX_TOKENS = 256
NONE = -1
"""The place of the answer where no sentence holds it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question and a passage as sentences; ``answer`` is a place in them, or NONE."""

    question: str
    sentences: tuple[str, ...]
    answer: int
    kind: str
    """FR-FR, EN-FR or EN-EN, and SQuAD-2 for its adversarial questions."""
    title: str = ""
    words: tuple[int, int] = (0, 0)
    """Where the answer's words stand in their sentence: character offsets, start to end."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids of a reading, segment 1 from ``split`` on, and each sentence's span."""

    ids: NDArray[np.int32]
    split: int
    spans: tuple[tuple[int, int], ...]
    answer: int
    words: tuple[int, int]
    """First and last token of the answer's words, or (NONE, NONE)."""


def wordings(folder: Path, side: Split) -> list[tuple[str, str, Question]]:
    """Return (kind, question text, question) for every wording of every question of a side."""
    translated = read_translations(folder / PIAF_ENGLISH)
    found: list[tuple[str, str, Question]] = []
    for name, kind in ((PIAF, "FR-FR"), (SQUAD_1, "EN-EN"), (SQUAD_2, "SQuAD-2")):
        for question in read_questions(folder / name):
            if split_of(question.title) == side:
                found.append((kind, question.text, question))
                if question.id in translated:
                    found.append(("EN-FR", translated[question.id], question))
    return found


def split_paragraph(question: Question) -> tuple[tuple[str, ...], int, tuple[int, int]]:
    """Return the sentences of a question's paragraph, the place of the answer, and its words."""
    spans = sentence_spans(question.paragraph)
    sentences = tuple(question.paragraph[start:end] for start, end in spans)
    if question.start is None or question.end is None:
        return sentences, NONE, (0, 0)
    place = sentence_at(spans, question.start)
    start, end = spans[place]
    words = (max(0, question.start - start), min(question.end, end) - start)
    return sentences, place, words


def other_paragraphs(questions: Sequence[Question]) -> Callable[[Question], list[str]]:
    """Return a function that lists an article's other paragraphs without the answer's text."""
    articles: dict[str, dict[str, None]] = defaultdict(dict)
    for question in questions:
        articles[question.title][question.paragraph] = None

    def others(question: Question) -> list[str]:
        assert question.start is not None
        answer = question.paragraph[question.start : question.end].lower()
        return [
            paragraph
            for paragraph in articles[question.title]
            if paragraph != question.paragraph and answer not in paragraph.lower()
        ]

    return others


def encode(reading: Reading, tokenizer: Tokenizer, max_tokens: int = MAX_TOKENS) -> Encoded:
    """Lay a reading out as [CLS] question [SEP] title sentence sentence … [SEP].

    Sentences that do not fit are cut; a cut answer becomes NONE.
    """
    question = tokenizer.encode(reading.question, add_special_tokens=False).ids[:64]
    ids = [CLS, *question, SEP]
    split = len(ids)
    ids += tokenizer.encode(reading.title, add_special_tokens=False).ids[:32]
    spans: list[tuple[int, int]] = []
    words = (NONE, NONE)
    entries = tokenizer.encode_batch(list(reading.sentences), add_special_tokens=False)
    for place, entry in enumerate(entries):
        room = max_tokens - 1 - len(ids)
        if room < 1 or not entry.ids:
            break
        if place == reading.answer:
            words = tokens_of(entry.offsets[:room], reading.words, len(ids))
        spans.append((len(ids), len(ids) + len(entry.ids[:room])))
        ids += entry.ids[:room]
    answer = reading.answer if reading.answer < len(spans) else NONE
    return Encoded(np.array([*ids, SEP], dtype=np.int32), split, tuple(spans), answer, words)


def tokens_of(
    offsets: Sequence[tuple[int, int]], words: tuple[int, int], shift: int
) -> tuple[int, int]:
    """Return the first and last token that overlap character offsets, counted from ``shift``."""
    inside = [i for i, (start, end) in enumerate(offsets) if start < words[1] and end > words[0]]
    return (inside[0] + shift, inside[-1] + shift) if inside else (NONE, NONE)


def window(count: int, anchor: int, random: np.random.Generator) -> tuple[int, int]:
    """Return the bounds of a run of 1 to 6 of ``count`` sentences that holds one of them."""
    size = int(random.integers(1, 7))
    start = max(0, min(anchor - int(random.integers(size)), count - size))
    return start, min(count, start + size)
