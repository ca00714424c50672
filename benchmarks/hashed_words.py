"""An embedder without a model: for trials of a benchmark, and of no use for its figures."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from index.embedding import Role, Vectors


class HashedWords:
    """Counts words by their checksum, in vectors of as many numbers as the bundled model's."""

    name = "hashed-words"
    dimensions = 384

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        """Return unit vectors, of shape (len(texts), dimensions)."""
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[0] = 0.01  # a text without words has a direction too
            for word in text.lower().split():
                row[crc32(word.encode()) % self.dimensions] += 1.0
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
