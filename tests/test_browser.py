"""The page in a real browser: from a question to the lit sentence."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from browser import (
    CHROMIUM_ARGUMENTS,
    GARE,
    HOSTILE,
    MEAN,
    FakeAssistant,
    find_chromium,
    serving,
    split,
)

from article_qa_page.wording import wording
from index.errors import ModelError

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = sync_api.expect
expect.set_options(timeout=30_000)

CITATION = '#chat .bot a[href^="#src/"]'
QUOTE = "Le tribunal n’a pas encore statué."
EN, FR = wording("en"), wording("fr")


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


@contextmanager
def page_of(browser: Any, address: str, **options: Any) -> Iterator[Any]:
    """Open the page; on leaving, check that it asked nothing of any other host, and no error."""
    options = {"viewport": {"width": 1280, "height": 800}, "locale": "fr-FR"} | options
    context = browser.new_context(**options)
    context.set_default_timeout(30_000)
    page = context.new_page()
    requests: list[str] = []
    errors: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: requests.append(socket.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(f"dialog: {dialog.message}"))
    page.goto(address)
    page.wait_for_selector("#question textarea")
    try:
        yield page
        assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []
        assert errors == []
    finally:
        context.close()


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant(GARE, MEAN)


@pytest.fixture(scope="module")
def address(assistant: FakeAssistant) -> Iterator[str]:
    with serving(assistant) as address:
        yield address


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    with page_of(browser, address) as page:
        yield page


@pytest.fixture
def phone(browser: Any, address: str) -> Iterator[Any]:
    size = {"width": 390, "height": 844}
    with page_of(browser, address, viewport=size, has_touch=True, is_mobile=True) as page:
        yield page


def ask(page: Any, question: str) -> None:
    """Send a question, and wait until its answer is complete."""
    answers = page.locator("#chat .bot.message").count()
    send(page, question)
    expect(page.locator("#chat .bot.message")).to_have_count(answers + 1)
    expect(page.locator("#question .submit-button")).to_be_visible()
    expect(page.locator("#question textarea")).to_be_enabled()


def send(page: Any, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


def assert_lit(page: Any, quote: str) -> None:
    """Check that exactly `quote` is marked, and to be seen."""
    mark = page.locator("#viewer mark")
    expect(mark).to_have_text(quote)  # waits: another mark may still be shown
    assert mark.text_content() == quote
    expect(mark).to_be_in_viewport(ratio=1)


def assert_no_sideways_scroll(page: Any) -> None:
    width = page.evaluate(
        "Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll("
        "'#chat .bubble-wrap, #viewer .viewer-scroll')].map(e => e.scrollWidth - e.clientWidth"
        " + innerWidth))"
    )
    assert width <= page.viewport_size["width"]


# --- the way of a citation -------------------------------------------------------------------


def test_a_citation_lights_its_sentence(page: Any) -> None:
    ask(page, "Où en est le recours ?")
    page.locator(CITATION, has_text="[1]").click()
    assert_lit(page, QUOTE)
    expect(page.locator("#viewer h2")).to_have_text(GARE.title)
    expect(page.locator("#viewer article")).to_have_attribute("lang", "fr")
    page.locator(CITATION, has_text="[2]").click()
    assert_lit(page, "🚲 Un abri accueillera 120 vélos.")
    assert page.evaluate("location.hash") == ""
    assert_no_sideways_scroll(page)


def test_on_a_phone_a_sheet_rises_and_closes(phone: Any) -> None:
    expect(phone.locator("#viewer")).to_be_hidden()
    ask(phone, "Où en est le recours ?")
    assert_no_sideways_scroll(phone)
    phone.locator(CITATION, has_text="[1]").tap()
    assert_lit(phone, QUOTE)
    assert_no_sideways_scroll(phone)
    phone.locator("#viewer .viewer-close").tap()
    expect(phone.locator("#viewer")).to_be_hidden()
    phone.locator(CITATION, has_text="[2]").tap()
    expect(phone.locator("#viewer mark")).to_be_in_viewport()
    phone.keyboard.press("Escape")
    expect(phone.locator("#viewer")).to_be_hidden()
    phone.locator("#open-list").tap()
    expect(phone.locator("#viewer .article-card")).to_have_count(2)
    expect(phone.locator("#viewer .article-card").first).to_be_in_viewport()


def test_the_keyboard_opens_a_citation_and_comes_back(page: Any) -> None:
    ask(page, "Où en est le recours ?")
    page.locator(CITATION).first.focus()
    page.keyboard.press("Enter")
    assert_lit(page, QUOTE)
    expect(page.locator("#viewer mark")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(CITATION).first).to_be_focused()


def test_a_citation_opens_while_the_answer_still_streams(
    page: Any, assistant: FakeAssistant
) -> None:
    assistant.release.clear()
    try:
        send(page, "Réponds lentement : lent")
        expect(page.locator(CITATION)).to_be_visible()
        for _ in range(10):  # the paragraph is replaced eight times a second
            # In one step, because a link that was found may be gone before it is measured.
            x, y = page.wait_for_function(
                "selector => { const box = document.querySelector(selector)?"
                ".getBoundingClientRect(); return box && [box.x + 9, box.y + 9]; }",
                arg=CITATION,
            ).json_value()
            page.mouse.move(x, y)
            page.mouse.down()
            page.wait_for_timeout(300)
            page.mouse.up()
            assert_lit(page, QUOTE)
            page.locator("#viewer .viewer-back").click()
            expect(page.locator("#viewer .article-list")).to_be_visible()
        expect(page.locator("#question .stop-button")).to_be_visible()
    finally:
        assistant.release.set()
    expect(page.locator("#chat hr")).to_be_visible()


def test_a_new_list_of_articles_does_not_hide_the_one_being_opened(
    page: Any, assistant: FakeAssistant
) -> None:
    ask(page, "Où en est le recours ?")
    assistant.readable.clear()
    try:
        page.locator(CITATION).first.click()
        assistant.known["neuf"] = replace(GARE, id="neuf")
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(page.locator("#page-status")).to_have_text(FR.count(3))
    finally:
        assistant.readable.set()
        del assistant.known["neuf"]
    assert_lit(page, QUOTE)


def test_old_messages_keep_their_citations(page: Any) -> None:
    ask(page, "Où en est le recours ?")
    ask(page, "rien à voir")
    ask(page, "Et les vélos du recours ?")
    page.locator("#chat .bot.message").first.locator("a", has_text="[1]").click()
    assert_lit(page, QUOTE)


def test_a_refusal_offers_passages_that_open(page: Any) -> None:
    ask(page, "rien à voir")
    expect(page.locator("#chat .bot")).to_contain_text("ne répondent pas")
    passages = page.locator(CITATION)
    expect(passages).to_have_count(2)
    passages.first.click()
    mark = page.locator("#viewer mark")
    expect(mark).to_contain_text("La gare de Brumeval rouvrira le 3 mai 2025")
    expect(mark).to_be_in_viewport(ratio=1)


def test_a_removed_article_is_said_to_be_gone(page: Any, assistant: FakeAssistant) -> None:
    ask(page, "Où en est le recours ?")
    gare = assistant.known.pop("gare")
    try:
        page.locator(CITATION).first.click()
        expect(page.locator("#viewer .viewer-notice")).to_have_text(FR["removed"])
        expect(page.locator("#viewer blockquote")).to_have_text(QUOTE)
        assistant.known["gare"] = replace(gare, text="Tout autre chose, désormais.")
        page.locator(CITATION).first.click()
        expect(page.locator("#viewer .viewer-notice")).to_have_text(FR["changed"])
        expect(page.locator("#viewer article")).to_contain_text("Tout autre chose")
    finally:
        assistant.known["gare"] = gare


def test_a_link_tells_the_version_that_was_quoted(page: Any) -> None:
    ask(page, "Où en est le recours ?")
    link = page.locator(CITATION).first
    target = link.get_attribute("href")
    assert target.endswith(f"/{GARE.digest[:12]}")
    start = target.rsplit("/", 1)[0]
    for href in (f"{start}/earlier", start):  # that of a replaced article; one of an old message
        link.evaluate("(link, href) => link.setAttribute('href', href)", href)
        link.click()
        if href != start:  # the quote that the chat shows is found again
            expect(page.locator("#viewer .viewer-notice")).to_have_text(FR["updated"])
        assert_lit(page, QUOTE)


def test_a_filter_that_is_selected_goes(page: Any) -> None:
    ask(page, "Où en est le recours déposé hier ?")
    page.locator('#chat a[href^="#again/"]').click()
    expect(page.locator("#chat .user .prose").last).to_have_text(
        f"Où en est le recours déposé hier ? {FR['all_dates']}"
    )
    expect(page.locator("#chat .bot.message")).to_have_count(2)
    expect(page.locator("#question textarea")).to_be_enabled()
    expect(page.locator('#chat a[href^="#again/"]')).to_have_count(1)


# --- hostile text ----------------------------------------------------------------------------


def test_a_hostile_article_is_shown_as_text_and_does_nothing(page: Any) -> None:
    ask(page, "Que dit le méchant <img src=http://evil.example/q.png> *article* ?")
    question = page.locator("#chat .user .prose")
    expect(question).to_have_text(
        "Que dit le méchant <img src=http://evil.example/q.png> *article* ?"
    )
    quotes = page.locator("#chat .bot blockquote")
    expect(quotes).to_have_count(3)
    for number, sentence in enumerate(split(HOSTILE)[:3]):
        text = HOSTILE[sentence.start : sentence.end]
        expect(quotes.nth(number)).to_have_text(f"« {text} » [{number + 1}]")
    for label in ("[1]", "[2]", "[3]"):
        page.locator(CITATION, has_text=label).first.click()
        expect(page.locator("#viewer mark")).to_be_in_viewport()
    expect(page.locator("#viewer h2")).to_have_text(MEAN.title)
    body = page.locator("#viewer article")
    for text in (
        "![pixel](http://evil.example/a.png)",
        "${window.pwned=4}",
        "{{value}}",
        "&lt;b&gt;",
    ):
        expect(body).to_contain_text(text)
    inside = "img, iframe, script, video, audio, object, embed, form, input, style, link"
    for place in ("#viewer article", "#chat .prose"):
        assert page.locator(place).locator(inside).count() == 0
    assert page.locator(f"#chat .prose a:not({CITATION})").count() == 0
    assert page.evaluate("window.pwned") is None


def test_what_is_copied_is_what_was_read(browser: Any, address: str) -> None:
    granted = ["clipboard-read", "clipboard-write"]
    with page_of(browser, address, permissions=granted) as page:
        ask(page, "Où en est le recours ?")
        page.locator("#chat .message-buttons-left button").first.click()
        page.wait_for_timeout(500)
        copied = page.evaluate("navigator.clipboard.readText()")
    assert f"«\u00a0{QUOTE}\u00a0»\u00a0[1]" in copied
    assert "\\" not in copied
    assert "#src" not in copied


# --- chat controls ---------------------------------------------------------------------------


def test_stop_retry_and_clear(page: Any, assistant: FakeAssistant) -> None:
    assistant.release.clear()
    try:
        send(page, "Réponds lentement : lent")
        expect(page.locator(CITATION)).to_be_visible()
        page.locator("#question .stop-button").click()
        expect(page.locator("#question .submit-button")).to_be_visible()
    finally:
        assistant.release.set()
    page.get_by_role("button", name=re.compile("Réessayer")).click()
    expect(page.locator("#chat hr")).to_be_visible()
    expect(page.locator("#chat .user.message")).to_have_count(1)
    expect(page.locator("#chat .user .prose")).to_have_text("Réponds lentement : lent")
    page.get_by_role("button", name=re.compile("Effacer")).click()
    expect(page.locator("#chat .message")).to_have_count(0)
    ask(page, "Où en est le recours ?")
    expect(page.locator("#chat .user.message")).to_have_count(1)


def test_nothing_is_asked_by_sending_nothing(page: Any) -> None:
    send(page, "   ")
    page.wait_for_timeout(1_000)
    assert page.locator("#chat .message").count() == 0


def test_an_error_is_one_sentence_of_the_chat(page: Any) -> None:
    ask(page, "panne")
    expected = "The model *cannot* be loaded: install it again."
    expect(page.locator("#chat .bot .prose")).to_have_text(expected)


def test_controls_have_names_and_the_viewer_a_label(page: Any) -> None:
    ask(page, "Où en est le recours ?")
    expect(page.get_by_role("heading", level=1)).to_have_text("article-qa")
    expect(page.get_by_role("region", name=FR["viewer"])).to_be_visible()
    expect(page.get_by_role("textbox", name=FR["ask"])).to_be_visible()
    expect(page.get_by_role("button", name=FR["submit"])).to_be_visible()
    nameless = page.evaluate(
        "[...document.querySelectorAll('button')].filter(b => b.checkVisibility() &&"
        " !(b.ariaLabel || b.textContent.trim() || b.title)).map(b => b.outerHTML)"
    )
    assert nameless == []


# --- languages, examples, starting -----------------------------------------------------------


@pytest.mark.parametrize(("locale", "words"), [("fr-FR", FR), ("en-GB", EN), ("de-DE", EN)])
def test_the_page_speaks_the_browsers_language(
    browser: Any, address: str, locale: str, words: Any
) -> None:
    with page_of(browser, address, locale=locale) as page:
        expect(page.locator("#tagline")).to_have_text(words["tagline"])
        expect(page.locator("#page-status")).to_have_text(words.count(2))
        expect(page.locator("#viewer .viewer-purpose")).to_have_text(words["viewer_purpose"])
        expect(page.locator("#chat .placeholder-content h2")).to_have_text(words["welcome"])
        if locale != "de-DE":  # Gradio itself speaks German
            expect(page.get_by_placeholder(words["ask"])).to_be_visible()
        assert page.locator("html").get_attribute("lang") == words.language
        assert "__i18n__" not in page.locator("gradio-app").evaluate("e => e.outerHTML")


def test_an_example_asks_its_question(page: Any) -> None:
    example = page.locator("#chat .example").first
    expect(example).to_have_text(FR.examples[0].question)
    example.click()
    expect(page.locator("#chat hr")).to_be_visible()
    expect(page.locator("#chat .user .prose")).to_have_text(FR.examples[0].question)


def test_the_list_of_articles_opens_them(page: Any) -> None:
    page.locator("#viewer .article-card", has_text=GARE.title).click()
    expect(page.locator("#viewer article h2")).to_have_text(GARE.title)
    assert page.locator("#viewer mark").count() == 0
    page.locator("#viewer .viewer-back").click()
    expect(page.locator("#viewer .article-card")).to_have_count(2)


def test_the_page_opens_while_models_load_and_answers_when_they_have(browser: Any) -> None:
    assistant = FakeAssistant(indexed=False)
    assistant.warm.clear()
    assistant.added.clear()
    with serving(assistant) as address, page_of(browser, address) as page:
        expect(page.locator("#page-status")).to_have_text(FR["loading"])
        expect(page.locator("#viewer .viewer-notice")).to_have_text(FR["viewer_empty"])
        send(page, "Où en est le recours ?")
        expect(page.locator("#chat .bot")).to_contain_text(FR["loading"])
        assistant.warm.set()
        expect(page.locator("#page-status")).to_contain_text("50")
        expect(page.locator("#chat .bot")).to_contain_text("50")
        assistant.added.set()
        expect(page.locator("#page-status")).to_have_text(FR.count(1))
        expect(page.locator("#viewer .article-card")).to_have_count(1)
        page.locator(CITATION, has_text="[1]").click()
        assert_lit(page, QUOTE)


def test_a_failed_start_is_told(browser: Any) -> None:
    assistant = FakeAssistant(GARE)
    assistant.start_error = ModelError("The model is missing: install it again.")
    with serving(assistant) as address, page_of(browser, address) as page:
        expect(page.locator("#page-status")).to_have_text(str(assistant.start_error))
        ask(page, "Où en est le recours ?")
        expect(page.locator("#chat .bot .prose")).to_have_text(str(assistant.start_error))


# --- the real assistant ----------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_the_sample_article_answers_with_a_lit_sentence(
    browser: Any, sample_assistant: Any, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    with (
        serving(sample_assistant) as address,
        page_of(browser, address, locale="en-GB", viewport=viewport) as page,
    ):
        example = page.locator("#chat .example").first
        expect(example).to_have_text(EN.examples[0].question)
        example.click()
        expect(page.locator("#chat hr")).to_be_visible(timeout=120_000)
        page.locator(CITATION, has_text="[1]").click()
        mark = page.locator("#viewer mark")
        expect(mark).to_be_in_viewport(ratio=1)
        quoted = page.locator("#chat .bot blockquote").first.text_content()
        assert mark.text_content() in quoted
        assert_no_sideways_scroll(page)
