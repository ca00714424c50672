"""The page without a browser: what it writes, serves, and tells while it starts."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote

import hypothesis
import pytest
from browser import GARE, MEAN, FakeAssistant, make_article, split
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app import create_app
from article_qa_page.answering import Answering
from article_qa_page.citation_links import source_target, version_of
from article_qa_page.escaping import escape, on_one_line, unescape
from article_qa_page.history import turns, without_mark
from article_qa_page.pieces import cut
from article_qa_page.rendering import answer_markdown
from article_qa_page.security import CONTENT_SECURITY_POLICY
from article_qa_page.startup import Startup, Status
from article_qa_page.viewing import Viewing
from article_qa_page.wording import LANGUAGES, preferred, wording
from index.errors import IndexLockedError, ModelError
from index.known import Elsewhere
from index.segmentation import segment
from retrieval.answering import Assistant
from retrieval.filters import Filters
from retrieval.types import Answer, Citation, Claim, Usage

EN, FR = wording("en"), wording("fr")
MARCH = datetime(2025, 3, 1, tzinfo=UTC)
texts = st.text(
    st.one_of(
        st.sampled_from("aé« »\u202f\u00a0.!?\n\r\t#*_`[](){}<>&\\\"'$|~-+=:/@0159🚲"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=200,
)
COMMONMARK = MarkdownIt("gfm-like", {"linkify": False})


# --- escaping --------------------------------------------------------------------------------


def shown(markdown: str) -> str:
    """Return the text that a reader sees; fail if there is anything but plain text."""
    seen = []
    for token in COMMONMARK.parse(markdown):
        assert token.type in ("paragraph_open", "paragraph_close", "inline"), token
        for child in token.children or []:
            assert child.type in ("text", "text_special", "softbreak"), child
            seen.append("\n" if child.type == "softbreak" else child.content)
    return "".join(seen)


@given(texts)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    line = " ".join(text.replace("\0", "").split())
    assert shown(escape(line)) == line


@given(texts)
def test_escaping_is_undone(text: str) -> None:
    lines = "\n".join(line.strip() for line in text.splitlines())
    assert unescape(escape(text)) == lines


@pytest.mark.parametrize(
    "text",
    [
        "<b>x</b>",
        "**x**",
        "[x](y)",
        "![x](http://evil.example)",
        "# x",
        "> x",
        "1. x",
        "- x",
        "`x`",
        "~~x~~",
        "http://evil.example",
        "www.evil.example",
        "a@evil.example",
        "&lt;",
        "$x$",
        "---",
        "===",
        "|a|b|\n|-|-|",
        "    code",
        "\tcode",
        "[x]: http://evil.example",
        "\\",
    ],
)
def test_markdown_in_a_question_is_text(text: str) -> None:
    expected = "\n".join(line.strip() for line in text.splitlines())
    assert shown(escape(text)) == expected


# --- answers ---------------------------------------------------------------------------------


def links(markdown: str) -> list[tuple[str, str, str]]:
    """Return the text, target and title of every link; fail on anything that could act."""
    found = []
    markdown, fold, said = markdown.partition("<details>")  # of ours, without a link
    assert not fold or re.fullmatch(r"(?:[^<>]|</?(?:summary|ul|li)>)*</details>", said)
    for token in COMMONMARK.parse(markdown):
        assert token.type not in ("html_block", "fence", "code_block", "heading_open"), token
        children = token.children or []
        for position, child in enumerate(children):
            assert child.type not in ("html_inline", "image", "code_inline", "s_open"), child
            if child.type == "link_open":
                close = next(
                    n for n, c in enumerate(children) if n > position and c.type == "link_close"
                )
                text = "".join(c.content for c in children[position + 1 : close])
                found.append((text, str(child.attrs["href"]), str(child.attrs.get("title", ""))))
    return found


def cited(*citations: Citation, text: str = "", language: str = "en") -> Answer:
    body = text or "\n\n".join(["Here:"] + [f"“{c.quote}” [{c.number}]" for c in citations])
    return Answer("q", body, citations, (), False, language, 0.9)


@hypothesis.example(["["], "")  # a quote that also stands in its own marker
@given(st.lists(texts.filter(lambda text: text.strip()), min_size=1, max_size=3), texts)
def test_an_answer_links_its_citations_and_nothing_else(quotes: list[str], title: str) -> None:
    citations = []
    for number, quote in enumerate(quotes, 1):
        quote = "".join(quote.split("\n")).strip() or "x"
        citations.append(Citation(number, f"id/{title}", title, None, None, "fr", 3, 9, quote, 0.5))
    markdown = answer_markdown(cited(*citations), EN, complete=False)
    found = links(markdown)
    assert [text for text, _, _ in found] == [f"[{c.number}]" for c in citations]
    assert all(target.startswith("#src/id%2F") for _, target, _ in found)
    assert all(target.endswith("/3-9") and target.count("/") == 2 for _, target, _ in found)


def test_a_marker_inside_a_quote_is_not_a_citation() -> None:
    one = Citation(1, "a", "A", None, None, "en", 0, 5, "As seen in [1] and [2].", 0.5)
    two = Citation(2, "b", "B", None, None, "en", 5, 9, "Second.", 0.5)
    found = links(answer_markdown(cited(one, two), EN, complete=False))
    assert [(text, target) for text, target, _ in found] == [
        ("[1]", "#src/a/0-5"),
        ("[2]", "#src/b/5-9"),
    ]


@given(texts, texts.filter(str.isalnum), texts)
def test_the_words_that_answer_are_bold(before: str, words: str, after: str) -> None:
    quote = " ".join(f"{before} {words} {after}".split())
    at = quote.index(words)
    one = Citation(1, "a", "A", None, None, "en", 7, 7 + len(quote), quote, 0.5)
    bold = replace(one, highlight=(7 + at, 7 + at + len(words)))
    markdown = answer_markdown(cited(bold), EN, complete=False)
    plain = answer_markdown(cited(one), EN, complete=False)
    assert markdown.replace("**", "") == plain
    assert links(markdown) == links(plain)


def test_a_price_is_bold() -> None:
    quote = "Le billet coûte 29 euros."
    one = Citation(1, "a", "A", None, None, "fr", 0, len(quote), quote, 0.5, "", (16, 24))
    assert "coûte **29 euros**" in answer_markdown(cited(one), FR, complete=False)


def test_a_marker_without_a_citation_is_text() -> None:
    markdown = answer_markdown(cited(text="Nobody knows [7], said ["), EN, complete=True)
    assert links(markdown) == []
    assert shown(markdown) == "Nobody knows [7], said ["


def test_the_sources_name_each_article_once_with_its_date() -> None:
    assistant = FakeAssistant(GARE)
    *_, answer = assistant.stream_answer("Où en est le recours ?")
    markdown = answer_markdown(answer, FR, complete=True)
    assert markdown.partition("\n\n<details>")[0].endswith(", 1er\u00a0mars\u00a02025")
    assert [text for text, _, _ in links(markdown)] == ["[1]", "[2]", GARE.title]
    assert "Sources" not in markdown
    assert "---" not in answer_markdown(answer, FR, complete=False)


def test_a_source_in_another_language_than_the_answer_says_so() -> None:
    *_, answer = FakeAssistant(GARE).stream_answer("Où en est le recours ?")
    crossing = replace(answer, language="en")
    markdown = answer_markdown(crossing, EN, complete=True)
    shown = markdown.partition("\n\n<details>")[0]
    assert shown.endswith(", 1\u00a0March\u00a02025, in French")


def test_a_refusal_offers_the_nearest_passages() -> None:
    *_, answer = FakeAssistant(GARE).stream_answer("rien")
    found = links(answer_markdown(answer, FR, complete=True))
    assert [text for text, _, _ in found] == [GARE.title, GARE.title]
    first = answer.passages[0].chunk
    assert found[0][1] == f"#src/gare/{first.start}-{first.end}/{GARE.digest[:12]}"


def test_hostile_articles_cannot_act_in_the_chat() -> None:
    *_, answer = FakeAssistant(MEAN).stream_answer("méchant")
    for text, target, title in links(answer_markdown(answer, FR, complete=True)):
        assert target.startswith("#src/m%20e%2Fa%28n%29%22/")
        assert title == f"{MEAN.title}, 1er\u00a0mars\u00a02025"
        assert text in ("[1]", "[2]", "[3]", MEAN.title)


def test_how_an_answer_came_about_is_folded_and_harmless() -> None:
    one = Citation(1, "a", "A", None, None, "en", 0, 5, "Quote.", 0.5)
    plain = cited(one)
    assert EN["how_quoted"] in answer_markdown(plain, EN, complete=True)
    claim = Claim("Said <i>", 0, 8, "partly", (1,), ("12 %",))
    told = replace(plain, text="Said [1].", model="x:<b>\n\n**y**</details>", claims=(claim,))
    markdown = answer_markdown(told, EN, complete=True)
    assert markdown.count("<") == 8 and "\n" not in markdown.split("<details>")[1]
    assert "&lt;b&gt; **y**&lt;/details&gt;" in markdown and "1 only partly found" in markdown
    verdict = "<li>Only partly found: ◐ Said &lt;i&gt; [1] (not in the cited sentences: 12 %)</li>"
    assert verdict in markdown
    assert "<details>" not in answer_markdown(told, EN, complete=False)


def test_what_an_answer_took_is_told_by_stage() -> None:
    one = Citation(1, "a", "A", None, None, "en", 0, 5, "Quote.", 0.5)
    stages = {"rewrite": 0.5, "retrieve": 0.02, "read": 0.4, "write": 2.0, "check": 0.11}
    spent = Usage(321, 45, 0.000012345)
    told = replace(cited(one), model="a:b", usage=spent, seconds=stages)
    english = answer_markdown(told, EN, complete=True)
    assert "Written by a:b" in english and "321 tokens read, 45 written" in english
    assert "· cost 0.0000123 · 3.0 s in all (completing the question 0.50; searching" in english
    french = answer_markdown(told, FR, complete=True)
    assert "Écrite par a:b" in french and "321 jetons lus, 45 écrits · coût 0,0000123" in french
    assert "3,0 s en tout (question complétée 0,50; recherche 0,02; lecture 0,40;" in french
    free = replace(told, usage=Usage(321, 45))
    assert "cost" not in answer_markdown(free, EN, complete=True)


def test_a_refusal_is_not_told_as_written_by_the_model() -> None:
    *_, answer = FakeAssistant(GARE).stream_answer("rien")
    refusal = replace(answer, model="a:b")
    assert answer.abstained and "Asked: a:b" in answer_markdown(refusal, EN, complete=True)
    french = answer_markdown(refusal, FR, complete=True)
    assert "Modèle interrogé : a:b" in french and "Écrite par" not in french


def test_what_a_model_that_failed_has_cost_is_told() -> None:
    one = Citation(1, "a", "A", None, None, "en", 0, 5, "Quote.", 0.5)
    failed = replace(cited(one), note="No answer.", usage=Usage(321, 45, 0.5))
    markdown = answer_markdown(replace(failed, seconds={"write": 60.0}), EN, complete=True)
    told = f"</summary>{EN['how_quoted']} · 321 tokens read, 45 written · cost 0.5 · 60.0 s in all"
    assert told in markdown
    assert "Written by" not in markdown and "Asked" not in markdown


def test_a_note_and_the_question_as_understood_come_first() -> None:
    one = Citation(1, "a", "A", None, None, "en", 0, 5, "Quote.", 0.5)
    answer = replace(cited(one), note="No *server*.", rewritten="Who is <b>?")
    markdown = answer_markdown(answer, EN, complete=False)
    assert markdown.startswith(
        "*No \\*server\\*\\.*\n\n*Understood as\\: Who is \\<b\\>\\?*\n\nHere"
    )
    messages = [{"role": "user", "content": "q"}, {"role": "assistant", "content": markdown}]
    assert turns(messages) == (("q", "Here:\n\n> “Quote.”\u00a0[1]"),)


def test_the_conversation_goes_with_the_question(
    assistant: FakeAssistant, startup: Startup
) -> None:
    ready(startup)
    answering = Answering(assistant, startup, Viewing(assistant, startup))
    list(answering.stream("et lui ?", FR, (("Qui ?", "Elle."),)))
    assert assistant.histories == [(("Qui ?", "Elle."),)]


def test_earlier_questions_are_passed_on_without_the_mark_for_all_dates() -> None:
    asked = ["Qui hier ? (toutes dates)", "Who? (all dates)", "Why (all dates)?"]
    messages = [
        message
        for question in asked
        for message in (
            {"role": "user", "content": question},
            {"role": "assistant", "content": "A"},
        )
    ]
    assert turns(messages) == (("Qui hier ?", "A"), ("Who?", "A"), ("Why (all dates)?", "A"))


def test_a_model_that_has_said_nothing_yet_is_waited_for(
    assistant: FakeAssistant, startup: Startup, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(startup)
    *_, answer = assistant.stream_answer("recours")
    waiting = replace(answer, text="", citations=())
    monkeypatch.setattr(assistant, "stream_answer", lambda question, history: [waiting, answer])
    messages = list(Answering(assistant, startup, Viewing(assistant, startup)).stream("q", EN))
    assert messages[0] == f"*{escape(FR['writing'])}*" and messages[-1].startswith("Voici")


# --- pieces ----------------------------------------------------------------------------------


@given(texts, st.integers(-2, 210), st.integers(-2, 210))
def test_pieces_are_the_text_and_light_the_span(text: str, start: int, end: int) -> None:
    blocks = cut(text, segment(text, "fr"), start, end)
    pieces = [piece for block in blocks for piece in block.pieces]
    assert "".join(piece.text for piece in pieces) == text
    lit = "".join(piece.text for piece in pieces if piece.cited)
    assert lit == (text[start:end] if 0 <= start < end <= len(text) else "")


def test_blocks_are_headings_and_paragraphs() -> None:
    blocks = cut(GARE.text, split(GARE.text), 0, 0)
    assert [block.kind for block in blocks[:5]] == ["title", "text", "heading", "text", "text"]


def test_a_hard_wrapped_paragraph_is_one_block() -> None:
    text = "A long first sentence that is wrapped\nby its editor. A second.\n\nNext paragraph."
    sentences = tuple(s for s in split(text.replace("wrapped\n", "wrapped ")))
    assert [len(b.pieces) for b in cut(text, sentences, 0, 0)] == [1, 1]
    lines = "One line.\nAnother line."
    assert len(cut(lines, split(lines), 0, 0)) == 2


# --- the viewer's functions ------------------------------------------------------------------


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant(GARE, MEAN)


@pytest.fixture
def startup(assistant: FakeAssistant) -> Startup:
    return Startup(assistant, lambda: Path("samples"))


@pytest.fixture
def viewing(assistant: FakeAssistant, startup: Startup) -> Viewing:
    return Viewing(assistant, startup)


def asked(citation: Citation, language: str = "en") -> dict[str, object]:
    return {
        "article": citation.article_id,
        "start": citation.start,
        "end": citation.end,
        "version": version_of(citation.article_digest),
        "language": language,
    }


def lit(reply: dict[str, object]) -> str:
    blocks = reply["blocks"]
    assert isinstance(blocks, list)
    return "".join(text for block in blocks for text, cited in block["pieces"] if cited)


def test_an_article_comes_with_its_cited_sentence(
    viewing: Viewing, assistant: FakeAssistant
) -> None:
    citation = assistant.cite(1, "gare", "🚲 Un abri accueillera 120 vélos.")
    reply = viewing.get_article(asked(citation, "fr-CA"))
    assert lit(reply) == citation.quote
    assert (reply["title"], reply["language"]) == (GARE.title, "fr")
    assert (reply["date"], reply["language_name"]) == ("1er mars 2025", "français")
    assert not reply["notice"]
    headings = [b["pieces"][0][0].strip() for b in reply["blocks"] if b["kind"] == "heading"]
    assert headings == ["Des trains toutes les heures", "Une ombre au tableau"]


@pytest.mark.parametrize(
    "request_",
    [
        None,
        3,
        [],
        {},
        {"article": 5},
        {"article": "nowhere", "start": 0, "end": 3},
        {"article": "nowhere", "start": "0", "end": None, "language": 4},
    ],
)
def test_an_unknown_article_is_said_to_be_gone(viewing: Viewing, request_: object) -> None:
    reply = viewing.get_article(request_)
    assert reply["found"] is False
    assert reply["notice"] == EN["removed"]
    assert reply["quote"] == ""


@pytest.mark.parametrize("span", [(-5, 3), (5, 5), (9, 2), (0, 10**9), (True, 4), (2.5, 7)])
def test_a_wrong_span_lights_nothing(viewing: Viewing, span: tuple[object, object]) -> None:
    request_ = {"article": "gare", "start": span[0], "end": span[1]}
    reply = viewing.get_article(request_)
    assert reply["found"] is True
    assert lit(reply) == ""


def test_a_removed_article_still_shows_the_quote(
    viewing: Viewing, assistant: FakeAssistant
) -> None:
    *_, answer = assistant.stream_answer("recours")
    viewing.remember(answer)
    del assistant.known["gare"]
    reply = viewing.get_article(asked(answer.citations[0]))
    assert reply["found"] is False
    assert (reply["quote"], reply["title"]) == (answer.citations[0].quote, GARE.title)


def test_a_changed_article_lights_the_sentence_where_it_now_is(
    viewing: Viewing, assistant: FakeAssistant
) -> None:
    *_, answer = assistant.stream_answer("recours")
    viewing.remember(answer)
    citation = answer.citations[0]
    assistant.known["gare"] = replace(GARE, text="Un chapeau de plus.\n" + GARE.text)
    assert lit(viewing.get_article(asked(citation))) == citation.quote
    assistant.known["gare"] = replace(GARE, text="Tout autre chose. Vraiment.")
    reply = viewing.get_article(asked(citation, "fr"))
    assert lit(reply) == ""
    assert (reply["notice"], reply["quote"]) == (FR["changed"], citation.quote)


def test_an_updated_article_says_so_and_still_lights_the_sentence(
    viewing: Viewing, assistant: FakeAssistant
) -> None:
    *_, answer = assistant.stream_answer("recours")
    viewing.remember(answer)
    citation = answer.citations[0]
    assert viewing.get_article(asked(citation))["notice"] == ""
    assistant.known["gare"] = replace(GARE, text=GARE.text + "\nUn ajout.", digest="another")
    reply = viewing.get_article(asked(citation))
    assert (lit(reply), reply["notice"], reply["quote"]) == (citation.quote, EN["updated"], "")


def test_passages_of_a_refusal_tell_of_their_article_too(
    viewing: Viewing, assistant: FakeAssistant
) -> None:
    *_, answer = assistant.stream_answer("rien")
    viewing.remember(answer)
    chunk = answer.passages[0].chunk
    assistant.known["gare"] = replace(GARE, digest="another")
    target = source_target("gare", chunk.start, chunk.end, GARE.digest)
    assert viewing.get_article(opened(target, "fr"))["notice"] == FR["updated"]


def opened(target: str, language: str = "en") -> dict[str, object]:
    """Return what the page's script asks for when a link is opened."""
    _, article, span, version = (*target.split("/"), "")[:4]
    start, end = map(int, span.split("-"))
    span_ = {"start": start, "end": end, "version": version}
    return {"article": unquote(article), "language": language} | span_


def test_an_old_message_tells_that_its_article_was_replaced_after_a_restart(
    assistant: FakeAssistant, startup: Startup
) -> None:
    *_, answer = assistant.stream_answer("recours")
    target = links(answer_markdown(answer, FR, complete=True))[0][1]
    restarted = Viewing(assistant, startup)
    reply = restarted.get_article(opened(target))
    assert (lit(reply), reply["notice"]) == (answer.citations[0].quote, "")
    changed = "Un chapeau de plus.\n" + GARE.text
    assistant.known["gare"] = replace(GARE, text=changed, digest="another")
    for language, words in (("en", EN), ("fr", FR)):
        reply = restarted.get_article(opened(target, language))
        assert (reply["found"], lit(reply), reply["quote"]) == (True, "", "")
        assert reply["notice"] == words["replaced"]
    without = target.rsplit("/", 1)[0]  # as messages had it before
    reply = restarted.get_article(opened(without))
    assert reply["notice"] == "" and lit(reply)


def test_a_newer_answer_does_not_speak_for_an_older_one(
    viewing: Viewing, assistant: FakeAssistant
) -> None:
    *_, old = assistant.stream_answer("recours")
    viewing.remember(old)
    quote = old.citations[0].quote
    text = GARE.text.replace(quote, quote.replace("encore", "jamais"))
    assistant.known["gare"] = replace(GARE, text=text, digest="another")
    span = {"quote": quote.replace("encore", "jamais"), "article_digest": "another"}
    viewing.remember(replace(old, citations=(replace(old.citations[0], **span),)))
    reply = viewing.get_article(asked(old.citations[0]))
    assert (lit(reply), reply["notice"], reply["quote"]) == ("", EN["changed"], quote)


def test_a_filter_by_words_is_a_link_that_asks_without_it() -> None:
    *_, answer = FakeAssistant(GARE).stream_answer("Où en est le recours déposé hier ?")
    markdown = answer_markdown(answer, FR, complete=True)
    ((label, target, title),) = [link for link in links(markdown) if "#again/" in link[1]]
    assert label == "Seulement «\u00a0hier\u00a0»\u00a0: 28 février 2025 ✕"
    assert unquote(target) == "#again/Où en est le recours déposé hier ? (toutes dates)"
    assert title == FR["unfilter"]
    assert "#again/" not in answer_markdown(answer, FR, complete=False)
    assert without_mark(unquote(target).removeprefix("#again/")) == (answer.question, True)
    assert without_mark(f"Why? {EN['all_dates']} ") == ("Why?", True)
    assert without_mark("Why (all dates)?") == ("Why (all dates)?", False)


@pytest.mark.parametrize(
    ("filters", "label"),
    [
        ({"since": MARCH, "words": "since March"}, "Only “since March”: since 1 March 2025 ✕"),
        ({"until": MARCH, "words": "w", "effect": "favour"}, "“w” first: until 28 February 2025 ✕"),
        (
            {"since": MARCH, "until": MARCH + timedelta(days=7), "words": "w](x)"},
            "Only “w](x)”: 1 March 2025 – 7 March 2025 ✕",
        ),
        (
            {"since": MARCH, "words": "w", "effect": "no answer"},
            "No answer from “w”: since 1 March 2025 ✕",
        ),
        ({"since": MARCH, "words": "w", "effect": "no match"}, None),
        ({"since": MARCH}, None),
    ],
)
def test_what_a_filter_is_called(filters: dict[str, Any], label: str | None) -> None:
    answer = replace(cited(text="Text."), filters=Filters(**filters))
    found = links(answer_markdown(answer, EN, complete=True))
    assert [text for text, _, _ in found] == ([label] if label else [])


def test_a_question_with_the_mark_is_asked_without_the_filter(
    assistant: FakeAssistant, startup: Startup
) -> None:
    ready(startup)
    assert "#again/" in ask(assistant, startup, "recours hier")[-1]
    assert "#again/" not in ask(assistant, startup, "recours hier (all dates)")[-1]


@pytest.mark.parametrize(
    ("url", "shown_url"),
    [("https://news.example/a", "https://news.example/a"), ("javascript:alert(1)", ""), (None, "")],
)
def test_only_web_addresses_become_links(
    viewing: Viewing, assistant: FakeAssistant, url: str | None, shown_url: str
) -> None:
    assistant.known["a"] = make_article("a", "A", "Text here.", url=url)
    assert viewing.get_article({"article": "a"})["url"] == shown_url


def test_the_overview_lists_articles_and_counts_them(viewing: Viewing, startup: Startup) -> None:
    assert viewing.overview({"language": "fr"})["status"] == FR["loading"]
    ready(startup)
    overview = viewing.overview({"language": "fr"})
    assert overview["status"] == "2 articles indexés"
    assert [article["id"] for article in overview["articles"]] == ["gare", MEAN.id]
    assert "text" not in overview["articles"][0]


def test_examples_need_their_sample_article(viewing: Viewing, assistant: FakeAssistant) -> None:
    assert {e.article for e in viewing.examples(EN)} == {"xai-dell.fr.md"}
    assistant.known.clear()
    assert viewing.examples(EN) == []
    assistant.indexed = False  # the samples are about to be indexed
    assert len(viewing.examples(EN)) == len(EN.examples)


def test_every_example_is_answered_from_its_article(sample_assistant: Assistant) -> None:
    for words in (EN, FR):
        for example in words.examples:
            answer = sample_assistant.answer(example.question)
            cited = {sample_assistant.article(c.article_id).source for c in answer.citations}
            assert any(source.endswith(example.article) for source in cited), example


# --- starting --------------------------------------------------------------------------------


def ready(startup: Startup) -> Status:
    startup.begin()
    status = startup.status
    for _ in range(600):
        if status.settled:
            break
        status = startup.wait_for_change(status, 0.1)
    return status


def ask(assistant: FakeAssistant, startup: Startup, question: str) -> list[str]:
    viewing = Viewing(assistant, startup)
    tick = count(0, 1)
    answering = Answering(assistant, startup, viewing, clock=lambda: next(tick))
    return list(answering.stream(question, EN))


def test_the_first_run_indexes_the_samples() -> None:
    assistant = FakeAssistant(indexed=False)
    assistant.added.clear()
    startup = Startup(assistant, lambda: Path("samples"))
    startup.begin()
    status = startup.status
    while status.percent != 50:
        status = startup.wait_for_change(status, 5)
    assert status.sentence(FR) == "Indexation des articles d’exemple… 50\u00a0%"
    assistant.added.set()
    assert ready(startup).stage == "ready"
    assert assistant.indexed


def test_a_second_server_waits_for_the_first_to_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("article_qa_page.startup.LOCK_POLL", 0.01)
    assistant = FakeAssistant(indexed=False)
    tries = count(1)

    def locked(paths: object, progress: object) -> None:
        assistant.indexed = next(tries) == 3  # the other process is done
        raise IndexLockedError("Process 7 is writing to the index: wait for it.")

    monkeypatch.setattr(assistant, "add", locked)
    assert ready(Startup(assistant, lambda: Path("samples"))).stage == "ready"


def test_a_question_waits_for_the_models_and_is_then_answered(
    assistant: FakeAssistant, startup: Startup
) -> None:
    assistant.warm.clear()
    startup.begin()
    messages: list[str] = []
    thread = Thread(target=lambda: messages.extend(ask(assistant, startup, "recours")))
    thread.start()
    assistant.warm.set()
    thread.join(60)
    assert messages[-1] == ask(assistant, startup, "recours")[-1]


def test_a_failed_start_is_told_in_one_sentence(assistant: FakeAssistant, startup: Startup) -> None:
    assistant.start_error = ModelError("The model is missing: install it again.")
    assert ready(startup).sentence(FR) == "The model is missing: install it again."
    assert ask(assistant, startup, "q") == [r"The model is missing\: install it again\."]


def test_a_defect_at_the_start_does_not_hang_the_page(
    assistant: FakeAssistant, startup: Startup, caplog: pytest.LogCaptureFixture
) -> None:
    assistant.start_error = RuntimeError("secret detail")
    assert ready(startup).sentence(EN) == EN["failed"]
    assert "secret detail" in caplog.text


def test_errors_while_answering_are_one_sentence(
    assistant: FakeAssistant, startup: Startup, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(startup)
    assert ask(assistant, startup, "panne") == [
        r"The model \*cannot\* be loaded\: install it again\."
    ]
    monkeypatch.setattr(assistant, "stream_answer", lambda question, history: 1 / 0)
    assert ask(assistant, startup, "q") == [escape(EN["defect"])]


def test_a_question_that_is_none_is_told_in_the_readers_language(
    assistant: FakeAssistant, startup: Startup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ready(startup)
    answering = Answering(assistant, startup, Viewing(assistant, startup))
    real = Assistant(tmp_path)  # it looks at the question before anything else
    monkeypatch.setattr(assistant, "stream_answer", real.stream_answer)
    assert list(answering.stream(" ?! ", FR)) == [escape(FR["question_empty"])]
    assert list(answering.stream("x" * 10_000, FR)) == [
        escape(FR["question_long"].format(count="10\u202f000", most="2\u202f000"))
    ]


def test_updates_are_spaced_and_the_last_one_always_comes(
    assistant: FakeAssistant, startup: Startup, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(startup)
    *_, answer = assistant.stream_answer("recours")

    def quick(question: str, history: object) -> Iterator[Answer]:
        for length in range(1, 100):
            yield replace(answer, text=answer.text[:length])
        yield answer

    monkeypatch.setattr(assistant, "stream_answer", quick)
    tick = count(0, 1)
    viewing = Viewing(assistant, startup)
    answering = Answering(assistant, startup, viewing, clock=lambda: next(tick) / 100)
    messages = list(answering.stream("q", EN))
    assert 5 < len(messages) < 40
    assert messages[-1] == answer_markdown(answer, FR, complete=True)


# --- words -----------------------------------------------------------------------------------


def test_both_languages_say_the_same_things() -> None:
    assert EN.strings.keys() == FR.strings.keys()
    for key, sentence in EN.strings.items():
        assert sentence.count("{") == FR.strings[key].count("{"), key
    assert len(EN.months) == len(FR.months) == 12


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("en-GB", "en"),
        ("de,fr;q=0.5,en;q=0.4", "fr"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
        (7, "en"),
        ("fr;q=x,,;;", "en"),
        ("FR", "fr"),
    ],
)
def test_the_browsers_language_is_followed(header: object, language: str) -> None:
    assert preferred(header).language == language
    assert language in LANGUAGES


@given(texts)
def test_one_line_has_no_line_end(text: str) -> None:
    assert len(on_one_line(text).splitlines()) <= 1


# --- the server ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(FakeAssistant(GARE))) as client:
        yield client


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_foreign_name_is_refused() -> None:
    app = create_app(FakeAssistant(GARE), ("localhost", "127.0.0.1", "[::1]"))
    client = TestClient(app)
    for host, status in {"evil.example": 400, "localhost:7860": 200, "[::1]:7860": 200}.items():
        assert client.get("/healthz", headers={"Host": host}).status_code == status, host


@pytest.mark.parametrize("path", ["/", "/healthz", "/config", "/nowhere", "/theme.css"])
def test_every_response_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_page_names_no_foreign_host(client: TestClient) -> None:
    page = client.get("/").text
    assert "preconnect" not in page
    assert "fonts.googleapis" not in page
    assert client.get("/openapi.json").status_code == 404


def test_server_functions_answer_over_http(client: TestClient) -> None:
    config = client.get("/config").json()
    viewer = next(c for c in config["components"] if c["props"].get("elem_id") == "viewer-block")
    body = {
        "data": {"article": "gare", "start": 0, "end": 4},
        "fn_name": "get_article",
        "component_id": viewer["id"],
        "session_hash": "s",
    }
    reply = client.post("/gradio_api/component_server", json=body).json()
    assert lit(reply) == GARE.text[:4]


def serve_once(*options: str) -> "subprocess.CompletedProcess[str]":
    root = Path(__file__).parents[1]
    command = [sys.executable, "app.py", "--no-open", *options]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)


def test_a_taken_port_is_told_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = serve_once("--port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Port {port} is taken: choose another with --port.\n"


def test_an_unknown_address_is_told_in_one_sentence() -> None:
    done = serve_once("--host", "256.0.0.1", "--port", "0", "--read-only")
    assert done.returncode == 1
    assert done.stderr.startswith("Cannot listen on 256.0.0.1, port 0: ")
    assert done.stderr.count("\n") == 1


def test_ctrl_c_ends_the_server_cleanly(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    command = [sys.executable, "app.py", "--no-open", "--port", "0", "--host", "0.0.0.0"]
    command += ["--read-only", "--log", "quiet"]
    environment = os.environ | {"ARTICLE_QA_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(
        command, cwd=root, env=environment, text=True, stdout=-1, stderr=subprocess.PIPE
    )
    assert server.stdout
    address = re.search(r"http://\S+/", server.stdout.readline())
    assert address
    assert urllib.request.urlopen(f"{address[0]}healthz", timeout=120).status == 200
    # As an open page does, hold a stream; the models still load meanwhile.
    with urllib.request.urlopen(f"{address[0]}gradio_api/heartbeat/page", timeout=120):
        server.send_signal(signal.SIGINT)
        _, told = server.communicate(timeout=120)
    assert server.returncode == 0
    assert told == ""


def test_importing_the_app_stays_light() -> None:
    code = (
        "import sys; sys.argv = ['article-qa', '--help']\n"
        "import app\n"
        "try: app.main()\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'gradio', 'fastapi', 'chromadb', 'transformers'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "serve" in done.stdout


def test_the_viewer_says_where_else_an_article_was_published(
    assistant: FakeAssistant, startup: Startup, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(startup)
    places = (
        Elsewhere("Reprise", "https://b.example.org/x", "https://b.example.org/x", MARCH, 1.0),
        Elsewhere("Copie", "javascript:alert(1)", "/press/copie.md", None, 0.8),
    )
    monkeypatch.setattr(assistant, "published_elsewhere", lambda article_id: places)
    reply = Viewing(assistant, startup).get_article({"article": GARE.id, "language": "fr"})
    assert reply["also"] == [
        {"label": "Reprise, b.example.org, 1er mars 2025", "url": "https://b.example.org/x"},
        {"label": "Copie, copie.md", "url": ""},
    ]


def test_a_citation_of_a_paged_document_names_its_page(assistant: FakeAssistant) -> None:
    *_, answer = assistant.stream_answer("recours")
    paged = replace(answer, citations=tuple(replace(c, page=3) for c in answer.citations))
    assert "page 3" in answer_markdown(paged, FR, complete=True)
    assert "page 3" not in answer_markdown(answer, FR, complete=True)
