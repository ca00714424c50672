"""What surrounds a question and its answer, without a browser."""

import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from browser import GARE, MEAN, FakeAssistant
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from article_qa_page.answering import Answering
from article_qa_page.asked import MOST_NAMES, filter_options
from article_qa_page.citation_links import version_of
from article_qa_page.escaping import headings_marked, unescape
from article_qa_page.exporting import conversation_markdown
from article_qa_page.feedback import MOST_REASON, Feedback, read_feedback
from article_qa_page.history import turns
from article_qa_page.pieces import cut
from article_qa_page.quotes import find_quote
from article_qa_page.reading import Reading, source_name
from article_qa_page.rendering import answer_markdown
from article_qa_page.startup import Startup
from article_qa_page.transcript import (
    MOST_CHARACTERS,
    Exchange,
    exchanges,
    read_target,
    restored,
)
from article_qa_page.viewing import Viewing
from article_qa_page.wording import wording
from index.errors import FilterError, StorageError, unknown_article
from index.segmentation import segment
from retrieval.filters import Filters
from retrieval.suggestions import Suggestion
from retrieval.types import Answer, Citation

EN, FR = wording("en"), wording("fr")
NOW = datetime(2025, 3, 2, 12, tzinfo=UTC)
SECOND = "🚲 Un abri accueillera 120 vélos."
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant(GARE, MEAN)


@pytest.fixture
def viewing(assistant: FakeAssistant) -> Viewing:
    return Viewing(assistant, Startup(assistant, lambda: Path("samples")))


@pytest.fixture
def reading(assistant: FakeAssistant, viewing: Viewing, tmp_path: Path) -> Reading:
    return Reading(assistant, viewing, Feedback(tmp_path), clock=lambda: NOW)


def conversation(assistant: FakeAssistant, *questions: str) -> list[dict[str, str]]:
    messages = []
    for question in questions:
        *_, answer = assistant.stream_answer(question)
        markdown = answer_markdown(answer, FR, complete=True)
        messages.append({"role": "user", "content": question})
        messages.append({"role": "assistant", "content": markdown})
    return messages


# --- citations under an answer, and how it came about ----------------------------------------


def test_an_answer_that_a_model_wrote_has_its_quotes_under_it() -> None:
    quote = "The bridge " + "was closed again and " * 20 + "stays shut."
    one = Citation(1, "a", "A *title*", None, NOW, "fr", 0, 9, quote, 0.9, "", None, 3)
    answer = Answer("q", "It is shut [1].", (one,), (), False, "en", 0.9, model="a:b")
    (item,) = re.findall(r"^- .*$", answer_markdown(answer, EN, complete=True), re.MULTILINE)
    assert item.startswith("- [\\[1\\]](#src/a/0-9 ")
    assert "“The bridge was closed again" in item and " …”" in item and len(item) < 400
    assert item.endswith("A \\*title\\*, 2\u00a0March\u00a02025, page 3, in French")
    assert "\n- " not in answer_markdown(replace(answer, model=None, text=quote), EN, complete=True)


def test_how_an_answer_came_about_is_told_without_a_model(assistant: FakeAssistant) -> None:
    *_, answer = assistant.stream_answer("recours")
    filters = Filters(since=NOW, articles=("a", "b"), sources=("news.example",))
    told = replace(answer, filters=filters, rewritten="Où ?", seconds={"read": 0.5})
    fold = answer_markdown(told, EN, complete=True).partition("<details>")[2]
    expected = [
        EN["how_quoted"],
        "Understood as: Où ?",
        "Only articles asked: since 2 March 2025, 2 chosen articles, sources: news.example",
        "0.5 s in all (reading 0.50)",
    ]
    assert fold.partition("</summary>")[2] == " · ".join(expected) + "</details>"
    *_, refusal = assistant.stream_answer("rien")
    assert EN["how_refused"] in answer_markdown(refusal, EN, complete=True)


# --- the viewer ------------------------------------------------------------------------------


def spans(reply: dict[str, Any], kind: str) -> list[str]:
    return [text for block in reply["blocks"] for text, lit in block["pieces"] if lit == kind]


def test_other_sentences_of_the_answer_are_lit_softly(
    viewing: Viewing, assistant: FakeAssistant
) -> None:
    *_, answer = assistant.stream_answer("recours")
    first, second = answer.citations
    request = {
        "article": "gare",
        "start": first.start,
        "end": first.end,
        "version": version_of(GARE.digest),
        "others": [[first.start, first.end], [second.start, second.end], "x", [1], [True, 2]],
    }
    reply = viewing.get_article(request)
    assert spans(reply, "cited") == [first.quote] and spans(reply, "also") == [SECOND]
    assistant.known["gare"] = replace(GARE, digest="another")
    viewing.remember(answer)
    assert spans(viewing.get_article(request), "also") == []


@settings(deadline=None)
@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70))))
def test_soft_spans_leave_the_text_as_it_is(text: str, others: list[tuple[int, int]]) -> None:
    pieces = [p for block in cut(text, segment(text, "en"), 3, 9, others) for p in block.pieces]
    assert "".join(piece.text for piece in pieces) == text
    assert not any(piece.cited and piece.also for piece in pieces)


def test_the_chat_itself_still_knows_the_quote_after_a_restart(
    viewing: Viewing, assistant: FakeAssistant
) -> None:
    *_, answer = assistant.stream_answer("recours")
    one = answer.citations[0]
    request = {"article": "gare", "start": one.start, "end": one.end, "quote": one.quote}
    request["version"] = version_of(GARE.digest)
    moved = "Un chapeau.\n\n" + GARE.text.replace("n’a pas encore", "n’a pas\nencore")
    assistant.known["gare"] = replace(GARE, text=moved, digest="another")
    reply = viewing.get_article(request)
    assert "".join(spans(reply, "cited")) == "Le tribunal n’a pas\nencore statué."
    assert reply["notice"] == EN["updated"]
    assistant.known["gare"] = replace(GARE, text="Autre chose.", digest="another")
    reply = viewing.get_article(request)
    assert (reply["notice"], reply["quote"]) == (EN["changed"], one.quote)
    del assistant.known["gare"]
    reply = viewing.get_article(request)
    assert (reply["notice"], reply["quote"]) == (EN["removed"], one.quote)


def test_a_quote_is_found_by_its_opening() -> None:
    assert find_quote("Un. Deux (trois)\n quatre. Cinq", "Deux (trois) quatre …") == (4, 24)
    assert find_quote("Un.", "…") == (-1, -1)
    assert find_quote("Un.", "Deux") == (-1, -1)


def test_a_file_and_a_page_are_named(viewing: Viewing, assistant: FakeAssistant) -> None:
    assistant.known["gare"] = replace(GARE, pages=(0, 40), url=None)
    reply = viewing.get_article({"article": "gare", "start": 50, "end": 60, "language": "fr"})
    assert (reply["file"], reply["page"]) == ("xai-dell.fr.md", "page 2")
    assert viewing.get_article({"article": "gare"})["page"] == ""


# --- filters ---------------------------------------------------------------------------------


def test_filters_become_options() -> None:
    given_ = {"since": " 2025-01-01 ", "until": "", "articles": ["a", "a", " ", 3], "sources": "x"}
    assert filter_options(given_) == {"since": "2025-01-01", "articles": ["a"]}
    assert filter_options(None) == filter_options([1]) == filter_options("since") == {}
    many = filter_options({"sources": [str(n) for n in range(500)], "articles": ["x" * 501]})
    assert len(many["sources"]) == MOST_NAMES and "articles" not in many


def test_a_question_is_asked_with_its_filters(assistant: FakeAssistant, viewing: Viewing) -> None:
    startup = Startup(assistant, lambda: Path("samples"))
    startup.begin()
    answering = Answering(assistant, startup, viewing)
    options = filter_options({"since": "2025-01-01", "sources": ["news.example"]})
    list(answering.stream("recours", FR, (), options))
    assert assistant.filters == [{"since": "2025-01-01", "sources": ["news.example"]}]


@pytest.mark.parametrize(
    ("error", "key"),
    [(unknown_article("x"), "filter_gone"), (FilterError("No date."), "filter_wrong")],
)
def test_a_filter_that_fails_is_told_in_the_readers_language(
    assistant: FakeAssistant, viewing: Viewing, monkeypatch: Any, error: Exception, key: str
) -> None:
    startup = Startup(assistant, lambda: Path("samples"))
    startup.begin()

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(assistant, "stream_answer", fail)
    told = list(Answering(assistant, startup, viewing).stream("q", FR, (), {"since": "x"}))[-1]
    assert told.replace("\\", "") == FR[key]


def test_articles_and_sources_are_offered(reading: Reading, assistant: FakeAssistant) -> None:
    assistant.known["web"] = replace(GARE, id="web", title="Été", url="https://www.news.example/a")
    found = reading.choices({"search": "ETE", "ids": [], "language": "fr"})
    assert found["articles"] == [{"id": "web", "title": "Été", "date": "1er mars 2025"}]
    assert found["sources"] == ["a", "m e", "news.example"]
    named = reading.choices({"search": "zzz", "ids": ["gare"]})
    assert [article["id"] for article in named["articles"]] == ["gare"]
    assistant.indexed = False
    assert reading.choices(None) == {"articles": [], "sources": []}


def test_what_a_source_is_called() -> None:
    assert source_name(replace(GARE, url="https://www.a.example/x")) == "a.example"
    assert source_name(replace(GARE, source="https://f.example/feed")) == "f.example"
    assert source_name(replace(GARE, source="C:\\news\\a.md")) == "news"
    assert source_name(replace(GARE, source="a.md", url="javascript:x")) == ""


# --- follow-ups ------------------------------------------------------------------------------


def test_follow_ups_leave_out_what_was_asked(reading: Reading, assistant: FakeAssistant) -> None:
    assistant.suggested = tuple(Suggestion(q, "gare", 0, 9) for q in ("Qui ?", "Quand ?"))
    assert reading.suggest({"question": "q", "cited": [["gare", 0, 9], 3]}) == ["Qui ?", "Quand ?"]
    assert reading.suggest({"question": "q", "earlier": ["Qui ?", 4]}) == ["Quand ?"]


def test_follow_ups_never_hurt(reading: Reading, assistant: FakeAssistant, caplog: Any) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    assistant.suggest = fail  # type: ignore[method-assign, assignment]
    assert reading.suggest({"question": "q"}) == []
    assert "secret detail" in caplog.text
    assert reading.suggest(None) == reading.suggest({"question": 3}) == []


class Crowd:
    """Readers whose answers end at once; whose turn it is waits for `go`."""

    def __init__(self, assistant: FakeAssistant, reading: Reading) -> None:
        self.go, self.found = Event(), {}  # type: ignore[var-annotated]
        self.at_once, self.most = 0, 0
        self.reading = reading

        def suggest(question: str, *_: object, **__: object) -> tuple[Suggestion, ...]:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            assert self.go.wait(60)
            self.at_once -= 1
            return (Suggestion(f"{question} ?", "gare", 0, 9),)

        assistant.suggest = suggest  # type: ignore[method-assign, assignment]

    def reader(self, name: str) -> Thread:
        def ask() -> None:
            self.found[name] = self.reading.suggest({"question": name})

        thread = Thread(target=ask)
        thread.start()
        return thread


def test_readers_who_finish_together_all_get_follow_ups(
    reading: Reading, assistant: FakeAssistant
) -> None:
    crowd = Crowd(assistant, reading)
    readers = [crowd.reader(name) for name in "abc"]
    while len(reading._line._asked) < 2:
        time.sleep(0.005)
    crowd.go.set()
    for reader in readers:
        reader.join(60)
    assert crowd.found == {name: [f"{name} ?"] for name in "abc"} and crowd.most == 1


def test_nobody_waits_for_follow_ups_for_ever(
    reading: Reading, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("article_qa_page.reading.PATIENCE", 0.05)
    crowd = Crowd(assistant, reading)
    first = crowd.reader("a")
    while not crowd.at_once:
        time.sleep(0.005)
    assert reading.suggest({"question": "b"}) == []
    monkeypatch.setattr("article_qa_page.reading.PATIENCE", 60)
    while reading._room.acquire(blocking=False):  # as many as may wait do
        pass
    assert reading.suggest({"question": "c"}) == []
    crowd.go.set()
    first.join(60)
    assert crowd.found == {"a": ["a ?"]}
    assert reading.suggest({"question": "d"}) == ["d ?"]  # who is done makes room


@settings(deadline=None)  # a busy machine is no defect
@given(anything)
def test_nothing_that_a_browser_sends_is_an_error(request_: Any) -> None:
    assistant = FakeAssistant(GARE)
    viewing = Viewing(assistant, Startup(assistant, lambda: Path("samples")))
    reading = Reading(assistant, viewing, Feedback(Path("/nowhere")), clock=lambda: NOW)
    for call in (reading.suggest, reading.choices, reading.export):
        json.dumps(call(request_))
        for name in ("question", "messages", "cited", "ids", "search", "filters", "language"):
            json.dumps(call({"question": "q", name: request_}))
    assert reading.explain(request_)["kept"] is False
    viewing.get_article({"article": "gare", "others": request_, "quote": request_})
    restored(request_)


# --- conversations ---------------------------------------------------------------------------


def test_a_conversation_is_read_back(assistant: FakeAssistant) -> None:
    first, second = exchanges(
        conversation(assistant, "Où en est-il (hier) ?", "rien (toutes dates)")
    )
    assert (first.question, second.question) == ("Où en est-il (hier) ?", "rien")
    assert first.answer.startswith("Voici ce que dit l’article :\n\n> «\u00a0Le tribunal n’a pas")
    assert "details" not in first.answer
    one = first.cited[0]
    assert (one.label, one.article_id, one.version) == ("[1]", "gare", version_of(GARE.digest))
    assert GARE.text[one.start : one.end] == "Le tribunal n’a pas encore statué."
    assert [cited.label for cited in second.cited] == [GARE.title, GARE.title]


@pytest.mark.parametrize(
    "part", ["[", "\\[", "[\\", "<details>", "[a](#src/", '[a](#src/x "', "[a](", "\\", "](", "**"]
)
def test_reading_a_conversation_takes_no_longer_than_its_length(part: str) -> None:
    said = part * (MOST_CHARACTERS // len(part))
    messages = [{"role": "user", "content": "q"}, {"role": "assistant", "content": said}]
    began = time.process_time()
    assert exchanges(messages)[0].cited == () and len(turns(messages)) == 1
    assert time.process_time() - began < 2  # a hundred times what it takes


@pytest.mark.parametrize(
    "target", ["#src/a", "#src/a/1", "#src/a/x-2", "#again/q", "#src/a/1-2/b/c"]
)
def test_only_links_to_sentences_are_read(target: str) -> None:
    assert read_target(target) is None


def test_kept_messages_are_restored_as_they_were_asked() -> None:
    given_ = [
        {"role": "user", "content": [{"type": "text", "text": "a \\*b\\*"}]},
        {"role": "assistant", "content": "c \\*d\\*"},
        {"role": "system", "content": "e"},
        7,
    ]
    assert restored(given_) == [
        {"role": "user", "content": "a *b*"},
        {"role": "assistant", "content": "c \\*d\\*"},
    ]


def test_a_conversation_is_exported_with_its_citations(
    reading: Reading, assistant: FakeAssistant
) -> None:
    file = reading.export(
        {"messages": conversation(assistant, "Où en est le recours ?", "rien"), "language": "fr"}
    )
    assert file["name"] == "conversation-2025-03-02.md"
    lines = file["text"].splitlines()
    assert lines[0] == "# Conversation du 2 mars 2025"
    assert "## Où en est le recours ?" in lines and "## rien" in lines
    item = next(line for line in lines if line.startswith("- \\[1\\] "))
    start = GARE.text.index("Le tribunal")
    assert f"caractères {start}–{start + 34}" in item and "1er mars 2025" in item


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


def exported(reading: Reading, messages: list[dict[str, str]]) -> tuple[str, list[str]]:
    """Return the text of an exported conversation as it is read, and its items alone."""
    text = spaced(unescape(reading.export({"messages": messages, "language": "fr"})["text"]))
    return text, [line for line in text.splitlines() if line.startswith("- ")]


def assert_whole(items: list[str], *quotes: str) -> None:
    for number, (item, quote) in enumerate(zip(items, quotes, strict=True), 1):
        start = GARE.text.index(quote)
        place = FR["export_place"].format(article="gare", start=start, end=start + len(quote))
        assert item.startswith(f"- [{number}] « {quote} »"), item
        for part in (GARE.title, FR.date(GARE.published), place):
            assert part in item, item


TOLD = {key: spaced(FR[key]) for key in ("updated", "changed", "removed", "replaced")}
QUOTES = ("Le tribunal n’a pas encore statué.", SECOND)


@pytest.mark.parametrize("written", [False, True], ids=["quoted", "written by a model"])
def test_an_export_holds_the_quotes_whatever_became_of_the_article(
    reading: Reading, viewing: Viewing, assistant: FakeAssistant, written: bool
) -> None:
    *_, answer = assistant.stream_answer("recours")
    if written:
        answer = replace(answer, model="a:b", text="Rien n’est dit [1]. Il y a 120 places [2].")
    viewing.remember(answer)
    markdown = answer_markdown(answer, FR, complete=True)
    messages = [{"role": "user", "content": "q"}, {"role": "assistant", "content": markdown}]
    _, items = exported(reading, messages)
    assert_whole(items, *QUOTES)
    assert not any(TOLD[key] in item for key in ("updated", "changed", "removed") for item in items)
    moved = GARE.text.replace(SECOND, "")
    assistant.known["gare"] = replace(GARE, text=f"Un chapeau.\n\n{moved}", digest="another")
    _, items = exported(reading, messages)
    assert_whole(items, *QUOTES)
    assert items[0].endswith(TOLD["updated"]) and items[1].endswith(TOLD["changed"])
    del assistant.known["gare"]
    _, items = exported(reading, messages)
    assert_whole(items, *QUOTES)
    assert all(item.endswith(TOLD["removed"]) for item in items)


def test_an_export_holds_the_quotes_that_the_server_has_forgotten(
    reading: Reading, assistant: FakeAssistant
) -> None:
    *_, answer = assistant.stream_answer("recours")
    quoted = answer_markdown(answer, FR, complete=True)
    written = replace(answer, model="a:b", text="Rien n’est dit [1]. Il y a 120 places [2].")
    messages = [
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": quoted},
        {"role": "user", "content": "r"},
        {"role": "assistant", "content": answer_markdown(written, FR, complete=True)},
    ]
    for digest, notice in (("another", "replaced"), ("", "removed")):
        if digest:
            assistant.known["gare"] = replace(GARE, text="Autre chose.", digest=digest)
        else:
            del assistant.known["gare"]
        text, items = exported(reading, messages)
        assert_whole(items[2:], *QUOTES)
        assert all(item.endswith(TOLD[notice]) and GARE.title in item for item in items)
        assert all(text.replace("**", "").count(quote) == 2 for quote in QUOTES)


def test_an_export_holds_the_passages_of_a_refusal(
    reading: Reading, viewing: Viewing, assistant: FakeAssistant
) -> None:
    *_, answer = assistant.stream_answer("rien")
    viewing.remember(answer)
    messages = conversation(assistant, "rien")
    del assistant.known["gare"]
    _, items = exported(reading, messages)
    assert len(items) == len(answer.passages) == 2
    for item, passage in zip(items, answer.passages, strict=True):
        assert item.startswith(f"- « {headings_marked(passage.chunk.text)[:40]}")
        assert f"{GARE.title}, {FR.date(GARE.published)}" in item
        assert item.endswith(TOLD["removed"])


def test_nothing_of_an_article_acts_in_an_exported_file(
    assistant: FakeAssistant, viewing: Viewing
) -> None:
    messages = conversation(assistant, "méchant <img src=http://evil.example/q.png> ![a](b)")
    text = conversation_markdown(messages, assistant, viewing.quote, EN, NOW)
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        assert token.type not in ("html_block", "fence", "code_block"), token
        for child in token.children or []:
            assert child.type not in ("html_inline", "image", "link_open", "code_inline"), child
    assert "window\\.pwned" in text


# --- ratings ---------------------------------------------------------------------------------


def read(path: Path) -> list[dict[str, Any]]:
    return list(read_feedback((path / "feedback.jsonl").read_text("utf-8").splitlines()))


def test_a_rating_is_kept_with_its_question_answer_and_citations(
    reading: Reading, assistant: FakeAssistant, tmp_path: Path
) -> None:
    messages = conversation(assistant, "Où en est le recours ?", "rien")
    told = reading.rate(messages, 1, False, "session")
    assert re.fullmatch(r"[0-9a-f]{32}", told["id"]) and told["rating"] == "down"
    assert reading.explain({"id": told["id"], "reason": " trop\ncourt "}) == {"kept": True}
    (record,) = read(tmp_path)
    assert (record["rating"], record["reason"]) == ("down", "trop court")
    assert record["question"] == "Où en est le recours ?"
    assert "Le tribunal n’a pas encore statué." in record["answer"]
    assert record["citations"][1]["quote"] == SECOND
    assert record["citations"][1]["article_id"] == "gare"
    again = reading.rate(messages, (1, 0), True, "session")
    assert again["id"] == told["id"] and [r["rating"] for r in read(tmp_path)] == ["up"]
    reading.rate(messages, 1, "", "session")  # taken back
    assert read(tmp_path) == []


def test_each_answer_to_a_question_is_rated_on_its_own(
    reading: Reading, assistant: FakeAssistant, tmp_path: Path
) -> None:
    first = conversation(assistant, "Où en est le recours ?")
    retried = [first[0], {"role": "assistant", "content": "Une autre réponse\\."}]
    ids = [reading.rate(messages, 1, False, "session")["id"] for messages in (first, retried)]
    assert len({*ids}) == 2 and reading.rate(first, 1, True, "session")["id"] == ids[0]
    assert reading.rate(first, 1, True, "another session")["id"] not in ids
    kept = {record["id"]: (record["rating"], record["answer"][:8]) for record in read(tmp_path)}
    assert [kept[one] for one in ids] == [("up", "Voici ce"), ("down", "Une autr")]


@pytest.mark.parametrize("index", [-1, 9, None, "1", (), True])
def test_a_rating_of_no_message_is_not_kept(
    reading: Reading, assistant: FakeAssistant, tmp_path: Path, index: object
) -> None:
    assert reading.rate(conversation(assistant, "recours"), index, True, "s") == {"id": ""}
    assert reading.rate("messages", 1, True, "s") == {"id": ""}
    assert not (tmp_path / "feedback.jsonl").exists()


def test_reasons_are_limited_and_need_an_id(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path)
    assert not feedback.explain("../../x", "because")
    assert not feedback.explain("a" * 32, "  ")
    assert feedback.explain("a" * 32, "x" * 5_000)
    (line,) = (tmp_path / "feedback.jsonl").read_text().splitlines()
    assert len(json.loads(line)["reason"]) == MOST_REASON
    assert (tmp_path / "feedback.jsonl").stat().st_mode & 0o077 == 0


def _write(folder: str, writer: int) -> None:
    feedback = Feedback(Path(folder))
    for number in range(40):
        exchange = Exchange(f"{writer}-{number}", "é" * 3_000)
        feedback.rate(f"{writer:016x}{number:016x}", "up", exchange, lambda *_: "")


def test_several_processes_write_at_once(tmp_path: Path) -> None:
    processes = [
        get_context("spawn").Process(target=_write, args=(str(tmp_path), n)) for n in (1, 2)
    ]
    for process in processes:
        process.start()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_write, [str(tmp_path)] * 2, [3, 4]))
    for process in processes:
        process.join(120)
    assert sorted(r["question"] for r in read(tmp_path)) == sorted(
        f"{writer}-{number}" for writer in (1, 2, 3, 4) for number in range(40)
    )


def test_a_torn_line_spoils_no_other(tmp_path: Path) -> None:
    (tmp_path / "feedback.jsonl").write_text('{"id": "torn", "rat')
    Feedback(tmp_path).rate("b" * 32, "up", Exchange("q", "a"), lambda *_: "")
    assert [record["question"] for record in read(tmp_path)] == ["q"]


def test_a_full_or_unwritable_file_is_told_in_a_sentence(
    tmp_path: Path, reading: Reading, assistant: FakeAssistant, monkeypatch: Any
) -> None:
    monkeypatch.setattr("article_qa_page.feedback.MOST_BYTES", 10)
    told = reading.rate(conversation(assistant, "recours"), 1, True, "s")
    assert told["id"] == "" and "article-qa feedback --export" in told["error"]
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        Feedback(tmp_path / "file").explain("a" * 32, "x")


def run(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    code = "import sys, app; sys.argv[0] = 'article-qa'; app.main()"
    return subprocess.run(
        [sys.executable, "-c", code, "feedback", *arguments],
        cwd=Path(__file__).parents[1],
        env={"ARTICLE_QA_HOME": str(home), "PATH": "/usr/bin:/bin", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_ratings_are_listed_and_exported(tmp_path: Path) -> None:
    assert run(tmp_path).stdout == "Nobody has rated an answer yet.\n"
    feedback = Feedback(tmp_path, clock=lambda: NOW)
    feedback.rate("c" * 32, "down", Exchange("Why\x1b[2J?", "Because."), lambda *_: "")
    feedback.explain("c" * 32, "Too short")
    listed = run(tmp_path).stdout
    assert listed == "- 2025-03-02T12:00:00+00:00  Why [2J?\n    Too short\n"
    assert run(tmp_path, "--export", str(tmp_path / "out.jsonl")).stdout == "1 exported.\n"
    record = json.loads((tmp_path / "out.jsonl").read_text("utf-8"))
    assert (record["rating"], record["reason"]) == ("down", "Too short")
    failed = run(tmp_path, "--export", str(tmp_path / "none" / "out.jsonl"))
    assert failed.returncode == 1 and failed.stderr.count("\n") == 1
