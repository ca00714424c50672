"""Watching: everything once, folders when they change, the web at its interval, errors again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index import watching
from index.errors import IndexLockedError
from index.report import SyncReport
from index.source_list import SourceList
from index.stopping import StopRequest
from index.sync import Synchroniser
from index.watching import failed, watch


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK", 0.05)
    monkeypatch.setattr(watching, "RETRY", 0.1)


@pytest.fixture
def stop() -> Iterator[StopRequest]:
    stop = StopRequest()
    yield stop
    stop.set()


def test_a_folder_is_followed(synchroniser: Synchroniser, folder: Path, stop: StopRequest) -> None:
    (folder / "a.txt").write_text("Some text. More.")
    outcomes = watch(SourceList(folders=(folder,)), synchroniser.sync_all, stop)
    first = next(outcomes)
    assert isinstance(first, SyncReport) and len(first.added) == 1
    # What is written before the watch begins is met by the sync of the next interval.
    occasions = iter([True])
    watching_real = watching._occasions
    try:
        watching._occasions = lambda folders, stop: occasions  # type: ignore[assignment]
        (folder / "b.txt").write_text("Other text. More of it.")
        second = next(outcomes)
    finally:
        watching._occasions = watching_real
    assert isinstance(second, SyncReport) and len(second.added) == 1


def test_a_change_in_a_folder_is_an_occasion(folder: Path, stop: StopRequest) -> None:
    occasions = watching._occasions((folder,), stop)
    while next(occasions):
        pass  # the first quiet look shows that the watch has begun
    (folder / "a.txt").write_text("Some text.")
    assert any(next(occasions) for _ in range(100))


def test_a_folder_that_comes_later_is_watched(tmp_path: Path, stop: StopRequest) -> None:
    occasions = watching._occasions((tmp_path / "later",), stop)
    assert next(occasions) is False
    (tmp_path / "later").mkdir()
    assert next(occasions) is False
    (tmp_path / "later" / "a.txt").write_text("Some text.")
    assert any(next(occasions) for _ in range(100))


def test_the_web_is_looked_at_when_its_time_has_come(stop: StopRequest) -> None:
    asked: list[SourceList] = []

    def sync(sources: SourceList) -> SyncReport:
        asked.append(sources)
        return SyncReport()

    sources = SourceList(feeds=("https://example.org/rss",), interval=0.1)
    outcomes = watch(sources, sync, stop)
    for _ in range(3):
        assert not failed(next(outcomes))
    assert asked == [sources] * 3


def test_what_failed_is_tried_again_with_everything(folder: Path, stop: StopRequest) -> None:
    asked: list[SourceList] = []

    def sync(sources: SourceList) -> SyncReport:
        asked.append(sources)
        if len(asked) == 1:
            raise IndexLockedError("The index is being written by another process.")
        return SyncReport()

    sources = SourceList(folders=(folder,), pages=("https://example.org/a",), interval=3_600)
    outcomes = watch(sources, sync, stop)
    assert failed(next(outcomes)) and not failed(next(outcomes))
    assert asked == [sources, sources]


def test_watching_ends_when_told(folder: Path, stop: StopRequest) -> None:
    outcomes = watch(SourceList(folders=(folder,)), lambda sources: SyncReport(), stop)
    next(outcomes)
    stop.set()
    assert list(outcomes) == []


def test_only_the_web_is_asked_again_while_folders_are_watched(
    folder: Path, stop: StopRequest
) -> None:
    asked: list[SourceList] = []

    def sync(sources: SourceList) -> SyncReport:
        asked.append(sources)
        return SyncReport()

    sources = SourceList((folder,), (), ("https://example.org/a",), 0.1)
    outcomes = watch(sources, sync, stop)
    next(outcomes)
    next(outcomes)
    assert asked == [sources, replace(sources, folders=())]
