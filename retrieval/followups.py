"""Follow-up questions made understandable by themselves, by a rule: no model is needed.

A question leans on the last one if it begins with "and", « et » and the like, or with a pronoun
(unless it is long and names what it is about), or has one within it and few words else, or if it is
short: at most `SHORT` words that tell something, none of them a name or a number. Then the names
and numbers of the last question are put behind it in brackets; where it has hardly a word that
tells something or began with "and", or a pronoun has no name to stand for, the other words of the
last question that tell something too.
"""

import re
import unicodedata
from collections.abc import Sequence

from retrieval.words import content_words, fold, names_and_numbers

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


def standalone(question: str, earlier: Sequence[str]) -> str:
    """Return `question`, completed from the `earlier` ones, the oldest first, if it leans on them.

    >>> standalone("And Inventec?", ["How large is the stock of Wistron?"])
    'And Inventec? (Wistron, large, stock)'
    """
    asked = ""
    for following in (*earlier, question):
        asked = _completed(following, asked) if asked else following
    return asked


def _completed(question: str, last: str) -> str:
    opening = unicodedata.normalize("NFC", question).replace("’", "'").lstrip(" «“\"'(¿-–—")
    folded = fold(opening)
    own_names = names_and_numbers(question)
    own = content_words(question)
    brief = len(own) <= SHORT and not own_names
    linked = bool(_AND.match(folded)) and not opening.lower().startswith(_WHERE)
    named = bool(own_names) and len(own) > LONG
    leaning = (_PRONOUN.match(folded) and not named) or (
        len(own) <= LEANING and not own_names and _INNER.search(folded)
    )
    if not (brief or linked or leaning):
        return question
    names = names_and_numbers(last)
    wanting = linked or len(own) <= BARE or (leaning and not names)
    rest = content_words(last) if wanting else []
    carried = [word for word in dict.fromkeys([*names, *rest]) if word not in own][:CARRIED]
    return f"{question} ({', '.join(_as_written(carried, last))})" if carried else question


def _as_written(words: Sequence[str], text: str) -> list[str]:
    written = {fold(match[0]): match[0] for match in reversed(list(_WORD.finditer(text)))}
    return [written.get(word, word) for word in words]
