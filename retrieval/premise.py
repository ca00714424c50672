"""Questions that take for granted the contrary of what the articles say.

"Why did xAI leave Dell?" is about the right names, and wrong. Two rules find such questions, in
French and English and across them: a name that the question has someone leave and the articles
have someone turn to (or the reverse), and a verb that says the opposite of theirs (sales that
rose where the articles have them fall). Both speak only where the articles do not also say what
the question does. No training data holds such questions over news; hence rules, kept narrow.
"""

import re
from collections.abc import Iterable, Sequence

from retrieval.words import fold, names_and_numbers

_LEAVING = (
    r"leav(?:e|es|ing)|left|quit(?:s|ting)?|abandon\w*|drop(?:s|ped|ping)?|ditch\w*|dump\w*|desert\w*"
    r"|(?:part|parted|parting)(?: ways)? with|br(?:eak|eaks|oke|oken|eaking) with|away from|from"
    r"|instead of|rather than|replac(?:e|es|ed|ing)|quitt\w+|abandonn\w+|delaiss\w+|lach\w+"
    r"|tourn\w+ le dos a|detourn\w+ d\w*|(?:rompu|rompt|rompre|rompant) avec|au detriment d\w*"
    r"|aux depens d\w*|plutot qu\w*|au lieu d\w*|remplac\w+|depuis"
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
    r"ris(?:e|es|en|ing)|rose|increas\w*|grow\w*|grew|climb\w*|jump\w*|surg\w*|soar\w*|augment\w*"
    r"|hauss\w*|progress\w*|grimp\w*|bondi\w*|croit|croiss\w*|accru\w*"
)
_FALLING = (
    r"fall\w*|fell|declin\w*|decreas\w*|plung\w*|slump\w*|shr[aiu]nk\w*|sank|tumbl\w*|baiss\w*|chut\w*"
    r"|recul\w*|diminu\w*|plong\w*|effondr\w*"
)
_BUYING = r"b(?:uy|uys|uying|ought)|acquir\w*|achet\w*|rachet\w*|acqui[st]\w*"
_SELLING = r"s(?:ell|ells|elling|old)|vend\w*|cede\w*"
_OPENING = r"open\w*|ouvr\w*|ouvert\w*"
_CLOSING = r"clos(?:e|es|ed|ing|ure)|shut\w*|ferm(?:e|es|er|ee|ees|ent|era|eture|ant)"
_AGREEING = (
    r"approv\w*|accept\w*|agree\w*|vot\w+ (?:for|pour)|adopt\w*|approuv\w*|valid\w*|support\w*"
    r"|soutien\w*|soutenu\w*"
)
_REFUSING = r"reject\w*|refus\w*|declin\w+ to|vot\w+ (?:against|contre)|rejet\w*|oppos\w*"
_WINNING = r"w(?:in|ins|inning|on)|gagn\w*|remport\w*|decroch\w*"
_LOSING = r"los(?:e|es|ing|t)|perd\w*"
_STAYING = r"stay\w*|remain\w*|keep\w*|kept|rest(?:e|er|ent|era|ee)|conserv\w*"
_GOING = r"leav(?:e|es|ing)|left|resign\w*|quit\w*|demission\w*"
_HIRING = r"appoint\w*|hir(?:e|es|ed|ing)|recrut\w*|embauch\w*|nomm\w*"
_FIRING = r"fir(?:e|ed|es|ing)|dismiss\w*|resign\w*|licenci\w*|demission\w*|revoqu\w*"
_STARTING = r"start\w*|beg[aiu]n\w*|launch\w*|lanc\w*|commenc\w*|debut\w*"
_STOPPING = r"stop\w*|end(?:s|ed|ing)?|cancel\w*|halt\w*|arret\w*|annul\w*|cess\w*"
OPPOSITES = tuple(
    (re.compile(rf"\b(?:{one})\b"), re.compile(rf"\b(?:{other})\b"))
    for one, other in (
        (_RISING, _FALLING),
        (_BUYING, _SELLING),
        (_OPENING, _CLOSING),
        (_AGREEING, _REFUSING),
        (_WINNING, _LOSING),
        (_STAYING, _GOING),
        (_HIRING, _FIRING),
        (_STARTING, _STOPPING),
    )
)


def contradicted(question: str, sentences: Sequence[str]) -> bool:
    """Tell whether `sentences` (those read, the likeliest first) say the contrary of a question."""
    asked, said = fold(question), [fold(sentence) for sentence in sentences]
    return _roles_conflict(question, asked, said) or _verbs_conflict(question, asked, said)


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


def _roles_conflict(question: str, asked: str, said: Sequence[str]) -> bool:
    for name in names_and_numbers(question):
        wanted = roles(name, asked)
        if len(wanted) != 1:
            continue
        told = _union(roles(name, sentence) for sentence in said)
        if told and not wanted & told:
            return True
    return False


def _verbs_conflict(question: str, asked: str, said: Sequence[str]) -> bool:
    """Tell whether the best sentence says the opposite, and no sentence what is asked."""
    if not said:
        return False
    names = names_and_numbers(question)
    about = [text for text in said if not names or any(name in text for name in names)]
    for one, other in OPPOSITES:
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
