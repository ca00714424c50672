"""How good the answers are: `python -m evaluation answers ARTICLES QUESTIONS`.

ARTICLES is a file or folder to index in a temporary folder, QUESTIONS a JSONL file with one
question a line: `question`, `language`, `answerable`, and `must_cite`, a list of alternatives, each
a list of words that a right sentence holds. Printed a language:

- cited: share of answerable questions with a right sentence among the citations
- first: share whose likeliest citation is right
- false refusals: share of answerable questions refused
- refusals: share of unanswerable questions refused
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.answering import Assistant
from retrieval.types import Answer, Citation

Question = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares (0-1) over the questions of one language, and how many there are."""

    answerable: int
    unanswerable: int
    cited: float
    first: float
    false_refusals: float
    refusals: float


def is_right(citation: Citation, question: Question) -> bool:
    """Tell whether a citation holds all words of one of the question's alternatives."""
    quote = citation.quote.casefold()
    return any(all(w.casefold() in quote for w in words) for words in question["must_cite"])


def measure(asked: Sequence[tuple[Question, Answer]]) -> Figures:
    """Return the figures of questions with their answers."""
    answerable = [(q, a) for q, a in asked if q["answerable"]]
    refused = [a.abstained for q, a in asked if not q["answerable"]]
    cited = [any(is_right(c, q) for c in a.citations) for q, a in answerable]
    first = [
        bool(a.citations) and is_right(max(a.citations, key=lambda c: c.score), q)
        for q, a in answerable
    ]
    return Figures(
        len(answerable),
        len(refused),
        _share(cited),
        _share(first),
        _share([a.abstained for _, a in answerable]),
        _share(refused),
    )


def load(path: Path) -> list[Question]:
    """Return the questions of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def main() -> None:
    """Ask all questions and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list what went wrong")
    options = parser.parse_args()
    questions = load(options.questions)
    with tempfile.TemporaryDirectory() as home:
        assistant = Assistant(home)
        assistant.add(options.articles)
        asked = [(q, assistant.answer(q["question"])) for q in questions]
        assistant.close()
    print(f"{'':8} {'n':>7} {'cited':>6} {'first':>6} {'false refusals':>15} {'refusals':>9}")
    for language in sorted({q["language"] for q in questions}):
        f = measure([(q, a) for q, a in asked if q["language"] == language])
        count = f"{f.answerable}+{f.unanswerable}"
        print(
            f"{language:8} {count:>7} {f.cited:6.2f} {f.first:6.2f} "
            f"{f.false_refusals:15.2f} {f.refusals:9.2f}"
        )
    for question, answer in asked if options.wrong else ():
        right = any(is_right(c, question) for c in answer.citations)
        if right != question["answerable"] or answer.abstained == question["answerable"]:
            print(f"{'refused' if answer.abstained else 'wrong':8} {question['question']}")


if __name__ == "__main__":
    main()
