"""What a page says of itself: when it was published, at which address, in which language."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from index.language import WRITTEN_WIDELY, detect_language
from index.sources.addresses import canonical_address, same_site

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LONGEST_JSON = 1_000_000  # characters
LONGEST_ADDRESS = 2_000  # characters
_DATE_NAMES_WORDS = """
article:published_time og:published_time og:article:published_time datepublished pubdate
publishdate publish-date publication_date parsely-pub-date sailthru.date date dc.date
dc.date.issued dcterms.date dcterms.issued dcterms.created citation_publication_date
"""
_DATE_NAMES = frozenset(_DATE_NAMES_WORDS.split())
_ARTICLE_TYPE = re.compile(r"Article$|Posting$|^Report$|^Review$")
_SPACE_BEFORE_ZONE = re.compile(r"(?<=\d)\s+(?=(?:[+-]\d\d:?\d\d|Z)$)")
_LANGUAGE = re.compile(r"\s*([a-zA-Z]{2})(?:[-_]|\s*$)")


def plausible(moment: datetime | None) -> datetime | None:
    """Return `moment` in UTC, or None if it is before 1990 or more than a day ahead."""
    if moment is None:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:  # the first or the last day of all
        return None
    return moment if EARLIEST <= moment <= datetime.now(UTC) + timedelta(days=1) else None


def published(tree: Any, day: str | None) -> datetime | None:
    """Return when a page was published, as exactly as it says; None rather than a wrong date.

    `day` is what trafilatura found (ISO 8601), asked where the page states no date. The first
    statement decides which day it was; one more exact about the same day is preferred.
    """
    stated = [text for text in _stated_dates(tree) if text.strip()]
    if not stated and day and _shows_day(tree, day):
        stated = [day]
    times = (element.get("datetime") for element in islice(tree.iter("time"), 20))
    refining = [text for text in times if text]
    best: tuple[int, datetime] | None = None
    for position, text in enumerate([*stated, *refining]):
        found = _moment(text)
        if found is None:
            continue
        if best is None:
            if position >= len(stated):  # any <time> may be that of another article
                break
            best = found
        elif found[0] > best[0] and abs(found[1] - best[1]) <= timedelta(hours=36):
            best = found
    return best[1] if best else None


def _shows_day(tree: Any, day: str) -> bool:
    """Tell whether a page shows the first of a month; other days are not made up for it."""
    match = re.fullmatch(r"(\d{4})-(\d\d)-01", day)
    if match is None:
        return True
    year, month = match.groups()
    shown = rf"{year}[-/.]{month}[-/.]01|\b0?1[-/.]0?{int(month)}[-/.]{year}"
    shown += rf"|\b0?1(?:er|st)?\.?\s+[^\W\d]+\.?,?\s+{year}|[^\W\d]\.?\s+0?1(?:st)?,?\s+{year}"
    attributes = (e.get("datetime") or e.get("content") or "" for e in tree.iter("time", "meta"))
    return bool(re.search(shown, "\n".join([tree.text_content(), *attributes])))


def is_declared_article(tree: Any) -> bool:
    """Tell whether a page says of itself that it is an article."""
    if any(_is_article(node) for node in _json_nodes(tree)):
        return True
    for name, value in _meta(tree):
        if name == "article:published_time" or (name == "og:type" and value.lower() == "article"):
            return True
    return False


def address(tree: Any, url: str | None) -> str | None:
    """Return the canonical address of a page that came from `url` (None: from a file).

    A page may name another address of its own site; one that names another site's, or the
    home page of its own, is not believed.
    """
    own = canonical_address(url) if url else None
    claims = [
        link.get("href") for link in tree.iter("link") if _has_word(link.get("rel"), "canonical")
    ]
    claims += [value for name, value in _meta(tree) if name == "og:url"]
    for claim in claims:
        claimed = _claimed(claim, url)
        if claimed and (own is None or same_site(claimed, own)):
            return claimed
    return own


def language(tree: Any, text: str) -> str | None:
    """Return the language of a page's text; what the page declares counts where it may be so."""
    declared = [tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")]
    declared += [v for name, v in _meta(tree) if name in ("content-language", "og:locale")]
    match = next((m for value in declared if (m := _LANGUAGE.match(value or ""))), None)
    if match is None:
        return None
    code = match[1].lower()
    # A template's language is often left standing: the text has the last word if it is long.
    if len(text) < 200 or code not in WRITTEN_WIDELY:
        return code
    return detect_language(text, WRITTEN_WIDELY)


def _claimed(claim: str | None, url: str | None) -> str | None:
    try:
        joined = canonical_address(urljoin(url or "", (claim or "").strip()))
        parts = urlsplit(joined)
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and "." in parts.netloc and "@" not in parts.netloc
    home = parts.path == "/" and not parts.query
    if not good or home or len(joined) > LONGEST_ADDRESS or re.search(r"[\s<>\"]", joined):
        return None
    return joined


def _moment(text: str) -> tuple[int, datetime] | None:
    """Return how exact a date is (0 a day, 1 a time, 2 with its zone) and the date in UTC."""
    text = _SPACE_BEFORE_ZONE.sub("", text.strip()[:60])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
    exactness = 2 if moment.tzinfo else 1 if re.search(r"\d:?\d\d\b.*:|T\d", text) else 0
    found = plausible(moment)
    return (exactness, found) if found else None


def _stated_dates(tree: Any) -> Iterator[str]:
    nodes = list(_json_nodes(tree))
    for node in sorted(nodes, key=lambda node: not _is_article(node)):  # a stable sort
        value = node.get("datePublished")
        if isinstance(value, str):
            yield value
    yield from (value for name, value in _meta(tree) if name in _DATE_NAMES)
    for element in tree.iter("time"):
        if element.get("pubdate") is not None or _has_word(
            element.get("itemprop"), "datepublished"
        ):
            yield element.get("datetime") or ""


def _is_article(node: dict[str, Any]) -> bool:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and _ARTICLE_TYPE.search(name) for name in names)


def _json_nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a page's JSON-LD that describe the page, not those they refer to."""
    for script in tree.iter("script"):
        if not (script.get("type") or "").strip().lower().startswith("application/ld+json"):
            continue
        if not script.text or len(script.text) > LONGEST_JSON:
            continue
        try:
            pending: list[Any] = [json.loads(script.text, strict=False)]
        except (ValueError, RecursionError):
            continue
        while pending:
            node = pending.pop(0)
            if isinstance(node, list):
                pending[:0] = node[:100]
            elif isinstance(node, dict):
                yield node
                pending[:0] = [node[key] for key in ("@graph", "mainEntity") if key in node]


def _meta(tree: Any) -> Iterator[tuple[str, str]]:
    """Yield the names, lower case, and the contents of a page's meta elements."""
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for key in ("property", "name", "itemprop", "http-equiv"):
            if content and (name := element.get(key)):
                yield name.strip().lower(), content


def _has_word(value: str | None, word: str) -> bool:
    return word in (value or "").lower().split()
