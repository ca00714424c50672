"""All that was measured of a corpus, and the arithmetic on it."""

from dataclasses import dataclass

from benchmarks.index_clock import Measurement

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Beside:
    """The same corpus in LangChain's pipeline: what was measured, and the bytes on the disk."""

    first: Measurement
    again: Measurement
    one_more: Measurement
    disk: int


@dataclass(frozen=True, slots=True)
class Results:
    """All that was measured of a corpus of `articles`, and of a small one.

    `chroma` and `small_chroma` are Chroma alone with the vectors of each.
    `text` is the bytes of the corpus, `disk` the bytes of each part of its index, `small_disk` that
    of the small one.
    """

    articles: int
    small_articles: int
    text: int
    chunks: int
    disk: dict[str, int]
    small_disk: dict[str, int]
    model: Measurement
    bare: Measurement
    small: Measurement
    first: Measurement
    chroma: Measurement
    small_chroma: Measurement
    again: Measurement
    one_more: Measurement
    one_alone: Measurement
    langchain: Beside | None = None


def rate(count: int, measurement: Measurement) -> str:
    """Return how many a second, for the table."""
    return f"{divided(count, measurement.seconds):,.1f}"


def megabytes(size: int) -> str:
    """Return a number of bytes in millions."""
    return f"{size / MEGABYTE:,.1f} MB"


def peak_beyond(measurement: Measurement, other: Measurement) -> int:
    """Return the bytes that a process held at its peak beyond what another held."""
    return measurement.peak - other.peak


def private_beyond(measurement: Measurement, other: Measurement) -> int:
    """Return the same of memory that is no mapped file."""
    return measurement.private - other.private


def bare_bytes(measurement: Measurement, text: int) -> int:
    """Return the bytes of the vectors in 32-bit floats, and of the corpus once."""
    return 4 * measurement.dimensions * measurement.texts + text


def outside(measurement: Measurement) -> float:
    """Return the seconds spent outside the model for 1,000 vectors."""
    return divided(1000 * (measurement.seconds - measurement.in_model), measurement.texts)


def divided(number: float, by: float) -> float:
    """Return a ratio; not a number where there is nothing to divide by."""
    return number / by if by else float("nan")
