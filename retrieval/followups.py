"""Follow-up questions made understandable by themselves, by a rule: no model is needed.

A question leans on the last one if it begins with "and", « et » and the like, or with a pronoun
(unless it is long and names what it is about), or has one within it and few words else, or as its
subject with no name before it. It also does if it is short, at most `SHORT` words that tell
something, none of them a name or a number, unless it has a subject of its own that was not spoken
of. Then the names and numbers of the last question are put behind it in brackets; where it has
hardly a word that tells something or began with "and", or a pronoun has no name to stand for, the
other words of the last question that tell something too. A time takes the place of the last one.

"What is the price of the ticket?" may be about what was spoken of, or may not: without names to
carry, the words are added only to search with, and sentences are read for the question as it is.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.dates import words_of_time
from retrieval.subjects import asks_about_pronoun, asks_for_attribute, own_subject
from retrieval.words import alike, content_words, fold, names_and_numbers

SHORT = 2  # content words
BARE = 1  # content words up to which a question hardly tells what it is about
LEANING = 3  # content words up to which a pronoun within the question counts
LONG = 5  # content words up to which a pronoun at the beginning counts beside names of its own
CARRIED = 8  # words
_AND = re.compile(
    r"(?:and|but|or|so|also|then|what about|how about|et|mais|ou|donc|alors|puis|quid)\b"
)
_PRONOUN = re.compile(
    r"(?:it|its|he|she|they|him|her|them|his|their|il|elle|ils|elles|lui|leur|leurs|eux"
    r"|celui|celle|ceux|celles|ceci|cela|ca|son|sa|ses)\b"
    # "This means…" and « ce sont… », but neither "this train" nor « ce train » or « ce que… ».
    r"|(?:this|that|these|those)(?:'s|\s+(?:is|are|was|were|will|would|has|have|had|does|did|do|can"
    r"|could|may|might|must|should|means?|meant)\b|\s*[?,]|\s*$)"
    r"|ce\s+(?:ne\b|n'|sont\b|sera|fu(?:t|rent)\b|doit\b|devait\b|peut\b|pourrait\b)"
    # « C'est qui, Musk ? » asks who Musk is, as « il y a » says that something exists.
    r"|c'(?!est\s+(?:qui|quoi|quand|ou|comment|combien|pourquoi|que|quel\w*)\b)"
    # « En a-t-il parlé ? », not « en quelle année » nor « y a-t-il un train ».
    r"|(?!y\s+(?:a|avait|aura|aurait)-)(?:en|y)\s+[a-z]+-(?:t-)?"
    r"(?:je|tu|il|elle|on|nous|vous|ils|elles)\b|y\s+en\b"
)
_WHERE = "où"  # which `fold` makes « ou », "or"
# « Combien coûte-t-il ? », "When did they leave?": the pronoun that is asked about.
_INNER = re.compile(
    r"-(?:t-)?(?:il|elle|ils|elles|y|en)\b"
    r"|\b(?:it|he|she|they|them|their|its|there|elle|ils|elles|eux)\b"
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question of a conversation: what is `searched` for, and what sentences are `read` for.

    `alone` tells that it may be asked as it stands, should the completed one have no answer.
    """

    searched: str
    read: str
    alone: bool = True


def complete(question: str, history: Sequence[tuple[str, str]]) -> FollowUp:
    """Return `question`, completed if it leans on the earlier ones.

    `history` holds those and the texts of their answers, the oldest first.
    """
    asked = FollowUp("", "")
    last = ""
    for following, answer in (*history, (question, "")):
        before = asked.searched
        asked = _completed(following, before, last) if before else FollowUp(following, following)
        last = answer
    return asked


def standalone(question: str, earlier: Sequence[str]) -> str:
    """Return what is searched for, as `complete` does of `earlier` questions without answers.

    >>> standalone("And Inventec?", ["How large is the stock of Wistron?"])
    'And Inventec? (Wistron, large, stock)'
    """
    return complete(question, [(one, "") for one in earlier]).searched


def _completed(question: str, last: str, answer: str) -> FollowUp:
    as_it_is = FollowUp(question, question)
    opening = unicodedata.normalize("NFC", question).replace("’", "'").lstrip(" «“\"'(¿-–—")
    folded = fold(opening)
    times = words_of_time(question)
    own = content_words(question)
    bare_time = times.issuperset(own)  # "In 2023?"
    own_names = [] if bare_time else names_and_numbers(question)
    brief = len(own) <= SHORT + bare_time and not own_names
    linked = bool(_AND.match(folded)) and not opening.lower().startswith(_WHERE)
    named = bool(own_names) and len(own) > LONG
    inner = _INNER.search(folded)
    if inner and inner[0].startswith("-") and own_subject(question):
        inner = None  # « Le ferry est-il… » asks about the ferry
    leaning = (
        bool(_PRONOUN.match(folded) and not named)
        or (len(own) <= LEANING and not own_names and bool(inner))
        or asks_about_pronoun(question)
    )
    if not (linked or leaning or (brief and not _has_new_subject(question, last, answer))):
        return as_it_is
    gone = words_of_time(last) if times else frozenset()
    names = [word for word in names_and_numbers(last) if word not in gone]
    attribute = asks_for_attribute(question) and not (linked or leaning)
    wanting = linked or len(own) <= BARE or bare_time or ((leaning or attribute) and not names)
    rest = [word for word in content_words(last) if word not in gone] if wanting else []
    carried = [word for word in dict.fromkeys([*names, *rest]) if word not in own][:CARRIED]
    if not carried:
        return as_it_is
    searched = f"{question} ({', '.join(_as_written(carried, last))})"
    unsure = attribute and not names and len(own) > BARE
    alone = not (linked or leaning) and (len(own) > BARE or attribute) and not bare_time
    return FollowUp(searched, question if unsure else searched, alone)


def _has_new_subject(question: str, last: str, answer: str) -> bool:
    """Tell whether a question is about something that neither last question nor answer tells of."""
    subject = own_subject(question)
    spoken = (*content_words(last), *content_words(answer))
    return subject is not None and not any(alike(subject, word) for word in spoken)


def _as_written(words: Sequence[str], text: str) -> list[str]:
    written = {fold(match[0]): match[0] for match in reversed(list(_WORD.finditer(text)))}
    return [written.get(word, word) for word in words]
