"""How likely each sentence, in its passage, answers a question, and whether any does.

Two logistic regressions over what retrieval already knows (cosines, words in common, the kind of
answer asked for), so that reading costs no further model call: one scores sentences, the other
tells from the best of them whether the question can be answered at all. `evidence.json` holds
their weights and the threshold, fitted by `python -m training.evidence`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from index.types import Article, Sentence
from retrieval.cues import asked_for, shows
from retrieval.retriever import Candidate, Query
from retrieval.words import alike, fold, names_and_numbers, words

WEIGHTS = Path(__file__).parent / "evidence.json"
Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence with the probability (0-1) that it answers the question.

    `context` (0-1) is how much the sentences around it are about the question; `gives_reason`
    tells that a reason was asked for and the sentence looks like one.
    """

    article: Article
    sentence: Sentence
    probability: float
    context: float = 0.0
    gives_reason: bool = False

    @property
    def text(self) -> str:
        """The sentence's exact text."""
        return self.article.text[self.sentence.start : self.sentence.end]


@dataclass(frozen=True, slots=True)
class Reading:
    """Sentences, the likeliest first, and the probability (0-1) that there is an answer."""

    evidence: tuple[Evidence, ...]
    confidence: float


class Reader(Protocol):
    """What an answer needs of a reader."""

    @property
    def threshold(self) -> float:
        """The confidence (0-1) below which the sentences are no answer."""

    def read(self, query: Query, candidates: Sequence[Candidate]) -> Reading:
        """Return the quotable sentences of the candidates, scored."""


@dataclass(frozen=True, slots=True)
class Regression:
    """Logistic regression: 1 / (1 + exp(-(bias + weights · features))); unnamed features are 0."""

    bias: float
    weights: Mapping[str, float]

    def logit(self, features: Mapping[str, float]) -> float:
        """Return the log-odds."""
        return self.bias + sum(self.weights.get(name, 0.0) * x for name, x in features.items())


@dataclass(frozen=True, slots=True)
class LinearReader:
    """One regression for sentences, one for the question as a whole."""

    sentence: Regression
    question: Regression
    threshold: float

    def read(self, query: Query, candidates: Sequence[Candidate]) -> Reading:
        """Return the sentences of running text, the likeliest first, and the confidence."""
        described = describe(query, candidates)
        if not described:
            return Reading((), 0.0)
        logits = [self.sentence.logit(features) for *_, features in described]
        found = {
            (candidate.passage.article.id, sentence.start): Evidence(
                candidate.passage.article,
                sentence,
                sigmoid(logit),
                features["context_cosine"] * features["context_names"],
                bool(features.get("shows_reason")),
            )
            for (candidate, sentence, features), logit in zip(described, logits, strict=True)
        }
        evidence = tuple(sorted(found.values(), key=lambda e: -e.probability))
        overall = summarise([features for *_, features in described], logits)
        return Reading(evidence, sigmoid(self.question.logit(overall)))


@cache
def bundled_reader(path: Path = WEIGHTS) -> LinearReader:
    """Return the reader whose weights come with the package."""
    fitted = json.loads(path.read_text(encoding="utf-8"))
    sentence, question = (Regression(**fitted[part]) for part in ("sentence", "question"))
    return LinearReader(sentence, question, fitted["threshold"])


def describe(
    query: Query, candidates: Sequence[Candidate]
) -> list[tuple[Candidate, Sentence, Features]]:
    """Return each quotable sentence of the candidates with its features, by name."""
    asked = asked_for(fold(query.text))
    names = names_and_numbers(query.text)
    best_cosine = max((max(c.sentence_cosines) for c in candidates), default=0.0)
    described = []
    for rank, candidate in enumerate(candidates):
        article = candidate.passage.article
        texts = [article.text[s.start : s.end] for s in candidate.sentences]
        own_words = [set(words(text)) for text in texts]
        passage_words = set(words(article.title)).union(*own_words)
        across = float(article.language != query.language)
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
        for i, sentence in enumerate(candidate.sentences):
            if sentence.kind != "text":
                continue
            near, context = slice(max(0, i - 1), i + 2), slice(max(0, i - 2), i + 3)
            near_words = set().union(*own_words[near])
            cosine, overlap = candidate.sentence_cosines[i], _found(query.terms, own_words[i])
            near_overlap = _found(query.terms, near_words)
            own = {
                "cosine": cosine,
                "cosine_gap": best_cosine - cosine,
                "cosine_across": cosine * across,
                "near_cosine": max(candidate.sentence_cosines[near]),
                "overlap": overlap,
                "overlap_across": overlap * across,
                "near_overlap": near_overlap,
                "names": _found(names, own_words[i]),
                "near_names": _found(names, near_words),
                "context_cosine": max(0.0, *candidate.sentence_cosines[context]),
                "context_names": _found(names, set().union(*own_words[context])) if names else 1.0,
                "length": math.log1p(len(own_words[i])) / 4,
            }
            own |= _cue_features(texts[i], asked, near_overlap)
            described.append((candidate, sentence, shared | own))
    return described


def _cue_features(text: str, asked: frozenset[str], near_overlap: float) -> Features:
    """Return which kinds are asked for, shown, and shown close to the question's words."""
    folded = fold(text) if asked else ""
    features = {}
    for kind in asked:
        shown = float(shows(kind, text, folded))
        features[f"asks_{kind}"] = 1.0
        features[f"shows_{kind}"] = shown
        features[f"shows_{kind}_near"] = shown * near_overlap
    return features


def _found(wanted: Sequence[str], among: set[str]) -> float:
    """Return which share (0-1) of the words wanted stands among others, inflected or not."""
    if not wanted:
        return 0.0
    hits = sum(word in among or any(alike(word, other) for other in among) for word in wanted)
    return hits / len(wanted)


def summarise(rows: Sequence[Features], logits: Sequence[float]) -> Features:
    """Return the features of a question as a whole, from those of its sentences (one or more)."""
    order = sorted(range(len(rows)), key=lambda i: -logits[i])
    best = rows[order[0]]
    rivals = [logits[i] for i in order[1:6]] or [logits[order[0]]]
    kept = (
        "chunk_cosine cosine near_cosine overlap near_overlap passage_overlap names near_names "
        "names_missing has_names across cosine_across terms"
    )
    return {name: best.get(name, 0.0) for name in kept.split()} | {
        "logit": logits[order[0]],
        "margin": logits[order[0]] - sum(rivals) / len(rivals),
        "best_cosine": max(row["cosine"] for row in rows),
        "best_chunk_cosine": max(row["chunk_cosine"] for row in rows),
        "best_overlap": max(row["passage_overlap"] for row in rows),
        "fewest_names_missing": min(row["names_missing"] for row in rows),
    }


def sigmoid(logit: float) -> float:
    """Return 1 / (1 + exp(-logit)), without overflow."""
    if logit < 0:
        power = math.exp(max(logit, -700.0))
        return power / (1.0 + power)
    return 1.0 / (1.0 + math.exp(-logit))
