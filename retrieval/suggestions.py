"""Follow-up questions that the articles can answer: proposed by rules, then asked of the reader.

`question_rules` turns sentences into questions, and `name_questions` names. Here each is answered
as if it had been asked, without a chat model, and kept only where the reader is confident and
quotes first the very sentence that the question was made from, or, of a name, one that holds it and
is new. What is kept is a question and its place; nothing is stated.
"""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from retrieval.name_questions import name_proposals
from retrieval.question_proposals import Proposal
from retrieval.question_rules import proposals
from retrieval.retriever import Candidate
from retrieval.types import Answer
from retrieval.words import alike, content_words

MOST = 3
SECONDS = 6.0  # for all of them; one that has begun is finished
TRIED = 8
SURE = 0.6  # confidence (0-1): a question that was not asked must not disappoint
# Who a person is, is told by the sentence itself; the reader only has to find it.
SURE_OF = {"who": 0.0, "says": 0.4, "known": 0.3}
NEW = 0.6  # share of words in common from which two questions ask the same
PER_RULE = {"who": 1, "known": 1}  # a second one is dull; of the other kinds there may be two

_OF_NAMES = {"who", "says", "known"}

Span = tuple[str, int, int]
"""An article's id, and where a sentence begins and ends in its text."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, with the sentence that answers it: `article.text[start:end]`."""

    question: str
    article_id: str
    start: int
    end: int


def suggest(
    asked: Sequence[str],
    language: str,
    candidates: Sequence[Candidate],
    cited: Collection[Span],
    ask: Callable[[str], Answer | None],
    *,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Suggestion, ...]:
    """Return at most `MOST` questions in `language` that the `candidates` answer.

    `asked` are the questions of the conversation and `cited` the sentences already shown: both
    are left out. `ask` answers without a chat model; its None says that there is no time for more.
    """
    begun = clock()
    kept: list[Suggestion] = []
    rules: list[str] = []
    known = list(asked)
    tried = 0
    named = name_proposals(candidates, language, asked if cited else ())
    found = (*proposals(candidates, language), *named)
    for proposal in _in_turn(found, cited, asked[-1]):
        if len(kept) == MOST or tried == TRIED or clock() - begun > SECONDS:
            break
        if rules.count(proposal.rule) >= PER_RULE.get(proposal.rule, 2):
            continue
        if any(_asks_the_same(proposal.question, other) for other in known):
            continue
        tried += 1
        answer = ask(proposal.question)
        if answer is None:
            break
        place = answered_at(answer, proposal)
        if place and place not in cited:
            kept.append(Suggestion(proposal.question, *place))
            rules.append(proposal.rule)
            known.append(proposal.question)
    return tuple(kept)


def answered_at(answer: Answer, proposal: Proposal) -> Span | None:
    """Return the sentence that answers a proposal, if the answer is sure and quotes it first."""
    if answer.abstained or not answer.citations:
        return None
    if answer.confidence < SURE_OF.get(proposal.rule, SURE):
        return None
    first = answer.citations[0]
    place = first.article_id, first.start, first.end
    fits = proposal.name in first.quote if proposal.name else place == proposal.place
    return place if fits else None


def _in_turn(found: Sequence[Proposal], cited: Collection[Span], asked: str) -> Iterator[Proposal]:
    """Yield what is not cited yet: of the cited articles first, then by rule in turn.

    Of other articles only what has a word in common with what was `asked`, and nothing of people.
    """
    fresh = [proposal for proposal in found if proposal.place not in cited]
    if not cited:  # a refusal: what the articles tell may have nothing to do with the question
        fresh = [proposal for proposal in fresh if _related(proposal, asked)]
    at_hand = {article_id for article_id, _, _ in cited}
    for near in (True, False):
        some = [p for p in fresh if (p.place[0] in at_hand) == near]
        some = [p for p in some if near or (p.rule not in _OF_NAMES and _related(p, asked))]
        by_rule: dict[str, list[Proposal]] = {}
        for proposal in some:
            by_rule.setdefault(proposal.rule, []).append(proposal)
        while any(by_rule.values()):
            for waiting in by_rule.values():
                if waiting:
                    yield waiting.pop(0)


def _related(proposal: Proposal, asked: str) -> bool:
    about = content_words(f"{proposal.question} {proposal.title}")
    return any(alike(word, other) for word in content_words(asked) for other in about)


def _asks_the_same(left: str, right: str) -> bool:
    a, b = set(content_words(left)), set(content_words(right))
    return bool(a and b) and len(a & b) >= NEW * min(len(a), len(b))
