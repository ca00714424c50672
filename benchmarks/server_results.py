"""All that was measured of an index on a server, and the lines of its table."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.index_results import divided, megabytes
from benchmarks.index_table import Row


@dataclass(frozen=True, slots=True)
class Both:
    """Seconds of the same work on an index on a server, and on a local one."""

    server: float
    local: float


@dataclass(frozen=True, slots=True)
class Cosines:
    """Seconds that exact cosines of `count` named vectors take.

    `asked` is where the server computes them, `fetched` where it sends the vectors, and `local`
    where they lie in the library.
    """

    count: int
    asked: float
    fetched: float
    local: float


@dataclass(frozen=True, slots=True)
class Among:
    """The share of the `best` ones that the server finds when asked for them among `count` ids."""

    best: int
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Fetch:
    """What bringing a replica up to date takes; `received` is in bytes."""

    seconds: float
    calls: int
    received: int
    blocks: int


@dataclass(frozen=True, slots=True)
class Written:
    """What writing blocks takes: the time, and the bytes by which the server's folder grows."""

    seconds: float
    disk: int


@dataclass(frozen=True, slots=True)
class Results:
    """All that was measured of `articles`, whose text and library take so many bytes.

    Of `first` and `published` the parts outside the model are in `first_outside` and
    `published_outside`. `calls` is how often a question turns to the server; the disks are bytes.
    """

    articles: int
    text: int
    vectors: int
    sentences: int
    dimensions: int
    library: int
    server_disk: int
    replica_disk: int
    local_disk: int
    first: Both
    first_outside: Both
    published: Both
    published_outside: Both
    question: Both
    calls: float
    answer: Both
    nearest: Both
    neighbours: int
    cosines: tuple[Cosines, ...]
    among: tuple[Among, ...]
    first_fetch: Fetch
    next_fetch: Fetch
    blocks: int
    metadata: Written
    documents: Written


def rows(results: Results) -> Iterator[Row]:
    """Yield the lines of the table, in order."""
    yield from _question_rows(results)
    yield from _writing_rows(results)
    yield from _replica_rows(results)
    yield from _disk_rows(results)


def _beside(what: str, both: Both, more: str = "") -> Row:
    ours, ratio = milliseconds(both.server) + more, divided(both.server, both.local)
    return Row(f"{what}: on the server against locally", ours, milliseconds(both.local), ratio)


def _question_rows(results: Results) -> Iterator[Row]:
    calls = f", {results.calls:.0f} calls"
    yield _beside("Passages for a warm question", results.question, calls)
    yield _beside("A warm answer", results.answer)
    of = f"{results.neighbours} nearest of {results.sentences:,} sentences"
    yield _beside(of, results.nearest)
    for one in results.cosines:
        named = f"Exact cosines of {one.count:,} named vectors"
        yield _beside(named, Both(one.asked, one.local))
        yield Row(
            f"{named}: fetching them against asking the server",
            milliseconds(one.fetched),
            milliseconds(one.asked),
            divided(one.fetched, one.asked),
        )
    for found in results.among:
        yield Row(
            f"Best {found.best} among {found.count:,} named vectors: found by the server",
            f"{found.share * found.best:.1f}",
            str(found.best),
            found.share,
        )


def _writing_rows(results: Results) -> Iterator[Row]:
    yield _beside("First index", results.first)
    yield _beside("First index outside the model", results.first_outside)
    yield _beside("One changed article published", results.published)
    yield _beside("One changed article published outside the model", results.published_outside)


def _replica_rows(results: Results) -> Iterator[Row]:
    first, after = results.first_fetch, results.next_fetch
    yield Row(
        "First fetch of a replica: bytes received against the library's",
        _fetched(first),
        megabytes(results.library),
        divided(first.received, results.library),
    )
    for what, ratio in (
        ("bytes", divided(after.received, first.received)),
        ("blocks", divided(after.blocks, first.blocks)),
        ("time", divided(after.seconds, first.seconds)),
    ):
        yield Row(
            f"Fetch after one changed article against the first: {what}",
            _fetched(after),
            _fetched(first),
            ratio,
        )


def _disk_rows(results: Results) -> Iterator[Row]:
    bare = 4 * results.dimensions * results.vectors + results.text
    yield Row(
        "Disk on the server against bare vectors and text",
        megabytes(results.server_disk),
        megabytes(bare),
        divided(results.server_disk, bare),
    )
    both = results.server_disk + results.replica_disk
    yield Row(
        "Disk of the server and a replica against a local index",
        f"{megabytes(results.server_disk)} + {megabytes(results.replica_disk)}",
        megabytes(results.local_disk),
        divided(both, results.local_disk),
    )
    written, beside = results.documents, results.metadata
    blocks = f"{results.blocks:,} blocks written as documents against as metadata"
    yield Row(
        f"{blocks}: time",
        milliseconds(written.seconds),
        milliseconds(beside.seconds),
        divided(written.seconds, beside.seconds),
    )
    yield Row(
        f"{blocks}: disk",
        megabytes(written.disk),
        megabytes(beside.disk),
        divided(written.disk, beside.disk),
    )


def milliseconds(seconds: float) -> str:
    """Return a time for the table."""
    return f"{1000 * seconds:.1f} ms" if seconds < 1 else f"{seconds:,.1f} s"


def _fetched(fetch: Fetch) -> str:
    return f"{megabytes(fetch.received)}, {fetch.blocks:,} blocks, {milliseconds(fetch.seconds)}"
