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
    r"(?P<lead>\b(?:(?P<en>in|since|until|till|by|early|late|mid|last|next|this|of|from|through|before"
    r"|after|during)|en|depuis|debut|fin|mi|de|avant|apres|entre|jusqu'a)[ -])?"
    rf"\b{_MONTH}"
)
_WEEKDAY = re.compile(r"\b(" + "|".join(_WEEKDAYS) + r")s?\b")
# Words that are months only where something says so. English writes its months large, French
# small: "may" is a verb, and « Mars » a planet.
_LARGE = {"may", "march"}
_SHORT = {"mar", "jan", "sep", "sept", "dec", "jun", "jul", "oct", "nov"}
_FIRST_NAMES = {"jan", "mar"}
# After the first word of a sentence, what "May" and "March" do as months, and verbs do not.
_MONTH_DOES = re.compile(r"\s(?:was|is|has|had|will|saw|brought|marks?|marked|would)\b")
_MARCH_ON = re.compile(r"\s(?:on|for|against|in|through|past)\b")
_OPENING = re.compile(r"(?:^|[.!?…:\n«“\"]\s*)$")
_CAPITAL_BEFORE = re.compile(r"\b[A-Z][\w.]*\s$")

_HALF_DAY = (
    r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?"
    r"|\s(?P<late>in the (?:evening|afternoon)|at night|du soir|de l.apres-midi)"
    r"|\s(?P<early>in the morning|du matin))"
)
_HOURS = r"\s?(?:h|heures?)"
_HOUR_WORDS = """
un|une|one deux|two trois|three quatre|four cinq|five six sept|seven huit|eight neuf|nine dix|ten
onze|eleven douze|twelve treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt
vingt_et_une vingt-deux vingt-trois
"""
_SAID = {
    word.replace("_", " "): hour
    for hour, ways in enumerate(_HOUR_WORDS.split(), 1)
    for word in ways.split("|")
}
_SAID_HOUR = "|".join(sorted(_SAID, key=len, reverse=True))
_MINUTES = {"et demie": 30, "et quart": 15, "moins le quart": -15, "": 0}
_CLOCK = [
    re.compile(
        rf"\b(?P<h>[0-2]?\d)(?:\s?[:]\s?|{_HOURS}\s?|\.(?=\d\d\s?[ap]\.?m))(?P<m>[0-5]\d)(?!\d)"
        rf"(?:{_HALF_DAY})?"
    ),
    re.compile(
        rf"\b(?P<h>[0-2]?\d|{_SAID_HOUR})(?:(?P<hours>{_HOURS})|(?P<clock>\s?o.clock))\b"
        rf"(?P<m>(?: et demie| et quart| moins le quart)?)(?:{_HALF_DAY})?"
    ),
    re.compile(rf"\b(?P<h>1?\d|{_SAID_HOUR})(?P<m>){_HALF_DAY}"),
]
_PAST = re.compile(
    rf"\b(?P<part>half|(?:a )?quarter) (?P<way>past|to) (?P<h>1?\d|{_SAID_HOUR})\b(?:{_HALF_DAY})?"
)
_NAMED_HOURS = {"noon": 12, "midday": 12, "midi": 12, "midnight": 0, "minuit": 0}
_NAMED = re.compile(r"(?<!apres-)\b(" + "|".join(_NAMED_HOURS) + r")\b")


@dataclass(frozen=True, slots=True)
class Moment:
    """A part of a date, or an hour, at `start:end`.

    A claim's needs one of the keys in `accepts`; an article's offers those in `gives`.
    """

    start: int
    end: int
    accepts: frozenset[Key]
    gives: frozenset[Key]


def dates(folded: str, written: str) -> Iterator[Moment]:
    """Yield the dates of a text in lower case without accents; what they cover may overlap.

    `written` is the same text with its capitals.
    """
    for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST, _SLASHED):
        for match in pattern.finditer(folded):
            yield from _date(match)
    for match in _MONTH_YEAR.finditer(folded):
        month = frozenset([("month", _MONTHS[match["month"]])])
        yield Moment(match.start(), match.end("month"), month, month)
        yield _year(match)
    for match in _MONTH_ALONE.finditer(folded):
        if _is_month(match, written):
            keys = frozenset([("month", _MONTHS[match["month"]])])
            yield Moment(match.start("month"), match.end("month"), keys, keys)
    for match in _WEEKDAY.finditer(folded):
        keys = frozenset([("weekday", _WEEKDAYS[match[1]])])
        yield Moment(*match.span(), keys, keys)


def _is_month(match: re.Match[str], written: str) -> bool:
    """Tell whether a word that stands without a day and a year is a month."""
    word, start, end = match["month"], match.start("month"), match.end("month")
    cased = written != written.lower()
    before, large = written[max(0, start - 30) : start], written[start].isupper()
    within = large and not _OPENING.search(before) and not _CAPITAL_BEFORE.search(before)
    if word in _LARGE and cased:
        opens = large and bool(_OPENING.search(before) and _MONTH_DOES.match(match.string, end))
        if word == "march" and not match["lead"] and _MARCH_ON.match(match.string, end):
            return False
        return opens or (large and bool(match["lead"])) or within
    if word == "mars" and cased:
        return not large
    if word in _LARGE:
        return bool(match["en"])
    if word == "sept" and not match["en"] and not match[0].endswith("."):
        return False  # « en sept ans »: seven
    if word in _SHORT:
        return bool(match["lead"]) or (within and word not in _FIRST_NAMES)
    return True


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
            said = match["m"].strip()
            minutes = int(said) if said.isdigit() else _MINUTES[said]
            if (hour := _hour(match)) <= 24 and not _is_a_while(match):
                keys = _at(match, hour * 60 + minutes)
                told = match.groupdict()
                halved = match["half"] or match["late"] or match["early"]
                if (told.get("hours") or told.get("clock")) and not halved and not minutes:
                    keys |= {("n", str(hour))}  # « huit heures de travail »
                yield Moment(*match.span(), keys, keys)
    for match in _PAST.finditer(folded):
        minutes = 30 if match["part"] == "half" else 15
        keys = _at(match, _hour(match) * 60 + (minutes if match["way"] == "past" else -minutes))
        yield Moment(*match.span(), keys, keys)
    for match in _NAMED.finditer(folded):
        keys = frozenset([("hour", _NAMED_HOURS[match[1]], 0)])
        yield Moment(*match.span(), keys, keys)


def _is_a_while(match: re.Match[str]) -> bool:
    """Tell whether « une heure » is how long something takes, as "an hour" is."""
    halved = match["half"] or match["late"] or match["early"]
    if match["h"] not in ("un", "une", "one") or halved or match.groupdict().get("clock"):
        return False
    at = match.string.endswith("a ", 0, match.start())
    return not at or match.string.startswith((" de", " d'"), match.end())


def _hour(match: re.Match[str]) -> int:
    return _SAID[match["h"]] if match["h"] in _SAID else int(match["h"])


def _at(match: re.Match[str], minutes: int) -> frozenset[Key]:
    """Return the keys of a time of day; where only English leaves its half open, of both."""
    hour = _hour(match)
    if (match["half"] == "p" or match["late"]) and hour < 12:
        minutes += 12 * 60
    elif (match["half"] == "a" or match["early"]) and hour == 12:
        minutes -= 12 * 60
    told = match.groupdict()
    open_half = (told.get("clock") or told.get("way")) and hour <= 12
    halved = match["half"] or match["late"] or match["early"]
    ways = [minutes, minutes + 12 * 60] if open_half and not halved else [minutes]
    return frozenset(("hour", way // 60 % 24, way % 60) for way in ways)
