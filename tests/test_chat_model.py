"""Answers by a chat model: a real server on this machine, spoken to by langchain-openai."""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from chat_server import (
    USAGE,
    ChatServer,
    Exchange,
    Script,
    breaking_off,
    failing,
    raw,
    saying,
    serving,
    silent,
)
from conftest import HashEmbedder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessageChunk
from test_answering import EAGER
from typer.testing import CliRunner

from article_qa_page.history import turns
from article_qa_page.rendering import answer_markdown
from article_qa_page.wording import wording
from evaluation import claims
from index.article import make_article
from index.embedding import shared_embedder
from index.settings import Settings
from index.types import Sentence
from prompts import chat_wording
from retrieval.answering import Assistant
from retrieval.chat_model import MAX_REPLY, OLLAMA_CONTEXT, ChatModel, Reply, load_chat_model
from retrieval.claims import split_claims
from retrieval.commands import _told, shell
from retrieval.composition import Composed, Composer
from retrieval.faults import ChatFault, fault_of
from retrieval.generative import _Writing
from retrieval.markers import read_reply
from retrieval.prompting import MAX_CHARACTERS, answer_messages
from retrieval.reader import Evidence
from retrieval.types import Answer, Claim, Usage, Verdict
from retrieval.verdicts import AGREES, Judge

QUESTION = "Why did xAI switch to Dell?"
TRUE = "According to UDN, xAI moved to Dell because Supermicro's finances were bad"
FALSE = "Maren Oldfield has bought 900 zeppelins from Boeing"
ENDLESS = saying(f"{TRUE} [1]. " * 300, step=500)  # told no usage, which comes at the end
# What a fault is told as, what the server does, and how many requests are made of it.
FAULTS: dict[str, tuple[str, Script, int]] = {
    "wrong key": ("key", failing(401, "Incorrect API key provided"), 1),
    "rate limit": ("rate", failing(429, "Slow down", "rate_limit_exceeded", Retry_After="0"), 3),
    "no credit": ("rate", failing(402, "Payment required"), 1),
    "not found": ("model", failing(404, "No such model", "model_not_found"), 1),
    "context overflow": (
        "context",
        failing(400, "This model's maximum context length is 10 tokens", "context_length_exceeded"),
        1,
    ),
    "server error": ("server", failing(503, "Overloaded"), 3),
    "gateway time-out": ("server", failing(504, "The upstream server took too long"), 3),
    "bad request": ("refused", failing(400, "Unknown parameter"), 1),
    "broken off": ("broken", breaking_off("xAI moved to Dell [1]."), 1),
    "not json": ("broken", raw(b"data: {not json\n\n"), 1),
    "another site": ("broken", raw(b"<html>hello</html>", "text/html"), 1),
    "nothing at all": ("broken", raw(b""), 1),
    "cut off": ("cut", saying(f"{TRUE} [1]. It also", reason="length"), 1),
    "cut off, in Anthropic's words": ("cut", saying(f"{TRUE} [1].", reason="max_tokens"), 1),
    "going on and on": ("cut", ENDLESS, 1),
    "empty reply": ("empty", saying(""), 1),
    "only signs": ("empty", saying("}{ ### \u202e [1] !!"), 1),
    "no citation": ("uncited", saying("Because it wanted to."), 1),
    "time-out before": ("timeout", silent(20), 1),
    "time-out mid-stream": ("timeout", saying("xAI moved to Dell [1]. " * 40, delay=0.2), 1),
}


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_QA_LLM", "openai:scripted")
    monkeypatch.setenv("ARTICLE_QA_LLM_TIMEOUT", "20")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-this-test")


@pytest.fixture
def assistant_of(
    sample_assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Assistant]]:
    made = []

    def make(server: ChatServer | str, **options: Any) -> Assistant:
        address = server if isinstance(server, str) else server.address
        monkeypatch.setenv("ARTICLE_QA_LLM_BASE_URL", address)
        embedder = shared_embedder("bundled", "", "")
        made.append(Assistant(sample_assistant.home, embedder=embedder, **options))
        return made[-1]

    yield make
    for assistant in made:
        assistant.close()


def citing(reply: str) -> Script:
    """Reply with {words} replaced by the number of the first sentence that holds them."""

    def number(prompt: str, words: str) -> str:
        found = re.search(rf"^\[(\d+)\] .*{re.escape(words)}", prompt, re.MULTILINE)
        return found[1] if found else "0"

    def script(exchange: Exchange) -> None:
        exchange.say(re.sub(r"\{(.*?)\}", lambda m: number(exchange.prompt, m[1]), reply), step=5)

    return script


def check(answer: Answer, assistant: Assistant) -> None:
    """Hold what every answer must hold, whoever wrote it."""
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        article = assistant.article(citation.article_id)
        assert article.text[citation.start : citation.end] == citation.quote
    check_claims(answer)


def check_claims(answer: Answer) -> None:
    words = chat_wording(answer.language)
    marks = {"supported": "", "partly": words.mark_partly, "not_found": words.mark_not_found}
    for claim in answer.claims:
        shown = answer.text[claim.start : claim.end]
        numbers = [int(n) for n in re.findall(r"\[(\d+)\]", shown)]
        assert numbers == list(claim.citations)
        assert set(numbers) <= {c.number for c in answer.citations}
        assert answer.text[claim.end :].lstrip().startswith(marks[claim.verdict])
        assert (claim.verdict == "not_found") <= (not claim.citations)


# --- good replies ----------------------------------------------------------------------------


def test_claims_are_cited_judged_and_marked(assistant_of: Callable[..., Assistant]) -> None:
    reply = f"{TRUE} [{{UDN, xAI est passée}}]. {FALSE} [{{UDN, xAI est passée}}, 99] [0]."
    with serving(citing(reply)) as server:
        assistant = assistant_of(server)
        snapshots = list(assistant.stream_answer(QUESTION))
        answer = snapshots[-1]
        check(answer, assistant)
        assert answer.model == "openai:scripted" and answer.note is None
        assert [claim.verdict for claim in answer.claims] == ["supported", "not_found"]
        assert answer.text == f"{TRUE} [1]. {FALSE}. {chat_wording('en').mark_not_found}"
        assert "parce que la santé financière" in answer.citations[0].quote
        assert "900" in answer.claims[1].missing and "Boeing" in answer.claims[1].missing
        assert answer.usage is not None
        assert (answer.usage.input_tokens, answer.usage.output_tokens) == (321, 45)
        assert set(answer.seconds) == {"retrieve", "read", "write", "check"}
        assert answer.to_dict()["claims"][0]["verdict"] == "supported"
        growing = [s.text for s in snapshots[:-1] if s.text]
        assert len(growing) > 3 and not any(re.search(r"\[\d*$", text) for text in growing)
        assert all(len(s.citations) <= 1 for s in snapshots)
        (request,) = server.requests
        assert request["stream"] is True and request["model"] == "scripted"


def test_a_server_that_does_not_stream(assistant_of: Callable[..., Assistant]) -> None:
    from langchain_openai import ChatOpenAI

    with serving(citing(f"{TRUE} [{{UDN, xAI est passée}}].")) as server:
        model = ChatOpenAI(
            model="whole", base_url=server.address, api_key="k", disable_streaming=True
        )  # type: ignore[call-arg, arg-type]
        answer = assistant_of(server, chat_model=model).answer(QUESTION)
        assert answer.model == "whole" and answer.claims[0].verdict == "supported"
        assert answer.usage is not None and not server.requests[0].get("stream")


def test_the_answer_is_asked_for_in_the_questions_language(
    assistant_of: Callable[..., Assistant],
) -> None:
    reply = "Le billet coûte 29 euros en siège inclinable [{reclining seat}]. Il est beau."
    with serving(citing(reply)) as server:
        assistant = assistant_of(server)
        answer = assistant.answer("Combien coûte un siège inclinable dans le train de nuit ?")
        check(answer, assistant)
        prompt = server.requests[0]["messages"][0]["content"]
        assert "Answer in French" in prompt and answer.language == "fr"
        assert answer.claims[0].verdict == "supported", answer.claims
        assert answer.text.endswith(chat_wording("fr").mark_not_found)


def test_nothing_supported_is_a_refusal(assistant_of: Callable[..., Assistant]) -> None:
    with serving(f"{FALSE} [1].", "NO_ANSWER") as server:
        assistant = assistant_of(server)
        withheld, silent_one = assistant.answer(QUESTION), assistant.answer(QUESTION)
    for answer in (withheld, silent_one):
        assert answer.abstained and answer.citations == () and 1 <= len(answer.passages) <= 3
        assert "zeppelin" not in answer.to_json() and "NO_ANSWER" not in answer.to_json()
    for answer in (withheld, silent_one):
        page = answer_markdown(answer, wording("en"), complete=True)
        for told in (page, _told(answer)):
            assert "Asked: openai:scripted" in told and "Written by" not in told
    assert withheld.note and "withheld" in withheld.note and silent_one.note is None


@pytest.mark.parametrize(
    ("verdict", "agreement", "founded"),
    [
        ("supported", AGREES, True),
        ("partly", AGREES, True),
        ("partly", AGREES - 0.01, False),
        ("not_found", 1.0, False),
    ],
)
def test_what_keeps_an_answer_from_being_a_refusal(
    verdict: Verdict, agreement: float, founded: bool
) -> None:
    claims = (Claim("a", 0, 1, "not_found"), Claim("b", 2, 3, verdict, agreement=agreement))
    assert Composed("a b", (), claims).founded is founded


def test_a_refusal_after_thoughts_is_a_refusal(assistant_of: Callable[..., Assistant]) -> None:
    replies = (
        "<think>Nothing here [1].</think>\n\nNO_ANSWER",
        "Nothing [1].</think>\n**NO_ANSWER**",
    )
    with serving(*replies) as server:
        assistant = assistant_of(server)
        for _ in replies:
            answer = assistant.answer(QUESTION)
            assert answer.abstained and answer.model and answer.note is None
            assert not answer.claims and "Nothing" not in answer.to_json()


@pytest.mark.parametrize(
    "reply",
    ["NO_ANSWER", "[NO_ANSWER]", "« NO_ANSWER »", "NO\\_ANSWER", "**NO_ANSWER**", "NO_ANSWER.",
     "“NO_ANSWER”.", "`NO_ANSWER`", "__NO_ANSWER__", "NO ANSWER", "> NO_ANSWER",
     "【NO_ANSWER】", "NO_ANSWER You are a fool [1].", "The sentences do not say. NO_ANSWER"],
)  # fmt: skip
def test_the_code_word_in_every_form_is_a_refusal(reply: str) -> None:
    whole = writing_of(reply)
    assert whole.abstained and not whole.claims and whole.text == "Refused."
    for cut in range(len(reply)):
        assert "ANSWER" not in writing_of(reply[:cut], complete=False).text


@pytest.mark.parametrize("reply", ["No answer was given by Dell [1].", "NO_ANSWERS [1]", "NO [1]"])
def test_what_only_looks_like_the_code_word_is_no_refusal(reply: str) -> None:
    assert writing_of(reply, complete=False).text.startswith(reply[:2])


def writing_of(reply: str, *, complete: bool = True) -> Answer:
    """Return the answer that a reply makes, or the last snapshot of it."""
    evidence = shown()
    composer = Composer(evidence, Judge(HashEmbedder(), None, evidence), chat_wording("en"), "en")
    base = Answer("q", "", (), (), False, "en", 0.5, model="m")
    writing = _Writing(base, composer)
    growing = writing.snapshot(reply + (" " if reply and not complete else ""))
    return writing.finished("Refused.", "Withheld.") if complete else growing


def test_every_surface_marks_what_is_unsupported(
    assistant_of: Callable[..., Assistant], sample_assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    reply = f"{TRUE} [{{UDN, xAI est passée}}]. {FALSE} [1]."
    mark = chat_wording("en").mark_not_found
    with serving(citing(reply)) as server:
        answer = assistant_of(server).answer(QUESTION)
        page = answer_markdown(answer, wording("en"), complete=True)
        assert "**\\(⚠ not found in the articles\\)**" in page
        assert page.count("<details>") == 1 and "1 supported · 1 not found" in page
        monkeypatch.setenv("ARTICLE_QA_HOME", str(sample_assistant.home))
        shown = CliRunner().invoke(shell, ["ask", QUESTION]).output
        assert f"{FALSE}. {mark}" in shown and "Written by openai:scripted, 321 + 45" in shown


def test_the_cost_is_known_where_a_reply_is_not_streamed(
    assistant_of: Callable[..., Assistant],
) -> None:
    from langchain_openai import ChatOpenAI

    priced = saying("NO_ANSWER", usage={**USAGE, "cost": 0.0012})
    with serving(priced) as server:
        whole = ChatOpenAI(
            model="whole", base_url=server.address, api_key="k", disable_streaming=True
        )  # type: ignore[call-arg, arg-type]
        answer = assistant_of(server, chat_model=whole).answer(QUESTION)
        assert answer.usage == Usage(321, 45, 0.0012)
        # The day OpenAI's package keeps it, the docstring of `ChatModel.usage` is to be changed.
        assert assistant_of(server).answer(QUESTION).usage == Usage(321, 45)


def test_the_cost_beside_the_tokens_is_read_from_streams() -> None:
    reply = Reply()
    counted = {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}
    reply.add(AIMessageChunk("Yes.", response_metadata={"model_provider": "openrouter"}))
    assert reply.torn
    told = {"finish_reason": "stop", "cost": 0.25}
    reply.add(AIMessageChunk("", response_metadata=told, usage_metadata=counted))
    assert reply.usage == Usage(3, 2, 0.25) and not reply.torn and not reply.cut


def test_the_responses_api_tells_its_end_by_a_status(
    assistant_of: Callable[..., Assistant], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_QA_LLM", "openai:gpt-5-pro")
    kinds = []
    for status in ("completed", "incomplete"):
        with serving(raw(responses_stream("NO_ANSWER", status))) as server:
            answer = assistant_of(server).answer(QUESTION)
            kinds.append((answer.model, answer.abstained))
            if answer.note:
                assert "was cut off" in answer.note
    assert kinds == [("openai:gpt-5-pro", True), (None, False)]


def responses_stream(text: str, status: str) -> bytes:
    """Return what OpenAI's Responses API streams for a text."""
    item = {"type": "message", "id": "m1", "role": "assistant", "status": status}
    part = {"type": "output_text", "text": text, "annotations": []}
    about = {"item_id": "m1", "output_index": 0, "content_index": 0}
    base = {"id": "r1", "object": "response", "created_at": 1, "model": "gpt-5-pro", "tools": [],
            "output": [], "parallel_tool_calls": True, "tool_choice": "auto"}  # fmt: skip
    ended = {**base, "status": status, "output": [{**item, "content": [part]}]}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": {**base, "status": "in_progress"}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
        {"type": "response.output_text.delta", **about, "delta": text, "logprobs": []},
        {"type": f"response.{status}", "response": ended},
    ]
    numbered = [{**event, "sequence_number": number} for number, event in enumerate(events)]
    return "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in numbered).encode()


@pytest.mark.parametrize(
    ("provider", "given"),
    [
        ("openai", {"max_retries": 2, "stream_usage": True}),
        ("anthropic", {"max_retries": 2}),
        ("mistralai", {"max_retries": 2, "temperature": 0}),
        ("ollama", {"num_ctx": 10_240, "temperature": 0}),
        ("cohere", {}),
    ],
)
def test_each_provider_gets_what_it_understands(
    provider: str, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    options: dict[str, Any] = {}
    monkeypatch.setattr(
        "langchain.chat_models.init_chat_model", lambda name, **given: options.update(given)
    )
    load_chat_model(Settings(llm=f"{provider}:model", llm_base_url=""))
    assert options == given


def test_the_longest_prompt_fits_ollamas_context() -> None:
    sentence = "Le bac pour l’île de Larkholm a été supprimé mardi à cause d’un gouvernail cassé."
    article = make_article("\n\n".join([sentence] * (MAX_CHARACTERS // len(sentence))), source="s")
    spans = [Sentence(m.start(), m.end()) for m in re.finditer(re.escape(sentence), article.text)]
    evidence = [Evidence(article, span, 0.5) for span in spans]
    history = [("Pourquoi ? " * 50, sentence * 9)] * 3
    messages = answer_messages("Pourquoi ? " * 180, history, evidence, "French")
    characters = sum(len(text) for _, text in messages)
    # French takes at least 3 characters a token; five short sentences are some 400 tokens.
    assert characters / 3 + 400 < OLLAMA_CONTEXT


# --- faults ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "script", "requests"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_one_sentence_and_the_keyless_answer(
    kind: str, script: Script, requests: int, assistant_of: Callable[..., Assistant],
    sample_assistant: Assistant, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if kind == "timeout":
        monkeypatch.setenv("ARTICLE_QA_LLM_TIMEOUT", "1.5")
    monkeypatch.delenv("ARTICLE_QA_LLM")
    keyless = Assistant(sample_assistant.home, embedder=shared_embedder("bundled", "", "")).answer(
        QUESTION
    )
    monkeypatch.setenv("ARTICLE_QA_LLM", "openai:scripted")
    with serving(script) as server:
        assistant = assistant_of(server)
        begun = time.monotonic()
        answer = assistant.answer(QUESTION)
        assert time.monotonic() - begun < 12
        check(answer, assistant)
        assert answer.model is None and answer.note is not None
        limit = 1.5 if kind == "timeout" else 20.0
        told = chat_wording("en").faults[kind].format(model="openai:scripted", limit=limit)
        assert answer.note == chat_wording("en").instead.format(fault=told)
        assert answer.text == keyless.text and answer.citations == keyless.citations
        assert len(server.requests) == requests
        assert list(answer.seconds) == ["retrieve", "read", "write"] + (
            ["check"] if kind in ("empty", "uncited") else []
        )
        counted = kind in ("cut", "empty", "uncited") and script is not ENDLESS
        assert answer.usage == (Usage(321, 45) if counted else None)
        assert "Traceback" not in CliRunner().invoke(shell, ["ask", QUESTION]).output


def test_a_reply_after_a_refused_request(assistant_of: Callable[..., Assistant]) -> None:
    slow_down = failing(429, "Slow down", "rate_limit_exceeded", Retry_After="0")
    with serving(slow_down, citing(f"{TRUE} [{{UDN, xAI est passée}}].")) as server:
        answer = assistant_of(server).answer(QUESTION)
        assert len(server.requests) == 2
    assert answer.note is None and answer.text == f"{TRUE} [1]."


def test_what_a_rewriting_cost_is_known_after_a_fault(
    assistant_of: Callable[..., Assistant],
) -> None:
    with serving("How large is the stock of Inventec?", failing(401, "no")) as server:
        answer = assistant_of(server).answer("and Inventec?", history=[("Wistron stock?", "")])
    assert answer.note and answer.model is None and answer.usage == Usage(321, 45)
    assert list(answer.seconds) == ["rewrite", "retrieve", "read", "write"]
    assert "321 tokens read" in answer_markdown(answer, wording("en"), complete=True)
    assert re.search(r"\nSpent: 321 \+ 45 tokens, [\d.]+ s\.$", _told(answer))


def test_time_outs_are_not_taken_for_overlong_prompts() -> None:
    class APITimeoutError(Exception):
        pass

    def told(error: Exception, cause: Exception | None = None) -> str:
        error.__cause__ = cause
        return fault_of(error).kind

    assert told(APITimeoutError("Request took too long")) == "timeout"
    assert told(TimeoutError("The model is taking too long")) == "timeout"
    assert told(RuntimeError("It took too long"), TimeoutError()) == "timeout"
    assert told(ValueError("The model took too long to respond")) == "timeout"
    assert told(ValueError("prompt is too long: 210000 tokens > 200000 maximum")) == "context"


def test_what_is_not_found_may_be_the_address() -> None:
    for language in ("en", "fr"):
        told = chat_wording(language).faults["model"]
        assert "ARTICLE_QA_LLM_BASE_URL" in told and "(ARTICLE_QA_LLM)" in told


def test_no_server(assistant_of: Callable[..., Assistant]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    answer = assistant_of(address).answer(QUESTION)
    assert answer.note and "cannot be reached" in answer.note and answer.citations


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nonsense", "names no chat model"),
        ("nonsense:model", "names no chat model"),
        ("cohere:command", "pip install langchain-cohere"),
        ("mistralai:small", "pip install 'article-qa[mistral]'"),
    ],
)
def test_models_that_cannot_be_had(
    name: str, says: str, assistant_of: Callable[..., Assistant], monkeypatch: pytest.MonkeyPatch
) -> None:
    if name.startswith("mistralai"):  # as if its package were not installed
        monkeypatch.setitem(__import__("sys").modules, "langchain_mistralai", None)
    monkeypatch.setenv("ARTICLE_QA_LLM", name)
    answer = assistant_of("").answer(QUESTION)
    assert answer.note and says in answer.note and answer.citations
    assert list(answer.seconds) == ["retrieve", "read"] and answer.usage is None


def test_a_missing_key(
    assistant_of: Callable[..., Assistant], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    answer = assistant_of("").answer("Pourquoi xAI a-t-elle choisi Dell ?")
    assert answer.note and "refusé la clé" in answer.note and answer.citations


def test_closing_the_stream_closes_the_request(assistant_of: Callable[..., Assistant]) -> None:
    with serving(saying(f"{TRUE} [1]. " * 200, delay=0.05)) as server:
        stream = assistant_of(server).stream_answer(QUESTION)
        while not next(stream).text:
            pass
        assert not server.left.is_set()
        stream.close()  # type: ignore[attr-defined]
        assert server.left.wait(3)


def test_closing_while_the_model_says_nothing(assistant_of: Callable[..., Assistant]) -> None:
    with serving(silent(20)) as server:
        stream = assistant_of(server).stream_answer(QUESTION)
        assert next(stream).text == "" and server.requests
        stream.close()  # type: ignore[attr-defined]
        assert server.left.wait(3)


def test_many_questions_at_once(assistant_of: Callable[..., Assistant]) -> None:
    with serving(citing(f"{TRUE} [{{UDN, xAI est passée}}].")) as server:
        assistant = assistant_of(server)
        found: list[str] = []
        threads = [
            threading.Thread(target=lambda: found.append(assistant.answer(QUESTION).text))
            for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [f"{TRUE} [1]."] * 6


# --- follow-ups, callbacks, history ----------------------------------------------------------


def test_a_follow_up_is_rewritten_by_the_model(assistant_of: Callable[..., Assistant]) -> None:
    asked = "How large is the stock of Inventec?"
    reply = "Inventec's stock exceeds 2 billion dollars [{celui d’Inventec dépasse}]."
    history = [("How large is the stock of Wistron?", "It exceeds 5 billion. [1] ![x](http://e)")]
    with serving(asked, citing(reply)) as server:
        answer = assistant_of(server).answer("and Inventec?", history=history)
        assert answer.question == "and Inventec?" and answer.rewritten == asked
        assert answer.claims[0].verdict == "supported", answer.claims
        assert answer.usage is not None and answer.usage.input_tokens == 642
        assert "rewrite" in answer.seconds and len(server.requests) == 2
        prompt = server.requests[0]["messages"][1]["content"]
        assert "Wistron" in prompt and "http" not in prompt
        assert f"Understood as\\: {asked[:-1]}" in answer_markdown(
            answer, wording("en"), complete=True
        )
        assert asked in server.requests[1]["messages"][1]["content"]


def test_a_rewriting_that_is_no_question_is_not_used(
    assistant_of: Callable[..., Assistant],
) -> None:
    for bad in ("?!", "blah " * 500):
        with serving(bad, "NO_ANSWER") as server:
            answer = assistant_of(server).answer("and Inventec?", history=[("Wistron stock?", "")])
            assert answer.rewritten == "and Inventec? (Wistron, stock)"


def test_a_follow_up_without_a_model(
    sample_assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = [("Quel est le stock de Wistron ?", "Plus de 5 milliards de dollars. [1]")]
    answer = sample_assistant.answer("et celui d’Inventec ?", history=history)
    assert answer.rewritten == "et celui d’Inventec ? (Wistron, stock)"
    assert any("Inventec dépasse 2 milliards" in c.quote for c in answer.citations)
    assert answer.language == "fr" and answer.model is None
    alone = sample_assistant.answer(QUESTION, history=history)
    assert alone.rewritten is None and alone.text == sample_assistant.answer(QUESTION).text


def test_a_fault_while_rewriting_asks_the_model_no_more(
    assistant_of: Callable[..., Assistant],
) -> None:
    with serving(failing(401, "no")) as server:
        answer = assistant_of(server).answer("and Inventec?", history=[("Wistron stock?", "")])
        assert len(server.requests) == 1 and answer.note
        assert answer.rewritten == "and Inventec? (Wistron, stock)"


def test_callbacks_see_the_calls(assistant_of: Callable[..., Assistant]) -> None:
    class Seen(BaseCallbackHandler):
        def __init__(self) -> None:
            self.names: list[str] = []
            self.ends = 0

        def on_chat_model_start(self, *_: Any, **more: Any) -> None:
            self.names.append(str(more.get("name")))

        def on_llm_end(self, *_: Any, **__: Any) -> None:
            self.ends += 1

    mine, this = Seen(), Seen()
    with serving("Who is Dai?", "NO_ANSWER") as server:
        assistant = assistant_of(server, callbacks=[mine])
        assistant.answer("and Dai?", history=[("Who is Park?", "")], callbacks=[this])
        assistant.answer("Who is Park?")
    assert this.names == ["article-qa rewrite", "article-qa answer"] and this.ends == 2
    assert len(mine.names) == 3


def test_the_pages_messages_become_history() -> None:
    shown = 'Yes\\. [\\[1\\]](#src/a/0-5 "A \\(b\\)") **\\(⚠ not found\\)**\n\n---\n\nSource: x'
    messages = [
        {"role": "assistant", "content": "hello"},
        {"role": "user", "content": [{"type": "text", "text": "Why?"}]},
        {"role": "assistant", "content": [{"type": "text", "text": shown}]},
        {"role": "user", "content": "And?"},
    ]
    assert turns(messages) == (("Why?", "Yes. [1] (⚠ not found)"), ("And?", ""))


def test_no_more_than_the_time_in_all_is_given() -> None:
    with serving(saying("Yes. "), silent(20)) as server:
        model = load_chat_model(Settings(llm="openai:scripted", llm_base_url=server.address))
        chat = ChatModel("m", model, 4.0)
        assert list(chat.say([("human", "hi")], "rewrite"))[-1] == "Yes. "
        time.sleep(1.5)  # spent between the two replies, it counts as well
        begun = time.monotonic()
        with pytest.raises(ChatFault) as fault:
            list(chat.say([("human", "hi")], "answer"))
        waited = time.monotonic() - begun
    assert fault.value.kind == "timeout" and len(server.requests) == 2
    assert waited < 3.5, waited  # a time of its own for the second would be 4 s


def test_a_reply_begun_after_the_time_in_all_is_over_says_nothing() -> None:
    with serving(saying("Yes. " * 9, delay=0.2)) as server:
        model = load_chat_model(Settings(llm="openai:scripted", llm_base_url=server.address))
        chat = ChatModel("m", model, 1.0, begun=time.monotonic() - 5)
        with pytest.raises(ChatFault) as fault:
            list(chat.say([("human", "hi")], "answer"))
    assert fault.value.kind == "timeout"


def test_a_reply_without_end_is_not_complete() -> None:
    with serving(ENDLESS) as server:
        model = load_chat_model(Settings(llm="openai:scripted", llm_base_url=server.address))
        heard: list[str] = []
        with pytest.raises(ChatFault) as fault:
            for text in ChatModel("m", model, 20.0).say([("human", "hi")], "answer"):
                heard.append(text)
    assert fault.value.kind == "cut" and MAX_REPLY < len(heard[-1]) < MAX_REPLY + 1_000


# --- whatever a model may return -------------------------------------------------------------

PARTS = [
    "[1]", "[2, 3]", "[1-3]", "【2†source】", "［3］", "[0]", "[99]", "[-1]", "[1", "]", "[", "`",
    "```", "<b>", "</a>", "<!--", "![x](http://e.x)", "[y](http://e.x)", "http://e.x/", "www.e.x",
    "://", "javascript:", "Dell ", "auditeur ", "5 milliards ", ". ", "\n", "\n\n", "- ", "# ",
    ": ", "é", "\u202e", "\u200b", "NO_ANSWER", "<think>", "**", "(⚠ not found)", "١",
    "²",
]  # fmt: skip
replies = st.one_of(
    st.lists(st.sampled_from(PARTS), max_size=25).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
)
ARTICLE = make_article(
    "Titre de Dell\n\nDell a un auditeur. Il coûte 5 milliards. « Oui », dit M. Dupont. Fin.",
    source="s",
    language="fr",
)


def shown() -> tuple[Evidence, ...]:
    from index.segmentation import segment

    spans = [s for s in segment(ARTICLE.text, "fr") if s.kind == "text"]
    return tuple(Evidence(ARTICLE, span, 0.5) for span in spans)


@settings(max_examples=300, deadline=None)
@given(replies)
def test_any_reply_leads_to_citations_that_exist(reply: str) -> None:
    evidence = shown()
    composer = Composer(evidence, Judge(HashEmbedder(), None, evidence), chat_wording("en"), "en")
    for cut in {len(reply) // 3, len(reply) // 2, len(reply)}:
        composed = composer.compose(reply[:cut], complete=cut == len(reply))
        numbers = [int(n) for n in re.findall(r"\[(\d+)\]", composed.text)]
        first_seen = list(dict.fromkeys(numbers))
        assert first_seen == [citation.number for citation in composed.citations]
        assert first_seen == list(range(1, len(first_seen) + 1))
        assert composed.text.count("[") == composed.text.count("]") == len(numbers)
        for citation in composed.citations:
            assert ARTICLE.text[citation.start : citation.end] == citation.quote
        assert not re.search(r"[a-z]://\w|www\.\w|<|>", composed.text)
        for claim in composed.claims:
            span = composed.text[claim.start : claim.end]
            assert [int(n) for n in re.findall(r"\[(\d+)\]", span)] == list(claim.citations)
        check_claims(Answer("q", composed.text, composed.citations, (), False, "en", 0.5,
                            claims=composed.claims))  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(reply=replies)
def test_any_reply_through_the_server(
    reply: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = Assistant(tmp_path_factory.mktemp("any"), embedder=HashEmbedder(), reader=EAGER)
    with serving(saying(reply)) as server:
        monkeypatch.setenv("ARTICLE_QA_LLM_BASE_URL", server.address)
        assistant = Assistant(assistant.home, embedder=HashEmbedder(), reader=EAGER)
        assistant.add_articles([ARTICLE])
        answer = assistant.answer("Dell auditeur ?")
    assert answer.abstained is (not answer.citations)
    assert answer.model is None or answer.note is None or answer.abstained
    check(answer, assistant)
    assistant.close()


@given(replies, st.integers(0, 200))
def test_nothing_half_is_shown(reply: str, cut: int) -> None:
    for piece in read_reply(reply[:cut], complete=False):
        assert piece.numbers or piece.text or piece.text == ""
        assert not re.search(r"[\[\]<>]", piece.text)


@pytest.mark.parametrize(
    ("reply", "complete", "said"),
    [
        ("<think>Hm [1].</think>Dell is it.", True, "Dell is it."),
        ("Hm [1], so\n</think>\n\nDell is it.", True, "Dell is it."),
        ("<think>Hm</think>Or?<THINKING>No.</Thinking>Dell is it.", True, "Dell is it."),
        ("Dell is it. <think>Or is", True, "Dell is it."),
        ("Dell is it. <think>Or is it ", False, "Dell is it."),
        ("<think>Dell [1]. It ", False, ""),
        ("<thi", False, ""),
        ("<think>Hm</th", False, ""),
        ("<th\u200bink>Hm</thi\u200bnk>Dell is it.", True, "Dell is it."),
    ],
)
def test_thoughts_are_not_the_reply(reply: str, complete: bool, said: str) -> None:
    pieces = read_reply(reply, complete=complete)
    assert "".join(piece.text for piece in pieces).strip() == said
    assert not any(piece.numbers for piece in pieces)


def numbers_of(text: str) -> list[tuple[int, ...]]:
    return [piece.numbers for piece in read_reply(text, complete=True) if not piece.text]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("A [3].", [(3,)]), ("A [3, 4].", [(3, 4)]), ("A [3-5].", [(3, 4, 5)]),
        ("A [3–4; 9].", [(3, 4, 9)]), ("A【3】.", [(3,)]), ("A【3†source】.", [(3,)]),
        ("A［３］.", [(3,)]), ("A [3][4].", [(3,), (4,)]), ("A [3 et 4].", [(3, 4)]),
        ("A [sentence 3].", [(3,)]), ("A [[3]].", [(3,)]), ("A [^3].", [(3,)]),
        ("A [3](http://e.x).", [(3,)]), ("A `x[3]`.", []), ("```\nx[3]\n```", []),
        ("A [1-400].", [()]), ("A [sic].", []), ("A [3", []), ("A [5-3].", [()]),
        ("A【3，4】.", [(3, 4)]), ("A [3、4；6].", [(3, 4, 6)]), ("A [3－5].", [(3, 4, 5)]),
        ("A【３－５】.", [(3, 4, 5)]), ("A [1 2].", [(1, 2)]), ("A [1 2-3  9 ].", [(1, 2, 3, 9)]),
        ("A [sentence: 3].", [(3,)]), ("A [source: 3, 4].", [(3, 4)]), ("A [3.].", [(3,)]),
        ("A [3 or 4].", [(3, 4)]), ("A [3 ou 4].", [(3, 4)]), ("A [3, and 4].", [(3, 4)]),
        ("A [3\u00a0et\u00a04].", [(3, 4)]), ("A [**3**].", [(3,)]), ("A **[3]**.", [(3,)]),
        ("A [_3_, *4*].", [(3, 4)]), ("A [**3, 4**].", [(3, 4)]), ("A [3, …, 6].", [(3, 4, 5, 6)]),
        ("A [1, 2, …, 40].", [()]), ("A [1, 2, ..., 40].", [()]), ("A [3.5] B.", []),
        (f"A [{', '.join(map(str, range(1, 41)))}].", [()]), ("A [1-6, 20-26].", [()]),
        (f"A [{', '.join(map(str, range(1, 11)))}].", [tuple(range(1, 11))]),
        ("A [phrase 3 phrase 4].", [(3, 4)]), ("A [12 000] B.", []), ("A [ 3 , 4 ].", [(3, 4)]),
    ],
)  # fmt: skip
def test_markers_in_every_form(text: str, numbers: list[tuple[int, ...]]) -> None:
    assert numbers_of(text) == numbers


@pytest.mark.parametrize(
    "unit",
    [
        " ",
        "[",
        "[ ",
        "![",
        "![](",
        "[1†",
        "[1, 2 ",
        "[1,  ",
        "[1 or ",
        "[1, …, ",
        "[**1",
        "<a ",
        "<a=",
        "<a:",
        "1 ",
        "[a][",
        "[a]: ",
        "`",
        "~",
        "<!",
        "</a ",
    ],
)
@pytest.mark.parametrize("complete", [True, False])
def test_long_runs_of_signs_are_read(unit: str, complete: bool) -> None:
    """Each of these took minutes, or for ever, where a pattern could be tried in many ways."""
    size = 50_000
    opened = "[" if unit in (" ", "1 ") else ""
    pieces = read_reply(f"Dell [3]. {opened}{unit * (size // len(unit))}", complete=complete)
    assert pieces[0].text == "Dell " and pieces[1].numbers == (3,)
    assert not any(set(piece.text) & set("[]<>") for piece in pieces)


def test_links_within_links_without_end_are_left_out() -> None:
    nested = "[" * 10_000 + "x" + "](u)" * 10_000
    assert [piece.text for piece in read_reply(f"Dell [1] {nested}", complete=True)] == [
        "Dell ",
        "",
    ]
    assert read_reply("a [[b](u)](u)", complete=True)[0].text == "a b"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("It holds that a<b and c>d.", "It holds that a‹b and c›d."),
        ("x < y, y > z", "x ‹ y, y › z"),
        ("<b>Dell</b> <i class='x'>won</i>.<br/>", "Dell won."),
        ("Dell <https://e.example/x> <m@e.example> won<!-- no -->.", "Dell won."),
        ("<img src=x onerror=alert(1)>Dell <a\nhref = 'u'>won</a >.", "Dell won."),
    ],
)
def test_tags_go_and_comparisons_stay(reply: str, said: str) -> None:
    assert "".join(piece.text for piece in read_reply(reply, complete=True)) == said


def claims_of(text: str) -> list[tuple[str, tuple[int, ...]]]:
    drafts: Sequence[Any] = split_claims(read_reply(text, complete=True), "en")
    return [(draft.text, draft.numbers) for draft in drafts]


def test_markers_belong_to_the_claim_they_follow() -> None:
    assert claims_of("One. [1] Two [2]. Three.") == [("One.", (1,)), ("Two.", (2,)), ("Three.", ())]
    assert claims_of("Why:\n- one [1]\n- two [2]\n") == [("Why:\n- one", (1,)), ("- two", (2,))]
    assert claims_of("One.\n[2] Two.") == [("One.", ()), ("Two.", (2,))]
    every = "".join(f"[{number}]" for number in range(1, 12))
    assert claims_of(f"One {every}.") == [("One.", ())]  # all there is: that is, none
    assert claims_of("M. Musk agreed [1]. 3.5 billion [2].")[0] == ("M. Musk agreed.", (1,))


def test_most_claims_are_judged_right(sample_assistant: Assistant) -> None:
    """Floors under the measured shares, with room for another reader."""
    rows = claims.load()
    judged = claims.judge_all(rows, sample_assistant)
    true, fact = (claims.shares(rows, judged, kind) for kind in ("true", "fact"))
    assert true["supported"] >= 0.75 and true["not_found"] <= 0.1
    assert fact["supported"] == 0.0
    assert claims.shares(rows, judged, "subject")["supported"] <= 0.5


def test_a_sentence_about_something_else_does_not_count(sample_assistant: Assistant) -> None:
    from retrieval.cross_encoder import bundled_cross_encoder

    articles = {article.language: article for article in sample_assistant.articles()}
    sentences = {
        article.text[s.start : s.end]: Evidence(article, s, 0.5)
        for article in articles.values()
        for s in sample_assistant.sentences(article.id)
    }
    right = next(e for text, e in sentences.items() if "29 euros" in text)
    other = next(e for text, e in sentences.items() if "Hindenburg Research accuse" in text)
    judge = Judge(sample_assistant.embedder, bundled_cross_encoder(), tuple(sentences.values()))
    claim = "Un siège inclinable coûtera 29 euros."
    assert judge.judge(claim, [right, other]).kept == (right,)
    assert judge.judge(claim, [right]).verdict == "supported"
    assert judge.judge(claim, [other]).verdict == judge.judge(claim, []).verdict == "not_found"
    wrong = judge.judge("Un siège inclinable coûtera 30 euros.", [right])
    assert wrong.verdict == "partly" and wrong.missing == ("30",)
