"""Fit the reader's weights and threshold: `python -m training.evidence --help`.

Questions with answer spans (SQuAD format) are asked of an index of their articles. Every sentence
of the best passages is a row; it is positive if it holds the answer. Each question is asked in
several settings, some of which make it unanswerable. The threshold is set on the questions about
news (see `training.news`), which is what the product is asked about. Only articles of the dev side
are asked about: the bundled models have learnt those of the other side by heart, and their scores
there would deceive. The printed figures are cross-validated: `FOLDS` fits, each tried on the
articles that it has not seen. The weights written are those of a last fit on all of them.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.types import digest_of
from retrieval.answering import Assistant
from retrieval.features import Features, sigmoid, summarise
from retrieval.reader import WEIGHTS, Regression
from training.corpus import PIAF, PIAF_ENGLISH, SQUAD_1, SQUAD_2, read_translations, split_of
from training.evidence_material import SEED, Asked, Read, load, load_news, read

FOLDS = 5
FALSE_REFUSALS = 0.05  # share of answerable questions that the threshold may refuse
NEWS_WEIGHT = 4.0  # what a question about news counts in the fit of the question as a whole


def fit(reads: Sequence[Read]) -> tuple[Regression, Regression]:
    """Return the regression of sentences, and that of questions as a whole."""
    sentence = regression(
        [row for r in reads for row in r.rows], [label for r in reads for label in r.labels]
    )
    overall = [_summary(r, [sentence.logit(row) for row in r.rows]) for r in reads]
    weights = [NEWS_WEIGHT if r.news else 1.0 for r in reads]
    return sentence, regression(overall, [r.answerable for r in reads], weights)


def _summary(read: Read, logits: Sequence[float]) -> Features:
    return summarise(read.rows, logits) | read.otherwise


def regression(
    rows: Sequence[Features], labels: Sequence[bool], weights: Sequence[float] | None = None
) -> Regression:
    """Fit a logistic regression (L2, C = 1) to rows of features and their labels."""
    names = sorted({name for row in rows for name in row})
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    model = LogisticRegression(C=1.0, max_iter=3000).fit(table, np.array(labels), weights)
    fitted = {n: round(float(w), 4) for n, w in zip(names, model.coef_[0], strict=True)}
    return Regression(round(float(model.intercept_[0]), 4), fitted)


@dataclass(frozen=True, slots=True)
class Judged:
    """One question judged by a fit that has not seen its article."""

    direction: str
    answerable: bool
    confidence: float
    right: bool


def cross_validate(reads: dict[str, list[Read]]) -> Iterator[Judged]:
    """Yield every question, judged by a fit on the articles of the other folds."""
    everything = [(direction, r) for direction, rs in reads.items() for r in rs]
    for fold in range(FOLDS):
        sentence, question = fit([r for _, r in everything if fold_of(r.group) != fold])
        for direction, r in everything:
            if fold_of(r.group) == fold:
                logits = [sentence.logit(row) for row in r.rows]
                confidence = sigmoid(question.logit(_summary(r, logits)))
                right = r.labels[int(np.argmax(logits))]
                yield Judged(direction, r.answerable, confidence, right)


def fold_of(title: str) -> int:
    """Return which of the `FOLDS` an article is in (0 to `FOLDS` - 1), the same in every run."""
    return int(digest_of(title)[:6], 16) % FOLDS


def threshold_of(judged: Sequence[Judged]) -> float:
    """Return the confidence under which `FALSE_REFUSALS` of the answerable questions lie."""
    answerable = [j.confidence for j in judged if j.answerable]
    return round(float(np.quantile(answerable, FALSE_REFUSALS)), 4)


def figures(judged: Sequence[Judged], threshold: float) -> dict[str, float]:
    """Return shares (0-1) over questions: the first sentence right, refusals, and AUROC."""
    scores: NDArray[np.float64] = np.array([j.confidence for j in judged])
    answerable = np.array([j.answerable for j in judged])
    return {
        "questions": len(judged),
        "first_sentence": round(float(np.mean([j.right for j in judged if j.answerable])), 3),
        "auroc": round(float(roc_auc_score(answerable, scores)), 3),
        "false_refusals": round(float(np.mean(scores[answerable] < threshold)), 3),
        "refusals": round(float(np.mean(scores[~answerable] < threshold)), 3),
    }


def main() -> None:
    """Fit, print the figures of each direction, and write the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the SQuAD-format files")
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes, kept")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--limit", type=int, default=260, help="questions of each data set")
    parser.add_argument("--news", type=int, default=640, help="questions about news a language")
    options = parser.parse_args()
    piaf = load([options.data / PIAF], "fr", read_translations(options.data / PIAF_ENGLISH))
    squad = load([options.data / SQUAD_1, options.data / SQUAD_2], "en", {})
    news = load_news()
    reads = {}
    for direction, asked, language in (
        ("FR-FR", piaf, "fr"),
        ("EN-FR", piaf, "en"),
        ("EN-EN", squad, "en"),
        ("news fr", news, "fr"),
        ("news en", news, "en"),
    ):
        mine = [a for a in asked if a.language == language and split_of(_title(a)) == "dev"]
        limit = options.news if asked is news else options.limit
        chosen = random.Random(SEED).sample(mine, min(limit, len(mine)))
        about_news = asked is news
        folder = "news" if about_news else asked[0].article.language
        reads[direction] = read(asked, chosen, options.work / folder, news=about_news)
    judged = list(cross_validate(reads))
    over_news = [j for j in judged if j.direction.startswith("news")]
    threshold = threshold_of(over_news)
    for direction in reads:
        shown = figures([j for j in judged if j.direction == direction], threshold)
        print(f"{direction:7}", json.dumps(shown))
    total = figures(judged, threshold)
    print("all    ", json.dumps(total))
    print("news   ", json.dumps(figures(over_news, threshold)))
    sentence, question = fit([r for rs in reads.values() for r in rs])
    fitted = {
        "fitted": {"date": str(date.today()), "embedder": Assistant().embedder.name, **total},
        "threshold": threshold,
        "sentence": asdict(sentence),
        "question": asdict(question),
    }
    options.out.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


def _title(asked: Asked) -> str:
    return asked.article.source


if __name__ == "__main__":
    main()
