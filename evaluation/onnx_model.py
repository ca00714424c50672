"""An exported int8 encoder, with the ``encode`` of a sentence-transformers model.

Needs onnxruntime and tokenizers, not torch. Texts run one at a time, each on one
thread: nothing is spent on padding, and a text's vector is the same whatever stands
beside it (the scale of a quantised input would else depend on the batch).
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

MAX_TOKENS = 256


class OnnxModel:
    """Reads ``tokenizer.json`` and an ONNX file of one folder; threads may share it."""

    def __init__(
        self, folder: Path, file: str = "onnx/int8.onnx", threads: int | None = None
    ) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        providers = ["CPUExecutionProvider"]
        self.session = onnxruntime.InferenceSession(folder / file, options, providers=providers)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.tokenizer.no_padding()
        self.threads = threads or os.cpu_count() or 1

    def states(self, row: Sequence[int]) -> NDArray[np.float32]:
        """Run the token ids of one text; return the states (tokens, width)."""
        ids = np.array([row], dtype=np.int64)
        feed = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        states: NDArray[np.float32] = self.session.run(None, feed)[0][0]
        return states

    def encode(
        self, texts: Sequence[str], *, normalize_embeddings: bool = True, batch_size: int = 32
    ) -> NDArray[np.float32]:
        """Return mean-pooled vectors (texts, width); ``batch_size`` changes nothing."""
        rows = [entry.ids for entry in self.tokenizer.encode_batch_fast(list(texts))]
        with ThreadPoolExecutor(self.threads) as pool:
            vectors = np.stack([states.mean(0) for states in pool.map(self.states, rows)])
        if normalize_embeddings:
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors
