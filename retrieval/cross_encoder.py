"""The neural reader: does a passage answer a question, and which of its sentences does.

A cross-encoder over ``[CLS] question [SEP] title sentences [SEP]``, one pass a passage. Its heads
say how likely the passage answers, how likely each sentence is the one that does, and which words
of it. The first two add to learnt layers how alike question and sentence are, as mean states and
token by token (ColBERT, Khattab and Zaharia 2020, arXiv:2004.12832). `training.reader` makes it.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, Floats, Row
from retrieval.words import FUNCTION_WORDS, WORD, fold

MODEL = Path(__file__).parent / "models" / "reader-en-fr"
HEADS = "heads.safetensors"
QUESTION_TOKENS, TITLE_TOKENS = 64, 32
CLS, SEP = "[CLS]", "[SEP]"
MAX_WORDS = 16  # tokens of an answer within a sentence
UNREAD = -12.0  # the score of a sentence that lies beyond the tokens that fit


@dataclass(frozen=True, slots=True)
class Text:
    """A passage: the title of its article and its sentences, in order."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a sentence, by character offsets in it, that are the answer itself.

    `probability` (0-1) is that of these words among all of the passage's.
    """

    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class PassageScore:
    """Log-odds that a passage answers, and for each sentence the logarithm of its share in that.

    The shares of a passage's sentences add up to 1. `words` are the likeliest of each sentence.
    `weakest` and `covered` (-1 to 1) are the cosines of the question's content words with their
    nearest in the passage: the lowest, and the mean. A low one hints at something that the
    question takes for granted and the passage does not say.
    """

    passage: float
    sentences: tuple[float, ...]
    words: tuple[Words | None, ...] = ()
    weakest: float = 0.0
    covered: float = 0.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Tokens of a question and a passage, and where each part lies in them."""

    row: Row
    question: slice
    content: tuple[bool, ...]
    """Which tokens of the question belong to words that tell something."""
    sentences: tuple[slice, ...]
    offsets: tuple[Sequence[tuple[int, int]], ...]
    """Where each token of each sentence stands in it, in characters."""


class CrossEncoder:
    """The reader of a folder, loaded at its first use and shared between threads."""

    def __init__(self, folder: Path = MODEL) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded: tuple[Encoder, dict[str, Floats]] | None = None

    @property
    def encoder(self) -> Encoder:
        """The encoder behind it."""
        return self._load()[0]

    def score(self, question: str, passages: Sequence[Text]) -> list[PassageScore]:
        """Score each passage; several are read at once."""
        encoder, heads = self._load()
        layouts = [lay_out(encoder, question, passage) for passage in passages]
        states = encoder.all_states(layout.row for layout in layouts)
        return [
            judge(found, layout, len(passage.sentences), heads)
            for found, layout, passage in zip(states, layouts, passages, strict=True)
        ]

    def _load(self) -> tuple[Encoder, dict[str, Floats]]:
        from safetensors.numpy import load_file

        with self._lock:
            if self._loaded is None:
                heads = load_file(self._folder / HEADS)
                self._loaded = (
                    Encoder(self._folder),
                    {name: values.astype(np.float32) for name, values in heads.items()},
                )
            return self._loaded


@cache
def bundled_cross_encoder() -> CrossEncoder:
    """Return the one reader of this process that comes with the package."""
    return CrossEncoder()


def lay_out(encoder: Encoder, question: str, passage: Text) -> Layout:
    """Put question, title and sentences in a row; what lies beyond the tokens that fit is cut."""
    texts = [f"{CLS}{SEP}", question, passage.title, *passage.sentences]
    tokens = encoder.tokenizer.encode_batch(texts, add_special_tokens=False)
    (cls, sep), asked, title, *rest = (entry.ids for entry in tokens)
    offsets = [
        bare_offsets(text, entry.offsets) for text, entry in zip(texts[1:], tokens[1:], strict=True)
    ]
    ids = [cls, *asked[:QUESTION_TOKENS], sep]
    split = len(ids)
    ids += title[:TITLE_TOKENS]
    spans = []
    for entry in rest:
        part = entry[: max(0, encoder.max_tokens - 1 - len(ids))]
        if not part:
            break
        spans.append(slice(len(ids), len(ids) + len(part)))
        ids += part
    ids.append(sep)
    segments = [0] * split + [1] * (len(ids) - split)
    content = content_tokens(question, offsets[0][:QUESTION_TOKENS])
    return Layout(
        Row(ids, segments), slice(1, split - 1), content, tuple(spans), tuple(offsets[2:])
    )


def bare_offsets(text: str, offsets: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return tokens' offsets without the space that a SentencePiece token begins with."""
    return [(a + 1, b) if a < b - 1 and text[a].isspace() else (a, b) for a, b in offsets]


def content_tokens(question: str, offsets: Sequence[tuple[int, int]]) -> tuple[bool, ...]:
    """Tell of each token of a question whether it is of a content word; of all, if none is."""
    telling = [
        word.span() for word in WORD.finditer(question) if fold(word[0]) not in FUNCTION_WORDS
    ]
    found = [any(a <= start < b for a, b in telling) for start, _ in offsets]
    return tuple(found) if any(found) else (True,) * len(found)


def judge(states: Floats, layout: Layout, count: int, heads: dict[str, Floats]) -> PassageScore:
    """Read the heads of one passage of `count` sentences from its states (tokens, width)."""
    near, matched, share, covers, start = heads["mix"]
    asking = states[layout.question]
    if not layout.sentences or not len(asking):
        return PassageScore(UNREAD, (UNREAD,) * count)
    weights = softmax(asking @ heads["weight.weight"][0])
    unit = states / np.linalg.norm(states, axis=1, keepdims=True)
    alike = unit[layout.question] @ unit.T
    means = np.stack([states[span].mean(0) for span in layout.sentences])
    nearest = np.stack([alike[:, span].max(1) for span in layout.sentences])
    asked = asking.mean(0)
    cosines = means @ asked / (np.linalg.norm(means, axis=1) * np.linalg.norm(asked))
    linear = means @ heads["sentence.weight"][0] + heads["sentence.bias"]
    logits = near * cosines + matched * (nearest @ weights) + linear
    whole = float(np.logaddexp.reduce(logits))
    best = nearest.max(0)
    covered = float(weights @ best)
    content = best[list(layout.content)]
    answers = float(states[0] @ heads["answers.weight"][0] + heads["answers.bias"][0])
    passage = answers + share * whole + covers * covered + start
    slope, shift, temperature = heads["platt"]
    logits = logits * temperature
    shares = (logits - np.logaddexp.reduce(logits)).tolist()
    unread = count - len(shares)
    words = (*mark(states, layout, heads), *[None] * unread)
    return PassageScore(
        float(slope * passage + shift),
        (*shares, *[UNREAD] * unread),
        words,
        float(content.min()),
        float(content.mean()),
    )


def mark(states: Floats, layout: Layout, heads: dict[str, Floats]) -> list[Words]:
    """Return the likeliest words of each sentence, from the states (tokens, width)."""
    first, last = layout.sentences[0].start, layout.sentences[-1].stop
    logits = states[first:last] @ heads["words.weight"].T + heads["words.bias"]
    logits -= np.logaddexp.reduce(logits, axis=0)
    found = []
    for span, offsets in zip(layout.sentences, layout.offsets, strict=False):
        own = logits[span.start - first : span.stop - first]
        both = own[:, :1] + own[None, :, 1]
        allowed = np.triu(np.tri(len(own), k=MAX_WORDS - 1)) > 0
        start, end = divmod(int(np.where(allowed, both, -np.inf).argmax()), len(own))
        likely = float(np.exp(both[start, end]))
        found.append(Words(offsets[start][0], offsets[end][1], likely))
    return found


def softmax(logits: NDArray[np.float32]) -> Floats:
    """Return shares that add up to 1."""
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum(), dtype=np.float32)
