"""Bytes of pages and messages to text, in the encoding that they declare or that fits."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as UTF-16's mark does: asked before it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What pages call Latin-1 or ASCII is Windows-1252, as browsers read it.
_READ_AS = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "euc_kr": "cp949"}
# Codecs of Python that are no encodings of text sent by anyone, or costly to decode.
_REFUSED = {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"}
_NON_LATIN = ("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "shift_jis", "euc_jp", "gb18030")
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")


def decode_bytes(raw: bytes, *declared: str | None) -> str:
    r"""Return the text of `raw`, in any case: bytes that fit nowhere become U+FFFD.

    A byte-order mark counts first, then valid UTF-8, then the first of the `declared` names
    that fits, then a guess. Line ends become "\n"; control characters are left out.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _clean(raw[len(mark) :].decode(encoding, "replace"))
    wide = _width(raw)
    if wide:
        return _clean(raw.decode(wide, "replace"))
    codec_names = [name for name in map(_codec, declared) if name]
    # Valid UTF-8 beyond ASCII is hardly ever anything else, whatever a server was set to say;
    # pure ASCII is, if it holds the escapes of ISO-2022 or UTF-7.
    for name in codec_names if raw.isascii() else ["utf-8", *codec_names]:
        try:
            return _clean(raw.decode(name))
        except (UnicodeError, LookupError):
            continue
    return _clean(raw.decode(_guess(raw, codec_names), "replace"))


def beginning(raw: bytes, length: int = 4_096) -> str:
    """Return about the first `length` characters, as far as they are ASCII in any UTF."""
    head = raw[: length * 4 if b"\x00" in raw[:8] else length].replace(b"\x00", b"")
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        head = head.removeprefix(mark)
    return head.decode("latin-1")


def _width(raw: bytes) -> str | None:
    """Return the UTF-16 or UTF-32 without a mark that `raw` begins in, if it begins in ASCII."""
    zeros = "".join("0" if byte == 0 else "x" for byte in raw[:4])
    return {"x0x0": "utf-16-le", "0x0x": "utf-16-be", "x000": "utf-32-le", "000x": "utf-32-be"}.get(
        zeros
    )


def _codec(name: str | None) -> str | None:
    try:
        found = codecs.lookup((name or "").strip().strip("\"'")).name
    except (LookupError, ValueError):  # ValueError: a name with a zero byte
        return None
    if found in _REFUSED or found.startswith(("utf-16", "utf-32")):
        return None  # the latter were seen by their bytes, or the name is wrong
    return _READ_AS.get(found, found)


def _guess(raw: bytes, codec_names: list[str]) -> str:
    """Return the likeliest encoding of bytes that fit none of `codec_names`, nor UTF-8."""
    sample = raw[:200_000]
    as_utf8 = sample.decode("utf-8", "replace")
    broken = as_utf8.count("\ufffd")
    if sum(character > "\x7f" for character in as_utf8) > 2 * broken:
        return "utf-8"  # cut or damaged in places; in other encodings accents seldom look valid
    others = [name for name in codec_names if name != "utf-8"]
    if others:
        return others[0]
    if sum(byte > 127 for byte in sample) < 0.15 * len(sample):
        return "cp1252"  # as few accents as French has; telling its neighbours apart is guesswork
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample, cp_isolation=list(_NON_LATIN)).best()
    return best.encoding if best is not None else "cp1252"


def _clean(text: str) -> str:
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
