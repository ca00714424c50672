"""REST over a real server: the same answers as in Python, their schema, errors in a sentence."""

import contextlib
import io
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser import GARE, FakeAssistant, serving, serving_app
from gradio_client import Client as GradioClient
from jsonschema import Draft202012Validator
from proxy import proxy
from readme import ADDRESS, examples
from starlette.testclient import TestClient

from app import create_app
from article_qa_page.access import Role
from article_qa_page.access.credentials import new_token, read_credentials
from article_qa_page.access.policy import Access
from article_qa_page.bodies import MOST_BODY
from article_qa_page.programs.asking import NotReadyError, started
from article_qa_page.programs.records import public_source
from article_qa_page.programs.schema import answer_schema, answer_schema_text
from article_qa_page.startup import Startup
from index.settings import Settings
from retrieval.answering import Assistant
from retrieval.searching import MAX_QUESTION
from retrieval.types import Answer

QUESTION = "why did xAI switch to Dell?"
PATIENCE = 300.0  # seconds; far more than any request takes


@pytest.fixture(scope="module")
def api(sample_assistant: Assistant) -> Iterator[httpx.Client]:
    with (
        serving(sample_assistant) as address,
        httpx.Client(base_url=f"{address}api/v1", timeout=PATIENCE) as client,
    ):
        yield client


def events(response: httpx.Response) -> list[tuple[str, Any]]:
    """Return the names and data of the events of a stream."""
    found = []
    for block in response.text.replace("\r\n", "\n").strip().split("\n\n"):
        lines = [line for line in block.split("\n") if not line.startswith(":")]
        fields = dict(line.split(": ", 1) for line in lines)
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "seconds"}


def refused(response: httpx.Response, status: int) -> str:
    """Return the one sentence of a problem, which must be told as one."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"type", "title", "status", "detail"} and problem["status"] == status
    sentence: str = problem["detail"]
    assert sentence.endswith(".") and "\n" not in sentence and "Traceback" not in sentence
    return sentence


# --- answers ---------------------------------------------------------------------------------


def test_an_answer_is_that_of_python(api: httpx.Client, sample_assistant: Assistant) -> None:
    reply = api.post("/ask", json={"question": QUESTION}).json()
    assert timeless(reply) == timeless(sample_assistant.answer(QUESTION).to_dict())
    assert reply["citations"]
    for citation in reply["citations"]:
        article = api.get(f"/articles/{citation['article_id']}").json()
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert article["digest"] == citation["article_digest"]


def test_a_stream_grows_to_the_whole_answer(api: httpx.Client) -> None:
    headers = {"Accept": "text/event-stream"}
    response = api.post("/ask", json={"question": QUESTION}, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream")
    told = [(name, data) for name, data in events(response) if name != "waiting"]
    *growing, (last, complete) = told
    assert last == "complete" and [name for name, _ in growing] == ["answer"] * len(growing)
    assert growing and all(complete["text"].startswith(data["text"]) for _, data in growing)
    whole = api.post("/ask", json={"question": QUESTION}).json()
    assert timeless(complete) == timeless(whole)


def test_filters_and_history_are_those_of_python(
    api: httpx.Client, sample_assistant: Assistant
) -> None:
    train = next(a for a in sample_assistant.articles() if "train" in a.source)
    asked = {"question": QUESTION, "articles": [train.id], "since": "2000"}
    reply = api.post("/ask", json=asked).json()
    assert reply["filters"]["articles"] == [train.id]
    assert {p["article_id"] for p in reply["passages"]} <= {train.id}
    history = [["How large is the stock of Wistron?", "Some billions."]]
    follow_up = api.post("/ask", json={"question": "and Inventec?", "history": history}).json()
    assert "Wistron" in follow_up["rewritten"] or follow_up["rewritten"]
    unread = {"question": "What happened last week?", "time_words": False}
    assert api.post("/ask", json=unread).json()["filters"] is None


# --- the schema ------------------------------------------------------------------------------


def test_the_schema_is_kept_and_served(api: httpx.Client) -> None:
    kept = Path(__file__).parents[1] / "docs" / "answer.schema.json"
    # python -m article_qa_page.programs.schema > docs/answer.schema.json
    assert kept.read_text(encoding="utf-8") == answer_schema_text()
    served = api.get("/schema.json")
    assert served.headers["content-type"] == "application/schema+json"
    assert served.json() == answer_schema()


@pytest.mark.parametrize(
    "asked",
    [
        {"question": QUESTION},
        {"question": "What is the capital of Australia?"},
        {"question": "bonjour"},
        {"question": "what was said last week?", "sources": ["xai-dell.fr.md"]},
        {"question": "et Wistron ?", "history": [["Pourquoi Dell ?", "…"]], "until": "2030"},
    ],
)
def test_real_answers_fit_the_schema(api: httpx.Client, asked: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(answer_schema())
    Draft202012Validator(answer_schema()).validate(api.post("/ask", json=asked).json())


def test_an_answer_of_a_chat_model_fits_the_schema() -> None:
    from retrieval.types import Citation, Claim, Usage

    claim = Claim("It is so.", 0, 9, "partly", (1,), ("2024",), 0.5)
    cited = Citation(1, "a", "A", None, None, "en", 0, 5, "Quote", 0.5, "d", (1, 3), 2)
    answer = Answer(
        "q", "It is so. [1]", (cited,), (), False, "en", 0.9, None, "r", "m", (claim,), "n",
        Usage(1, 2, 0.1), {"write": 1.5},
    )  # fmt: skip
    validator = Draft202012Validator(answer_schema())
    validator.validate(answer.to_dict())
    wrong = [
        {**answer.to_dict(), "text": None},
        {**answer.to_dict(), "more": 1},
        {key: value for key, value in answer.to_dict().items() if key != "usage"},
        {**answer.to_dict(), "claims": [{**claim.to_dict(), "verdict": "maybe"}]},
    ]
    assert not any(validator.is_valid(one) for one in wrong)


# --- searching and reading -------------------------------------------------------------------


def test_a_search_is_that_of_python(api: httpx.Client, sample_assistant: Assistant) -> None:
    query = {"question": QUESTION, "top_k": 3, "source": "xai-dell.fr.md"}
    found = api.get("/search", params=query).json()["passages"]
    expected = sample_assistant.search(QUESTION, 3, sources="xai-dell.fr.md")
    assert found == [candidate.passage.to_dict() for candidate in expected] and found


def test_articles_come_in_pages(api: httpx.Client, sample_assistant: Assistant) -> None:
    first = api.get("/articles", params={"limit": 1}).json()
    assert (first["total"], first["next"], len(first["articles"])) == (2, 1, 1)
    second = api.get("/articles", params={"limit": 1, "offset": first["next"]}).json()
    assert second["next"] is None
    ids = [page["articles"][0]["id"] for page in (first, second)]
    assert ids == [article.id for article in sample_assistant.articles()]
    beyond = api.get("/articles", params={"offset": 99}).json()
    assert (beyond["articles"], beyond["next"], beyond["total"]) == ([], None, 2)


def test_an_article_has_its_sentences(api: httpx.Client, sample_assistant: Assistant) -> None:
    known = sample_assistant.articles()[0]
    article = api.get(f"/articles/{known.id}").json()
    assert article["text"] == known.text and article["title"] == known.title
    spans = [(s["start"], s["end"]) for s in article["sentences"]]
    assert spans == [(s.start, s.end) for s in sample_assistant.sentences(known.id)]
    for sentence in article["sentences"]:
        assert known.text[sentence["start"] : sentence["end"]] == sentence["text"]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("/home/me/press/a.md", "a.md"),
        ("C:\\press\\a.md", "a.md"),
        ("/home/me/a.zip#b/c.md", "c.md"),
        ("https://example.org/x/y", "https://example.org/x/y"),
    ],
)
def test_folders_of_the_machine_are_not_told(source: str, shown: str) -> None:
    assert public_source(source) == shown


# --- errors ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"question": " "}, 422, "empty"),
        ({"question": "x" * (MAX_QUESTION + 1)}, 422, "2,001 characters"),
        ({}, 422, "'question'"),
        ([], 422, "object"),
        ({"question": 3}, 422, "'question'"),
        ({"question": "q", "since": "soon"}, 422, "no date"),
        ({"question": "q", "articles": "one"}, 422, "'articles'"),
        ({"question": "q", "articles": ["x"] * 101}, 422, "'articles'"),
        ({"question": "q", "history": [["only a question"]]}, 422, "'history"),
        ({"question": "q", "more": 1}, 422, "'more'"),
        ({"question": QUESTION, "articles": ["nowhere"]}, 404, "nowhere"),
    ],
)
def test_what_cannot_be_asked_is_told(
    api: httpx.Client, asked: Any, status: int, said: str
) -> None:
    assert said in refused(api.post("/ask", json=asked), status)


def test_what_cannot_be_read_is_told(api: httpx.Client) -> None:
    as_json = {"Content-Type": "application/json"}
    assert "not valid JSON" in refused(api.post("/ask", content="{", headers=as_json), 422)
    assert "application/json" in refused(api.post("/ask", content="{}"), 415)
    long = json.dumps({"question": "q" * MOST_BODY})
    assert "4 MB" in refused(api.post("/ask", content=long, headers=as_json), 413)
    parts = (long[at : at + 2**16].encode() for at in range(0, len(long), 2**16))
    assert "4 MB" in refused(api.post("/ask", content=parts, headers=as_json), 413)
    refused(api.get("/ask"), 405)
    refused(api.get("/nowhere"), 404)
    assert "'limit'" in refused(api.get("/articles", params={"limit": 10_000}), 422)
    assert "'question'" in refused(api.get("/search"), 422)
    assert "no date" in refused(api.get("/search?question=q&until=never"), 422)
    assert "'nobody'" in refused(api.get("/articles/nobody"), 404)


@pytest.fixture(scope="module")
def fake() -> Iterator[TestClient]:
    app = create_app(FakeAssistant(GARE))
    with TestClient(app, base_url="http://test/api/v1", raise_server_exceptions=False) as client:
        yield client


def test_the_servers_own_faults_are_told(fake: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cannot* be loaded" in refused(fake.post("ask", json={"question": "panne"}), 503)

    def defect(self: object, question: str) -> Iterator[Answer]:
        raise KeyError("a secret")

    monkeypatch.setattr(FakeAssistant, "stream_answer", defect)
    assert "secret" not in refused(fake.post("ask", json={"question": "q"}), 500)


def test_a_fault_in_the_middle_of_a_stream_is_its_last_event(
    fake: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    (whole,) = FakeAssistant(GARE).stream_answer("recours")

    def breaking(self: object, question: str) -> Iterator[Answer]:
        yield whole
        raise KeyError("a secret")

    monkeypatch.setattr(FakeAssistant, "stream_answer", breaking)
    headers = {"Accept": "text/event-stream"}
    response = fake.post("ask", json={"question": "q"}, headers=headers)
    (growing, _), (error, problem) = events(response)
    assert (growing, error) == ("answer", "error")
    assert problem["status"] == 500 and "secret" not in problem["detail"]


def test_a_start_that_fails_or_lasts_is_told() -> None:
    failing = FakeAssistant(GARE)
    failing.start_error = NotReadyError("The model cannot be loaded: install it again.")
    with TestClient(create_app(failing), base_url="http://test/api/v1") as client:
        response = client.post("ask", json={"question": "recours"})
        assert "install it again" in refused(response, 503)
        assert response.headers["retry-after"] == "5"
    slow = Startup(FakeAssistant(GARE), Path)
    with pytest.raises(NotReadyError, match=r"ask again"):
        started(slow, patience=0.01)


def test_a_stream_that_is_closed_gives_the_question_up(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = threading.Event()
    original = FakeAssistant.stream_answer

    def watched(self: FakeAssistant, question: str) -> Iterator[Answer]:
        try:
            yield from original(self, question)
        finally:
            closed.set()

    monkeypatch.setattr(FakeAssistant, "stream_answer", watched)
    headers = {"Accept": "text/event-stream"}
    with (
        serving(FakeAssistant(GARE)) as address,
        httpx.Client(timeout=PATIENCE) as client,
        client.stream(
            "POST", f"{address}api/v1/ask", json={"question": "lent"}, headers=headers
        ) as response,
    ):
        for line in response.iter_lines():
            if line.startswith("data:"):
                break
        response.close()
        assert closed.wait(60)


def test_every_route_needs_a_readers_token() -> None:
    token, line = new_token(Role.READER)
    access = Access("login", read_credentials(line, "a file"))
    app = create_app(FakeAssistant(GARE), access=access)
    with TestClient(app, base_url="http://test/api/v1") as client:
        body = {"question": "recours"}
        stream = {"Accept": "text/event-stream"}
        for headers in ({}, {"Authorization": "Bearer aqa-wrong"}):
            for response in (
                client.post("ask", json=body, headers=headers),
                client.post("ask", json=body, headers=headers | stream),
                client.get("search?question=q", headers=headers),
                client.get("articles", headers=headers),
                client.get("articles/gare", headers=headers),
                client.get("schema.json", headers=headers),
                client.post("http://test/mcp", json={}, headers=headers),
                client.get("http://test/mcp", headers=headers),
            ):
                assert "send a token" in refused(response, 401)
                assert response.headers["www-authenticate"] == "Bearer"
        bearer = {"Authorization": f"Bearer {token}"}
        assert client.post("ask", json=body, headers=bearer).json()["citations"]
        for path in ("search?question=q", "articles", "articles/gare", "schema.json"):
            assert client.get(path, headers=bearer).status_code == 200, path


def test_the_limits_are_those_of_the_page() -> None:
    settings = Settings(questions_per_minute=2, questions_at_once=1)
    assistant = FakeAssistant(GARE)
    with TestClient(
        create_app(assistant, settings=settings), base_url="http://test/api/v1"
    ) as client:
        assert client.get("search?question=q").status_code == 200
        assert client.post("ask", json={"question": "recours"}).status_code == 200
        for response in (
            client.post("ask", json={"question": "recours"}),
            client.get("search?question=q"),
        ):
            assert "2 questions in a minute" in refused(response, 429)
            assert int(response.headers["retry-after"]) > 0


def test_it_all_works_below_a_path_of_a_proxy() -> None:
    settings = Settings(root_path="/articles")
    app = create_app(FakeAssistant(GARE), access=Access("read-only"), settings=settings)
    with (
        serving_app(app) as inner,
        serving_app(proxy(inner, "/articles")) as outer,
        httpx.Client(base_url=f"{outer}articles/api/v1/", timeout=PATIENCE) as client,
    ):
        assert client.post("ask", json={"question": "recours"}).json()["citations"]
        assert client.get("articles").json()["total"] == 1
        refused(client.get("articles/nobody"), 404)
        refused(client.get("nowhere"), 404)
        page = GradioClient(f"{outer}articles/", verbose=False)
        assert page.predict("recours", api_name="/ask")["citations"]


# --- the README ------------------------------------------------------------------------------


def test_the_readmes_python_runs(api: httpx.Client) -> None:
    server = str(api.base_url).removesuffix("/api/v1/")
    for block in examples("python", holding="httpx"):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(block.replace(ADDRESS, server), "README.md", "exec"), {})
        assert "Dell" in said.getvalue()


def test_the_readmes_curl_runs(api: httpx.Client) -> None:
    if not shutil.which("curl"):
        pytest.skip("there is no curl on this machine")
    server = str(api.base_url).removesuffix("/api/v1/")
    (block,) = examples("sh", holding="curl")
    commands = block.replace("\\\n", " ").strip().splitlines()
    assert len(commands) >= 3
    for command in commands:
        article = api.get("/articles").json()["articles"][0]["id"]
        command = command.replace(ADDRESS, server).replace("24939996944a", article)
        done = subprocess.run(
            ["bash", "-c", command.replace("curl ", "curl --fail --silent --show-error ")],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, (command, done.stderr)
        assert "event: complete" in done.stdout or json.loads(done.stdout)
