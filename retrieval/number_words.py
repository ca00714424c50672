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
    "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40, "cinquantaine": 50,
    "soixantaine": 60, "hundred": 100, "hundreds": 100, "cent": 100, "cents": 100,
    "centaine": 100, "centaines": 100, "thousand": 1_000, "thousands": 1_000, "mille": 1_000,
    "millier": 1_000, "milliers": 1_000, "million": 10**6, "millions": 10**6,
    "milliard": 10**9, "milliards": 10**9, "billion": 10**9, "billions": 10**9,
    "trillion": 10**12, "trillions": 10**12,
}  # fmt: skip
_SETS = {
    **dict.fromkeys(("once", "single"), 1),
    **dict.fromkeys(("twice", "both", "duo", "pair", "paire"), 2),
    **dict.fromkeys(("thrice", "trio"), 3),
}
# « neuf » is also "new", "one" and « un » hardly ever count, « quarantaine » keeps the sick apart:
# such words tell what stands in an article, but are not asked for in it.
_SOFT = {*_SETS, "one", "un", "une", "neuf", "cent", "cents", "zero"}
# Before what is counted, « neuf » and « cent » count: « neuf personnes », not « neuf, mais ».
_COUNTING = {"neuf", "cent"}
_COUNTED_NEXT = re.compile(
    r" (?!(?:mais|dans|plus|sans|depuis|apres|tres|des|les|ses|ces|mes|tes|nos|vos|leurs|pas|vers"
    r"|sous|puis|alors|jamais|hors|is|was|has|as|this|us|coins?|pieces?)\b)[a-z'-]{2,}[sx]\b"
)
_PER = re.compile(r"\b(?:per|pour|a|one|tout|flambant) $")
_ARTICLES = {"a", "an", "un", "une"}
_AND = {"and", "et"}
_BIG = {word for word, scale in SCALES.items() if scale >= 1_000}
_BETWEEN = re.compile(r"\b(?:between|entre)\s$")
_LONGEST = 40  # words of a number; more are no number, and would take long
_TIE = "\x1e"  # makes one word of several
_HALVED = "|".join(sorted({*_BIG, "dozen", "douzaine"}, key=len, reverse=True))
_HALF_OF = re.compile(
    rf"\b(?:half(?: an?)?|demi)[ -](?:{_HALVED})\b|(?<=[a-z] )and a half (?:{_HALVED})\b"
)
_HALF_MORE = re.compile(rf"\b({_HALVED}) (and a half|et demie?)\b")
_TOKEN = re.compile(rf"[a-z]+(?:{_TIE}[a-z]+)*")
_KNOWN = {*_UNITS, *_TENS, *SCALES, *_SETS}


@dataclass(frozen=True, slots=True)
class WordNumber:
    """A number in words at `start:end`; `firm` unless the words may well mean something else."""

    start: int
    end: int
    value: Decimal
    firm: bool


def word_numbers(folded: str) -> Iterator[WordNumber]:
    """Yield the numbers in words of a text in lower case without accents, in order."""
    folded = _tied(folded)
    run: list[re.Match[str]] = []
    for token in _TOKEN.finditer(folded):
        if run and not _continues(folded, run, token):
            yield from _apart(folded, run)
            run = []
        if token[0] in _KNOWN or token[0] in _ARTICLES or _TIE in token[0] or run:
            run.append(token)
    yield from _apart(folded, run)


def _tied(folded: str) -> str:
    """Return a text with "half a million" and "and a half" as one word each, as long as before."""
    folded = _HALF_OF.sub(lambda m: re.sub("[ -]", _TIE, m[0]), folded.replace(_TIE, "\x1f"))
    return _HALF_MORE.sub(lambda m: f"{m[1]} {m[2].replace(' ', _TIE)}", folded)


def _continues(folded: str, run: list[re.Match[str]], token: re.Match[str]) -> bool:
    """Tell whether `token` may belong to the number that the run has begun."""
    if folded[run[-1].end() : token.start()] not in (" ", "-"):
        return False
    last = run[-1][0]
    if last == "et":  # no other word goes on after it: « vingt et un », « soixante et onze »
        return token[0] in ("un", "une", "onze")
    if token[0] in _AND:
        return last in SCALES or last in _TENS
    tied = token[0].startswith(("and", "et")) and _TIE in token[0]
    return tied or token[0] in _UNITS or token[0] in _TENS or token[0] in SCALES


def _apart(folded: str, run: list[re.Match[str]]) -> Iterator[WordNumber]:
    """Yield the numbers of a run; "between" and the one "and" after it make two of it."""
    ands = [i for i, token in enumerate(run) if token[0] in _AND]
    between = len(ands) == 1 and _BETWEEN.search(folded, max(0, run[0].start() - 8), run[0].start())
    for part in (run[: ands[0]], run[ands[0] + 1 :]) if between else (run,):
        yield from _numbers(part)


def _numbers(run: list[re.Match[str]]) -> Iterator[WordNumber]:
    """Cut a run of number words where one number ends and another begins."""
    at = 0
    while at < len(run):
        value, length = _leading([token[0] for token in run[at : at + _LONGEST]])
        if length == 0 or run[at][0] in _AND:
            at += 1
            continue
        words = [token[0] for token in run[at : at + length]]
        firm = (length > 1 or words[0] not in _SOFT) and "quarantaine" not in words
        if length == 1 and words[0] in _COUNTING:
            firm = _counts(run[at])
        if not (length == 1 and words[0] in SCALES and words[0] not in ("mille", "cent", "dozen")):
            yield WordNumber(run[at].start(), run[at + length - 1].end(), value, firm)
        at += length


def _counts(word: re.Match[str]) -> bool:
    """Tell whether « neuf » or « cent » stands before what is counted."""
    text = word.string
    return bool(_COUNTED_NEXT.match(text, word.end())) and not _PER.search(
        text, max(0, word.start() - 10), word.start()
    )


def value_of(word: str) -> int | None:
    """Return the number that one word says, or digits, in lower case without accents."""
    if word.isdigit() and len(word) < 7:
        return int(word)
    return next((table[word] for table in (_UNITS, _TENS, SCALES) if word in table), None)


def _leading(words: list[str]) -> tuple[Decimal, int]:
    """Return the value of the number that opens a run, and of how many words it is made."""
    if words[0] in _SETS:
        return Decimal(_SETS[words[0]]), 1
    if _TIE in words[0]:
        scale = SCALES.get(words[0].split(_TIE)[-1], 0)
        return Decimal(scale) / 2, 1 if scale else 0
    parts: list[tuple[int, int]] = []  # scales of 1,000 or more, and what they make
    hundreds = units = 0  # of the part under way
    whole = (Decimal(0), 0)  # the number up to the last scale, should another begin after it
    used = at = 0
    room = 1_000  # only something smaller than this may still be added
    while at < len(words):
        word = words[at]
        if word in _AND:
            at += 1
            continue
        if _TIE in word:
            return _and_a_half(words, at, sum(part for _, part in parts) + hundreds, units)
        if word == "quatre" and words[at + 1 : at + 2] in (["vingt"], ["vingts"]):
            value, step = 80, 2
        elif word in _TENS:
            value, step = _TENS[word], 1
        elif word in SCALES:
            scale, begun = SCALES[word], hundreds + units
            if scale < 1_000:
                if hundreds:
                    return whole
                hundreds, units, room = max(units, 1) * scale, 0, 100 if scale == 100 else 1
            else:
                again = any(scale == other for other, _ in parts)
                smaller = sum(part for other, part in parts if other < scale)
                if again or (smaller and words[whole[1]] in _AND):
                    return whole
                parts = [(other, part) for other, part in parts if other > scale]
                parts.append((scale, max(smaller + begun, 1) * scale))
                hundreds, units, room = 0, 0, 1_000
            at = used = at + 1
            whole = Decimal(sum(part for _, part in parts) + hundreds), used
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
        units += value
        # « soixante-dix », « quatre-vingt-onze »: sixty and eighty may take up to nineteen more,
        # and « dix » up to nine: « dix-sept ».
        room = 20 if value in (60, 80) else 10 if value >= 20 or word == "dix" else 1
        at = used = at + step
    return Decimal(sum(part for _, part in parts) + hundreds + units), used


def _and_a_half(words: list[str], at: int, before: int, units: int) -> tuple[Decimal, int]:
    """Return the number that ends at a word for "and a half", or "and a half million"."""
    last = words[at].split(_TIE)[-1]
    if last in SCALES:
        return (before + units + Decimal("0.5")) * SCALES[last], at + 1
    return before + units + Decimal(SCALES[words[at - 1]]) / 2, at + 1
