"""Pages of the web: their article, without what surrounds it."""

import logging
import re
from collections.abc import Iterator
from copy import deepcopy
from itertools import islice
from typing import Any

from index.article import make_article
from index.errors import SourceError
from index.sources import html_metadata
from index.sources.content import Content, SourceKind
from index.sources.decoding import beginning
from index.sources.html_blocks import (
    NARROW_SPACE,
    Block,
    blocks_of,
    plain,
    pointing_elsewhere,
    remove_read_also,
)
from index.sources.html_tree import parse_page
from index.types import Article

MIN_PROSE = 80  # characters of running text; the shortest of agency news has more
_NOT_HTML = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x7fELF")
_PREAMBLE = re.compile(r"(?:[\s\ufeff]|\xef\xbb\xbf|<!--.*?-->|<\?xml[^>]*>)*", re.DOTALL)
_FIRST_TAG = re.compile(r"<(?:!doctype\s+html|(?:html|head|body)(?=[\s>/]))", re.IGNORECASE)
_OTHER_XML = re.compile(r"<(?:rss|feed|rdf:RDF|svg|urlset|sitemapindex|\?xml-stylesheet)\b")
_ANY_TAG = re.compile(r"<(?:/?[a-z][a-z0-9]*(?:\s[^<>]*)?/?|!--.*?--)>", re.IGNORECASE | re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?…][\s»”\"’')\]]*(?:\s|$)")
_CONSENT = re.compile(
    r"\bcookies?\b|\btraceurs?\b|\bconsent|\bJavaScript\b|\bnos partenaires\b|\bour partners\b"
    r"|\bcaptcha\b|\b(?:not|pas) (?:a|un) robot\b|\byour browser\b|\bvotre navigateur\b",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"mot de passe|\bpassword|identifi(?:ez|ant)|connectez|\b(?:sign|log) ?in\b|\babonnés\b"
    r"|\bsubscribers?\b|\bcompte\b|\baccount\b",
    re.IGNORECASE,
)
_STAND_INS = [chr(code) for code in range(0x10600, 0x10640)]  # Linear A: letters in no news
_BY = re.compile(r"^(?:par|by|propos recueillis par)\s*:?\s+", re.IGNORECASE)


def recognises(content: Content) -> bool:
    """Tell whether the content is a page: by its first tag, its media type or its suffix."""
    if content.data.startswith(_NOT_HTML):
        return False
    head = beginning(content.data)
    preamble = _PREAMBLE.match(head)
    start = preamble.end() if preamble else 0
    if _FIRST_TAG.match(head, start):
        return True
    if _OTHER_XML.match(head, start):
        return False
    if content.media_type in ("text/html", "application/xhtml+xml"):
        return True
    return content.suffix in KIND.suffixes and bool(_ANY_TAG.search(head))


def read_html(content: Content) -> Iterator[Article]:
    """Yield the article of a page; raise `SourceError` where it holds none, or is too large."""
    name = content.source
    tree = parse_page(content.data, name, content.charset)
    if tree is None:
        raise SourceError(f"{name} holds no article: it is an empty page.")
    url = html_metadata.address(tree, content.url)
    declared = html_metadata.is_declared_article(tree)
    document, blocks = _extract(tree, name)
    has_password = any((e.get("type") or "").lower() == "password" for e in tree.iter("input"))
    if not _is_article(blocks, declared, has_password):
        raise SourceError(
            f"{name} holds no article: give the page of one (not a list of articles, a login or "
            "a cookie notice), as the browser saves it."
        )
    text = "\n\n".join(block.text for block in blocks)
    yield make_article(
        text,
        source=name,
        title=_title(document.title, document.sitename),
        url=url,
        published=html_metadata.published(tree, document.date),
        language=html_metadata.language(tree, text),
        author=_author(document.author),
    )


def text_of_markup(raw: bytes, name: str, charset: str | None = None) -> str:
    """Return the article of an HTML body, or where it holds none all its text; "" without text.

    Raises `SourceError`, its sentence beginning with `name`, where it is too large.
    """
    tree = parse_page(raw, name, charset)
    if tree is None:
        return ""
    whole = [block for block in blocks_of(tree) if block.text]
    _, blocks = _extract(tree, name)
    chosen = blocks if _is_article(blocks) else whole
    return "\n\n".join(block.text for block in chosen)


def _extract(tree: Any, name: str) -> tuple[Any, list[Block]]:
    """Return what trafilatura found of a page (its metadata), and the blocks of its article."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    for library in ("trafilatura", "htmldate", "courlan"):  # what they log is told in a sentence
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    page = deepcopy(tree)
    pointers = pointing_elsewhere(page)
    remove_read_also(page)
    try:
        space, gap = _put_stand_ins(page)
        found = bare_extraction(
            page,
            favor_precision=True,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception:  # noqa: BLE001 a page can make any part of the library fail
        raise SourceError(f"{name} cannot be read as a page: its markup is damaged.") from None
    if not isinstance(found, Document) or found.body is None:
        return Document(), []
    for field in ("title", "author", "sitename"):
        value = getattr(found, field)
        setattr(found, field, value and value.replace(space, NARROW_SPACE))
    blocks = []
    for block in blocks_of(found.body):
        for part in block.text.replace(space, NARROW_SPACE).split(gap):
            if text := part.strip():
                blocks.append(Block("link" if text in pointers else block.tag, text))
    return found, blocks


def _put_stand_ins(page: Any) -> tuple[str, str]:
    """Put letters where trafilatura would lose what parts words and paragraphs.

    Returns the letter that stands for a narrow no-break space, and that between line breaks.
    """
    whole = "".join(page.itertext())
    space, gap = islice((letter for letter in _STAND_INS if letter not in whole), 2)
    if NARROW_SPACE in whole:
        for element in page.iter():
            element.text = element.text and element.text.replace(NARROW_SPACE, space)
            element.tail = element.tail and element.tail.replace(NARROW_SPACE, space)
    for line_break in page.iter("br"):
        following = line_break.getnext()
        if following is not None and following.tag == "br" and not (line_break.tail or "").strip():
            line_break.tail = gap
    return space, gap


def _is_article(blocks: list[Block], declared: bool = False, has_password: bool = False) -> bool:
    """Tell an article from the notices, forms and lists of links that a page may hold instead."""
    prose = [b.text for b in blocks if b.tag != "link" and _SENTENCE_END.search(b.text)]
    length = sum(map(len, prose))
    if length < MIN_PROSE:
        return False
    kinds = (_CONSENT, _LOGIN) if has_password else (_CONSENT,)
    notices = sum(len(text) for text in prose if any(kind.search(text) for kind in kinds))
    if length < 3_000 and notices > (0.8 if declared else 0.5) * length:
        return False
    links = [block for block in blocks if block.tag == "link"]
    if declared:
        return sum(len(block.text) for block in links) <= length
    return len(links) < 3 or len(links) < 0.25 * len(blocks)


def _title(title: str | None, site: str | None) -> str | None:
    title = plain(title)
    for separator in (" | ", " - ", " – ", " — ", " • ", " · "):
        if site and title.lower().endswith(f"{separator}{site}".lower()):
            title = title[: -len(separator + site)]
    return title or None


def _author(author: str | None) -> str | None:
    names = [_BY.sub("", plain(name)) for name in (author or "").split(";")]
    return ", ".join(name for name in names if name and "://" not in name) or None


KIND = SourceKind("html", (".html", ".htm", ".xhtml"), recognises, read_html)
