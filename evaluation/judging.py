"""What an answer is worth, given its question's gold: citations, facts, a verdict.

Citation recall and precision follow ALCE (Gao et al. 2023, "Enabling Large Language Models to
Generate Text with Citations", arXiv:2305.14627). There, a statement has recall 1 if its cited
passages together entail it, and a citation is precise if its statement has recall 1 and the
citation entails it alone or is needed for the others to do so; both are averaged within an
answer, then over answers.

An answer of quotes entails itself, so here the statement to hold up is the gold answer:

- recall of an answer: 1 if one of its citations holds a gold quote (all words of an alternative of
  `must_cite`), else 0; a refused answer has 0
- a citation is right if the answer has recall 1, and the citation holds a gold quote, or one of
  `may_cite`, or is needed for another to be understood (it stands right before a right one that
  opens with a pronoun or the like), or else, where no gold speaks of it, the judge takes it
  for an answer
- precision of an answer: the share of its citations that are right. A refusal has none and is left
  out; ALCE's script gives it 0, but refusals have a figure of their own here

The judge is the product's reader: what it thinks likely (0-1) to answer. It judges its own choice
then, so precision by gold alone is given beside it, as the lower bound.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

from evaluation.cases import Alternatives, Question
from retrieval.antecedents import points_back
from retrieval.types import Answer, Citation

JUDGED_RIGHT = 0.5
"""The reader's probability from which it takes a sentence for an answer."""

BETWEEN = 2
"""Characters of white space between two sentences, at most."""

Judge = Callable[[Question, Citation], bool]
Verdict = Literal["right", "right later", "wrong", "refused wrongly", "refused", "answered wrongly"]

_QUOTES = str.maketrans("‘’“”", "''\"\"")


def by_reader(least: float = JUDGED_RIGHT) -> Judge:
    """Return the judge that goes by the reader's probability of the sentence."""
    return lambda question, citation: citation.score >= least


def by_gold(question: Question, citation: Citation) -> bool:
    """Judge that nothing is right but what the gold names."""
    return False


def fold(text: str) -> str:
    """Return a text for comparison: lower case, plain spaces and quotation marks, accents kept."""
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return " ".join(plain.casefold().split())


def holds(text: str, alternatives: Alternatives) -> bool:
    """Tell whether a text holds all words of one of the alternatives.

    A word may be a part of one ("hyperscaler"), a number only a whole one.
    """
    folded = fold(text)
    return any(all(re.search(_part(word), folded) for word in words) for words in alternatives)


def _part(word: str) -> str:
    word = fold(word)
    before = r"(?<!\d)(?<!\d[.,])" if word[:1].isdigit() else ""
    after = r"(?!\d|[.,]\d)" if word[-1:].isdigit() else ""
    return before + re.escape(word) + after


def is_right(citation: Citation, question: Question) -> bool:
    """Tell whether a citation holds a gold quote."""
    return holds(citation.quote, question["must_cite"])


def recall(question: Question, answer: Answer) -> float:
    """Return the citation recall of an answer: 1 or 0."""
    return float(any(is_right(citation, question) for citation in answer.citations))


def rights(question: Question, answer: Answer, judge: Judge) -> list[bool]:
    """Tell of each citation whether it is right."""
    if not recall(question, answer):
        return [False] * len(answer.citations)
    also = question["must_cite"] + question.get("may_cite", [])
    found = [holds(c.quote, also) or judge(question, c) for c in answer.citations]
    rightly = [c for c, right in zip(answer.citations, found, strict=True) if right]
    return [
        right or any(_introduces(c, other) for other in rightly)
        for c, right in zip(answer.citations, found, strict=True)
    ]


def _introduces(one: Citation, other: Citation) -> bool:
    """Tell whether a citation stands right before another that points back to it."""
    together = one.article_id == other.article_id and 0 <= other.start - one.end <= BETWEEN
    return together and points_back(other.quote)


def precision(question: Question, answer: Answer, judge: Judge) -> float | None:
    """Return the citation precision of an answer (0-1), none where nothing is cited."""
    found = rights(question, answer, judge)
    return sum(found) / len(found) if found else None


def says(text: str, ways: list[str]) -> bool:
    """Tell whether a text says a fact in one of its ways, in whole words and whole numbers."""
    folded = fold(text)
    return any(
        re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(fold(way))}(?!\w)(?![.,]\d)", folded)
        for way in ways
    )


def coverage(question: Question, answer: Answer) -> float | None:
    """Return the share (0-1) of the gold facts that an answer says, none where none are named."""
    facts = question.get("facts")
    if not facts:
        return None
    return 0.0 if answer.abstained else sum(says(answer.text, f) for f in facts) / len(facts)


def verdict(question: Question, answer: Answer) -> Verdict:
    """Return how an answer went; "right later" is right, but not in its first citation."""
    if not question["answerable"]:
        return "refused" if answer.abstained else "answered wrongly"
    if answer.abstained:
        return "refused wrongly"
    if not recall(question, answer):
        return "wrong"
    return "right" if is_right(answer.citations[0], question) else "right later"
