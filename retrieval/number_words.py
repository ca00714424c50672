"""Numbers as words in English and French: "twelve", « soixante-dix mille », "a billion"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_COUNTED = """
zero
one un une
two deux
three trois
four quatre
five cinq
six
seven sept
eight huit
nine neuf
ten dix
eleven onze
twelve douze
thirteen treize
fourteen quatorze
fifteen quinze
sixteen seize
seventeen
eighteen
nineteen
"""
_RANKED = """
deuxieme
troisieme
fourth quatrieme
fifth cinquieme
sixth sixieme
seventh septieme
eighth huitieme
ninth neuvieme
tenth dixieme
eleventh onzieme
twelfth douzieme
"""


def _table(lines: str, first: int) -> dict[str, int]:
    """Return the words of lines with their numbers, counted from `first`."""
    counted = enumerate(lines.strip().splitlines(), first)
    return {word: number for number, line in counted for word in line.split()}


_UNITS = _table(_COUNTED, 0)
_TENS = {
    "twenty": 20, "vingt": 20, "vingts": 20, "thirty": 30, "trente": 30, "forty": 40,
    "quarante": 40, "fifty": 50, "cinquante": 50, "sixty": 60, "soixante": 60, "seventy": 70,
    "septante": 70, "eighty": 80, "ninety": 90, "nonante": 90,
}  # fmt: skip
SCALES: dict[str, int] = {
    "dizaine": 10, "dizaines": 10, "dozen": 12, "dozens": 12, "douzaine": 12, "douzaines": 12,
    "vingtaine": 20, "hundred": 100, "hundreds": 100, "cent": 100, "cents": 100, "centaine": 100,
    "centaines": 100, "thousand": 1_000, "thousands": 1_000, "mille": 1_000, "millier": 1_000,
    "milliers": 1_000,
    "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9,
    "billion": 10**9, "billions": 10**9, "trillion": 10**12, "trillions": 10**12,
}  # fmt: skip
_ORDINALS = {
    **dict.fromkeys(("first", "premier", "premiere", "premiers", "premieres", "once", "single"), 1),
    **dict.fromkeys(("second", "seconde", "twice", "both", "duo", "pair", "paire"), 2),
    **dict.fromkeys(("third", "tiers", "thrice", "trio"), 3),
}
_FIRM_ORDINALS = _table(_RANKED, 2)
_FRACTIONS = {"half": "0.5", "demi": "0.5", "moitie": "0.5", "quarter": "0.25", "quart": "0.25"}
# « neuf » is also "new", "one" and « un » hardly ever count, "second" is also a unit of time: such
# words tell what stands in an article, but are not asked for in it.
_SOFT = {*_ORDINALS, *_FRACTIONS, "one", "un", "une", "neuf", "cent", "cents", "zero"}
_ARTICLES = {"a", "an", "un", "une"}
_TOKEN = re.compile(r"[a-z]+")
_KNOWN = {*_UNITS, *_TENS, *SCALES, *_ORDINALS, *_FIRM_ORDINALS, *_FRACTIONS}


@dataclass(frozen=True, slots=True)
class WordNumber:
    """A number in words at `start:end`; `firm` unless the words may well mean something else."""

    start: int
    end: int
    value: Decimal
    firm: bool


def word_numbers(folded: str) -> Iterator[WordNumber]:
    """Yield the numbers in words of a text in lower case without accents, in order."""
    run: list[re.Match[str]] = []
    for token in _TOKEN.finditer(folded):
        if run and not _continues(folded, run, token):
            yield from _numbers(run)
            run = []
        if token[0] in _KNOWN or token[0] in _ARTICLES or run:
            run.append(token)
    yield from _numbers(run)


def _continues(folded: str, run: list[re.Match[str]], token: re.Match[str]) -> bool:
    """Tell whether `token` may belong to the number that the run has begun."""
    if folded[run[-1].end() : token.start()] not in (" ", "-"):
        return False
    last = run[-1][0]
    if token[0] in ("and", "et"):
        return last in SCALES or last in _TENS
    return token[0] in _UNITS or token[0] in _TENS or token[0] in SCALES


def _numbers(run: list[re.Match[str]]) -> Iterator[WordNumber]:
    """Cut a run of number words where one number ends and another begins."""
    at = 0
    while at < len(run):
        value, length = _leading(run[at:])
        if length == 0:
            at += 1
            continue
        words = [token[0] for token in run[at : at + length]]
        firm = length > 1 or words[0] not in _SOFT
        if not (length == 1 and words[0] in SCALES and words[0] not in ("mille", "cent", "dozen")):
            yield WordNumber(run[at].start(), run[at + length - 1].end(), value, firm)
        at += length


def _leading(run: list[re.Match[str]]) -> tuple[Decimal, int]:
    """Return the value of the number that opens a run, and of how many words it is made."""
    words = [token[0] for token in run]
    for table in (_FIRM_ORDINALS, _ORDINALS):
        if words[0] in table:
            return Decimal(table[words[0]]), 1
    if words[0] in _FRACTIONS:
        return Decimal(_FRACTIONS[words[0]]), 1
    total = current = 0
    used = at = 0
    room = 1_000  # only something smaller than this may still be added
    while at < len(words):
        word = words[at]
        if word in ("and", "et"):
            at += 1
            continue
        if word == "quatre" and words[at + 1 : at + 2] in (["vingt"], ["vingts"]):
            value, step = 80, 2
        elif word in _TENS:
            value, step = _TENS[word], 1
        elif word in SCALES:
            scale = SCALES[word]
            if scale < 1_000:
                current = max(current, 1) * scale
                room = scale
            else:
                total, current, room = total + max(current, 1) * scale, 0, 1_000
            at = used = at + 1
            continue
        elif word in _ARTICLES and words[at + 1 : at + 2] and words[at + 1] in SCALES:
            value, step = 1, 1
        elif word in _UNITS:
            value, step = _UNITS[word], 1
        else:
            break
        after_ten = used > 0 and words[at - 1] == "dix"
        if value >= room or (after_ten and not 7 <= value <= 9):
            break
        current += value
        # « soixante-dix », « quatre-vingt-onze »: sixty and eighty may take up to nineteen more,
        # and « dix » up to nine: « dix-sept ».
        room = 20 if value in (60, 80) else 10 if value >= 20 or word == "dix" else 1
        at = used = at + step
    return Decimal(total + current), used
