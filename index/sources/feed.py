"""RSS and Atom feeds: their entries, and the articles of those that carry their text."""

import io
import re
from collections.abc import Iterator
from typing import Any

from index.article import make_article
from index.errors import SourceError
from index.sources.content import Content, Found, SourceKind
from index.sources.feed_fields import FeedEntry, entry_of, text_field
from index.sources.feed_text import text_of
from index.sources.feed_xml import FEED_ROOTS, clean_feed, root_name
from index.types import Article

MIN_TEXT = 200  # characters; less is an announcement of the article
MIN_WHOLE_SUMMARY = 1_500  # characters; some feeds put whole articles where summaries go
SUFFIXES = (".rss", ".atom", ".xml")
_CUT = re.compile(r"(?:…|\.\.\.)[\s\])]*$")
_MEDIA_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")


def feed_entries(content: Content) -> list[FeedEntry]:
    """Return the entries of a feed in its order, each id once.

    Raises `SourceError` where the content is not a feed, is not safe to read, or has no entries.
    """
    parsed = _parse(content)
    if not parsed.entries:
        raise SourceError(f"{content.source} has no entries: there is nothing to index in it.")
    base = content.url or text_field(parsed.feed, "link")
    found: dict[str, FeedEntry] = {}
    for raw in parsed.entries:
        entry = entry_of(raw, parsed, base)
        found.setdefault(entry.id, entry)
    return list(found.values())


def carries_text(entry: FeedEntry) -> bool:
    """Tell whether an entry carries the whole text of its article, as far as can be seen.

    What ends in an ellipsis is cut, and a summary of less than `MIN_WHOLE_SUMMARY` is one.
    """
    for carried, least in ((entry.html, MIN_TEXT), (entry.summary_html, MIN_WHOLE_SUMMARY)):
        text = text_of(carried)
        if len(text) >= least and not _CUT.search(text):
            return True
    return False


def entry_text(entry: FeedEntry) -> str:
    """Return the text that the entry carries, "" where it is less than `MIN_TEXT` characters."""
    for carried in (entry.html, entry.summary_html):
        text = text_of(carried)
        if len(text) >= MIN_TEXT:
            return text
    return ""


def entry_article(entry: FeedEntry, source: str) -> Article:
    """Return the article of an entry; raise `SourceError` where it does not carry its text.

    `source` names the entry: that of the feed with "#" and the entry's id. The language is found
    in the text.
    """
    text = entry_text(entry)
    if not text:
        raise SourceError(f"{source} carries no text: give the address of its page.")
    return make_article(
        text,
        source=source,
        title=entry.title,
        url=entry.url,
        published=entry.published or entry.updated,
        author=entry.author,
    )


def read_feed(content: Content) -> Iterator[Found]:
    """Yield the article of each entry, or why it has none; raise `SourceError` without entries."""
    for entry in feed_entries(content):
        try:
            yield entry_article(entry, f"{content.source}#{entry.id}")
        except SourceError as error:
            yield error


def recognises(content: Content) -> bool:
    """Tell whether the content is a feed by its root element, or else by what it is called."""
    name = root_name(content.data)
    if name in FEED_ROOTS:
        return True
    # Other XML is recognised too, to be refused: its tags are not to be taken for text.
    called = content.suffix in SUFFIXES or content.media_type in _MEDIA_TYPES
    return called and name != "html"


def _parse(content: Content) -> Any:
    import feedparser

    data = clean_feed(content.data, content.source, content.charset)
    headers = {"content-type": "application/xml; charset=utf-8"}
    if content.url:
        headers["content-location"] = content.url
    try:
        # A stream, as bytes could be taken for a path; the HTML is turned into text anyway.
        parsed = feedparser.parse(
            io.BytesIO(data),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # it raises all sorts on values that it did not expect
        raise SourceError(
            f"{content.source} cannot be read as a feed ({type(error).__name__}): mend it."
        ) from error
    if not parsed.version:
        raise SourceError(f"{content.source} is not a feed: give an RSS or Atom feed.")
    return parsed


KIND = SourceKind("feed", SUFFIXES, recognises, read_feed)
