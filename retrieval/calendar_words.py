"""Dates and hours of the day, in English and French, as keys that both languages share."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

Key = tuple[str | int, ...]

_MONTH_NAMES = """
january janvier jan
february fevrier feb
march mars mar
april avril apr
may mai
june juin jun
july juillet jul
august aout aug
september septembre sept sep
october octobre oct
november novembre nov
december decembre dec
"""
_DAY_NAMES = """
monday lundi
tuesday mardi
wednesday mercredi
thursday jeudi
friday vendredi
saturday samedi
sunday dimanche
"""


def _table(lines: str) -> dict[str, int]:
    """Return the words of lines with the number of their line, counted from 1."""
    counted = enumerate(lines.strip().splitlines(), 1)
    return {word: number for number, line in counted for word in line.split()}


_MONTHS, _WEEKDAYS = _table(_MONTH_NAMES), _table(_DAY_NAMES)
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er)?"
_YEAR = r"(?P<year>\d{4})"
_ISO = re.compile(rf"\b{_YEAR}-(?P<month>[01]\d)-(?P<day>[0-3]\d)\b")
_DAY_FIRST = re.compile(rf"\b{_DAY} (?:of )?{_MONTH}(?:,? (?:de )?{_YEAR}\b)?")
_MONTH_FIRST = re.compile(rf"\b{_MONTH} (?:the )?{_DAY}(?!\d|[:.,]\d)\b(?:,? {_YEAR}\b)?")
_MONTH_YEAR = re.compile(rf"\b{_MONTH},? (?:of |de )?{_YEAR}\b")
_SLASHED = re.compile(rf"\b(?P<day>[0-3]?\d)(?P<s>[/.])(?P<month>[0-3]?\d)(?P=s){_YEAR}\b")
_MONTH_ALONE = re.compile(
    r"(?P<lead>\b(?:(?P<en>in|since|until|till|by|early|late|mid|last|next)|en|depuis|debut|fin|mi)"
    rf"[ -])?\b{_MONTH}"
)
_WEEKDAY = re.compile(r"\b(" + "|".join(_WEEKDAYS) + r")s?\b")
_UNSURE = {"may", "march", "mars", "mar", "jan", "sep", "dec", "jun", "jul", "oct", "nov", "sept"}

_HALF_DAY = (
    r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?"
    r"|\s(?P<late>in the (?:evening|afternoon)|at night|du soir|de l.apres-midi)"
    r"|\s(?P<early>in the morning|du matin))"
)
_HOURS = r"\s?(?:h|heures?)"
_CLOCK = [
    re.compile(
        rf"\b(?P<h>[0-2]?\d)(?:\s?[:]\s?|{_HOURS}\s?|\.(?=\d\d\s?[ap]\.?m))(?P<m>[0-5]\d)(?!\d)"
        rf"(?:{_HALF_DAY})?"
    ),
    re.compile(rf"\b(?P<h>[0-2]?\d)(?P<hours>{_HOURS}|\s?o.clock)\b(?P<m>)(?:{_HALF_DAY})?"),
    re.compile(rf"\b(?P<h>1?\d)(?P<m>)(?P<hours>){_HALF_DAY}"),
]
_NAMED_HOURS = {"noon": 12, "midday": 12, "midi": 12, "midnight": 0, "minuit": 0}
_NAMED = re.compile(r"(?<!apres-)\b(" + "|".join(_NAMED_HOURS) + r")\b")


@dataclass(frozen=True, slots=True)
class Moment:
    """A part of a date, or an hour, at `start:end`.

    A claim's needs one of the keys in `accepts`; an article's offers those in `gives`. `firm`
    unless the words may well mean something else.
    """

    start: int
    end: int
    accepts: frozenset[Key]
    gives: frozenset[Key]
    firm: bool = True


def dates(folded: str) -> Iterator[Moment]:
    """Yield the dates of a text in lower case without accents; what they cover may overlap."""
    for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST, _SLASHED):
        for match in pattern.finditer(folded):
            yield from _date(match)
    for match in _MONTH_YEAR.finditer(folded):
        month = frozenset([("month", _MONTHS[match["month"]])])
        yield Moment(match.start(), match.end("month"), month, month)
        yield _year(match)
    for match in _MONTH_ALONE.finditer(folded):
        if match["month"] == "sept" and not match["en"] and not match[0].endswith("."):
            continue  # « en sept ans »: seven
        keys = frozenset([("month", _MONTHS[match["month"]])])
        firm = bool(match["lead"]) or match["month"] not in _UNSURE
        yield Moment(match.start("month"), match.end("month"), keys, keys, firm)
    for match in _WEEKDAY.finditer(folded):
        keys = frozenset([("weekday", _WEEKDAYS[match[1]])])
        yield Moment(*match.span(), keys, keys)


def _date(match: re.Match[str]) -> Iterator[Moment]:
    named = _MONTHS.get(match["month"])
    first, second = int(match["day"]), named or int(match["month"])
    pairs = {(second, first)}
    if named is None and match.re is _SLASHED:
        pairs.add((first, second))  # 3/4 is in March or in April: who knows
    pairs = {(month, day) for month, day in pairs if 1 <= month <= 12 and 1 <= day <= 31}
    if not pairs:
        return
    accepts = frozenset[Key](("day", *pair) for pair in pairs)
    gives = accepts | {("month", month) for month, _ in pairs} | {("n", str(d)) for _, d in pairs}
    start, end = match.span()
    if match["year"]:
        yield _year(match)
        start = match.end("year") if match.start("year") == start else start
        end = match.start("year") if match.end("year") == end else end
    yield Moment(start, end, accepts, gives)


def _year(match: re.Match[str]) -> Moment:
    keys = frozenset([("n", str(int(match["year"])))])
    return Moment(match.start("year"), match.end("year"), keys, keys)


def hours(folded: str) -> Iterator[Moment]:
    """Yield the hours of the day of a text in lower case without accents."""
    for pattern in _CLOCK:
        for match in pattern.finditer(folded):
            hour, minute = int(match["h"]), int(match["m"] or 0)
            if hour > 24:
                continue
            plain: set[Key] = {("n", str(hour))} if match.groupdict().get("hours") else set()
            if (match["half"] == "p" or match["late"]) and hour < 12:
                hour += 12
            elif match["half"] == "a" and hour == 12:
                hour = 0
            keys = frozenset({("hour", hour % 24, minute)} | plain)
            yield Moment(*match.span(), keys, keys)
    for match in _NAMED.finditer(folded):
        keys = frozenset([("hour", _NAMED_HOURS[match[1]], 0)])
        yield Moment(*match.span(), keys, keys)
