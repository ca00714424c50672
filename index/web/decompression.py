"""The body of an HTTP response, decompressed as far as a limit."""

import zlib

from index.web.net_addresses import Unfetched

_GZIP, _DEFLATE, _RAW_DEFLATE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_MEMBERS = 100  # parts of a gzip body; each one more costs a copy of what follows


def decompress(data: bytes, encoding: str, limit: int) -> bytes:
    """Return `data` without its Content-Encoding, at most `limit` bytes.

    Raises `Unfetched` where it is more, is damaged or incomplete, or the encoding is another
    than gzip and deflate.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity") or not data:
        return data
    if encoding in ("gzip", "x-gzip"):
        form = _GZIP
    elif encoding == "deflate":
        form = _DEFLATE if _has_zlib_header(data) else _RAW_DEFLATE
    else:
        raise Unfetched(
            f"is sent in an encoding not asked for ({encoding[:40]!r}): give another address."
        )
    pieces: list[bytes] = []
    try:
        for _ in range(_MEMBERS):
            part = zlib.decompressobj(form)
            pieces.append(part.decompress(data, limit + 1))
            limit -= len(pieces[-1])
            if limit < 0:
                raise Unfetched("is too large once decompressed: give the address of one article.")
            if not part.eof:
                raise Unfetched("ended early: try again later.")
            data = part.unused_data
            if form != _GZIP or not data.startswith(b"\x1f\x8b"):
                return b"".join(pieces)
    except zlib.error:
        pass
    raise Unfetched("is sent with damaged compression: try again later.")


def _has_zlib_header(data: bytes) -> bool:
    return data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
