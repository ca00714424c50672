"""The rules that make English questions of English sentences."""

import re

from retrieval.question_shapes import NUMBER, TAIL, Rule, ask_before, fits, simple_subject, words_of

_MONTH_EN = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE_EN = (
    rf"(?:on|in|from|by) (?:\d{{1,2}} (?:{_MONTH_EN})(?: \d{{4}})?"
    rf"|(?:{_MONTH_EN}) \d{{1,2}}(?:, \d{{4}})?|(?:{_MONTH_EN})(?: \d{{4}})?|\d{{4}}"
    r"|(?:the )?(?:spring|summer|autumn|winter) (?:of )?\d{4})"
)
_AUXILIARY = "was|were|is|are|has|have|had|will|would|can|could|must"
_ABOUT = r"(?:(?:About|Around|Nearly|Almost|Some|More than|Over|At least|Up to) )?"
_HOW_MANY = re.compile(
    rf"{_ABOUT}(?:{NUMBER}|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Twelve|Twenty)"
    rf" ((?:[a-z-]+ ){{0,2}}(?:[a-z-]+s|people|men|women|children)) ({_AUXILIARY}|died|work|live)"
    r" ([^,]+?)(?=[,.]|$)"
)
_ACCORDING = re.compile(r"^According to [^,]{3,40}, ")
_SAYS = re.compile(
    r"(.+?) (?:(?P<now>want|propose|plan|recommend|demand|promise|expect|fear|hope|intend)(?P<s>s?)"
    r"|(?P<has>has|have) (?P<done>proposed|recommended|demanded|promised|announced|decided)"
    r"|(?P<past>recommended|demanded|promised|announced|proposed|decided)) .+"
)
_PLAIN = {"recommended": "recommend", "demanded": "demand", "promised": "promise"}
_PLAIN |= {"announced": "announce", "proposed": "propose", "decided": "decide"}
_COST = re.compile(r"(.+?) (costs?|will cost|has cost|would cost) (?:[a-z ]{0,12})?[€$£]?\d.*")
_BECAUSE = re.compile(r"(.+?),? (?:because|due to|owing to)\b.+")
_ON_DATE = re.compile(rf"(.+?) {_DATE_EN}{TAIL}.*")


def _how_many(text: str, whole: str) -> str:
    found = _HOW_MANY.match(_ACCORDING.sub("", text))
    if not found or not fits(" ".join(found.groups())) or " of " in f" {found[1]} ":
        return ""
    return f"How many {found[1]} {found[2]} {found[3]}?"


def _how_much(text: str, whole: str) -> str:
    found = _COST.fullmatch(text)
    subject = simple_subject(found[1], whole, "en") if found else ""
    if not found or not subject:
        return ""
    verb = {"cost": "did", "costs": "does"}.get(found[2], found[2].split()[0])
    return f"How much {verb} {subject} cost?"


def _what(text: str, whole: str) -> str:
    found = _SAYS.fullmatch(text)
    subject = simple_subject(found[1], whole, "en") if found else ""
    if not found or not subject or re.search(rf"\b(?:{_AUXILIARY}|to|be)\b", subject):
        return ""
    if found["now"]:
        return f"What {'does' if found['s'] else 'do'} {subject} {found['now']}?"
    if found["has"]:
        return f"What {found['has']} {subject} {found['done']}?"
    return f"What did {subject} {_PLAIN[found['past']]}?"


def _inverted(asks: str, clause: str, whole: str) -> str:
    """Return a question of a clause: "Why was the bridge closed?" of "The bridge was closed"."""
    clause = clause.strip()
    if not fits(clause):
        return ""
    if found := re.match(rf"(.+?) ({_AUXILIARY}) (.+)", clause):
        subject = simple_subject(found[1], whole, "en")
        if subject and not re.search(rf"\b(?:{_AUXILIARY}|that|which|who)\b", found[3]):
            return f"{asks} {found[2]} {subject} {found[3]}?"
        return ""
    past = words_of("en").past
    parts = clause.split()
    at = next((n for n, part in enumerate(parts) if n and part in past), 0)
    subject = simple_subject(" ".join(parts[:at]), whole, "en") if at else ""
    rest = " ".join(parts[at + 1 :])
    if not subject or re.search(r"\b(?:that|which|who|said)\b", rest):
        return ""
    return f"{asks} did {subject} {past[parts[at]]}{' ' + rest if rest else ''}?"


ENGLISH: tuple[Rule, ...] = (
    ("why", ask_before(_BECAUSE, "Why", _inverted)),
    ("what", _what),
    ("when", ask_before(_ON_DATE, "When", _inverted)),
    ("how many", _how_many),
    ("how much", _how_much),
)
