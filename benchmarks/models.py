"""How fast the bundled models are, beside the work they cannot do without.

`python -m benchmarks.models TEACHER` encodes the same texts, turn by turn in one run, with the
bundled embedder and with a sentence-transformers model in PyTorch's 32-bit floats, on all cores
each, and prints how many times as fast the bundled one is. It then scores 50 sentences with the
bundled reader and runs the bare forward passes of the same tokens, and prints that ratio.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from index.chunking import chunk_sentences
from index.embedding import BUNDLED, MODELS
from index.encoder import Encoder
from index.samples import sample_folder
from index.segmentation import segment
from index.sources.files import read_article
from retrieval.cross_encoder import CrossEncoder, Text, lay_out

SENTENCES = 50
QUESTION = "Why did the company change its supplier?"


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def sample_texts() -> tuple[list[str], list[Text]]:
    """Return the sentences of the sample articles, and their chunks as passages."""
    sentences, passages = [], []
    for file in sorted(Path(sample_folder()).glob("*.md")):
        article = read_article(file)
        spans = segment(article.text, article.language)
        own = [article.text[span.start : span.end] for span in spans]
        sentences += own
        passages += [Text(article.title, tuple(own[a:b])) for a, b in chunk_sentences(spans)]
    return sentences, passages


def compare(turns: int, left: Callable[[], object], right: Callable[[], object]) -> float:
    """Return how many times as long `left` takes as `right`: the median over turns."""
    left(), right()  # warm up
    return statistics.median(seconds(left) / seconds(right) for _ in range(turns))


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("teacher", help="a name or path, such as all-MiniLM-L6-v2")
    parser.add_argument("--turns", type=int, default=7)
    options = parser.parse_args()
    from sentence_transformers import SentenceTransformer

    sentences, passages = sample_texts()
    teacher = SentenceTransformer(options.teacher, device="cpu")
    embedder = Encoder(MODELS / BUNDLED)
    for name, texts in (
        ("sentences", sentences),
        ("passages", [" ".join(passage.sentences) for passage in passages]),
    ):
        ratio = compare(
            options.turns,
            lambda texts=texts: teacher.encode(texts),  # type: ignore[misc]
            lambda texts=texts: embedder.embed(texts),  # type: ignore[misc]
        )
        print(f"{len(texts)} {name}: {ratio:.2f} times as fast as {options.teacher}")
    report_reader(options.turns, passages)


def report_reader(turns: int, passages: list[Text]) -> None:
    """Print what scoring `SENTENCES` sentences takes beside the forward passes."""
    chosen: list[Text] = []
    while sum(len(passage.sentences) for passage in chosen) < SENTENCES:
        chosen.append(passages[len(chosen) % len(passages)])
    reader = CrossEncoder()
    encoder = reader.encoder
    rows = [lay_out(encoder, QUESTION, passage).row for passage in chosen]
    ratio = compare(
        turns,
        lambda: reader.score(QUESTION, chosen),
        lambda: list(encoder.all_states(rows)),
    )
    count = sum(len(passage.sentences) for passage in chosen)
    print(f"scoring {count} sentences in {len(chosen)} passages: {ratio:.2f} of the bare passes")


if __name__ == "__main__":
    main()
