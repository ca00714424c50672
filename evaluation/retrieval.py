"""Compare embedders, BM25 and fusions of them on finding the right paragraph.

``python -m evaluation retrieval --data FOLDER MODEL...``

Prints recall@1/5/10, MRR and nDCG@10 for French questions over French articles
(FR-FR), English over French (EN-FR) and English over English (EN-EN), on articles
kept aside from training.
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
from evaluation.onnx_model import OnnxModel
from evaluation.questions import Task, dev_tasks
from retrieval.fusion import fuse

BM25_WEIGHT = 0.5
"""The share of BM25 in a fusion; the rest is the embedder's."""


def load(name: str) -> SentenceTransformer | OnnxModel:
    """Load a model by name or path; ``PATH:FILE.onnx`` takes that ONNX file of the folder."""
    path, _, file = name.partition(":")
    return OnnxModel(Path(path), file) if file else SentenceTransformer(path, device="cpu")


def dense_scores(model: SentenceTransformer | OnnxModel, task: Task) -> NDArray[np.float32]:
    """Return cosine similarities (questions, passages)."""
    passages = model.encode(task.passages, normalize_embeddings=True)
    questions = model.encode(task.questions, normalize_embeddings=True)
    return np.asarray(questions @ passages.T, dtype=np.float32)


def lexical_scores(task: Task) -> NDArray[np.float32]:
    """Return BM25 scores (questions, passages)."""
    index = Bm25(task.passages)
    return np.stack([index.scores(question) for question in task.questions])


def fused(
    dense: NDArray[np.float32], lexical: NDArray[np.float32], weight: float = BM25_WEIGHT
) -> NDArray[np.float32]:
    """Fuse the scores of each question as the product does (see `retrieval.fusion`)."""
    rows = [fuse([d, w], [1 - weight, weight]) for d, w in zip(dense, lexical, strict=True)]
    return np.stack(rows).astype(np.float32)


def row(task: Task, name: str, scores: NDArray[np.float32]) -> str:
    """Format one line of the table."""
    r = ranking(scores, task.right)
    cells = (r.recall_1, r.recall_5, r.recall_10, r.mrr, r.ndcg_10)
    return f"| {task.name} | {name} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |"


def report(tasks: Sequence[Task], names: Sequence[str], weight: float) -> None:
    """Print the table of every task."""
    lexical = {task.name: lexical_scores(task) for task in tasks}
    models = {name: load(name) for name in names}
    for task in tasks:
        print(f"\n{task.name}: {len(task.questions)} questions, {len(task.passages)} paragraphs\n")
        print("| Task | Ranked by | recall@1 | recall@5 | recall@10 | MRR | nDCG@10 |")
        print("|---|---|---|---|---|---|---|")
        print(row(task, "BM25", lexical[task.name]), flush=True)
        for name, model in models.items():
            start = time.perf_counter()
            dense = dense_scores(model, task)
            seconds = time.perf_counter() - start
            label = "/".join(Path(name).parts[-2:])
            print(row(task, label, dense))
            both = fused(dense, lexical[task.name], weight)
            print(row(task, f"{label} + BM25", both), f"{seconds:.1f} s", flush=True)


def main() -> None:
    """Read the arguments and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--bm25-weight", type=float, default=BM25_WEIGHT)
    parser.add_argument("models", nargs="+")
    arguments = parser.parse_args()
    report(dev_tasks(arguments.data), arguments.models, arguments.bm25_weight)


if __name__ == "__main__":
    main()
