"""Compare embedders, BM25 and fusions of them on finding the right paragraph.

``python -m evaluation retrieval --data FOLDER [--reader FOLDER] MODEL...``

Prints recall@1/5/10, MRR and nDCG@10 for French questions over French articles
(FR-FR), English over French (EN-FR) and English over English (EN-EN), on articles
kept aside from training. A model is a name or path of sentence-transformers;
``int8:PATH`` reads the folder as the product reads its own, in 8 bits. With a reader,
its opinion of the best passages joins the fused score.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from evaluation.bm25 import Bm25
from evaluation.measures import ranking
from evaluation.questions import Task, dev_tasks
from index.embedding import Encode
from index.encoder import Encoder
from retrieval.cross_encoder import CrossEncoder, Text
from retrieval.features import sigmoid
from retrieval.fusion import fuse
from retrieval.retriever import LEXICAL_WEIGHT, LEXICAL_WEIGHT_ACROSS
from training.sentences import sentence_spans

BM25_SHARE = LEXICAL_WEIGHT / (2 + LEXICAL_WEIGHT)
BM25_SHARE_ACROSS = LEXICAL_WEIGHT_ACROSS / (2 + LEXICAL_WEIGHT_ACROSS)
"""The share of BM25 in a fusion within a language, and across two, as in the product; the rest
is the embedder's: half for the passage as a whole, half for its best sentence."""

READ, READER_SHARE = 10, 0.5
"""How many of the best passages are read, and what the reader counts in their score."""


def load(name: str) -> Encode:
    """Load a model by name or path; ``int8:PATH`` runs in 8 bits."""
    if name.startswith("int8:"):
        return Encoder(Path(name.removeprefix("int8:"))).embed
    model = SentenceTransformer(name, device="cpu")
    return lambda texts: np.asarray(model.encode(list(texts), normalize_embeddings=True))


def dense_scores(embed: Encode, task: Task) -> NDArray[np.float32]:
    """Return cosine similarities (questions, passages)."""
    return np.asarray(embed(task.questions) @ embed(task.passages).T, dtype=np.float32)


def lexical_scores(task: Task) -> NDArray[np.float32]:
    """Return BM25 scores (questions, passages)."""
    index = Bm25(task.passages)
    return np.stack([index.scores(question) for question in task.questions])


def sentence_scores(embed: Encode, task: Task) -> NDArray[np.float32]:
    """Return the cosine of each passage's best sentence (questions, passages)."""
    spans = [sentence_spans(passage) for passage in task.passages]
    pairs = zip(task.passages, spans, strict=True)
    vectors = embed([passage[a:b] for passage, own in pairs for a, b in own])
    cosines = embed(task.questions) @ vectors.T
    starts = np.cumsum([0, *(len(own) for own in spans)])[:-1]
    return np.asarray(np.maximum.reduceat(cosines, starts, axis=1), dtype=np.float32)


def fused(parts: Sequence[NDArray[np.float32]], shares: Sequence[float]) -> NDArray[np.float32]:
    """Fuse the scores of each question as the product does (see `retrieval.fusion`)."""
    return np.stack([fuse(list(rows), shares) for rows in zip(*parts, strict=True)]).astype(
        np.float32
    )


def reranked(
    reader: CrossEncoder, task: Task, scores: NDArray[np.float32], share: float
) -> NDArray[np.float32]:
    """Return fused scores (questions, passages), those of the best passages read as well."""
    passages = [
        Text(title, tuple(passage[a:b] for a, b in sentence_spans(passage)))
        for title, passage in zip(task.titles, task.passages, strict=True)
    ]
    result = scores.copy()
    for question, own in zip(task.questions, result, strict=True):
        best = np.argsort(-own)[:READ]
        found = reader.score(question, [passages[place] for place in best])
        answers = np.array([sigmoid(one.passage) for one in found])
        # Those that were read stay before the others.
        own[best] = 2 + (1 - share) * own[best] + share * answers
    return result


def row(task: Task, name: str, scores: NDArray[np.float32]) -> str:
    """Format one line of the table."""
    r = ranking(scores, task.right)
    cells = (r.recall_1, r.recall_5, r.recall_10, r.mrr, r.ndcg_10)
    return f"| {task.name} | {name} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |"


def report(
    tasks: Sequence[Task],
    names: Sequence[str],
    shares: tuple[float, float],
    reader: CrossEncoder | None,
) -> None:
    """Print the table of every task; `shares` of BM25 are within a language and across."""
    lexical = {task.name: lexical_scores(task) for task in tasks}
    models = {name: load(name) for name in names}
    for task in tasks:
        source, target = task.name.split("-")
        weight = shares[source != target]
        print(f"\n{task.name}: {len(task.questions)} questions, {len(task.passages)} paragraphs\n")
        print("| Task | Ranked by | recall@1 | recall@5 | recall@10 | MRR | nDCG@10 |")
        print("|---|---|---|---|---|---|---|")
        print(row(task, "BM25", lexical[task.name]), flush=True)
        for name, model in models.items():
            start = time.perf_counter()
            dense = dense_scores(model, task)
            seconds = time.perf_counter() - start
            label = "/".join(Path(name).parts[-2:])
            print(row(task, label, dense), f"{seconds:.1f} s", flush=True)
            sentences = sentence_scores(model, task)
            rest = (1 - weight) / 2
            both = fused([dense, sentences, lexical[task.name]], [rest, rest, weight])
            print(row(task, f"{label} + sentences + BM25", both), flush=True)
            if reader:
                read = reranked(reader, task, both, READER_SHARE)
                print(row(task, f"{label} + sentences + BM25, read", read), flush=True)


def main() -> None:
    """Read the arguments and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--bm25", type=float, default=BM25_SHARE, help="its share")
    parser.add_argument("--bm25-across", type=float, default=BM25_SHARE_ACROSS)
    parser.add_argument("--reader", type=Path, help="a reader that ranks the best again")
    parser.add_argument("models", nargs="+")
    arguments = parser.parse_args()
    reader = CrossEncoder(arguments.reader) if arguments.reader else None
    shares = (arguments.bm25, arguments.bm25_across)
    report(dev_tasks(arguments.data), arguments.models, shares, reader)


if __name__ == "__main__":
    main()
