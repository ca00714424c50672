"""Limits: questions by client and in all, bodies and uploads; told kindly, and to programs."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from browser import GARE, FakeAssistant
from fastapi.testclient import TestClient

from app import create_app
from article_qa_page.answering import Answering
from article_qa_page.bodies import MOST_BODY
from article_qa_page.escaping import escape
from article_qa_page.limits import MOST_CLIENTS, Limits, Rate, limits_of
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
