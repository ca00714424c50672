"""Pages and feeds of a server on loopback, through sync: new, changed, unchanged, failed, safe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import HashEmbedder
from test_copies import fates, state_of
from web_server import Site, running_site

from index.generations import GenerationStore
from index.source_list import SourceList
from index.sync import Synchroniser, past_failures
from index.web.fetching import Fetcher, Limits

PAGE = """<!doctype html><html lang="en"><head><title>{title}</title>
<meta property="article:published_time" content="2025-03-04T10:00:00+01:00"></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>{title}</h1>
<p>The harbour of {title} will be closed to ferries for the whole of the winter, its owner said.</p>
<p>{more} Repairs to the quay, which a storm damaged in January, will cost four million euros and
employ some sixty people until the spring.</p>
<p>The mayor asked the region for help, and expects an answer before the end of the month.</p>
</article><footer>All rights reserved.</footer></body></html>"""
FEED = """<?xml version="1.0"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title>
<link>{site}</link>{items}</channel></rss>"""
ITEM = "<item><title>{title}</title><link>{url}</link><guid>{url}</guid></item>"


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def synchroniser(store: GenerationStore, embedder: HashEmbedder) -> Synchroniser:
    limits = Limits(pause=0.0)
    return Synchroniser(store, embedder, lambda: Fetcher(allow_private=True, limits=limits))


def page(title: str, more: str = "") -> bytes:
    return PAGE.format(title=title, more=more).encode()


def feed(site: Site, *titles: str) -> bytes:
    items = "".join(ITEM.format(title=t, url=f"{site.url}/{t}") for t in titles)
    return FEED.format(site=site.url, items=items).encode()


def test_a_page_is_read_and_asked_for_again_with_what_is_known(
    synchroniser: Synchroniser, store: GenerationStore, site: Site
) -> None:
    url = site.serve("/Norhaven", page("Norhaven"), ETag='"one"')
    assert fates(synchroniser.add([url])) == {"added": 1}
    ((source, text),) = state_of(store)[0].items()
    assert source == url and "closed to ferries" in text and "All rights" not in text
    site.raw("/Norhaven", b"HTTP/1.1 304 Not Modified\r\n\r\n")
    assert fates(synchroniser.add([url])) == {"unchanged": 1}
    assert site.seen[-1][1]["if-none-match"] == '"one"'
    site.serve("/Norhaven", page("Norhaven", "It is final."), ETag='"two"')
    report = synchroniser.add([url])
    assert fates(report) == {"changed": 1} and report.changed[0].reason == "text"


def test_a_page_with_a_date_alone_is_asked_for_with_it(
    synchroniser: Synchroniser, store: GenerationStore, site: Site
) -> None:
    date = "Tue, 04 Mar 2025 09:00:00 GMT"
    url = site.serve("/Norhaven", page("Norhaven"), Last_Modified=date)
    synchroniser.add([url])
    site.raw("/Norhaven", b"HTTP/1.1 304 Not Modified\r\n\r\n")
    assert fates(synchroniser.add([url])) == {"unchanged": 1}
    assert site.seen[-1][1]["if-modified-since"] == date


def test_the_same_page_under_a_tracking_address_is_one_article(
    synchroniser: Synchroniser, store: GenerationStore, site: Site
) -> None:
    site.serve("/Norhaven", page("Norhaven"))
    site.serve("/Norhaven?utm_source=letter", page("Norhaven"))
    url = f"{site.url}/Norhaven"
    assert fates(synchroniser.add([url, f"{url}?utm_source=letter"])) == {"added": 1, "copies": 1}
    assert len(state_of(store)[0]) == 1


def test_a_feed_brings_its_pages_and_only_what_is_new(
    synchroniser: Synchroniser, store: GenerationStore, site: Site
) -> None:
    for title in ("Norhaven", "Sudmare", "Westrade"):
        site.serve(f"/{title}", page(title))
    address = site.serve("/rss", feed(site, "Norhaven", "Sudmare"))
    sources = SourceList(feeds=(address,))
    assert fates(synchroniser.sync_all(sources)) == {"added": 2}
    asked = len(site.seen)
    assert fates(synchroniser.sync_all(sources)) == {"unchanged": 2}
    assert len([p for p in site.paths()[asked:] if p != "/robots.txt"]) == 1
    site.serve("/rss", feed(site, "Westrade", "Sudmare"))
    assert fates(synchroniser.sync_all(sources)) == {"added": 1, "unchanged": 1}
    assert len(state_of(store)[0]) == 3  # what dropped off the feed stays


def test_a_feed_not_modified_leaves_its_articles(
    synchroniser: Synchroniser, store: GenerationStore, site: Site
) -> None:
    site.serve("/Norhaven", page("Norhaven"))
    address = site.serve("/rss", feed(site, "Norhaven"), ETag='"f"')
    synchroniser.add([address])
    site.raw("/rss", b"HTTP/1.1 304 Not Modified\r\n\r\n")
    assert fates(synchroniser.add([address])) == {"unchanged": 1}
    assert site.seen[-1][1]["if-none-match"] == '"f"'


def test_an_entry_that_failed_is_tried_again(
    synchroniser: Synchroniser, store: GenerationStore, site: Site
) -> None:
    site.serve("/Norhaven", page("Norhaven"))
    address = site.serve("/rss", feed(site, "Norhaven", "Sudmare"), ETag='"f"')
    report = synchroniser.add([address])
    assert fates(report) == {"added": 1, "failed": 1}
    assert "404" in report.failed[0].reason or "not" in report.failed[0].reason
    assert [failure.times for failure in past_failures(store)] == [1]
    site.serve("/Sudmare", page("Sudmare"))
    assert fates(synchroniser.add([address])) == {"added": 1, "unchanged": 1}
    assert "if-none-match" not in [headers for path, headers in site.seen if path == "/rss"][-1]
    assert past_failures(store) == []


def test_an_entry_with_its_own_text_needs_no_page(
    synchroniser: Synchroniser, store: GenerationStore, site: Site
) -> None:
    text = "<p>" + "The bridge of Aldmoor opens on Monday, after two years of works. " * 6 + "</p>"
    item = (
        f"<item><title>Aldmoor</title><link>{site.url}/Aldmoor</link>"
        '<guid isPermaLink="false">x1</guid>'
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
    )
    address = site.serve("/rss", FEED.format(site=site.url, items=item).encode())
    assert fates(synchroniser.add([address])) == {"added": 1}
    assert site.paths().count("/Aldmoor") == 0
    assert next(iter(state_of(store)[0])) == f"{address}#x1"


def test_a_page_that_is_gone_keeps_its_article(
    synchroniser: Synchroniser, store: GenerationStore, site: Site
) -> None:
    url = site.serve("/Norhaven", page("Norhaven"))
    synchroniser.add([url])
    site.serve("/Norhaven", b"", status=410)
    assert fates(synchroniser.sync_all(SourceList(pages=(url,)))) == {"failed": 1}
    assert len(state_of(store)[0]) == 1


def test_loopback_is_refused_unless_allowed(
    store: GenerationStore, embedder: HashEmbedder, site: Site
) -> None:
    url = site.serve("/Norhaven", page("Norhaven"))
    report = Synchroniser(store, embedder).add([url])
    assert fates(report) == {"failed": 1} and site.seen == []
    assert url in report.failed[0].reason and "\n" not in report.failed[0].reason


def test_one_bad_source_stops_no_other(
    synchroniser: Synchroniser, store: GenerationStore, site: Site, folder: Path, tmp_path: Path
) -> None:
    (folder / "a.txt").write_text("Some text. More.")
    good = site.serve("/Norhaven", page("Norhaven"))
    sources = SourceList(
        (tmp_path / "nowhere", folder), (f"{site.url}/no-feed",), (good, f"{site.url}/no-page")
    )
    assert fates(synchroniser.sync_all(sources)) == {"added": 2, "failed": 3}
    assert len(past_failures(store)) == 3


def test_a_plan_asks_the_web_and_keeps_nothing(
    synchroniser: Synchroniser, store: GenerationStore, site: Site
) -> None:
    url = site.serve("/Norhaven", page("Norhaven"))
    assert fates(synchroniser.add([url], plan=True)) == {"added": 1}
    assert store.current() is None and not store.root.exists()
