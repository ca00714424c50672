"""Figures over questions and answers: means of the measures of `evaluation.judging`."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from evaluation.cases import Case, Question
from evaluation.judging import Judge, by_gold, by_reader, coverage, is_right, precision, recall
from retrieval.types import Answer

Groups = dict[str, dict[str, list[Case]]]


@dataclass(frozen=True, slots=True)
class Figures:
    """How many questions there are, and means (0-1) over them; none where there is no question.

    `cited` is the citation recall; `precision_gold` the precision by gold alone. `fell_back`
    counts the answers that a chat model was asked for, and that were written without it.
    """

    answerable: int
    unanswerable: int
    cited: float | None
    precision: float | None
    precision_gold: float | None
    first: float | None
    likeliest: float | None
    facts: float | None
    false_refusals: float | None
    refusals: float | None
    fell_back: int = 0


def measure(asked: Sequence[tuple[Question, Answer]], judge: Judge | None = None) -> Figures:
    """Return the figures of questions with their answers."""
    judge = judge or by_reader()
    answerable = [(q, a) for q, a in asked if q["answerable"]]
    refused = [a.abstained for q, a in asked if not q["answerable"]]
    return Figures(
        answerable=len(answerable),
        unanswerable=len(refused),
        cited=_mean(recall(q, a) for q, a in answerable),
        precision=_mean(precision(q, a, judge) for q, a in answerable),
        precision_gold=_mean(precision(q, a, by_gold) for q, a in answerable),
        first=_mean(any(is_right(c, q) for c in a.citations[:1]) for q, a in answerable),
        likeliest=_mean(_likeliest_is_right(q, a) for q, a in answerable),
        facts=_mean(coverage(q, a) for q, a in answerable),
        false_refusals=_mean(a.abstained for _, a in answerable),
        refusals=_mean(refused),
        fell_back=sum(fell_back(a) for _, a in asked),
    )


def fell_back(answer: Answer) -> bool:
    """Tell whether a chat model failed, so that an answer was written as if none were set."""
    return answer.note is not None and answer.model is None


def _likeliest_is_right(question: Question, answer: Answer) -> bool:
    best = max(answer.citations, key=lambda citation: citation.score, default=None)
    return best is not None and is_right(best, question)


def _mean(values: Iterable[float | None]) -> float | None:
    given = [value for value in values if value is not None]
    return sum(given) / len(given) if given else None


def latency(seconds: Sequence[float]) -> dict[str, float]:
    """Return the median and the 95th percentile (nearest rank) of times in seconds."""
    rank = max(0, -(-95 * len(seconds) // 100) - 1)
    return {"median": statistics.median(seconds), "p95": sorted(seconds)[rank]}


def grouped(cases: Sequence[Case]) -> Groups:
    """Return the cases all together, by language, by direction and by kind."""
    keys: dict[str, Callable[[Case], str]] = {
        "all": lambda case: "all",
        "language": lambda case: case.question["language"],
        "direction": lambda case: case.direction,
        "kind": lambda case: case.question["kind"],
    }
    return {
        by: {name: [c for c in cases if key(c) == name] for name in sorted(set(map(key, cases)))}
        for by, key in keys.items()
    }
