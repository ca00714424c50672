"""PDF files written byte by byte, for the tests: lines of text at given places."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A line of text: where it begins (points from the lower left corner), its size and weight."""

    text: str
    y: float
    x: float = 72
    size: float = 11
    bold: bool = False


def column(
    lines: Sequence[str], top: float = 720, leading: float = 14, size: float = 11
) -> list[Line]:
    """Return the lines one below the other; an empty one leaves a gap."""
    return [Line(text, top - leading * n, size=size) for n, text in enumerate(lines) if text]


def write_pdf(
    pages: Sequence[Sequence[Line] | bytes],
    info: dict[str, str] | None = None,
    picture: bool = False,
    compress: bool = True,
) -> bytes:
    """Return a PDF of these pages (lines, or the page's content stream as it is)."""
    count = len(pages)
    kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(count))
    fonts = "/Font << /F1 3 0 R /F2 4 0 R >>" + (" /XObject << /P 6 0 R >>" if picture else "")
    entries = " ".join(f"/{key} {_text(value)}" for key, value in (info or {}).items())
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        3: _font("Helvetica"),
        4: _font("Helvetica-Bold"),
        5: f"<< {entries} >>".encode(),
        6: _stream(
            b"\x80", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8"
            b" /ColorSpace /DeviceGray"
        ),
    }  # fmt: skip
    for number, page in enumerate(pages):
        content = page if isinstance(page, bytes) else _content(page, picture)
        filtered = b"/Filter /FlateDecode" if compress else b""
        objects[10 + 2 * number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << {fonts} >>"
            f" /Contents {11 + 2 * number} 0 R >>"
        ).encode()
        objects[11 + 2 * number] = _stream(
            zlib.compress(content) if compress else content, filtered
        )
    return assemble(objects)


def assemble(objects: dict[int, bytes], trailer: bytes = b"/Root 1 0 R /Info 5 0 R") -> bytes:
    """Return a PDF of numbered objects, with its cross-reference table."""
    out, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", {}
    for number, body in sorted(objects.items()):
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % entry for entry in offsets.items())
    end = b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n"
    return (
        out
        + (b"xref\n0 1\n0000000000 65535 f \n" + table)
        + end % (max(objects) + 1, trailer, len(out))
    )


def _content(lines: Sequence[Line], picture: bool) -> bytes:
    shown = [
        f"BT /F{2 if line.bold else 1} {line.size} Tf 1 0 0 1 {line.x} {line.y} Tm ".encode()
        + b"(%s) Tj ET" % _escaped(line.text.encode("cp1252"))
        for line in lines
    ]
    return b"\n".join([*([b"q 595 0 0 842 0 0 cm /P Do Q"] if picture else []), *shown])


def _stream(data: bytes, entries: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def _font(name: str) -> bytes:
    return (
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
    )


def _escaped(raw: bytes) -> bytes:
    return raw.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def _text(value: str) -> str:
    return "<" + (b"\xfe\xff" + value.encode("utf-16-be")).hex() + ">"
