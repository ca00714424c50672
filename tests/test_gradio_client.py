"""`/ask` with the official `gradio_client`, over a real server."""

import contextlib
import io
from collections.abc import Iterator

import pytest
from browser import GARE, FakeAssistant, serving
from gradio_client import Client
from gradio_client.exceptions import AppError
from readme import ADDRESS, examples

from article_qa_page.access import Role
from article_qa_page.access.credentials import new_token, read_credentials
from article_qa_page.access.policy import Access
from index.settings import Settings
from retrieval.answering import Assistant

QUESTION = "why did xAI switch to Dell?"


@pytest.fixture(scope="module")
def address(sample_assistant: Assistant) -> Iterator[str]:
    with serving(sample_assistant) as address:
        yield address


def test_predict_returns_the_whole_answer(address: str, sample_assistant: Assistant) -> None:
    client = Client(address, verbose=False)
    answer = client.predict(QUESTION, api_name="/ask")
    expected = sample_assistant.answer(QUESTION).to_dict()
    assert {**answer, "seconds": {}} == {**expected, "seconds": {}} and answer["citations"]
    filtered = client.predict(QUESTION, sources=["night-train.en.md"], api_name="/ask")
    assert filtered["filters"]["sources"] == ["night-train.en.md"]


def test_submit_gives_the_answer_as_it_grows() -> None:
    assistant = FakeAssistant(GARE)
    with serving(assistant) as address:
        job = Client(address, verbose=False).submit("lent", api_name="/ask")
        seen = []
        for answer in job:
            seen.append(answer["text"])
            if len(seen) == 3:
                assistant.release.set()
    assert len(set(seen)) >= 3 and seen[-1].startswith(seen[0]) and "[2]" in seen[-1]


def test_errors_are_one_sentence() -> None:
    with serving(FakeAssistant(GARE)) as address:
        client = Client(address, verbose=False)
        with pytest.raises(AppError, match=r"The model .cannot. be loaded: install it again\."):
            client.predict("panne", api_name="/ask")
        with pytest.raises(AppError, match="'articles'"):
            client.predict("recours", articles=3, api_name="/ask")


def test_a_readers_token_opens_it() -> None:
    token, line = new_token(Role.READER)
    access = Access("login", read_credentials(line, "a file"))
    with serving(FakeAssistant(GARE), access=access) as address:
        headers = {"Authorization": f"Bearer {token}"}
        client = Client(address, verbose=False, headers=headers)
        assert client.predict("recours", api_name="/ask")["citations"]
        with pytest.raises(Exception, match="credentials were not provided"):
            Client(address, verbose=False)


def test_a_limit_is_one_sentence() -> None:
    with serving(FakeAssistant(GARE), settings=Settings(questions_per_minute=1)) as address:
        client = Client(address, verbose=False)
        client.predict("recours", api_name="/ask")
        with pytest.raises(AppError, match="1 questions in a minute"):
            client.predict("recours", api_name="/ask")


def test_nothing_else_is_offered() -> None:
    with serving(FakeAssistant(GARE)) as address:
        named = Client(address, verbose=False).view_api(return_format="dict", print_info=False)
    assert list(named["named_endpoints"]) == ["/ask"]
    parameters = [p["parameter_name"] for p in named["named_endpoints"]["/ask"]["parameters"]]
    assert parameters == [
        "question", "history", "since", "until", "articles", "sources", "time_words",
    ]  # fmt: skip


def test_the_readmes_example_runs(address: str) -> None:
    (block,) = examples("python", holding="gradio_client")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = block.replace(f"{ADDRESS}/", address).replace(ADDRESS, address)
        exec(compile(code, "README.md", "exec"), {})
    assert "Dell" in said.getvalue()
