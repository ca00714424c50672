"""An index of format 1 becomes one of this format, without its sources and without embedding."""

import sqlite3

import pytest
from conftest import HashEmbedder

from index import migration
from index.article import make_article
from index.generation import LIBRARY
from index.generations import GenerationStore
from index.known import Known
from index.reading import LiveIndex
from index.sync import Synchroniser

ARTICLES = [
    make_article(f"Title {n}\n\nIt says {n} things. And it ends.", source=f"s{n}") for n in range(5)
]


def make_old(store: GenerationStore) -> None:
    """Take from an index what format 1 did not have."""
    library = store.root / str(store.current()) / LIBRARY
    with sqlite3.connect(library) as db:
        for index in ("articles_source", "articles_text"):
            db.execute(f"DROP INDEX {index}")
        for column in ("author", "pages", "text_digest"):
            db.execute(f"ALTER TABLE articles DROP COLUMN {column}")
        for table in ("copies", "signatures", "bands", "near"):
            db.execute(f"DROP TABLE {table}")
        db.execute("PRAGMA user_version = 0")
    db.close()
    (store.root / "FORMAT").write_text("1\n")


@pytest.fixture
def old(store: GenerationStore, synchroniser: Synchroniser, embedder: HashEmbedder) -> None:
    synchroniser.add_articles(ARTICLES)
    embedder.embedded.clear()
    make_old(store)


def texts(store: GenerationStore) -> dict[str, str]:
    live = LiveIndex(store)
    with live.reading() as generation:
        found = {a.source: a.text for a in generation.library.articles()}
        stored = Known(generation.library).stored(ARTICLES[0].id)
        assert stored is not None and len(stored.text_digest) == 32
        assert generation.vectors.count("chunks") == 5
    live.close()
    return found


@pytest.mark.usefixtures("old")
def test_a_reader_brings_it_up_to_date(store: GenerationStore, embedder: HashEmbedder) -> None:
    assert texts(store) == {a.source: a.text for a in ARTICLES}
    assert (store.root / "FORMAT").read_text() == "2\n" and store.current() == "000002"
    assert texts(store) and store.current() == "000002" and embedder.embedded == []


@pytest.mark.usefixtures("old")
def test_a_writer_brings_it_up_to_date(
    store: GenerationStore, synchroniser: Synchroniser, embedder: HashEmbedder
) -> None:
    report = synchroniser.add_articles([*ARTICLES, make_article("New. It is.", source="new")])
    assert (len(report.unchanged), len(report.added), report.embedded) == (5, 1, 3)
    assert store.current() == "000003"


@pytest.mark.usefixtures("old")
def test_a_migration_that_fails_leaves_the_old(
    store: GenerationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(migration.near_duplicates, "link", fail)
        store.open_current()
    assert store.current() == "000001" and (store.root / "FORMAT").read_text() == "1\n"
    assert texts(store) == {a.source: a.text for a in ARTICLES}


@pytest.mark.usefixtures("old")
def test_a_kill_between_its_last_two_steps(
    store: GenerationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts(store)
    (store.root / "FORMAT").write_text("1\n")
    assert texts(store) and store.current() == "000002"
    assert (store.root / "FORMAT").read_text() == "2\n"
