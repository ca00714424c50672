"""The XML of a feed made safe and well-formed: one encoding, no entities, bounded depth."""

import re
from html.entities import html5
from xml.parsers import expat

from index.errors import SourceError
from index.sources.decoding import beginning, decode_bytes

FEED_ROOTS = ("rss", "feed", "rdf")
MAX_DEPTH = 200  # elements within each other
MAX_ATTRIBUTES = 200  # of one element, namespaces included: reading more takes their square
MAX_ENTRIES = 10_000
HEAD = 65_536  # bytes in which the root element must begin

_DECLARED = re.compile(rb"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_UTF_8 = re.compile("utf[-_]?8", re.IGNORECASE)
_UNKNOWN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not of XML 1.0
_PROLOGUE = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(\[)?", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?(\w+)")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_REFERENCE = re.compile(r"&#(?:[xX]([\da-fA-F]{1,20})|(\d{1,20}));")
_BARE_AMPERSAND = re.compile(r"&(?!#x?[\da-fA-F]+;|(?:amp|lt|gt|quot|apos);)")
_PREFIX = re.compile(r"""[<\s/]([A-Za-z][\w.-]{0,40}):[A-Za-z][\w.-]*""")
_BOUND = re.compile(r"xmlns:([A-Za-z][\w.-]{0,40})\s*=")
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
_XML_ENTITIES = ("amp", "lt", "gt", "quot", "apos")


def root_name(data: bytes) -> str:
    """Return the name of the root element in lower case, without prefix; "" where none begins."""
    root, _ = _opening(beginning(data, HEAD))
    return root[1].lower() if root else ""


def clean_feed(data: bytes, source: str, charset: str | None = None) -> bytes:
    """Return the feed as well-formed XML in UTF-8 without DOCTYPE and declaration.

    Raises `SourceError` where it declares entities, is nested too deeply, has too many entries,
    or cannot be mended.
    """
    declared = _DECLARED.match(data)
    names = (charset, declared[1].decode() if declared else None)
    # UTF-8 is tried anyway, and where it does not fit the claim is of no use.
    text = decode_bytes(data, *(name for name in names if name and not _UTF_8.fullmatch(name)))
    root, doctype = _opening(text)
    if doctype is not None and doctype[1]:
        raise SourceError(f"{source} declares entities of its own: such a feed is not read.")
    if root is None or root[1].lower() not in FEED_ROOTS:
        raise SourceError(f"{source} is not a feed: give an RSS or Atom feed.")
    text = _UNKNOWN.sub("", text[root.start() :])
    try:
        _check(text, source)
    except expat.ExpatError:
        text = _mend(text)
        try:
            _check(text, source)
        except expat.ExpatError as error:
            raise SourceError(
                f"{source} is not well-formed XML (line {error.lineno}): it cannot be mended."
            ) from None
    return text.encode()


def _opening(text: str) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """Return the matches of the root element's tag and of the DOCTYPE before it."""
    position, doctype = 0, None
    while True:
        if found := _PROLOGUE.match(text, position):
            position = found.end()
        elif doctype is None and (found := _DOCTYPE.match(text, position)):
            doctype = found
            end = text.find("]" if found[1] else ">", found.end())
            end = text.find(">", end) if end >= 0 else -1
            if end < 0:
                return None, doctype
            position = end + 1
        else:
            return _ROOT.match(text, position), doctype


def _check(text: str, source: str) -> None:
    """Raise `SourceError` for a feed too deep or too long, `ExpatError` for malformed XML."""
    depth = entries = namespaces = 0

    def declare(prefix: str | None, namespace: str | None) -> None:
        nonlocal namespaces
        namespaces += 1

    def start(name: str, attributes: list[str]) -> None:
        nonlocal depth, entries, namespaces
        depth += 1
        entries += name.rpartition(" ")[2] in ("item", "entry")
        if depth > MAX_DEPTH:
            raise SourceError(f"{source} has elements nested too deeply: such a feed is not read.")
        if len(attributes) // 2 + namespaces > MAX_ATTRIBUTES:
            raise SourceError(f"{source} has too many attributes: such a feed is not read.")
        if entries > MAX_ENTRIES:
            raise SourceError(f"{source} has more than {MAX_ENTRIES:,} entries: split the feed.")
        namespaces = 0

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8", " ")
    parser.ordered_attributes = True
    parser.StartNamespaceDeclHandler = declare
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(text.encode(), True)


def _mend(text: str) -> str:
    """Return what can be saved of malformed XML: entities, ampersands, prefixes, open tags."""
    from lxml import etree

    text = _ENTITY.sub(_named, _REFERENCE.sub(_numbered, text))
    text = _BARE_AMPERSAND.sub("&amp;", text)
    unbound = set(_PREFIX.findall(text)) - set(_BOUND.findall(text)) - {"xml", "xmlns"}
    names = "".join(
        f' xmlns:{prefix}="{_NAMESPACES.get(prefix, "urn:unknown:" + prefix)}"'
        for prefix in sorted(unbound)
    )
    text = re.sub(r"^<[\w.:-]+", lambda root: root[0] + names, text, count=1)
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        return text
    return text if root is None else str(etree.tostring(root, encoding="unicode"))


def _numbered(reference: re.Match[str]) -> str:
    """Return a reference by number to a character of XML, "" for one to any other."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    known = number < 0x11_0000 and not _UNKNOWN.match(chr(number))
    return f"&#{number};" if known else ""


def _named(entity: re.Match[str]) -> str:
    name = entity[1]
    return entity[0] if name in _XML_ENTITIES else html5.get(f"{name};", entity[0])
