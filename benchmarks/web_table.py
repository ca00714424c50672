"""The figures of the web app under load, and their table."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.web_asking import Outcome

BOUND = 10  # times the wait of one person alone that nobody of 50 should wait longer than


@dataclass(frozen=True, slots=True)
class Load:
    """What `people` waited for (seconds), with pauses of `think` seconds between questions.

    `longest` is the longest wait for a whole answer, `rate` the answers a second, and `memory`
    what the server held afterwards, in bytes.
    """

    people: int
    think: float
    answers: int
    errors: int
    first_median: float
    first_95: float
    full_median: float
    full_95: float
    longest: float
    rate: float
    memory: int


@dataclass(frozen=True, slots=True)
class Soak:
    """Many questions in a row: errors, memory (bytes) by questions done, and its growth.

    `growth` is how much more than after the first 500 was ever held.
    """

    questions: int
    people: int
    seconds: float
    errors: int
    memory: list[tuple[int, int]]
    growth: int


@dataclass(frozen=True, slots=True)
class Report:
    """All figures; `alone` and `core` are the seconds of `answer()` alone, by clock and by core."""

    cores: int
    alone: float
    core: float
    loads: list[Load]
    soak: Soak | None


def load_of(
    people: int, think: float, outcomes: Sequence[Outcome], seconds: float, memory: int
) -> Load:
    """Return the figures of the outcomes of `people` over `seconds`."""
    good = [outcome for outcome in outcomes if outcome.error is None]
    firsts = [outcome.first for outcome in good] or [0.0]
    fulls = [outcome.full for outcome in good] or [0.0]
    return Load(
        people=people,
        think=think,
        answers=len(good),
        errors=len(outcomes) - len(good),
        first_median=statistics.median(firsts),
        first_95=percentile(firsts, 0.95),
        full_median=statistics.median(fulls),
        full_95=percentile(fulls, 0.95),
        longest=max(fulls),
        rate=len(good) / seconds if seconds else 0.0,
        memory=memory,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of the values that at least `share` (0-1) of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def table(report: Report) -> str:
    """Return the figures as a table of Markdown with what it means below."""
    lines = [
        "| People | Pause s | First words s: median / 95 % "
        "| Whole answer s: median / 95 % / longest | Longest / one alone "
        "| Median / `answer()` | Answers a second | Errors | Memory MB |",
        "|---" * 9 + "|",
    ]
    for load in report.loads:
        single = _single(report, load)
        cells = [
            str(load.people),
            f"{load.think:g}",
            f"{load.first_median:.2f} / {load.first_95:.2f}",
            f"{load.full_median:.2f} / {load.full_95:.2f} / {load.longest:.2f}",
            f"{load.longest / single:.1f}" if single else "–",
            f"{load.full_median / report.alone:.1f}",
            f"{load.rate:.2f}",
            str(load.errors),
            f"{load.memory / 1e6:.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    most = report.cores / report.core
    lines += [
        "",
        f"answer() alone: {report.alone:.3f} s (median), {report.core:.3f} s of one core; "
        f"{report.cores} cores can do {most:.1f} a second, whatever the order.",
        f"So if 50 ask in one moment, the last of them waits for {50 / most / report.alone:.0f} "
        f"times answer() alone at the least, whatever the order; {BOUND} times need pauses.",
    ]
    if report.soak:
        soak = report.soak
        lines.append(
            f"Soak: {soak.questions:,} questions by {soak.people} people in {soak.seconds:.0f} s, "
            f"{soak.errors} errors, memory grew by {soak.growth / 1e6:.1f} MB after the first 500 "
            f"(at the end {soak.memory[-1][1] / 1e6:.0f} MB)."
        )
    return "\n".join(lines)


def _single(report: Report, load: Load) -> float:
    """Return what one person alone waited for, where that was measured."""
    alone = [other for other in report.loads if other.people == 1 and other.think == load.think]
    return alone[0].full_median if alone else 0.0
