"""Write the trained models as they ship: few bits a weight, and a smaller vocabulary if asked.

``python -m training.export embedder --data FOLDER --teacher MODEL --drop 1000 --model RUN/tuned
--out FOLDER``
``python -m training.export reader --bits 8 --model RUN/reader --out FOLDER``

The first folder loads with ``SentenceTransformer(folder)``, the second with
``CrossEncoder(folder)``; ``index.encoder`` reads both and rounds them to integers of 8 bits.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import BertModel

from training import student
from training.material import read_texts
from training.reader_folder import load_reader, save_reader
from training.teacher import MAX_TOKENS
from training.vocabulary import SPECIAL, load_tokenizer

TENSORS = "model.safetensors"


def rare_tokens(
    tokenizer: Tokenizer, texts: list[str], count: int, known: Mapping[str, int]
) -> set[str]:
    """Return the ``count`` tokens that occur least in texts, of those not in ``known``.

    ``known`` is the teacher's vocabulary: its names of people and places are rare in law and
    software, where most texts come from, but not in the news.
    """
    seen = np.zeros(tokenizer.get_vocab_size(), dtype=np.int64)
    for row in student.encode(tokenizer, texts):
        np.add.at(seen, row, 1)
    dispensable = [
        (seen[place], token)
        for token, place in tokenizer.get_vocab().items()
        if token not in known and token not in SPECIAL
    ]
    return {token for _, token in sorted(dispensable)[:count]}


def drop_tokens(model: BertModel, tokenizer: Tokenizer, dropped: set[str]) -> Tokenizer:
    """Take tokens out of the model's table; return the tokenizer of the others."""
    vocabulary = tokenizer.get_vocab()
    kept = sorted((place, token) for token, place in vocabulary.items() if token not in dropped)
    old = model.embeddings.word_embeddings.weight.detach()
    table = torch.nn.Embedding(len(kept), old.shape[1], padding_idx=0)
    table.weight = torch.nn.Parameter(old[[place for place, _ in kept]].clone())
    model.embeddings.word_embeddings = table
    model.config.vocab_size = len(kept)
    written = json.loads(tokenizer.to_str())
    written["model"]["vocab"] = {token: place for place, (_, token) in enumerate(kept)}
    return Tokenizer.from_str(json.dumps(written))


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


def shrink(folder: Path, bits: int) -> None:
    """Rewrite the matrices in 16 or 8 bits, all else in 16; the config keeps saying float32.

    They load as what the config says. 8 bits are floating point, E4M3 (Micikevicius et al. 2022,
    arXiv:2209.05433). The pooler is left out: nothing uses it. The vocabulary is written without
    line ends, its scores, if it has some, to four digits.
    """
    small = torch.float8_e4m3fn if bits == 8 else torch.float16
    state = load_file(folder / TENSORS)
    kept = {
        name: values.to(small if values.dim() == 2 else torch.float16).contiguous()
        for name, values in state.items()
        if "pooler" not in name
    }
    save_file(kept, folder / TENSORS, metadata={"format": "pt"})
    tokenizer = folder / "tokenizer.json"
    content = json.loads(tokenizer.read_text(encoding="utf-8"))
    if content["model"]["type"] == "Unigram":
        pieces = content["model"]["vocab"]
        content["model"]["vocab"] = [[piece, round(score, 4)] for piece, score in pieces]
    compact = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    tokenizer.write_text(compact, encoding="utf-8")


def without_rare(
    model: BertModel, tokenizer: Tokenizer, data: Path, teacher: str, count: int
) -> Tokenizer:
    """Drop the ``count`` rarest tokens of the training texts; return the tokenizer of the rest."""
    texts = read_texts(data)
    both = [text for pair in texts.pairs for text in (pair.english, pair.french)]
    known = load_tokenizer(teacher).get_vocab()
    rare = rare_tokens(tokenizer, both + texts.english + texts.french, count, known)
    return drop_tokens(model, tokenizer, rare)


def main() -> None:
    """Export one model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("embedder", "reader"))
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bits", type=int, choices=(16, 8), default=16)
    parser.add_argument("--drop", type=int, default=0, help="how many rare tokens to drop")
    parser.add_argument("--data", type=Path, help="what tells which are rare")
    parser.add_argument("--teacher", help="the model whose own tokens are never dropped")
    arguments = parser.parse_args()
    if arguments.drop and not (arguments.data and arguments.teacher):
        parser.error("--drop needs --data and --teacher")
    rest = (arguments.data, arguments.teacher, arguments.drop)
    if arguments.kind == "embedder":
        model, tokenizer = student.load(arguments.model)
        tokenizer = without_rare(model, tokenizer, *rest) if arguments.drop else tokenizer
        trim_positions(model)
        student.save(model, tokenizer, arguments.out)
    else:
        reader, tokenizer, calibration = load_reader(arguments.model)
        tokenizer = without_rare(reader.bert, tokenizer, *rest) if arguments.drop else tokenizer
        trim_positions(reader.bert)
        save_reader(reader, tokenizer, arguments.out, calibration)
    shrink(arguments.out, arguments.bits)
    for file in sorted(arguments.out.rglob("*")):
        if file.is_file():
            print(f"{file.stat().st_size / 1e6:7.2f} MB  {file.relative_to(arguments.out)}")


if __name__ == "__main__":
    main()
