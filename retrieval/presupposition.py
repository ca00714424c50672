"""What a question takes for granted, read as a statement: a question for more than is told.

"Why did Acme leave Bolt?" has no answer where Acme did not leave Bolt, however good a reason the
articles give for something else. So "Acme leave Bolt" is read too, as the claims of a chat model
are: where no passage bears it out, the question is answered with less confidence. (Checking
what a question presupposes before answering: Kim et al. 2021, "Which linguist invented the
lightbulb?", arXiv:2101.00391.)
"""

import re
from collections.abc import Sequence

from retrieval.cross_encoder import PassageScore, Text
from retrieval.exchange import Scorer
from retrieval.features import Features, clipped, joint_log_odds

MOST = 3  # passages read of the likeliest, and as many of the first

_AUXILIARY = (
    r"(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should|might|must|may)"
)
_LED = (
    r"(?:led|leads|made|makes|push(?:ed|es)|drove|drives|prompt(?:ed|s)|forc(?:ed|es)|caus(?:ed|es)"
    r"|convinced|persuaded|got|motivated|triggered|sparked|provoked|explains?)"
)
_CAUSED = (
    r"(?:pouss[ée]|amen[ée]|incit[ée]|forc[ée]|oblig[ée]|contraint|conduit|convaincu|décidé|motivé"
    r"|provoqué|causé|entraîné|déclenché|justifié|expliqué|empêché)"
)
_FRENCH_ADVERB = (
    r"pourquoi|pour quelles? raisons?|pour quels? motifs?|quand|où|comment|combien(?! de)"
    r"|(?:depuis|jusqu['’]à|à partir de|d['’]ici) quand"
    r"|(?:à|de|dans|en|sur|pour) quel(?:le)?s? [\w-]+"
    r"|(?:à|de|pour) combien(?! de)"
)
_MEASURE = r"(?:much|long|often|fast|far|big|old|high|deep|large|many(?: [\w-]+)?)"
# What is left once one of these is cut off is what the question takes for granted.
_LEADS = tuple(
    re.compile(rf"(?:{lead})\s+(?P<rest>.+)", re.IGNORECASE)
    for lead in (
        rf"(?:why|when|where|how|how {_MEASURE}|for (?:what|which) reasons?"
        rf"|since when|in (?:what|which) year|on (?:what|which) (?:day|date)) {_AUXILIARY}",
        r"how come|how is it that|how many",
        rf"what (?:has |have |had |really |exactly )?{_LED}",
        r"(?:what (?:is|was|were|are)|what['’]s) (?:the )?(?:main )?(?:reasons?|causes?|motives?)"
        r" (?:for|behind|of|why)",
        r"(?:what (?:is|was|lies|lay)|what['’]s) behind",
        r"(?:the )?(?:reasons?|causes?|motives?) (?:for|behind|of|why)",
        r"comment se fait-il que|comment s['’]expliqu\w+|comment expliquer(?: que)?",
        r"d['’]où vient que",
        rf"(?:{_FRENCH_ADVERB}) est-ce que",
        _FRENCH_ADVERB,
        r"combien (?:de|d)",
        rf"qu['’]est-ce qui (?:a |ont |avait |aurait |peut |a bien pu )?{_CAUSED}",
        r"qu['’]est-ce qui (?:explique|justifie|motive|pousse|empêche)",
        r"à quoi (?:tien(?:t|nent)|(?:est|sont) due?s?)",
        r"(?:quelles? (?:est|sont|était|étaient) )?(?:les? |la )?(?:raison|cause|motif)s?"
        r" (?:de|du|des|pour|derrière)",
    )
)
# These run into the next word: « pourquoi est-ce qu'Acme », « combien d'euros ».
_ELIDED = re.compile(
    r"(?P<lead>\best-ce qu|\bse fait-il qu|\bd['’]où vient qu|\bcombien d)['’]\s?", re.IGNORECASE
)
_BEGINNING = re.compile(r"^[\W_]*(?:(?:and|but|so|then|et|mais|donc|alors)\b,?\s*)?", re.IGNORECASE)
_PRONOUN = re.compile(r"-(?:t-)?(?:il|elle|ils|elles|on|ce)\b", re.IGNORECASE)
_NO_SUBJECT = re.compile(
    r"^(?:(?:he|she|it|they|there|il|elle|ils|elles|on|ce|c['’]\w+|y)\b"
    r"|(?:[nlsmt]['’]|ne |le |la |les |lui |leur |se |y )?\w+-(?:t-)?"
    r"(?:il|elle|ils|elles|on|ce)\b)",
    re.IGNORECASE,
)
_FEWEST = 2  # words of a statement


def presupposed(question: str) -> str | None:
    """Return what a question takes for granted, as a statement without its verb's tense.

    "Why did Acme leave Bolt?" gives "Acme leave Bolt", « Pourquoi Acme a-t-elle quitté Bolt ? »
    gives "Acme a quitté Bolt". `None` for another question, or a pronoun as subject.
    """
    plain = _ELIDED.sub(r"\g<lead>e ", _BEGINNING.sub("", question, count=1))
    plain = plain.strip().rstrip('?!. \u00a0\u202f»”"')
    for lead in _LEADS:
        found = lead.match(plain)
        if found is None:
            continue
        rest = found["rest"]
        if _NO_SUBJECT.match(rest):
            return None
        statement = _PRONOUN.sub("", rest)
        return statement if len(statement.split()) >= _FEWEST else None
    return None


def presupposition_features(
    question: str, scores: Sequence[PassageScore], texts: Sequence[Text], scorer: Scorer
) -> Features:
    """Return how surely what the question takes for granted is borne out, in log-odds.

    `presupposed_passage` is the best passage's, `presupposed_best` the best sentence's,
    `presupposed_here` that of the passage likeliest to answer, and `presupposes` 1. Read are the
    likeliest passages and the first. Nothing where nothing is taken for granted.
    """
    statement = presupposed(question)
    if statement is None or not texts:
        return {}
    likeliest = sorted(range(len(texts)), key=lambda place: -scores[place].passage)
    places = list(dict.fromkeys([*likeliest[:MOST], *range(min(MOST, len(texts)))]))
    found = scorer.score(statement, [texts[place] for place in places])
    return {
        "presupposes": 1.0,
        "presupposed_passage": clipped(max(score.passage for score in found)),
        "presupposed_best": max(
            joint_log_odds(score.passage, share) for score in found for share in score.sentences
        ),
        "presupposed_here": clipped(found[0].passage),
    }
