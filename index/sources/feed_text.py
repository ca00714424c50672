"""The HTML that feeds carry, as paragraphs of text."""

import re
from typing import Any

_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|div|dl|dt|fieldset|figure|"
    "footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|summary|table|tbody|tfoot|thead|"
    "tr|ul"
)
_UNREAD = re.compile(
    "audio|button|canvas|embed|figcaption|form|head|iframe|input|math|noscript|object|script|"
    "select|style|svg|template|textarea|title|video"
)
_SPACE = re.compile(r"[^\S\n]{2,}|[^\S\n\xa0\u202f]")  # what French puts before its signs stays
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_SIGNED = re.compile(  # what a common publishing system adds to every entry
    r"\n\n(?:The post .{1,300} (?:appeared first|first appeared) on .{1,200}"
    r"|L[’']article .{1,300} est apparu en premier sur .{1,200})\.?$"
)
_BREAK, _PARAGRAPH = "\n", "\n\n"


def text_of(html: str) -> str:
    r"""Return the text of an HTML fragment, paragraphs, headings and list items apart by "\n\n".

    Scripts, captions, forms and embedded media are left out; "" where there is no text.
    """
    if "<" not in html and "&" not in html:
        parts = _BLANK_LINE.split(html.replace("\r\n", "\n"))
        return _tidy(_PARAGRAPH.join(part.replace("\n", " ") for part in parts))
    from lxml import etree
    from lxml.html import HTMLParser

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(f"<div>{html}</div>".encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return ""
    return "" if root is None else _tidy("".join(_pieces(root)))


def line_of(html: str) -> str:
    """Return the text of an HTML fragment in one line."""
    return " ".join(text_of(html).split())


def _pieces(root: Any) -> list[str]:
    from lxml import etree

    pieces: list[str] = []
    unread = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = str(element.tag).lower()
        if event == "start":
            unread += bool(_UNREAD.fullmatch(tag))
            pieces.append(_before(tag))
            written = element.text
        else:
            unread -= bool(_UNREAD.fullmatch(tag))
            pieces.append(_after(tag))
            written = element.tail
        if written and not unread:
            pieces.append(written.replace("\n", " ").replace("\r", " "))
    return pieces


def _before(tag: str) -> str:
    if tag == "br":
        return _BREAK
    return _PARAGRAPH if _BLOCKS.fullmatch(tag) else ""


def _after(tag: str) -> str:
    if tag in ("td", "th"):
        return " "
    return _PARAGRAPH if _BLOCKS.fullmatch(tag) else ""


def _tidy(text: str) -> str:
    lines = [_SPACE.sub(" ", line).strip() for line in text.split("\n")]
    return _SIGNED.sub("", re.sub(r"\n{3,}", _PARAGRAPH, "\n".join(lines)).strip())
