"""How good the answers are: `python -m evaluation answers FOLDER... QUESTIONS`.

Each FOLDER (or file) of articles is indexed, together, in a temporary place; QUESTIONS is a JSONL
file or a folder of them (see `evaluation.cases`). Printed over all questions, by language, by
direction (the question's language over the article's) and by kind:

- recall, precision, gold: citation recall and precision, and precision by gold alone, after ALCE
  (see `evaluation.judging`)
- first, likeliest: share of answerable questions whose citation [1], and whose citation of the
  highest score, holds a gold quote
- facts: mean share of the gold facts that the answer says
- falsely refused: share of answerable questions refused
- refused: share of unanswerable questions refused
- median, p95: seconds an answer takes, warm
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evaluation.cases import Asked, Case, Question, ask_all, load
from evaluation.judging import (
    JUDGED_RIGHT,
    Judge,
    by_gold,
    by_reader,
    coverage,
    is_right,
    precision,
    recall,
    rights,
    says,
    verdict,
)
from index.errors import ArticleQAError
from retrieval.types import Answer

__all__ = ["Figures", "Question", "is_right", "load", "measure"]

Groups = dict[str, dict[str, list[Case]]]


@dataclass(frozen=True, slots=True)
class Figures:
    """How many questions there are, and means (0-1) over them; none where there is no question.

    `cited` is the citation recall; `precision_gold` the precision by gold alone.
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
    )


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


def report(asked: Asked, judge: Judge) -> dict[str, Any]:
    """Return the figures of every group and all cases, as JSON types."""
    return {
        "threshold": asked.threshold,
        "exact": all(case.exact for case in asked.cases),
        "figures": {
            by: {
                name: asdict(measure([(c.question, c.answer) for c in cases], judge))
                | {"seconds": latency([c.seconds for c in cases])}
                for name, cases in groups.items()
            }
            for by, groups in grouped(asked.cases).items()
        },
        "cases": [
            {
                "gold": case.question,
                "direction": case.direction,
                "verdict": verdict(case.question, case.answer),
                "holds_gold": [is_right(c, case.question) for c in case.answer.citations],
                "right": rights(case.question, case.answer, judge),
                "says": [
                    not case.answer.abstained and says(case.answer.text, ways)
                    for ways in case.question.get("facts", [])
                ],
                "seconds": round(case.seconds, 4),
                "exact": case.exact,
                "answer": {k: v for k, v in case.answer.to_dict().items() if k != "passages"},
            }
            for case in asked.cases
        ],
    }


COLUMNS = {
    "recall": "cited",
    "precision": "precision",
    "gold": "precision_gold",
    "first": "first",
    "likeliest": "likeliest",
    "facts": "facts",
    "falsely refused": "false_refusals",
    "refused": "refusals",
}


def rows(found: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Return the lines of the table, first the heads: what a line is of, and its cells."""
    lines = [("", ["n", *COLUMNS, "median", "p95"])]
    for groups in found["figures"].values():
        for name, f in groups.items():
            shares = [f[field] for field in COLUMNS.values()]
            cells = ["–" if share is None else f"{share:.2f}" for share in shares]
            times = [f"{f['seconds'][key]:.2f} s" for key in ("median", "p95")]
            lines.append((name, [f"{f['answerable']}+{f['unanswerable']}", *cells, *times]))
    return lines


def table(found: dict[str, Any]) -> str:
    """Return the figures as text, "20+10" being answerable and unanswerable questions."""
    lines = rows(found)
    widths = [max(len(cells[i]) for _, cells in lines) for i in range(len(lines[0][1]))]
    return "\n".join(
        f"{name:14} " + "  ".join(f"{c:>{w}}" for c, w in zip(cells, widths, strict=True))
        for name, cells in lines
    )


def main() -> None:
    """Ask all questions, print the figures and write what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("questions", type=Path, metavar="QUESTIONS")
    parser.add_argument("--json", type=Path, metavar="FILE", help="figures and cases as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="a page that shows each case")
    parser.add_argument("--wrong", action="store_true", help="list what went wrong")
    parser.add_argument(
        "--judge", type=float, default=JUDGED_RIGHT, help="probability (0-1) the reader must give"
    )
    options = parser.parse_args()
    try:
        asked = ask_all(options.articles, load(options.questions))
    except ArticleQAError as error:
        sys.exit(str(error))
    found = report(asked, by_reader(options.judge))
    print(table(found))
    if not found["exact"]:
        print("Some quotes are not the text of their spans: that is a defect.")
    for case in found["cases"] if options.wrong else ():
        if case["verdict"] not in ("right", "refused"):
            print(f"{case['verdict']:16} {case['gold']['question']}")
    if options.json:
        text = json.dumps(found, ensure_ascii=False, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")
    if options.html:
        from evaluation.page import page

        options.html.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
