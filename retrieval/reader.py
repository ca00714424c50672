"""How likely each sentence, in its passage, answers a question, and whether any does.

Two logistic regressions over what the cross-encoder reads and what retrieval already knows
(cosines, words in common, the kind of answer asked for): one scores sentences, the other tells
from the best of them whether the question can be answered at all. `evidence.json` holds their
weights and the threshold, fitted by `python -m training.evidence`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from index.types import Article, Sentence
from retrieval.cross_encoder import PassageScore, Text, Words, bundled_cross_encoder
from retrieval.exchange import Scorer, exchange_features
from retrieval.features import Features, describe, sigmoid, summarise
from retrieval.presupposition import presupposition_features
from retrieval.retriever import Candidate, Query
from retrieval.second_look import look_again, with_looks

WEIGHTS = Path(__file__).parent / "evidence.json"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence with the probability (0-1) that it answers the question.

    `context` (0-1) is how much the sentences around it are about the question; `gives_reason`
    tells that a reason was asked for and the sentence looks like one. `words` are the answer
    within it, where the cross-encoder marks some.
    """

    article: Article
    sentence: Sentence
    probability: float
    context: float = 0.0
    gives_reason: bool = False
    words: Words | None = None

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
    """One regression for sentences, one for the question as a whole.

    `cross_encoder` scores passages; without one, its features are 0.
    """

    sentence: Regression
    question: Regression
    threshold: float
    cross_encoder: Scorer | None = None

    def read(self, query: Query, candidates: Sequence[Candidate]) -> Reading:
        """Return the sentences of running text, the likeliest first, and the confidence."""
        scores = self.score(query, candidates)
        described = self.describe(query, candidates, scores)
        marked = {id(c): score for c, score in zip(candidates, scores, strict=True)}
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
                words_of(candidate, sentence, marked[id(candidate)]),
            )
            for (candidate, sentence, features), logit in zip(described, logits, strict=True)
        }
        evidence = tuple(sorted(found.values(), key=lambda e: -e.probability))
        overall = summarise([features for *_, features in described], logits)
        overall |= self.read_otherwise(query, candidates, scores)
        return Reading(evidence, sigmoid(self.question.logit(overall)))

    def describe(
        self, query: Query, candidates: Sequence[Candidate], scores: Sequence[PassageScore]
    ) -> list[tuple[Candidate, Sentence, Features]]:
        """Return each quotable sentence with its features, the likeliest of them read again."""
        described = describe(query, candidates, scores)
        if self.cross_encoder is None:
            return described
        looks = look_again(query.text, candidates, scores, self.cross_encoder)
        return with_looks(described, looks)

    def read_otherwise(
        self, query: Query, candidates: Sequence[Candidate], scores: Sequence[PassageScore]
    ) -> Features:
        """Return what two other readings tell, if there is a cross-encoder.

        One is of the question about other names, one of what it takes for granted.
        """
        if self.cross_encoder is None:
            return {}
        texts = [text_of(candidate) for candidate in candidates]
        scorer = self.cross_encoder
        return exchange_features(
            query.text, candidates, scores, texts, scorer
        ) | presupposition_features(query.text, scores, texts, scorer)

    def warm_up(self) -> None:
        """Load the cross-encoder now."""
        if self.cross_encoder is not None:
            self.cross_encoder.score("ready?", [Text("", ("Yes.",))])

    def score(self, query: Query, candidates: Sequence[Candidate]) -> list[PassageScore]:
        """Return what the cross-encoder makes of each candidate."""
        if self.cross_encoder is None:
            return [PassageScore(0.0, (0.0,) * len(c.sentences)) for c in candidates]
        return self.cross_encoder.score(query.text, [text_of(c) for c in candidates])


def text_of(candidate: Candidate) -> Text:
    """Return a candidate as the cross-encoder reads it."""
    article = candidate.passage.article
    sentences = tuple(article.text[s.start : s.end] for s in candidate.sentences)
    return Text(article.title, sentences)


def words_of(candidate: Candidate, sentence: Sentence, score: PassageScore) -> Words | None:
    """Return the words that a score marks in a sentence of its candidate."""
    place = candidate.sentences.index(sentence)
    return score.words[place] if place < len(score.words) else None


@cache
def bundled_reader(path: Path = WEIGHTS) -> LinearReader:
    """Return the reader whose weights come with the package."""
    fitted = json.loads(path.read_text(encoding="utf-8"))
    sentence, question = (Regression(**fitted[part]) for part in ("sentence", "question"))
    return LinearReader(sentence, question, fitted["threshold"], bundled_cross_encoder())
