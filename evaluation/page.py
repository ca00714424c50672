"""One page that shows every case of a report: question, answer, gold, verdict.

It stands alone (no script, nothing fetched), and every text is escaped.
"""

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any, get_args

from evaluation.judging import Verdict
from evaluation.report import rows

TEMPLATE = Path(__file__).parent / "page.html"


def page(found: dict[str, Any]) -> str:
    """Return the page of what `evaluation.report.report` returned."""
    counts = Counter(case["verdict"] for case in found["cases"])
    verdicts = [verdict for verdict in get_args(Verdict) if counts[verdict]]
    exact = "Every quote is exact." if found["exact"] else "Some quotes are not exact: a defect."
    fallen = sum(case["fell_back"] for case in found["cases"])
    failed = f" {fallen} fell back to quotes, as the chat model failed." if fallen else ""
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        filters="\n".join(
            f"body:has(#show-{_slug(v)}:checked) .case:not(.{_slug(v)}) {{ display: none; }}"
            for v in verdicts
        ),
        summary=f"{len(found['cases'])} questions. The answers are refused under a confidence of "
        f"{found['threshold']:.3g}. {exact}{failed}",
        table=_table(rows(found)),
        choices=_choice("all", f"all ({len(found['cases'])})", "checked")
        + "".join(_choice(_slug(v), f"{v} ({counts[v]})") for v in verdicts),
        cases="\n".join(_case(case) for case in found["cases"]),
    )


def _table(lines: Sequence[tuple[str, list[str]]]) -> str:
    (_, heads), *rest = lines
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in ["", *heads])
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, cells in rest
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _choice(slug: str, label: str, checked: str = "") -> str:
    radio = f'<input type="radio" name="show" id="show-{slug}" {checked}>'
    return f"<label>{radio} {escape(label)}</label>"


def _case(case: dict[str, Any]) -> str:
    gold, answer = case["gold"], case["answer"]
    about = f"{gold['kind']}, {case['direction']}, {case['seconds']:.2f} s"
    return (
        f'<article class="case {_slug(case["verdict"])}">'
        f'<h2 lang="{escape(gold["language"])}">{escape(gold["question"])}</h2>'
        f'<p class="about"><span class="verdict">{escape(case["verdict"])}</span> · '
        f"{escape(about)}, confidence {answer['confidence']:.2f}</p>{_told(answer)}"
        f'<div class="text">{escape(answer["text"])}</div>'
        f"{_claims(answer)}{_citations(case)}{_gold(case)}</article>"
    )


def _told(answer: dict[str, Any]) -> str:
    """Return who wrote an answer, what was searched for and what went wrong, where told."""
    lines = [
        (label, answer[field])
        for label, field in (("Written by", "model"), ("Asked as", "rewritten"), ("Note", "note"))
        if answer[field]
    ]
    return "".join(f'<p class="about">{label}: {escape(text)}</p>' for label, text in lines)


def _claims(answer: dict[str, Any]) -> str:
    """Return the verdict on each claim of a chat model."""
    lines = []
    for claim in answer["claims"]:
        kind = {"supported": "yes", "partly": "", "not_found": "no"}[claim["verdict"]]
        cited = "".join(f" [{number}]" for number in claim["citations"])
        lacks = f"; missing: {', '.join(claim['missing'])}" if claim["missing"] else ""
        lines.append(
            f'<li><span class="{kind}">{claim["verdict"].replace("_", " ")}</span>, agreement '
            f"{claim['agreement']:.2f}{escape(lacks)}: {escape(claim['text'])}{cited}</li>"
        )
    return f'<ul class="claims">{"".join(lines)}</ul>' if lines else ""


def _citations(case: dict[str, Any]) -> str:
    lines = []
    for citation, gold, right in zip(
        case["answer"]["citations"], case["holds_gold"], case["right"], strict=True
    ):
        said = "holds a gold quote" if gold else "right" if right else "not right"
        lines.append(
            f"<li>[{citation['number']}] "
            f'<span class="{"yes" if right else "no"}">{said}</span>, '
            f"score {citation['score']:.2f}: {escape(citation['title'])}, "
            f"characters {citation['start']}–{citation['end']}"
            f'<blockquote lang="{escape(citation["language"])}">{escape(citation["quote"])}'
            "</blockquote></li>"
        )
    return f'<ul class="citations">{"".join(lines)}</ul>' if lines else ""


def _gold(case: dict[str, Any]) -> str:
    gold = case["gold"]
    terms = []
    for label, field in (("gold quote", "must_cite"), ("may stand by", "may_cite")):
        for words in gold.get(field, []):
            terms.append((label, escape(" … ".join(words))))
    for ways, said in zip(gold.get("facts", []), case["says"], strict=True):
        mark = '<span class="yes">said</span>' if said else '<span class="no">not said</span>'
        terms.append(("fact", f"{escape(' / '.join(ways))}: {mark}"))
    if not gold["answerable"]:
        terms.append(("gold", "no article answers this"))
    return "<dl>" + "".join(f"<dt>{label}</dt><dd>{text}</dd>" for label, text in terms) + "</dl>"


def _slug(verdict: str) -> str:
    return verdict.replace(" ", "-")
