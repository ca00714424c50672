"""In a real browser: what is too much is told kindly; thumbs up; reading again what failed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import GARE, FakeAssistant, serving
from conftest import HashEmbedder
from test_articles_browser import LINKS, ROWS, Answering, open_form, open_tab, submit
from test_browser import CITATION, ask, page_of, send
from test_browser import browser as browser  # a fixture
from test_reading_browser import ASKED, PHONE
from web_server import Site, running_site

from article_qa_page.access.policy import Access
from article_qa_page.articles_wording import articles_words
from article_qa_page.feedback import read_feedback
from article_qa_page.wording import wording
from index.settings import Settings

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = sync_api.expect

EN, FR = wording("en"), wording("fr")
WORDS, MOTS = articles_words(EN), articles_words(FR)
ENGLISH, FRENCH = {"locale": "en-GB"}, {"locale": "fr-FR"}


def told(sentence: str) -> str:
    """Return what a sentence begins with, before the first number in it."""
    return sentence.split("{")[0].strip()


def plain_file(name: str, size: int) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": b"A word. " * (size // 8)}


@pytest.fixture
def assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Answering]:
    monkeypatch.setenv("ARTICLE_QA_ALLOW_PRIVATE_ADDRESSES", "1")
    assistant = Answering(tmp_path / "home", embedder=HashEmbedder())
    assistant.add_articles([GARE])
    yield assistant
    assistant.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


# --- too much --------------------------------------------------------------------------------


def test_where_many_ask_a_reader_is_told_and_may_ask_again(browser: Any) -> None:
    assistant = FakeAssistant(GARE)
    limits = {"settings": Settings(questions_at_once_in_all=1)}
    with (
        serving(assistant, **limits) as address,
        page_of(browser, address, **FRENCH, **PHONE) as page,
        page_of(browser, address, **ENGLISH) as other,
    ):
        try:
            send(other, "lent")
            expect(other.locator(CITATION).first).to_be_visible()
            ask(page, ASKED)
            expect(page.locator("#chat .bot.message")).to_have_text(FR["limit_full"])
        finally:
            assistant.release.set()
        expect(other.locator("#chat hr")).to_be_visible()
        ask(page, ASKED)
        expect(page.locator("#chat hr")).to_be_visible()


def test_files_that_are_too_large_or_too_many_are_told_before_they_are_sent(
    browser: Any, assistant: Answering
) -> None:
    limits = {"settings": Settings(upload_megabytes=1, upload_files=2)}
    with serving(assistant, **limits) as address, page_of(browser, address, **ENGLISH) as page:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url))
        open_tab(page, WORDS)
        form = open_form(page, "files", WORDS)
        alert, files = page.get_by_role("alert"), form.locator("input[type=file]")
        files.set_input_files([plain_file(f"{n}.txt", 80) for n in range(3)])
        many = WORDS["files_many"].format(count=3, files=2)
        expect(alert).to_have_text(many)
        submit(form, WORDS)
        expect(alert).to_have_text(many)
        large = plain_file("large <b>.txt", 1_600_000)
        files.set_input_files([plain_file("small.txt", 80), large])
        said = WORDS["file_large"].format(name="large <b>.txt", size="1.6", most="1")
        expect(alert).to_have_text(said)
        submit(form, WORDS)
        expect(alert).to_have_text(said)
        assert not any("articles-upload" in url for url in sent)
        files.set_input_files([plain_file("small.txt", 80)])
        expect(page.locator("#articles .articles-add [role=alert]")).to_be_hidden()
        submit(form, WORDS)
        expect(page.locator(ROWS)).to_have_count(2)
        assert sum("articles-upload" in url for url in sent) == 1


def test_what_the_pages_functions_refuse_is_told(browser: Any) -> None:
    # Enough for opening the page and one export.
    limits = {"access": Access("read-only"), "settings": Settings(calls_per_minute=25)}
    with (
        serving(FakeAssistant(GARE), **limits) as address,
        page_of(browser, address, **FRENCH) as page,
    ):
        ask(page, ASKED)
        page.locator("#export-conversation").click()
        expect(page.locator("#reading-notice")).to_contain_text(told(FR["exported"]))
        page.locator("#export-conversation").click()
        expect(page.locator("#reading-notice")).to_contain_text(told(FR["limit_calls"]))
        notice = page.locator("#viewer .viewer-notice", has_text=told(FR["limit_calls"]))
        for _ in range(50):  # until what is left of them is used up
            page.locator(CITATION).first.click()
            page.wait_for_timeout(100)
            if notice.count():
                break
        expect(notice).to_be_visible()
        page.locator("#open-filters").click()
        alert = page.locator("#filter-dialogue [role=alert]")
        expect(alert).to_contain_text(told(FR["limit_calls"]))


def test_too_many_ratings_are_told(browser: Any) -> None:
    limits = {"access": Access("read-only"), "settings": Settings(ratings_per_hour=1)}
    with (
        serving(FakeAssistant(GARE), **limits) as address,
        page_of(browser, address, **ENGLISH, **PHONE) as page,
    ):
        ask(page, ASKED)
        page.get_by_role("button", name="Dislike", exact=True).click()
        page.get_by_role("button", name=EN["reason_old"]).click()
        expect(page.locator("#reading-notice")).to_contain_text(told(EN["limit_ratings"]))


# --- ratings ---------------------------------------------------------------------------------


def test_a_thumb_up_is_kept(browser: Any) -> None:
    assistant = FakeAssistant(GARE)
    with serving(assistant) as address, page_of(browser, address, **FRENCH) as page:
        ask(page, ASKED)
        page.get_by_role("button", name="J'aime", exact=True).click()
        page.get_by_label(FR["rating_up"]).fill("La phrase exacte")
        expect(page.get_by_role("button", name=FR["reason_wrong"])).to_have_count(0)
        page.get_by_role("button", name=FR["rating_send"], exact=True).click()
        expect(page.locator("#reading-notice")).to_have_text(FR["rating_kept"])
        page.wait_for_timeout(500)
        lines = (assistant.home / "feedback.jsonl").read_text("utf-8").splitlines()
        (record,) = read_feedback(lines)
        assert (record["rating"], record["reason"]) == ("up", "La phrase exacte")
        assert record["question"] == ASKED


# --- reading again ---------------------------------------------------------------------------


def test_a_row_is_read_again(browser: Any, assistant: Answering, site: Site) -> None:
    plain = {"Content_Type": "text/plain"}
    url = site.serve("/a.txt", b"The first headline\n\nOne sentence of it. It is short.", **plain)
    with serving(assistant) as address, page_of(browser, address, **ENGLISH, **PHONE) as page:
        open_tab(page, WORDS)
        form = open_form(page, "address", WORDS)
        form.get_by_label(WORDS["address_label"]).fill(url)
        submit(form, WORDS)
        row = page.locator(ROWS, has_text="The first headline")
        expect(row).to_be_visible()
        site.serve("/a.txt", b"The second headline\n\nNow two. Both are short.", **plain)
        name = WORDS["reread_name"].replace("{title}", "The first headline")
        page.get_by_role("button", name=name).click()
        report = page.locator("#articles .job.done .job-line").last
        expect(report).to_have_text(WORDS["done_changed"].format(count=1))
        expect(page.locator(LINKS, has_text="The second headline")).to_be_visible()
        expect(page.locator(ROWS)).to_have_count(2)


def test_what_failed_is_tried_again(browser: Any, assistant: Answering, site: Site) -> None:
    with serving(assistant) as address, page_of(browser, address, **FRENCH) as page:
        open_tab(page, MOTS)
        form = open_form(page, "address", MOTS)
        form.get_by_label(MOTS["address_label"]).fill(f"{site.url}/late.txt")
        submit(form, MOTS)
        failure = page.locator("#articles .failures-list li")
        expect(failure).to_contain_text("late.txt")
        again = failure.get_by_role("button", name=MOTS["try_again"].split()[0])
        again.click()
        jobs = page.locator("#articles .job.done")
        expect(jobs).to_have_count(2)
        expect(failure).to_contain_text("late.txt")  # it fails as before
        site.serve("/late.txt", b"Enfin. Deux phrases.", Content_Type="text/plain")
        again.click()
        expect(jobs).to_have_count(3)
        expect(jobs.last.locator(".job-line")).to_have_text(MOTS["done_added"].format(count=1))
        expect(failure).to_have_count(0)
        expect(page.locator(ROWS)).to_have_count(2)
