"""The Articles tab in a real browser: adding, finding, opening, removing, and other pages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import serving
from conftest import HashEmbedder
from test_articles_tab import FEED, LONG
from test_browser import browser, page_of  # noqa: F401  (a fixture)
from web_server import Site, running_site

from article_qa_page.access.policy import Access
from article_qa_page.articles_wording import articles_words
from article_qa_page.wording import wording
from index.article import make_article
from index.source_list import load_sources
from retrieval.answering import Assistant

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = sync_api.expect

EN, FR = articles_words(wording("en")), articles_words(wording("fr"))
HOSTILE = [
    '<img src=x onerror="window.pwned=1">',
    "{{value}} ${window.pwned=2} __i18n__",
    "</td><script>window.pwned=3</script>",
    "javascript:window.pwned=4 “{title}”",
]
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
ROWS = "#articles tbody tr"
LINKS = "#articles .article-link"


class Answering(Assistant):
    """The real index with quick vectors; nothing is asked of it here."""

    def warm_up(self) -> None: ...


@pytest.fixture
def assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    monkeypatch.setenv("ARTICLE_QA_ALLOW_PRIVATE_ADDRESSES", "1")
    assistant = Answering(tmp_path / "home", embedder=HashEmbedder())
    texts = [f"Article number {n} tells of a thing. It is short." for n in range(len(HOSTILE))]
    assistant.add_articles(
        make_article(text, source=f"https://site{n}.example/{title}", title=title)
        for n, (text, title) in enumerate(zip(texts, HOSTILE, strict=True))
    )
    yield assistant
    assistant.close()


@pytest.fixture
def address(assistant: Assistant) -> Iterator[str]:
    with serving(assistant) as address:
        yield address


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:  # noqa: F811
    with page_of(browser, address, viewport=WIDE, locale="en-GB") as page:
        open_tab(page, EN)
        yield page


def open_tab(page: Any, words: dict[str, str]) -> None:
    page.get_by_role("tab", name=words["tab_articles"], exact=True).click()
    expect(page.locator(ROWS).first).to_be_visible()


def open_form(page: Any, way: str, words: dict[str, str] = EN) -> Any:
    if not page.locator("#articles .articles-add").evaluate("e => e.open"):
        page.locator("#articles .articles-add > summary").click()
    page.get_by_role("tab", name=words[f"add_{way}"], exact=True).click()
    return page.locator(f"#add-panel-{way}")


def submit(form: Any, words: dict[str, str] = EN) -> None:
    form.get_by_role("button", name=words["submit"], exact=True).click()


def assert_nothing_ran(page: Any) -> None:
    assert page.evaluate("window.pwned") is None
    inside = "#articles :is(img, iframe, script, object, embed, link, style)"
    assert page.locator(inside).count() == 0


def overflow(page: Any) -> int:
    width = (
        "Math.max(document.documentElement.scrollWidth - innerWidth,"
        " document.querySelector('#articles-column').scrollWidth"
        " - document.querySelector('#articles-column').clientWidth)"
    )
    return int(page.evaluate(width))


@pytest.mark.parametrize(("locale", "words"), [("en-GB", EN), ("fr-FR", FR)])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_hostile_titles_are_text_in_both_languages_and_widths(
    browser: Any,  # noqa: F811
    address: str,
    locale: str,
    words: dict[str, str],
    size: dict[str, int],
) -> None:
    with page_of(browser, address, viewport=size, locale=locale) as page:
        open_tab(page, words)
        assert sorted(page.locator(LINKS).all_text_contents()) == sorted(HOSTILE)
        expect(page.get_by_role("heading", name=words["tab_articles"], level=2)).to_be_visible()
        expect(page.get_by_role("searchbox", name=words["search"])).to_be_visible()
        page.locator("#articles .articles-picture > summary").click()
        expect(page.get_by_role("img", name=words["picture_source"])).to_be_visible()
        page.get_by_role("button", name=words["remove_name"].replace("{title}", HOSTILE[0])).click()
        dialog = page.get_by_role("dialog", name=words["remove_heading"])
        expect(dialog.locator(".dialog-subject")).to_have_text(HOSTILE[0])
        assert overflow(page) <= 0
        assert_nothing_ran(page)
        for control in page.locator("#articles button:visible").all():
            assert (control.get_attribute("aria-label") or control.text_content() or "").strip()


def test_adding_by_file_text_address_and_feed(
    page: Any, site: Site, assistant: Assistant, tmp_path: Path
) -> None:
    form = open_form(page, "files")
    submit(form)
    expect(page.get_by_role("alert")).to_have_text(EN["files_none"])
    good = {"name": "<b>été</b>.md", "mimeType": "text/markdown", "buffer": LONG.encode()}
    bad = {"name": "bad.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 broken"}
    form.get_by_label(EN["files_label"]).set_input_files([good, bad])
    submit(form)
    report = page.locator("#articles .job.done")
    expect(report.locator(".job-line")).to_have_text("1 added, 1 failed")
    expect(report.locator(".job-failed li")).to_contain_text("bad.pdf")
    expect(page.locator("#articles .failures-list li")).to_contain_text("bad.pdf")
    expect(page.locator(ROWS)).to_have_count(len(HOSTILE) + 1)
    report.get_by_role("button", name=EN["dismiss"]).click()
    expect(report).to_have_count(0)
    page.get_by_role("button", name=EN["dismiss_name"].replace("{name}", "bad.pdf")).click()
    expect(page.locator("#articles .failures-list li")).to_have_count(0)

    form = open_form(page, "text")
    submit(form)
    expect(page.get_by_role("alert")).to_have_text(EN["text_title_missing"])
    expect(form.get_by_label(EN["title"])).to_be_focused()
    form.get_by_label(EN["title"]).fill("Pasted ${title}")
    form.get_by_label(EN["text_date"]).fill("2025-03-01")
    form.get_by_label(EN["add_text"], exact=True).fill("A pasted text of two sentences. Here.")
    submit(form)
    expect(page.locator(LINKS, has_text="Pasted ${title}")).to_be_visible()
    expect(form.get_by_label(EN["title"])).to_have_value("")

    form = open_form(page, "address")
    form.get_by_label(EN["address_label"]).fill("no address")
    submit(form)
    expect(page.get_by_role("alert")).to_have_text(EN["address_wrong"])
    text = b"A page of the web. It has two sentences."
    url = site.serve("/a.txt", text, Content_Type="text/plain")
    form.get_by_label(EN["address_label"]).fill(url)
    submit(form)
    expect(page.locator(ROWS)).to_have_count(len(HOSTILE) + 3)

    entries = FEED.format(url=site.url, text=LONG.replace("bridge", "gate")).encode()
    feed = site.serve("/rss", entries, Content_Type="application/rss+xml")
    form = open_form(page, "feed")
    form.get_by_label(EN["feed_label"]).fill(feed)
    submit(form)
    expect(page.locator("#articles .job-note")).to_have_text(EN["note_listed"])
    expect(page.locator(ROWS)).to_have_count(len(HOSTILE) + 4)
    assert load_sources(assistant.home).feeds == (feed,)
    page.get_by_role("button", name=EN["sync"]).click()
    expect(page.locator("#articles .job.done h3", has_text=EN["job_sync"])).to_be_visible()
    assert_nothing_ran(page)


def test_a_french_page_tells_in_french_what_failed(
    browser: Any,  # noqa: F811
    address: str,
    site: Site,
) -> None:
    with page_of(browser, address, viewport=WIDE, locale="fr-FR") as page:
        open_tab(page, FR)
        form = open_form(page, "files", FR)
        empty = {"name": "vide <b>.md", "mimeType": "text/markdown", "buffer": b""}
        form.get_by_label(FR["files_label"]).set_input_files([empty])
        submit(form, FR)
        sentence = "vide b.md est vide\u00a0: il n’y a rien à indexer."
        expect(page.locator("#articles .job-failed li")).to_have_text(sentence)
        expect(page.locator("#articles .failures-list p").first).to_have_text(sentence)
        page.locator("#articles .job.done").get_by_role("button", name=FR["dismiss"]).click()

        url = site.serve("/rss", b"<rss><channel></channel></rss>", Content_Type="text/xml")
        form = open_form(page, "feed", FR)
        form.get_by_label(FR["feed_label"]).fill(url)
        submit(form, FR)
        sentence = f"{url} n’a pas d’entrées\u00a0: il n’y a rien à indexer."
        expect(page.locator("#articles .job-failed li")).to_have_text(sentence)
        expect(page.locator("#articles .job-note")).to_have_text(FR["note_failed"])
        assert page.locator("#articles .job-failed[lang]").count() == 0
        assert_nothing_ran(page)

        page.get_by_role("tab", name=FR["tab_ask"]).click()
        page.fill("#question textarea", "x" * 2_500)
        page.press("#question textarea", "Enter")
        told = "La question compte 2\u202f500 caractères\u00a0: posez-la en 2\u202f000 au plus."
        expect(page.locator("#chat .bot.message")).to_contain_text(told)


def test_searching_sorting_and_turning_pages(page: Any, assistant: Assistant) -> None:
    assistant.add_articles(
        make_article(
            f"Number {n} of many. Short.", source=f"/many/{n:03d}.md", title=f"Été {n:03d}"
        )
        for n in range(120)
    )
    pager = page.locator("#articles .pager-range")
    expect(pager).to_have_text("1–50 of 124")
    page.get_by_role("searchbox").fill("ETE 1")
    expect(page.locator(ROWS).first).to_contain_text("Été 1")
    page.get_by_role("searchbox").fill("ete")
    expect(pager).to_have_text("1–50 of 120 found (124 in all)")
    heading = page.get_by_role("columnheader", name=EN["title"])
    expect(heading).to_have_attribute("aria-sort", "none")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(page.locator(LINKS).first).to_have_text("Été 000")
    expect(heading.get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(page.locator(LINKS).first).to_have_text("Été 119")
    following = page.get_by_role("button", name=EN["next"])
    following.click()
    following.click()
    expect(pager).to_have_text("101–120 of 120 found (124 in all)")
    expect(following).to_be_disabled()
    page.get_by_role("searchbox").fill("nowhere")
    expect(page.locator("#articles .articles-notice")).to_have_text(
        EN["not_found"].replace("{search}", "nowhere")
    )


def test_opening_reading_and_going_back_by_keyboard(page: Any) -> None:
    link = page.locator(LINKS).first
    title = link.text_content()
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#viewer article h2")).to_have_text(title)
    expect(page.locator("#viewer")).to_be_visible()
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()
    expect(link).to_be_focused()


def test_a_removal_is_confirmed_or_not_and_another_page_sees_it(
    browser: Any,  # noqa: F811
    address: str,
    page: Any,
) -> None:
    with page_of(browser, address, viewport=PHONE, locale="fr-FR") as other:
        open_tab(other, FR)
        expect(other.locator(ROWS)).to_have_count(len(HOSTILE))
        remove = page.get_by_role("button", name=EN["remove_name"].replace("{title}", HOSTILE[1]))
        dialog = page.get_by_role("dialog", name=EN["remove_heading"])
        for leave in (
            lambda: page.keyboard.press("Escape"),
            lambda: dialog.get_by_role("button", name=EN["cancel"]).click(),
        ):
            remove.click()
            expect(dialog.get_by_role("button", name=EN["cancel"])).to_be_focused()
            for _ in range(4):  # the focus stays inside, the browser's own controls apart
                page.keyboard.press("Tab")
                assert page.evaluate(
                    "document.activeElement === document.body"
                    " || !!document.activeElement.closest('dialog')"
                )
            leave()
            expect(dialog).to_have_count(0)
            expect(remove).to_be_focused()
            expect(page.locator(ROWS)).to_have_count(len(HOSTILE))
        remove.click()
        dialog.get_by_role("button", name=EN["remove"], exact=True).click()
        expect(page.locator(ROWS)).to_have_count(len(HOSTILE) - 1)
        expect(page.locator("#articles .job.done .job-line")).to_have_text("1 removed")
        expect(other.locator(ROWS)).to_have_count(len(HOSTILE) - 1)
        expect(other.locator("#articles .job")).to_have_count(0)
        other.get_by_role("tab", name=FR["tab_ask"]).click()
        expect(other.locator("#page-status")).to_have_text(f"{len(HOSTILE) - 1} articles indexés")


def test_the_chats_list_follows_too(page: Any, assistant: Assistant) -> None:
    page.get_by_role("tab", name=EN["tab_ask"]).click()
    expect(page.locator("#viewer .article-card")).to_have_count(len(HOSTILE))
    assistant.remove([assistant.articles()[0].id])
    expect(page.locator("#viewer .article-card")).to_have_count(len(HOSTILE) - 1)


def test_reindexing_is_confirmed_shows_progress_and_can_be_cancelled(
    page: Any, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Event

    release, before = Event(), assistant.generation()

    def held(progress: Any = None) -> Any:
        while not release.wait(0.02):
            progress("embed", 3, 12)
        return Assistant.reindex(assistant, progress)

    monkeypatch.setattr(assistant, "reindex", held)
    page.get_by_role("button", name=EN["reindex"]).click()
    dialog = page.get_by_role("dialog", name=EN["reindex_heading"])
    dialog.get_by_role("button", name=EN["reindex"]).click()
    job = page.locator("#articles .job")
    expect(job.locator(".job-line")).to_contain_text("3 of 12")
    expect(job.get_by_role("progressbar", name=EN["job_reindex"])).to_have_attribute("max", "12")
    job.get_by_role("button", name=EN["cancel"]).click()
    expect(job.locator(".job-line")).to_have_text(EN["state_cancelled"])
    assert assistant.generation() == before
    release.set()
    page.get_by_role("button", name=EN["reindex"]).click()
    dialog.get_by_role("button", name=EN["reindex"]).click()
    expect(page.locator("#articles .job.done .job-line")).to_have_text(EN["done_reindex"])
    assert assistant.generation() != before


def test_a_reader_who_may_not_edit_is_offered_nothing_to_change(
    browser: Any,  # noqa: F811
    assistant: Assistant,
) -> None:
    with (
        serving(assistant, access=Access("read-only")) as address,
        page_of(browser, address, viewport=WIDE, locale="en-GB") as page,
    ):
        open_tab(page, EN)
        expect(page.locator(ROWS)).to_have_count(len(HOSTILE))
        expect(page.locator("#articles .articles-add")).to_be_hidden()
        assert page.locator("#articles :is(.row-button, .articles-tools button)").count() == 0


def test_the_tabs_answer_to_the_keyboard_and_to_an_address(page: Any, address: str) -> None:
    page.get_by_role("tab", name=EN["tab_articles"], exact=True).focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name=EN["tab_ask"])).to_be_focused()
    expect(page.locator("#question textarea")).to_be_visible()
    assert page.evaluate("location.hash") == ""
    page.keyboard.press("ArrowRight")
    assert page.evaluate("location.hash") == "#articles"
    page.reload()
    expect(page.locator(ROWS)).to_have_count(len(HOSTILE))


def test_a_server_that_is_gone_is_told(browser: Any, assistant: Assistant) -> None:  # noqa: F811
    with serving(assistant) as address, page_of(browser, address, locale="en-GB") as page:
        open_tab(page, EN)
        calls = re.compile("component_server")
        page.route(calls, lambda route: route.abort())
        page.get_by_role("searchbox").fill("x")
        notice = page.locator("#articles .articles-notice")
        expect(notice).to_contain_text(EN["unreachable"])
        expect(notice.get_by_role("button", name=EN["try_again"])).to_be_visible()
        page.unroute(calls)  # it comes back by itself too
        expect(page.locator(ROWS)).to_have_count(len(HOSTILE))


def test_an_empty_index_invites_to_add(
    browser: Any,  # noqa: F811
    assistant: Assistant,
    address: str,
) -> None:
    assistant.remove([article.id for article in assistant.articles()])
    with page_of(browser, address, locale="fr-FR") as page:
        page.get_by_role("tab", name=FR["tab_articles"], exact=True).click()
        expect(page.locator("#articles .articles-notice")).to_have_text(FR["none"])
        expect(page.get_by_role("tab", name=FR["add_files"])).to_be_visible()
