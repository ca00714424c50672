"""What tells whether a sentence answers a question: numbers by name, for `retrieval.reader`."""

import math
from collections.abc import Sequence

from index.types import Sentence
from retrieval.cross_encoder import PassageScore
from retrieval.cues import KINDS, asked_for, shows
from retrieval.retriever import Candidate, Query
from retrieval.words import alike, fold, names_and_numbers, words

Features = dict[str, float]
CUES = ("asks", "lacks")
FAR = 12.0  # log-odds beyond this say no more


def describe(
    query: Query, candidates: Sequence[Candidate], scores: Sequence[PassageScore]
) -> list[tuple[Candidate, Sentence, Features]]:
    """Return each quotable sentence of the candidates with its features, by name.

    `scores` are what the cross-encoder makes of each candidate.
    """
    asked = asked_for(query.text)
    names = names_and_numbers(query.text)
    best_cosine = max((max(c.sentence_cosines) for c in candidates), default=0.0)
    best_passage = max((score.passage for score in scores), default=0.0)
    described = []
    for rank, (candidate, scored) in enumerate(zip(candidates, scores, strict=True)):
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
            "read_passage": clipped(scored.passage),
            "read_weakest": scored.weakest,
            "read_covered": scored.covered,
            "read_passage_gap": clipped(best_passage - scored.passage),
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
                "read": joint_log_odds(scored.passage, scored.sentences[i]),
                "read_share": clipped(scored.sentences[i]),
            }
            own |= _cue_features(texts[i], asked, near_overlap)
            described.append((candidate, sentence, shared | own))
    return described


def joint_log_odds(passage: float, share: float) -> float:
    """Return the log-odds (-12 to 12) that a sentence answers.

    `passage` are those that its passage does, and `share` is the logarithm of the sentence's part.
    """
    probability = sigmoid(passage) * math.exp(share)
    return clipped(math.log(max(probability, 1e-9) / max(1 - probability, 1e-9)))


def clipped(log_odds: float) -> float:
    """Return log-odds within -FAR and FAR."""
    return max(-FAR, min(FAR, log_odds))


def _cue_features(text: str, asked: frozenset[str], near_overlap: float) -> Features:
    """Return which kinds are asked for, shown, and shown close to the question's words."""
    folded = fold(text) if asked else ""
    features = {}
    for kind in asked:
        shown = float(shows(kind, text, folded))
        features[f"asks_{kind}"] = 1.0
        features[f"shows_{kind}"] = shown
        features[f"shows_{kind}_near"] = shown * near_overlap
        features[f"lacks_{kind}"] = 1.0 - shown
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
        "names_missing has_names across cosine_across terms read read_share read_passage "
        "read_weakest read_covered again again_passage"
    )
    cues = {f"{what}_{kind}": best.get(f"{what}_{kind}", 0.0) for what in CUES for kind in KINDS}
    return (
        {name: best.get(name, 0.0) for name in kept.split()}
        | cues
        | {
            "logit": logits[order[0]],
            "margin": logits[order[0]] - sum(rivals) / len(rivals),
            "best_cosine": max(row["cosine"] for row in rows),
            "best_chunk_cosine": max(row["chunk_cosine"] for row in rows),
            "best_overlap": max(row["passage_overlap"] for row in rows),
            "best_weakest": max(row["read_weakest"] for row in rows),
            "best_covered": max(row["read_covered"] for row in rows),
            "best_read": max(row["read"] for row in rows),
            "best_again": max(row.get("again", row["read"]) for row in rows),
            "best_read_passage": max(row["read_passage"] for row in rows),
            "fewest_names_missing": min(row["names_missing"] for row in rows),
        }
    )


def sigmoid(logit: float) -> float:
    """Return 1 / (1 + exp(-logit)), without overflow."""
    if logit < 0:
        power = math.exp(max(logit, -700.0))
        return power / (1.0 + power)
    return 1.0 / (1.0 + math.exp(-logit))
