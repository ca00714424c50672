"""The likeliest sentences read once more, each amid its neighbours.

Chunks cut an article where they are full, so that a sentence may be read without the one before
that says whom it means. A second reading, with what stands around the sentence, is another view
of it; the regressions weigh both. (Reading a text in several windows and combining the scores is
as in Wang et al. 2019, "Multi-passage BERT", arXiv:1908.08167, and Dai and Callan 2019,
arXiv:1905.09217.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.types import Article, Sentence
from retrieval.cross_encoder import PassageScore, Text
from retrieval.exchange import Scorer
from retrieval.features import Features, clipped, joint_log_odds
from retrieval.neighbours import window
from retrieval.retriever import Candidate

AGAIN = 4  # sentences read again

Place = tuple[str, int]
"""An article's id, and where a sentence starts in it."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a sentence's own window gave: its passage's log-odds, the logarithm of its share."""

    passage: float
    share: float


Looks = Mapping[Place, Look]


def look_again(
    question: str,
    candidates: Sequence[Candidate],
    scores: Sequence[PassageScore],
    scorer: Scorer,
) -> Looks:
    """Read the likeliest sentences of the candidates again, each in a window of its own."""
    places: dict[Place, tuple[float, Article, Sentence]] = {}
    for candidate, scored in zip(candidates, scores, strict=True):
        article = candidate.passage.article
        for sentence, share in zip(candidate.sentences, scored.sentences, strict=True):
            if sentence.kind == "text":
                likely = joint_log_odds(scored.passage, share)
                places[article.id, sentence.start] = (likely, article, sentence)
    best = sorted(places, key=lambda place: -places[place][0])[:AGAIN]
    windows = [_text(*places[place][1:]) for place in best]
    found = scorer.score(question, [text for text, _ in windows])
    return {
        place: Look(scored.passage, scored.sentences[own])
        for place, scored, (_, own) in zip(best, found, windows, strict=True)
    }


def _text(article: Article, sentence: Sentence) -> tuple[Text, int]:
    around, own = window(article, sentence)
    return Text(article.title, tuple(article.text[s.start : s.end] for s in around)), own


def with_looks(
    described: Sequence[tuple[Candidate, Sentence, Features]], looks: Looks
) -> list[tuple[Candidate, Sentence, Features]]:
    """Add to the features of each sentence what its own window gave.

    `again` and `again_passage` are log-odds as `read` and `read_passage` are, and equal those where
    a sentence was not read again; `looked` tells that it was.
    """
    return [
        (
            candidate,
            sentence,
            features | _features(features, looks.get(_place(candidate, sentence))),
        )
        for candidate, sentence, features in described
    ]


def _features(first: Features, look: Look | None) -> Features:
    if look is None:
        return {"again": first["read"], "again_passage": first["read_passage"]}
    again = joint_log_odds(look.passage, look.share)
    passage = clipped(look.passage)
    return {"again": again, "again_passage": passage, "looked": 1.0}


def _place(candidate: Candidate, sentence: Sentence) -> Place:
    return candidate.passage.article.id, sentence.start
