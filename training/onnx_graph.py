"""Write the graphs that `index.encoder` runs: the operators of BERT, without weights.

``python -m training.onnx_graph``

One for each number of layers. A graph is written node by node with onnxruntime's own
operators, so that nothing is left to chance fusions: query, key and value come from one
product, each product quantises its input as it goes (DynamicQuantizeMatMul), attention is
one node. Word, position and segment vectors are looked up and added before it. All weights
are external: whoever opens the graph provides them by the names of
``index.encoder.constants``.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from index.encoder import GRAPHS, WIDTH, constants

INPUT, STATES = "embedded", "last_hidden_state"
HEADS, INNER = 12, 1536
EPSILON = 1e-12
MICROSOFT = "com.microsoft"


class Graph:
    """Nodes in order; each method returns the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []

    def node(
        self, kind: str, inputs: list[str], name: str, domain: str = "", **more: object
    ) -> str:
        """Add a node with one result."""
        self.nodes.append(helper.make_node(kind, inputs, [name], name, domain=domain, **more))
        return name

    def product(self, x: str, name: str, biased: bool = True) -> str:
        """Multiply by a matrix and add its bias."""
        inputs = [x, f"{name}.matrix", f"{name}.scale", "", f"{name}.bias" if biased else ""]
        return self.node("DynamicQuantizeMatMul", inputs, name, MICROSOFT)

    def normal(self, x: str, y: str, name: str) -> str:
        """Add two states and normalise them."""
        inputs = [x, y, f"{name}.gamma", f"{name}.beta"]
        return self.node("SkipLayerNormalization", inputs, name, MICROSOFT, epsilon=EPSILON)

    def layer(self, x: str, name: str) -> str:
        """Add one layer: attention, then two products with a GELU between."""
        joint = self.product(x, f"{name}.qkv")
        roles = [f"{name}.{role}" for role in "qkv"]
        self.nodes.append(helper.make_node("Split", [joint], roles, axis=2, num_outputs=3))
        mixed = self.node("MultiHeadAttention", roles, f"{name}.mix", MICROSOFT, num_heads=HEADS)
        x = self.normal(x, self.product(mixed, f"{name}.out"), f"{name}.attended")
        inner = self.product(x, f"{name}.inner", biased=False)
        inner = self.node("BiasGelu", [inner, f"{name}.inner.bias"], f"{name}.gelu", MICROSOFT)
        return self.normal(x, self.product(inner, f"{name}.outer"), f"{name}.done")


def blank_weights(layers: int) -> dict[str, np.ndarray]:
    """Return weights of the right shapes for so many layers, by BERT's names."""
    width = np.zeros(WIDTH, dtype=np.float32)
    weights = {f"embeddings.LayerNorm.{kind}": width for kind in ("weight", "bias")}
    for layer in range(layers):
        part = f"encoder.layer.{layer}"
        shapes = {
            **{f"attention.self.{role}": (WIDTH, WIDTH) for role in ("query", "key", "value")},
            "attention.output.dense": (WIDTH, WIDTH),
            "intermediate.dense": (INNER, WIDTH),
            "output.dense": (WIDTH, INNER),
            "attention.output.LayerNorm": (WIDTH,),
            "output.LayerNorm": (WIDTH,),
        }
        for name, shape in shapes.items():
            weights[f"{part}.{name}.weight"] = np.zeros(shape, dtype=np.float32)
            weights[f"{part}.{name}.bias"] = np.zeros(shape[0], dtype=np.float32)
    return weights


def external(name: str, values: np.ndarray) -> onnx.TensorProto:
    """Return a constant that is named, with its type and shape, and not held."""
    tensor = onnx.TensorProto(
        name=name,
        dims=values.shape,
        data_type=helper.np_dtype_to_tensor_dtype(values.dtype),
        data_location=TensorProto.EXTERNAL,
    )
    tensor.external_data.add(key="location", value="model.safetensors")
    return tensor


def build(layers: int) -> onnx.ModelProto:
    """Return the graph of so many layers: embedded (batch, tokens, width) to states alike."""
    graph = Graph()
    normal = [INPUT, "embedded.gamma", "embedded.beta"]
    x = graph.node("LayerNormalization", normal, "normal", axis=-1, epsilon=EPSILON)
    for number in range(layers):
        x = graph.layer(x, f"layer{number}")
    graph.node("Identity", [x], STATES)
    shape = ["batch", "tokens", WIDTH]
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in (INPUT, STATES)
    ]
    held = [external(name, values) for name, values in constants(blank_weights(layers), layers)]
    return helper.make_model(
        helper.make_graph(graph.nodes, "encoder", ends[:1], ends[1:], held),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=9,
    )


def main(files: Mapping[int, Path] = GRAPHS) -> None:
    """Write the graphs."""
    for layers, file in files.items():
        file.write_bytes(build(layers).SerializeToString(deterministic=True))
        print(f"{file}: {file.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
