"""What the page offers, walked through in both languages and at both widths, line by line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from browser import FRENCH, GARE, MEAN, FakeAssistant, make_article, serving
from conftest import HashEmbedder
from test_access_browser import log_in, opened
from test_articles_browser import Answering, open_form, open_tab, submit
from test_articles_tab import FEED, LONG
from test_browser import CITATION, ask, assert_lit, assert_no_sideways_scroll, page_of, send
from test_browser import browser as browser  # a fixture
from test_reading_browser import ASKED, FURTHER, PHONE, QUOTE, SECOND
from web_server import Site, running_site

from article_qa_page.access.credentials import password_line, read_credentials
from article_qa_page.access.policy import Access
from article_qa_page.access.roles import Role
from article_qa_page.access.sessions import Sessions
from article_qa_page.articles_wording import articles_words
from article_qa_page.feedback import read_feedback
from article_qa_page.wording import wording
from index.settings import Settings
from retrieval.answering import Assistant
from retrieval.filters import Filters
from retrieval.suggestions import Suggestion
from retrieval.types import Answer, Claim

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = sync_api.expect

ORIGINAL = "https://journal.example/gare"
PAGED = replace(GARE, url=ORIGINAL, pages=(0, FRENCH.index("Les trains s’arrêteront")))
ADDED = make_article("velos", "Des vélos", "Les vélos roulent. Un abri les attend.", language="fr")
ROWS = "#articles .articles-table tbody tr"
READER, EDITOR = "lectrice du journal", "rédactrice du journal"
SAID = wording("fr")  # inside a message: the language of its answer
RATED = {"fr": "Je n'aime pas", "en": "Dislike"}


@dataclass(frozen=True)
class Surface:
    """A browser's language and width, and the words the page then has."""

    language: str
    is_phone: bool

    @property
    def options(self) -> dict[str, Any]:
        locale = {"fr": "fr-FR", "en": "en-GB"}[self.language]
        return {"locale": locale} | (PHONE if self.is_phone else {})

    @property
    def words(self) -> Any:
        return wording(self.language)

    def close_viewer(self, page: Any) -> None:
        if self.is_phone:
            page.locator("#viewer .viewer-close").click()
            expect(page.locator("#viewer")).to_be_hidden()


SURFACES = [Surface(language, phone) for language in ("fr", "en") for phone in (False, True)]


@pytest.fixture(params=SURFACES, ids=lambda s: f"{s.language}-{'phone' if s.is_phone else 'wide'}")
def surface(request: pytest.FixtureRequest) -> Surface:
    surface: Surface = request.param
    return surface


@pytest.fixture
def assistant() -> FakeAssistant:
    assistant = FakeAssistant(PAGED, MEAN)
    assistant.suggested = (Suggestion(FURTHER, "gare", 0, 9),)
    return assistant


@pytest.fixture
def page(browser: Any, assistant: FakeAssistant, surface: Surface) -> Iterator[Any]:
    granted = {"permissions": ["clipboard-read", "clipboard-write"]}
    with (
        serving(assistant) as address,
        page_of(browser, address, **surface.options, **granted) as page,
    ):
        yield page


# --- asking and reading ----------------------------------------------------------------------


def test_an_answer_and_its_articles(page: Any, assistant: FakeAssistant, surface: Surface) -> None:
    words = surface.words
    expect(page.locator("#page-status")).to_have_text(words.count(2))
    assert page.locator("html").get_attribute("lang") == surface.language
    expect(page.locator("#chat .example").first).to_have_text(words.examples[0].question)

    assistant.release.clear()  # mid-stream
    try:
        send(page, "Réponds lentement : lent")
        expect(page.locator(CITATION)).to_be_visible()
        page.locator(CITATION).first.dispatch_event("click")
        assert_lit(page, QUOTE)
        expect(page.locator("#question .stop-button")).to_be_visible()
    finally:
        assistant.release.set()
    expect(page.locator("#chat hr")).to_be_visible()
    surface.close_viewer(page)
    ask(page, "rien à voir")  # a refusal, with passages that open
    passage = page.locator("#chat .bot.message").last.locator("a").first
    passage.click()
    expect(page.locator("#viewer mark")).to_contain_text("La gare de Brumeval")
    surface.close_viewer(page)

    old = page.locator("#chat .bot.message").first
    old.locator("a", has_text="[1]").click()
    assert_lit(page, QUOTE)
    expect(page.locator("#viewer h2").first).to_have_text(GARE.title)
    facts = page.locator("#viewer .article-facts")
    for fact in (words.date(GARE.published), "journal.example", words["page"].format(page=2)):
        expect(facts).to_contain_text(fact)
    original = page.get_by_role("link", name=words["original"])
    expect(original).to_have_attribute("href", ORIGINAL)
    expect(page.locator("#viewer .also-cited")).to_have_text(SECOND)
    page.get_by_role("button", name=words["next_citation"]).click()
    assert_lit(page, SECOND)
    expect(facts).to_contain_text(words["page"].format(page=1))
    page.keyboard.press("Enter")  # the focus went on to the button back
    assert_lit(page, QUOTE)
    page.keyboard.press("Escape")
    expect(old.locator("a", has_text="[1]")).to_be_focused()

    folded = old.locator("details")
    expect(folded.locator("summary")).to_have_text(SAID["how"])
    expect(folded.locator("p, ul").first).to_be_hidden()
    folded.locator("summary").click()
    expect(folded).to_contain_text(SAID["how_quoted"])
    assert_no_sideways_scroll(page)

    assistant.known["gare"] = replace(PAGED, text="Tout autre chose, désormais.", digest="0" * 64)
    old.locator("a", has_text="[1]").click()
    expect(page.locator("#viewer .viewer-notice")).to_have_text(words["changed"])
    expect(page.locator("#viewer blockquote")).to_have_text(QUOTE)
    surface.close_viewer(page)
    del assistant.known["gare"]
    old.locator("a", has_text="[1]").click()
    expect(page.locator("#viewer .viewer-notice")).to_have_text(words["removed"])
    expect(page.locator("#viewer blockquote")).to_have_text(QUOTE)


def test_what_a_model_wrote_shows_its_quotes_and_verdicts(
    page: Any, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    cited = (assistant.cite(1, "gare", QUOTE), assistant.cite(2, "gare", SECOND))
    told = ("The court has not ruled. [1]", "The shelter takes 900 bikes. [2]")
    second = len(told[0]) + 1
    claims = (
        Claim("The court has not ruled.", 0, len(told[0]), "supported", (1,)),
        Claim(
            "The shelter takes 900 bikes.",
            second,
            second + len(told[1]),
            "not_found",
            (2,),
            ("900",),
        ),
    )
    written = Answer(
        ASKED,
        " ".join(told),
        cited,
        (),
        False,
        "en",
        0.9,
        model="made:up",
        claims=claims,
        rewritten="Where does the appeal stand?",
        filters=Filters(articles=("gare",)),
    )
    monkeypatch.setattr(assistant, "_answer", lambda question: written)
    ask(page, ASKED)
    message, words = page.locator("#chat .bot.message"), wording("en")  # the answer's language
    expect(message).to_contain_text(words["understood"].format(question=written.rewritten))
    for citation in cited:
        item = message.locator("li", has=page.locator("a", has_text=f"[{citation.number}]"))
        expect(item.first).to_contain_text(citation.quote)
        expect(item.first).to_contain_text(GARE.title)
        expect(item.first).to_contain_text(words.date(GARE.published).replace(" ", "\u00a0"))
    message.locator("summary").click()
    folded = message.locator("details")
    for told_now in ("made:up", words["verdict_supported"], words["verdict_not_found"], "900"):
        expect(folded).to_contain_text(told_now)
    expect(folded).to_contain_text(words["how_one_article"])
    assert_no_sideways_scroll(page)


def test_going_on_filtering_sharing_keeping_and_rating(
    page: Any, assistant: FakeAssistant, surface: Surface, tmp_path: Path
) -> None:
    words = surface.words
    page.locator("#open-filters").click()
    box = page.get_by_role("dialog", name=words["filters_heading"])
    box.get_by_label(words["filter_from"]).fill("2025-01-01")
    box.get_by_role("checkbox", name=GARE.title).check()
    box.get_by_role("checkbox", name="journal.example").check()
    box.get_by_role("button", name=words["filter_apply"]).click()
    expect(page.locator("#filter-chips button")).to_have_count(3)
    ask(page, ASKED)
    wanted = {"since": "2025-01-01", "articles": ["gare"], "sources": ["journal.example"]}
    assert assistant.filters[-1] == wanted
    expect(page.locator("#answer-ended")).to_have_text(words["answered"])

    page.locator("#share-question").click()
    expect(page.locator("#reading-notice")).to_have_text(words["link_copied"])
    shared = page.evaluate("navigator.clipboard.readText()")
    page.locator(CITATION).first.click()
    assert_lit(page, QUOTE)
    page.locator("#share-sentence").click()
    page.wait_for_timeout(300)
    sentence = page.evaluate("navigator.clipboard.readText()")
    surface.close_viewer(page)

    page.get_by_role("button", name=RATED[surface.language]).click()
    page.get_by_role("button", name=words["reason_partial"]).click()
    expect(page.locator("#reading-notice")).to_have_text(words["rating_kept"])
    page.wait_for_timeout(500)
    lines = (assistant.home / "feedback.jsonl").read_text("utf-8").splitlines()
    rated = list(read_feedback(lines))[-1]
    assert (rated["rating"], rated["reason"]) == ("down", words["reason_partial"])

    with page.expect_download() as download:
        page.get_by_role("button", name=words["export"]).click()
    download.value.save_as(tmp_path / "file.md")
    kept = (tmp_path / "file.md").read_text("utf-8")
    assert f"## {ASKED}" in kept and QUOTE.rstrip(".") in kept and GARE.title in kept

    page.get_by_role("button", name=FURTHER).click()
    expect(page.locator("#chat .bot.message")).to_have_count(2)
    expect(page.locator("#question textarea")).to_be_enabled()

    page.goto("about:blank")
    page.goto(shared)  # the address asks, with its filters
    expect(page.locator("#chat .user .prose")).to_have_text(ASKED)
    expect(page.locator("#chat hr")).to_be_visible()
    assert assistant.filters[-1] == wanted
    page.goto("about:blank")
    page.goto(sentence)
    assert_lit(page, QUOTE)
    surface.close_viewer(page)
    page.locator("#open-history").click()  # kept across all of that
    expect(page.locator(".history-open span").first).to_have_text(ASKED)
    page.locator(".history-open").first.click()
    expect(page.locator("#chat .user .prose").first).to_have_text(ASKED)
    assert_no_sideways_scroll(page)


# --- articles --------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


def test_the_articles_tab(
    browser: Any, site: Site, surface: Surface, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_QA_ALLOW_PRIVATE_ADDRESSES", "1")
    words = articles_words(surface.words)
    assistant = Answering(tmp_path / "home", embedder=HashEmbedder())
    assistant.add_articles([GARE, ADDED])
    try:
        with (
            serving(assistant) as address,
            page_of(browser, address, **surface.options) as page,
            page_of(browser, address, **surface.options) as other,
        ):
            open_tab(page, words)
            open_tab(other, words)
            _add_in_each_way(page, site, assistant, words)
            expect(other.locator(ROWS)).to_have_count(6, timeout=20_000)
            _find_open_and_remove(page, words, surface)
            expect(other.locator(ROWS)).to_have_count(5, timeout=20_000)
            page.get_by_role("button", name=words["reindex"]).click()
            dialog = page.get_by_role("dialog", name=words["reindex_heading"])
            dialog.get_by_role("button", name=words["reindex"]).click()
            done = page.locator("#articles .job.done .job-line", has_text=words["done_reindex"])
            expect(done).to_be_visible()
            _stop_keeping_up(page, words)
            assert_no_sideways_scroll(page)
    finally:
        assistant.close()


def _add_in_each_way(page: Any, site: Site, assistant: Assistant, words: dict[str, str]) -> None:
    files = [
        {"name": "bridge.md", "mimeType": "text/markdown", "buffer": LONG.encode()},
        {"name": "bad.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 broken"},
    ]
    form = open_form(page, "files", words)
    form.locator("input[type=file]").set_input_files(files)
    submit(form, words)
    told = ", ".join(words[key].format(count=1) for key in ("done_added", "done_failed"))
    expect(page.locator("#articles .job.done .job-line")).to_have_text(told)
    expect(page.locator("#articles .failures-list li")).to_contain_text("bad.pdf")

    url = site.serve("/a.txt", b"A page. It has two sentences.", Content_Type="text/plain")
    form = open_form(page, "address", words)
    form.get_by_label(words["address_label"]).fill(url)
    submit(form, words)
    expect(page.locator(ROWS)).to_have_count(4)

    entries = FEED.format(url=site.url, text=LONG.replace("bridge", "gate")).encode()
    feed = site.serve("/rss", entries, Content_Type="application/rss+xml")
    form = open_form(page, "feed", words)
    form.get_by_label(words["feed_label"]).fill(feed)
    submit(form, words)
    expect(page.locator("#articles .job-note")).to_have_text(words["note_listed"])

    form = open_form(page, "text", words)
    form.get_by_label(words["title"]).fill("Un texte collé")
    form.get_by_label(words["add_text"], exact=True).fill("Deux phrases. Voilà.")
    submit(form, words)
    expect(page.locator(ROWS)).to_have_count(6)
    assert len(assistant.articles()) == 6


def _find_open_and_remove(page: Any, words: dict[str, str], surface: Surface) -> None:
    row = page.locator(ROWS, has_text=GARE.title)
    for part in (surface.words.language_name("fr"), surface.words.date(GARE.published)):
        expect(row).to_contain_text(part)
    page.get_by_role("searchbox", name=words["search"]).fill("gare renait")
    expect(page.locator(ROWS)).to_have_count(1)
    page.locator("#articles .article-link").click()
    expect(page.locator("#viewer article h2").first).to_have_text(GARE.title)
    page.locator("#viewer .viewer-close").click()
    page.get_by_role("searchbox", name=words["search"]).fill("")
    expect(page.locator(ROWS)).to_have_count(6)
    if not surface.is_phone:  # a narrow table has no headings to sort by
        heading = page.get_by_role("columnheader", name=words["title"])
        heading.get_by_role("button").click()
        expect(heading).to_have_attribute("aria-sort", "ascending")
    page.locator("#articles .articles-picture > summary").click()
    for picture in ("picture_time", "picture_source"):
        expect(page.get_by_role("img", name=words[picture])).to_be_visible()
    named = words["remove_name"].replace("{title}", ADDED.title)
    page.get_by_role("button", name=named).click()
    dialog = page.get_by_role("dialog", name=words["remove_heading"])
    dialog.get_by_role("button", name=words["remove"], exact=True).click()
    expect(page.locator(ROWS)).to_have_count(5)


def _stop_keeping_up(page: Any, words: dict[str, str]) -> None:
    sources = page.locator("#articles .articles-sources")
    sources.locator("summary").click()
    expect(sources.locator("li")).to_have_count(1)
    expect(sources.locator("li")).to_contain_text(words["source_feed"])
    sources.get_by_role("button").click()
    expect(sources).to_be_hidden()
    expect(page.get_by_role("button", name=words["sync"])).to_have_count(0)


# --- access ----------------------------------------------------------------------------------


def test_roles_limits_and_cookies(browser: Any, surface: Surface) -> None:
    lines = f"{password_line(Role.READER, READER)}\n{password_line(Role.EDITOR, EDITOR)}\n"
    credentials = read_credentials(lines, "a file")
    access = Access("login", credentials, Sessions(bytes(32), credentials, 3_600))
    limits = {"access": access, "settings": Settings(questions_per_minute=2)}
    words = surface.words
    tab = articles_words(words)["tab_articles"]
    with (
        serving(FakeAssistant(GARE), **limits) as address,
        opened(browser, address, **surface.options) as page,
    ):
        expect(page.get_by_role("heading", name=words["login"])).to_be_visible()
        log_in(page, "not this one")
        expect(page.get_by_role("alert")).to_have_text(words["login_wrong"])
        log_in(page, READER)
        expect(page.locator("#log-out")).to_have_text(words["log_out"])
        (cookie,) = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
        policy = page.request.get(address).headers["content-security-policy"]
        assert "default-src" in policy and "frame-ancestors" in policy
        ask(page, ASKED)
        page.locator(CITATION).first.click()
        assert_lit(page, QUOTE)
        surface.close_viewer(page)
        ask(page, ASKED)
        ask(page, ASKED)
        told = re.escape(words["limit_rate"]).replace(re.escape("{seconds}"), r"\d+")
        expect(page.locator("#chat .bot.message").last).to_have_text(re.compile(told))
        page.get_by_role("tab", name=tab, exact=True).click()
        expect(page.locator(ROWS)).to_have_count(1)
        expect(page.locator("#articles .articles-add")).to_be_hidden()
        page.click("#log-out")
        log_in(page, EDITOR)
        page.get_by_role("tab", name=tab, exact=True).click()
        expect(page.locator("#articles .articles-add")).to_be_visible()
        assert_no_sideways_scroll(page)
