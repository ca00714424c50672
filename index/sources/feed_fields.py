"""The fields of a feed's entry, out of what feedparser makes of it."""

import html
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import urljoin, urlsplit

from index.sources.feed_text import line_of
from index.types import digest_of

MAX_ID = 500  # characters


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed.

    `url` is absolute, None where the entry gives no address of the web. `published` and
    `updated` are in UTC. `language` is the ISO 639-1 code that the feed declares, "" without
    one: many feeds declare their software's. `html` is the whole text where the entry carries
    it and `summary_html` its summary, else ""; both are as sent and not fit to be shown.
    `digest` changes with any of these.
    """

    id: str
    title: str
    url: str | None
    published: datetime | None
    updated: datetime | None
    author: str | None
    language: str
    html: str
    summary_html: str
    digest: str


def entry_of(raw: Any, parsed: Any, base: str) -> FeedEntry:
    """Return the entry that feedparser gave as `raw`, addresses resolved against `base`."""
    url = _address(text_field(raw, "link"), base)
    title = _title(raw)
    published, updated = _moment(raw, "published_parsed"), _moment(raw, "updated_parsed")
    whole, summary = _whole(raw), _markup(dict.get(raw, "summary_detail"))
    summary = summary or text_field(raw, "summary")
    summary = "" if summary == whole else summary
    moments = [moment.isoformat() if moment else "" for moment in (published, updated)]
    author = _author(raw, parsed)
    digest = digest_of(title, url or "", *moments, author or "", whole, summary)
    return FeedEntry(
        id=_identity(text_field(raw, "id") or url or digest),
        title=title,
        url=url,
        published=published,
        updated=updated,
        author=author,
        language=_language(raw, parsed),
        html=whole,
        summary_html=summary,
        digest=digest,
    )


def text_field(fields: Any, key: str) -> str:
    """Return a field of feedparser's, "" where it is absent or no text."""
    # By `dict.get`: the class of these dictionaries puts other fields in place of absent ones.
    value = dict.get(fields, key)
    return value.strip() if isinstance(value, str) else ""


def _identity(told: str) -> str:
    line = " ".join(told.split())
    return line if len(line) <= MAX_ID else f"{line[:MAX_ID]}…{digest_of(line)}"


def _markup(detail: Any) -> str:
    """Return a text construct as HTML, "" where it holds something else."""
    if not isinstance(detail, dict):
        return ""
    value, kind = text_field(detail, "value"), text_field(detail, "type").lower()
    if kind == "text/plain":
        paragraphs = (part for part in value.split("\n\n") if part.strip())
        return "".join(f"<p>{html.escape(part.strip(), quote=False)}</p>" for part in paragraphs)
    return value if kind in ("", "text/html", "application/xhtml+xml") else ""


def _whole(raw: Any) -> str:
    contents = dict.get(raw, "content")
    return max(map(_markup, contents), key=len, default="") if isinstance(contents, list) else ""


def _title(raw: Any) -> str:
    detail = dict.get(raw, "title_detail")
    return line_of(_markup(detail)) or " ".join(text_field(raw, "title").split())


def _address(link: str, base: str) -> str | None:
    try:
        url = urljoin(base, link) if link else ""
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def _moment(raw: Any, key: str) -> datetime | None:
    value = dict.get(raw, key)
    if not isinstance(value, struct_time):
        return None
    try:
        return datetime(*value[:6], tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _author(raw: Any, parsed: Any) -> str | None:
    inherited = parsed.feed if str(parsed.version).startswith("atom") else {}
    for fields in (raw, inherited):
        authors = dict.get(fields, "authors")
        listed = (
            [text_field(author, "name") for author in authors] if isinstance(authors, list) else []
        )
        names = ", ".join(dict.fromkeys(" ".join(name.split()) for name in listed if name))
        if names or text_field(fields, "author"):
            return names or " ".join(text_field(fields, "author").split())
    return None


def _language(raw: Any, parsed: Any) -> str:
    detail = dict.get(raw, "title_detail")
    declared = text_field(detail, "language") if isinstance(detail, dict) else ""
    code = (declared or text_field(parsed.feed, "language"))[:3].lower().partition("-")[0]
    return code if len(code) == 2 and code.isalpha() and code.isascii() else ""
