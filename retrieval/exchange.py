"""Whether a question is answered better about another name: a sign of exchanged roles.

"Why did Bolt leave Acme?" looks answered where Acme left Bolt. So the question is read once more
with its names put for others that stand near the best sentence. Where one of those questions is
answered more surely, this one may take for granted what is said of somebody else. (What differs
in one place only and has another answer: Gardner et al. 2020, arXiv:2004.02709.)
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

from retrieval.cross_encoder import PassageScore, Text
from retrieval.features import Features, joint_log_odds
from retrieval.proper_names import Name, known_names, names
from retrieval.retriever import Candidate

MOST = 6  # questions read again


class Scorer(Protocol):
    """A cross-encoder."""

    def score(self, question: str, passages: Sequence[Text]) -> list[PassageScore]:
        """Score each passage."""


def exchange_features(
    question: str,
    candidates: Sequence[Candidate],
    scores: Sequence[PassageScore],
    texts: Sequence[Text],
    scorer: Scorer,
) -> Features:
    """Return how much more surely, in log-odds, the best sentence answers about another name.

    `exchange_gain` is that (negative where this question is answered more surely),
    `exchange_win` the same or 0, `exchange_best` the log-odds there, and `exchanged` 1. Nothing
    where no name can be exchanged.
    """
    best = _best_place(candidates, scores)
    if best is None:
        return {}
    place, sentence = best
    text = texts[place]
    others = list(islice(exchanged(question, text.sentences, sentence), MOST))
    if not others:
        return {}
    here = joint_log_odds(scores[place].passage, scores[place].sentences[sentence])
    there = []
    for other in others:
        (found,) = scorer.score(other, [text])
        there.append(joint_log_odds(found.passage, found.sentences[sentence]))
    gain = max(there) - here
    return {
        "exchanged": 1.0,
        "exchange_gain": gain,
        "exchange_win": max(0.0, gain),
        "exchange_best": max(there),
    }


def exchanged(question: str, sentences: Sequence[str], best: int) -> Iterator[str]:
    """Yield the question with a name put for another, those nearest to sentence `best` first."""
    order = sorted(range(len(sentences)), key=lambda place: (abs(place - best), place))
    known = known_names(sentences)
    near = [name for place in order for name in names(sentences[place], known)]
    asked = names(question, known)
    if turned := _turned(question, asked, sentences[best]):
        yield turned
    taken = {word for name in asked for word in name.words}
    done = {question}
    for new in near:
        for old in asked if taken.isdisjoint(new.words) else ():
            other = question.replace(old.text, new.text, 1)
            if other not in done:
                done.add(other)
                yield other


def _turned(question: str, asked: Sequence[Name], sentence: str) -> str | None:
    """Return the question with its first two names in each other's place, if both are told of."""
    if len(asked) < 2 or not all(name.text in sentence for name in asked[:2]):
        return None
    first, second = asked[0].text, asked[1].text
    if first in second or second in first:
        return None
    before, found, after = question.partition(first)
    if not found or second not in after:
        return None
    return before + second + after.replace(second, first, 1)


def _best_place(
    candidates: Sequence[Candidate], scores: Sequence[PassageScore]
) -> tuple[int, int] | None:
    """Return which candidate, and which of its sentences, is read as answering most surely."""
    places = [
        (joint_log_odds(scored.passage, scored.sentences[i]), -place, -i)
        for place, (candidate, scored) in enumerate(zip(candidates, scores, strict=True))
        for i, sentence in enumerate(candidate.sentences)
        if sentence.kind == "text"
    ]
    if not places:
        return None
    _, place, sentence = max(places)
    return -place, -sentence
