"""The page when calls fail, replies come late, tabs disagree, and the server starts anew."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from browser import GARE, MEAN, FakeAssistant, serving, serving_app
from test_access_browser import log_in, opened
from test_browser import CITATION, ask, assert_lit, page_of, send
from test_browser import browser as browser  # a fixture
from test_reading_browser import ASKED, PHONE, QUOTE, SECOND

from app import create_app
from article_qa_page.access.credentials import password_line, read_credentials
from article_qa_page.access.policy import Access
from article_qa_page.access.roles import Role
from article_qa_page.access.sessions import Sessions
from article_qa_page.articles_wording import articles_words
from article_qa_page.citation_links import source_target
from article_qa_page.wording import wording
from index.settings import Settings
from index.source_state import PastFailure

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = sync_api.expect

FR = wording("fr")
TAB = articles_words(FR)
CALLS = re.compile("component_server")
LINKS = "#articles .article-link"
KEPT = "localStorage.getItem('article-qa-conversations')"
COPYING = {"permissions": ["clipboard-read", "clipboard-write"]}
START = GARE.text.index(QUOTE)
TARGET = source_target("gare", START, START + len(QUOTE), GARE.digest)


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant(GARE, MEAN)


@pytest.fixture
def address(assistant: FakeAssistant) -> Iterator[str]:
    with serving(assistant) as address:
        yield address


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    with page_of(browser, address, **COPYING) as page:
        yield page


def open_tab(page: Any) -> None:
    page.get_by_role("tab", name=TAB["tab_articles"], exact=True).click()
    expect(page.locator(LINKS).first).to_be_visible()


def wait_until_kept(page: Any, question: str) -> None:
    page.wait_for_function(f"question => ({KEPT} || '').includes(question)", arg=question)


def copied(page: Any) -> str:
    expect(page.locator("#viewer .viewer-told")).to_have_text(FR["link_copied"])
    return str(page.evaluate("navigator.clipboard.readText()"))


# --- calls that fail -------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, PHONE], ids=["wide", "phone"])
def test_the_viewer_says_that_the_server_does_not_answer(
    browser: Any, address: str, options: dict[str, Any]
) -> None:
    with page_of(browser, address, **options) as page:
        ask(page, ASKED)
        page.locator(CITATION, has_text="[1]").click()
        assert_lit(page, QUOTE)
        page.route(CALLS, lambda route: route.abort())
        page.get_by_role("button", name=FR["next_citation"]).click()
        expect(page.locator("#viewer .viewer-notice")).to_have_text(FR["unreachable"])
        expect(page.locator("#viewer blockquote")).to_have_text(SECOND)  # as the chat shows it
        assert page.locator("#viewer article").count() == 0
        page.unroute(CALLS)
        page.get_by_role("button", name=FR["previous_citation"]).click()
        assert_lit(page, QUOTE)
        if options:
            page.locator("#viewer .viewer-close").click()
        page.locator(CITATION, has_text="[2]").click()
        assert_lit(page, SECOND)
        expect(page.locator("#viewer mark")).to_be_focused()  # no step has kept the focus


def test_an_article_that_takes_long_is_said_to_be_opening(
    page: Any, assistant: FakeAssistant
) -> None:
    ask(page, ASKED)
    page.locator(CITATION, has_text="[1]").click()
    assert_lit(page, QUOTE)
    assistant.readable.clear()
    try:
        page.locator(CITATION, has_text="[2]").click()
        expect(page.locator("#viewer .viewer-notice")).to_have_text(FR["opening"])
    finally:
        assistant.readable.set()
    assert_lit(page, SECOND)


def test_what_cannot_be_exported_or_chosen_is_told(page: Any) -> None:
    ask(page, ASKED)
    expect(page.locator("#answer-ended")).to_have_text(FR["answered"])
    downloads: list[Any] = []
    page.on("download", lambda download: downloads.append(download))
    page.route(CALLS, lambda route: route.abort())
    page.locator("#export-conversation").click()
    expect(page.locator("#reading-notice")).to_have_text(FR["unreachable"])
    page.locator("#open-filters").click()
    expect(page.locator("#filter-dialogue .filter-wrong")).to_have_text(FR["unreachable"])
    page.keyboard.press("Escape")
    page.unroute(CALLS)
    page.route(CALLS, lambda route: route.fulfill(json={"error": "Elle est trop longue."}))
    page.locator("#export-conversation").click()
    expect(page.locator("#reading-notice")).to_have_text("Elle est trop longue.")
    assert downloads == []


@pytest.mark.parametrize("on_articles", [False, True], ids=["ask", "articles"])
def test_the_end_of_a_session_leads_to_the_login_and_keeps_the_draft(
    browser: Any, on_articles: bool
) -> None:
    password = "rédactrice du journal"
    credentials = read_credentials(password_line(Role.EDITOR, password), "a file")
    access = Access("login", credentials, Sessions(bytes(32), credentials, 3_600))
    options = {"access": access, "settings": Settings()}
    with serving(FakeAssistant(GARE), **options) as address, opened(browser, address) as page:
        log_in(page, password)
        page.fill("#question textarea", "Une ébauche")
        if on_articles:
            open_tab(page)
        page.context.clear_cookies()
        if not on_articles:
            page.locator("#viewer .article-card").first.click()
        expect(page).to_have_url(f"{address}login")
        log_in(page, password)
        expect(page.locator("#question textarea")).to_have_value("Une ébauche")
        page.click("#log-out")  # who logs out leaves nothing
        expect(page).to_have_url(f"{address}login")
        log_in(page, password)
        expect(page.locator("#page-status")).to_have_text(FR.count(1))
        page.wait_for_timeout(500)
        expect(page.locator("#question textarea")).to_have_value("")


# --- the viewer ------------------------------------------------------------------------------


def test_the_link_that_is_copied_is_that_of_what_is_shown(page: Any, address: str) -> None:
    ask(page, ASKED)
    page.locator(CITATION, has_text="[1]").click()
    assert_lit(page, QUOTE)
    page.locator("#share-sentence").click()
    assert copied(page) == address + TARGET
    page.locator("#viewer .viewer-back").click()
    page.locator("#viewer .article-card", has_text=MEAN.title).click()
    expect(page.locator("#viewer h2")).to_have_text(MEAN.title)
    expect(page.locator("#viewer .viewer-told")).to_be_empty()
    page.locator("#share-sentence").click()
    link = copied(page)
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("#viewer h2")).to_have_text(MEAN.title)


@pytest.mark.parametrize("has_clipboard", [True, False], ids=["copied", "by hand"])
def test_a_link_is_copied_on_the_articles_tab(page: Any, address: str, has_clipboard: bool) -> None:
    open_tab(page)
    page.locator(LINKS, has_text=GARE.title).click()
    expect(page.locator("#viewer h2")).to_have_text(GARE.title)
    if not has_clipboard:  # as over plain http from afar
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject('no'); }")
    page.locator("#share-sentence").click()
    if has_clipboard:
        assert copied(page) == f"{address}#src/gare"
    else:
        field = page.locator("#viewer .viewer-told").get_by_label(FR["link"])
        expect(field).to_have_value(f"{address}#src/gare")
        expect(field).to_be_in_viewport()


def test_the_steps_stay_when_an_answer_replaces_its_links(
    page: Any, assistant: FakeAssistant
) -> None:
    ask(page, ASKED)
    assistant.readable.clear()
    try:
        page.locator(CITATION, has_text="[1]").click()
        page.locator(CITATION).evaluate_all(  # as streaming does
            "links => links.forEach((link) => link.replaceWith(link.cloneNode(true)))"
        )
    finally:
        assistant.readable.set()
    assert_lit(page, QUOTE)
    expect(page.locator("#viewer .viewer-place")).to_have_text("1 sur 2")


def test_the_steps_come_when_the_answer_has_grown(page: Any, assistant: FakeAssistant) -> None:
    assistant.release.clear()
    try:
        send(page, "Réponds lentement : lent")
        expect(page.locator(CITATION)).to_be_visible()
        page.locator(CITATION).first.dispatch_event("click")
        assert_lit(page, QUOTE)
        expect(page.locator("#viewer .viewer-steps")).to_be_hidden()  # one is cited so far
    finally:
        assistant.release.set()
    expect(page.locator("#viewer .viewer-place")).to_have_text("1 sur 2")


def test_the_address_of_a_sentence_opens_it_beside_the_table(page: Any) -> None:
    open_tab(page)
    page.evaluate("target => { location.hash = target; }", TARGET)
    expect(page.locator("#viewer")).to_be_visible()
    assert_lit(page, QUOTE)
    expect(page.locator(LINKS).first).to_be_visible()
    assert page.evaluate("location.hash") == "#articles"
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()


# --- the Articles tab ------------------------------------------------------------------------


def test_a_change_of_the_index_keeps_the_focus_and_what_is_open(
    page: Any, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = datetime(2025, 3, 1, tzinfo=UTC)
    failures = [PastFailure("/a/eins.pdf", "It is broken.", day, day, 1)]
    monkeypatch.setattr(assistant, "past_failures", lambda: list(failures))
    open_tab(page)
    page.locator("#articles .articles-picture > summary").click()
    table = page.locator("#articles .articles-picture figure details").first
    table.locator("summary").click()
    expect(table.locator("td").first).to_have_text("2")
    again = page.locator("[data-key='retry /a/eins.pdf']")
    again.focus()
    assistant.known["neu"] = replace(GARE, id="neu")  # the failures are as they were
    expect(page.locator(LINKS)).to_have_count(3)
    expect(table.locator("td").first).to_have_text("3")
    expect(table.locator("td").first).to_be_visible()
    expect(again).to_be_focused()
    failures.insert(0, PastFailure("/a/zwei.pdf", "It is broken too.", day, day, 1))
    assistant.known["neuer"] = replace(GARE, id="neuer")
    expect(page.locator("#articles .failures-list li")).to_have_count(2)
    expect(again).to_be_focused()
    failures.clear()
    del assistant.known["neuer"]
    expect(page.locator("#articles .articles-failures")).to_be_hidden()
    expect(page.locator("#articles .articles-heading")).to_be_focused()


# --- conversations ---------------------------------------------------------------------------


def test_a_late_reply_deletes_no_conversation(page: Any) -> None:
    first, second = "Un premier recours ?", "Un second recours ?"
    ask(page, first)
    wait_until_kept(page, first)
    page.locator("#new-conversation").click()
    expect(page.locator("#chat .message")).to_have_count(0)
    ask(page, second)
    wait_until_kept(page, second)
    held: list[Any] = []

    def hold(route: Any) -> None:
        restores = "messages" in ((route.request.post_data_json or {}).get("event_data") or {})
        if restores and not held:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile("/gradio_api/"), hold)
    with page.expect_request(lambda request: "messages" in (request.post_data or "")):
        page.locator("#new-conversation").click()
    page.locator("#open-history").click()
    page.locator(".history-open", has_text=first).click()
    page.wait_for_timeout(300)
    held[0].continue_()
    expect(page.locator("#chat .user .prose")).to_have_text(first)
    page.wait_for_timeout(300)
    page.locator("#open-history").click()
    expect(page.locator(".history-open span")).to_have_text([second, first])


def test_what_gradios_button_clears_is_not_kept(page: Any) -> None:
    ask(page, ASKED)
    wait_until_kept(page, ASKED)
    page.get_by_role("button", name=re.compile("Effacer")).click()
    expect(page.locator("#chat .message")).to_have_count(0)
    page.wait_for_function(f"{KEPT} === '[]'")


def test_what_one_tab_deletes_another_does_not_bring_back(page: Any, address: str) -> None:
    ask(page, ASKED)
    wait_until_kept(page, ASKED)
    other = page.context.new_page()
    other.goto(address)
    other.wait_for_selector("#question textarea")
    other.locator("#open-history").click()
    other.locator(".history-open").click()
    expect(other.locator("#chat .user .prose")).to_have_text(ASKED)
    page.locator("#open-history").click()
    page.locator(".history-delete").click()
    expect(page.locator(".history-open")).to_have_count(0)
    other.goto("about:blank")
    page.wait_for_timeout(300)
    assert page.evaluate(KEPT) == "[]"
    page.bring_to_front()
    page.keyboard.press("Escape")
    ask(page, "Et les vélos du recours ?")  # goes on: a conversation again
    wait_until_kept(page, ASKED)


# --- starting --------------------------------------------------------------------------------


# The page seems to be starting until `started` is set; its waiting goes fast meanwhile.
STARTING = """
let given;
window.articleQaBridge = Object.defineProperty({}, "filter", {
  get: () => (window.started ? given : undefined), set: (value) => { given = value; },
});
const wait = window.setTimeout;
window.setTimeout = (action, delay, ...more) => wait(action, delay === 100 ? 2 : delay, ...more);
"""


def test_the_question_of_an_address_waits_for_the_page(browser: Any, address: str) -> None:
    with page_of(browser, address) as page:
        page.add_init_script(STARTING)
        page.goto(f"{address}?q={quote(ASKED)}")
        box = page.locator("#question textarea")
        expect(box).to_have_value(ASKED)
        page.wait_for_timeout(1_500)  # some hundreds of tries
        expect(page.locator("#chat .message")).to_have_count(0)
        page.evaluate("window.started = true")
        expect(page.locator("#chat .user .prose")).to_have_text(ASKED)
        expect(page.locator("#chat hr")).to_be_visible()
        expect(box).to_have_value("")


def test_a_question_that_could_not_be_asked_stands_in_the_box(browser: Any, address: str) -> None:
    with page_of(browser, address) as page:
        page.add_init_script(STARTING)
        page.goto(f"{address}?q={quote(ASKED)}")
        expect(page.locator("#question textarea")).to_have_value(ASKED)
        page.add_init_script("window.started = true")
        page.goto("about:blank")
        page.goto(address)
        expect(page.locator("#question textarea")).to_have_value(ASKED)
        expect(page.locator("#chat .message")).to_have_count(0)


def test_the_page_comes_back_when_the_server_is_started_anew(
    browser: Any, assistant: FakeAssistant
) -> None:
    draft = "Et les vélos du recours ?"
    with serving_app(create_app(assistant)) as address:
        context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 800})
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("#question textarea")
        ask(page, ASKED)
        wait_until_kept(page, ASKED)
    send(page, draft)  # nobody is there
    page.wait_for_timeout(500)
    page.evaluate("window.isOld = true")
    with serving_app(create_app(assistant), urlsplit(address).port or 0):
        page.wait_for_function("!window.isOld")  # Gradio has loaded the page again
        expect(page.locator("#question textarea")).to_have_value(draft)
        expect(page.locator("#chat .user .prose")).to_have_text(ASKED)
        page.locator(CITATION).first.click()
        assert_lit(page, QUOTE)
        other = context.new_page()  # one that is opened by hand begins empty
        other.goto(address)
        expect(other.locator("#page-status")).to_have_text(FR.count(2))
        other.wait_for_timeout(500)
        expect(other.locator("#question textarea")).to_have_value("")
        expect(other.locator("#chat .message")).to_have_count(0)
        context.close()
