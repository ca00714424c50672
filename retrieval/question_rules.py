"""Questions made from sentences of news by rule, in English and in French.

Each rule looks for one shape of sentence: a subject, what is said of it, and a reason, a date, a
number or a price. The question is made of the sentence's own words, with the part that answers it
cut off. A sentence that leans on others, quotes somebody, or is long or nested gives none: an odd
question is worse than none. The words that rules know are in `question_rules.toml`.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.types import Article, Sentence
from retrieval.retriever import Candidate
from retrieval.selection import points_back

LONGEST = 220  # characters of a sentence
CLAUSE = (3, 16)  # words of what a question keeps of its sentence
SUBJECT = 7  # words at most
_NESTED = re.compile(r"[«»“”\"‹›()\[\]:;!?…|*_<>{}$`]|\s[–—-]\s")
_MONTH_EN = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH_FR = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_DATE_EN = (
    rf"(?:on|in|from|by) (?:\d{{1,2}} (?:{_MONTH_EN})(?: \d{{4}})?"
    rf"|(?:{_MONTH_EN}) \d{{1,2}}(?:, \d{{4}})?|(?:{_MONTH_EN})(?: \d{{4}})?|\d{{4}}"
    r"|(?:the )?(?:spring|summer|autumn|winter) (?:of )?\d{4})"
)
_DATE_FR = (
    rf"(?:(?:le|du|dès le|à partir du) (?:1er|\d{{1,2}}) (?:{_MONTH_FR})(?: \d{{4}})?"
    rf"|(?:en|dès|fin|début|à la mi-) ?(?:{_MONTH_FR})(?: \d{{4}})?|(?:en|dès|fin|début) \d{{4}}"
    r"|(?:au printemps|à l[’']été|à l[’']automne) \d{4})"
)
_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f.,]\d{3})*"
_NAME = r"[A-ZÀ-Ý][a-zà-ÿ]+(?:-[A-ZÀ-Ý][a-zà-ÿ]+)?"
_PERSON = re.compile(rf"(?<![\w’'-])({_NAME}(?: (?:de|van|von|le|la|[A-Z]\.))? {_NAME}), ([^,.]+)")
_TAIL = r"(?=[,.]|$| (?:after|and|with|when|après|et|avec|lorsqu)\b)"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question, the rule that made it, and the sentence: article id, start and end.

    `title` is the article's.
    """

    question: str
    rule: str
    place: tuple[str, int, int]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What the rules know of a language.

    `openers` begin a subject, `roles` what is said of a person, and `past` tells the plain form of
    verbs in the past tense (English only). `stops` are never part of a simple subject.
    """

    openers: frozenset[str]
    roles: frozenset[str]
    stops: frozenset[str]
    past: dict[str, str]


@cache
def words_of(language: str) -> Words:
    """Return the words of "en" or "fr"."""
    path = Path(__file__).parent / "question_rules.toml"
    found = tomllib.loads(path.read_text(encoding="utf-8"))[language]
    past = [pair.partition(":") for pair in found.get("past", "").split()]
    return Words(
        frozenset(found["openers"].split()),
        frozenset(found["roles"].split()),
        frozenset(found["stops"].split()),
        {said: plain for said, _, plain in past},
    )


def proposals(candidates: Sequence[Candidate], language: str) -> tuple[Proposal, ...]:
    """Return the questions in `language` that the sentences of the candidates may answer.

    Those about a person come from articles in either language, all others from its own.
    """
    found: dict[str, Proposal] = {}
    for candidate in candidates:
        article = candidate.passage.article
        for sentence in candidate.sentences:
            if sentence.kind != "text":
                continue
            for rule, question in _questions(article, sentence, language):
                place = (article.id, sentence.start, sentence.end)
                found.setdefault(question, Proposal(question, rule, place, article.title))
    return tuple(found.values())


def _questions(article: Article, sentence: Sentence, language: str) -> Iterator[tuple[str, str]]:
    text = " ".join(article.text[sentence.start : sentence.end].split())
    if len(text) > LONGEST:
        return
    if name := _person(text, article.language):
        yield "who", f"Who is {name}?" if language == "en" else f"Qui est {name} ?"
    if article.language != language or points_back(text) or _NESTED.search(text):
        return
    rules = _ENGLISH if language == "en" else _FRENCH
    for rule, make in rules:
        if question := make(text, article.text):
            yield rule, question


def _person(text: str, language: str) -> str:
    """Return the full name of a person of whom a sentence says who they are, or nothing."""
    if language not in ("en", "fr"):
        return ""
    for found in _PERSON.finditer(text):
        said = re.findall(r"[\w’'-]+", found[2].lower())[:4]
        if any(word.rpartition("’")[2] in words_of(language).roles for word in said):
            first = found[1].split()[0].lower()
            if first not in words_of(language).openers:
                return found[1]
    return ""


def _subject(text: str, whole: str, language: str) -> str:
    """Return a simple subject as it stands within a sentence, or nothing.

    It opens with an article, or is a name that the text has within a sentence too.
    """
    parts = text.split()
    known = words_of(language)
    if not 1 <= len(parts) <= SUBJECT or "," in text:
        return ""
    lower = [part.lower().strip("’'") for part in parts]
    if any(word in known.stops for word in lower):
        return ""
    first = re.split(r"(?<=[’'])", parts[0])[0].replace("'", "’").lower()
    if first in known.openers:
        return text[0].lower() + text[1:] if len(parts) > 1 or "’" in first else ""
    within = re.search(rf"(?<=[a-zà-ÿ,] ){re.escape(parts[0])}(?!\w)", whole)
    return text if within and all(part[0].isupper() for part in parts) else ""


def _fits(clause: str) -> bool:
    return CLAUSE[0] <= len(clause.split()) <= CLAUSE[1] and "," not in clause


# --- English ---------------------------------------------------------------------------------

_AUXILIARY = "was|were|is|are|has|have|had|will|would|can|could|must"
_ABOUT = r"(?:(?:About|Around|Nearly|Almost|Some|More than|Over|At least|Up to) )?"
_HOW_MANY = re.compile(
    rf"{_ABOUT}(?:{_NUMBER}|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Twelve|Twenty)"
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
_ON_DATE = re.compile(rf"(.+?) {_DATE_EN}{_TAIL}.*")


def _how_many(text: str, whole: str) -> str:
    found = _HOW_MANY.match(_ACCORDING.sub("", text))
    if not found or not _fits(" ".join(found.groups())) or " of " in f" {found[1]} ":
        return ""
    return f"How many {found[1]} {found[2]} {found[3]}?"


def _how_much(text: str, whole: str) -> str:
    found = _COST.fullmatch(text)
    subject = _subject(found[1], whole, "en") if found else ""
    if not found or not subject:
        return ""
    verb = {"cost": "did", "costs": "does"}.get(found[2], found[2].split()[0])
    return f"How much {verb} {subject} cost?"


def _what(text: str, whole: str) -> str:
    found = _SAYS.fullmatch(text)
    subject = _subject(found[1], whole, "en") if found else ""
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
    if not _fits(clause):
        return ""
    if found := re.match(rf"(.+?) ({_AUXILIARY}) (.+)", clause):
        subject = _subject(found[1], whole, "en")
        if subject and not re.search(rf"\b(?:{_AUXILIARY}|that|which|who)\b", found[3]):
            return f"{asks} {found[2]} {subject} {found[3]}?"
        return ""
    past = words_of("en").past
    parts = clause.split()
    at = next((n for n, part in enumerate(parts) if n and part in past), 0)
    subject = _subject(" ".join(parts[:at]), whole, "en") if at else ""
    rest = " ".join(parts[at + 1 :])
    if not subject or re.search(r"\b(?:that|which|who|said)\b", rest):
        return ""
    return f"{asks} did {subject} {past[parts[at]]}{' ' + rest if rest else ''}?"


def _why(text: str, whole: str) -> str:
    found = _BECAUSE.fullmatch(text)
    return _inverted("Why", found[1], whole) if found else ""


def _when(text: str, whole: str) -> str:
    found = _ON_DATE.fullmatch(text)
    return _inverted("When", found[1], whole) if found else ""


# --- French ----------------------------------------------------------------------------------

_AUXILIAIRE = "a|ont|est|sont|sera|seront|était|étaient|avait|avaient|aura|auront|va|vont"
_ENVIRON = r"(?:(?:Environ|Quelque|Près de|Plus de|Au moins|Jusqu[’']à) )?"
_COMBIEN_DE = re.compile(
    rf"{_ENVIRON}(?:{_NUMBER}|Deux|Trois|Quatre|Cinq|Six|Sept|Huit|Neuf|Dix|Douze|Vingt)"
    rf" ((?:[a-zà-ÿœ-]+ ){{0,2}}?[a-zà-ÿœ-]+[sx]) ({_AUXILIAIRE}) ([^,]+?)[ \u00a0]?(?=[,.]|$)"
)
_SELON = re.compile(r"^(?:Selon|D[’']après) [^,]{3,40}, ")
_COUT = re.compile(r"(.+?) (coûtera|coûte|coûtent|coûteront|a coûté|ont coûté) .*?\d.*")
_CAR = re.compile(r"(.+?),? (?:parce qu|car |en raison d|à cause d|faute d|à la suite d|grâce à).+")
_LE_DATE = re.compile(rf"(.+?) {_DATE_FR}{_TAIL}.*")
_VERB_FR = re.compile(
    rf"(?:\b(?:se |s[’']|ne s[’'])|\b)(?:{_AUXILIAIRE}|\w{{3,}}(?:ra|ront|rait|raient))\b"
)
_DIRE = re.compile(
    r"(.+?) (?:(?P<now>promet|promettent|propose|proposent|demande|demandent|réclame|réclament"
    r"|prévoit|prévoient|craint|craignent|recommande|recommandent|souhaite|souhaitent|exige|exigent)"
    r"|(?P<has>a|ont) (?P<done>demandé|proposé|promis|annoncé|recommandé|décidé|réclamé|exigé))"
    r" (?!par\b|à\b|au\b|aux\b).+"
)


def _combien_de(text: str, whole: str) -> str:
    found = _COMBIEN_DE.match(_SELON.sub("", text))
    if not found or not _fits(" ".join(found.groups())):
        return ""
    link = "d’" if found[1][0] in "aeéèêiîoôuyœh" else "de "
    return f"Combien {link}{found[1]} {found[2]} {found[3]} ?"


def _combien(text: str, whole: str) -> str:
    found = _COUT.fullmatch(text)
    subject = _subject(found[1], whole, "fr") if found else ""
    return f"Combien {found[2]} {subject} ?" if found and subject else ""


def _avec(asks: str, clause: str, whole: str) -> str:
    """Return a question of a clause: « Pourquoi est-ce que la gare est fermée ? »."""
    clause = clause.strip()
    verb = _VERB_FR.search(clause)
    if not verb or not _fits(clause) or re.search(r"\b(?:qui|que|dont|où)\b", clause):
        return ""
    subject = _subject(clause[: verb.start()].strip(), whole, "fr")
    if not subject or subject.split()[-1] in ("se", "s’", "ne", "n’", "y", "en"):
        return ""
    link = "est-ce qu’" if subject[0].lower() in "aeéèêiîoôuyœ" else "est-ce que "
    return f"{asks} {link}{subject} {clause[verb.start() :]} ?"


def _que(text: str, whole: str) -> str:
    found = _DIRE.fullmatch(text)
    subject = _subject(found[1], whole, "fr") if found else ""
    if not found or not subject:
        return ""
    if found["now"]:
        return f"Que {found['now']} {subject} ?"
    return f"Qu’{found['has']} {found['done']} {subject} ?"


def _pourquoi(text: str, whole: str) -> str:
    found = _CAR.fullmatch(text)
    return _avec("Pourquoi", found[1], whole) if found else ""


def _quand(text: str, whole: str) -> str:
    found = _LE_DATE.fullmatch(text)
    return _avec("Quand", found[1], whole) if found else ""


Rule = tuple[str, Callable[[str, str], str]]
_ENGLISH: tuple[Rule, ...] = (
    ("why", _why),
    ("what", _what),
    ("when", _when),
    ("how many", _how_many),
    ("how much", _how_much),
)
_FRENCH: tuple[Rule, ...] = (
    ("why", _pourquoi),
    ("what", _que),
    ("when", _quand),
    ("how many", _combien_de),
    ("how much", _combien),
)
