"""From what was measured to the lines of the table: ratios, and whether they reach their goals."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.index_results import (
    Beside,
    Results,
    bare_bytes,
    divided,
    megabytes,
    outside,
    peak_beyond,
    private_beyond,
    rate,
)

FULL = 10_000  # articles from which goals are judged; a smaller run is a trial


@dataclass(frozen=True, slots=True)
class Goal:
    """What a ratio should be: at least or at most a value."""

    sign: str
    value: float

    def __str__(self) -> str:
        return f"{self.sign} {self.value:g}"

    def reached(self, ratio: float) -> bool:
        """Tell whether a ratio is as it should be."""
        return ratio >= self.value if self.sign == "≥" else ratio <= self.value


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: two things measured, and how many times one is the other."""

    what: str
    ours: str
    beside: str
    ratio: float
    goal: Goal | None = None

    def verdict(self, articles: int) -> str:
        """Return whether the goal is reached; "" in a trial, or without a goal or a ratio."""
        if self.goal is None or articles < FULL or math.isnan(self.ratio):
            return ""
        return "reached" if self.goal.reached(self.ratio) else "missed"


def rows(results: Results) -> Iterator[Row]:
    """Yield the lines of the table, in order."""
    yield from _speed_rows(results)
    yield from _memory_rows(results)
    yield from _disk_rows(results)
    if results.langchain:
        yield from _langchain_rows(results, results.langchain)


def _speed_rows(results: Results) -> Iterator[Row]:
    first, bare = results.first, results.bare
    yield Row(
        "First index against bare encoding",
        f"{rate(results.articles, first)} articles/s, {rate(results.chunks, first)} chunks/s",
        f"{rate(results.articles, bare)} articles/s, {rate(results.chunks, bare)} chunks/s",
        divided(bare.seconds, first.seconds),
        Goal("≥", 0.85),
    )
    yield Row(
        "First index: share of the time in the model",
        f"{first.in_model:.1f} s in the model",
        f"{first.seconds:.1f} s in all",
        divided(first.in_model, first.seconds),
    )
    yield Row(
        "Texts embedded against distinct ones",
        f"{first.texts:,}",
        f"{bare.texts:,}",
        divided(first.texts, bare.texts),
        Goal("≤", 1),
    )
    yield Row(
        "Second sync, unchanged: times faster than the first",
        f"{results.again.seconds:.3f} s",
        f"{first.seconds:.2f} s",
        divided(first.seconds, results.again.seconds),
        Goal("≥", 200),
    )
    yield Row(
        f"One article added to {results.articles:,} against one alone",
        f"{1000 * results.one_more.seconds:.0f} ms",
        f"{1000 * results.one_alone.seconds:.0f} ms",
        divided(results.one_more.seconds, results.one_alone.seconds),
    )


def _memory_rows(results: Results) -> Iterator[Row]:
    sizes = f"at {results.articles:,} articles against {results.small_articles:,}"
    yield Row(
        f"Peak memory beyond the model, {sizes}",
        megabytes(peak_beyond(results.first, results.model)),
        megabytes(peak_beyond(results.small, results.model)),
        divided(
            peak_beyond(results.first, results.model), peak_beyond(results.small, results.model)
        ),
    )
    yield Row(
        f"The same without mapped files, {sizes}",
        megabytes(private_beyond(results.first, results.model)),
        megabytes(private_beyond(results.small, results.model)),
        divided(
            private_beyond(results.first, results.model),
            private_beyond(results.small, results.model),
        ),
    )
    apart = private_beyond(results.first, results.chroma)
    small_apart = private_beyond(results.small, results.small_chroma)
    yield Row(
        f"The same beyond Chroma alone with these vectors, {sizes}",
        megabytes(apart),
        megabytes(small_apart),
        divided(apart, small_apart),
        Goal("≤", 1.25),
    )
    for part, size in results.disk.items():
        if size:
            small = results.small_disk.get(part, 0)
            yield Row(
                f"Size of {part}, {sizes}", megabytes(size), megabytes(small), divided(size, small)
            )


def _disk_rows(results: Results) -> Iterator[Row]:
    disk, bare = sum(results.disk.values()), bare_bytes(results.first, results.text)
    for what, count in (("chunk", results.chunks), ("vector", results.first.texts)):
        yield Row(
            f"Disk for each {what} against float32 vectors and the text",
            f"{divided(disk, count):,.0f} bytes",
            f"{divided(bare, count):,.0f} bytes",
            divided(disk, bare),
        )


def _langchain_rows(results: Results, other: Beside) -> Iterator[Row]:
    first = results.first
    yield Row(
        "LangChain beside it: first index, times as long",
        f"{first.seconds:.1f} s, {first.texts:,} vectors",
        f"{other.first.seconds:.1f} s, {other.first.texts:,} vectors",
        divided(other.first.seconds, first.seconds),
    )
    yield Row(
        "… vectors per second, ours to its",
        rate(first.texts, first),
        rate(other.first.texts, other.first),
        divided(first.texts * other.first.seconds, other.first.texts * first.seconds),
    )
    yield Row(
        "… time outside the model for 1,000 vectors, its to ours",
        f"{1000 * outside(first):.0f} ms",
        f"{1000 * outside(other.first):.0f} ms",
        divided(outside(other.first), outside(first)),
    )
    yield Row(
        "… second run, unchanged, times as long",
        f"{results.again.seconds:.3f} s",
        f"{other.again.seconds:.3f} s",
        divided(other.again.seconds, results.again.seconds),
    )
    yield Row(
        "… second run against its own first: times faster",
        f"{divided(first.seconds, results.again.seconds):.0f}",
        f"{divided(other.first.seconds, other.again.seconds):.0f}",
        divided(first.seconds * other.again.seconds, results.again.seconds * other.first.seconds),
    )
    yield Row(
        "… one article more, times as long",
        f"{1000 * results.one_more.seconds:.0f} ms",
        f"{1000 * other.one_more.seconds:.0f} ms",
        divided(other.one_more.seconds, results.one_more.seconds),
    )
    mine, its = (peak_beyond(one, results.model) for one in (first, other.first))
    yield Row(
        "… peak memory beyond the model, its to ours",
        megabytes(mine),
        megabytes(its),
        divided(its, mine),
    )
    disk = sum(results.disk.values())
    yield Row(
        "… disk for each vector, its to ours",
        f"{divided(disk, first.texts):,.0f} bytes",
        f"{divided(other.disk, other.first.texts):,.0f} bytes",
        divided(other.disk * first.texts, disk * other.first.texts),
    )
    yield Row(
        "… disk for each article, its to ours",
        f"{divided(disk, results.articles):,.0f} bytes",
        f"{divided(other.disk, results.articles):,.0f} bytes",
        divided(other.disk, disk),
    )
