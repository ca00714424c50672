"""What a question is asked of: articles of some days, ids or sources only."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal

from index.errors import FilterError

When = date | datetime | str
"""A day, a moment (of UTC where it has no zone), or either as ISO text: 2024-11 is a month."""

Several = str | Iterable[str] | None

Effect = Literal["filter", "favour", "no match", "no answer"]
_YEAR_OR_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles were asked: `since <= published < until` (UTC), some ids, some sources.

    Where the dates come from the question, `words` are its words, and `effect` tells what they
    did: "filter", "favour" (others were asked too, these came first), "no match" (no article is
    of that time, so all were asked) or "no answer" (those of that time did not answer, so all
    were asked).
    """

    since: datetime | None = None
    until: datetime | None = None
    articles: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    words: str = ""
    effect: Effect = "filter"

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self.since or self.until or self.articles or self.sources)

    def holds(self, published: datetime | None) -> bool:
        """Tell whether a date lies in the time meant."""
        if published is None:
            return False
        return (not self.since or published >= self.since) and (
            not self.until or published < self.until
        )

    @property
    def widened(self) -> bool:
        """Tell whether all dates were asked although the question's words mean some."""
        return self.effect in ("no match", "no answer")

    @property
    def last_day(self) -> date | None:
        """The last day that is meant, where there is an end."""
        return (self.until - timedelta(microseconds=1)).date() if self.until else None

    def to_dict(self) -> dict[str, Any]:
        """Return the filters as JSON types; `until` is the first moment no longer meant."""
        return {
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "articles": list(self.articles),
            "sources": list(self.sources),
            "words": self.words,
            "effect": self.effect,
        }


def make_filters(
    since: When | None = None,
    until: When | None = None,
    articles: Several = None,
    sources: Several = None,
) -> Filters:
    """Return filters as given from code; `until` is meant to its end: a day, month or year whole.

    Raises `FilterError` for what is no date, for an end before the beginning, and for an empty
    id or source.
    """
    first = _bounds(since, "since")[0] if since is not None else None
    end = _bounds(until, "until")[1] if until is not None else None
    if first and end and first >= end:
        raise FilterError(f"The dates end ({until}) before they begin ({since}): swap them.")
    return Filters(
        first,
        end,
        _names(articles, "article id"),
        tuple(_resolved(name) for name in _names(sources, "source")),
    )


def _bounds(value: When, name: str) -> tuple[datetime, datetime]:
    """Return the first moment of what is meant and the first after it."""
    try:
        if isinstance(value, datetime):
            return _instant(value)
        if isinstance(value, date):
            return _whole(value, value + timedelta(days=1))
        text = str(value).strip() if isinstance(value, str) else ""
        if partial := _YEAR_OR_MONTH.fullmatch(text):
            year, month = int(partial[1]), int(partial[2] or 0)
            if not month:
                return _whole(date(year, 1, 1), date(year + 1, 1, 1))
            following = date(year + month // 12, month % 12 + 1, 1)
            return _whole(date(year, month, 1), following)
        if len(text) <= 10:
            day = date.fromisoformat(text)
            return _whole(day, day + timedelta(days=1))
        return _instant(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        shown = str(value)[:40]
        raise FilterError(
            f"{shown!r} is no date to filter by ({name}): write it as 2024-11-25, 2024-11 or 2024."
        ) from None


def _whole(first: date, after: date) -> tuple[datetime, datetime]:
    return datetime.combine(first, time(), UTC), datetime.combine(after, time(), UTC)


def _instant(moment: datetime) -> tuple[datetime, datetime]:
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment, moment + timedelta(microseconds=1)


def _names(given: Several, what: str) -> tuple[str, ...]:
    if given is None:
        return ()
    names = (given,) if isinstance(given, str) else tuple(given)
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise FilterError(f"An {what} to filter by is empty: name one, or leave the filter out.")
    return tuple(dict.fromkeys(name.strip() for name in names))


def _resolved(source: str) -> str:
    """Return a source with "~" and ".." written out; a name or an address stays as it is."""
    if source.startswith(("~", "../")) or source in (".", ".."):
        return str(Path(source).expanduser().resolve())
    return source
