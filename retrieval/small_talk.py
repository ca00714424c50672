"""Small talk told from questions: greetings, thanks, and what one asks of a stranger."""

import re
from functools import cache

from prompts import small_talk_phrases
from retrieval.words import words

LONGEST = 12  # words; politeness is short
# Praise that may be a name or a plain word as well: « Nice ? » asks about the town.
_PRAISE = "nice super great perfect cool bravo parfait genial cheers"
_ALSO_SUBJECTS = frozenset((word,) for word in _PRAISE.split())
# Whom one speaks to, or for: such a question is to the assistant, whatever was spoken of.
_ADDRESSED = """
you your tu te t toi vous votre me moi m i je
"""
_ADDRESSES = frozenset(_ADDRESSED.split())
# Words that, by kind, may stand for what was spoken of: "How does it work?", but not « Ça va ? ».
_STANDS_FOR = {
    "ability": frozenset(["it", "this", "ca"]),
    "wellbeing": frozenset(["it", "things"]),
}


def small_talk(question: str, *, within: bool = False) -> tuple[str, str] | None:
    """Return kind and language of a question that is nothing but small talk, else `None`.

    `within` a conversation about the articles, "How does it work?" asks about what was spoken of.

    Kinds are those of `prompts/small_talk.toml`. Several phrases may follow each other, with
    fillers around them; the first but for a greeting gives the kind. Any other word makes it a
    question, and so does what makes praise its subject ("And Nice?").
    """
    left = words(question)
    if not 0 < len(left) <= LONGEST:
        return None
    phrases, fillers = _known()
    found: list[tuple[str, str]] = []
    last: tuple[str, ...] = ()
    while left:
        for length in range(len(left), 0, -1):
            if kind := phrases.get(phrase := tuple(left[:length])):
                if within and _of_a_subject(kind[0], phrase, question):
                    return None
                found.append(kind)
                last = phrase
                left = left[length:]
                break
        else:
            if left.pop(0) not in fillers:
                return None
    if last in _ALSO_SUBJECTS and _asks_about(last[0], question):
        return None
    telling = [pair for pair in found if pair[0] != "greeting"] or found
    return telling[0] if telling else None


def _of_a_subject(kind: str, phrase: tuple[str, ...], question: str) -> bool:
    """Tell whether a phrase of a kind may ask about what was spoken of, not the assistant."""
    stands_for = _STANDS_FOR.get(kind, frozenset())
    return not stands_for.isdisjoint(phrase) and _ADDRESSES.isdisjoint(words(question))


def _asks_about(word: str, question: str) -> bool:
    """Tell whether a question mark, or a capital after "and", makes praise the subject."""
    if question.rstrip(" .!…").endswith(("?", "？")):
        return True
    return bool(re.match(rf"\s*(?i:(?:et|and|à|a)\s+)+{word.capitalize()}\b", question))


@cache
def _known() -> tuple[dict[tuple[str, ...], tuple[str, str]], frozenset[str]]:
    """Return kind and language of each phrase by its words, and the fillers."""
    phrases, fillers = small_talk_phrases()
    return {
        tuple(phrase.split()): (kind, language)
        for kind, by_language in phrases.items()
        for language, several in by_language.items()
        for phrase in several
    }, fillers
