"""The benchmark of an index on a server: what it measures of a real one, and that it ends it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from benchmarks import server_process
from benchmarks.hashed_words import HashedWords
from benchmarks.server import measure_all
from benchmarks.server_measures import questions_about
from benchmarks.server_places import URL, looking_each_time, only_settings
from benchmarks.server_process import running_server
from benchmarks.server_results import Among, Both, Cosines, Fetch, Results, Written, rows
from index.errors import ServerError
from index.server import replica

FETCH = Fetch(0.5, 4, 600_000, 100)
RESULTS = Results(
    articles=200,
    text=400,
    vectors=100,
    sentences=80,
    dimensions=4,
    library=1_200_000,
    server_disk=4_000,
    replica_disk=1_000,
    local_disk=2_500,
    first=Both(9.0, 6.0),
    first_outside=Both(4.0, 1.0),
    published=Both(0.6, 0.2),
    published_outside=Both(0.5, 0.1),
    question=Both(0.02, 0.01),
    calls=6.0,
    answer=Both(0.3, 0.2),
    nearest=Both(0.004, 0.001),
    neighbours=30,
    cosines=(Cosines(100, asked=0.01, fetched=0.05, local=0.002),),
    among=(Among(10, 1_000, 0.97),),
    first_fetch=FETCH,
    next_fetch=Fetch(0.1, 3, 60_000, 20),
    blocks=100,
    metadata=Written(1.0, 1_000),
    documents=Written(6.0, 5_000),
)


def is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/v2/heartbeat", timeout=5).is_success
    except httpx.TransportError:
        return False


def test_what_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_QA_CHROMA_NAME", "of-the-user")  # what is set has no part in it
    found = measure_all(tmp_path, 4, HashedWords(), questions=2, turns=1)
    assert os.environ["ARTICLE_QA_CHROMA_NAME"] == "of-the-user"
    assert found.dimensions == 384 and 80 < found.sentences < found.vectors
    for both in (found.first, found.published, found.question, found.answer, found.nearest):
        assert both.server > 0 and both.local > 0
    assert found.first_outside.server < found.first.server
    assert found.calls == int(found.calls) >= 4
    assert [one.count for one in found.cosines] == [10, 100, found.sentences]
    assert found.among == (Among(10, found.sentences, 1.0),)  # among so few, none is missed
    first, after = found.first_fetch, found.next_fetch
    assert first.blocks and after.blocks and after.received and after.seconds > 0
    assert found.library / 20 < first.received < 2 * found.library
    assert found.blocks and found.metadata.disk and found.documents.disk
    assert found.server_disk > 4 * found.dimensions * found.vectors
    assert found.replica_disk > found.library
    assert all(row.ratio > 0 for row in rows(found))
    assert replica.INTERVAL > 0


@pytest.mark.parametrize(
    ("begins", "ratio"),
    [
        ("Passages for a warm question", 2.0),
        ("A warm answer", 1.5),
        ("30 nearest of 80 sentences", 4.0),
        ("Exact cosines of 100 named vectors: on the server", 5.0),
        ("Exact cosines of 100 named vectors: fetching", 5.0),
        ("Best 10 among 1,000", 0.97),
        ("First index: ", 1.5),
        ("First index outside the model", 4.0),
        ("One changed article published: ", 3.0),
        ("One changed article published outside the model", 5.0),
        ("First fetch of a replica", 0.5),
        ("Fetch after one changed article against the first: bytes", 0.1),
        ("Fetch after one changed article against the first: blocks", 0.2),
        ("Fetch after one changed article against the first: time", 0.2),
        ("Disk on the server", 4_000 / (4 * 4 * 100 + 400)),
        ("Disk of the server and a replica", 2.0),
        ("100 blocks written as documents against as metadata: time", 6.0),
        ("100 blocks written as documents against as metadata: disk", 5.0),
    ],
)
def test_ratios(begins: str, ratio: float) -> None:
    (row,) = [row for row in rows(RESULTS) if row.what.startswith(begins)]
    assert row.ratio == pytest.approx(ratio)


def test_each_line_has_a_name_of_its_own() -> None:
    names = [row.what for row in rows(RESULTS)]
    assert len(set(names)) == len(names)


def test_times_are_told_in_milliseconds_or_seconds() -> None:
    slow = next(row for row in rows(RESULTS) if row.what.startswith("First index"))
    quick = next(row for row in rows(RESULTS) if row.what.startswith("30 nearest"))
    assert (slow.ours, quick.ours) == ("9.0 s", "4.0 ms")


def test_questions_are_about_articles_all_over_the_corpus() -> None:
    asked = questions_about(1_000, 4)
    assert [language for _, language in asked] == ["en", "fr", "en", "fr"]
    assert len({text for text, _ in asked}) == 4


def test_settings_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_QA_LLM", "openai:mine")
    monkeypatch.delenv(URL, raising=False)
    with pytest.raises(RuntimeError), only_settings(**{URL: "http://127.0.0.1:9"}):
        assert os.environ[URL] and "ARTICLE_QA_LLM" not in os.environ
        raise RuntimeError
    assert os.environ["ARTICLE_QA_LLM"] == "openai:mine" and URL not in os.environ
    before = replica.INTERVAL
    with looking_each_time():
        assert replica.INTERVAL == 0.0
    assert replica.INTERVAL == before > 0


def test_the_server_ends_when_what_needs_it_fails(tmp_path: Path) -> None:
    with pytest.raises(KeyError), running_server(tmp_path / "chroma") as url:
        assert is_up(url)
        raise KeyError
    assert not is_up(url)


def test_the_server_ends_when_the_benchmark_is_ended(tmp_path: Path) -> None:
    program = f"""
import pathlib, time
from benchmarks.server import end_when_told
from benchmarks.server_process import running_server
end_when_told()
with running_server(pathlib.Path({str(tmp_path / "chroma")!r})) as url:
    print(url, flush=True)
    time.sleep(600)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert is_up(url)
    process.terminate()
    assert process.wait(60) == 128 + signal.SIGTERM
    assert not is_up(url)
    process.stdout.close()


def test_a_server_that_does_not_start_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "chroma-that-fails"
    program.write_text("#!/bin/sh\necho starting\necho the port is taken >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(server_process, "_command", lambda: str(program))
    with (
        pytest.raises(ServerError, match=r"did not start \(the port is taken\): try again"),
        running_server(tmp_path / "chroma"),
    ):
        raise AssertionError("it started")
