"""Limits: questions, calls, ratings, bodies and uploads; told kindly, and to programs."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Any

import endpoints
import pytest
from browser import GARE, FakeAssistant
from fastapi.testclient import TestClient

from app import create_app
from article_qa_page.access.policy import Access
from article_qa_page.answering import Answering
from article_qa_page.bodies import MOST_BODY
from article_qa_page.escaping import escape
from article_qa_page.limits import (
    COSTS,
    DEFAULT_CALLS,
    DEFAULT_RATINGS,
    DEFAULT_SUGGESTIONS,
    HOUR,
    MOST_CLIENTS,
    CallLimits,
    Limits,
    Rate,
    call_limits_of,
    limits_of,
)
from article_qa_page.startup import Startup
from article_qa_page.viewing import Viewing
from article_qa_page.wording import wording
from index.errors import LimitError
from index.settings import Settings

EN, FR = wording("en"), wording("fr")
ASSISTANT = FakeAssistant(GARE)


# --- questions -------------------------------------------------------------------------------


def test_so_many_at_once_and_then_one_at_a_time() -> None:
    now = 0.0
    rate = Rate(6, lambda: now)
    assert [rate.take("a") for _ in range(6)] == [0] * 6
    assert rate.take("a") == pytest.approx(10)
    assert rate.take("b") == 0
    now = 9.9
    assert rate.take("a") == pytest.approx(0.1)
    now = 10.0
    assert rate.take("a") == 0 and rate.take("a") > 9
    now = 200.0
    assert [rate.take("a") for _ in range(7)][5:] == [0, pytest.approx(10)]


def test_in_any_minute_at_most_twice_as_many() -> None:
    now, taken = 0.0, []
    rate = Rate(10, lambda: now)
    for second in range(600):
        now = second / 2
        if rate.take("a") == 0:
            taken.append(now)
    assert all(sum(t <= other < t + 60 for other in taken) <= 20 for t in taken)
    assert len(taken) == pytest.approx(10 + 300 / 6, abs=1)


def test_nought_is_any_number_and_memory_is_bounded() -> None:
    assert all(Rate(0).take("a") == 0 for _ in range(1_000))
    rate = Rate(1, lambda: 0.0)
    for number in range(MOST_CLIENTS + 9):
        rate.take(str(number))
    assert len(rate._full_at) == MOST_CLIENTS


def test_questions_at_a_time_of_a_client_and_in_all() -> None:
    limits = Limits(at_once=2, in_all=3)
    with ExitStack() as held:
        held.enter_context(limits.asking("a"))
        held.enter_context(limits.asking("a"))
        with pytest.raises(LimitError) as error, limits.asking("a"):
            pass
        assert error.value.kind == "at_once" and error.value.retry_after > 0
        held.enter_context(limits.asking("b"))
        with pytest.raises(LimitError) as error, limits.asking("c"):
            pass
        assert error.value.kind == "full"
    with limits.asking("a"), limits.asking("a"), limits.asking("c"):
        pass
    assert not limits._asking


def test_a_refused_question_takes_no_place() -> None:
    limits = Limits(per_minute=1, at_once=1)
    with limits.asking("a"):
        pass
    for _ in range(3):
        with pytest.raises(LimitError, match=r"ask the next one in 60 s") as error:
            limits.asking("a").__enter__()
        assert error.value.kind == "rate"
    assert not limits._asking


def test_the_places_hold_among_threads() -> None:
    limits, most, now = Limits(at_once=5, in_all=5), [0], [0]

    def ask() -> None:
        for _ in range(200):
            try:
                with limits.asking("a"):
                    now[0] += 1
                    most[0] = max(most[0], limits._asking["a"])
            except LimitError:
                continue

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0 < most[0] <= 5 and not limits._asking


def test_ones_own_machine_asks_as_often_as_it_likes_unless_told() -> None:
    for settings, open_to_others, most in [
        (Settings(), False, 0),
        (Settings(), True, 30),
        (Settings(questions_per_minute=2), False, 2),
        (Settings(questions_per_minute=0), True, 0),
    ]:
        assert limits_of(settings, open_to_others=open_to_others)._rate._most == most


@pytest.fixture
def answering() -> Iterator[tuple[Answering, Limits, FakeAssistant]]:
    assistant, limits = FakeAssistant(GARE), Limits(per_minute=2, at_once=1, in_all=1)
    startup = Startup(assistant, lambda: Path("samples"))
    startup.begin()
    startup.wait_for_change(startup.status, 5)
    yield Answering(assistant, startup, Viewing(assistant, startup), limits), limits, assistant
    assistant.release.set()


def test_the_page_tells_of_a_limit_in_the_readers_language(
    answering: tuple[Answering, Limits, FakeAssistant],
) -> None:
    page, _, _ = answering
    streaming = page.stream("lent", FR, client="a")
    assert next(streaming).startswith("Voici")
    assert list(page.stream("q", FR, client="a")) == [escape(FR["limit_at_once"])]
    assert list(page.stream("q", EN, client="b")) == [escape(EN["limit_full"])]
    streaming.close()  # as when the reader leaves: the place is free again
    assert list(page.stream("q", FR, client="a"))[-1].startswith("Voici")
    (told,) = page.stream("q", FR, client="a")
    assert told.startswith(escape(FR["limit_rate"].split("{")[0].rstrip()))
    assert list(page.stream("q", FR, client="b"))[-1].startswith("Voici")


# --- calls and ratings -----------------------------------------------------------------------


def test_what_costs_more_counts_for_more_over_its_period() -> None:
    now = 0.0
    rate = Rate(6, lambda: now, HOUR)
    assert rate.take("a", 4) == 0
    assert rate.take("a", 4) == pytest.approx(1_200)
    assert rate.take("a", 2) == 0 and rate.take("a", 0) == 0
    now = HOUR
    assert rate.take("a", 60) == 0  # more than there ever is: let through alone
    assert rate.take("a") == pytest.approx(600)


def refused(limits: CallLimits, name: str, client: str = "a") -> str:
    with pytest.raises(LimitError) as error:
        limits.call(name, client)
    assert 0 < error.value.retry_after <= 60
    return error.value.kind


def test_calls_follow_ups_and_ratings_of_a_client_are_counted_apart() -> None:
    limits = CallLimits(calls=2 * COSTS["export"], suggestions=2, ratings=2, clock=lambda: 0.0)
    for name in ("export", "suggest", "explain"):
        limits.call(name, "a")
        limits.call(name, "a")
    assert [refused(limits, name) for name in ("export", "get_article", "choices")] == ["calls"] * 3
    assert (refused(limits, "suggest"), refused(limits, "export")) == ("calls", "calls")
    with pytest.raises(LimitError) as error:
        limits.rating("a")
    assert (error.value.kind, error.value.retry_after) == ("ratings", HOUR / 2)
    limits.call("export", "b")


def test_a_page_that_looks_for_news_never_comes_to_a_limit() -> None:
    limits = CallLimits(calls=1, clock=lambda: 0.0)
    for _ in range(100):
        limits.call("articles_state", "a")
    limits.call("articles_table", "a")
    assert refused(limits, "articles_table") == "calls"
    # A page whose articles change at each look draws four parts anew, every three seconds at most.
    now = 0.0
    usual = CallLimits(DEFAULT_CALLS, clock=lambda: now)
    for look in range(400):
        now = 3.0 * look
        for name in ("state", "table", "failures", "sources", "picture"):
            for _ in range(5):  # readers at one address
                usual.call(f"articles_{name}", "office")


def test_ones_own_machine_calls_and_rates_as_often_as_it_likes_unless_told() -> None:
    def most(settings: Settings, *, others: bool) -> list[int]:
        found = call_limits_of(settings, open_to_others=others)
        return [rate._most for rate in (found._calls, found._suggestions, found._ratings)]

    usual = [DEFAULT_CALLS, DEFAULT_SUGGESTIONS, DEFAULT_RATINGS]
    assert most(Settings(), others=False) == [0, 0, 0]
    assert most(Settings(), others=True) == usual
    given = Settings(calls_per_minute=5, suggestions_per_minute=0, ratings_per_hour=7)
    assert most(given, others=True) == most(given, others=False) == [5, 0, 7]


@pytest.fixture(scope="module")
def public() -> Iterator[TestClient]:
    settings = Settings(calls_per_minute=20, suggestions_per_minute=2, ratings_per_hour=2)
    app = create_app(ASSISTANT, access=Access("read-only"), settings=settings)
    with TestClient(app) as client:
        yield client


def called(public: TestClient, name: str, data: Any, host: str, language: str = "fr") -> Any:
    client = TestClient(public.app, client=(host, 1), headers={"Accept-Language": language})
    component = dict(endpoints.functions(public.get("/config").json()))[name]
    body = {"data": data, "fn_name": name, "component_id": component, "session_hash": "x"}
    return client.post("/gradio_api/component_server", json=body).json()


def told(sentence: str, reply: Any) -> bool:
    return str(reply.get("error")).startswith(sentence.split("{")[0])


def test_anybody_who_loops_the_pages_functions_is_told_to_wait(public: TestClient) -> None:
    asked = {"question": "Où en est le recours ?", "cited": [["gare", 0, 9]]}
    assert [called(public, "suggest", asked, "ca") for _ in range(2)] == [[], []]
    assert told(FR["limit_calls"], called(public, "suggest", asked, "ca"))
    article = {"article": "gare", "language": "en"}
    assert called(public, "get_article", article, "ca")["found"]
    assert called(public, "export", {"messages": []}, "cb")["text"].startswith("# ")
    for name, data in (("export", {}), ("get_article", article), ("choices", article)):
        reply = called(public, name, data, "cb")
        assert told((EN if data else FR)["limit_calls"], reply), (name, reply)
    assert all("jobs" in called(public, "articles_state", {}, "cb") for _ in range(30))
    assert called(public, "suggest", asked, "cb") == []


def rated(public: TestClient, message: str, host: str) -> Any:
    client = TestClient(public.app, client=(host, 1), headers={"Accept-Language": "fr"})
    config = public.get("/config").json()
    (like,) = (one["id"] for one in config["dependencies"] if "like" in str(one["targets"]))
    messages = [
        {"role": role, "content": [{"type": "text", "text": text}]}
        for role, text in (("user", "q"), ("assistant", message))
    ]
    body = {"data": [messages], "fn_index": like, "session_hash": "x"}
    event = {"index": 1, "value": message, "liked": True}
    reply = client.post("/gradio_api/run/predict", json=body | {"event_data": event})
    return reply.json()["data"][0]


def test_ratings_that_are_looped_do_not_fill_the_file(public: TestClient) -> None:
    kept = ASSISTANT.home / "feedback.jsonl"
    first = rated(public, "One.", "ra")
    assert first["rating"] == "up" and called(public, "explain", {"id": "x"}, "ra")["kept"] is False
    size = kept.stat().st_size
    for number in range(5):
        reply = rated(public, f"Answer {number}", "ra")
        assert reply["id"] == "" and told(FR["limit_ratings"], reply)
    assert told(FR["limit_ratings"], called(public, "explain", {"id": first["id"]}, "ra"))
    assert kept.stat().st_size == size
    assert rated(public, "Two.", "rb")["rating"] == "up"


# --- bodies ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    settings = Settings(upload_megabytes=1, uploads_per_minute=3)
    with TestClient(create_app(ASSISTANT, settings=settings)) as client:
        yield client


def test_a_large_body_is_refused_before_and_while_it_comes(client: TestClient) -> None:
    french = {"Accept-Language": "fr"}
    large = b"x" * (MOST_BODY + 1)
    reply = client.post("/gradio_api/queue/join", content=large, headers=french)
    assert (reply.status_code, reply.json()["error"]) == (
        413,
        FR["body_large"].format(most="4\u00a0Mo"),
    )
    chunks = (large[at : at + 2**16] for at in range(0, len(large), 2**16))
    reply = client.post("/gradio_api/queue/join", content=chunks, headers=french)
    assert (reply.status_code, reply.json()["detail"]) == (
        413,
        FR["body_large"].format(most="4\u00a0Mo"),
    )
    for wrong in ("-1", "x", "9" * 30):
        reply = client.post("/gradio_api/reset", headers={"Content-Length": wrong})
        assert reply.status_code == 413


def upload(client: TestClient, content: Any, host: str, language: str = "en") -> tuple[int, Any]:
    one = TestClient(client.app, client=(host, 1))
    headers = {"X-File-Name": "a.txt", "Accept-Language": language}
    reply = one.post("/articles-upload", content=content, headers=headers)
    return reply.status_code, reply.json().get("error")


def test_uploads_are_limited_in_size_and_rate(client: TestClient) -> None:
    assert upload(client, b"a", "ua") == (200, None)
    large = (413, EN["body_large"].format(most="1 MB"))
    assert upload(client, b"x" * 2**20 + b"x", "ub") == large
    replies = [upload(client, b"a", "ub") for _ in range(8)]
    assert replies[0] == (200, None)
    status, told = replies[-1]
    assert status == 429 and told.startswith(EN["uploads_many"].split("{")[0])
    assert upload(client, b"a", "uc") == (200, None)


def test_an_upload_without_its_length_is_counted_and_leaves_nothing(client: TestClient) -> None:
    chunks = iter([b"x" * 2**16] * 40)
    assert upload(client, chunks, "ud", "fr") == (413, FR["body_large"].format(most="1\u00a0Mo"))
    assert not any(file.stat().st_size > 1 for file in (ASSISTANT.home / "incoming").iterdir())


def test_gradios_own_way_in_is_closed(client: TestClient) -> None:
    reply = client.post("/gradio_api/upload", files=[("files", ("a.txt", b"a"))])
    assert (reply.status_code, reply.json()["error"]) == (404, EN["access_nothing"])
