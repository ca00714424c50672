"""Asking and reading in a real browser: steps, filters, history, follow-ups, ratings, axe-core."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from axe import findings
from browser import CHROMIUM_ARGUMENTS, GARE, MEAN, FakeAssistant, find_chromium, serving
from test_browser import CITATION, ask, assert_lit, assert_no_sideways_scroll, page_of, send

from article_qa_page.feedback import read_feedback
from article_qa_page.wording import wording
from retrieval.suggestions import Suggestion

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = sync_api.expect

QUOTE = "Le tribunal n’a pas encore statué."
SECOND = "🚲 Un abri accueillera 120 vélos."
ASKED = "Où en est le recours ?"
FURTHER = "Quand est-ce que la gare rouvrira ?"
EN, FR = wording("en"), wording("fr")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        path = find_chromium()
        try:
            browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        except sync_api.Error as error:
            pytest.skip(f"no Chromium to test with: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    assistant = FakeAssistant(GARE, MEAN)
    assistant.suggested = (Suggestion(FURTHER, "gare", 0, 9),)
    return assistant


@pytest.fixture(scope="module")
def address(assistant: FakeAssistant) -> Iterator[str]:
    with serving(assistant) as address:
        yield address


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    with page_of(browser, address) as page:
        yield page


# --- the viewer ------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, PHONE], ids=["wide", "phone"])
def test_next_and_previous_go_through_the_cited_sentences(
    browser: Any, address: str, options: dict[str, Any]
) -> None:
    with page_of(browser, address, **options) as page:
        ask(page, ASKED)
        page.locator(CITATION, has_text="[1]").click()
        assert_lit(page, QUOTE)
        expect(page.locator("#viewer .also-cited")).to_have_text(SECOND)
        expect(page.locator("#viewer .viewer-place")).to_have_text("1 sur 2")
        expect(page.get_by_role("button", name=FR["previous_citation"])).to_be_disabled()
        page.get_by_role("button", name=FR["next_citation"]).press("Enter")
        assert_lit(page, SECOND)
        expect(page.locator("#viewer .also-cited")).to_have_text(QUOTE)
        expect(page.locator("#viewer .viewer-place")).to_have_text("2 sur 2")
        expect(page.get_by_role("button", name=FR["previous_citation"])).to_be_focused()
        assert_no_sideways_scroll(page)


def test_the_quote_outlasts_the_server(browser: Any) -> None:
    with serving(FakeAssistant(GARE)) as address, page_of(browser, address) as page:
        ask(page, ASKED)
        expect(page.locator("#answer-ended")).to_have_text(FR["answered"])
        page.wait_for_timeout(300)
        kept = page.evaluate("localStorage.getItem('article-qa-conversations')")
    # Another server, whose article is gone: the browser still has the conversation.
    with serving(FakeAssistant(MEAN)) as address, page_of(browser, address) as page:
        page.evaluate("kept => localStorage.setItem('article-qa-conversations', kept)", kept)
        page.locator("#open-history").click()
        page.locator(".history-open").click()
        page.locator(CITATION).first.click()
        expect(page.locator("#viewer .viewer-notice")).to_have_text(FR["removed"])
        expect(page.locator("#viewer blockquote")).to_have_text(QUOTE)


# --- addresses -------------------------------------------------------------------------------


def test_an_address_asks_its_question_once(
    browser: Any, address: str, assistant: FakeAssistant
) -> None:
    path = f"{address}?q={quote(ASKED)}&since=2025-01-01&source=articles"
    with page_of(browser, address) as page:
        page.goto(path)
        expect(page.locator("#chat .user .prose")).to_have_text(ASKED)
        expect(page.locator("#chat hr")).to_be_visible()
        assert assistant.filters[-1] == {"since": "2025-01-01", "sources": ["articles"]}
        assert page.url == address
        expect(page.locator("#filter-chips button")).to_have_count(2)


def test_a_sentence_has_an_address(browser: Any, address: str) -> None:
    granted = ["clipboard-read", "clipboard-write"]
    with page_of(browser, address, permissions=granted) as page:
        ask(page, ASKED)
        page.locator(CITATION).first.click()
        assert_lit(page, QUOTE)
        page.locator("#share-sentence").click()
        expect(page.locator("#viewer .viewer-told")).to_have_text(FR["link_copied"])
        link = page.evaluate("navigator.clipboard.readText()")
        page.locator("#share-question").click()
        page.wait_for_timeout(300)
        assert page.evaluate("navigator.clipboard.readText()") == f"{address}?q=" + quote(
            ASKED, safe=""
        ).replace("%20", "+")
    with page_of(browser, address) as page:
        page.goto("about:blank")
        page.goto(link)
        assert_lit(page, QUOTE)


# --- filters ---------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, PHONE], ids=["wide", "phone"])
def test_filters_are_chosen_and_undone(
    browser: Any, address: str, assistant: FakeAssistant, options: dict[str, Any]
) -> None:
    with page_of(browser, address, locale="en-GB", **options) as page:
        page.locator("#open-filters").click()
        dialogue = page.get_by_role("dialog", name=EN["filters_heading"])
        expect(dialogue).to_be_visible()
        dialogue.get_by_label(EN["filter_from"]).fill("2025-02-01")
        dialogue.get_by_label(EN["filter_to"]).fill("2025-01-01")
        dialogue.get_by_label(EN["filter_search"]).fill("gare renait")
        expect(dialogue.locator(".ticks").nth(1).locator("label")).to_have_count(1)
        dialogue.get_by_role("checkbox", name=GARE.title).check()
        dialogue.get_by_role("button", name=EN["filter_apply"]).click()
        expect(dialogue.get_by_role("alert")).to_have_text(EN["filter_wrong"])
        dialogue.get_by_label(EN["filter_to"]).fill("2025-12-31")
        dialogue.get_by_role("button", name=EN["filter_apply"]).click()
        expect(dialogue).to_be_hidden()
        expect(page.locator("#filter-chips button")).to_have_count(3)
        ask(page, ASKED)
        both = {"since": "2025-02-01", "until": "2025-12-31"}
        assert assistant.filters[-1] == both | {"articles": ["gare"]}
        name = EN["filter_remove"].format(filter=GARE.title)
        page.get_by_role("button", name=name).click()
        ask(page, ASKED)
        assert assistant.filters[-1] == both
        assert_no_sideways_scroll(page)


# --- history ---------------------------------------------------------------------------------


def test_conversations_are_kept_opened_and_deleted(page: Any, assistant: FakeAssistant) -> None:
    ask(page, "Un *premier* recours ?")
    page.locator("#new-conversation").click()
    expect(page.locator("#chat .message")).to_have_count(0)
    ask(page, "Un second recours ?")
    page.reload()
    page.wait_for_selector("#question textarea")
    expect(page.locator("#open-history")).to_have_text(FR["history"])
    page.locator("#open-history").click()
    titles = page.locator(".history-open span")
    expect(titles).to_have_text(["Un second recours ?", "Un *premier* recours ?"])
    titles.nth(1).click()
    expect(page.locator("#chat .user .prose")).to_have_text("Un *premier* recours ?")
    page.locator(CITATION).first.click()
    assert_lit(page, QUOTE)
    ask(page, "Et les vélos du recours ?")
    assert assistant.histories[-1][0][0] == "Un *premier* recours ?"
    page.locator("#open-history").click()
    expect(titles).to_have_count(2)
    name = FR["history_delete"].format(title="Un second recours ?")
    page.get_by_role("button", name=name).click()
    expect(titles).to_have_text(["Un *premier* recours ?"])
    page.get_by_role("button", name=FR["history_delete_all"]).click()
    expect(titles).to_have_count(1)
    page.get_by_role("button", name=FR["history_delete_sure"]).click()
    expect(page.locator("#history-dialogue .dialogue-note")).to_have_text(FR["history_empty"])
    page.keyboard.press("Escape")
    expect(page.locator("#open-history")).to_be_focused()
    page.reload()  # what was deleted does not come back as the page goes
    assert page.evaluate("localStorage.getItem('article-qa-conversations')") == "[]"


def test_a_conversation_is_saved_as_a_file(page: Any, tmp_path: Path) -> None:
    ask(page, ASKED)
    with page.expect_download() as download:
        page.locator("#export-conversation").click()
    download.value.save_as(tmp_path / "file.md")
    text = (tmp_path / "file.md").read_text("utf-8")
    assert re.fullmatch(r"conversation-\d{4}-\d\d-\d\d\.md", download.value.suggested_filename)
    assert f"## {ASKED}" in text and "Le tribunal n’a pas encore statué" in text


# --- follow-ups and ratings ------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, PHONE], ids=["wide", "phone"])
def test_a_follow_up_is_asked(browser: Any, address: str, options: dict[str, Any]) -> None:
    with page_of(browser, address, **options) as page:
        ask(page, ASKED)
        page.get_by_role("button", name=FURTHER).click()
        expect(page.locator("#chat .user .prose").last).to_have_text(FURTHER)
        expect(page.locator("#chat .bot.message")).to_have_count(2)
        expect(page.locator("#question textarea")).to_be_enabled()
        page.wait_for_timeout(800)
        expect(page.locator("#follow-ups")).to_be_hidden()  # it was asked
        assert_no_sideways_scroll(page)


def test_a_rating_and_its_reason_are_kept(page: Any, assistant: FakeAssistant) -> None:
    ask(page, ASKED)
    page.get_by_role("button", name="Je n'aime pas").click()
    page.get_by_label(FR["rating_down"]).fill("Trop <b>court</b>")
    page.get_by_role("button", name=FR["rating_send"], exact=True).click()
    expect(page.locator("#reading-notice")).to_have_text(FR["rating_kept"])
    page.wait_for_timeout(500)
    lines = (assistant.home / "feedback.jsonl").read_text("utf-8").splitlines()
    record = list(read_feedback(lines))[-1]
    assert (record["rating"], record["reason"]) == ("down", "Trop <b>court</b>")
    assert record["question"] == ASKED and record["citations"][0]["quote"] == QUOTE


# --- accessibility ---------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("locale", "options"), [("fr-FR", {}), ("en-GB", PHONE)], ids=["wide", "phone"]
)
def test_axe_finds_nothing_serious(
    browser: Any, address: str, scheme: str, locale: str, options: dict[str, Any]
) -> None:
    with page_of(browser, address, locale=locale, color_scheme=scheme, **options) as page:
        expect(page.locator("#chat .example").first).to_be_visible()
        assert findings(page) == []
        ask(page, ASKED)
        expect(page.locator("#follow-ups button")).to_be_visible()
        page.locator("#chat .message-buttons button").last.click()
        expect(page.locator("#rating")).to_be_visible()
        page.locator("#chat summary").first.click()
        assert findings(page) == []
        page.locator("#open-filters").click()
        expect(page.locator("#filter-dialogue .ticks label").first).to_be_visible()
        assert findings(page) == []
        page.keyboard.press("Escape")
        page.locator("#open-history").click()
        expect(page.locator(".history-open").first).to_be_visible()
        assert findings(page) == []
        page.keyboard.press("Escape")
        page.locator(CITATION).first.click()
        assert_lit(page, QUOTE)
        assert findings(page) == []


def test_the_end_of_an_answer_is_announced_and_the_focus_comes_back(page: Any) -> None:
    page.focus("#question textarea")
    ask(page, ASKED)
    expect(page.locator("#answer-ended")).to_have_text(FR["answered"])
    expect(page.locator("#question textarea")).to_be_focused()


def test_the_focus_goes_in_the_order_of_the_page(page: Any) -> None:
    ask(page, ASKED)
    expect(page.locator("#follow-ups button")).to_be_visible()
    page.locator("#new-conversation").focus()
    places = []
    for _ in range(40):
        page.keyboard.press("Tab")
        places.append(
            page.evaluate(
                "['reading-tools', 'chat', 'under-chat', 'question', 'viewer']"
                ".find(id => document.activeElement.closest('#' + id)) || ''"
            )
        )
        if places[-1] == "viewer":
            break
    order = list(dict.fromkeys(place for place in places if place))
    assert order == ["reading-tools", "chat", "under-chat", "question", "viewer"]


def test_at_200_percent_everything_can_be_reached(browser: Any, address: str) -> None:
    # A window of 1280 by 800 at 200 % has 640 by 400 CSS pixels.
    with page_of(browser, address, viewport={"width": 640, "height": 400}) as page:
        ask(page, ASKED)
        assert_no_sideways_scroll(page)
        expect(page.locator("#question textarea")).to_be_in_viewport()
        page.locator(CITATION).first.click()
        assert_lit(page, QUOTE)
        page.locator("#viewer .viewer-close").click()
        page.locator("#open-filters").click()
        page.get_by_role("button", name=FR["filter_apply"]).click()


def test_nothing_moves_for_those_who_want_it_so(browser: Any, address: str) -> None:
    with page_of(browser, address, reduced_motion="reduce") as page:
        ask(page, ASKED)
        page.locator(CITATION).first.click()
        assert_lit(page, QUOTE)
        moving = page.evaluate(
            "document.getAnimations().filter(a => a.playState === 'running').length"
        )
        assert moving == 0


# --- hostile text ----------------------------------------------------------------------------


def test_hostile_text_in_the_tools_is_text(browser: Any) -> None:
    hostile = "<img src=http://evil.example/s.png onerror=window.pwned=1> ${window.pwned=2} {{x}}?"
    assistant = FakeAssistant(GARE, MEAN)
    assistant.suggested = (Suggestion(hostile, "gare", 0, 9),)
    with serving(assistant) as address, page_of(browser, address) as page:
        ask(page, f"Que dit le méchant {hostile}")
        expect(page.locator("#follow-ups button")).to_have_text(hostile)
        page.locator("#open-filters").click()
        page.get_by_role("checkbox", name=MEAN.title).check()
        page.get_by_role("button", name=FR["filter_apply"]).click()
        expect(page.locator("#filter-chips span").first).to_have_text(MEAN.title)
        page.locator("#open-history").click()
        expect(page.locator(".history-open span")).to_have_text(f"Que dit le méchant {hostile}")
        page.locator(".history-open").click()
        expect(page.locator("#chat .user .prose")).to_have_text(f"Que dit le méchant {hostile}")
        inside = "img, iframe, script, video, object, embed, style, link"
        for place in ("#dialogues", "#under-chat", "#reading-tools", "#chat .prose"):
            assert page.locator(place).locator(inside).count() == 0
        send(page, "recours")
        assert page.evaluate("window.pwned") is None


@pytest.mark.parametrize("kept", ["not json", '{"a": 1}', '[{"id": "x", "messages": [3, null]}]'])
def test_a_storage_with_something_else_in_it_does_no_harm(
    browser: Any, address: str, kept: str
) -> None:
    with page_of(browser, address) as page:
        page.evaluate("kept => localStorage.setItem('article-qa-conversations', kept)", kept)
        page.locator("#open-history").click()
        expect(page.locator("#history-dialogue")).to_be_visible()
        page.keyboard.press("Escape")
        ask(page, ASKED)
        page.wait_for_function(
            "asked => localStorage.getItem('article-qa-conversations').includes(asked)", arg=ASKED
        )
