"""One article at several sources: copies, what takes their place, and what is known of a source."""

import os
import sqlite3
from pathlib import Path

import pytest
from conftest import HashEmbedder

from index.generations import GenerationStore
from index.known import Known
from index.reading import LiveIndex
from index.report import SyncReport
from index.sync import Synchroniser, past_failures

TEXT = "Un titre\n\nLe fabricant a perdu son auditeur. Il cherche. Il trouve peu. Fin.\n"
OTHER = "Another title\n\nThe plant will close in May. Nobody knows why. The end.\n"


def fates(report: SyncReport) -> dict[str, int]:
    return {what: count for what, count in report.counts().items() if count}


def state_of(store: GenerationStore) -> tuple[dict[str, str], dict[str, str]]:
    """Sources of the articles with their texts, and those of the copies with their originals'."""
    live = LiveIndex(store)
    with live.reading() as generation:
        articles = {a.source: a.text for a in generation.library.articles()}
        sources = {a.id: a.source for a in generation.library.articles()}
        rows = generation.library.run("SELECT source, article_id FROM copies").fetchall()
        copies = {source: sources[article_id] for source, article_id in rows}
    live.close()
    return articles, copies


def write(file: Path, text: str, age: int = 100) -> None:
    """Write a file as if some seconds ago, so that its time tells it from what comes later."""
    file.write_text(text)
    then = file.stat().st_mtime - age
    os.utime(file, (then, then))


@pytest.fixture(autouse=True)
def past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the time of a file at once: a change of status can not be written in the past."""
    monkeypatch.setattr("index.origins.RACY", -1)


def test_the_same_text_in_two_files_is_one_article(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    write(folder / "a.txt", TEXT)
    write(folder / "b.txt", TEXT.replace("\n\n", "\n\n\n"))
    a, b = str(folder / "a.txt"), str(folder / "b.txt")
    report = synchroniser.sync(folder)
    assert fates(report) == {"added": 1, "copies": 1}
    assert report.copies[0].reason == f"the same as {report.added[0].id}"
    assert state_of(store) == ({a: TEXT}, {b: a})
    assert fates(synchroniser.sync(folder)) == {"unchanged": 2}


def test_a_copy_takes_the_place_of_a_file_that_goes(
    synchroniser: Synchroniser, store: GenerationStore, embedder: HashEmbedder, folder: Path
) -> None:
    for name in "abc":
        write(folder / f"{name}.txt", TEXT)
    synchroniser.sync(folder)
    embedder.embedded.clear()
    (folder / "a.txt").unlink()
    report = synchroniser.sync(folder)
    assert fates(report) == {"added": 1, "removed": 1, "unchanged": 2}
    b, c = str(folder / "b.txt"), str(folder / "c.txt")
    assert state_of(store) == ({b: TEXT}, {c: b})
    assert embedder.embedded == []


def test_a_copy_takes_the_place_of_a_file_that_changes(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    write(folder / "a.txt", TEXT)
    write(folder / "b.txt", TEXT)
    synchroniser.sync(folder)
    write(folder / "a.txt", OTHER)
    assert fates(synchroniser.sync(folder)) == {"added": 1, "changed": 1, "unchanged": 1}
    a, b = str(folder / "a.txt"), str(folder / "b.txt")
    assert state_of(store) == ({a: OTHER, b: TEXT}, {})
    assert fates(synchroniser.sync(folder)) == {"unchanged": 2}


def test_a_copy_that_changes_is_an_article(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    write(folder / "a.txt", TEXT)
    write(folder / "b.txt", TEXT)
    synchroniser.sync(folder)
    write(folder / "b.txt", OTHER)
    assert fates(synchroniser.sync(folder)) == {"added": 1, "unchanged": 1}
    a, b = str(folder / "a.txt"), str(folder / "b.txt")
    assert state_of(store) == ({a: TEXT, b: OTHER}, {})


def test_a_copy_that_goes_leaves_the_article(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    write(folder / "a.txt", TEXT)
    write(folder / "b.txt", TEXT)
    synchroniser.sync(folder)
    (folder / "b.txt").unlink()
    assert fates(synchroniser.sync(folder)) == {"removed": 1, "unchanged": 1}
    assert state_of(store) == ({str(folder / "a.txt"): TEXT}, {})


def test_a_moved_file_is_no_copy_and_costs_nothing(
    synchroniser: Synchroniser, store: GenerationStore, embedder: HashEmbedder, folder: Path
) -> None:
    write(folder / "a.txt", TEXT)
    synchroniser.sync(folder)
    embedder.embedded.clear()
    (folder / "a.txt").rename(folder / "z.txt")
    assert fates(synchroniser.sync(folder)) == {"added": 1, "removed": 1}
    assert state_of(store) == ({str(folder / "z.txt"): TEXT}, {})
    assert embedder.embedded == []


def test_a_moved_file_with_an_address_is_the_same_article(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    text = f"---\nurl: https://example.org/a\n---\n{TEXT}"
    write(folder / "a.md", text)
    before = synchroniser.sync(folder).added[0].id
    (folder / "a.md").rename(folder / "z.md")
    report = synchroniser.sync(folder)
    assert fates(report) == {"changed": 1}
    assert (report.changed[0].id, report.changed[0].reason) == (before, "place")
    assert set(state_of(store)[0]) == {str(folder / "z.md")}


def test_another_address_makes_another_article(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    write(folder / "a.md", f"---\nurl: https://example.org/a\n---\n{TEXT}")
    synchroniser.sync(folder)
    write(folder / "a.md", f"---\nurl: https://example.org/b\n---\n{TEXT}{OTHER}")
    assert fates(synchroniser.sync(folder)) == {"added": 1, "removed": 1}
    assert set(state_of(store)[0]) == {str(folder / "a.md")}


def test_removing_an_article_removes_its_copies(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    write(folder / "a.txt", TEXT)
    write(folder / "b.txt", TEXT)
    synchroniser.remove([synchroniser.sync(folder).added[0].id])
    assert state_of(store) == ({}, {})
    assert fates(synchroniser.sync(folder)) == {"added": 1, "copies": 1}


def test_a_plan_changes_nothing_and_says_what_would_be(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    write(folder / "a.txt", TEXT)
    report = synchroniser.sync(folder, plan=True)
    assert fates(report) == {"added": 1} and store.current() is None
    synchroniser.sync(folder)
    before = sorted(path.name for path in store.root.iterdir())
    write(folder / "a.txt", OTHER)
    write(folder / "b.md", f"---\ntitle: T\n---\n{TEXT}")
    write(folder / "c.txt", "")
    report = synchroniser.sync(folder, plan=True)
    assert fates(report) == {"added": 1, "changed": 1, "failed": 1}
    assert report.changed[0].reason == "text, title, language"
    assert sorted(path.name for path in store.root.iterdir()) == before
    assert set(state_of(store)[0].values()) == {TEXT}
    again = synchroniser.sync(folder)
    assert fates(again) == fates(report)


def test_a_plan_may_be_made_while_another_process_syncs(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    write(folder / "a.txt", TEXT)
    synchroniser.sync(folder)
    write(folder / "a.txt", OTHER)
    write(folder / "b.txt", "")
    writer = sqlite3.connect(store.root / "sources.sqlite")
    try:
        writer.execute("BEGIN IMMEDIATE")  # as a sync does from its first reading to its end
        report = synchroniser.sync(folder, plan=True)
        assert fates(report) == {"changed": 1, "failed": 1}
        assert past_failures(store) == []
    finally:
        writer.close()


def test_an_unchanged_file_is_not_read_again(
    synchroniser: Synchroniser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "a.txt", TEXT)
    synchroniser.sync(folder)

    def refuse(path: Path) -> None:
        raise AssertionError(path)

    monkeypatch.setattr("index.origins.read_file", refuse)
    assert fates(synchroniser.sync(folder)) == {"unchanged": 1}


def test_a_file_of_the_same_size_and_time_is_still_told_apart(
    synchroniser: Synchroniser, folder: Path
) -> None:
    write(folder / "a.txt", TEXT)
    status = (folder / "a.txt").stat()
    synchroniser.sync(folder)
    (folder / "a.txt").write_text(TEXT.replace("peu", "peX"))
    os.utime(folder / "a.txt", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert fates(synchroniser.sync(folder)) == {"changed": 1}


def test_a_file_written_a_moment_ago_is_read_again(
    synchroniser: Synchroniser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.origins.RACY", 2_000_000_000)
    (folder / "a.txt").write_text(TEXT)
    synchroniser.sync(folder)
    monkeypatch.setattr("index.origins.read_file", lambda path: iter(()))
    assert fates(synchroniser.sync(folder)) == {"removed": 1}


def test_failures_are_remembered_until_they_are_over(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    write(folder / "a.txt", "")
    write(folder / "b.txt", "")
    for _ in range(2):
        synchroniser.sync(folder)
    failures = past_failures(store)
    assert [(Path(f.source).name, f.times) for f in failures] == [("a.txt", 2), ("b.txt", 2)]
    assert "is empty" in failures[0].reason and failures[0].first <= failures[0].last
    write(folder / "a.txt", TEXT)
    (folder / "b.txt").unlink()
    synchroniser.sync(folder)
    assert past_failures(store) == []


def test_a_broken_memory_is_begun_anew(
    synchroniser: Synchroniser, store: GenerationStore, folder: Path
) -> None:
    write(folder / "a.txt", TEXT)
    synchroniser.sync(folder)
    (store.root / "sources.sqlite").write_bytes(b"not a database" * 100)
    assert fates(synchroniser.sync(folder)) == {"unchanged": 1}
    assert fates(synchroniser.sync(folder)) == {"unchanged": 1}


def test_a_link_out_of_the_folder_is_not_followed(
    synchroniser: Synchroniser, folder: Path, tmp_path: Path
) -> None:
    write(tmp_path / "secret.txt", "A secret. Nobody may read it.")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "inside").mkdir()
    write(folder / "inside" / "a.txt", TEXT)
    (folder / "alias.txt").symlink_to(folder / "inside" / "a.txt")
    (tmp_path / "outside").mkdir()
    write(tmp_path / "outside" / "b.txt", OTHER)
    (folder / "linked").symlink_to(tmp_path / "outside")
    assert fates(synchroniser.sync(folder)) == {"added": 1}


def test_what_is_known_without_a_library() -> None:
    known = Known(None)
    assert known.stored("x") is None and known.copy("x") is None and known.below("/") == []
