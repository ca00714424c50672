"""When to refuse: `python -m evaluation refusal [FOLDER... QUESTIONS] [--out FOLDER]`.

Asks as `python -m evaluation answers` does, and prints for thresholds on the confidence what share
of the unanswerable questions would be refused and what share of the answerable ones falsely so,
with the AUROC of the confidence and the shipped threshold marked. `refusal.svg` and `refusal.png`
show the same as a curve.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.cases import Asked, add_places, ask_all, load, places
from evaluation.drawing import draw
from evaluation.measures import auroc
from index.errors import ArticleQAError

STEP = 0.05
OUT = Path("build")


class NothingToCompareError(ArticleQAError):
    """Answerable or unanswerable questions are missing."""


@dataclass(frozen=True, slots=True)
class Point:
    """A threshold (0-1) and the shares (0-1) of questions whose confidence is under it."""

    threshold: float
    refusals: float
    false_refusals: float


@dataclass(frozen=True, slots=True)
class Confidences:
    """The confidence (0-1) of each answerable (n,) and each unanswerable (m,) question."""

    name: str
    answerable: NDArray[np.float32]
    unanswerable: NDArray[np.float32]

    @property
    def auroc(self) -> float:
        """How often (0-1) an answerable question has the higher confidence, a tie counting half."""
        return auroc(self.answerable, self.unanswerable)

    def at(self, threshold: float) -> Point:
        """Return what a threshold refuses: a confidence equal to it is answered."""
        return Point(
            threshold,
            float((self.unanswerable < threshold).mean()),
            float((self.answerable < threshold).mean()),
        )

    def curve(self) -> list[Point]:
        """Return a point for each threshold that changes anything, from refusing none to all."""
        both = np.unique(np.concatenate([self.answerable, self.unanswerable]))
        return [self.at(float(t)) for t in [*both, np.nextafter(both[-1], np.float32(2))]]


def confidences(asked: Asked) -> list[Confidences]:
    """Return the confidences of all questions and of each language that has both sorts.

    Raises `NothingToCompareError` where all questions are answerable, or none is.
    """
    languages = sorted({case.question["language"] for case in asked.cases})
    found = []
    for name in ["all", *(languages if len(languages) > 1 else ())]:
        own = [c for c in asked.cases if name in ("all", c.question["language"])]
        yes, no = (
            np.array(
                [c.answer.confidence for c in own if c.question["answerable"] is sort], np.float32
            )
            for sort in (True, False)
        )
        if len(yes) and len(no):
            found.append(Confidences(name, yes, no))
    if not found or found[0].name != "all":
        raise NothingToCompareError(
            "The questions must be of both sorts, answerable and not: add those that are missing."
        )
    return found


def table(found: Sequence[Confidences], shipped: float) -> str:
    """Return the figures as text, the shipped threshold marked."""
    steps = [round(STEP * i, 2) for i in range(1, round(1 / STEP))]
    lines = [f"{'':18}" + "".join(f"{one.name:>20}" for one in found)]
    lines.append(f"{'threshold':18}" + f"{'refused  falsely':>20}" * len(found))
    for threshold in sorted({*steps, shipped}):
        mark = "  <- shipped" if threshold == shipped else ""
        points = [one.at(threshold) for one in found]
        cells = "".join(f"{p.refusals:11.2f}{p.false_refusals:9.2f}" for p in points)
        lines.append(f"{threshold:<18.4g}{cells}{mark}")
    lines.append(f"{'AUROC':18}" + "".join(f"{one.auroc:20.3f}" for one in found))
    return "\n".join(lines)


def as_shipped(asked: Asked) -> str:
    """Return in a line what was really refused, for there may be other reasons to refuse."""
    refused = {
        sort: [c.answer.abstained for c in asked.cases if c.question["answerable"] is sort]
        for sort in (True, False)
    }
    return (
        f"Refused as shipped: {sum(refused[False])} of {len(refused[False])} unanswerable, "
        f"{sum(refused[True])} of {len(refused[True])} answerable."
    )


def main() -> None:
    """Ask all questions, print the curve and draw it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_places(parser)
    parser.add_argument(
        "--out", type=Path, default=OUT, metavar="FOLDER", help="where the drawings go (build)"
    )
    options = parser.parse_intermixed_args()
    folders, questions = places(parser, options)
    try:
        asked = ask_all(folders, load(questions))
        found = confidences(asked)
    except ArticleQAError as error:
        sys.exit(str(error))
    print(table(found, asked.threshold))
    print(as_shipped(asked))
    try:
        files = draw(found, asked.threshold, options.out)
    except OSError as error:
        sys.exit(f"{error.filename} cannot be written: {error.strerror}.")
    print(*files, sep="\n")


if __name__ == "__main__":
    main()
