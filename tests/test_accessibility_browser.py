"""axe-core over the Articles tab and the login page: light and dark, wide and phone, by turns."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import findings
from browser import GARE, FakeAssistant, make_article, serving
from conftest import HashEmbedder
from test_access_browser import PASSWORD, log_in, opened
from test_articles_browser import ROWS, Answering, open_form, open_tab, submit
from test_browser import browser as browser  # a fixture
from test_browser import page_of
from test_reading_browser import PHONE

from article_qa_page.access.credentials import password_line, read_credentials
from article_qa_page.access.policy import Access
from article_qa_page.access.roles import Role
from article_qa_page.access.sessions import Sessions
from article_qa_page.articles_wording import articles_words
from article_qa_page.wording import wording
from index.errors import StorageError
from index.settings import Settings
from index.source_list import list_feed

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = sync_api.expect

FEED = "https://news.example/feed"
BAD = {"name": "bad.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 broken"}
UNDATED = make_article("velos", "Des vélos", "Les vélos roulent. Un abri.", published=None)
# Each scheme and each language at each width, in half as many turns.
by_turns = pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [("fr", "light", {}), ("en", "dark", {}), ("en", "light", PHONE), ("fr", "dark", PHONE)],
    ids=["fr-light-wide", "en-dark-wide", "en-light-phone", "fr-dark-phone"],
)


def surface(language: str, scheme: str, width: dict[str, Any]) -> dict[str, Any]:
    locale = {"fr": "fr-FR", "en": "en-GB"}[language]
    return {"locale": locale, "color_scheme": scheme, **width}


@pytest.fixture
def assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Answering]:
    assistant = Answering(tmp_path / "home", embedder=HashEmbedder())
    assistant.add_articles([GARE, UNDATED])
    list_feed(assistant.home, FEED)

    def fail(*_: object) -> None:
        raise StorageError("The disk is full: make room and try again.")

    monkeypatch.setattr(assistant, "reindex", fail)
    yield assistant
    assistant.close()


@by_turns
def test_the_articles_tab(
    browser: Any, assistant: Answering, language: str, scheme: str, width: dict[str, Any]
) -> None:
    words = articles_words(wording(language))
    options = surface(language, scheme, width)
    with serving(assistant) as address, page_of(browser, address, **options) as page:
        open_tab(page, words)
        assert findings(page) == []
        for way in ("files", "address", "feed", "text"):
            form = open_form(page, way, words)
            submit(form, words)  # with nothing in it: what is missing is told
            expect(page.locator("#articles .articles-add [role=alert]")).to_be_visible()
            assert findings(page) == [], way
        form = open_form(page, "files", words)
        form.locator("input[type=file]").set_input_files([BAD])
        submit(form, words)
        expect(page.locator("#articles .job-failed li")).to_contain_text("bad.pdf")
        expect(page.locator("#articles .failures-list li").first).to_be_visible()
        assert findings(page) == []
        page.get_by_role("button", name=words["reindex"]).click()
        dialog = page.get_by_role("dialog", name=words["reindex_heading"])
        expect(dialog).to_be_visible()
        assert findings(page) == []
        dialog.get_by_role("button", name=words["reindex"]).click()
        expect(page.locator("#articles .job.failed")).to_be_visible()
        assert findings(page) == []
        for part in ("picture", "sources"):
            page.locator(f"#articles .articles-{part} > summary").click()
        expect(page.get_by_role("img", name=words["picture_source"])).to_be_visible()
        for table in page.locator("#articles .articles-picture details > summary").all():
            table.click()
        assert findings(page) == []
        name = words["remove_name"].replace("{title}", GARE.title)
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog", name=words["remove_heading"])).to_be_visible()
        assert findings(page) == []
        page.keyboard.press("Escape")
        page.get_by_role("searchbox", name=words["search"]).fill("nowhere")
        expect(page.locator("#articles .articles-notice")).to_be_visible()
        assert findings(page) == []
        page.get_by_role("searchbox", name=words["search"]).fill("")
        page.locator(ROWS, has_text=GARE.title).locator(".article-link").click()
        expect(page.locator("#viewer article h2").first).to_have_text(GARE.title)
        assert findings(page) == []


@by_turns
def test_the_login(browser: Any, language: str, scheme: str, width: dict[str, Any]) -> None:
    credentials = read_credentials(password_line(Role.EDITOR, PASSWORD), "a file")
    access = Access("login", credentials, Sessions(bytes(32), credentials, 3_600))
    options = surface(language, scheme, width)
    with (
        serving(FakeAssistant(GARE), access=access, settings=Settings()) as address,
        opened(browser, address, **options) as page,
    ):
        words = wording(language)
        expect(page.get_by_role("heading", name=words["login"])).to_be_visible()
        assert findings(page) == []
        log_in(page, "not this one")
        expect(page.get_by_role("alert")).to_have_text(words["login_wrong"])
        assert findings(page) == []
        log_in(page)
        page.goto(f"{address}login")
        expect(page.get_by_role("link", name=words["to_the_page"])).to_be_visible()
        assert findings(page) == []
