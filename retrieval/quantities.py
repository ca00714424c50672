"""Numbers, amounts, percentages, dates and hours, as keys that English and French share.

What a text says is read into facts. A claim's fact stands in an article if one of the keys that
it accepts is among those that the article gives: « 5 milliards » and "5 billion" both give the
number 5000000000, « 22 h 10 » and "10:10 pm" the same hour. Where a writing has two readings
("1,500" in English and French), both count.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from retrieval.calendar_words import Key, Moment, dates, hours
from retrieval.number_words import word_numbers
from retrieval.words import fold

_NUMBER = re.compile(
    r"(?<!\w)(?<!\w[.,])(?:\d{1,3}(?:(?P<group>[ .,'’])\d{3})(?:(?P=group)\d{3})*(?!\d)(?:[.,]\d+)?"
    r"|\d+(?:[.,]\d+)?)"
)
_SCALE = re.compile(
    r"\s?(?:(?P<word>thousands?|hundred|mille|milliers?|millions?|milliards?|billions?|trillions?"
    r"|cents?|dozen|bn|mds?|mrds?|mn|tn)|(?P<letter>[bkmt])(?!(?<=\s.)-[a-z]))(?![a-z])"
)
_SCALES: dict[str, tuple[int, ...]] = {
    "thousand": (10**3,), "hundred": (100,), "mille": (10**3,), "millier": (10**3,),
    "million": (10**6,), "milliard": (10**9,), "billion": (10**9,), "trillion": (10**12,),
    "dozen": (12,), "bn": (10**9,), "md": (10**9,), "mrd": (10**9,), "mn": (10**6,),
    "tn": (10**12,), "cent": (1, 100), "b": (1, 10**9),
    "k": (1, 10**3), "m": (1, 10**6), "t": (1, 10**12),
}  # fmt: skip
# Beside money a letter is a scale and nothing else: not 5 metres.
_MONEY_BEFORE = re.compile(r"[$€£]\s?$")
_MONEY_AFTER = re.compile(r"\s?(?:d.|de )?(?:[$€£]|(?:us )?dollars?\b|euros?\b|(?:usd|eur|gbp)\b)")
_AND_A_HALF = re.compile(r"\s(?:and a half|et demie?)\b")
_PERCENT = re.compile(r"%|\bper ?cent\b|\bpour ?cent\b|\bpct\b")
_CURRENCIES = {
    "usd": r"\$|\b(?:us )?dollars?\b|\busd\b",
    "eur": r"€|\beuros?\b|\beur\b",
    "gbp": r"£|\bpounds? sterling\b|\blivres? sterling\b|\bgbp\b",
    "jpy": r"\byens?\b|\bjpy\b",
    "cny": r"\byuans?\b|\brenminbi\b|\bcny\b",
    "chf": r"\bfrancs? suisses?\b|\bswiss francs?\b|\bchf\b",
}
_CURRENCY = [(("currency", name), re.compile(pattern)) for name, pattern in _CURRENCIES.items()]
# Weights and books in a claim, but money where an article has them.
_POUNDS = re.compile(r"\bpounds?\b|\blivres?\b")


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a text says at `text`; see the module for `accepts` and `gives`."""

    text: str
    accepts: frozenset[Key]
    gives: frozenset[Key]
    firm: bool = True


def plain(text: str) -> str:
    """Return a text with compatible characters made one, in lower case, without accents."""
    compatible = unicodedata.normalize("NFKC", text).replace("’", "'")
    return fold(compatible.replace("\u2011", "-").replace("\u2212", "-").replace("–", "-"))


def quantities(text: str) -> list[Quantity]:
    """Return what a text says in numbers, dates and hours, in no special order."""
    folded = plain(text)
    found: list[Quantity] = []
    moments = [*_longest(dates(folded)), *hours(folded)]
    free = list(folded)
    for moment in _longest(moments):
        said = folded[moment.start : moment.end].strip(" ,-")
        found.append(Quantity(said, moment.accepts, moment.gives, moment.firm))
        if moment.firm:
            free[moment.start : moment.end] = "\x1f" * (moment.end - moment.start)
    rest = "".join(free)
    found += _marks(rest)
    rest = _PERCENT.sub(lambda match: "\x1f" * len(match[0]), rest)
    for start, end, values in _numbers(rest):
        keys = frozenset[Key](("n", _name(value)) for value in values)
        found.append(Quantity(rest[start:end].strip(), keys, keys))
        rest = rest[:start] + "\x1f" * (end - start) + rest[end:]
    for number in word_numbers(rest):
        key = frozenset[Key]([("n", _name(number.value))])
        found.append(Quantity(rest[number.start : number.end], key, key, number.firm))
    return found


def given(texts: Iterable[str]) -> frozenset[Key]:
    """Return all the keys that texts give."""
    return frozenset(key for text in texts for found in quantities(text) for key in found.gives)


def _marks(folded: str) -> Iterator[Quantity]:
    """Yield percent and currencies, once each, whatever number they stand at."""
    percent = _PERCENT.search(folded)
    if percent:
        key = frozenset[Key]([("percent",)])
        yield Quantity(percent[0], key, key)
    for name, pattern in _CURRENCY:
        match = pattern.search(folded)
        if match:
            yield Quantity(match[0], frozenset([name]), frozenset([name]))
    if _POUNDS.search(folded):
        key = frozenset[Key]([("currency", "gbp")])
        yield Quantity("", key, key, firm=False)


def _numbers(folded: str) -> Iterator[tuple[int, int, set[Decimal]]]:
    for match in list(_NUMBER.finditer(folded)):
        values, end = _readings(match[0], match["group"]), match.end()
        half = _AND_A_HALF.match(folded, end)
        if half and (scale := _SCALE.match(folded, half.end())) and scale["word"]:
            values, end = {value + Decimal("0.5") for value in values}, half.end()
        while scale := _SCALE.match(folded, end):
            factors = _SCALES[scale["letter"] or _singular(scale["word"])]
            if scale["letter"] and _of_money(folded, match.start(), scale.end()):
                factors = factors[1:]
            values, end = {value * factor for value in values for factor in factors}, scale.end()
            if half := _AND_A_HALF.match(folded, end):
                values, end = {v + Decimal(factors[-1]) / 2 for v in values}, half.end()
        yield match.start(), end, values


def _of_money(folded: str, start: int, end: int) -> bool:
    """Tell whether a currency stands right before or after `start:end`."""
    before = _MONEY_BEFORE.search(folded, max(0, start - 2), start)
    return bool(before or _MONEY_AFTER.match(folded, end))


def _singular(word: str) -> str:
    return word.removesuffix("s")


def _readings(digits: str, group: str | None) -> set[Decimal]:
    """Return what a number may be: "1,500" is 1500 in English and 1.5 in French."""
    if group is None:
        return {Decimal(digits.replace(",", "."))}
    whole = digits.replace(group, "").replace(",", ".")
    readings = {Decimal(whole)}
    if group in ".," and digits.count(group) == 1 and whole.isdigit() and digits[0] != "0":
        readings.add(Decimal(digits.replace(",", ".")))
    if group in ".," and digits[0] == "0":
        readings = {Decimal(digits.replace(",", "."))} if digits.count(group) == 1 else readings
    return readings


def _name(value: Decimal) -> str:
    """Return the one way a value is written in keys."""
    return format(value.normalize(), "f")


def _longest(moments: Iterable[Moment]) -> list[Moment]:
    """Return moments without those that lie within a longer one."""
    kept: list[Moment] = []
    for moment in sorted(moments, key=lambda m: (-(m.end - m.start), m.start)):
        if not any(moment.start < other.end and other.start < moment.end for other in kept):
            kept.append(moment)
    return kept
