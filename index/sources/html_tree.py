"""The bytes of a page to its tree of elements, unless reading it would take too long."""

import re
from typing import Any

from index.errors import SourceError
from index.sources.decoding import beginning, decode_bytes

MAX_BYTES = 10_000_000
MAX_ELEMENTS = 50_000
MAX_ATTRIBUTE_PAIRS = 50_000_000  # libxml2 compares each attribute of an element with the others
MAX_WEIGHT = 20_000_000  # characters, each times its depth: what is read anew at every level
_CHARSET = re.compile(r"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(r"<\?xml[^>]+encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_START_TAG = re.compile(r"<[a-zA-Z](?:[^>=]+|=\s*\"[^\"]*\"|=\s*'[^']*'|=)*")
_VALUE = re.compile(r"=\s*(?:\"[^\"]*\"|'[^']*')")


def parse_page(raw: bytes, name: str, charset: str | None) -> Any:
    """Return the root of a page, None if it is empty; `SourceError` if it is too large.

    libxml2 leaves out what is nested more than 256 deep.
    """
    from lxml import etree
    from lxml import html as lxml_html

    if len(raw) > MAX_BYTES:
        raise SourceError(
            f"{name} is a page of more than {MAX_BYTES // 1_000_000} MB: save its article alone."
        )
    head = beginning(raw)
    declared = [match[1] for p in (_CHARSET, _XML_ENCODING) if (match := p.search(head))]
    markup = decode_bytes(raw, charset, *declared)
    if sum(map(_attribute_pairs, _START_TAG.finditer(markup))) > MAX_ATTRIBUTE_PAIRS:
        raise _too_complex(name)
    parser = lxml_html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
    )
    try:
        tree = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None
    if _is_heavy(tree):
        raise _too_complex(name)
    return tree


def _too_complex(name: str) -> SourceError:
    return SourceError(f"{name} has too many elements for a page: save its article alone.")


def _attribute_pairs(tag: re.Match[str]) -> int:
    if tag.end() - tag.start() < 1_000:
        return 0
    return len(re.split(r"[\s/]+", _VALUE.sub(" ", tag[0]))) ** 2


def _is_heavy(tree: Any) -> bool:
    """Tell whether a page has more elements, or more text at a greater depth, than any article."""
    count, weight, pending = 0, 0, [(tree, 1)]
    while pending:
        element, depth = pending.pop()
        count += 1
        weight += depth * (len(element.text or "") + len(element.tail or ""))
        if count > MAX_ELEMENTS or weight > MAX_WEIGHT:
            return True
        pending.extend((child, depth + 1) for child in element)
    return False
