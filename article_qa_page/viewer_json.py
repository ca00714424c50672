"""Articles, their blocks and their places as JSON types; the viewer's script only builds them."""

import re
from typing import Any
from urllib.parse import urlsplit

from article_qa_page.pieces import Block
from article_qa_page.wording import Wording
from index.known import Elsewhere
from index.types import Article

_MARKS = re.compile(r"^#{1,6}\s+")

Json = dict[str, Any]


def card_json(article: Article, words: Wording) -> Json:
    """Return what a list of articles, and the head of an open one, shows of it."""
    return {
        "id": article.id,
        "title": article.title,
        "language": article.language,
        "language_name": words.language_name(article.language),
        "date": words.date(article.published) if article.published else "",
        "site": urlsplit(web_address(article.url)).netloc,
    }


def elsewhere_json(place: Elsewhere, words: Wording) -> Json:
    """Return the label of another place of an article, and its address where it is on the web."""
    url = web_address(place.url)
    where = urlsplit(url).netloc or file_name(place.source)
    date = words.date(place.published) if place.published else ""
    return {"label": ", ".join(part for part in (place.title, where, date) if part), "url": url}


def block_json(block: Block) -> Json:
    """Return a block's kind and its pieces, each with how it is lit: "cited", "also" or ""."""
    pieces = [
        [piece.text, "cited" if piece.cited else "also" if piece.also else ""]
        for piece in block.pieces
    ]
    if block.kind != "text" and pieces:
        # « ## » marks a heading in the file; the viewer shows it by its size instead.
        pieces[0][0] = _MARKS.sub("", pieces[0][0].lstrip())
    return {"kind": block.kind, "pieces": pieces}


def page_label(article: Article, start: int, end: int, words: Wording) -> str:
    """Return "page 3" for a span of a paged document, else an empty string."""
    page = article.page(start) if 0 <= start < end else None
    return words["page"].format(page=page) if page else ""


def web_address(url: str | None) -> str:
    """Return `url` if a browser may safely follow it, else an empty string."""
    return url if url and urlsplit(url).scheme in ("http", "https") else ""


def file_name(source: str) -> str:
    """Return the last part of a source's path, of whatever system it is."""
    return re.split(r"[/\\]", source)[-1]
