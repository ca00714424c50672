"""A BERT encoder in 8-bit integers, run by onnxruntime: fast on any processor, without torch.

`model.safetensors` of a transformers folder is read, its matrices are rounded to 8 bits (one scale
for each output channel, Jacob et al. 2018, arXiv:1712.05877), and handed to the graph of as many
layers, which holds the operators and no weights (see `training.onnx_graph`). Texts run one
at a time, each on one thread: nothing is spent on padding, and a text's states are the same
whatever stands beside it.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Weights = Mapping[str, NDArray[np.floating]]

GRAPHS = {n: Path(__file__).parent / "models" / f"encoder-{n}.onnx" for n in (6, 12)}
"""The graph of each number of layers."""
WIDTH = 384
# Products and normalisations of a layer: name in the graph, modules of BERT side by side in it.
PRODUCTS = {
    "qkv": tuple(f"attention.self.{role}" for role in ("query", "key", "value")),
    "out": ("attention.output.dense",),
    "inner": ("intermediate.dense",),
    "outer": ("output.dense",),
}
NORMS = {"attended": "attention.output.LayerNorm", "done": "output.LayerNorm"}
# Seven bits and a sign would let two products overflow the 16-bit sums of older processors.
LARGEST = 63


def quantise(matrix: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return a matrix (inputs, outputs) as integers, and the scale (outputs,) of each column."""
    scales = np.maximum(np.abs(matrix).max(0) / LARGEST, 1e-12).astype(np.float32)
    return np.rint(matrix / scales).astype(np.int8), scales


def constants(weights: Weights, layers: int) -> Iterator[tuple[str, NDArray[np.generic]]]:
    """Yield what the graph of so many layers takes from BERT's weights, by the graph's names."""

    def floats(name: str) -> Floats:
        return weights[name].astype(np.float32)

    yield "embedded.gamma", floats("embeddings.LayerNorm.weight")
    yield "embedded.beta", floats("embeddings.LayerNorm.bias")
    for layer in range(layers):
        for name, parts in PRODUCTS.items():
            whole = [f"encoder.layer.{layer}.{part}" for part in parts]
            matrix = np.concatenate([floats(f"{part}.weight").T for part in whole], axis=1)
            integers, scales = quantise(matrix)
            yield f"layer{layer}.{name}.matrix", np.ascontiguousarray(integers)
            yield f"layer{layer}.{name}.scale", scales
            biases = [floats(f"{part}.bias") for part in whole]
            yield f"layer{layer}.{name}.bias", np.concatenate(biases)
        for name, part in NORMS.items():
            yield f"layer{layer}.{name}.gamma", floats(f"encoder.layer.{layer}.{part}.weight")
            yield f"layer{layer}.{name}.beta", floats(f"encoder.layer.{layer}.{part}.bias")


@dataclass(frozen=True, slots=True)
class Row:
    """Token ids of a text, and the segment (0 or 1) of each."""

    ids: Sequence[int]
    segments: Sequence[int]


class Encoder:
    """The encoder of a folder of transformers; safe to share between threads.

    Raises `OSError`, `KeyError` or `ValueError` if the folder does not hold such a model.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        from index.weights import read_weights

        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        layers, width = config["num_hidden_layers"], config["hidden_size"]
        if layers not in GRAPHS or width != WIDTH:
            raise ValueError(f"{folder} holds {layers} layers of {width}, which no graph is for")
        weights = read_weights(folder / "model.safetensors")
        kinds = ("word", "position", "token_type")
        self._words, self._places, self._kinds = (
            weights[f"embeddings.{kind}_embeddings.weight"] for kind in kinds
        )
        self.max_tokens = min(256, len(self._places))
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        # The session reads these arrays as long as it lives.
        self._constants = dict(constants(weights, layers))
        values = map(onnxruntime.OrtValue.ortvalue_from_numpy, self._constants.values())
        options.add_external_initializers(list(self._constants), list(values))
        self._session = onnxruntime.InferenceSession(
            GRAPHS[layers], options, providers=["CPUExecutionProvider"]
        )
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1)

    def states(self, row: Row) -> Floats:
        """Return the last layer's states of one text: (tokens, width)."""
        ids = np.asarray(row.ids)
        embedded = self._words[ids].astype(np.float32)
        embedded += self._places[: len(ids)]
        embedded += self._kinds[np.asarray(row.segments)]
        states: Floats = self._session.run(None, {"embedded": embedded[None]})[0][0]
        return states

    def all_states(self, rows: Iterable[Row]) -> Iterator[Floats]:
        """Yield the states of each text, in order; several run at once."""
        return self._pool.map(self.states, rows)

    def rows(self, texts: Sequence[str]) -> list[Row]:
        """Return the tokens of texts, [CLS] and [SEP] around them, cut at `max_tokens`."""
        found = []
        for entry in self.tokenizer.encode_batch_fast(list(texts)):
            ids = entry.ids
            if len(ids) > self.max_tokens:
                ids = [*ids[: self.max_tokens - 1], ids[-1]]
            found.append(Row(ids, [0] * len(ids)))
        return found

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return the mean state of each text, of unit length: (texts, width)."""
        if not texts:
            return np.empty((0, WIDTH), dtype=np.float32)
        vectors = np.stack([states.mean(0) for states in self.all_states(self.rows(texts))])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors
