"""What the picture of the articles shows: how many over time, and how many by source."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePath
from typing import Literal

from article_qa_page.articles_table import Row, place_of
from article_qa_page.wording import Wording
from index.article import is_web_address

DAYS, MONTHS, YEARS = 31, 36, 60  # up to so many columns a finer grain, or a gap, is drawn
SITES = 10  # sources with a bar of their own

Grain = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Picture:
    """Counts by time, gaps included, and by source, the largest first; each with its label.

    `undated` counts articles without a date, and `others` those of sources without a bar.
    """

    times: tuple[tuple[str, int], ...]
    undated: int
    sources: tuple[tuple[str, int], ...]
    others: int


def picture(rows: Iterable[Row], words: Wording, uploads: str, kept: PurePath) -> Picture:
    """Return the counts; `uploads` is what the files in the folder `kept` are called together."""
    days: Counter[date] = Counter()
    sources: Counter[str] = Counter()
    undated = 0
    for row in rows:
        if row.article.published:
            days[row.article.published.date()] += 1
        else:
            undated += 1
        sources[_origin(row.article.source, uploads, kept)] += 1
    ranked = sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ranked if len(ranked) <= SITES + 1 else ranked[:SITES]
    others = sum(sources.values()) - sum(count for _, count in shown)
    return Picture(tuple(_over_time(days, words)), undated, tuple(shown), others)


def _origin(source: str, uploads: str, kept: PurePath) -> str:
    if is_web_address(source):
        return place_of(source)
    folder = PurePath(source.partition("#")[0]).parent
    return uploads if folder == kept else folder.name or place_of(source)


def _over_time(days: Counter[date], words: Wording) -> Iterator[tuple[str, int]]:
    if not days:
        return
    first, last = min(days), max(days)
    months = (last.year - first.year) * 12 + last.month - first.month
    grain: Grain = "day" if (last - first).days < DAYS else "month" if months < MONTHS else "year"
    counts: Counter[date] = Counter()
    for day, count in days.items():
        counts[_start(day, grain)] += count
    if grain == "year" and last.year - first.year >= YEARS:  # a wrong date may be far away
        starts = sorted(counts)
    else:
        starts = list(_starts(_start(first, grain), last, grain))
    for start in starts:
        yield _label(start, grain, words), counts[start]


def _starts(start: date, last: date, grain: Grain) -> Iterator[date]:
    while True:
        yield start
        if (last - start).days < {"day": 1, "month": 28, "year": 365}[grain]:
            return
        following = start + timedelta(days={"day": 1, "month": 31, "year": 366}[grain])
        start = _start(following, grain)
        if start > last:
            return


def _start(day: date, grain: Grain) -> date:
    return {"day": day, "month": day.replace(day=1), "year": date(day.year, 1, 1)}[grain]


def _label(start: date, grain: Grain, words: Wording) -> str:
    if grain == "year":
        return str(start.year)
    month = words.months[start.month - 1]
    if grain == "month":
        return f"{month} {start.year}"
    first = words["first_of_month"] if start.day == 1 else str(start.day)
    return words["date"].format(day=first, month=month, year=start.year)
