"""ZIP archives: each file in one is read as if it lay in a folder; nothing is written to disk."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

from index.errors import SourceError
from index.sources.content import Content, Found, SourceKind
from index.sources.kinds import read_content, suffixes

MAX_ENTRIES = 10_000  # in all archives inside of one
MAX_TOTAL = 200_000_000  # bytes decompressed, in all archives inside of one
MAX_MEMBER = 50_000_000  # bytes decompressed
MAX_DEPTH = 3
MAX_RATIO = 200  # decompressed to compressed; text seldom reaches 20
_RATIO_FROM = 1_000_000  # bytes; below, no ratio does harm
_PIECE = 1 << 16
_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")
_DIRECTORY_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = 30  # bytes, without the name
_ENCRYPTED, _UTF_8_NAME = 0x1 | 0x40, 0x800  # flag bits
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others cannot be read piece by piece
_DRIVE = re.compile(r"[A-Za-z]:")
# What `zipfile` is seen to raise on damaged bytes.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, OverflowError,
    NotImplementedError, RuntimeError, IndexError,
)  # fmt: skip
_WORD = "word/document.xml"  # of a kind of its own
_OTHER_FORMATS = {
    _WORD: "a Word document",
    "xl/workbook.xml": "an Excel workbook",
    "xl/workbook.bin": "an Excel workbook",
    "ppt/presentation.xml": "a PowerPoint presentation",
}
_MEDIA_TYPES = {
    b"application/epub+zip": "an EPUB book",
    b"application/vnd.oasis.opendocument": "an OpenDocument file",
    b"application/vnd.sun.xml": "an OpenDocument file",
}


@dataclass(slots=True)
class _Budget:
    """What may still be read, shared by an archive and those inside of it."""

    entries: int
    size: int


class _Exhausted(SourceError):
    """Nothing more may be read of the outermost archive."""


def recognises_archive(content: Content) -> bool:
    """Tell whether the content begins like a ZIP archive, empty ones included."""
    return content.data.startswith(_BEGINNINGS)


def read_archive(content: Content) -> Iterator[Found]:
    """Yield the articles of the files in an archive, in the order of their names.

    A file that cannot be read, or should not be, is a yielded error. Raises `SourceError` where
    the archive is damaged, too large, another format that is kept as ZIP, or holds no such file.
    """
    started = False
    try:
        for found in _read(content, _Budget(MAX_ENTRIES, MAX_TOTAL)):
            started = True
            yield found
    except _Exhausted as error:
        if not started:
            raise
        yield error


def _read(content: Content, budget: _Budget) -> Iterator[Found]:
    name, empty = content.source, True
    if content.depth >= MAX_DEPTH:
        raise SourceError(f"{name} is an archive more than {MAX_DEPTH} deep in others: unpack it.")
    with _open(content) as archive:
        _check(archive, name, budget)
        for found in _members(archive, content, budget):
            empty = False
            yield found
    if empty:
        raise SourceError(f"{name} holds no file that can be read: give an archive of articles.")


def _open(content: Content) -> zipfile.ZipFile:
    # Each entry takes some hundred bytes of memory before it can be counted.
    if content.data.count(_DIRECTORY_ENTRY) > 5 * MAX_ENTRIES:
        raise _too_many(content.source)
    try:
        return zipfile.ZipFile(io.BytesIO(content.data))
    except _DAMAGE:
        raise SourceError(
            f"{content.source} is a damaged ZIP archive: make it anew, or get another copy of it."
        ) from None


def _check(archive: zipfile.ZipFile, name: str, budget: _Budget) -> None:
    entries = archive.infolist()
    if other := _other_format(archive):
        raise SourceError(f"{name} is {other}: save it as PDF or .docx.")
    budget.entries -= len(entries)
    if budget.entries < 0:
        raise _too_many(name)
    if _overlap(entries):
        raise SourceError(f"{name} has entries that share their bytes: it is not safe to read.")


def _too_many(name: str) -> _Exhausted:
    return _Exhausted(f"{name} has more than {MAX_ENTRIES:,} entries: split it.")


def _other_format(archive: zipfile.ZipFile) -> str | None:
    """Return what the archive is if another format is kept in it."""
    entries = archive.NameToInfo
    for name, other in _OTHER_FORMATS.items():
        if name in entries:
            return other
    said, entry = b"", entries.get("mimetype")
    if entry and entry.compress_type in _METHODS:
        with suppress(*_DAMAGE), archive.open(entry) as file:
            said = file.read(100)
    return next((other for begin, other in _MEDIA_TYPES.items() if said.startswith(begin)), None)


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    spans = sorted(
        (entry.header_offset, entry.header_offset + _LOCAL_HEADER + entry.compress_size)
        for entry in entries
    )
    return any(end > start for (_, end), (start, _) in pairwise(spans))


def _members(archive: zipfile.ZipFile, content: Content, budget: _Budget) -> Iterator[Found]:
    known, seen = suffixes() | set(KIND.suffixes), set()
    named = sorted(
        ((_name(entry), entry) for entry in archive.infolist()), key=lambda pair: pair[0]
    )
    for name, entry in named:
        if entry.is_dir() or name.endswith("\\"):
            continue
        if not _is_safe(name):
            yield SourceError(f"{content.source} has an entry of the unsafe name {name[:80]!r}.")
            continue
        parts = PurePosixPath(name.replace("\\", "/"))
        suffix = parts.suffix.lower()
        if suffix not in known or any(p.startswith((".", "__MACOSX")) for p in parts.parts):
            continue
        source = f"{content.source}#{name}"
        if name in seen:
            yield SourceError(f"{source} is there more than once: only the first was read.")
            continue
        seen.add(name)
        try:
            data = _decompress(archive, entry, source, budget)
            yield from _read_member(Content(data, source, suffix, depth=content.depth + 1), budget)
        except _Exhausted:
            raise
        except SourceError as error:
            yield error


def _read_member(member: Content, budget: _Budget) -> Iterator[Found]:
    """Yield what is in a member; an archive in it draws on the same budget as this one."""
    if not recognises_archive(member) or _WORD in _open(member).NameToInfo:
        yield from read_content(member)
    else:
        yield from _read(member, budget)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the entry's name; many programs write UTF-8 and do not say so."""
    if entry.flag_bits & _UTF_8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _is_safe(name: str) -> bool:
    path = name.replace("\\", "/")
    absolute = path.startswith("/") or bool(_DRIVE.match(path))
    return not absolute and ".." not in path.split("/") and name.isprintable()


def _decompress(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, source: str, budget: _Budget
) -> bytes:
    """Return the bytes of a member, counted as they come: what its header says is not believed."""
    if entry.flag_bits & _ENCRYPTED:
        raise SourceError(f"{source} is protected by a password: unpack the archive.")
    if entry.compress_type not in _METHODS:
        raise SourceError(f"{source} is compressed in a rare way: make the archive with Deflate.")
    data = bytearray()
    try:
        with archive.open(entry) as file:
            while piece := file.read(_PIECE):
                data += piece
                _count(len(piece), len(data), entry.compress_size, source, budget)
    except _DAMAGE:
        raise SourceError(f"{source} is damaged: make the archive anew.") from None
    return bytes(data)


def _count(piece: int, size: int, compressed: int, source: str, budget: _Budget) -> None:
    budget.size -= piece
    if budget.size < 0:
        raise _Exhausted(
            f"{source} is where more than {MAX_TOTAL // 1_000_000} MB were decompressed: "
            "nothing was read from there on; split the archive."
        )
    if size > MAX_MEMBER:
        raise SourceError(
            f"{source} is larger than {MAX_MEMBER // 1_000_000} MB: split it into its articles."
        )
    if size > _RATIO_FROM and size > MAX_RATIO * max(compressed, 1):
        raise SourceError(f"{source} swells too much when decompressed: it is not safe to read.")


KIND = SourceKind("archive", (".zip",), recognises_archive, read_archive)
