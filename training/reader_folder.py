"""The reader on disk: a sentence-transformers CrossEncoder plus its sentence head.

``CrossEncoder(folder).predict([(question, passage)])`` gives P(the passage answers);
``sentence_head/model.safetensors`` holds the linear layer (weight (1, width), bias
(1,)) that scores the mean state of each sentence in the same forward pass.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from training import student
from training.reader import Reader
from training.reading import MAX_TOKENS

SENTENCE_HEAD = Path("sentence_head/model.safetensors")
ANSWER_HEAD = Path("2_Dense/model.safetensors")


def save_reader(reader: Reader, tokenizer: Tokenizer, folder: Path) -> None:
    """Write a reader as a CrossEncoder folder."""
    from sentence_transformers import CrossEncoder
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    bare = folder.with_name(folder.name + "-bare")
    student.save_bare(reader.bert, tokenizer, bare)
    transformer = Transformer(str(bare), max_seq_length=MAX_TOKENS)
    width = reader.bert.config.hidden_size
    head = Dense(
        width,
        1,
        activation_function=torch.nn.Identity(),
        init_weight=reader.answers.weight.detach().clone(),
        init_bias=reader.answers.bias.detach().clone(),
        module_output_name="scores",
    )
    modules = [transformer, Pooling(width, pooling_mode="cls"), head]
    CrossEncoder(modules=modules, device="cpu").save(str(folder), create_model_card=False)
    student.remove_flat(bare)
    (folder / SENTENCE_HEAD).parent.mkdir(exist_ok=True)
    state = {name: value.contiguous() for name, value in reader.sentence.state_dict().items()}
    save_file(state, folder / SENTENCE_HEAD)


def load_reader(folder: Path) -> tuple[Reader, Tokenizer]:
    """Load what :func:`save_reader` wrote."""
    bert, tokenizer = student.load(folder)
    reader = Reader(bert).eval()
    answers = load_file(folder / ANSWER_HEAD)
    reader.answers.load_state_dict(
        {name.removeprefix("linear."): value.float() for name, value in answers.items()}
    )
    sentence = {name: value.float() for name, value in load_file(folder / SENTENCE_HEAD).items()}
    reader.sentence.load_state_dict(sentence)
    return reader, tokenizer
