"""Fit how claims and sentences agree in meaning: `python -m training.agreement`.

Over the claims of the invented news of the dev side, true and false, against the sentence that
bears them out or comes nearest, and once more against another sentence of the article. The
weights are for claims whose facts all stand there: the others are found out by their facts.
Printed are shares over all claims, with verdicts as the product gives them, cross-validated: each
of `FOLDS` fits is tried on the articles that it has not seen. Written is a last fit on all.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from index.embedding import Embedder
from index.segmentation import segment
from retrieval.answering import Assistant
from retrieval.cross_encoder import bundled_cross_encoder
from retrieval.features import Features, sigmoid
from retrieval.reader import Evidence, Regression
from retrieval.reversal import turned_round
from retrieval.verdicts import AGREES, RELATED, WEIGHTS, Judge
from training.evidence import FOLDS, fold_of, regression
from training.evidence_material import article_of
from training.news import read_news
from training.sentences import sentence_at

SEED = 20261128
PARTS = {"read": ("cosine", "figures", "across", "read"), "alone": ("cosine", "figures", "across")}
"""The features of the regression with a cross-encoder, and of that without."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A claim against a sentence: what tells how they agree, and whether it is borne out.

    `kind` is "true", "false" or "elsewhere"; `holds` tells that the facts of the claim all stand
    in the sentence and that it is not turned round.
    """

    group: str
    kind: str
    meaning: Features
    holds: bool


def weigh_all(embedder: Embedder) -> Iterator[Weighed]:
    """Yield each claim of the dev side against its sentence, and against another one."""
    random = np.random.default_rng(SEED)
    for news in read_news("dev"):
        article = article_of(news)
        evidence = [Evidence(article, s, 0.0) for s in segment(article.text, article.language)]
        spans = [(e.sentence.start, e.sentence.end) for e in evidence]
        judge = Judge(embedder, bundled_cross_encoder(), evidence)
        for claim in (q for q in news.questions if q.states):
            (start, _), *_ = (*claim.answers, claim.near or (0, 0))
            places = {sentence_at(spans, answer) for answer, _ in claim.answers}
            place = sentence_at(spans, start)
            others = [p for p in range(len(spans)) if p not in places | {place}]
            other = others[int(random.integers(len(others)))]
            true = "true" if claim.answers else "false"
            for text in claim.wordings.values():
                for kind, at in ((true, place), ("elsewhere", other)):
                    meaning, facts, _ = judge.weigh(text, [evidence[at]])
                    turned = turned_round(text, [evidence[at].text])
                    yield Weighed(news.title, kind, meaning, not facts.missing and not turned)


def fit(weighed: Sequence[Weighed], part: str) -> Regression:
    """Return the regression of a part over the claims whose facts stand."""
    rows = [w for w in weighed if w.holds]
    names = PARTS[part]
    table = [{name: row.meaning[name] for name in names} for row in rows]
    return regression(table, [row.kind == "true" for row in rows])


def cross_validated(weighed: Sequence[Weighed], part: str) -> list[float]:
    """Return each claim's agreement (0-1), by a fit that has not seen its article."""
    fold = [fold_of(w.group) for w in weighed]
    fits = [
        fit([w for w, of in zip(weighed, fold, strict=True) if of != one], part)
        for one in range(FOLDS)
    ]
    return [sigmoid(fits[of].logit(w.meaning)) for w, of in zip(weighed, fold, strict=True)]


def report(weighed: Sequence[Weighed], agreement: Sequence[float]) -> Mapping[str, float]:
    """Print the share of each verdict by kind; return the shares that are supported."""
    supported = {}
    for kind in ("true", "false", "elsewhere"):
        own = [(w, a) for w, a in zip(weighed, agreement, strict=True) if w.kind == kind]
        yes = sum(w.holds and a >= AGREES for w, a in own) / len(own)
        no = sum(a < RELATED for _, a in own) / len(own)
        supported[kind] = round(yes, 3)
        print(f"{kind:10} {len(own):5} supported {yes:.3f} too far in meaning {no:.3f}")
    for name, kinds in (("all", ("true", "false", "elsewhere")), ("beside", ("true", "false"))):
        pairs = [
            (w.kind == "true", a)
            for w, a in zip(weighed, agreement, strict=True)
            if w.holds and w.kind in kinds
        ]
        labels, scores = zip(*pairs, strict=True)
        print(f"AUROC where the facts stand, {name}: {roc_auc_score(labels, scores):.3f}")
    return supported


def main() -> None:
    """Fit, print the figures and write the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    embedder = Assistant().embedder
    weighed = list(weigh_all(embedder))
    made: dict[str, object] = {
        "date": str(date.today()),
        "embedder": embedder.name,
        "claims": len(weighed),
    }
    content: dict[str, object] = {"fitted": made}
    for part in PARTS:
        print(f"\n{part}")
        made[f"supported, {part}"] = report(weighed, cross_validated(weighed, part))
        content[part] = asdict(fit(weighed, part))
    options.out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
