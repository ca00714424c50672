"""A BERT encoder as an ONNX file with 8-bit weights, for onnxruntime on any processor.

The graph is written node by node with onnxruntime's own operators, so that nothing is
left to chance fusions: query, key and value come from one product, each product
quantises its input as it goes (DynamicQuantizeMatMul), attention is one node. Matrices
have one scale per output channel, word vectors one per row.
"""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from transformers import BertModel

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
STATES = "last_hidden_state"
EPSILON = 1e-12
MICROSOFT = "com.microsoft"


def quantise(
    values: NDArray[np.float32], axis: int
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 values and the scales, taken over ``axis``, that they are multiplied by."""
    scales = np.maximum(np.abs(values).max(axis, keepdims=True) / 127, 1e-12)
    return np.rint(values / scales).astype(np.int8), scales.astype(np.float32)


class Graph:
    """Nodes and constants, collected in order; each method returns the name of its result."""

    def __init__(self, weights: dict[str, NDArray[np.float32]], heads: int) -> None:
        self.weights = weights
        self.heads = heads
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        """Store a constant."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(
        self, kind: str, inputs: list[str], name: str, domain: str = "", **more: object
    ) -> str:
        """Add a node with one result."""
        self.nodes.append(helper.make_node(kind, inputs, [name], name, domain=domain, **more))
        return name

    def product(self, x: str, parts: list[str], name: str, biased: bool = True) -> str:
        """Multiply by the matrices ``parts``, side by side, and add their biases."""
        matrix = np.concatenate([self.weights[f"{part}.weight"].T for part in parts], axis=1)
        whole, scales = quantise(matrix, 0)
        inputs = [
            x,
            self.constant(f"{name}.matrix", whole),
            self.constant(f"{name}.scale", scales[0]),
            self.constant(f"{name}.zero", np.zeros(whole.shape[1], dtype=np.int8)),
        ]
        if biased:
            bias = np.concatenate([self.weights[f"{part}.bias"] for part in parts])
            inputs.append(self.constant(f"{name}.bias", bias))
        return self.node("DynamicQuantizeMatMul", inputs, name, MICROSOFT)

    def normal(self, x: str, y: str, part: str, name: str) -> str:
        """Add two states and normalise them."""
        scale = self.constant(f"{name}.gamma", self.weights[f"{part}.weight"])
        shift = self.constant(f"{name}.beta", self.weights[f"{part}.bias"])
        inputs = [x, y, scale, shift]
        return self.node("SkipLayerNormalization", inputs, name, MICROSOFT, epsilon=EPSILON)

    def embeddings(self) -> str:
        """Look up words, positions and segments; return states (batch, tokens, width)."""
        whole, scales = quantise(self.weights["embeddings.word_embeddings.weight"], 1)
        table, factors = self.constant("words", whole), self.constant("words.scale", scales)
        found = self.node("Gather", [table, INPUTS[0]], "word.int8")
        found = self.node("Cast", [found], "word.float", to=TensorProto.FLOAT)
        factor = self.node("Gather", [factors, INPUTS[0]], "word.factor")
        words = self.node("Mul", [found, factor], "word")
        segments = self.weights["embeddings.token_type_embeddings.weight"]
        kind = self.node("Gather", [self.constant("segments", segments), INPUTS[2]], "segment")
        shape = self.node("Shape", [INPUTS[0]], "length", start=1, end=2)
        zero = self.constant("zero", np.zeros(1, dtype=np.int64))
        table = self.constant("positions", self.weights["embeddings.position_embeddings.weight"])
        places = self.node("Slice", [table, zero, shape, zero], "position")
        both = self.node("Add", [kind, places], "segment.position")
        return self.normal(words, both, "embeddings.LayerNorm", "embedded")

    def layer(self, x: str, mask: str, number: int, name: str) -> str:
        """Add one layer: attention, then two products with a GELU between."""
        part = f"encoder.layer.{number}"
        own = [f"{part}.attention.self.{role}" for role in ("query", "key", "value")]
        joint = self.product(x, own, f"{name}.qkv")
        roles = [f"{name}.{role}" for role in "qkv"]
        self.nodes.append(helper.make_node("Split", [joint], roles, axis=2, num_outputs=3))
        inputs = [*roles, "", mask]
        mixed = self.node(
            "MultiHeadAttention", inputs, f"{name}.mix", MICROSOFT, num_heads=self.heads
        )
        out = self.product(mixed, [f"{part}.attention.output.dense"], f"{name}.out")
        x = self.normal(x, out, f"{part}.attention.output.LayerNorm", f"{name}.attended")
        inner = self.product(x, [f"{part}.intermediate.dense"], f"{name}.inner", biased=False)
        bias = self.constant(f"{name}.inner.bias", self.weights[f"{part}.intermediate.dense.bias"])
        inner = self.node("BiasGelu", [inner, bias], f"{name}.gelu", MICROSOFT)
        out = self.product(inner, [f"{part}.output.dense"], f"{name}.outer")
        return self.normal(x, out, f"{part}.output.LayerNorm", f"{name}.done")


def write_int8(bert: BertModel, file: Path) -> None:
    """Write ``bert`` as an int8 ONNX file for any batch size and length."""
    weights = {name: value.float().numpy() for name, value in bert.state_dict().items()}
    graph = Graph(weights, bert.config.num_attention_heads)
    mask = graph.node("Cast", [INPUTS[1]], "mask", to=TensorProto.INT32)
    x = graph.embeddings()
    for number in range(bert.config.num_hidden_layers):
        x = graph.layer(x, mask, number, f"layer{number}")
    graph.node("Identity", [x], STATES)
    shape = ["batch", "tokens"]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "encoder",
            [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in INPUTS],
            [
                helper.make_tensor_value_info(
                    STATES, TensorProto.FLOAT, [*shape, bert.config.hidden_size]
                )
            ],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=9,
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, file)
