"""Measure readers: the sentence they pick, and whether they know that nothing answers.

``python -m evaluation reader --data FOLDER READER...``

Prints, on articles kept aside from training, for French questions over French
articles (FR-FR), English over French (EN-FR) and English over English (EN-EN): the
accuracy of the sentence picked in the right paragraph; the AUROC of answerable
against unanswerable, the latter being another paragraph of the article without the
answer's text; and what a threshold refuses. The adversarial questions of SQuAD 2.0
have a line of their own, and so has the invented news of ``training.news``, where the
unanswerable questions are those written as such, each beside the sentence that comes
nearest; its statements, true and false, are the lines "claims". A reader is a folder
that ``training.calibrate`` wrote; for any other name or path, a sentence-transformers
embedder, the likest sentence is picked.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.measures import auroc
from retrieval.cross_encoder import HEADS, CrossEncoder, PassageScore, Text
from retrieval.features import sigmoid
from training.corpus import Question, plain
from training.news import read_news
from training.reading import NONE, Reading, other_paragraphs, split_paragraph, wordings
from training.sentences import sentence_at, sentence_spans

Worded = tuple[str, str, Question]
"""The kind of a question, its wording and the question: a row of ``wordings``."""
Scorer = Callable[[str, Sequence[Text]], list[PassageScore]]

AROUND = 5
"""The sentences read around an answer in the news."""

THRESHOLD = 0.3
"""The least probability that a passage answers for it to count as an answer."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a reader made of each reading: P(answers) (readings,), and the place it picked."""

    answers: NDArray[np.float32]
    picked: NDArray[np.int64]


def by_likeness(name: str) -> Scorer:
    """Return a reader that goes by the cosine of an embedder, whose log-odds mean nothing."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(name, device="cpu")

    def score(question: str, passages: Sequence[Text]) -> list[PassageScore]:
        texts = [question, *(sentence for text in passages for sentence in text.sentences)]
        asked, *rest = model.encode(texts, normalize_embeddings=True)
        cosines = iter([float(vector @ asked) for vector in rest])
        found = [tuple(next(cosines) for _ in text.sentences) for text in passages]
        return [PassageScore(max(own, default=-1.0), own) for own in found]

    return score


def scorer_of(name: str) -> Scorer:
    """Return the reader of a folder, or one that goes by an embedder's cosine."""
    reader = (Path(name) / HEADS).exists()
    return CrossEncoder(Path(name)).score if reader else by_likeness(name)


def judge(score: Scorer, readings: Sequence[Reading]) -> Judged:
    """Score every reading."""
    answers = np.zeros(len(readings), dtype=np.float32)
    picked = np.full(len(readings), NONE)
    for place, reading in enumerate(readings):
        if reading.sentences:
            found = score(reading.question, [Text(reading.title, reading.sentences)])[0]
            answers[place] = sigmoid(found.passage)
            picked[place] = int(np.argmax(found.sentences))
    return Judged(answers, picked)


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
        title = plain(question.title)
        sentences, answer, words = split_paragraph(question)
        own.append(Reading(text, sentences, answer, kind, title, words))
        near = others(question) if question.start is not None else []
        passage = near[place % len(near)] if near else ""
        spans = sentence_spans(passage)
        sentences = tuple(passage[a:b] for a, b in spans)
        silent.append(Reading(text, sentences, NONE, kind, title))
    return own, silent


def news_readings(limit: int | None = None) -> list[Reading]:
    """Return the questions and statements about news of the dev side, each in five sentences.

    At most ``limit`` of them, evenly spread, in each language.
    """
    found = []
    for article in read_news("dev"):
        spans = article.sentences
        for question in article.questions:
            (start, end), *_ = (*question.answers, question.near)
            sort = "claims" if question.states else "news"
            place = sentence_at(spans, start)
            first = max(0, min(place - AROUND // 2, len(spans) - AROUND))
            around = spans[first : first + AROUND]
            sentences = tuple(article.text[a:b] for a, b in around)
            answer = place - first if question.answers else NONE
            words = (start - spans[place][0], end - spans[place][0]) if question.answers else (0, 0)
            found += [
                Reading(text, sentences, answer, f"{sort} {language}", article.title, words)
                for language, text in question.wordings.items()
            ]
    kinds = dict.fromkeys(reading.kind for reading in found)
    each = [[reading for reading in found if reading.kind == kind] for kind in kinds]
    return [one for own in each for one in own[:: -(-len(own) // limit) if limit else 1]]


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
    name: str,
    judged: Judged,
    others: Judged,
    own: Sequence[Reading],
    silent: Sequence[Reading],
    cut: float,
) -> None:
    """Print the table from what a reader made of both lists of ``dev_readings``."""
    print(f"\n{name}\n")
    print("| Task | Questions | Right sentence | AUROC | False refusals | Right refusals |")
    print("|---|---|---|---|---|---|")
    for kind in ("FR-FR", "EN-FR", "EN-EN"):
        there = np.array([r.kind == kind and bool(r.sentences) for r in silent])
        print(line(kind, own, judged, others.answers[there], cut))
    trap = np.array([r.kind == "SQuAD-2" and r.answer == NONE for r in own])
    print(line("SQuAD-2", own, judged, judged.answers[trap], cut), flush=True)


def report_news(news: Sequence[Reading], judged: Judged, cut: float) -> None:
    """Print the lines of the questions about news, and of the statements."""
    for kind in dict.fromkeys(reading.kind for reading in news):
        trap = np.array([r.kind == kind and r.answer == NONE for r in news])
        print(line(kind, news, judged, judged.answers[trap], cut), flush=True)


def main() -> None:
    """Read the arguments and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    parser.add_argument("--questions", type=int, help="at most so many of each kind")
    parser.add_argument("--news", type=int, help="at most so many about news in each language")
    parser.add_argument("readers", nargs="+")
    arguments = parser.parse_args()
    own, silent = dev_readings(arguments.data, arguments.questions)
    news = news_readings(arguments.news)
    for name in arguments.readers:
        score = scorer_of(name)
        label = "/".join(Path(name).parts[-2:])
        report(label, judge(score, own), judge(score, silent), own, silent, arguments.threshold)
        report_news(news, judge(score, news), arguments.threshold)


if __name__ == "__main__":
    main()
