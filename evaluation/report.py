"""What was measured, as JSON types and as a table."""

from dataclasses import asdict
from typing import Any

from evaluation.cases import Asked
from evaluation.figures import fell_back, grouped, latency, measure
from evaluation.judging import Judge, is_right, rights, says, verdict


def report(asked: Asked, judge: Judge) -> dict[str, Any]:
    """Return the figures of every group and all cases, as JSON types."""
    return {
        "threshold": asked.threshold,
        "exact": all(case.exact for case in asked.cases),
        "figures": {
            by: {
                name: asdict(measure([(c.question, c.answer) for c in cases], judge))
                | {"seconds": latency([c.seconds for c in cases])}
                for name, cases in groups.items()
            }
            for by, groups in grouped(asked.cases).items()
        },
        "cases": [
            {
                "gold": case.question,
                "direction": case.direction,
                "verdict": verdict(case.question, case.answer),
                "holds_gold": [is_right(c, case.question) for c in case.answer.citations],
                "right": rights(case.question, case.answer, judge),
                "says": [
                    not case.answer.abstained and says(case.answer.text, ways)
                    for ways in case.question.get("facts", [])
                ],
                "seconds": round(case.seconds, 4),
                "exact": case.exact,
                "fell_back": fell_back(case.answer),
                "answer": {k: v for k, v in case.answer.to_dict().items() if k != "passages"},
            }
            for case in asked.cases
        ],
    }


COLUMNS = {
    "recall": "cited",
    "precision": "precision",
    "gold": "precision_gold",
    "first": "first",
    "likeliest": "likeliest",
    "facts": "facts",
    "falsely refused": "false_refusals",
    "refused": "refusals",
}


def rows(found: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Return the lines of the table, first the heads: what a line is of, and its cells."""
    lines = [("", ["n", *COLUMNS, "fell back", "median", "p95"])]
    for groups in found["figures"].values():
        for name, f in groups.items():
            shares = [f[field] for field in COLUMNS.values()]
            cells = ["–" if share is None else f"{share:.2f}" for share in shares]
            times = [f"{f['seconds'][key]:.2f} s" for key in ("median", "p95")]
            count, fallen = f"{f['answerable']}+{f['unanswerable']}", str(f["fell_back"])
            lines.append((name, [count, *cells, fallen, *times]))
    return lines


def table(found: dict[str, Any]) -> str:
    """Return the figures as text, "20+10" being answerable and unanswerable questions.

    "fell back" is how many answers were written without the chat model that was asked for them.
    """
    lines = rows(found)
    widths = [max(len(cells[i]) for _, cells in lines) for i in range(len(lines[0][1]))]
    return "\n".join(
        f"{name:14} " + "  ".join(f"{c:>{w}}" for c, w in zip(cells, widths, strict=True))
        for name, cells in lines
    )
