"""Being asked to end: a signal is never lost while watching, and a second one ends at once."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest
import typer
from conftest import HashEmbedder

from index import commands, watching
from index.report import SyncReport
from index.source_list import SourceList
from index.stopping import SIGNALS, StopRequest, signals_noted
from index.sync import Progress, Synchroniser

ROOT = Path(__file__).parents[1]
TOLD = "article-qa: stopped watching; what was synced stays.\n"
STUCK = """
import time
from index.stopping import signals_noted
with signals_noted():
    print("ready", flush=True)
    while True:
        time.sleep(0.1)
"""


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in SIGNALS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    monkeypatch.setattr(watching, "LOOK", 0.05)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_noted_and_the_next_is_the_systems(number: signal.Signals) -> None:
    with signals_noted() as stop:
        assert not stop.is_set()
        signal.raise_signal(number)
        assert stop.is_set()
        assert [signal.getsignal(one) for one in SIGNALS] == [signal.SIG_DFL] * 2


def test_without_a_signal_the_handlers_are_as_before() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with signals_noted():
        assert not set(before) & {signal.getsignal(number) for number in SIGNALS}
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_an_ignored_signal_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with signals_noted() as stop:
        signal.raise_signal(signal.SIGINT)
        assert not stop.is_set()
        signal.raise_signal(signal.SIGTERM)
        assert stop.is_set()
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN


def test_a_wait_ends_with_the_request() -> None:
    stop = StopRequest()
    assert not stop.wait(0.01)
    Timer(0.1, stop.set).start()
    assert stop.wait(60)


def test_a_second_signal_ends_at_once() -> None:
    started = subprocess.Popen(
        [sys.executable, "-c", STUCK],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert started.stdout and started.stdout.readline() == "ready\n"
        started.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            started.wait(1)
        started.send_signal(signal.SIGINT)
        assert started.wait(60) == -signal.SIGINT
    finally:
        started.kill()
        started.communicate()


class _Finalised:
    """Sends a signal where an exception raised by its handler is lost."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


class _Interrupted:
    """What `synchroniser()` returns: the first sync meets a signal, and there may be no other."""

    def __init__(self) -> None:
        self._begun = False

    def sync_all(self, sources: SourceList, progress: Progress | None = None) -> SyncReport:
        assert not self._begun, "it went on"
        self._begun = True
        _Finalised()
        return SyncReport()


@pytest.mark.parametrize("folders", [False, True])
def test_a_signal_whose_exception_is_lost_ends_watching(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    folders: bool,
) -> None:
    monkeypatch.setattr(commands, "synchroniser", _Interrupted)
    sources = SourceList((folder,) if folders else (), ("https://example.org/rss",), (), 0.1)
    with pytest.raises(typer.Exit) as ended:
        commands._follow(sources)
    assert ended.value.exit_code == 130
    assert capsys.readouterr() == ("Watching; Ctrl-C ends it.\n", TOLD)


def test_a_signal_amid_a_sync_ends_it_at_its_next_step(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    synchroniser: Synchroniser,
    embedder: HashEmbedder,
    folder: Path,
) -> None:
    (folder / "a.txt").write_text("Some text. More.")
    embed = embedder.embed

    def signalled(*asked: object) -> object:
        signal.raise_signal(signal.SIGINT)
        return embed(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(embedder, "embed", signalled)
    monkeypatch.setattr(commands, "synchroniser", lambda: synchroniser)
    with pytest.raises(typer.Exit):
        commands._follow(SourceList(folders=(folder,)))
    assert capsys.readouterr().err == TOLD
    assert synchroniser._store.current() is None
    assert not list(synchroniser._store.root.glob("*.draft"))
