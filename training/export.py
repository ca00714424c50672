"""Write a trained embedder as it ships: half-precision weights, nothing that is not used.

``python -m training.export --model RUN/tuned --out FOLDER``

The folder loads with ``SentenceTransformer(folder)``, which widens the weights again.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import BertModel

from training import student
from training.teacher import MAX_TOKENS

TENSORS = "model.safetensors"


def trim_positions(model: BertModel) -> None:
    """Drop the position vectors beyond the longest sequence."""
    old = model.embeddings.position_embeddings.weight[:MAX_TOKENS].detach().clone()
    model.embeddings.position_embeddings = torch.nn.Embedding.from_pretrained(old)  # type: ignore[no-untyped-call]
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
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    model, tokenizer = student.load(arguments.model)
    trim_positions(model)
    student.save(model, tokenizer, arguments.out)
    halve(arguments.out)


if __name__ == "__main__":
    main()
