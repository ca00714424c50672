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
from retrieval.counted_nouns import ONE, counts_one, nouns_after
from retrieval.counts import counts, sizes_of
from retrieval.number_words import word_numbers
from retrieval.shares import shares_of
from retrieval.units import PERCENT, Unit, key_of, marks, may_be_pounds, units_of
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
# Whole numbers that are more often years.
_YEARLIKE = re.compile(r"(?:1[5-9]|20)\d\d")


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a text says at `text`; see the module for `accepts` and `gives`.

    One that is not `firm` may well mean something else. It is asked for, if at all, where an
    article says otherwise: where that has other keys that begin as `family` does. `kinds` are
    the keys of what a number counts, which speak against "one" of these.
    """

    text: str
    accepts: frozenset[Key]
    gives: frozenset[Key]
    firm: bool = True
    family: Key | None = None
    kinds: frozenset[Key] = frozenset()

    @property
    def against(self) -> frozenset[Key]:
        """The keys that speak against others of their family."""
        return self.kinds | self.accepts if self.firm or self.family else self.kinds


def plain(text: str) -> str:
    """Return a text with compatible characters made one, in lower case, without accents."""
    return fold(_compatible(text))


def quantities(text: str) -> list[Quantity]:
    """Return what a text says in numbers, dates and hours, in no special order."""
    folded = plain(text)
    written = _with_capitals(text, folded)
    found: list[Quantity] = []
    for moment in _longest([*_longest(dates(folded, written)), *hours(folded)]):
        said = folded[moment.start : moment.end].strip(" ,-")
        found.append(Quantity(said, moment.accepts, moment.gives))
        folded, written = (_blank(t, moment.start, moment.end) for t in (folded, written))
    rest = folded
    for count in counts(folded, written):
        said = folded[count.start : count.end].strip()
        found.append(Quantity(said, count.accepts, count.gives, count.firm, count.family))
        if count.whole:
            rest = _blank(rest, count.start, count.end)
    return [*found, *_marks(rest), *_counted(rest)]


def given(texts: Iterable[str]) -> tuple[frozenset[Key], frozenset[Key]]:
    """Return all the keys that texts give, and those that speak against others of their family."""
    found = [quantity for text in texts for quantity in quantities(text)]
    gives = frozenset(key for quantity in found for key in quantity.gives)
    return gives, frozenset(key for quantity in found for key in quantity.against)


def _compatible(text: str) -> str:
    compatible = unicodedata.normalize("NFKC", text).replace("’", "'")
    return compatible.replace("\u2011", "-").replace("\u2212", "-").replace("–", "-")


def _with_capitals(text: str, folded: str) -> str:
    """Return a text as `plain` does, but with its capitals; `folded` where lengths differ."""
    decomposed = unicodedata.normalize("NFD", _compatible(text))
    written = "".join(c for c in decomposed if not unicodedata.combining(c))
    return written if len(written) == len(folded) else folded


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + "\x1f" * (end - start) + text[end:]


def _marks(folded: str) -> Iterator[Quantity]:
    """Yield percent and currencies, once each, whatever number they stand at."""
    for unit, said in marks(folded):
        key = frozenset([key_of(unit)])
        yield Quantity(said, key, key)
    if may_be_pounds(folded):
        key = frozenset([key_of("gbp")])
        yield Quantity("", key, key, firm=False)


def _counted(folded: str) -> Iterator[Quantity]:
    """Yield the numbers of a text, each with its unit if it has one, and what is one of a kind."""
    found: list[tuple[int, int, set[Decimal], bool]] = []
    rest = folded
    for start, end, values in _numbers(folded):
        found.append((start, end, values, True))
        rest = _blank(rest, start, end)
    for number in word_numbers(rest):
        found.append((number.start, number.end, {number.value}, number.firm))
    found.sort(key=lambda number: number[:2])
    named = [unit for unit, _ in marks(folded)]
    units = units_of(folded, [(start, end) for start, end, _, _ in found])
    for (start, end, values, firm), unit in zip(found, units, strict=True):
        said = folded[start:end].strip()
        accepts, gives = _keys_of(values, unit, said)
        counted = nouns_after(folded, end) if firm and unit is None else []
        if firm and unit is None and not counted:  # "5 billion dollars, and the other's 2 billion"
            gives |= {("n", _name(value), name) for value in values for name in named}
        kinds = frozenset[Key](("count", n, _name(v)) for n in counted for v in values)
        yield Quantity(said, accepts, gives | kinds, firm, kinds=kinds)
    for match in ONE.finditer(folded):
        for noun in nouns_after(folded, match.end()):
            one = frozenset[Key]([("count", noun, "1")])
            family: Key | None = ("count", noun) if counts_one(folded, match) else None
            yield Quantity(match[0], one, one, False, family)


def _keys_of(
    values: set[Decimal], unit: Unit | None, said: str
) -> tuple[frozenset[Key], frozenset[Key]]:
    """Return what a number accepts and gives: with a unit, only numbers of that unit."""
    bare: set[Key] = {("n", _name(value)) for value in values}
    sizes = {key for value in values for key in sizes_of(value)}
    if unit is None:
        return frozenset(bare), frozenset(bare if _YEARLIKE.fullmatch(said) else bare | sizes)
    bound: set[Key] = {("n", _name(value), unit.name) for value in values}
    if unit.name == PERCENT:
        sizes = {key for value in values for key in shares_of(value)}
    if not unit.sure:
        return frozenset(bare | bound), frozenset(bare | bound | sizes)
    # "5 billion" may be said of "$5bn", but "5" hardly of "5%".
    return frozenset(bound), frozenset(bound | sizes | (set() if unit.name == PERCENT else bare))


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
