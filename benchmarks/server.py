"""What an index on a Chroma server costs beside the same index locally.

`python -m benchmarks.server` starts a Chroma server on a free port of this machine, in a temporary
folder, indexes invented articles on it and locally, and measures, turn by turn in one run:
questions, nearest neighbours and exact cosines, publishing an article that was changed, fetching a
replica, and disk. It prints ratios; the server is ended with it. `--hashed` makes vectors without
a model, for a trial.
"""

import argparse
import json
import math
import signal
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path

from benchmarks import server_measures as measures
from benchmarks.hashed_words import HashedWords
from benchmarks.index import machine
from benchmarks.index_clock import MeasuredEmbedder
from benchmarks.index_corpus import invented_article, write_corpus
from benchmarks.index_measures import WARM, bytes_of
from benchmarks.index_table import Row
from benchmarks.server_places import (
    Places,
    local_place,
    looking_each_time,
    server_place,
    store_on,
)
from benchmarks.server_process import running_server
from benchmarks.server_results import Results, rows
from index.embedding import Embedder, embedder_of
from index.errors import ArticleQAError
from index.settings import load_settings
from index.sync import Synchroniser
from index.vectors import KINDS
from retrieval.retriever import SENTENCE_HITS

ARTICLES = 200  # whose 6,000 vectors take a minute or two of the model, twice
QUESTIONS = 20
ANSWERS = 6  # of these questions are answered too, which takes the reader's time
TURNS = 3


def measure_all(
    work: Path, articles: int, embedder: Embedder, *, questions: int = QUESTIONS, turns: int = TURNS
) -> Results:
    """Measure everything below `work`, an empty folder, with a server that ends with this.

    `turns` is how often each question is asked, and how many articles are changed.
    """
    measured, folder = MeasuredEmbedder(embedder), work / "chroma"
    with ExitStack() as opened:
        url = opened.enter_context(running_server(folder))
        opened.enter_context(looking_each_time())
        store = store_on(work / "there", url)
        there = server_place(store, work / "there", url, measured)
        opened.enter_context(closing(there))
        here = opened.enter_context(closing(local_place(work / "here", measured)))
        corpus, replicas = work / "corpus", work / "replicas"
        places = Places(corpus, folder, replicas, url, store.server, there, here, measured)
        _warm(work, places)
        return _measured(places, articles, measures.questions_about(articles, questions), turns)


def _measured(
    places: Places, articles: int, questions: list[measures.Question], turns: int
) -> Results:
    text, before = write_corpus(places.corpus, articles), bytes_of(places.folder)
    _say("first index")
    first, first_outside = measures.writing(places, lambda writer: writer.sync(places.corpus))
    server_disk = bytes_of(places.folder) - before
    replica_disk, local_disk = (bytes_of(place.store.root) for place in places.both)
    library = measures.live_library(places.there.store).stat().st_size
    _say("replica")
    first_fetch = measures.first_fetch(places, turns)
    _say("questions")
    question, calls = measures.asked(places, questions, turns)
    answer = measures.answered(places, questions[:ANSWERS], turns)
    _say("vectors")
    vectors = [places.embedder.embed([text], "query")[0] for text, _ in questions]
    with places.there.live.reading() as far, places.here.live.reading() as near:
        nearest = measures.nearest(far, near, vectors, turns)
        cosines = measures.compared(far, near, places.server, vectors, turns)
        among = measures.found_among(near, places.server, vectors)
        chunks, sentences = (near.vectors.count(kind) for kind in KINDS)
    _say("blocks")
    blocks, metadata, documents = measures.blocks_written(places)
    _say("changes")
    published, published_outside, next_fetch = measures.changes(places, turns)
    return Results(
        articles=articles,
        text=text,
        vectors=chunks + sentences,
        sentences=sentences,
        dimensions=len(vectors[0]),
        library=library,
        server_disk=server_disk,
        replica_disk=replica_disk,
        local_disk=local_disk,
        first=first,
        first_outside=first_outside,
        published=published,
        published_outside=published_outside,
        question=question,
        calls=calls,
        answer=answer,
        nearest=nearest,
        neighbours=SENTENCE_HITS,
        cosines=cosines,
        among=among,
        first_fetch=first_fetch,
        next_fetch=next_fetch,
        blocks=blocks,
        metadata=metadata,
        documents=documents,
    )


def _warm(work: Path, places: Places) -> None:
    """Write an index of one article in both places, so that imports are in no time."""
    file = work / "warm.txt"
    file.write_text(invented_article(WARM), encoding="utf-8")
    with closing(store_on(work / "warm", places.url, "warm")) as store:
        Synchroniser(store, places.embedder).add([file])
    with closing(local_place(work / "warm", places.embedder)) as place:
        place.writer.add([file])


def _say(what: str) -> None:
    print(f"measuring: {what}", file=sys.stderr)


def show(lines: Iterable[Row]) -> None:
    """Print the table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("", "measured", "beside", "ratio")
    for column in table.columns[1:]:
        column.justify = "right"
    for line in lines:
        table.add_row(line.what, line.ours, line.beside, f"{line.ratio:.2f}")
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def end_when_told() -> None:
    """Leave in order at SIGTERM, so that the server is ended too."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


def main() -> None:
    """Measure, print the table, and write the JSON that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--turns", type=int, default=TURNS, help="times each question is asked")
    parser.add_argument("--hashed", action="store_true", help="vectors without a model: a trial")
    parser.add_argument("--json", type=Path, help="file to write everything measured to")
    options = parser.parse_args()
    if options.turns < 1 or options.articles < options.turns:
        parser.error("--turns must be 1 or more, and --articles as many at least.")
    if options.json and not options.json.absolute().parent.is_dir():
        parser.error(f"{options.json.parent} is not a folder: make it, or name another file.")
    end_when_told()
    try:
        embedder = HashedWords() if options.hashed else embedder_of(load_settings())
        with tempfile.TemporaryDirectory() as folder:
            results = measure_all(Path(folder), options.articles, embedder, turns=options.turns)
    except ArticleQAError as error:
        sys.exit(f"benchmarks.server: {error}")
    lines = list(rows(results))
    show(lines)
    if options.json:
        table = {line.what: None if math.isnan(line.ratio) else line.ratio for line in lines}
        everything = {"machine": machine(), "measured": asdict(results), "ratios": table}
        options.json.write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
