"""Damage done to an index on purpose: each is named, mended, and nothing known embedded again."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from conftest import HashEmbedder

from index.article import make_article
from index.errors import DamagedIndexError, IndexLockedError, NewerFormatError, StorageError
from index.generation import LIBRARY, VECTORS
from index.generations import GenerationStore
from index.health import vectors as doctor_vectors
from index.health.doctor import Finding, examine, repair, told
from index.known import copy_of
from index.reading import LiveIndex
from index.recording import LibraryWriter
from index.sync import STATE, Synchroniser

Damage = Callable[[Path], object]
"""Takes the folder of the live generation."""

STORY = "The harbour of town {n} was closed on day {n}. Its {n} ships lay still for {m} hours. "
ARTICLES = [
    make_article(
        f"Harbour {n}\n\n" + "".join(STORY.format(n=n, m=n * 10 + turn) for turn in range(20)),
        source=f"news/{n}.txt",
        language="en",
        author="A. Writer" if n % 2 else None,
        pages=(0, 40) if n == 2 else (),
        url="https://example.org/3" if n == 3 else None,
    )
    for n in range(8)
]
TEXTS = {article.source: article.text for article in ARTICLES}
COPY = "news/copy.txt"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of eight articles and a copy, in its second generation."""
    root = tmp_path_factory.mktemp("made") / "index"
    synchroniser = Synchroniser(GenerationStore(root), HashEmbedder())
    synchroniser.add_articles(ARTICLES[:6])
    again = make_article(ARTICLES[1].text, source=COPY, language="en")
    report = synchroniser.add_articles([*ARTICLES, again])
    assert len(report.copies) == 1
    return root


@pytest.fixture
def store(made: Path, tmp_path: Path) -> GenerationStore:
    shutil.copytree(made, tmp_path / "home" / "index")
    return GenerationStore(tmp_path / "home" / "index")


@pytest.fixture(autouse=True)
def here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look into Chroma's files in this process: a new one takes a second to start."""
    if "apart" not in request.fixturenames:
        monkeypatch.setattr(doctor_vectors, "probe_apart", doctor_vectors.probe)


@pytest.fixture
def apart() -> None:
    """Wish for a process of its own all the same."""


@pytest.fixture
def live(store: GenerationStore) -> Path:
    return store.root / str(store.current())


def codes(findings: list[Finding]) -> set[str]:
    for finding in findings:
        for sentence in (finding.what, finding.remedy):
            assert "\n" not in sentence and sentence.endswith("."), sentence
    return {finding.code for finding in findings}


def contents(store: GenerationStore) -> dict[str, str]:
    """The text of each source as a reader has it, once all parts of the index were seen to work."""
    reader = LiveIndex(store)
    with reader.reading() as generation:
        library, vectors = generation.library, generation.vectors
        found = {article.source: article.text for article in library.articles()}
        for kind in ("chunks", "sentences"):
            assert vectors.count(kind) == library.count_digests(kind)
            for digest, vector in library.sample_vectors(kind, "hash", 3):
                assert vectors.query(kind, vector, 1)[0][1] > 0.999, digest
        assert len(library.search_words(["harbour"], 999)) == library.counts()["chunks"]
    reader.close()
    return found


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# --- ways to do damage


def change(sql: str, *values: object, file: str = LIBRARY) -> Damage:
    def damage(live: Path) -> None:
        with closing(sqlite3.connect(live / file)) as db:
            db.execute(sql, values)
            db.commit()

    return damage


def overwrite(name: str, share: float, count: int = 0) -> Damage:
    """Write over the bytes from a share of the file on, `count` of them or all."""

    def damage(live: Path) -> None:
        size = (live / name).stat().st_size
        start = int(size * share) // 4096 * 4096
        with (live / name).open("r+b") as file:
            file.seek(start)
            file.write(b"\xff\x13garbage" * ((count or size - start) // 9))

    return damage


def overwrite_rows(table: str) -> Damage:
    """Write over the page with the last rows of a table."""

    def damage(live: Path) -> None:
        data = bytearray((live / LIBRARY).read_bytes())
        with closing(sqlite3.connect(live / LIBRARY)) as db:
            (size,) = db.execute("PRAGMA page_size").fetchone()
            row = db.execute(f"SELECT source FROM {table} ORDER BY rowid DESC LIMIT 1").fetchone()
        place = data.index(ARTICLES[-1].text[:200].encode())
        assert row[0] == ARTICLES[-1].source
        page = place // size * size
        data[page : page + size] = b"\xff" * size
        (live / LIBRARY).write_bytes(data)

    return damage


def cut(name: str, share: float) -> Damage:
    return lambda live: os.truncate(live / name, int((live / name).stat().st_size * share))


def remove(*names: str) -> Damage:
    def damage(live: Path) -> None:
        for name in names:
            path = live / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    return damage


def flip(text: str, mask: int) -> Damage:
    """Change the first byte of a passage in the library's file by some bits."""

    def damage(live: Path) -> None:
        data = bytearray((live / LIBRARY).read_bytes())
        data[data.index(text.encode())] ^= mask
        (live / LIBRARY).write_bytes(data)

    return damage


def drop_words(live: Path) -> None:
    with closing(sqlite3.connect(live / LIBRARY)) as db:
        rows = db.execute(
            "SELECT key, title, substr(text, start + 1, end - start) FROM chunks JOIN articles "
            "ON id = article_id WHERE key % 3 = 0"
        ).fetchall()
        db.executemany(
            "INSERT INTO words (words, rowid, title, body) VALUES ('delete',?,?,?)", rows
        )
        db.commit()
    assert len(rows) > 2


def forget_words(live: Path) -> None:
    """Leave the rows of the word index, each with the words of another text."""
    with closing(sqlite3.connect(live / LIBRARY)) as db:
        keys = db.execute("SELECT key FROM chunks").fetchall()
        db.execute("INSERT INTO words (words) VALUES ('delete-all')")
        db.executemany("INSERT INTO words (rowid, title, body) VALUES (?, 'other', 'words')", keys)
        db.commit()


def drop_from_chroma(live: Path) -> None:
    from index.vectors import VectorIndex

    with closing(sqlite3.connect(live / LIBRARY)) as db:
        ids = [row[0] for row in db.execute("SELECT DISTINCT digest FROM sentences LIMIT 5")]
    index = VectorIndex(live / VECTORS)
    index.remove("sentences", ids)
    index.close()


def write(name: str, data: bytes) -> Damage:
    return lambda live: (live.parent / name).write_bytes(data)


FIRST = "(SELECT MIN(key) FROM sentences)"
ONE = f"(SELECT digest FROM sentences WHERE key = {FIRST})"
NAN = np.full(64, np.nan, dtype="<f4").tobytes()
LONG = np.full(64, 2, dtype="<f4").tobytes()

# damage, the codes of what is found, how many texts must be embedded for the repair
MENDED: dict[str, tuple[Damage, set[str], int]] = {
    "table dropped": (change("DROP TABLE copies"), {"missing-table"}, 0),
    "vectors dropped": (change("DROP TABLE vectors"), {"missing-table"}, -1),
    "words dropped": (change("DROP TABLE words"), {"missing-table"}, 0),
    "index dropped": (change("DROP INDEX chunks_digest"), {"missing-table"}, 0),
    "format of the library": (change("PRAGMA user_version = 1"), {"other-format"}, 0),
    "model not said": (change("DELETE FROM meta WHERE key = 'model'"), {"missing-model"}, 0),
    "chunk beyond its text": (
        change("UPDATE chunks SET end = end + 9000 WHERE key = 3"),
        {"wrong-span", "wrong-words"},
        0,
    ),
    "sentence the wrong way round": (
        change(f"UPDATE sentences SET start = end, end = start WHERE key = {FIRST}"),
        {"wrong-span"},
        0,
    ),
    "span that is no number": (
        change(f"UPDATE sentences SET start = 'x' WHERE key = {FIRST}"),
        {"damaged-library"},
        0,
    ),
    "digest of a sentence": (
        change(f"UPDATE sentences SET digest = 'f00' WHERE key = {FIRST}"),
        {"wrong-digest", "missing-vectors", "unused-vectors"},
        0,
    ),
    "digest of a chunk": (
        change("UPDATE chunks SET digest = (SELECT digest FROM chunks WHERE key = 1)"),
        {"wrong-digest", "unused-vectors"},
        0,
    ),
    "digest of a text": (
        change("UPDATE articles SET text_digest = 'f00' WHERE rowid = 2"),
        {"wrong-digest"},
        0,
    ),
    "sentence lost": (
        change(f"DELETE FROM sentences WHERE key = {FIRST}"),
        {"other-sentences", "unused-vectors"},
        0,
    ),
    "copy of nothing": (
        change("UPDATE copies SET article_id = 'nobody'"),
        {"unknown-article"},
        0,
    ),
    "near duplicate of nothing": (
        change("INSERT INTO bands VALUES (0, x'00', 'nobody')"),
        {"unknown-article"},
        0,
    ),
    "vector missing": (
        change(f"DELETE FROM vectors WHERE digest = {ONE}"),
        {"missing-vectors"},
        1,
    ),
    "vector cut": (
        change(f"UPDATE vectors SET vector = substr(vector, 1, 9) WHERE digest = {ONE}"),
        {"wrong-size-vectors"},
        1,
    ),
    "vector of no numbers": (
        change(f"UPDATE vectors SET vector = ? WHERE digest = {ONE}", NAN),
        {"invalid-vectors"},
        1,
    ),
    "vector too long": (
        change(f"UPDATE vectors SET vector = ? WHERE digest = {ONE}", LONG),
        {"invalid-vectors"},
        1,
    ),
    "vectors of nothing": (
        change("INSERT INTO vectors SELECT digest || 'x', model, vector FROM vectors LIMIT 4"),
        {"unused-vectors"},
        0,
    ),
    "words of some chunks": (drop_words, {"wrong-words"}, 0),
    "words of other texts": (forget_words, {"wrong-words"}, 0),
    "chroma's database": (
        overwrite(f"{VECTORS}/chroma.sqlite3", 0),
        {"unreadable-vector-index"},
        0,
    ),
    "chroma's database cut": (
        cut(f"{VECTORS}/chroma.sqlite3", 0.3),
        {"unreadable-vector-index"},
        0,
    ),
    "chroma's folder": (remove(VECTORS), {"missing-vector-index"}, 0),
    "some of chroma's vectors": (drop_from_chroma, {"wrong-vector-index"}, 0),
    "pin": (remove("pin"), {"missing-pin"}, 0),
    "CURRENT missing": (remove("../CURRENT"), {"missing-current"}, 0),
    "CURRENT of nothing": (write("CURRENT", b"000001\n"), {"wrong-current"}, 0),
    "CURRENT of no text": (write("CURRENT", b"\xff\xfe\0"), {"wrong-current"}, 0),
    "FORMAT of no text": (write("FORMAT", b"\xff\xfe\0"), {"wrong-format"}, 0),
    "FORMAT missing": (remove("../FORMAT"), {"wrong-format"}, 0),
    "memory of the sources": (write(STATE, b"no database" * 999), {"damaged-memory"}, 0),
    "draft of a killed writer": (
        lambda live: shutil.copytree(live, live.parent / "000003.draft"),
        {"leftover"},
        0,
    ),
    "file of a killed writer": (write(".CURRENT.1", b"000"), {"leftover"}, 0),
    "old generation": (
        lambda live: shutil.copytree(live, live.parent / "000001"),
        {"old-generation"},
        0,
    ),
}


def test_a_whole_index_has_no_findings_and_is_not_touched(
    store: GenerationStore, embedder: HashEmbedder
) -> None:
    before = files_of(store.root)
    assert examine(store) == []
    assert repair(store, embedder) == []
    after = files_of(store.root)
    assert after == before and embedder.embedded == []
    assert told([]) == "Nothing is wrong with the index."


@pytest.mark.parametrize("damage", MENDED)
def test_damage_is_named_and_mended(
    damage: str, store: GenerationStore, live: Path, embedder: HashEmbedder
) -> None:
    harm, expected, embedded = MENDED[damage]
    harm(live)
    before = files_of(store.root)
    found = examine(store)
    assert files_of(store.root) == before, "examining changes nothing"
    assert codes(found) == expected
    assert all(finding.repairable for finding in found)
    assert all(code in told(found) for code in expected)
    left = repair(store, embedder)
    assert codes(left) <= {"older-generation"}
    assert examine(store) == []
    assert contents(store) == TEXTS
    if embedded >= 0:
        assert len(embedder.embedded) == embedded, embedder.embedded
    kept = 0 if damage in ("table dropped", "copy of nothing") else 1
    with closing(sqlite3.connect(store.root / str(store.current()) / LIBRARY)) as db:
        assert db.execute("SELECT COUNT(*) FROM copies").fetchone()[0] == kept


# --- damage that costs articles


def test_one_bit_of_a_text(store: GenerationStore, live: Path, embedder: HashEmbedder) -> None:
    flip("town 4 was closed on day 4", 0x01)(live)  # a t becomes a u
    assert codes(examine(store)) == {"altered-article", "wrong-words"}
    (left,) = repair(store, embedder)
    assert left.code == "altered-article" and "news/4.txt" in left.what and not left.repairable
    assert examine(store) == []
    texts = contents(store)
    assert texts.pop("news/4.txt") == TEXTS["news/4.txt"].replace("town", "uown", 1)
    assert texts == {s: t for s, t in TEXTS.items() if s != "news/4.txt"}
    assert len(embedder.embedded) <= 2  # a sentence and its chunk
    report = Synchroniser(store, embedder).add_articles(ARTICLES)
    assert len(report.changed) == 1 and contents(store) == TEXTS


def test_a_byte_that_is_no_text(store: GenerationStore, live: Path, embedder: HashEmbedder) -> None:
    flip("town 4 was closed on day 4", 0x80)(live)
    assert codes(examine(store)) == {"altered-article", "wrong-words"}
    assert codes(repair(store, embedder)) == {"altered-article"}
    assert examine(store) == [] and "\ufffdown 4" in contents(store)["news/4.txt"]


def test_a_page_with_an_article(store: GenerationStore, live: Path, embedder: HashEmbedder) -> None:
    overwrite_rows("articles")(live)
    assert codes(examine(store)) == {"damaged-library"}
    left = repair(store, embedder)
    assert codes(left) <= {"lost-article"} and left
    assert all("news/7.txt" in told(left) for _ in left)
    assert examine(store) == []
    texts = contents(store)
    assert len(texts) == len(TEXTS) - len(left) and texts.items() <= TEXTS.items()
    assert embedder.embedded == []


def cut_amid_articles(live: Path) -> None:
    data = (live / LIBRARY).read_bytes()
    places = sorted(data.index(article.text.encode()) for article in ARTICLES)
    os.truncate(live / LIBRARY, places[4])


@pytest.mark.parametrize(
    ("damage", "loses", "known"),
    [
        (cut(LIBRARY, 0.95), False, 150),
        (cut(LIBRARY, 0.85), False, 50),
        (cut_amid_articles, True, 0),
    ],
    ids=["a little", "more", "amid the articles"],
)
def test_a_library_cut_short(
    damage: Damage,
    loses: bool,
    known: int,
    store: GenerationStore,
    live: Path,
    embedder: HashEmbedder,
) -> None:
    damage(live)
    assert codes(examine(store)) == {"damaged-library"}
    left = repair(store, embedder)
    assert codes(left) == ({"lost-article"} if loses else set())
    assert examine(store) == []
    texts = contents(store)
    assert texts.items() <= TEXTS.items() and len(texts) + len(left) == len(TEXTS)
    with closing(sqlite3.connect(store.root / str(store.current()) / LIBRARY)) as db:
        (count,) = db.execute("SELECT COUNT(*) FROM vectors").fetchone()
    assert count - len(embedder.embedded) >= known


def test_nothing_that_can_be_read(
    store: GenerationStore, live: Path, embedder: HashEmbedder
) -> None:
    overwrite(LIBRARY, 0)(live)
    before = files_of(store.root)
    assert codes(examine(store)) == {"damaged-library"}
    with pytest.raises(DamagedIndexError) as raised:
        repair(store, embedder)
    assert f"{store.root}: remove that folder and add the articles again" in str(raised.value)
    assert "\n" not in str(raised.value) and files_of(store.root) == before


@pytest.mark.parametrize("damage", [overwrite(LIBRARY, 0), remove(LIBRARY), cut(LIBRARY, 0)])
def test_an_older_generation_takes_the_place_of_an_unreadable_one(
    damage: Damage, store: GenerationStore, live: Path, embedder: HashEmbedder
) -> None:
    shutil.copytree(live, store.root / "000001")
    damage(live)
    assert examine(store)
    (left,) = repair(store, embedder)
    assert left.code == "older-generation" and "000002" in left.what and "000001" in left.what
    assert examine(store) == [] and contents(store) == TEXTS and embedder.embedded == []
    assert {p.name for p in store.root.iterdir() if p.is_dir()} == {"000003"}


def test_a_live_generation_that_is_gone(store: GenerationStore, embedder: HashEmbedder) -> None:
    shutil.rmtree(store.root / "000002")
    (finding,) = examine(store)
    assert finding.code == "wrong-current" and not finding.repairable
    with pytest.raises(DamagedIndexError, match="add the articles again"):
        repair(store, embedder)


def test_a_newer_generation_that_is_gone(store: GenerationStore, embedder: HashEmbedder) -> None:
    (store.root / "CURRENT").write_text("000007\n")
    assert codes(examine(store)) == {"wrong-current"}
    (left,) = repair(store, embedder)
    assert left.code == "older-generation" and "000007" in left.what and "000002" in left.what
    assert examine(store) == [] and contents(store) == TEXTS and store.current() == "000002"


def test_several_kinds_of_damage_at_once(
    store: GenerationStore, live: Path, embedder: HashEmbedder
) -> None:
    for name in ("FORMAT missing", "memory of the sources", "vector cut", "chroma's folder", "pin"):
        MENDED[name][0](live)
    found = codes(examine(store))
    assert found == {"wrong-format", "damaged-memory", "wrong-size-vectors", "missing-pin"}
    assert repair(store, embedder) == [] and examine(store) == []
    assert contents(store) == TEXTS and len(embedder.embedded) == 1


@pytest.mark.parametrize("step", range(6))
def test_any_page_may_be_damaged(
    step: int, store: GenerationStore, live: Path, embedder: HashEmbedder
) -> None:
    overwrite(LIBRARY, (step + 0.5) / 6, 4000)(live)
    examine(store)
    try:
        left = repair(store, embedder)
    except DamagedIndexError as error:
        assert "add the articles again" in str(error)
        return
    assert examine(store) == []
    altered = {f.what for f in left if f.code == "altered-article"}
    texts = contents(store)
    assert len({s for s, t in texts.items() if TEXTS.get(s) != t}) <= len(altered)
    assert len(texts) + len(left) >= len(TEXTS)


# --- what is kept, and what a repair leaves alone


def test_what_is_known_of_an_article_is_kept(
    store: GenerationStore, live: Path, embedder: HashEmbedder
) -> None:
    then = "2020-02-02T02:02:02+00:00"
    change("UPDATE articles SET indexed = ?", then)(live)
    MENDED["vector missing"][0](live)
    repair(store, embedder)
    reader = LiveIndex(store)
    with reader.reading() as generation:
        found = {article.id: article for article in generation.library.articles()}
        times = generation.library.run("SELECT DISTINCT indexed FROM articles").fetchall()
        copies = generation.library.run("SELECT source, article_id FROM copies").fetchall()
        near = generation.library.run("SELECT COUNT(*) FROM signatures").fetchone()
    reader.close()
    assert found == {article.id: article for article in ARTICLES}
    assert times == [(then,)] and copies == [(COPY, ARTICLES[1].id)] and near == (8,)


def test_long_titles_are_no_damage(tmp_path: Path, embedder: HashEmbedder) -> None:
    store = GenerationStore(tmp_path / "index")
    article = make_article("It is so. And so on.", source="s", title="word " * 60)
    Synchroniser(store, embedder).add_articles([article])
    assert examine(store) == []


def test_an_empty_index_is_whole(tmp_path: Path, embedder: HashEmbedder) -> None:
    store = GenerationStore(tmp_path / "home" / "index")
    assert examine(store) == [] and repair(store, embedder) == []
    assert not store.root.exists()
    Synchroniser(store, embedder).add_articles(ARTICLES[:1])
    Synchroniser(store, embedder).remove([ARTICLES[0].id])
    assert examine(store) == []
    remove(VECTORS)(store.root / str(store.current()))
    assert codes(examine(store)) == {"missing-vector-index"}
    assert repair(store, embedder) == [] and examine(store) == []


def test_a_writer_at_work_is_no_damage(
    store: GenerationStore, live: Path, embedder: HashEmbedder
) -> None:
    with store.writing():
        store.draft()
        assert examine(store) == []
        MENDED["vector missing"][0](live)
        assert codes(examine(store)) == {"missing-vectors"}
        with pytest.raises(IndexLockedError, match="being written"):
            repair(store, embedder)


def test_a_generation_being_read_is_no_leftover(store: GenerationStore, live: Path) -> None:
    shutil.copytree(live, store.root / "000001")
    pin = store.pin("000001")
    assert pin and examine(store) == []
    pin.close()
    assert codes(examine(store)) == {"old-generation"}


def test_a_newer_format(store: GenerationStore, embedder: HashEmbedder) -> None:
    (store.root / "FORMAT").write_text("99\n")
    (finding,) = examine(store)
    assert finding.code == "newer-format" and not finding.repairable
    assert "To do: update article-qa." in told([finding]) and "--repair" not in told([finding])
    with pytest.raises(NewerFormatError):
        repair(store, embedder)


def test_a_folder_that_cannot_be_read(tmp_path: Path, embedder: HashEmbedder) -> None:
    (tmp_path / "index").write_text("in the way")
    for attempt in (examine, lambda store: repair(store, embedder)):
        with pytest.raises(StorageError) as raised:
            attempt(GenerationStore(tmp_path / "index"))
        assert "\n" not in str(raised.value)


def test_a_repair_that_fails_leaves_the_damaged_index(
    store: GenerationStore, live: Path, embedder: HashEmbedder
) -> None:
    MENDED["vector missing"][0](live)
    before = files_of(store.root)

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "store":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        repair(store, embedder, interrupt)
    assert files_of(store.root) == before
    assert repair(store, embedder) == [] and examine(store) == []


def test_what_was_written_is_examined_before_it_goes_live(
    store: GenerationStore, live: Path, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    MENDED["digest of a text"][0](live)
    before = files_of(store.root)
    original = LibraryWriter.put_copy
    monkeypatch.setattr(
        LibraryWriter,
        "put_copy",
        lambda self, copy: original(self, copy_of(ARTICLES[0], "nobody")),
    )
    with pytest.raises(DamagedIndexError, match="is not whole") as raised:
        repair(store, embedder)
    assert "\n" not in str(raised.value) and files_of(store.root) == before


# --- Chroma in a process of its own


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with so many sentences that Chroma writes their graph to files."""
    root = tmp_path_factory.mktemp("large") / "index"
    text = "".join(f"The harbour of town {n} has {n * 7} ships. " for n in range(1_100))
    article = make_article(f"Harbours\n\n{text}", source="news/all.txt", language="en")
    Synchroniser(GenerationStore(root), HashEmbedder()).add_articles([article])
    return root


@pytest.fixture
def large_store(large: Path, tmp_path: Path) -> Iterator[GenerationStore]:
    shutil.copytree(large, tmp_path / "index")
    yield GenerationStore(tmp_path / "index")


def graph_of(store: GenerationStore) -> Path:
    """The folder of the graph of the sentences."""
    (graph,) = (store.root / str(store.current()) / VECTORS).glob("*/index_metadata.pickle")
    return graph.parent


def test_a_graph_that_is_gone(large_store: GenerationStore, embedder: HashEmbedder) -> None:
    shutil.rmtree(graph_of(large_store))
    assert codes(examine(large_store)) == {"wrong-vector-index"}
    assert repair(large_store, embedder) == [] and examine(large_store) == []
    assert len(contents(large_store)) == 1 and embedder.embedded == []


@pytest.mark.usefixtures("apart")
def test_a_graph_that_ends_the_process_that_reads_it(
    large_store: GenerationStore, embedder: HashEmbedder
) -> None:
    assert examine(large_store) == []
    file = graph_of(large_store) / "data_level0.bin"
    file.write_bytes(b"\xff\xfe\x13garbage" * (file.stat().st_size // 10))
    (finding,) = examine(large_store)
    assert finding.code == "unreadable-vector-index" and "breaks down" in finding.what
    assert repair(large_store, embedder) == [] and embedder.embedded == []
    assert len(contents(large_store)) == 1


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo ready; kill -SEGV $$", {"unreadable-vector-index"}),
        ('echo ready; echo \'[["code", "What.", "Remedy.", true]]\'', {"code"}),
        ("exit 1", set()),  # no Python: the files are looked into here
        (None, set()),
    ],
)
def test_what_becomes_of_the_other_process(
    script: str | None,
    expected: set[str],
    store: GenerationStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = tmp_path / "python"
    if script:
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(program))
    assert codes(examine(store)) == expected
