"""Claims that turn round what their sentences say: who was left for whom, what rose and what fell.

All the names and numbers of "xAI left Dell for Supermicro" stand in a sentence that tells the
reverse, and both are near in meaning. So a claim is held to its roles and its outcome: a name that
it has someone leave, and every cited sentence that speaks of it has someone turn to; a verb whose
opposite the sentences have, and not itself. Where either side denies something, nothing is told.
"""

import re
from collections.abc import Sequence

from retrieval.premise import OPPOSITES, roles
from retrieval.spellings import one_spelling, phrases
from retrieval.words import fold

_NEGATION = re.compile(
    r"\b(?:not|never|no|nor|without|failed|refus\w*|denie[sd]|deny|pas|jamais|ne|n|sans|ni|aucune?"
    r"|dement\w*)\b|n['’]t\b|\bn['’]"
)
_WORD = re.compile(r"[^\W\d_][\w-]*")
_LEFT = (
    r"(?:leav(?:e|es|ing)|left|quit(?:s|ting)?|abandon\w*|drop(?:s|ped|ping)?|ditch(?:ed|es|ing)?"
    r"|dump(?:s|ed|ing)?|desert(?:s|ed|ing)?|swap(?:s|ped|ping)?|quitt\w+|delaiss\w+|lach\w+"
    r"|replac\w+|rempla\w+|trad(?:e|es|ed|ing))"
)
_THE = r"(?:the |its |his |her |their |le |la |les |l.|son |sa |ses |leur )?"
# "Left A for B", « a quitté A pour B »: B is turned to, which a preposition alone tells.
_FOR = (
    rf"\b{_LEFT}\s+{_THE}(?P<left>\w[\w-]*(?: \w[\w-]*)?) (?:for|pour) {_THE}(?P<turned>\w[\w-]*)"
)
# « passée de A à B », "moved from A to B": both, whatever stands between.
_FROM_TO = (
    r"\b(?:switch|mov|shift|turn|transfer|pass|bascul|deplac|redirect|chang|went"
    r"|gone|goes)\w*"
    r"(?: \w+){{0,6}}? (?:from|de|d.) ?{the}(?P<left>{name})(?: \w+){{0,3}}? (?:to|towards?|a"
    r"|vers|chez) {the}(?P<turned>{name})"
)


def turned_round(claim: str, sentences: Sequence[str]) -> bool:
    """Tell whether a claim says the reverse of the sentences that it cites."""
    said, told = _plain(claim), [_plain(sentence) for sentence in sentences]
    if any(_NEGATION.search(text) for text in (said, *told)):
        return False
    names = _names(claim)
    return _other_roles(names, said, told) or _other_outcome(said, told)


def _other_roles(names: Sequence[str], said: str, told: Sequence[str]) -> bool:
    for name in names:
        wanted = _roles(name, said)
        if len(wanted) != 1:
            continue
        found = {role for sentence in told for role in _roles(name, sentence)}
        if found and not wanted & found:
            return True
    return False


def _roles(name: str, text: str) -> set[str]:
    """Return what a text has someone do with a name: leave it, turn to it, or both."""
    found = set(roles(name, text))
    for match in re.finditer(_FOR, text):
        if match["turned"] == name:
            found = {*found, "turn"}
        elif name in match["left"].split():
            found = {*found, "leave"}
    for match in re.finditer(_FROM_TO.format(the=_THE, name=re.escape(name) + r"|\w[\w-]*"), text):
        if match["turned"] == name:
            found = {*(found - {"leave"}), "turn"}
        elif match["left"] == name:
            found = {*(found - {"turn"}), "leave"}
    return found


def _other_outcome(said: str, told: Sequence[str]) -> bool:
    """Tell whether the claim has one verb of a pair, and the sentences only the other."""
    for pair in OPPOSITES:
        for wanted, opposite in (pair, pair[::-1]):
            if not wanted.search(said) or opposite.search(said):
                continue
            if any(wanted.search(text) for text in told):
                continue
            if any(opposite.search(text) for text in told):
                return True
    return False


def _names(claim: str) -> list[str]:
    """Return the capitalised words of a claim, folded, in their one spelling."""
    found = [match[0] for match in _WORD.finditer(_one(claim))]
    return list(dict.fromkeys(fold(word) for word in found if any(c.isupper() for c in word)))


def _plain(text: str) -> str:
    return fold(_one(text))


def _one(text: str) -> str:
    """Return a text whose names have the spelling that both languages share."""
    for pattern, name in phrases():
        text = pattern.sub(name, text)
    return _WORD.sub(_spelt, text)


def _spelt(match: re.Match[str]) -> str:
    word = match[0]
    return one_spelling(word).capitalize() if any(c.isupper() for c in word) else word
