"""What is measured of an index on a server, turn by turn with a local one (see `.server`)."""

import random
import statistics
import time
import zlib
from base64 import b85encode
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from operator import methodcaller
from pathlib import Path

import numpy as np

from benchmarks.index_corpus import invented_article, invented_name
from benchmarks.index_measures import bytes_of
from benchmarks.server_places import Place, Places, Traffic, store_on
from benchmarks.server_results import Among, Both, Cosines, Fetch, Written
from index.embedding import Vectors
from index.generation import LIBRARY, Generation
from index.generations import GenerationStore
from index.server.connection import Server
from index.server.pages import BLOCK, blocks_of, send_blocks
from index.server.records import Records
from index.server.vectors import ServerVectors
from index.sync import Synchroniser
from retrieval.retriever import SENTENCE_HITS, make_query, retrieve

NAMED = (10, 100, 1_000)  # vectors whose cosines are asked for
AMONG = (250, 1_000, 3_000)  # vectors among which the best `BEST` are asked for
BEST = 10
BLOCKS = 900  # at most, written once as metadata and once as documents
_CLOSE = 1e-5  # by which cosines of the same vectors may differ

Question = tuple[str, str]  # its text and its language


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def alternately(turns: int, *works: Callable[[], object]) -> list[float]:
    """Return the median seconds of each work, done by turns; a first turn warms up."""
    taken = [[timed(work) for work in works] for _ in range(turns + 1)][1:]
    return [statistics.median(times) for times in zip(*taken, strict=True)]


def questions_about(articles: int, count: int) -> list[Question]:
    """Return questions about articles of the corpus, by turns in English and in French."""
    found = []
    for turn in range(count):
        number = turn * articles // count
        number = min(number - number % 2 + turn % 2, articles - 1)  # even ones are English
        company, town = invented_name(number, "tec"), invented_name(number, "ville")
        text = f"Qu'a annoncé {company} à {town} ?" if number % 2 else ""
        found.append((text or f"What did {company} announce in {town}?", "fr" if text else "en"))
    return found


def writing(places: Places, write: Callable[[Synchroniser], object]) -> tuple[Both, Both]:
    """Return what writing takes in both places, in all and outside the model."""
    whole, outside = [], []
    for place in places.both:
        places.embedder.start()
        whole.append(timed(partial(write, place.writer)))
        outside.append(whole[-1] - places.embedder.seconds)
    return Both(*whole), Both(*outside)


def medians(several: Sequence[Both]) -> Both:
    """Return the median of each place."""
    return Both(
        statistics.median(one.server for one in several),
        statistics.median(one.local for one in several),
    )


def asked(places: Places, questions: list[Question], turns: int) -> tuple[Both, float]:
    """Return what finding passages takes in both places, and the calls to the server for it."""
    traffic, taken, embedder = Traffic(places.server), [], places.embedder

    def ask(place: Place, text: str, language: str) -> None:
        with place.live.reading() as generation:
            retrieve(generation, make_query(text, language, embedder), embedder.name)

    for text, language in questions:
        works = [partial(ask, place, text, language) for place in places.both]
        taken.append(Both(*alternately(turns, *works)))
    return medians(taken), traffic.calls / (len(questions) * (turns + 1))


def answered(places: Places, questions: list[Question], turns: int) -> Both:
    """Return what whole answers take, the reading of the passages included."""
    taken = []
    for text, _ in questions:
        works = [partial(place.assistant.answer, text) for place in places.both]
        taken.append(Both(*alternately(turns, *works)))
    return medians(taken)


def nearest(there: Generation, here: Generation, vectors: list[Vectors], turns: int) -> Both:
    """Return what the search for the nearest sentences takes."""
    taken = []
    for vector in vectors:
        works = [partial(one.nearest, "sentences", vector, SENTENCE_HITS) for one in (there, here)]
        taken.append(Both(*alternately(turns, *works)))
    return medians(taken)


def compared(
    there: Generation, here: Generation, server: Server, vectors: list[Vectors], turns: int
) -> tuple[Cosines, ...]:
    """Return what exact cosines of named sentences take; of all where there are few."""
    model = here.library.meta("model") or ""
    records = ServerVectors(server, model).records["sentences"]
    digests = sentences_of(here)
    found = []
    for count in sorted({min(count, len(digests)) for count in NAMED}):
        some = digests[:count]

        def fetch(vector: Vectors, some: list[str] = some) -> None:
            np.stack(list(records.vectors(some).values())) @ vector

        taken = [
            alternately(
                turns,
                partial(there.cosines, "sentences", some, vector, model),
                partial(fetch, vector),
                partial(here.cosines, "sentences", some, vector, model),
            )
            for vector in vectors
        ]
        found.append(Cosines(count, *map(statistics.median, zip(*taken, strict=True))))
    return tuple(found)


def found_among(here: Generation, server: Server, vectors: list[Vectors]) -> tuple[Among, ...]:
    """Return which share of the best ones the server finds in a search among named sentences."""
    model = here.library.meta("model") or ""
    records = ServerVectors(server, model).records["sentences"]
    digests = sentences_of(here)
    found = []
    for count in sorted({min(count, len(digests)) for count in AMONG}):
        some, right = digests[:count], 0
        for vector in vectors:
            exact = here.cosines("sentences", some, vector, model)
            least = sorted(exact.values())[-BEST]
            near = [digest for digest, _ in records.query(vector, BEST, some)]
            right += sum(exact[digest] > least - _CLOSE for digest in near)  # ties are as good
        found.append(Among(BEST, count, right / (BEST * len(vectors))))
    return tuple(found)


def sentences_of(generation: Generation) -> list[str]:
    """Return the digests of all sentences, in a random order that is always the same."""
    rows = generation.library.run("SELECT DISTINCT digest FROM sentences ORDER BY digest")
    digests = [digest for (digest,) in rows]
    random.Random(0).shuffle(digests)
    return digests


def first_fetch(places: Places, turns: int) -> Fetch:
    """Return what fetching a replica takes where there is none: the median of several."""
    taken = []
    for turn in range(turns):
        with closing(store_on(places.replicas / str(turn), places.url)) as store:
            taken.append(fetched(store, Traffic(store.server)))
    return median_fetch(taken)


def fetched(store: GenerationStore, traffic: Traffic) -> Fetch:
    """Return what bringing a replica up to date takes."""
    before = set(blocks_of(live_library(store))) if store.current() else set()
    calls, received = traffic.calls, traffic.received
    seconds = timed(store.refresh)
    lacked = set(blocks_of(live_library(store))) - before
    return Fetch(seconds, traffic.calls - calls, traffic.received - received, len(lacked))


def median_fetch(several: Sequence[Fetch]) -> Fetch:
    """Return the median of what several take."""
    return Fetch(
        statistics.median(one.seconds for one in several),
        round(statistics.median(one.calls for one in several)),
        round(statistics.median(one.received for one in several)),
        round(statistics.median(one.blocks for one in several)),
    )


def changes(places: Places, count: int) -> tuple[Both, Both, Fetch]:
    """Write articles anew, every sentence of them; publish each, and fetch it elsewhere.

    Returns what publishing takes, in all and outside the model, and fetching: the medians.
    """
    whole, outside, fetches = [], [], []
    with closing(store_on(places.replicas / "0", places.url)) as replica:
        traffic = Traffic(replica.server)
        for file in sorted(places.corpus.rglob("*.txt"))[:count]:
            file.write_text(invented_article(int(file.stem), seed=1), encoding="utf-8")
            both, beside = writing(places, methodcaller("add", [file]))
            whole.append(both)
            outside.append(beside)
            fetches.append(fetched(replica, traffic))
    return medians(whole), medians(outside), median_fetch(fetches)


def blocks_written(places: Places) -> tuple[int, Written, Written]:
    """Write blocks of the library as metadata, and as documents.

    Returns how many were written, and what either takes.
    """
    library, server = live_library(places.there.store), places.server
    at = {digest: number for number, digest in enumerate(blocks_of(library))}
    wanted = dict(list(at.items())[:BLOCKS])
    texts, rows = [], np.random.default_rng(0).random((len(wanted), 3)).astype(np.float32)
    with library.open("rb") as file:
        for number in wanted.values():
            file.seek(number * BLOCK)
            texts.append(b85encode(zlib.compress(file.read(BLOCK), 1)).decode("ascii"))
        metadata, documents = (Records(server, f"trial-{what}") for what in ("meta", "docs"))
        written = []
        for work in (
            lambda: send_blocks(metadata, wanted, file),
            lambda: documents.add(list(wanted), rows, documents=texts),
        ):
            before = bytes_of(places.folder)
            seconds = timed(work)
            written.append(Written(seconds, bytes_of(places.folder) - before))
    return len(wanted), written[0], written[1]


def live_library(store: GenerationStore) -> Path:
    """Return the file of the live generation's library."""
    return store.root / str(store.current()) / LIBRARY
