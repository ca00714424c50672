"""The training data as typed records, and the split of articles into train and dev.

A folder of data holds ``parallel.en-fr.tsv.xz`` (``english<TAB>french`` lines),
question sets in SQuAD's JSON format, and ``piaf_train_questions.en.tsv``
(``id<TAB>question``), the English translations of the French questions.
"""

import hashlib
import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PARALLEL = "parallel.en-fr.tsv.xz"
PIAF = "piaf_train.json"
PIAF_ENGLISH = "piaf_train_questions.en.tsv"
SQUAD_1 = "squad11_train.json"
SQUAD_2 = "squad20_train.json"

DEV_SHARE = 0.25
"""The share of articles kept aside for the figures of a model card."""

Split = Literal["train", "dev"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence in both languages."""

    english: str
    french: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the paragraph that it was asked of, and where its answer stands.

    ``start`` and ``end`` are character offsets in ``paragraph``; both are None
    where the paragraph does not answer the question.
    """

    id: str
    text: str
    paragraph: str
    title: str
    start: int | None
    end: int | None


def read_pairs(folder: Path) -> list[Pair]:
    """Read every sentence pair, in the order of the file."""
    with lzma.open(folder / PARALLEL, "rt", encoding="utf-8") as lines:
        cells = (line.rstrip("\n").split("\t") for line in lines)
        return [Pair(row[0], row[1]) for row in cells if len(row) == 2 and all(row)]


def read_questions(path: Path) -> Iterator[Question]:
    """Read a question set in SQuAD's format; the first answer given is the one kept."""
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for entry in paragraph["qas"]:
                answers = entry["answers"]
                start: int | None = None
                end: int | None = None
                if answers:
                    start = int(answers[0]["answer_start"])
                    end = start + len(answers[0]["text"])
                yield Question(
                    id=entry["id"],
                    text=entry["question"].strip(),
                    paragraph=paragraph["context"],
                    title=article["title"],
                    start=start,
                    end=end,
                )


def read_translations(path: Path) -> dict[str, str]:
    """Read translated questions by the id of the original."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if "\t" in line)


def split_of(title: str) -> Split:
    """Say on which side an article stands: the same in every question set and run."""
    digest = hashlib.sha256(title.encode("utf-8")).digest()
    return "dev" if digest[0] / 256 < DEV_SHARE else "train"


def plain(title: str) -> str:
    """Return a title as people write it: data sets put underscores for spaces."""
    return title.replace("_", " ")
