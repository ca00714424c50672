"""How good the answers are: `python -m evaluation answers [FOLDER... QUESTIONS]`.

Each FOLDER (or file) of articles is indexed, together, in a temporary place; QUESTIONS is a JSONL
file or a folder of them (see `evaluation.cases`). Those of this repository are taken where neither
is named. Printed over all questions, by language, by direction (the question's language over the
article's) and by kind:

- recall, precision, gold: citation recall and precision, and precision by gold alone, after ALCE
  (see `evaluation.judging`)
- first, likeliest: share of answerable questions whose citation [1], and whose citation of the
  highest score, holds a gold quote
- facts: mean share of the gold facts that the answer says
- falsely refused: share of answerable questions refused
- refused: share of unanswerable questions refused
- fell back: how many answers were written without the chat model that is set, because it failed;
  all figures of that line are then those of the model and of quotes together
- median, p95: seconds an answer takes, warm
"""

import argparse
import json
import sys
from pathlib import Path

from evaluation.cases import Question, add_places, ask_all, load, places
from evaluation.figures import measure
from evaluation.judging import JUDGED_RIGHT, by_reader, is_right
from evaluation.page import page
from evaluation.report import report, table
from index.errors import ArticleQAError

__all__ = ["Question", "is_right", "load", "main", "measure"]


def main() -> None:
    """Ask all questions, print the figures and write what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_places(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="figures and cases as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="a page that shows each case")
    parser.add_argument("--wrong", action="store_true", help="list what went wrong")
    parser.add_argument(
        "--judge", type=float, default=JUDGED_RIGHT, help="probability (0-1) the reader must give"
    )
    options = parser.parse_intermixed_args()
    folders, questions = places(parser, options)
    try:
        asked = ask_all(folders, load(questions))
    except ArticleQAError as error:
        sys.exit(str(error))
    found = report(asked, by_reader(options.judge))
    print(table(found))
    if fallen := sum(case["fell_back"] for case in found["cases"]):
        print(
            f"The chat model failed at {fallen} of {len(found['cases'])} questions: see the notes."
        )
    if not found["exact"]:
        print("Some quotes are not the text of their spans: that is a defect.")
    for case in found["cases"] if options.wrong else ():
        if case["verdict"] not in ("right", "refused"):
            print(f"{case['verdict']:16} {case['gold']['question']}")
    try:
        if options.json:
            text = json.dumps(found, ensure_ascii=False, indent=2)
            options.json.write_text(text + "\n", encoding="utf-8")
        if options.html:
            options.html.write_text(page(found), encoding="utf-8")
    except OSError as error:
        sys.exit(f"{error.filename} cannot be written: {error.strerror}.")


if __name__ == "__main__":
    main()
