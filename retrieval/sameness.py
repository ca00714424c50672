"""Whether two sentences say the same, so that one quote may stand for both.

One that is cited beside another must not contradict it. So it is not enough that most words are
shared: neither sentence may have a word in the place of one of the other's ("rose" for "fell", Lyon
for Lille), a number or date that the other lacks, or a word that turns what is said: a negation, a
condition, a doubt. And what is shared must stand in the same order, for "Bolt sued Acme" has all
the words of "Acme sued Bolt".
"""

import re
from collections.abc import Sequence

from retrieval.premise import OPPOSITES
from retrieval.quantities import given, quantities
from retrieval.words import WORD, alike, content_words, fold, words

SAME = 0.8  # words in common, as a share of those of the longer sentence
ORDERED = 3  # shared words up to which nothing may have moved from one end to the other
_TURNING = (
    # negations, denials
    r"\b(?:not|cannot|never|no|none|neither|nor|pas|jamais|ne|ni|aucune?)\b|n['’]t\b|\bn['’]",
    r"\b(?:den(?:y|ies|ied|ying)|fail(?:s|ed|ing|ure)?|refut\w+|false\w*|fake|untrue|wrong\w*"
    r"|dement\w*|nie(?:nt|r)?|refus\w*|echou\w*|faux|fausse(?:s|ment)?|a tort)\b",
    # conditions, doubts
    r"\b(?:if|unless|whether|provided|si|s['’]ils?|sauf|a moins|a condition|sous reserve)\b",
    r"\b(?:only|except|seul(?:e|s|es|ement)?|uniquement|excepte)\b",
    r"\b(?:could|might|may (?!\d)(?:not )?[a-z]+|would|should|perhaps|possibly|alleged\w*"
    r"|reportedly|pourrai\w+|devrai\w+|aurai(?:t|ent)|serai(?:t|ent)|peut-etre|presume\w*"
    r"|pretendu\w*)\b",
    # which way
    *(
        rf"\b(?:{either})\b"
        for either in (
            "before|avant", "after|apres", "up", "down", "over", "under|sous", "above", "below",
            "more|plus", "less|fewer|moins", "most", "least", "with|avec", "without|sans",
            "from", "against|contre", "vers", "almost|nearly|presque", "all|tous|toutes", "both",
            "until|jusqu", "since|depuis", "former|ex|ancien(?:ne)?s?",
        )
    ),
)  # fmt: skip
_DIGITS = re.compile(r"\d+")
_TURNS = tuple(re.compile(pattern) for pattern in _TURNING)


def says_the_same(left: str, right: str) -> bool:
    """Tell whether two sentences say the same, but for words that change nothing."""
    if left == right:
        return True
    a, b = _words_told(left), _words_told(right)
    shared = set(a) & set(b)
    if not shared or len(shared) < SAME * max(len(a), len(b)):
        return False
    return (
        _turns(left) == _turns(right)
        and not (_beside(left, right) and _beside(right, left))
        and _in_order([w for w in a if w in shared], [w for w in b if w in shared])
        and not _swapped(_DIGITS.findall(left), _DIGITS.findall(right))
        and _holds_figures(left, right)
        and _holds_figures(right, left)
    )


def _turns(text: str) -> list[bool]:
    """Return which words that turn a statement a text has, of those that do and of opposites."""
    folded = fold(text)
    opposites = [pattern for pair in OPPOSITES for pattern in pair]
    return [bool(pattern.search(folded)) for pattern in (*_TURNS, *opposites)]


def _words_told(text: str) -> list[str]:
    """Return the content words of a text but for its figures, which are compared by value."""
    figures = {word for found in quantities(text) for word in words(found.text)}
    return [word for word in content_words(text) if word not in figures]


def _beside(text: str, other: str) -> list[str]:
    """Return the words of a text that the other lacks, inflected or not; figures left out."""
    names = {fold(m[0]) for m in WORD.finditer(text) if m.start() and m[0][0].isupper()}
    there = _words_told(other)
    return [
        word
        for word in _words_told(text)
        if word not in there and (word in names or not any(alike(word, one) for one in there))
    ]


def _in_order(some: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether words stand in the same order, or some have moved from one end to the other.

    "On Monday Alpha closed its plant" is "Alpha closed its plant on Monday".
    """
    if some == others:
        return True
    turned = range(1, len(some)) if len(some) > ORDERED else ()
    return any([*some[at:], *some[:at]] == others for at in turned)


def _swapped(some: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether the same figures stand in another order: from 5 to 10, from 10 to 5."""
    return some != others and sorted(some) == sorted(others)


def _holds_figures(text: str, other: str) -> bool:
    """Tell whether every number, date and hour of a text stands in the other."""
    there, _ = given([other])
    return all(found.accepts & there for found in quantities(text) if found.firm)
