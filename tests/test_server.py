"""One index on a real Chroma server: several machines, faults, kills, damage."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.context import ForkServerContext
from pathlib import Path

import numpy as np
import pytest
from chroma_server import ChromaServer
from conftest import HashEmbedder
from server_processes import (
    ask_until_told,
    edition,
    hold_lease,
    hurry,
    store_on,
    write_editions,
    writer_on,
)
from typer.testing import CliRunner

from index.errors import (
    DamagedIndexError,
    IndexLockedError,
    NewerFormatError,
    NoIndexError,
    ServerError,
    SettingsError,
)
from index.export import read_export
from index.generation import LIBRARY
from index.health.doctor import examine, repair
from index.library import Library
from index.reading import LiveIndex
from index.server import lease, placement, sweeping
from index.server import replica as replicas
from index.server.address import ServerAddress, address_of
from index.server.connection import Server
from index.server.pages import BLOCK, blocks_of, expand, send_blocks, tree_of, write_file
from index.server.records import Records
from index.server.store import ServerStore
from index.server.vectors import ServerVectors
from index.settings import Settings, load_settings
from index.sync import Synchroniser
from retrieval.answering import Assistant
from retrieval.commands import shell


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["server_processes", "chromadb"])
    return context


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    server = ChromaServer(tmp_path_factory.mktemp("chroma"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def url(running: ChromaServer) -> Iterator[str]:
    """The server, emptied after each test."""
    yield running.url
    server = store_on(Path("unused"), running.url).server
    for name in server.names():
        server.drop(name)
    server.close()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((replicas, "INTERVAL"), (replicas, "WAIT"), (lease, "RENEW")):
        monkeypatch.setattr(module, name, getattr(module, name))  # put back afterwards
    hurry()


def texts_of(store: ServerStore) -> dict[str, str]:
    """What a reader has, once every text was found by its own vector on the server."""
    live = LiveIndex(store)
    with live.reading() as generation:
        library = generation.library
        found = {a.source: a.text for a in library.articles()}
        for kind in ("chunks", "sentences"):
            digests = [row[0] for row in library.run(f"SELECT DISTINCT digest FROM {kind}")]
            vectors = ServerVectors(store.server, "hash").records[kind].vectors(digests)
            assert set(vectors) == set(digests)
            for digest in digests[:3]:
                assert generation.nearest(kind, vectors[digest], 1)[0][1] > 0.999
            some = generation.cosines(kind, digests, vectors[digests[0]], "hash")
            expected = {d: float(v @ vectors[digests[0]]) for d, v in vectors.items()}
            assert some == pytest.approx(expected, abs=1e-5)
    live.close()
    return found


def texts(turn: int) -> dict[str, str]:
    return {a.source: a.text for a in edition(turn)}


def test_what_one_machine_adds_another_reads(tmp_path: Path, url: str) -> None:
    here, there = HashEmbedder(), store_on(tmp_path / "b", url)
    with pytest.raises(NoIndexError, match="No article is indexed on http"):
        texts_of(there)
    writer = writer_on(tmp_path / "a", url, here)
    writer.add_articles(edition(0))
    assert texts_of(there) == texts(0)
    assert not list(tmp_path.rglob("vectors"))
    embedded = len(here.embedded)
    assert writer.add_articles(edition(0)).embedded == 0 and len(here.embedded) == embedded
    changed = [*edition(0)[:3], edition(1)[3]]
    writer_on(tmp_path / "b", url).add_articles(changed)  # the other machine writes
    assert texts_of(store_on(tmp_path / "a", url)) == {a.source: a.text for a in changed}
    removed = edition(0)[0]
    writer.remove([removed.id])
    assert removed.source not in texts_of(there)
    assert examine(there) == []


def test_a_version_costs_what_changed(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = writer_on(tmp_path / "a", url)
    writer.add_articles(edition(0))
    reader = store_on(tmp_path / "b", url)
    reader.refresh()
    fetched: list[int] = []

    def counted(*arguments: object) -> int:
        fetched.append(write_file(*arguments))  # type: ignore[arg-type]
        return fetched[-1]

    monkeypatch.setattr(replicas, "write_file", counted)
    writer.add_articles([edition(1)[0]])
    reader.refresh()
    blocks = blocks_of(reader.root / str(reader.current()) / LIBRARY)
    assert 0 < fetched[0] < len(blocks)
    assert reader.stamp() == reader.versions.newest()


def test_an_assistant_answers_the_same_from_both_places(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = HashEmbedder()
    local = Assistant(tmp_path / "local", embedder=embedder)
    local.add_articles(edition(0))
    monkeypatch.setenv("ARTICLE_QA_CHROMA_URL", f"{url}/")
    shared = Assistant(tmp_path / "shared", embedder=embedder)
    shared.add_articles(edition(0))
    for filters in ({}, {"sources": "news/2.txt"}):
        question = "Ship 11 left harbour 2"
        one, other = (a.search(question, 5, **filters) for a in (local, shared))  # type: ignore[arg-type]
        assert one[0].passage.chunk == other[0].passage.chunk  # others tie but for the last bits
        cosines = [sorted(c.chunk_cosine for c in found) for found in (one, other)]
        assert cosines[0] == pytest.approx(cosines[1], abs=1e-5)
    assert isinstance(shared._store, ServerStore) and not isinstance(local._store, ServerStore)
    local.close()
    shared.close()


def test_the_commands_work_on_a_server(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_QA_HOME", str(tmp_path / "a"))
    monkeypatch.setenv("ARTICLE_QA_CHROMA_URL", url)
    monkeypatch.setenv("ARTICLE_QA_CHROMA_NAME", "news")
    run = CliRunner().invoke
    assert "No article is indexed on http" in run(shell, ["list"]).output
    folder = tmp_path / "press"
    folder.mkdir()
    (folder / "a.txt").write_text(edition(0)[0].text)
    writer = writer_on(tmp_path / "b", url)
    assert writer.sync(folder, plan=True).added and not writer._store.current()
    assert writer.sync(folder).added
    listed = run(shell, ["list"])
    assert listed.exit_code == 0 and "Harbour 0" in listed.output
    exported = run(shell, ["export", str(tmp_path / "all.jsonl")])
    assert exported.exit_code == 0 and "1 exported" in exported.output
    (article,) = read_export(tmp_path / "all.jsonl")
    assert not isinstance(article, Exception) and article.text == edition(0)[0].text
    healthy = run(shell, ["doctor"])
    assert healthy.exit_code == 0, healthy.output
    monkeypatch.setenv("ARTICLE_QA_CHROMA_URL", "http://127.0.0.1:9")
    lost = run(shell, ["list"])
    assert lost.exit_code == 1 and "cannot be reached" in lost.output
    assert lost.output.count("article-qa:") == 1
    # without a server, a replica alone gives its articles
    monkeypatch.delenv("ARTICLE_QA_CHROMA_URL")
    replica = next((tmp_path / "a").glob("server-*/index/CURRENT")).parents[1]
    monkeypatch.setenv("ARTICLE_QA_HOME", str(replica))
    rescued = run(shell, ["export", str(tmp_path / "rescued.jsonl")])
    assert rescued.exit_code == 0 and "1 exported" in rescued.output


def test_readers_never_see_half_a_version(
    tmp_path: Path, url: str, context: ForkServerContext
) -> None:
    writer_on(tmp_path / "w", url).add_articles(edition(0))
    readers = []
    for n in range(2):
        here, there = context.Pipe()
        args = (tmp_path / f"r{n}", url, there)
        readers.append((context.Process(target=ask_until_told, args=args), here))
        readers[-1][0].start()
        assert here.recv()
    writer = context.Process(target=write_editions, args=(tmp_path / "w", url, 8, 0.2))
    writer.start()
    writer.join()
    assert writer.exitcode == 0
    for process, here in readers:
        time.sleep(0.5)
        here.send(False)
        asked, wrong, editions = here.recv()
        process.join()
        assert wrong == [] and asked > 10 and len(editions) > 1 and "7" in editions


def test_a_second_writer_is_refused(tmp_path: Path, url: str, context: ForkServerContext) -> None:
    here, there = context.Pipe()
    holder = context.Process(target=hold_lease, args=(tmp_path / "a", url, there))
    holder.start()
    assert here.recv()
    with pytest.raises(IndexLockedError, match=f"process {holder.pid} on .*try again"):
        writer_on(tmp_path / "b", url).add_articles(edition(0))
    here.send(True)
    holder.join()
    assert holder.exitcode == 0
    assert writer_on(tmp_path / "b", url).add_articles(edition(0)).added


def test_a_lease_expires_and_its_holder_is_told(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEW", 1e6)
    first, second = (store_on(tmp_path / name, url) for name in "ab")
    with first.writing():
        with pytest.raises(IndexLockedError), second.writing():
            pass
        monkeypatch.setattr(lease, "EXPIRED", 0.0)
        time.sleep(0.01)
        with second.writing():
            assert first._lease is not None
            with pytest.raises(IndexLockedError, match="another took over"):
                first._lease.check()
            assert second._lease is not None
            second._lease.check()
    assert not [name for name in first.versions.records.ids() if name.startswith("writer-")]


def test_a_writer_that_lives_keeps_its_lease(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "EXPIRED", 1.5)
    with store_on(tmp_path / "a", url).writing():
        time.sleep(3)
        with pytest.raises(IndexLockedError), store_on(tmp_path / "b", url).writing():
            pass


def test_a_publication_lost_to_another_is_told(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer_on(tmp_path / "a", url).add_articles(edition(0))
    slow = writer_on(tmp_path / "b", url)
    original = ServerStore._version_of

    def overtaken(self: ServerStore, draft: Path) -> object:
        version = original(self, draft)
        if self.root.is_relative_to(tmp_path / "b"):
            monkeypatch.setattr(lease.Lease, "check", lambda self: None)
            monkeypatch.setattr(lease, "EXPIRED", -1.0)
            writer_on(tmp_path / "a", url).add_articles(edition(1))
        return version

    monkeypatch.setattr(ServerStore, "_version_of", overtaken)
    with pytest.raises(IndexLockedError, match="published by another machine"):
        slow.add_articles(edition(2))
    assert texts_of(store_on(tmp_path / "b", url)) == texts(1)


def test_a_killed_writer_is_followed_by_the_next(
    tmp_path: Path, url: str, context: ForkServerContext, pytestconfig: pytest.Config
) -> None:
    home, seen = tmp_path / "w", store_on(tmp_path / "r", url)
    write_editions(home, url, 1)  # what is imported and opened once is not timed
    began = time.monotonic()
    write_editions(home, url, 2)
    usual = (time.monotonic() - began) / 2
    rng = random.Random(5)
    killed = 0
    for turn in range(max(3, pytestconfig.getoption("--kills") // 5)):
        process = context.Process(target=write_editions, args=(home, url, 4))
        process.start()
        process.join(timeout=rng.uniform(0.1, 4 * usual))
        process.kill()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        assert texts_of(seen) in [texts(n) for n in range(2 + turn + 4)]
    assert killed
    writer_on(home, url).add_articles(edition(9))
    assert texts_of(seen) == texts(9)
    assert {f.code for f in examine(seen)} <= {"leftover"}
    assert repair(store_on(home, url), HashEmbedder()) == []
    seen.refresh()
    assert examine(seen) == []


def test_what_a_killed_writer_sent_last_does_not_keep_the_next_of_its_folder_out(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its record arrives after the next has looked who writes, and before the next's own."""
    add, late = Records.add, list[str]()

    def overtaken(self: Records, ids: list[str], vectors: object, **content: object) -> None:
        if not late and "writer" in ids[0]:
            late.append(ids[0])
            (mine,) = content["metadatas"]  # type: ignore[misc]
            add(self, ids, vectors, metadatas=[{**mine, "token": "of who was killed"}])  # type: ignore[arg-type]
        add(self, ids, vectors, **content)  # type: ignore[arg-type]

    monkeypatch.setattr(Records, "add", overtaken)
    writer_on(tmp_path / "a", url).add_articles(edition(1))
    assert late and texts_of(store_on(tmp_path / "b", url)) == texts(1)
    writer_on(tmp_path / "c", url).add_articles(edition(2))  # nothing of either is left


def test_a_restarted_server_is_gone_on_with(tmp_path: Path, context: ForkServerContext) -> None:
    server = ChromaServer(tmp_path / "chroma")
    server.start()
    try:
        writer = writer_on(tmp_path / "a", server.url)
        writer.add_articles(edition(0))
        reader = store_on(tmp_path / "b", server.url)
        assert texts_of(reader) == texts(0)
        server.stop()
        for attempt in (reader.refresh, lambda: writer.add_articles(edition(1))):
            with pytest.raises(ServerError, match=r"cannot be reached .*nothing is lost"):
                attempt()
        again = threading.Timer(1.0, server.start)
        again.start()
        time.sleep(0.5)
        while True:  # one of the tries within a call finds it back
            try:
                writer.add_articles(edition(1))
                break
            except ServerError as error:
                assert "nothing is lost" in str(error)
        again.join()
        assert texts_of(reader) == texts(1)
        server.stop()
        server.start()
        assert texts_of(reader) == texts(1)
    finally:
        server.stop()


def test_a_lost_server_is_filled_again_from_a_replica(tmp_path: Path, url: str) -> None:
    embedder = HashEmbedder()
    writer_on(tmp_path / "a", url).add_articles(edition(0))
    store = store_on(tmp_path / "b", url)
    assert texts_of(store) == texts(0)
    for name in store.server.names():
        store.server.drop(name)
    with pytest.raises(ServerError, match="any more: run 'article-qa reindex'"):
        store.refresh()
    with pytest.raises(ServerError, match="reindex"):
        writer_on(tmp_path / "b", url).add_articles(edition(1))
    assert [f.code for f in examine(store)] == ["lost-index"]
    Synchroniser(store, embedder).reindex()
    assert embedder.embedded
    assert texts_of(store) == texts(0)
    assert texts_of(store_on(tmp_path / "a", url)) == texts(0)
    assert examine(store) == []


@pytest.mark.parametrize("what", ["vectors", "blocks", "zeros", "replica", "collection"])
def test_damage_is_found_and_mended(tmp_path: Path, url: str, what: str) -> None:
    writer_on(tmp_path / "a", url).add_articles(edition(0))
    store = store_on(tmp_path / "a", url)
    vectors = ServerVectors(store.server, "hash").records["sentences"]
    some = sorted(vectors.ids())[:5]
    if what == "vectors":
        vectors.remove(some)
    elif what == "collection":
        store.server.drop(vectors.name)
    elif what == "zeros":
        vectors.put(list(vectors.ids()), np.full((vectors.count(), 64), 0.5, dtype=np.float32))
    elif what == "blocks":
        pages = Records(store.server, store.server.address.pages)
        pages.remove(list(pages.ids())[:3])
    else:
        library = store.root / str(store.current()) / LIBRARY
        damaged = bytearray(library.read_bytes())
        damaged[20_000:40_000] = b"\x00" * 20_000
        library.write_bytes(damaged)
    found = {finding.code for finding in examine(store)}
    expected = {
        "vectors": {"missing-vectors"},
        "collection": {"missing-vectors"},
        "zeros": {"invalid-vectors"},
        "blocks": {"missing-blocks"},
        "replica": {"damaged-library"},
    }
    assert found == expected[what]
    embedder = HashEmbedder()
    assert repair(store, embedder) == []
    assert len(embedder.embedded) == (5 if what == "vectors" else len(embedder.embedded))
    assert examine(store) == []
    assert texts_of(store_on(tmp_path / "b", url)) == texts(0)


def test_an_older_replica_takes_the_place_of_what_is_lost(tmp_path: Path, url: str) -> None:
    store = store_on(tmp_path / "b", url)
    writer_on(tmp_path / "a", url).add_articles(edition(0))
    assert texts_of(store) == texts(0)
    writer_on(tmp_path / "a", url).add_articles(edition(1))
    pages = Records(store.server, store.server.address.pages)
    pages.remove(list(pages.ids()))
    assert {f.code for f in examine(store)} == {"lost-index"}
    with pytest.raises(DamagedIndexError, match="where the index was last written"):
        Synchroniser(store, HashEmbedder()).reindex()
    assert [f.code for f in repair(store, HashEmbedder())] == ["older-generation"]
    assert texts_of(store_on(tmp_path / "a", url)) == texts(0)
    assert examine(store) == []


def test_what_is_out_of_use_is_deleted_in_time(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, store = writer_on(tmp_path / "a", url), store_on(tmp_path / "a", url)
    vectors = ServerVectors(store.server, "hash")
    writer.add_articles(edition(0))
    first = set(vectors.records["sentences"].ids())
    writer.add_articles(edition(1))
    assert first <= set(vectors.records["sentences"].ids())  # others may read it still
    assert store.versions.numbers() == [1, 2]
    for module in (placement, sweeping):
        monkeypatch.setattr(module, "READ_FOR", -1.0)
    writer.add_articles(edition(2))
    writer.add_articles(edition(3))
    assert store.versions.numbers() == [4]
    left = set(vectors.records["sentences"].ids())
    with closing(Library(store.root / str(store.current()) / LIBRARY)) as library:
        used = {d for (d,) in library.run("SELECT DISTINCT digest FROM sentences")}
    assert left == used and len(first & left) == 4  # the titles
    newest = store.versions.get(4)
    assert newest is not None
    blocks, inner = expand(Records(store.server, "news-pages"), newest.root, newest.depth)
    assert set(Records(store.server, "news-pages").ids()) == {*blocks, *inner}
    assert texts_of(store_on(tmp_path / "b", url)) == texts(3)


def test_another_model_takes_over(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer_on(tmp_path / "a", url).add_articles(edition(0))
    store = store_on(tmp_path / "a", url)
    other = HashEmbedder("other")
    assert Synchroniser(store, other).reindex().embedded
    names = {name for name in store.server.names() if "chunks" in name}
    assert len(names) == 2
    monkeypatch.setattr(sweeping, "READ_FOR", -1.0)
    Synchroniser(store, other).reindex()
    left = {name for name in store.server.names() if "chunks" in name}
    assert left == {store.server.address.vectors("chunks", "other")}


def test_a_newer_format_is_told(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    writer_on(tmp_path / "a", url).add_articles(edition(0))
    monkeypatch.setattr(replicas, "FORMAT", 1)
    with pytest.raises(NewerFormatError, match="update article-qa"):
        store_on(tmp_path / "b", url).refresh()


@pytest.mark.parametrize("size", [1, BLOCK, 3 * BLOCK + 5, 600 * BLOCK])
def test_a_tree_of_blocks_leads_back_to_the_file(tmp_path: Path, url: str, size: int) -> None:
    rng = np.random.default_rng(size)
    file = tmp_path / "file"
    file.write_bytes(rng.bytes(min(size, 3 * BLOCK + 5)) * max(1, size // (3 * BLOCK + 5)))
    blocks = blocks_of(file)
    pages = Records(store_on(tmp_path, url).server, "news-pages")
    tree = tree_of(blocks)
    assert len(tree.root) <= BLOCK and (len(blocks) <= 256) == (tree.depth == 0)
    with file.open("rb") as stream:
        at = {digest: n for n, digest in enumerate(blocks)}
        assert send_blocks(pages, {**at, **tree.inner}, stream) == len(at) + len(tree.inner)
        assert send_blocks(pages, {**at, **tree.inner}, stream) == 0
    assert expand(pages, tree.root, tree.depth) == (blocks, set(tree.inner))
    write_file(pages, blocks, tmp_path / "copy", None, [])
    assert (tmp_path / "copy").read_bytes() == file.read_bytes()


class Fake(BaseHTTPRequestHandler):
    """A server of a kind that is not wanted."""

    status, body = 200, b"<html>hello</html>"

    def do_GET(self) -> None:
        type(self).asked += 1  # type: ignore[attr-defined]
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("status", "said", "tries"),
    [
        (500, "fails", 4),
        (503, "fails", 4),
        (401, "wants another token", 1),
        (403, "wants another token", 1),
        (404, "does not have what it should", 2),
        (429, "takes no more for now", 4),
        (200, "does not reply as Chroma does", 1),
    ],
)
def test_a_server_of_another_kind_is_told(
    tmp_path: Path, status: int, said: str, tries: int
) -> None:
    handler = type("Handler", (Fake,), {"status": status, "asked": 0})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        began = time.monotonic()
        with pytest.raises(ServerError, match=said) as caught:
            store_on(tmp_path, url).refresh()
        server.shutdown()
    assert str(caught.value).count("\n") == 0 and url in str(caught.value)
    asked = handler.asked  # type: ignore[attr-defined]
    assert asked == tries or (tries == 4 and asked >= 2)  # fewer where time is up
    assert time.monotonic() - began < 30


def test_nobody_there_is_told_soon(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(ServerError, match="cannot be reached"):
        store_on(tmp_path, "http://127.0.0.1:9").refresh()
    assert time.monotonic() - began < 15
    found = examine(store_on(tmp_path, "http://127.0.0.1:9"))
    assert [f.code for f in found] == ["unreachable-server"] and not found[0].repairable


def test_an_unknown_database_is_told(tmp_path: Path, url: str) -> None:
    address = ServerAddress(url, "", "news", "default_tenant", "nowhere")
    with pytest.raises(ServerError, match="knows no database 'nowhere'"):
        ServerStore(tmp_path, Server(address)).refresh()


@pytest.mark.parametrize(
    "url", ["localhost:8000", "ftp://host", "http://", "http://host:99999", "http://u:p@host"]
)
def test_an_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(SettingsError, match="ARTICLE_QA_CHROMA_URL"):
        address_of(Settings(chroma_url=url))


def test_a_token_is_sent_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_QA_CHROMA_URL", "https://host/below/")
    monkeypatch.setenv("ARTICLE_QA_CHROMA_TOKEN", "secret")
    settings = load_settings()
    address = address_of(settings)
    assert address.api == "https://host/below/api/v2"
    assert address.headers == {"Authorization": "Bearer secret", "x-chroma-token": "secret"}
    assert "secret" not in repr(address) + repr(settings)
    cloud = address_of(Settings(chroma_url="https://api.trychroma.com", chroma_token="secret"))
    assert cloud.headers == {"x-chroma-token": "secret"}
    assert cloud.folder != address.folder and os.sep not in cloud.folder
    monkeypatch.setenv("ARTICLE_QA_CHROMA_NAME", "-")
    with pytest.raises(SettingsError, match="ARTICLE_QA_CHROMA_NAME"):
        load_settings()
