"""What a warm answer costs beside the work it cannot do without.

`python -m benchmarks.answer` indexes the bundled samples in a temporary folder and times, turn by
turn in one run, `answer()` against the bare encoding of the same question plus the bare searches
(both vector searches in Chroma and the word search in FTS5). It prints medians and their ratio.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial

from index.generations import GenerationStore
from index.reading import LiveIndex
from index.samples import sample_folder
from retrieval.answering import Assistant
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
        parts: dict[str, list[float]] = {"encode": [], "search": [], "answer": []}
        with live.reading() as generation:
            library, vectors = generation.library, generation.vectors

            def search(question: str) -> None:
                vectors.query("chunks", vector, CHUNK_HITS)
                vectors.query("sentences", vector, SENTENCE_HITS)
                library.search_words(content_words(question), WORD_HITS)

            for turn in range(turns + 3):
                for question in QUESTIONS:
                    vector = assistant.embedder.embed([question], "query")[0]
                    times = (
                        seconds(partial(assistant.embedder.embed, [question], "query")),
                        seconds(partial(search, question)),
                        seconds(partial(assistant.answer, question)),
                    )
                    if turn >= 3:  # the first turns warm up
                        for part, took in zip(parts.values(), times, strict=True):
                            part.append(took)
        live.close()
        assistant.close()
    bare = statistics.median(a + b for a, b in zip(parts["encode"], parts["search"], strict=True))
    for name, values in parts.items():
        print(f"{name:8} {1000 * statistics.median(values):7.2f} ms (median of {len(values)})")
    print(f"answer / (encode + search): {statistics.median(parts['answer']) / bare:.2f}")


if __name__ == "__main__":
    main()
