"""What people wait for who ask the web app at the same time, without a chat model.

`python -m benchmarks.web` indexes the samples and the evaluation's articles in a temporary folder,
times `answer()` alone, starts the real server as a process of its own, and asks it over REST,
streaming, as 1, 10, 50 and 100 people at once. Each asks, and asks again once the answer has come
and been read (`--think` seconds; at 0 nobody ever pauses, and the machine is never idle). A soak of
5,000 questions follows, with looks at the server's memory. It prints a table, and writes the
figures as JSON where `--json` says.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.web_asking import Asker, Outcome, ask_together
from benchmarks.web_server import memory_of, server_of
from benchmarks.web_table import Load, Report, Soak, load_of, table
from index.samples import sample_folder
from retrieval.answering import Assistant

ROOT = Path(__file__).parents[1]
SETTLED = 500  # questions after which memory is to stay as it is
LOOKS = 20  # looks at the memory over a soak


def questions() -> list[str]:
    """Return the evaluation's questions, those of its files one after the other."""
    found = []
    for file in sorted((ROOT / "evaluation" / "questions").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            found.append(json.loads(line)["question"])
    return found


def alone(home: Path, asked: Sequence[str]) -> tuple[float, float]:
    """Return the median seconds of `answer()` in this process, and those of a core."""
    assistant = Assistant(home)
    assistant.warm_up()
    assistant.answer(asked[0])
    times = []
    used = time.process_time()
    for question in asked:
        began = time.perf_counter()
        assistant.answer(question)
        times.append(time.perf_counter() - began)
    used = (time.process_time() - used) / len(asked)
    assistant.close()
    return statistics.median(times), used


def soak(asker: Asker, process: int, count: int, people: int, asked: Sequence[str]) -> Soak:
    """Ask `count` questions, and look at the server's memory now and then."""
    began = time.perf_counter()
    seen: list[tuple[int, int]] = []
    outcomes: list[Outcome] = []
    step = max(1, count // LOOKS)
    while len(outcomes) < count:
        share = min(step, count - len(outcomes))
        first = len(outcomes)
        batch = [asked[(first + n) % len(asked)] for n in range(share)]
        outcomes += ask_together(asker, people, batch, think=0.0)
        seen.append((len(outcomes), memory_of(process)))
    settled = next((memory for done, memory in seen if done >= min(SETTLED, count)), 0)
    return Soak(
        questions=count,
        people=people,
        seconds=time.perf_counter() - began,
        errors=sum(outcome.error is not None for outcome in outcomes),
        memory=seen,
        growth=max(memory for done, memory in seen if done >= min(SETTLED, count)) - settled,
    )


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--people", type=int, nargs="*", default=[1, 10, 50, 100])
    parser.add_argument("--rounds", type=int, default=4, help="questions each of them asks")
    parser.add_argument("--think", type=float, nargs="*", default=[0.0, 10.0], help="seconds")
    parser.add_argument("--soak", type=int, default=5_000, help="questions; 0 leaves it out")
    parser.add_argument("--soak-people", type=int, default=4)
    parser.add_argument("--alone", type=int, default=60, help="questions asked of answer() alone")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args()
    asked = questions()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        assistant = Assistant(home)
        assistant.add([sample_folder(), ROOT / "evaluation" / "articles"])
        assistant.close()
        single, core = alone(home, asked[: options.alone])
        loads: list[Load] = []
        with server_of(home) as (address, process):
            asker = Asker(address)
            ask_together(asker, 1, asked[:3], think=0.0)  # warms up
            for think in options.think:
                for people in options.people:
                    batch = [asked[n % len(asked)] for n in range(people * options.rounds)]
                    began = time.perf_counter()
                    outcomes = ask_together(asker, people, batch, think=think)
                    took = time.perf_counter() - began
                    loads.append(load_of(people, think, outcomes, took, memory_of(process)))
            lasting = None
            if options.soak:
                lasting = soak(asker, process, options.soak, options.soak_people, asked)
    report = Report(os.cpu_count() or 1, single, core, loads, lasting)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(asdict(report), indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
