"""Write the trained models as they ship: half-precision weights, and ONNX in int8.

``python -m training.export embedder --model RUN/tuned --out FOLDER``
``python -m training.export reader --model RUN/reader --out FOLDER``

The first folder loads with ``SentenceTransformer(folder)``, the second with
``CrossEncoder(folder)``. ``onnx/int8.onnx`` holds the same transformer with 8-bit
weights: it needs onnxruntime and tokenizers only, and is fast on any processor.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import BertModel

from training import student
from training.onnx_graph import write_int8
from training.reader_folder import load_reader, save_reader
from training.teacher import MAX_TOKENS

TENSORS = "model.safetensors"
ONNX = Path("onnx/int8.onnx")


def trim_positions(model: BertModel) -> None:
    """Drop the position vectors beyond the longest sequence."""
    old = model.embeddings.position_embeddings.weight[:MAX_TOKENS].detach().clone()
    table = torch.nn.Embedding(MAX_TOKENS, old.shape[1])
    table.weight = torch.nn.Parameter(old)
    model.embeddings.position_embeddings = table
    places = torch.arange(MAX_TOKENS).expand((1, -1))
    model.embeddings.register_buffer("position_ids", places, persistent=False)
    types = torch.zeros_like(places)
    model.embeddings.register_buffer("token_type_ids", types, persistent=False)
    model.config.max_position_embeddings = MAX_TOKENS


def halve(folder: Path) -> None:
    """Rewrite the weights in float16; the config keeps saying float32 and they load as that.

    The pooler is left out: nothing uses it.
    """
    state = load_file(folder / TENSORS)
    kept = {name: v.half().contiguous() for name, v in state.items() if "pooler" not in name}
    save_file(kept, folder / TENSORS, metadata={"format": "pt"})


def main() -> None:
    """Export one model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("embedder", "reader"))
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.kind == "embedder":
        model, tokenizer = student.load(arguments.model)
        trim_positions(model)
        student.save(model, tokenizer, arguments.out)
    else:
        reader, tokenizer = load_reader(arguments.model)
        model = reader.bert
        trim_positions(model)
        save_reader(reader, tokenizer, arguments.out)
    halve(arguments.out)
    model.train(False)
    write_int8(model, arguments.out / ONNX)
    for file in sorted(arguments.out.rglob("*")):
        if file.is_file():
            print(f"{file.stat().st_size / 1e6:7.2f} MB  {file.relative_to(arguments.out)}")


if __name__ == "__main__":
    main()
