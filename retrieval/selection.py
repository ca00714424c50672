"""Which sentences an answer quotes: the fewest that answer, with what they need beside them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Sentence
from retrieval.reader import Evidence
from retrieval.words import content_words, fold

MAX_QUOTES = 3
MAX_QUOTES_LISTED = 5  # where a list or reasons are asked for
MAX_REASONS = 2  # beside the event that they explain
# A further sentence is quoted if it is this likely, as a share of the best one.
ALSO_LIKELY = 0.7
# A reason is quoted if the sentences around it are this much about the question, as a share of
# those around the best sentence.
ON_THE_SUBJECT = 0.85
SAME = 0.8  # share of words in common from which two sentences say the same
_LIST = re.compile(
    r"\b(which (?:\w+ )?(?:companies|countries|people|reasons|products|firms|cities|measures)"
    r"|what (?:are|were) the|list|name the|who are|who else|reasons|why"
    r"|quels|quelles|lesquels|lesquelles|cite[rz]?|liste|pourquoi|raisons)\b"
)
# An opening that points back: a pronoun, or a noun that an earlier sentence names.
_POINTS_BACK = re.compile(
    r"^[«“\"‘'(\s]*(?:(?:il|elle|ils|elles|celui-ci|celle-ci|ceux-ci|celles-ci|ce dernier"
    r"|cette derniere|ces derniers|ces dernieres|cela|ceci|ce|cet|cette|ces|son|sa|ses|leurs?"
    r"|he|she|it|they|this|that|these|those|his|her|its|their|such|both"
    r"|the (?:company|firm|group|latter|former|manufacturer|supplier|minister|union|project"
    r"|operator|decision|move|deal|announcement|government|city|team|study|measure|man|woman)"
    r"|(?:le groupe|le constructeur|le fabricant|le fournisseur|le ministre|la ministre"
    r"|le syndicat|le projet|la societe|la firme|la decision|la mesure|la direction|la mairie"
    r"|le gouvernement|le club|le patron|le dirigeant|la marque))\b"
    r"|l['’](?:entreprise|operation|accord|operateur|equipementier|annonce|entrepreneur"
    r"|equipe|etude|usine|editeur|intéressee?)\b)"
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """Sentences that say the same, quoted once: the first, and those of other articles."""

    quoted: Evidence
    also: tuple[Evidence, ...] = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All of them, the quoted one first."""
        return (self.quoted, *self.also)


def choose(question: str, evidence: Sequence[Evidence]) -> tuple[Quotation, ...]:
    """Return what to quote, the best article first, in its order.

    `evidence` is in order of likelihood. A sentence that opens with a pronoun or the like comes
    after the sentence before it, if that is among `evidence` and fits.
    """
    most = MAX_QUOTES_LISTED if _LIST.search(fold(question)) else MAX_QUOTES
    quotations: list[Quotation] = []
    for candidate in _likely(evidence):
        same = next((c for c in quotations if _same(candidate.text, c.quoted.text)), None)
        if same is None:
            if len(quotations) < most:
                quotations.append(Quotation(candidate))
        elif candidate.article.id not in {e.article.id for e in same.evidence}:
            quotations[quotations.index(same)] = Quotation(same.quoted, (*same.also, candidate))
    quotations = _with_antecedents(quotations, evidence, most + 1)
    articles = list(dict.fromkeys(quotation.quoted.article.id for quotation in quotations))
    quotations.sort(key=lambda c: (articles.index(c.quoted.article.id), c.quoted.sentence.start))
    return tuple(quotations)


def _likely(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the sentences likely enough to be quoted, the likeliest first.

    News tells an event in one sentence and its reason some sentences on, often without naming
    the event again. So where a reason was asked for and the best sentence gives none, those that
    give one close by are quoted with it, in place of the merely likely ones.
    """
    best = evidence[0]
    if not best.gives_reason:
        floor = ON_THE_SUBJECT * best.context
        reasons = [e for e in evidence if e.gives_reason and e.context >= floor > 0]
        if reasons:
            reasons.sort(key=lambda e: (-e.context, -e.probability))
            return [*reasons[:MAX_REASONS], best]
    return [e for e in evidence if e.probability >= ALSO_LIKELY * best.probability]


def _with_antecedents(
    quotations: Sequence[Quotation], evidence: Sequence[Evidence], most: int
) -> list[Quotation]:
    """Add, before a quote whose opening points back, the sentence that it points to."""
    chosen = {_place(e) for quotation in quotations for e in quotation.evidence}
    added: list[Quotation] = []
    for quotation in quotations:
        if len(quotations) + len(added) >= most or not points_back(quotation.quoted.text):
            continue
        before = _before(quotation.quoted, evidence)
        if before is not None and _place(before) not in chosen:
            chosen.add(_place(before))
            added.append(Quotation(before))
    return [*quotations, *added]


def points_back(text: str) -> bool:
    """Tell whether a sentence opens with a pronoun, or a noun that an earlier one names."""
    return bool(_POINTS_BACK.search(fold(text)))


def _before(found: Evidence, evidence: Sequence[Evidence]) -> Evidence | None:
    """Return the sentence right before one, if both stand in one paragraph or nearly so."""
    earlier = [
        e
        for e in evidence
        if e.article.id == found.article.id and e.sentence.end <= found.sentence.start
    ]
    last = max(earlier, key=lambda e: e.sentence.end, default=None)
    if last is None:
        return None
    between = found.article.text[last.sentence.end : found.sentence.start]
    return None if between.strip() else last


def _place(found: Evidence) -> tuple[str, Sentence]:
    return found.article.id, found.sentence


def _same(left: str, right: str) -> bool:
    a, b = set(content_words(left)), set(content_words(right))
    return bool(a and b) and len(a & b) >= SAME * min(len(a), len(b))
