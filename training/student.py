"""The student: the teacher's layers under a vocabulary of its own."""

from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import AutoModel, BertConfig, BertModel, PreTrainedTokenizerFast

from training.alignment import translated_vectors
from training.corpus import Pair
from training.teacher import MAX_TOKENS
from training.vocabulary import (
    CONTINUES,
    SPECIAL,
    Sizes,
    load_tokenizer,
    student_tokenizer,
    student_vectors,
    student_vocabulary,
)

ATTENTION = "sdpa"
"""Fused attention: in single precision a step takes 0.91 of its time without, in bfloat16 0.99."""


def build(
    teacher: str, pairs: list[Pair], more_french: list[str], sizes: Sizes
) -> tuple[BertModel, Tokenizer]:
    """Return a student that starts from the teacher, and its tokenizer.

    ``more_french`` adds texts to the counts of French words without a translation.
    """
    source = load_tokenizer(teacher)
    french = [pair.french for pair in pairs]
    english = [pair.english for pair in pairs]
    tokens = student_vocabulary(source, french + more_french, english, sizes)
    tokenizer = student_tokenizer(source, tokens)
    full = AutoModel.from_pretrained(teacher)
    words = student_vectors(source, full.embeddings.word_embeddings.weight.detach(), tokens)
    known = source.get_vocab()
    new = [i for i, t in enumerate(tokens) if t not in known and not t.startswith(CONTINUES)]
    gloss = [
        i
        for i, t in enumerate(tokens)
        if t in known and t not in SPECIAL and not t.startswith(CONTINUES) and t.isalnum()
    ]
    words, changed = translated_vectors(
        encode(tokenizer, french), encode(tokenizer, english), words, new, gloss
    )
    print(f"student: {len(tokens)} tokens, {changed} of {len(new)} new words start translated")
    config = BertConfig(**(full.config.to_diff_dict() | {"vocab_size": len(tokens)}))
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    student = BertModel(config, add_pooling_layer=False)
    weights = {k: v for k, v in full.state_dict().items() if not k.startswith("pooler")}
    weights["embeddings.word_embeddings.weight"] = words
    student.load_state_dict(weights)
    return student, tokenizer


def encode(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    """Return the token ids of each text, [CLS] and [SEP] included, cut at 256 tokens."""
    tokenizer.enable_truncation(MAX_TOKENS)
    block = 20_000
    rows: list[list[int]] = []
    for start in range(0, len(texts), block):
        batch = tokenizer.encode_batch_fast(texts[start : start + block])
        rows.extend(entry.ids for entry in batch)
    tokenizer.no_truncation()
    return rows


def save_bare(model: BertModel, tokenizer: Tokenizer, folder: Path) -> None:
    """Write model and tokenizer in the format of transformers."""
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        mask_token="[MASK]",
        model_max_length=MAX_TOKENS,
    ).save_pretrained(folder)


def remove_flat(folder: Path) -> None:
    """Remove a folder that holds files only."""
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def save(model: BertModel, tokenizer: Tokenizer, folder: Path) -> None:
    """Write a sentence-transformers model: BERT, mean pooling, unit length."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    bare = folder.with_name(folder.name + "-bare")
    save_bare(model, tokenizer, bare)
    transformer = Transformer(str(bare), max_seq_length=MAX_TOKENS)
    width = model.config.hidden_size
    modules = [transformer, Pooling(width, pooling_mode="mean"), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder), create_model_card=False)
    remove_flat(bare)


def load(folder: Path) -> tuple[BertModel, Tokenizer]:
    """Load what :func:`save` wrote, to train on."""
    model = BertModel.from_pretrained(
        folder, add_pooling_layer=False, dtype=torch.float32, attn_implementation=ATTENTION
    )
    return model, load_tokenizer(str(folder))
