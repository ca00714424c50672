"""Sync: what is known costs nothing, edits replace an article whole, removals leave nothing."""

import sqlite3
from pathlib import Path

import pytest
from conftest import HashEmbedder

from index.article import make_article
from index.errors import (
    IndexLockedError,
    NewerFormatError,
    NoIndexError,
    SourceError,
    StorageError,
    UnknownArticleError,
)
from index.generation import LIBRARY, VECTORS
from index.generations import GenerationStore
from index.reading import LiveIndex
from index.report import SyncReport
from index.sync import Synchroniser

FIRST = (
    "Un titre\n\nLe fabricant a perdu son auditeur. Il cherche. Il trouve peu. Fin.\n\n"
    "Partie\n\nDeux."
)


def counts(report: SyncReport) -> tuple[int, int, int, int, int]:
    return (
        len(report.added),
        len(report.changed),
        len(report.removed),
        len(report.unchanged),
        len(report.failed),
    )


def contents(store: GenerationStore) -> dict[str, object]:
    """What a reader sees, and whether every part of the index agrees with the others."""
    live = LiveIndex(store)
    with live.reading() as generation:
        library = generation.library
        for kind in ("chunks", "sentences"):
            assert generation.vectors.count(kind) == library.count_digests(kind)
        found = {a.source: a.text for a in library.articles()}
        seen = {"name": generation.name, "texts": found, **library.counts()}
    live.close()
    return seen


def test_adding_twice_costs_nothing(
    synchroniser: Synchroniser, store: GenerationStore, embedder: HashEmbedder, folder: Path
) -> None:
    (folder / "a.txt").write_text(FIRST)
    assert counts(synchroniser.add([folder])) == (1, 0, 0, 0, 0)
    before, embedded = contents(store), len(embedder.embedded)
    assert counts(synchroniser.add([folder / "a.txt", folder])) == (0, 0, 0, 1, 0)
    assert contents(store) == before and len(embedder.embedded) == embedded


def test_an_edit_replaces_the_article_and_embeds_only_what_changed(
    synchroniser: Synchroniser, store: GenerationStore, embedder: HashEmbedder, folder: Path
) -> None:
    file = folder / "a.txt"
    file.write_text(FIRST)
    synchroniser.add([file])
    embedder.embedded.clear()
    file.write_text(FIRST.replace("Deux.", "Trois."))
    report = synchroniser.add([file])
    assert counts(report) == (0, 1, 0, 0, 0)
    assert report.embedded == 2
    assert sorted(embedder.embedded) == ["Trois.", "Un titre\nPartie\n\nTrois."]
    (text,) = contents(store)["texts"].values()  # type: ignore[attr-defined]
    assert "Deux." not in text and "Trois." in text


def test_a_removed_article_leaves_nothing(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    (folder / "a.txt").write_text(FIRST.replace("auditeur", "zanzibar"))
    (folder / "b.txt").write_text("Something else entirely. Truly.")
    added = synchroniser.add([folder]).added
    gone = next(a.id for a in added if a.source.endswith("a.txt"))
    assert counts(synchroniser.remove([gone])) == (0, 0, 1, 0, 0)
    assert contents(store)["texts"] == {str(folder / "b.txt"): "Something else entirely. Truly."}
    live = store.root / str(store.current())
    for path in live.rglob("*"):
        assert not path.is_file() or b"zanzibar" not in path.read_bytes(), path
    with sqlite3.connect(live / LIBRARY) as db:
        assert db.execute("SELECT COUNT(*) FROM vectors").fetchone()[0] == 3


def test_sync_follows_a_folder_and_leaves_the_rest(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text("From elsewhere. It stays.")
    synchroniser.add([elsewhere])
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"Article {name} says this. And that.")
    assert counts(synchroniser.sync(folder)) == (3, 0, 0, 0, 0)
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_text("Article b says other things. And that.")
    (folder / "c.txt").write_bytes(b"\x89PNG\r\n\x1a\n")  # unreadable now: keeps its indexed self
    assert counts(synchroniser.sync(folder)) == (0, 1, 1, 0, 1)
    assert {Path(s).name for s in contents(store)["texts"]} == {"b.txt", "c.txt", "elsewhere.txt"}  # type: ignore[attr-defined]


def test_one_bad_file_stops_no_other(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    (folder / "a.txt").write_text("Good text. Yes.")
    (folder / "b.txt").write_bytes(b"")
    report = synchroniser.add([folder])
    assert counts(report) == (1, 0, 0, 0, 1)
    assert "b.txt is empty" in report.failed[0].reason


def test_two_files_with_one_address(synchroniser: Synchroniser, folder: Path) -> None:
    for name in ("a", "b"):
        (folder / f"{name}.md").write_text(f"---\nurl: https://example.org/1\n---\nText {name}.")
    report = synchroniser.add([folder])
    assert counts(report) == (1, 0, 0, 0, 1)
    assert "same address" in report.failed[0].reason


def test_equal_texts_share_their_vectors(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(FIRST.replace("Un titre", f"Un titre {name}"))
    report = synchroniser.add([folder])
    seen = contents(store)
    assert counts(report) == (2, 0, 0, 0, 0)
    assert report.embedded < int(str(seen["sentences"])) + int(str(seen["chunks"]))
    synchroniser.remove([report.added[0].id])
    assert contents(store)["sentences"] == int(str(seen["sentences"])) // 2


def test_an_emptied_index_answers_with_nothing(
    synchroniser: Synchroniser, store: GenerationStore
) -> None:
    article = make_article("Some text. More.", source="here")
    synchroniser.add_articles([article])
    synchroniser.remove([article.id])
    assert contents(store)["texts"] == {}


def test_unknown_id_removes_nothing(synchroniser: Synchroniser, store: GenerationStore) -> None:
    article = make_article("Some text. More.", source="here")
    synchroniser.add_articles([article])
    with pytest.raises(UnknownArticleError, match="'nope'"):
        synchroniser.remove([article.id, "nope"])
    assert contents(store)["texts"]


def test_another_model_embeds_anew(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    (folder / "a.txt").write_text(FIRST)
    synchroniser.add([folder])
    other = HashEmbedder("other")
    report = Synchroniser(store, other).reindex()
    assert report.embedded == len(other.embedded) > 0
    live = LiveIndex(store)
    with live.reading() as generation:
        assert generation.library.meta("model") == "other"
    live.close()
    contents(store)


def test_chroma_is_rebuilt_from_the_library(
    synchroniser: Synchroniser, store: GenerationStore, embedder: HashEmbedder, folder: Path
) -> None:
    (folder / "a.txt").write_text(FIRST)
    synchroniser.add([folder])
    embedder.embedded.clear()
    damaged = store.root / str(store.current()) / VECTORS / "chroma.sqlite3"
    damaged.write_bytes(b"not a database" * 100)
    synchroniser.reindex()
    contents(store)
    assert embedder.embedded == []


def test_many_changes_keep_every_part_in_agreement(
    synchroniser: Synchroniser, store: GenerationStore
) -> None:
    for turn in range(6):
        articles = [
            make_article(f"Text {n} of turn {turn if n % 3 == 0 else 0}. More.", source=f"s{n}")
            for n in range(turn, turn + 12)
        ]
        synchroniser.add_articles(articles)
        assert len(contents(store)["texts"]) == turn + 12  # type: ignore[arg-type]


def test_a_failed_sync_leaves_the_index_as_it_was(
    synchroniser: Synchroniser, store: GenerationStore, embedder: HashEmbedder
) -> None:
    synchroniser.add_articles([make_article("Some text. More.", source="here")])
    before = contents(store)

    def interrupt(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synchroniser.add_articles([make_article("New text. New.", source="there")], interrupt)
    assert contents(store) == before
    assert not list(store.root.glob("*.draft"))


def test_one_writer_at_a_time(synchroniser: Synchroniser, store: GenerationStore) -> None:
    with store.writing(), pytest.raises(IndexLockedError, match=r"written by process \d+ on"):
        synchroniser.add_articles([make_article("Some text. More.", source="here")])


def test_no_index_yet(store: GenerationStore) -> None:
    with pytest.raises(NoIndexError, match="article-qa add"):
        store.open_current()


def test_a_folder_from_a_newer_version(store: GenerationStore, synchroniser: Synchroniser) -> None:
    synchroniser.add_articles([make_article("Some text. More.", source="here")])
    (store.root / "FORMAT").write_text("99\n")
    for attempt in (store.open_current, synchroniser.reindex):
        with pytest.raises(NewerFormatError, match="update article-qa"):
            attempt()


def test_a_folder_that_cannot_be_made(tmp_path: Path, embedder: HashEmbedder) -> None:
    (tmp_path / "file").write_text("in the way")
    store = GenerationStore(tmp_path / "file" / "index")
    with pytest.raises(StorageError, match="ARTICLE_QA_HOME"):
        Synchroniser(store, embedder).reindex()


def test_a_folder_to_sync_must_be_one(synchroniser: Synchroniser, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is not a folder"):
        synchroniser.sync(tmp_path / "nowhere")
