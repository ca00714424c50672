"""What the index costs beside the work it cannot do without, and beside LangChain's pipeline.

`python -m benchmarks.index` writes a corpus of invented articles and measures, each in a process
of its own and all in one run: the first index against bare encoding of the same texts in the same
batches, a second sync, one article more, memory, disk, and the same corpus through LangChain. It
prints ratios and their goals, which hold for 10,000 articles on an idle machine. It needs
langchain-chroma, langchain-classic and langchain-text-splitters unless told `--skip-langchain`.
"""

import argparse
import json
import math
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from benchmarks import index_measures
from benchmarks.index_corpus import write_corpus
from benchmarks.index_results import Beside, Results
from benchmarks.index_table import FULL, rows

TURNS = 3  # articles added one at a time
PIPELINE = ("langchain-chroma", "langchain-classic", "langchain-text-splitters")
PACKAGES = (
    *PIPELINE,
    "chromadb",
    "langchain-core",
    "numpy",
    "onnxruntime",
    "sentence-transformers",
    "tokenizers",
)
Made = TypeVar("Made")


def in_a_process(work: Callable[..., Made], *arguments: object) -> Made:
    """Return what `work` returns in a new process, which ends with it."""
    name = work.__name__.replace("_", " ")
    print(f"measuring: {name}, {' '.join(_short(one) for one in arguments)}", file=sys.stderr)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def _short(argument: object) -> str:
    return argument.name if isinstance(argument, Path) else ""


def measure_all(work: Path, articles: int, small: int, *, langchain: bool) -> Results:
    """Write the corpus below `work`, an empty folder, and measure everything."""
    corpus, less, more = work / "corpus", work / "small", work / "more"
    print(f"writing {articles:,} articles", file=sys.stderr)
    text = write_corpus(corpus, articles)
    write_corpus(less, small)
    write_corpus(more, TURNS, first=articles)
    added = sorted(more.rglob("*.txt"))
    home, small_home, record = work / "index", work / "small-index", work / "batches.jsonl"
    model = in_a_process(index_measures.model_alone)
    least = in_a_process(index_measures.first_index, small_home, less)
    first = in_a_process(index_measures.first_index, home, corpus, record)
    chunks, disk = index_measures.sizes(home)
    return Results(
        articles=articles,
        small_articles=small,
        text=text,
        chunks=chunks,
        disk=disk,
        small_disk=index_measures.sizes(small_home)[1],
        model=model,
        small=least,
        first=first,
        bare=in_a_process(index_measures.bare_encoding, record),
        chroma=in_a_process(index_measures.chroma_alone, home, work / "chroma"),
        small_chroma=in_a_process(index_measures.chroma_alone, small_home, work / "small-chroma"),
        again=in_a_process(index_measures.again, home, corpus),
        one_more=in_a_process(index_measures.one_more, home, added),
        one_alone=in_a_process(index_measures.one_alone, work / "alone", added),
        langchain=measure_langchain(work, corpus, added) if langchain else None,
    )


def measure_langchain(work: Path, corpus: Path, added: list[Path]) -> Beside:
    """Measure LangChain's pipeline over the same files."""
    from benchmarks.index_langchain import langchain_folder, langchain_one_more

    home = work / "langchain"
    first = in_a_process(langchain_folder, home, corpus)
    disk = index_measures.bytes_of(home)
    again = in_a_process(langchain_folder, home, corpus)
    return Beside(first, again, in_a_process(langchain_one_more, home, added), disk)


def machine() -> dict[str, str]:
    """Return what the figures depend on: the processors, and versions."""
    found = {"cores": str(os.cpu_count()), "system": platform.platform()}
    found["python"] = platform.python_version()
    return found | {package: installed(package) for package in PACKAGES}


def installed(package: str) -> str:
    """Return the version of a package, or "" where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def show(results: Results) -> None:
    """Print the table."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 150)
    table = Table("", "measured", "beside", "ratio", "goal", "")
    for column in table.columns[1:5]:
        column.justify = "right"
    for row in rows(results):
        goal = str(row.goal or "")
        verdict = row.verdict(results.articles)
        table.add_row(row.what, row.ours, row.beside, f"{row.ratio:.2f}", goal, verdict)
    console.print(table)
    if results.articles < FULL:
        console.print(f"A trial: goals are judged from {FULL:,} articles.")


def main() -> None:
    """Measure, print the table, and write the JSON that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--articles", type=int, default=FULL)
    parser.add_argument("--small", type=int, default=1_000, help="articles, for the memory")
    parser.add_argument("--work", type=Path, help="an empty folder to work in, kept afterwards")
    parser.add_argument("--skip-langchain", action="store_true")
    parser.add_argument("--json", type=Path, help="file to write everything measured to")
    options = parser.parse_args()
    if min(options.articles, options.small) < 1:
        parser.error("--articles and --small must be 1 or more.")
    if options.work and options.work.exists() and any(options.work.iterdir()):
        parser.error(f"{options.work} is not empty: give a new folder.")
    if options.json and not options.json.absolute().parent.is_dir():
        parser.error(f"{options.json.parent} is not a folder: make it, or name another file.")
    missing = [package for package in PIPELINE if not installed(package)]
    if missing and not options.skip_langchain:
        parser.error(f"install {' '.join(missing)}, or leave LangChain out: --skip-langchain.")
    with tempfile.TemporaryDirectory() as temporary:
        results = measure_all(
            (options.work or Path(temporary)).absolute(),
            options.articles,
            options.small,
            langchain=not options.skip_langchain,
        )
    show(results)
    if options.json:
        table = {row.what: None if math.isnan(row.ratio) else row.ratio for row in rows(results)}
        everything = {"machine": machine(), "measured": asdict(results), "ratios": table}
        options.json.write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
