"""Killed at any moment, a sync leaves an index that answers; readers see only whole generations."""

import multiprocessing
import random
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from conftest import HashEmbedder
from processes import VERSIONS, answer_until_told, articles_of, sync_to

from index.errors import DamagedIndexError
from index.generations import GenerationStore
from index.reading import LiveIndex
from index.sync import Synchroniser


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["processes", "chromadb"])
    return context


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "index"


def snapshot(root: Path) -> tuple[str, ...]:
    """The texts a reader sees, once every part of the index was seen to agree."""
    live = LiveIndex(GenerationStore(root))
    with live.reading() as generation:
        library, vectors = generation.library, generation.vectors
        articles = library.articles()
        for kind in ("chunks", "sentences"):
            assert vectors.count(kind) == library.count_digests(kind)
            for digest, vector in library.sample_vectors(kind, "hash", 5):
                assert vectors.query(kind, vector, 1)[0][1] > 0.999, digest
        assert library.search_words(["sentence"], 5)
        for article in articles:
            assert library.sentences(article.id)
    live.close()
    return tuple(sorted(article.text for article in articles))


def test_a_killed_sync_leaves_the_live_index_whole(
    root: Path, context: ForkServerContext, pytestconfig: pytest.Config
) -> None:
    kills = pytestconfig.getoption("--kills")
    sync_to(root, 0)
    began = time.monotonic()
    complete = context.Process(target=sync_to, args=(root, 1))
    complete.start()
    complete.join()
    assert complete.exitcode == 0
    usual = time.monotonic() - began
    rng, killed, turn = random.Random(7), 0, 0
    while killed < kills:
        turn += 1
        before = snapshot(root)
        process = context.Process(target=sync_to, args=(root, turn % VERSIONS))
        began = time.monotonic()
        process.start()
        process.join(timeout=rng.uniform(0.05, 1.0) * usual)
        process.kill()
        process.join()
        if process.exitcode == 0:  # done already: this machine is quicker than it was
            usual = min(usual, time.monotonic() - began)
        assert process.exitcode in (0, -signal.SIGKILL)
        killed += process.exitcode != 0
        after = snapshot(root)
        expected = {a.source: a.text for a in articles_of(turn % VERSIONS)}
        assert after == before or set(expected.values()) <= set(after)
    sync_to(root, 3)
    assert {a.text for a in articles_of(3)} <= set(snapshot(root))
    left = {p.name for p in root.iterdir()} - {"CURRENT", "FORMAT", "writer.lock", "sources.sqlite"}
    live = GenerationStore(root).current()
    assert live in left and len(left) <= 2 and not any("draft" in name for name in left)


def test_a_reader_in_another_process_follows(root: Path, context: ForkServerContext) -> None:
    sync_to(root, 0)
    here, there = context.Pipe()
    reader = context.Process(target=answer_until_told, args=(root, there))
    reader.start()
    writer = threading.Thread(target=sync_to, args=(root, 1))

    def read() -> tuple[str, list[str], int]:
        here.send(True)
        return here.recv()  # type: ignore[no-any-return]

    old = sorted(a.text for a in articles_of(0))
    assert read() == ("000001", old, 5)
    writer.start()
    during = []
    while writer.is_alive():
        during.append(read())
    writer.join()
    name, texts, nearest = read()  # the first question after the sync's end
    here.send(False)
    reader.join()
    assert reader.exitcode == 0
    assert name == "000002" and nearest == 5
    assert set(texts) >= {a.text for a in articles_of(1)}
    assert all(seen in (("000001", old, 5), (name, texts, 5)) for seen in during)


def test_a_generation_being_read_stays(root: Path) -> None:
    sync_to(root, 0)
    live = LiveIndex(GenerationStore(root))
    with live.reading() as generation:
        for version in (1, 2, 3):
            Synchroniser(GenerationStore(root), HashEmbedder()).add_articles(articles_of(version))
        assert (root / generation.name).is_dir()
        vector = HashEmbedder().embed(["Sentence 3"], "query")[0]
        assert len(generation.vectors.query("chunks", vector, 5)) == 5
        with live.reading() as newer:
            assert newer.name == "000004"
    live.close()
    sync_to(root, 0)
    assert not (root / "000001").exists()


def test_threads_share_one_open_index(root: Path) -> None:
    sync_to(root, 0)
    live = LiveIndex(GenerationStore(root))
    names: list[str] = []

    def read() -> None:
        vector = HashEmbedder().embed(["Sentence 3"], "query")[0]
        for _ in range(20):
            with live.reading() as generation:
                assert len(generation.vectors.query("chunks", vector, 5)) == 5
                assert generation.library.counts()["articles"] >= 40
                names.append(generation.name)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    sync_to(root, 1)
    for thread in threads:
        thread.join()
    live.close()
    assert len(names) == 120 and set(names) <= {"000001", "000002"}


def test_a_writer_does_not_sweep_away_an_index_whose_name_was_lost(root: Path) -> None:
    sync_to(root, 0)
    before = snapshot(root)
    (root / "CURRENT").unlink()
    sync_to(root, 0)
    assert snapshot(root) == before
    (root / "CURRENT").write_bytes(b"\xff garbage")
    with pytest.raises(DamagedIndexError, match="doctor --repair"):
        sync_to(root, 1)
    assert (root / "000001").is_dir()
