"""Questions that take for granted the contrary of what the articles say.

"Why did xAI leave Dell?" is about the right names, and wrong. Two rules find such questions, in
French and English and across them: a name that the question has someone leave and the articles
have someone turn to (or the reverse), and a verb that says the opposite of theirs (sales that
rose where the articles have them fall). Only questions that take something for granted are held to
them (those for a reason, and "when"), none with a negation, and only against sentences that name
all the question names. Both rules speak only where no such sentence also says what the question
does. What is open today closes in the evening, and who joined leaves one day: of "when", neither
whom one leaves nor what comes in turn contradicts.
"""

import re
from collections.abc import Iterable, Sequence

from retrieval.cues import ASKING, asked_for
from retrieval.words import fold, names_and_numbers, words

_WHEN = re.compile(rf"{ASKING}(?P<when>when|quand)\b|{ASKING}depuis quand\b")
_NEGATION = re.compile(r"\b(?:not|never|no longer|pas|jamais|ne|n)\b|n['’]t\b|\bn['’]")
_LEAVING = (
    r"leav(?:e|es|ing)|left|quit(?:s|ting)?|abandon(?:s|ed|ing)?|drop(?:s|ped|ping)?|ditch(?:ed|es|ing)?"
    r"|dump(?:s|ed|ing)?|desert(?:s|ed|ing)?|(?:part|parted|parting)(?: ways)? with"
    r"|br(?:eak|eaks|oke|oken|eaking) with|(?:switch|mov|shift|turn|walk|pull|depart|transfer)\w*"
    r"(?: \w+){0,4}? (?:away )?from|instead of|rather than|replac(?:e|es|ed|ing)"
    r"|quitt(?:e|ent|er|ait|ant)|abandonn(?:e|ent|er|ait|ant)|delaiss(?:e|ent|er|ait|ant)"
    r"|lach(?:e|ent|er|ait|ant)|tourn\w+ le dos a|detourn\w+ d\w*"
    r"|(?:rompu|rompt|rompre|rompant) avec|au detriment d\w*|aux depens d\w*|plutot qu\w*"
    r"|au lieu d\w*|remplac(?:e|ent|er|ait|ant)"
)
_TURNING = (
    r"(?:switch\w*|mov(?:e|es|ed|ing)|shift\w*|turn\w*|went|go|goes|going|transfer\w*|award\w*|hand\w*"
    r"|entrust\w*|redirect\w*)(?: \w+){0,5}? (?:to|toward|towards)"
    r"|choos(?:e|es|ing)|chose|chosen|pick\w*|opt\w* for|prefer\w*|sign\w* with|join\w*|adopt\w*"
    r"|in favou?r of|replaced by|for the benefit of"
    r"|(?:confi|attribu|transfer|tourn|bascul|pass)\w*(?: \w+){0,5}? (?:a|vers|chez)"
    r"|choisi\w*|opt\w+ pour|au profit d\w*|en faveur d\w*|remplacee?s? par|rejoi\w+|prefer\w+|vers"
)
# What may stand between verb and name: articles, and the subject of a French question.
_ARTICLE = (
    r"(?:\W+(?:the|a|an|its|le|la|les|l|de|du|des|d|of|son|sa|ses|leur|t|il|elle|on|ils|elles))*"
)
# « commandes de X au profit de Y »: X is left, whatever verb stands before.
_LEFT_BEHIND = r"{name} (?:au profit|en faveur|in favou?r|for the benefit) (?:de|du|d|of)"
_RISING = (
    r"rise|rises|rising|rose|risen|increas(?:e|es|ed|ing)|grow|grows|growing|grew|grown"
    r"|climb(?:s|ed|ing)?|jump(?:s|ed|ing)?|surg(?:e|es|ed|ing)|soar(?:s|ed|ing)?"
    r"|augment(?:e|es|ee|ees|ent|er|era|ait|aient|ant|ation|ations)|hauss(?:e|es|ent|ait|er)"
    r"|progress(?:e|ent|er|ait)|grimp(?:e|ent|er|ait)|bondi(?:r|t|ssent)?|croissent|croissance"
    r"|accrus?|accrues?"
)
_FALLING = (
    r"fall|falls|falling|fell|fallen|declin(?:e|es|ed|ing)(?! to)|decreas(?:e|es|ed|ing)"
    r"|plung(?:e|es|ed|ing)|slump(?:s|ed|ing)?|shrink|shrinks|shrank|shrunk|sank"
    r"|tumbl(?:e|es|ed|ing)|baiss(?:e|es|ee|ees|ent|er|era|ait|aient|ant)|chut(?:e|es|ent|er|ait)"
    r"|recul(?:e|es|ent|er|ait)|diminu(?:e|ee|ees|ent|er|ait|ant|tion|tions)"
    r"|plong(?:e|ent|er|eait)|effondr(?:e|ee|ent|er|ait|ement)"
)
_OPENING = r"open|opens|opened|opening|ouvr(?:e|ent|ir|ira|iront|ait|ant)|ouvert(?:e|s|es|ure)?"
_CLOSING = (
    r"close(?! to)|closed|closes|closing|closure|shut|shuts|shutting"
    r"|ferm(?:er|era|eront|eture|ee|ees|ent|ait|ant)|(?:a|ont|avait|avaient) ferme"
)
_AGREEING = (
    r"approv(?:e|es|ed|ing|al)|accept(?:s|ed|ing|e|er|ent|ait)?|agree(?:s|d|ing)?"
    r"|vot\w+ (?:for|pour)"
    r"|adopt(?:s|ed|ing|e|er|ent|ait)?|approuv(?:e|ent|er|ait)|valid(?:e|ent|er|ait|ated)"
)
_REFUSING = (
    r"reject(?:s|ed|ing|ion)?|refus(?:e|es|ed|ing|al|ent|er|ait)|vot\w+ (?:against|contre)"
    r"|rejet(?:te|tent|er|e|ait)?"
)
_HIRING = (
    r"appoint(?:s|ed|ing|ment)?|hir(?:e|es|ed|ing)|recrut(?:e|ent|er|ait|ement)"
    r"|embauch(?:e|ent|er|ait)|nomm(?:e|ee|ent|er|ait)"
)
_FIRING = (
    r"fired|fires|firing|dismiss(?:es|ed|ing|al)?|licenci(?:e|ee|ees|ent|er|ait|ement|ements)"
    r"|revoqu(?:e|ee|ent|er|ait)"
)
_STARTING = (
    r"start(?:s|ed|ing)?|beg[aiu]ns?|beginning|launch(?:es|ed|ing)?|lanc(?:e|ee|ent|er|ait|ement)"
    r"|commenc(?:e|ent|er|ait)|debut(?:e|ent|er|ait)"
)
_STOPPING = (
    r"cancel(?:s|led|ling)?|halt(?:s|ed|ing)?|arret(?:e|ee|ent|er|ait)|annul(?:e|ee|ent|er|ait|ation)"
    r"|cess(?:e|ent|er|ait)"
)
_Pair = tuple[re.Pattern[str], re.Pattern[str]]


def _pair(one: str, other: str) -> _Pair:
    return re.compile(rf"\b(?:{one})\b"), re.compile(rf"\b(?:{other})\b")


_IN_TURN = (
    _pair(_OPENING, _CLOSING),
    _pair(_HIRING, _FIRING),
    _pair(_STARTING, _STOPPING),
)
_AT_ODDS = (_pair(_RISING, _FALLING), _pair(_AGREEING, _REFUSING))
OPPOSITES = (*_AT_ODDS, *_IN_TURN)


def contradicted(question: str, sentences: Sequence[str]) -> bool:
    """Tell whether `sentences` (those read, the likeliest first) say the contrary of a question."""
    asked = fold(question)
    reason = "reason" in asked_for(question)
    timed = None if reason else _WHEN.search(asked)
    if not (reason or timed) or _NEGATION.search(asked):
        return False
    names = [name for name in names_and_numbers(question) if not name[0].isdigit()]
    about = [s for s in map(fold, sentences) if set(names) <= set(words(s))]
    if timed and timed["when"]:
        return _verbs_conflict(asked, about, _AT_ODDS)
    return _roles_conflict(names, asked, about) or _verbs_conflict(asked, about, OPPOSITES)


def roles(name: str, folded: str) -> set[str]:
    """Return what a folded text has someone do with a folded name: leave it, turn to it, both."""
    named = re.escape(name)
    found = set()
    turning = re.search(rf"\b(?:{_TURNING}){_ARTICLE}\W+{named}\b", folded)
    if turning:
        found.add("turn")
    behind = re.search(_LEFT_BEHIND.format(name=named), folded)
    if behind or re.search(rf"\b(?:{_LEAVING}){_ARTICLE}\W+{named}\b", folded):
        found.add("leave")
    return found


def _roles_conflict(names: Sequence[str], asked: str, about: Sequence[str]) -> bool:
    for name in names:
        wanted = roles(name, asked)
        if len(wanted) != 1:
            continue
        told = _union(roles(name, sentence) for sentence in about)
        if told and not wanted & told:
            return True
    return False


def _verbs_conflict(asked: str, about: Sequence[str], opposites: Sequence[_Pair]) -> bool:
    """Tell whether the best sentence says the opposite, and no sentence what is asked."""
    for one, other in opposites:
        for wanted, opposite in ((one, other), (other, one)):
            if not wanted.search(asked) or opposite.search(asked):
                continue
            if any(wanted.search(text) for text in about):
                continue
            if about and opposite.search(about[0]):
                return True
    return False


def _union(parts: Iterable[set[str]]) -> set[str]:
    return set().union(*parts)
