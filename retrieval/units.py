"""Percent and currencies, and the numbers they belong to, in English and French."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.calendar_words import Key

PERCENT = "percent"
_PERCENT = r"%|per ?cent\b|pour ?cent\b|pct\b"
_AFTER = {
    PERCENT: _PERCENT,
    "usd": r"(?:us )?\$(?!\d)|(?:us |american )?dollars?\b|usd\b",
    "eur": r"€(?!\d)|euros?\b|eur\b",
    "gbp": r"£(?!\d)|pounds? sterling\b|livres? sterling\b|gbp\b",
    "jpy": r"¥(?!\d)|yens?\b|jpy\b",
    "cny": r"yuans?\b|renminbi\b|cny\b",
    "chf": r"francs? suisses?\b|swiss francs?\b|chf\b",
}
_SIGNS = {"usd": r"\$", "eur": "€", "gbp": "£", "jpy": "¥"}
_CODES = {"usd": "usd", "eur": "eur", "gbp": "gbp", "jpy": "jpy", "chf": "chf"}
# Weights and books in a claim, but money where an article has them.
_POUNDS = r"pounds?\b|livres?\b"
_LINK = r"[\s-]?(?:d.\s?|de )?"
_NEXT = [(unit, re.compile(_LINK + f"(?:{way})")) for unit, way in _AFTER.items()]
_NEXT_POUNDS = re.compile(_LINK + f"(?:{_POUNDS})")
_LAST = [
    (unit, re.compile(rf"(?:{_SIGNS.get(unit, code)}|\b{code})\s?$"))
    for unit, code in _CODES.items()
]
_ANYWHERE = [
    (unit, re.compile(rf"(?<![a-z])(?:{way})" + (rf"|{_SIGNS[unit]}" if unit in _SIGNS else "")))
    for unit, way in _AFTER.items()
]
_POUNDS_ANYWHERE = re.compile(rf"\b(?:{_POUNDS})")
# What makes one amount of two: "10 to 20%", and what may: "10, 15 or 20%".
_SPAN = re.compile(r"\s?(?:to|a|-)\s?")
_LIST = re.compile(r"(?:,|,?\s(?:and|et|or|ou))\s")
_BETWEEN = re.compile(r"\b(?:between|entre|both)\s[$€£¥]?$")


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a number; where it is not `sure`, the number may well be of something else."""

    name: str
    sure: bool = True


def units_of(folded: str, spans: Sequence[tuple[int, int]]) -> list[Unit | None]:
    """Return the unit of each number of a folded text, given where they stand, in order."""
    found = [_beside(folded, start, end) for start, end in spans]
    pairs = list(pairwise(spans))
    for i in reversed(range(len(pairs))):
        (left, right), unit = pairs[i], found[i + 1]
        if found[i] is None and unit:
            found[i] = _shared(folded, left, right, unit)
    for i, (left, right) in enumerate(pairs):
        unit = found[i]
        if found[i + 1] is None and unit and _led(folded, left[0]):
            found[i + 1] = _shared(folded, left, right, unit)
    return found


def marks(folded: str) -> Iterator[tuple[str, str]]:
    """Yield each unit that a folded text names, once, with its words."""
    for unit, pattern in _ANYWHERE:
        if match := pattern.search(folded):
            yield unit, match[0]


def may_be_pounds(folded: str) -> bool:
    """Tell whether a folded text names what may be pounds of money."""
    return bool(_POUNDS_ANYWHERE.search(folded))


def key_of(unit: str) -> Key:
    """Return the key of a unit by itself."""
    return (PERCENT,) if unit == PERCENT else ("currency", unit)


def _beside(folded: str, start: int, end: int) -> Unit | None:
    for unit, pattern in _NEXT:
        if pattern.match(folded, end):
            return Unit(unit)
    for unit, pattern in _LAST:
        if pattern.search(folded, max(0, start - 6), start):
            return Unit(unit)
    return Unit("gbp", sure=False) if _NEXT_POUNDS.match(folded, end) else None


def _led(folded: str, start: int) -> bool:
    return any(pattern.search(folded, max(0, start - 6), start) for _, pattern in _LAST)


def _shared(folded: str, left: tuple[int, int], right: tuple[int, int], unit: Unit) -> Unit | None:
    """Return the unit of one number as that of the one before or after it, if it is of both."""
    between = folded[left[1] : right[0]].rstrip("$€£¥")
    if _SPAN.fullmatch(between):
        return unit
    if not _LIST.fullmatch(between):
        return None
    pair = _BETWEEN.search(folded, max(0, left[0] - 12), left[0])
    return unit if pair else Unit(unit.name, sure=False)
