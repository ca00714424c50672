"""What a warm answer costs beside the work it cannot do without.

`python -m benchmarks.answer` indexes the bundled samples in a temporary folder and times, turn by
turn in one run, `answer()` against the bare encoding of the same question plus the bare searches
(both vector searches in Chroma and the word search in FTS5) plus the bare passes of the reader over
the same passages. It prints medians and ratios.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial

from index.encoder import Row
from index.generations import GenerationStore
from index.reading import LiveIndex
from index.samples import sample_folder
from retrieval.answering import Assistant
from retrieval.cross_encoder import bundled_cross_encoder, lay_out
from retrieval.extractive import READ
from retrieval.reader import text_of
from retrieval.retriever import CHUNK_HITS, SENTENCE_HITS, WORD_HITS
from retrieval.words import content_words

QUESTIONS = (
    "why did xAI switch to Dell?",
    "Who resigned as Supermicro's auditor?",
    "Quelle est la valeur des stocks de Wistron ?",
    "When does the night train start?",
    "Combien coûte un billet du train de nuit ?",
    "What is the capital of Australia?",
)


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--turns", type=int, default=30, help="times each question is asked")
    turns = parser.parse_args().turns
    with tempfile.TemporaryDirectory() as home:
        assistant = Assistant(home)
        assistant.add(sample_folder())
        live = LiveIndex(GenerationStore(assistant.home / "index"))
        parts: dict[str, list[float]] = {"encode": [], "search": [], "read": [], "answer": []}
        with live.reading() as generation:
            library, vectors = generation.library, generation.vectors

            def rows_of(question: str) -> list[Row]:
                found = assistant.search(question)[:READ]
                return [lay_out(encoder, question, text_of(one)).row for one in found]

            encoder = bundled_cross_encoder().encoder
            rows = {question: rows_of(question) for question in QUESTIONS}

            def search(question: str) -> None:
                vectors.query("chunks", vector, CHUNK_HITS)
                vectors.query("sentences", vector, SENTENCE_HITS)
                library.search_words(content_words(question), WORD_HITS)

            def read(question: str) -> None:
                list(encoder.all_states(rows[question]))

            for turn in range(turns + 3):
                for question in QUESTIONS:
                    vector = assistant.embedder.embed([question], "query")[0]
                    times = (
                        seconds(partial(assistant.embedder.embed, [question], "query")),
                        seconds(partial(search, question)),
                        seconds(partial(read, question)),
                        seconds(partial(assistant.answer, question)),
                    )
                    if turn >= 3:  # the first turns warm up
                        for part, took in zip(parts.values(), times, strict=True):
                            part.append(took)
        live.close()
        assistant.close()
    told(parts)


def told(parts: dict[str, list[float]]) -> None:
    """Print the median of each part, and what an answer costs beside them."""
    encode, search, read, answer = (statistics.median(values) for values in parts.values())
    for name, values in parts.items():
        print(f"{name:8} {1000 * statistics.median(values):7.2f} ms (median of {len(values)})")
    print(f"answer / (encode + search): {answer / (encode + search):.2f}")
    print(f"answer / (encode + search + read): {answer / (encode + search + read):.2f}")


if __name__ == "__main__":
    main()
