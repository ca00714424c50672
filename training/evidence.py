"""Fit the reader's weights and threshold: `python -m training.evidence --help`.

Questions with answer spans (SQuAD format) are asked of an index of their own articles. Every
sentence of the best passages is a row; it is positive if it holds the answer. For a share of the
questions the passage with the answer is withheld, or another article is read, which makes them
unanswerable. Articles are split by a hash of their title: the threshold and the printed figures
come from articles that the weights have not seen.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.article import make_article
from index.generations import Generation, GenerationStore
from index.reading import LiveIndex
from index.types import Article, Sentence, digest_of
from retrieval.answering import Assistant
from retrieval.cues import KINDS, asked_for
from retrieval.extractive import READ
from retrieval.reader import WEIGHTS, Features, Regression, describe, sigmoid, summarise
from retrieval.retriever import Query, find, score
from retrieval.words import content_words, fold

SEED = 20241125
# What a question is asked of, and how often: its own article or all of them, with the passage that
# holds the answer or without it, or an article on another subject.
SETTINGS = {"own": 0.35, "all": 0.3, "own without": 0.12, "all without": 0.08, "foreign": 0.15}
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
    rows: tuple[Features, ...]
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


def read_questions(asked: Sequence[Asked], home: Path, limit: int) -> list[Read]:
    """Return what the reader sees of `limit` questions, over the articles of all of them.

    The index lies in `home` and is made there once.
    """
    assistant = Assistant(home)
    assistant.add_articles({a.article.id: a.article for a in asked}.values(), _show)
    rng = random.Random(SEED)
    chosen = _stratified(asked, limit, rng)
    vectors = assistant.embedder.embed([a.text for a in chosen], "query")
    live = LiveIndex(GenerationStore(assistant.home / "index"))
    reads = []
    with live.reading() as generation:
        for question, vector in zip(chosen, vectors, strict=True):
            words = tuple(content_words(question.text))
            query = Query(question.text, question.language, vector, words)
            setting = rng.choices(list(SETTINGS), weights=list(SETTINGS.values()))[0]
            foreign = rng.choice(chosen).article.id
            keys, lexical = _pool(generation, query, question, setting, foreign)
            model = assistant.embedder.name
            candidates = score(generation, query, sorted(keys), lexical, model, READ)
            described = describe(query, candidates)
            labels = tuple(_holds(c.passage.article.id, s, question) for c, s, _ in described)
            rows = tuple(features for *_, features in described)
            reads.append(Read(question.article.title, any(labels), rows, labels))
    live.close()
    return [read for read in reads if read.rows]


def _pool(
    generation: Generation, query: Query, asked: Asked, setting: str, foreign: str
) -> tuple[set[int], dict[int, float]]:
    """Return the chunks a question is asked of in a setting (see `SETTINGS`), and their BM25."""
    own = generation.library.chunk_spans(asked.article.id)
    keys, lexical = find(generation, query)
    if "all" not in setting:
        lexical = dict(generation.library.search_words(query.terms, 10_000))
        keys = set(own if "own" in setting else generation.library.chunk_spans(foreign))
    if "without" in setting:
        keys -= {key for key, span in own.items() if any(_overlap(span, s) for s in asked.spans)}
    return keys, lexical


def _holds(article_id: str, sentence: Sentence, asked: Asked) -> bool:
    place = (sentence.start, sentence.end)
    return article_id == asked.article.id and any(_overlap(place, span) for span in asked.spans)


def _overlap(left: tuple[int, int], right: tuple[int, int]) -> bool:
    return left[0] < right[1] and right[0] < left[1]


def _stratified(asked: Sequence[Asked], limit: int, rng: random.Random) -> list[Asked]:
    """Return about `limit` questions, each kind of answer asked for with as many as it has.

    News readers ask why more often than the data sets do; a plain sample would hardly hold it.
    """
    groups: dict[frozenset[str], list[Asked]] = {}
    for question in rng.sample(asked, len(asked)):
        groups.setdefault(asked_for(fold(question.text)), []).append(question)
    share = max(1, limit // len(KINDS))
    chosen = [question for group in groups.values() for question in group[:share]]
    return rng.sample(chosen, min(limit, len(chosen)))


def _show(stage: str, done: int, total: int) -> None:
    if done % 1024 == 0:
        print(f"{stage} {done}/{total}", flush=True)


def fit(rows: Sequence[Features], labels: Sequence[bool]) -> Regression:
    """Return a regression of labels on rows."""
    names = sorted({name for row in rows for name in row})
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    model = LogisticRegression(C=1.0, max_iter=3000).fit(table, np.array(labels))
    weights = {n: round(float(w), 4) for n, w in zip(names, model.coef_[0], strict=True)}
    return Regression(round(float(model.intercept_[0]), 4), weights)


def report(reads: Sequence[Read], sentence: Regression, question: Regression) -> dict[str, float]:
    """Return the threshold and the figures on questions that the fit has not seen."""
    right, confidences = [], []
    for read in reads:
        logits = [sentence.logit(row) for row in read.rows]
        if read.answerable:
            right.append(read.labels[int(np.argmax(logits))])
        confidences.append(sigmoid(question.logit(summarise(read.rows, logits))))
    scores, answerable = np.array(confidences), np.array([read.answerable for read in reads])
    threshold = float(np.quantile(scores[answerable], FALSE_REFUSALS))
    return {
        "threshold": threshold,
        "first_sentence": float(np.mean(right)),
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
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes, kept")
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
        "FR-FR": ([a for a in piaf if a.language == "fr"], "piaf"),
        "EN-FR": ([a for a in piaf if a.language == "en"], "piaf"),
        "EN-EN": (squad, "squad"),
    }
    train: list[Read] = []
    held: dict[str, list[Read]] = {}
    for direction, (asked, name) in sets.items():
        reads = read_questions(asked, options.work / name, options.limit)
        train += [read for read in reads if not _is_held(read.group)]
        held[direction] = [read for read in reads if _is_held(read.group)]
    sentence = fit([r for read in train for r in read.rows], [x for r in train for x in r.labels])
    overall = [summarise(r.rows, [sentence.logit(row) for row in r.rows]) for r in train]
    question = fit(overall, [read.answerable for read in train])
    held["all"] = [read for reads in held.values() for read in reads]
    for direction, reads in held.items():
        figures = {k: round(v, 3) for k, v in report(reads, sentence, question).items()}
        print(f"{direction:5}", json.dumps(figures))
    fitted = {
        "fitted": {"date": str(date.today()), "embedder": Assistant().embedder.name, **figures},
        "threshold": figures["threshold"],
        "sentence": asdict(sentence),
        "question": asdict(question),
    }
    options.out.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


def _is_held(title: str) -> bool:
    return int(digest_of(title)[:4], 16) % 4 == 0


if __name__ == "__main__":
    main()
