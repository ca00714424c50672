"""What is told of a running server: figures, readiness, and lines of a log."""

import io
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from browser import GARE, FakeAssistant
from fastapi.testclient import TestClient

from app import create_app
from article_qa_page.access.credentials import new_token, read_credentials
from article_qa_page.access.policy import Access
from article_qa_page.access.roles import Role
from article_qa_page.logs import JsonLines, PlainLines, begin_logging, questions_log, requests_log
from article_qa_page.metrics import Metrics
from article_qa_page.watched import WatchedAssistant
from index.errors import DamagedIndexError, ModelError
from index.settings import Settings
from retrieval.answering import Assistant

SECRET = "Où en est le recours des riverains ?"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the two logs write as JSON."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    for log in (requests_log, questions_log):
        log.addHandler(handler)
        log.setLevel(logging.INFO)
    yield written
    for log in (requests_log, questions_log):
        log.removeHandler(handler)
        log.setLevel(logging.NOTSET)


def figures(page: str | bytes) -> dict[str, float]:
    text = page if isinstance(page, str) else page.decode()
    pairs = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in pairs}


def loaded(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


# --- questions -------------------------------------------------------------------------------


def test_each_question_is_counted_by_what_became_of_it(lines: io.StringIO) -> None:
    assistant = FakeAssistant(GARE)
    metrics = Metrics(assistant)
    watched = WatchedAssistant(assistant, metrics)
    assert not watched.answer(SECRET).abstained
    assert watched.answer("rien").abstained
    with pytest.raises(ModelError):
        watched.answer("panne")
    streaming = watched.stream_answer("lent")
    next(streaming)
    streaming.close()  # type: ignore[attr-defined]
    found = figures(metrics.page())
    for outcome in ("answered", "abstained", "failed", "stopped"):
        assert found[f'article_qa_answers_total{{outcome="{outcome}"}}'] == 1, outcome
    assert found['article_qa_stage_seconds_count{stage="total"}'] == 4
    told = loaded(lines)
    assert [line["outcome"] for line in told] == ["answered", "abstained", "failed", "stopped"]
    assert told[0]["characters"] == len(SECRET) and told[0]["language"] == "fr"
    assert (told[1]["abstained"], told[2]["error"]) == (True, "ModelError")
    assert watched.articles() == assistant.articles()


def test_a_questions_text_is_told_only_where_asked_for(lines: io.StringIO) -> None:
    assistant = FakeAssistant(GARE)
    WatchedAssistant(assistant, Metrics(assistant)).answer(SECRET)
    assert "recours" not in lines.getvalue()
    WatchedAssistant(assistant, Metrics(assistant), texts=True).answer(SECRET)
    assert loaded(lines)[1]["question"] == SECRET


def test_stages_are_told_without_a_chat_model(
    sample_assistant: Assistant, lines: io.StringIO
) -> None:
    metrics = Metrics(sample_assistant)
    answer = WatchedAssistant(sample_assistant, metrics).answer("why did xAI switch to Dell?")
    assert set(answer.seconds) == {"retrieve", "read"}
    found = figures(metrics.page())
    for stage in ("retrieve", "read", "total"):
        assert found[f'article_qa_stage_seconds_count{{stage="{stage}"}}'] == 1
    assert set(loaded(lines)[0]["stages_ms"]) == {"retrieve", "read"}  # type: ignore[call-overload]
    size = sample_assistant.size()
    assert found["article_qa_articles"] == size.articles == 2
    assert found["article_qa_chunks"] == size.chunks > 2
    assert found["article_qa_generation"] == size.generation >= 1


def test_a_defect_is_told_by_its_kind(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = FakeAssistant(GARE)
    monkeypatch.setattr(assistant, "stream_answer", lambda question: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        WatchedAssistant(assistant, Metrics(assistant)).answer("q")
    assert loaded(lines)[0]["error"] == "defect ZeroDivisionError"


# --- requests, readiness ---------------------------------------------------------------------


def test_requests_are_counted_by_pattern_and_told_one_a_line(lines: io.StringIO) -> None:
    with TestClient(create_app(FakeAssistant(GARE))) as client:
        for number in range(3):
            client.get(f"/assets/none-{number}.js?question=secret")
        client.get("/nowhere/at%0Aall")
        client.request("BREW", "/healthz")
        found = figures(client.get("/metrics").text)
    path = 'path="/assets/{*}"'
    assert found[f'article_qa_requests_total{{method="GET",{path},status="404"}}'] == 3
    assert found['article_qa_requests_total{method="GET",path="other",status="404"}'] == 1
    assert any('method="other"' in name for name in found)
    told = loaded(lines)
    assert [line["path"] for line in told[:3]] == [f"/assets/none-{n}.js" for n in range(3)]
    assert {"method", "path", "status", "ms", "role", "time"} <= told[0].keys()
    assert told[0]["role"] == "editor" and "secret" not in lines.getvalue()


def test_the_questions_of_programs_are_counted_and_told_too(lines: io.StringIO) -> None:
    with TestClient(create_app(FakeAssistant(GARE), access=Access("read-only"))) as client:
        client.post("/api/v1/ask", json={"question": SECRET})
        stream = {"Accept": "text/event-stream"}
        client.post("/api/v1/ask", json={"question": "rien"}, headers=stream)
        data = [SECRET, None, None, None, None, None, True]
        event = client.post("/gradio_api/call/ask", json={"data": data}).json()["event_id"]
        assert "complete" in client.get(f"/gradio_api/call/ask/{event}").text
        called = {"name": "ask", "arguments": {"question": SECRET}}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": called}
        accept = {"Accept": "application/json, text/event-stream"}
        assert "tribunal" in client.post("/mcp", json=message, headers=accept).text
    told = [line for line in loaded(lines) if line["event"] == "question"]
    assert [line["outcome"] for line in told] == ["answered", "abstained", "answered", "answered"]
    roles = {line["path"]: line["role"] for line in loaded(lines) if line["event"] == "request"}
    assert roles["/api/v1/ask"] == roles["/mcp"] == "reader"
    assert "recours" not in lines.getvalue()


def test_ready_only_when_a_question_would_be_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = FakeAssistant(GARE)
    assistant.warm.clear()
    with TestClient(create_app(assistant)) as client:
        assert client.get("/healthz").status_code == 200
        reply = client.get("/readyz")
        assert (reply.status_code, reply.json()) == (503, {"status": "loading", "part": "models"})
        assistant.warm.set()
        for _ in range(200):
            if client.get("/readyz").status_code == 200:
                break
        assert client.get("/readyz").json() == {"status": "ready"}
        assistant.indexed = False
        reply = client.get("/readyz")
        assert (reply.status_code, reply.json()) == (503, {"status": "empty", "part": "articles"})
        assert "article_qa_articles" not in client.get("/metrics").text

        def damaged() -> None:
            raise DamagedIndexError("The index is damaged: run 'article-qa doctor'.")

        monkeypatch.setattr(assistant, "size", damaged)
        reply = client.get("/readyz")
        told = {"status": "damaged", "part": "articles"}
        assert (reply.status_code, reply.json()) == (503, told)


@pytest.mark.parametrize("part", ["models", "articles"])
def test_a_start_that_failed_is_not_ready(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = FakeAssistant(GARE, indexed=part == "models")
    error = ModelError("/srv/models/secret is missing: install it again.")
    if part == "models":
        assistant.start_error = error
    else:

        def fail(*_: object) -> None:
            raise error

        monkeypatch.setattr(assistant, "add", fail)
    with TestClient(create_app(assistant)) as client:
        for _ in range(200):
            if client.get("/readyz").json()["status"] == "failed":
                break
        reply = client.get("/readyz")
        assert (reply.status_code, reply.json()) == (503, {"status": "failed", "part": part})


@pytest.mark.parametrize("mode", ["login", "read-only", "open"])
def test_probes_need_no_role(mode: Any) -> None:
    credentials = read_credentials(new_token(Role.READER)[1], "a file")
    access = Access(mode, credentials if mode == "login" else None)
    app = create_app(FakeAssistant(GARE), access=access, settings=Settings())
    with TestClient(app, client=("192.0.2.7", 1)) as client:
        for headers in ({}, {"X-Forwarded-For": "198.51.100.4"}):
            assert client.get("/healthz", headers=headers).status_code == 200
            assert set(client.get("/readyz", headers=headers).json()) <= {"status", "part"}
            assert client.get("/readyz", headers=headers).status_code in (200, 503)


@pytest.mark.parametrize(
    ("who", "from_here", "from_elsewhere"),
    [("loopback", 200, 403), ("editor", 403, 403), ("reader", 200, 200), ("open", 200, 200)],
)
def test_who_may_read_the_figures(who: str, from_here: int, from_elsewhere: int) -> None:
    from article_qa_page.access.policy import Access

    settings = Settings.model_validate({"metrics": who})
    app = create_app(FakeAssistant(GARE), access=Access("read-only"), settings=settings)
    here = TestClient(app, client=("127.0.0.1", 1))
    elsewhere = TestClient(app, client=("192.0.2.7", 1))
    assert here.get("/metrics").status_code == from_here
    assert elsewhere.get("/metrics").status_code == from_elsewhere
    proxied = here.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    assert proxied.status_code == from_elsewhere


# --- lines -----------------------------------------------------------------------------------


def test_lines_are_plain_or_json_and_each_is_one() -> None:
    fields = {"path": "/a b", "none": "", "line": "x\ny", "stages_ms": {"read": 3}, "ms": 4}
    record = logging.LogRecord("article_qa.requests", logging.INFO, "", 0, "request", (), None)
    record.fields = fields
    plain = PlainLines().format(record)
    assert re.fullmatch(
        r'\d{4}-\d\d-\d\dT[\d:.]+Z info request path="/a b" none="" line="x\\ny" '
        r"stages_ms=read:3 ms=4",
        plain,
    )
    found = json.loads(JsonLines().format(record))
    assert {name: found[name] for name in fields} == fields
    assert (found["event"], found["level"]) == ("request", "info")


def test_quiet_leaves_out_requests_and_keeps_warnings() -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    try:
        for form, count in (("plain", 2), ("json", 2), ("quiet", 1)):
            written = io.StringIO()
            begin_logging(form, written)  # type: ignore[arg-type]
            requests_log.info("request", extra={"fields": {"path": "/"}})
            logging.getLogger("elsewhere").warning("Careful.")
            logging.getLogger("elsewhere").info("Chatter.")
            assert len(written.getvalue().splitlines()) == count
    finally:
        root.handlers[:], root.level = before
        for log in (requests_log, questions_log):
            log.setLevel(logging.NOTSET)


def test_an_error_comes_with_its_traceback() -> None:
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "", 0, "Failed", (), (type(error), error, error.__traceback__)
        )
    assert "ZeroDivisionError" in json.loads(JsonLines().format(record))["error"]
    assert "ZeroDivisionError" in PlainLines().format(record)


def test_the_time_told_is_not_that_of_a_slow_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("article_qa_page.watched.time.monotonic", lambda: now[0])
    assistant = FakeAssistant(GARE)
    *_, answer = assistant.stream_answer("q")

    def slowly(question: str) -> Iterator[object]:
        now[0] += 2
        yield answer
        now[0] += 1
        yield replace(answer, text="all")

    monkeypatch.setattr(assistant, "stream_answer", slowly)
    metrics = Metrics(assistant)
    for _ in WatchedAssistant(assistant, metrics).stream_answer("q"):
        now[0] += 100
    assert figures(metrics.page())['article_qa_stage_seconds_sum{stage="total"}'] == 3
