"""The reader on disk: a sentence-transformers CrossEncoder plus heads of its own.

``CrossEncoder(folder).predict([(question, passage)])`` gives P(the passage answers) from the
state of [CLS] alone. ``heads.safetensors`` holds what ``retrieval.cross_encoder`` reads: all
of ``training.reader.Reader`` but BERT, and ``platt``: slope and shift of the passage's logit,
and the factor of the sentences' (see ``training.calibrate``).
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from retrieval.cross_encoder import HEADS
from training import student
from training.reader import Reader
from training.reading import MAX_TOKENS


@dataclass(frozen=True, slots=True)
class Calibration:
    """P(passage) = sigmoid(slope * logit + shift), the same for [CLS] alone; sentence factor."""

    passage: tuple[float, float] = (1.0, 0.0)
    alone: tuple[float, float] = (1.0, 0.0)
    sentences: float = 1.0


def save_reader(
    reader: Reader, tokenizer: Tokenizer, folder: Path, calibration: Calibration | None = None
) -> None:
    """Write a reader as a CrossEncoder folder."""
    from sentence_transformers import CrossEncoder
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    calibration = calibration or Calibration()
    bare = folder.with_name(folder.name + "-bare")
    student.save_bare(reader.bert, tokenizer, bare)
    transformer = Transformer(str(bare), max_seq_length=MAX_TOKENS)
    width = reader.bert.config.hidden_size
    slope, shift = calibration.alone
    head = Dense(
        width,
        1,
        activation_function=torch.nn.Identity(),
        init_weight=reader.answers.weight.detach() * slope,
        init_bias=reader.answers.bias.detach() * slope + shift,
        module_output_name="scores",
    )
    modules = [transformer, Pooling(width, pooling_mode="cls"), head]
    CrossEncoder(modules=modules, device="cpu").save(str(folder), create_model_card=False)
    student.remove_flat(bare)
    heads = {n: v.contiguous() for n, v in reader.state_dict().items() if not n.startswith("bert.")}
    heads["platt"] = torch.tensor([*calibration.passage, calibration.sentences])
    save_file(heads, folder / HEADS)


def load_reader(folder: Path) -> tuple[Reader, Tokenizer, Calibration]:
    """Load what :func:`save_reader` wrote; the calibration of [CLS] alone is not kept apart."""
    bert, tokenizer = student.load(folder)
    reader = Reader(bert).eval()
    heads = load_file(folder / HEADS)
    slope, shift, sentences = heads.pop("platt").tolist()
    reader.load_state_dict(heads, strict=False)
    return reader, tokenizer, Calibration((slope, shift), sentences=sentences)
