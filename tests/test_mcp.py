"""The tools with the official `mcp` client: over standard streams and over HTTP, for real."""

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from browser import GARE, MEAN, FakeAssistant, make_article, serving, serving_app
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from proxy import proxy
from readme import ADDRESS, examples

from app import create_app
from article_qa_page.access import Role
from article_qa_page.access.credentials import new_token, read_credentials
from article_qa_page.access.policy import Access
from article_qa_page.programs.mcp_tools import NOTICE, READ_AT_ONCE
from index.settings import Settings
from retrieval.answering import Assistant

ROOT = Path(__file__).parents[1]
QUESTION = "why did xAI switch to Dell?"
COMMAND = ["-c", "from app import main; main()", "mcp"]
PATIENCE = 300.0  # seconds


def environment(home: Path) -> dict[str, str]:
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return {
        **os.environ, "ARTICLE_QA_HOME": str(home), "PYTHONPATH": paths, "HF_HUB_OFFLINE": "1",
    }  # fmt: skip


def with_client(target: Any, work: Callable[[Client], Awaitable[None]]) -> None:
    async def run() -> None:
        async with Client(target, read_timeout_seconds=PATIENCE) as client:
            await work(client)

    anyio.run(run)


def over_stdio(home: Path) -> Any:
    return stdio_client(
        StdioServerParameters(command=sys.executable, args=COMMAND, env=environment(home))
    )


@pytest.fixture(scope="module")
def address(sample_assistant: Assistant) -> Iterator[str]:
    with serving(sample_assistant) as address:
        yield f"{address}mcp"


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """Return the typed result of a tool, which the text must say too."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    assert json.loads(result.content[0].text) == result.structured_content
    return dict(result.structured_content)


async def error_of(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    text = str(result.content[0].text)
    assert "Traceback" not in text
    return text


async def use_all(client: Client, assistant: Assistant) -> None:
    """Call every tool as a model would, one thing leading to another."""
    listed = await call(client, "list_articles", limit=1)
    assert (listed["total"], listed["next"], listed["notice"]) == (2, 1, NOTICE)
    answer = await call(client, "ask", question=QUESTION)
    assert answer["answer"] == assistant.answer(QUESTION).text and not answer["abstained"]
    assert answer["citations"] and answer["nearest"] == [] and answer["notice"] == NOTICE
    for quote in answer["citations"]:
        read = await call(client, "read_article", article_id=quote["article_id"])
        assert read["text"][quote["start"] : quote["end"]] == quote["quote"]
        assert (read["start"], read["next"], read["notice"]) == (0, None, NOTICE)
        rest = await call(client, "read_article", article_id=quote["article_id"], start=100)
        assert rest["text"] == read["text"][100:]
    found = await call(client, "search", question=QUESTION, top_k=2, since="2000")
    assert len(found["passages"]) == 2 and found["notice"] == NOTICE
    nothing = await call(client, "ask", question="What is the capital of Australia?")
    assert nothing["abstained"] and nothing["nearest"] and not nothing["citations"]
    assert "No article has the id" in await error_of(client, "read_article", article_id="x")
    assert "empty" in await error_of(client, "ask", question="?")
    assert "no date" in await error_of(client, "search", question="q", since="soon")


def test_all_tools_over_standard_streams(sample_assistant: Assistant) -> None:
    with_client(over_stdio(sample_assistant.home), lambda c: use_all(c, sample_assistant))


def test_all_tools_over_http(address: str, sample_assistant: Assistant) -> None:
    with_client(address, lambda client: use_all(client, sample_assistant))


def test_the_tools_tell_what_they_do(address: str) -> None:
    async def look(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"ask", "search", "read_article", "list_articles"}
        for tool in tools.values():
            assert tool.description and tool.title and tool.output_schema
            assert tool.annotations and tool.annotations.read_only_hint
            for name, argument in tool.input_schema["properties"].items():
                assert argument["description"], (tool.name, name)
        assert tools["ask"].input_schema["required"] == ["question"]
        assert NOTICE in str(client.instructions)

    with_client(address, look)


def test_a_hostile_article_is_only_data_and_a_long_one_comes_in_parts() -> None:
    long = make_article("long", "Long", "".join(f"Sentence {n} é🚲. " for n in range(3_000)))
    assistant = FakeAssistant(GARE, MEAN, long)

    async def read(client: Client) -> None:
        told = await call(client, "read_article", article_id=MEAN.id)
        assert told["text"] == MEAN.text and told["notice"] == NOTICE
        assert "cannot* be loaded" in await error_of(client, "ask", question="panne")
        parts, start = [], 0
        while start is not None:
            part = await call(client, "read_article", article_id="long", start=start)
            assert part["end"] - part["start"] == len(part["text"]) <= READ_AT_ONCE
            parts.append(part["text"])
            start = part["next"]
        assert len(parts) == 3 and "".join(parts) == long.text

    with serving(assistant) as address:
        with_client(f"{address}mcp", read)


def test_a_readers_token_below_a_path_of_a_proxy() -> None:
    token, line = new_token(Role.READER)
    access = Access("login", read_credentials(line, "a file"))
    settings = Settings(root_path="/articles", questions_per_minute=1)
    app = create_app(FakeAssistant(GARE), access=access, settings=settings)

    async def ask(client: Client) -> None:
        assert (await call(client, "ask", question="recours"))["citations"]
        assert "1 questions in a minute" in await error_of(client, "ask", question="recours")
        assert (await call(client, "list_articles"))["total"] == 1

    with serving_app(app) as inner, serving_app(proxy(inner, "/articles")) as outer:
        url = f"{outer}articles/mcp"
        bearer = httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE)
        with_client(streamable_http_client(url, http_client=bearer), ask)
        assert httpx.post(url, json={}).status_code == 401


def test_nothing_but_the_protocol_reaches_stdout(tmp_path: Path) -> None:
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "0"},
        },
    }
    listing = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "list_articles", "arguments": {}},
    }
    begun = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    server = subprocess.Popen(
        [sys.executable, *COMMAND],
        cwd=ROOT,
        env=environment(tmp_path / "empty"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stdin and server.stdout and server.stderr
    server.stdin.write(json.dumps(hello) + "\n")
    server.stdin.flush()
    first = json.loads(server.stdout.readline())
    server.stdin.write(json.dumps(begun) + "\n" + json.dumps(listing) + "\n")
    server.stdin.flush()
    second = json.loads(server.stdout.readline())
    rest, errors = server.communicate(timeout=PATIENCE)
    assert first["id"] == 1 and first["result"]["serverInfo"]["name"] == "article-qa"
    assert second["id"] == 2 and second["result"]["isError"]
    assert "article-qa add" in second["result"]["content"][0]["text"]
    assert (server.returncode, rest) == (0, "") and "Traceback" not in errors


def test_the_readmes_configurations_work(address: str, sample_assistant: Assistant) -> None:
    (local,) = examples("json", holding='"command"')
    named = json.loads(local)["mcpServers"]["articles"]
    assert [named["command"], *named["args"]] == ["article-qa", "mcp"]
    assert list(named["env"]) == ["ARTICLE_QA_HOME"]
    (remote,) = examples("json", holding='"url"')
    url = json.loads(remote)["mcpServers"]["articles"]["url"]
    assert url == f"{ADDRESS}/mcp"

    async def listed(client: Client) -> None:
        assert (await call(client, "list_articles"))["total"] == 2

    with_client(url.replace(f"{ADDRESS}/mcp", address), listed)
