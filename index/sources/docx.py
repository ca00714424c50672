"""Word documents: their paragraphs, headings, lists and tables, in the order of the document."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from index.article import make_article
from index.errors import SourceError
from index.sources.content import Content, SourceKind
from index.sources.html_metadata import plausible
from index.types import Article

MAX_UNPACKED = 100_000_000  # bytes of all members together
MAX_XML = 30_000_000  # bytes of one member that is parsed
MAX_RATIO = 200  # of a member's bytes to those stored; Word's own XML stays below 50
MAX_MEMBERS = 10_000
_SMALL = 1_000_000  # bytes; a member below this may be packed as tightly as it likes
_PIECE = 1 << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the only ones a document may use
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCUMENT = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = {_FALLBACK, *(_W + tag for tag in ("del", "moveFrom", "instrText", "delText"))}
_SPACE = re.compile(r"[^\S\n\u202f]+")
_CELLS = " · "
# What python-docx's own template and default properties say; no document says it of itself.
_TEMPLATE_CREATED = datetime(2013, 12, 23, tzinfo=UTC).date()
_TEMPLATE_TITLES = re.compile(
    r"word document|microsoft word\b.*|document ?\d*|untitled|sans titre|.*\.docx?", re.IGNORECASE
)
_TEMPLATE_AUTHORS = {
    "python-docx",
    "author",
    "auteur",
    "user",
    "utilisateur",
    "microsoft office user",
}


def recognises(content: Content) -> bool:
    """Tell whether the content is a Word document, or has the suffix of one and cannot be read."""
    if content.data.startswith(b"PK\x03\x04") and _has_document(content.data):
        return True
    return content.suffix in KIND.suffixes and not content.data.startswith(b"%PDF")


def _has_document(raw: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _DOCUMENT in archive.namelist()
    except Exception:  # noqa: BLE001 told as a SourceError by the kind that reads it
        return False


def read_docx(content: Content) -> Iterator[Article]:
    """Yield the article of a Word document; raise `SourceError` where it holds none.

    Deleted text (tracked changes), field codes, footnotes, headers and footers are left out.
    """
    name = content.source
    archive = _repacked(content.data, name)
    try:
        from docx import Document

        # python-docx parses with resolve_entities=False: no entity, external or not, is expanded.
        document = Document(archive)
        text = "\n\n".join(_blocks(document.element.body))
        title, author, created = _properties(document)
    except Exception:  # noqa: BLE001 a damaged document can make any part of the library fail
        raise _damaged(name) from None
    yield make_article(text, source=name, title=title, author=author, published=created)


def _damaged(name: str) -> SourceError:
    return SourceError(f"{name} is a damaged Word document: open it in Word and save it anew.")


def _repacked(raw: bytes, name: str) -> io.BytesIO:
    """Return the document with only its XML in it, unpacked; `SourceError` unless that is safe.

    `zipfile` unpacks all that is stored for a member when asked for the whole of it, whatever
    size is declared; read piece by piece it stops at that size.
    """
    if raw.startswith(_OLE):
        raise SourceError(
            f"{name} is protected by a password or an old .doc: save it as .docx without one."
        )
    repacked = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(repacked, "w") as safe:
            members = {member.filename: member for member in archive.infolist()}
            _check_members(list(members.values()), name)
            for path, member in members.items():
                # Pictures and fonts have to be there, not to be whole.
                is_xml = path.lower().endswith((".xml", ".rels"))
                safe.writestr(path, _read_member(archive, member) if is_xml else b"")
    except SourceError:
        raise
    except Exception:  # noqa: BLE001 damaged archives are seen to raise struct.error and others
        raise _damaged(name) from None
    return repacked


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as file:
        return b"".join(iter(lambda: file.read(_PIECE), b""))


def _check_members(members: list[zipfile.ZipInfo], name: str) -> None:
    if any(member.flag_bits & 0x1 for member in members):
        raise SourceError(f"{name} is protected by a password: save it without one.")
    if _DOCUMENT not in (member.filename for member in members):
        raise SourceError(f"{name} is not a Word document: it has no text of one inside.")
    if any(member.compress_type not in _METHODS for member in members):
        raise _damaged(name)
    too_large = sum(member.file_size for member in members) > MAX_UNPACKED
    if too_large or len(members) > MAX_MEMBERS or any(map(_is_bomb, members)):
        raise SourceError(
            f"{name} unpacks to too much (more than {MAX_UNPACKED // 1_000_000} MB, or far more "
            "than it stores): save its text as a document of its own."
        )


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    if member.file_size > MAX_XML and member.filename.lower().endswith((".xml", ".rels")):
        return True
    return member.file_size > max(_SMALL, MAX_RATIO * member.compress_size)


def _blocks(body: Any) -> Iterator[str]:
    """Yield the paragraphs and tables of an element, none of them empty."""
    for child in body:
        if child.tag in _LEFT_OUT or not isinstance(child.tag, str):
            continue
        if child.tag == _W + "p":
            yield from _paragraph(child)
        elif child.tag == _W + "tbl":
            yield from _table(child)
        else:  # content controls, tracked insertions, custom XML
            yield from _blocks(child)


def _paragraph(paragraph: Any) -> Iterator[str]:
    """Yield the text of a paragraph, then that of the text boxes anchored in it."""
    pieces: list[str] = []
    boxes: list[Any] = []
    pending = list(reversed(paragraph))
    while pending:
        element = pending.pop()
        if element.tag in _LEFT_OUT:
            continue
        if element.tag == _W + "txbxContent":
            boxes.append(element)
        elif element.tag == _W + "t":
            pieces.append(_SPACE.sub(" ", (element.text or "").replace("\n", " ")))
        elif element.tag in (_W + "br", _W + "cr"):
            pieces.append("\n")
        elif element.tag == _W + "tab":
            pieces.append(" ")
        elif element.tag == _W + "noBreakHyphen":
            pieces.append("\u2011")
        else:
            pending.extend(reversed(element))
    lines = (_SPACE.sub(" ", line).strip() for line in "".join(pieces).split("\n"))
    text = re.sub(r"\n{2,}", "\n\n", "\n".join(lines)).strip()
    if text:
        yield text
    for box in boxes:
        yield from _blocks(box)


def _table(table: Any) -> Iterator[str]:
    """Yield a table as lines, a row each; one of a single column is layout: its paragraphs."""
    rows = [
        [list(_blocks(cell)) for cell in _cells(row)]
        for row in table.iter(_W + "tr")
        if next(row.iterancestors(_W + "tbl")) is table
    ]
    rows = [[cell for cell in row if cell] for row in rows]
    if any(len(row) > 1 for row in rows):
        lines = (_CELLS.join(" ".join(" ".join(cell).split("\n")) for cell in row) for row in rows)
        yield "\n".join(line for line in lines if line)
        return
    for row in rows:
        for cell in row:
            yield from cell


def _cells(row: Any) -> list[Any]:
    return [c for c in row.iter(_W + "tc") if next(c.iterancestors(_W + "tr")) is row]


def _properties(document: Any) -> tuple[str | None, str | None, datetime | None]:
    """Return title, author and date of creation, each only where the document's own."""
    title = " ".join(str(_property(document, "title") or "").split())
    author = " ".join(str(_property(document, "author") or "").split())
    moment = _property(document, "created")
    created = plausible(moment) if isinstance(moment, datetime) else None
    if created and created.date() == _TEMPLATE_CREATED:
        created = None
    if _TEMPLATE_TITLES.fullmatch(title):
        title = ""
    if author.lower() in _TEMPLATE_AUTHORS:
        author = ""
    return title or None, author or None, created


def _property(document: Any, name: str) -> object:
    try:
        return getattr(document.core_properties, name)
    except (ValueError, TypeError, AttributeError, OverflowError):  # empty or not as it should be
        return None


KIND = SourceKind("docx", (".docx",), recognises, read_docx)
