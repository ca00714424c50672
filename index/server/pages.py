"""A file in blocks, each kept once under its digest; the list of digests is kept likewise.

A tree of hashes (Merkle 1987, doi:10.1007/3-540-48184-2_32): two versions of a library share all
blocks in which they agree. A block is a page of the library's file.
"""

import zlib
from base64 import b85decode, b85encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import numpy as np

from index.embedding import Vectors
from index.errors import DamagedIndexError
from index.server.records import BATCH, Records
from index.vectors import batches

BLOCK = 8_192  # bytes, the page size of a library
DIGEST = 32  # bytes of one in a list
# Chroma looks into each document for every three letters of it: blocks as documents were written 6
# times as slowly and took 5 times the room. As metadata, Chroma Cloud takes 4 KiB a value.
_PIECE = 4_000


class Swept(DamagedIndexError):
    """Blocks of a version are not on the server: it was swept away meanwhile, or damaged."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A list of blocks: `inner` holds the blocks of the list itself, and `root` leads to them."""

    inner: dict[str, bytes]
    root: bytes
    depth: int


def blocks_of(path: Path) -> list[str]:
    """Return the digests (SHA-256, in hexadecimal) of the blocks of a file, in order."""
    with path.open("rb") as file:
        return [sha256(block).hexdigest() for block in iter(lambda: file.read(BLOCK), b"")]


def tree_of(blocks: Sequence[str]) -> Tree:
    """Return the tree of a list of blocks; its root has at most `BLOCK` bytes."""
    root, depth = bytes.fromhex("".join(blocks)), 0
    inner: dict[str, bytes] = {}
    while len(root) > BLOCK:
        level = [root[start : start + BLOCK] for start in range(0, len(root), BLOCK)]
        digests = [sha256(block).hexdigest() for block in level]
        inner |= dict(zip(digests, level, strict=True))
        root, depth = bytes.fromhex("".join(digests)), depth + 1
    return Tree(inner, root, depth)


def send_blocks(records: Records, wanted: Mapping[str, bytes | int], file: BinaryIO) -> int:
    """Add the blocks that the server lacks, and return how many.

    `wanted` holds by digest the block, or its number in `file`.
    """
    sent = 0
    for digests in batches(wanted, BATCH):
        there = records.existing(digests)
        lacking = [digest for digest in digests if digest not in there]
        if lacking:
            blocks = [_taken(wanted[digest], file) for digest in lacking]
            pieces = [_pieces(block) for block in blocks]
            records.add(lacking, _places(lacking), metadatas=pieces)
        sent += len(lacking)
    return sent


def expand(records: Records, root: bytes, depth: int) -> tuple[list[str], set[str]]:
    """Return the blocks of a tree in order, and those that hold its list; raise `Swept`."""
    level, inner = _split(root), set[str]()
    for _ in range(depth):
        inner.update(level)
        held = fetch_blocks(records, level)
        level = _split(b"".join(held[digest] for digest in level))
    return level, inner


def fetch_blocks(records: Records, digests: Sequence[str]) -> dict[str, bytes]:
    """Return the blocks of these digests, checked against them; raise `Swept` if one lacks."""
    found = records.metadatas(dict.fromkeys(digests))
    blocks = {digest: _joined(pieces) for digest, pieces in found.items()}
    for digest in digests:
        if digest not in blocks or sha256(blocks[digest]).hexdigest() != digest:
            raise Swept(
                "A part of the library is missing on the server: "
                "run 'article-qa doctor --repair' where the index was last written."
            )
    return blocks


def write_file(
    records: Records, blocks: Sequence[str], target: Path, present: Path | None, have: Sequence[str]
) -> int:
    """Write the file of these blocks, and return how many were fetched; raise `Swept`.

    `present` is a file of the blocks `have`, which are not fetched again.
    """
    at = {digest: number for number, digest in enumerate(have)} if present else {}
    fetched = 0
    with target.open("wb") as new, (present or target).open("rb") as old:
        for start in range(0, len(blocks), BATCH):
            part = blocks[start : start + BATCH]
            lacking = [digest for digest in part if digest not in at]
            got = fetch_blocks(records, lacking) if lacking else {}
            fetched += len(got)
            for digest in part:
                new.write(got[digest] if digest in got else _taken(at[digest], old))
    return fetched


def read_list(path: Path) -> list[str]:
    """Return the list of blocks kept in a file; an empty one where there is none."""
    return _split(path.read_bytes()) if path.exists() else []


def write_list(path: Path, blocks: Sequence[str]) -> None:
    """Keep a list of blocks in a file."""
    path.write_bytes(bytes.fromhex("".join(blocks)))


def _split(payload: bytes) -> list[str]:
    return [payload[i : i + DIGEST].hex() for i in range(0, len(payload), DIGEST)]


def _taken(block: bytes | int, file: BinaryIO) -> bytes:
    if isinstance(block, bytes):
        return block
    file.seek(block * BLOCK)
    return file.read(BLOCK)


def _pieces(block: bytes) -> dict[str, str]:
    text = b85encode(zlib.compress(block, 1)).decode("ascii")
    starts = range(0, len(text), _PIECE)
    return {f"part{n}": text[start : start + _PIECE] for n, start in enumerate(starts)}


def _joined(pieces: Mapping[str, object]) -> bytes:
    text = "".join(str(pieces.get(f"part{n}", "")) for n in range(len(pieces)))
    try:
        return zlib.decompress(b85decode(text))
    except (ValueError, zlib.error):
        return b""  # whose digest is not that of any block


def _places(digests: Iterable[str]) -> Vectors:
    """Return the vectors that Chroma wants of every record, (len(digests), 3): not all the same."""
    rows = [[int(digest[i : i + 4], 16) / 65_535 for i in (0, 4, 8)] for digest in digests]
    return np.asarray(rows, dtype=np.float32)
