"""How likely a sentence, in its passage, answers a question.

Logistic regression over what retrieval already knows (cosines, words in common, the kind of
answer asked for), so that it costs no further model call. `evidence.json` holds the weights and
the threshold, fitted by `python -m training.evidence`; probabilities are calibrated by the fit.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from index.types import Article, Sentence
from retrieval.cues import KINDS, asked_for, shows
from retrieval.retriever import Candidate, Query
from retrieval.words import alike, fold, names_and_numbers, words

WEIGHTS = Path(__file__).parent / "evidence.json"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence with the probability (0-1) that it answers the question."""

    article: Article
    sentence: Sentence
    probability: float

    @property
    def text(self) -> str:
        """The sentence's exact text."""
        return self.article.text[self.sentence.start : self.sentence.end]


class Reader(Protocol):
    """What an answer needs of a reader."""

    @property
    def threshold(self) -> float:
        """The probability (0-1) below which the best sentence is no answer."""

    def read(self, query: Query, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        """Return the quotable sentences of the candidates, the likeliest answer first."""


@dataclass(frozen=True, slots=True)
class LinearReader:
    """Logistic regression: 1 / (1 + exp(-(bias + weights · features)))."""

    weights: dict[str, float]
    bias: float
    threshold: float

    def read(self, query: Query, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        """Return the sentences of running text with their probabilities, likeliest first."""
        found: dict[tuple[str, int], Evidence] = {}
        for candidate, sentence, features in describe(query, candidates):
            logit = self.bias + sum(self.weights.get(name, 0.0) * x for name, x in features.items())
            article = candidate.passage.article
            found[article.id, sentence.start] = Evidence(article, sentence, _sigmoid(logit))
        return tuple(sorted(found.values(), key=lambda e: -e.probability))


@cache
def bundled_reader(path: Path = WEIGHTS) -> LinearReader:
    """Return the reader whose weights come with the package."""
    fitted = json.loads(path.read_text(encoding="utf-8"))
    return LinearReader(fitted["weights"], fitted["bias"], fitted["threshold"])


def describe(
    query: Query, candidates: Sequence[Candidate]
) -> list[tuple[Candidate, Sentence, dict[str, float]]]:
    """Return each quotable sentence of the candidates with its features, by name."""
    question_kinds = asked_for(fold(query.text))
    names = names_and_numbers(query.text)
    best_cosine = max((max(c.sentence_cosines) for c in candidates), default=0.0)
    described = []
    for rank, candidate in enumerate(candidates):
        passage_words = set(
            words(f"{candidate.passage.article.title} {candidate.passage.chunk.text}")
        )
        across = float(candidate.passage.article.language != query.language)
        shared = {
            "chunk_cosine": candidate.chunk_cosine,
            "passage_score": candidate.passage.score,
            "rank": 1.0 / (1 + rank),
            "passage_overlap": _found(query.terms, passage_words),
            "names_missing": 1.0 - _found(names, passage_words) if names else 0.0,
            "has_names": float(bool(names)),
            "across": across,
            "terms": min(len(query.terms), 8) / 8,
        }
        for sentence, cosine in zip(candidate.sentences, candidate.sentence_cosines, strict=True):
            if sentence.kind == "text":
                own = _own_features(
                    query, candidate.passage.article, sentence, question_kinds, names
                )
                own |= {"cosine": cosine, "cosine_gap": best_cosine - cosine}
                own["cosine_across"] = cosine * across
                own["overlap_across"] = own["overlap"] * across
                described.append((candidate, sentence, shared | own))
    return described


def _own_features(
    query: Query, article: Article, sentence: Sentence, kinds: frozenset[str], names: list[str]
) -> dict[str, float]:
    text = article.text[sentence.start : sentence.end]
    folded = fold(text)
    own_words = set(words(text))
    features = {
        "overlap": _found(query.terms, own_words),
        "names_in_sentence": _found(names, own_words),
        "length": math.log1p(len(own_words)) / 4,
    }
    for kind in KINDS:
        if kind in kinds:
            features[f"asks_{kind}"] = 1.0
            features[f"shows_{kind}"] = float(shows(kind, text, folded))
    return features


def _found(wanted: Sequence[str], among: set[str]) -> float:
    """Return which share (0-1) of the words wanted stands among others, inflected or not."""
    if not wanted:
        return 0.0
    hits = sum(word in among or any(alike(word, other) for other in among) for word in wanted)
    return hits / len(wanted)


def _sigmoid(logit: float) -> float:
    if logit < -700:
        return 0.0
    return 1.0 / (1.0 + math.exp(-logit))
