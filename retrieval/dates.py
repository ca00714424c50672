"""Words of time in a question, English and French: from "last week" to days of publication.

Words that count from today ("yesterday", « ces 3 derniers jours », "before last week") and those
that open at a date ("since March", "after 2020": what came later can only be told later) are
strict: they filter by day of publication. A year or month that is merely named ("in 2024", "before
2020", "from March 2024") is not: many articles tell of other years than their own, so it only
favours. "Until" and "by" take in the time that they name, "before" does not. Weeks begin on Monday,
days are those of UTC, and a month without a year is the last one that has begun.

A capital inside the question makes a name of a word of time ("USA Today"), which is left alone;
but English months have one anyway.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from retrieval.time_words import COUNTS, FEW, MONTHS, PATTERNS, UNITS, WEEKDAYS
from retrieval.words import content_words, fold

Days = tuple[date | None, date | None]
"""The first day, and the first that is no longer meant; `None` where it is open."""

_MOST = {"hour": 1_000, "day": 36_500, "week": 5_200, "month": 1_200, "year": 100}
_ANY_DAY = date(2000, 12, 31)
_FAVOURING = ("before", "until", "from", "in", "year")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time, `since <= t < until` in UTC, and the `words` of the question that mean it.

    `strict` tells whether they filter; otherwise they only favour.
    """

    since: datetime | None
    until: datetime | None
    words: str
    strict: bool


def read_period(question: str, language: str, now: datetime) -> Period | None:
    """Return the time that a question speaks of, as seen from `now`, or `None`.

    `language` ("en" or "fr") is tried first, then the other. Of several times, the strict ones
    count, from the first day of any to the last.
    """
    today = (now.astimezone(UTC) if now.tzinfo else now).date()
    for code in sorted(PATTERNS, key=lambda code: code != language):
        found = list(_read(question, code, today))
        for strict in (True, False):
            days = [d for kind, d, _ in found if (kind not in _FAVOURING) is strict]
            words = [w for kind, _, w in found if (kind not in _FAVOURING) is strict]
            if days and any(moments := _moments(_together(days))):
                return Period(*moments, ", ".join(words), strict)
    return None


def words_of_time(text: str) -> frozenset[str]:
    """Return the folded content words of a text that say when: "2024", « semaine dernière »."""
    said = (words for code in PATTERNS for _, _, words in _read(text, code, _ANY_DAY))
    return frozenset(word for words in said for word in content_words(words))


def _read(question: str, language: str, today: date) -> Iterator[tuple[str, Days, str]]:
    """Yield kind, days and words of each time in a question; no word is read twice."""
    rest = question
    for kind, pattern in PATTERNS[language]:
        for match in pattern.finditer(rest):
            if _is_name(question, match, language):
                continue
            days = _meaning(kind, match, language, today)
            if kind == "ago" and UNITS[fold(match["unit"])] == "year":
                kind = "year"  # what happened then is told in articles of today
            if days is not None:
                yield kind, days, question[match.start() : match.end()]
                rest = rest[: match.start()] + "\0" * len(match[0]) + rest[match.end() :]


def _is_name(question: str, match: re.Match[str], language: str) -> bool:
    """Tell whether a word of time has a capital that neither its place nor English explains."""
    groups = match.re.groupindex
    month = match.start("month") if "month" in groups and language == "en" else -1
    places = (match.start(), match.start("recent") if "recent" in groups else -1)
    return any(_odd_capital(question, at) for at in places if at not in (-1, month))


def _odd_capital(question: str, at: int) -> bool:
    before = question[:at].rstrip(" «“\"'(")
    opens = not before or before[-1] in ".?!:"
    return question[at].isupper() and not opens and not question.isupper()


def _meaning(kind: str, match: re.Match[str], language: str, today: date) -> Days | None:
    """Return the days that a match of a kind means; `None` if it means none."""
    groups = match.groupdict()
    tomorrow = today + timedelta(days=1)
    if kind == "day":
        day = today - timedelta(days=FEW[" ".join(fold(match[0].replace("’", "'")).split())])
        return day, day + timedelta(days=1)
    if kind in ("rolling", "few"):
        return _rolling(groups, today, few=kind == "few"), tomorrow
    if kind == "ago":
        return _ago(groups, today)
    if kind == "weekday":
        back = (today.weekday() - WEEKDAYS[fold(groups["weekday"])] - 1) % 7 + 1
        return today - timedelta(days=back), today - timedelta(days=back - 1)
    if kind in ("this", "last"):
        unit = UNITS[fold(groups["unit"])]
        begun = _start(today, unit)
        begun = _moved(begun, unit, -1) if kind == "last" else begun
        return begun, _moved(begun, unit, 1)
    days = _point(groups, language, today)
    if days is None:
        return None
    first, after = days
    if kind.startswith(("before", "until")):
        return None, first if kind.startswith("before") else after
    return {"since": (first, None), "from": (first, None), "after": (after, None)}.get(kind, days)


def _rolling(groups: dict[str, str | None], today: date, *, few: bool) -> date:
    """Return the first of the last so many days, weeks, months or years."""
    unit = UNITS[fold(groups["unit"] or groups.get("unit_before") or "")]
    count = FEW[unit] if few else min(_count(groups), _MOST[unit])
    return _moved(today, unit, -count)


def _ago(groups: dict[str, str | None], today: date) -> Days:
    """Return the day, or the week, month or year of the calendar, that was so long ago."""
    unit = UNITS[fold(groups["unit"] or "")]
    then = _moved(today, unit, -_count(groups))
    if unit == "hour":
        return then, today + timedelta(days=1)
    begun = then if unit == "day" else _start(then, unit)
    return begun, _moved(begun, unit, 1)


def _count(groups: dict[str, str | None]) -> int:
    said = fold(groups.get("count") or groups.get("count_after") or "1")
    said = "one" if said in ("a", "an") else said
    return COUNTS.get(said) or int(said)


def _point(groups: dict[str, str | None], language: str, today: date) -> Days | None:
    """Return the days of a date, a month, a year, or of words such as "last week"."""
    if recent := groups.get("recent"):
        return next((days for _, days, _ in _read(recent, language, today)), None)
    year = groups.get("year") or groups.get("only") or groups.get("iso_year")
    name = groups.get("month")
    month = MONTHS[fold(name)] if name else int(groups.get("iso_month") or 0)
    if name == "Mars" and language == "fr" and not year:
        return None  # the planet
    if not month:
        return (date(int(year), 1, 1), date(int(year) + 1, 1, 1)) if year else None
    if not year:
        year = str(today.year - (month > today.month))
    day = groups.get("day") or groups.get("day_after") or groups.get("iso_day")
    try:
        first = date(int(year), month, int(day or 1))
    except ValueError:
        return None  # the 31st of June
    return first, _moved(first, "day" if day else "month", 1)


def _start(day: date, unit: str) -> date:
    """Return the first day of the week, month or year that a day lies in."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _moved(day: date, unit: str, count: int) -> date:
    """Return the day so many units on; the last of its month where that has no such day."""
    if unit == "hour":  # the last 24 hours reach back to yesterday
        unit, count = "day", -math.ceil(-count / 24)
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    first = date(months // 12, months % 12 + 1, 1)
    following = date((months + 1) // 12, (months + 1) % 12 + 1, 1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def _together(several: list[Days]) -> Days:
    """Return the time from the first day of any to the last, or what two open ones share."""
    firsts = [first for first, _ in several if first]
    lasts = [after for _, after in several if after]
    all_open = len(firsts) + len(lasts) == len(several)
    if firsts and lasts and all_open and max(firsts) < min(lasts):
        return max(firsts), min(lasts)  # "from March 2024 until May 2024"
    return (
        min(firsts) if len(firsts) == len(several) else None,
        max(lasts) if len(lasts) == len(several) else None,
    )


def _moments(days: Days) -> tuple[datetime | None, datetime | None]:
    first, after = (datetime.combine(day, time(), UTC) if day else None for day in days)
    return first, after
