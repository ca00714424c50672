"""How well claims are judged: `python -m evaluation claims`.

Over claims about the sample articles, of our own writing (`tests/claims/samples.jsonl`): `claim`,
`cites` (words of the sentence cited) and `kind`, which is "true", "fact" (false in a number, date
or name) or "subject" (false, but about the same things). Printed a kind: the share of each verdict.
`--wrong` lists true claims that were not supported, and false ones that were.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.samples import sample_folder
from retrieval.answering import Assistant
from retrieval.cross_encoder import bundled_cross_encoder
from retrieval.reader import Evidence
from retrieval.types import Verdict
from retrieval.verdicts import Judge, Judgement

CLAIMS = Path(__file__).parents[1] / "tests" / "claims" / "samples.jsonl"
KINDS = ("true", "fact", "subject")
VERDICTS: tuple[Verdict, ...] = ("supported", "partly", "not_found")
Row = dict[str, Any]


def load(path: Path = CLAIMS) -> list[Row]:
    """Return the claims of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def judge_all(rows: Sequence[Row], assistant: Assistant) -> list[Judgement]:
    """Return the judgement on each claim, against the sentence it cites."""
    sentences = [
        Evidence(article, sentence, 0.0)
        for article in assistant.articles()
        for sentence in assistant.sentences(article.id)
        if sentence.kind == "text"
    ]
    judge = Judge(assistant.embedder, bundled_cross_encoder(), sentences)
    return [
        judge.judge(row["claim"], [next(s for s in sentences if row["cites"] in s.text)])
        for row in rows
    ]


def shares(rows: Sequence[Row], judged: Sequence[Judgement], kind: str) -> dict[Verdict, float]:
    """Return the share (0-1) of each verdict among the claims of a kind."""
    found = Counter(
        found.verdict for row, found in zip(rows, judged, strict=True) if row["kind"] == kind
    )
    return {verdict: found[verdict] / max(found.total(), 1) for verdict in VERDICTS}


def main() -> None:
    """Judge all claims and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--wrong", action="store_true", help="list what went wrong")
    options = parser.parse_args()
    rows = load()
    with tempfile.TemporaryDirectory() as home:
        assistant = Assistant(home)
        assistant.add(sample_folder())
        judged = judge_all(rows, assistant)
        assistant.close()
    print(f"{'':8} {'n':>4} " + " ".join(f"{verdict:>10}" for verdict in VERDICTS))
    for kind in KINDS:
        share = shares(rows, judged, kind)
        count = sum(row["kind"] == kind for row in rows)
        print(f"{kind:8} {count:4} " + " ".join(f"{share[verdict]:10.2f}" for verdict in VERDICTS))
    for row, found in zip(rows, judged, strict=True) if options.wrong else ():
        if (row["kind"] == "true") != (found.verdict == "supported"):
            print(f"{row['kind']:8} {found.verdict:10} {found.agreement:.2f} {row['claim']}")


if __name__ == "__main__":
    main()
