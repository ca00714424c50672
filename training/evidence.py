"""Fit the reader's weights and threshold: `python -m training.evidence --help`.

Questions with answer spans (SQuAD format) are asked of an index of their own articles. Every
sentence of the best passages is a row; it is positive if it holds the answer. For a share of the
questions the passage with the answer is withheld, which makes them unanswerable. Articles are
split by a hash of their title: the threshold and the printed figures come from articles that the
weights have not seen.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.article import make_article
from index.generations import Generation, GenerationStore
from index.reading import LiveIndex
from index.types import Article, digest_of
from retrieval.answering import Assistant
from retrieval.extractive import READ
from retrieval.reader import WEIGHTS, describe
from retrieval.retriever import Query, find, score
from retrieval.words import content_words

SEED = 20241125
WITHHELD = 0.35  # share of questions whose passage is withheld
FALSE_REFUSALS = 0.08  # share of answerable questions that the threshold may refuse


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a data set: where its answers lie in its article's text; none if impossible."""

    text: str
    language: str
    article: Article
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader saw of one question: a row a sentence, which ones hold the answer."""

    group: str
    answerable: bool
    rows: tuple[dict[str, float], ...]
    labels: tuple[bool, ...]


def load(path: Path, language: str, translations: Path | None = None) -> Iterator[Asked]:
    """Yield the questions of a SQuAD file; with `translations` (id, question) in English also."""
    english = {}
    if translations:
        lines = translations.read_text(encoding="utf-8").splitlines()
        english = dict(line.split("\t", 1) for line in lines if "\t" in line)
    for entry in json.loads(path.read_text(encoding="utf-8"))["data"]:
        text = "\n\n".join(p["context"].replace("\n", " ") for p in entry["paragraphs"])
        article = make_article(
            text,
            source=f"{path.name}/{entry['title']}",
            title=entry["title"].replace("_", " "),
            language=language,
        )
        offset = 0
        for paragraph in entry["paragraphs"]:
            for qa in paragraph["qas"]:
                spans = tuple(
                    (offset + a["answer_start"], offset + a["answer_start"] + len(a["text"]))
                    for a in qa["answers"]
                    if not qa.get("is_impossible")
                )
                yield Asked(qa["question"], language, article, spans)
                if str(qa["id"]) in english:
                    yield Asked(english[str(qa["id"])], "en", article, spans)
            offset += len(paragraph["context"]) + 2


def read_questions(asked: Sequence[Asked], seed: int) -> list[Read]:
    """Return what the reader sees of each question, in an index of the articles of all of them."""
    rng = random.Random(seed)
    reads = []
    with tempfile.TemporaryDirectory() as home:
        assistant = Assistant(home)
        assistant.add_articles({a.article.id: a.article for a in asked}.values())
        vectors = assistant.embedder.embed([a.text for a in asked], "query")
        live = LiveIndex(GenerationStore(assistant.home / "index"))
        with live.reading() as generation:
            for question, vector in zip(asked, vectors, strict=True):
                words = tuple(content_words(question.text))
                query = Query(question.text, question.language, vector, words)
                withheld = rng.random() < WITHHELD
                alone = rng.random() < 0.5
                reads.append(_read(generation, query, question, alone, withheld, assistant))
        live.close()
    return reads


def _read(
    generation: Generation,
    query: Query,
    asked: Asked,
    alone: bool,
    withheld: bool,
    assistant: Assistant,
) -> Read:
    """Read one question, over its article `alone` or all; its passage may be `withheld`."""
    own = generation.library.chunk_spans(asked.article.id)
    keys, lexical = find(generation, query)
    if alone:
        lexical = dict(generation.library.search_words(query.terms, 10_000))
        keys = set(own)
    if withheld:
        keys -= {key for key, span in own.items() if any(_overlap(span, s) for s in asked.spans)}
    candidates = score(generation, query, sorted(keys), lexical, assistant.embedder.name, READ)
    described = describe(query, candidates)
    labels = tuple(
        c.passage.article.id == asked.article.id
        and any(_overlap((s.start, s.end), span) for span in asked.spans)
        for c, s, _ in described
    )
    answerable = bool(asked.spans) and not withheld
    return Read(asked.article.title, answerable, tuple(f for *_, f in described), labels)


def _overlap(left: tuple[int, int], right: tuple[int, int]) -> bool:
    return left[0] < right[1] and right[0] < left[1]


def fit(reads: Sequence[Read]) -> tuple[list[str], LogisticRegression]:
    """Return feature names and a regression over all sentences of the questions read."""
    names = sorted({name for read in reads for row in read.rows for name in row})
    rows = np.array([_vector(row, names) for read in reads for row in read.rows])
    labels = np.array([label for read in reads for label in read.labels])
    return names, LogisticRegression(C=1.0, max_iter=2000).fit(rows, labels)


def _vector(row: dict[str, float], names: Sequence[str]) -> list[float]:
    return [row.get(name, 0.0) for name in names]


def report(
    reads: Sequence[Read], names: Sequence[str], model: LogisticRegression
) -> dict[str, float]:
    """Return the threshold and the figures on questions that the fit has not seen."""
    best, right = [], []
    for read in reads:
        scores = model.predict_proba(np.array([_vector(r, names) for r in read.rows]))[:, 1]
        best.append(float(scores.max()))
        right.append(read.labels[int(scores.argmax())])
    scores, answerable = np.array(best), np.array([read.answerable for read in reads])
    threshold = float(np.quantile(scores[answerable], FALSE_REFUSALS))
    return {
        "threshold": threshold,
        "first_sentence": float(np.mean([r for r, a in zip(right, answerable, strict=True) if a])),
        "auroc": float(roc_auc_score(answerable, scores)),
        "false_refusals": float(np.mean(scores[answerable] < threshold)),
        "refusals": float(np.mean(scores[~answerable] < threshold)),
        "questions": len(reads),
    }


def main() -> None:
    """Fit, print the figures of each direction, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the SQuAD-format files")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--limit", type=int, default=2500, help="questions of each direction")
    options = parser.parse_args()
    piaf = list(
        load(options.data / "piaf_train.json", "fr", options.data / "piaf_train_questions.en.tsv")
    )
    squad = [
        *load(options.data / "squad11_train.json", "en"),
        *load(options.data / "squad20_train.json", "en"),
    ]
    sets = {
        "FR-FR": [a for a in piaf if a.language == "fr"],
        "EN-FR": [a for a in piaf if a.language == "en"],
        "EN-EN": squad,
    }
    train: list[Read] = []
    held: dict[str, list[Read]] = {}
    for direction, asked in sets.items():
        chosen = random.Random(SEED).sample(asked, min(options.limit, len(asked)))
        reads = [read for read in read_questions(chosen, SEED) if read.rows]
        train += [read for read in reads if not _is_held(read.group)]
        held[direction] = [read for read in reads if _is_held(read.group)]
    names, model = fit(train)
    for direction, reads in held.items():
        print(
            direction, json.dumps({k: round(v, 3) for k, v in report(reads, names, model).items()})
        )
    total = report([read for reads in held.values() for read in reads], names, model)
    print("all  ", json.dumps({k: round(v, 3) for k, v in total.items()}))
    fitted = {
        "fitted": {"date": str(date.today()), "embedder": Assistant().embedder.name, **total},
        "threshold": total["threshold"],
        "bias": float(model.intercept_[0]),
        "weights": {n: round(float(w), 4) for n, w in zip(names, model.coef_[0], strict=True)},
    }
    options.out.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


def _is_held(title: str) -> bool:
    return int(digest_of(title)[:4], 16) % 4 == 0


if __name__ == "__main__":
    main()
