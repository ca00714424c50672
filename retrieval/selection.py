"""Which sentences an answer quotes: the fewest that answer, with what they need beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.types import Sentence
from retrieval.antecedents import points_back
from retrieval.cues import asked_for, asks_for_several
from retrieval.neighbours import sentence_before
from retrieval.reader import Evidence
from retrieval.sameness import says_the_same

MAX_QUOTES = 3
MAX_QUOTES_LISTED = 5  # where a list or reasons are asked for
MAX_REASONS = 2  # in place of the event that they explain
SURE = 0.5  # the probability from which the best sentence is not passed over for a reason
# A further sentence is quoted if it is this likely, as a share of the best one.
ALSO_LIKELY = 0.6
# A reason is quoted if the sentences around it are this much about the question, as a share of
# those around the best sentence.
ON_THE_SUBJECT = 0.85


@dataclass(frozen=True, slots=True)
class Quotation:
    """Sentences that say the same, quoted once: the first, and those of other articles.

    `before` is the sentence before the quoted one, where its opening points back to that.
    """

    quoted: Evidence
    also: tuple[Evidence, ...] = ()
    before: Evidence | None = None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All of them, the quoted one first and the one before it last."""
        return (self.quoted, *self.also, *([self.before] if self.before else []))


def choose(question: str, evidence: Sequence[Evidence]) -> tuple[Quotation, ...]:
    """Return what to quote, the best article first, in its order.

    `evidence` is in order of likelihood. With a sentence that opens with a pronoun or the like
    goes the sentence before it.
    """
    several = asks_for_several(question) or "reason" in asked_for(question)
    most = MAX_QUOTES_LISTED if several else MAX_QUOTES
    quotations: list[Quotation] = []
    for candidate in _likely(evidence):
        same = next((c for c in quotations if says_the_same(candidate.text, c.quoted.text)), None)
        if same is None:
            if len(quotations) < most:
                quotations.append(Quotation(candidate))
        elif candidate.article.id not in {e.article.id for e in same.evidence}:
            quotations[quotations.index(same)] = Quotation(same.quoted, (*same.also, candidate))
    quotations = _with_antecedents(quotations, evidence)
    articles = list(dict.fromkeys(quotation.quoted.article.id for quotation in quotations))
    quotations.sort(key=lambda c: (articles.index(c.quoted.article.id), c.quoted.sentence.start))
    return tuple(quotations)


def _likely(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the sentences likely enough to be quoted, the likeliest first.

    News tells an event in one sentence and its reason some sentences on, often without naming
    the event again. So where a reason was asked for, and the best sentence gives none and is not
    sure, those of its article that give one, amid as much about the question, are quoted instead.
    """
    best = evidence[0]
    if not best.gives_reason and best.probability < SURE:
        floor = ON_THE_SUBJECT * best.context
        reasons = [
            e
            for e in evidence
            if e.gives_reason and e.context >= floor > 0 and e.article.id == best.article.id
        ]
        if reasons:
            reasons.sort(key=lambda e: (-e.context, -e.probability))
            return reasons[:MAX_REASONS]
    likely = [e for e in evidence if e.probability >= ALSO_LIKELY * best.probability]
    if best.gives_reason:  # beside a reason, what gives none must be sure
        return [e for e in likely if e.gives_reason or e.probability >= SURE]
    return likely


def _with_antecedents(
    quotations: Sequence[Quotation], evidence: Sequence[Evidence]
) -> list[Quotation]:
    """Give each quote whose opening points back the sentence that it points to."""
    chosen = {_place(e) for quotation in quotations for e in quotation.evidence}
    completed = []
    for quotation in quotations:
        before = _before(quotation.quoted) if points_back(quotation.quoted.text) else None
        if before is None or _place(before) in chosen:
            completed.append(quotation)
            continue
        chosen.add(_place(before))
        read = (e for e in evidence if _place(e) == _place(before))
        completed.append(replace(quotation, before=next(read, before)))
    return completed


def _before(found: Evidence) -> Evidence | None:
    """Return the sentence of running text before one, whether it was read or not."""
    before = sentence_before(found.article, found.sentence)
    return Evidence(found.article, before, 0.0) if before else None


def _place(found: Evidence) -> tuple[str, Sentence]:
    return found.article.id, found.sentence
