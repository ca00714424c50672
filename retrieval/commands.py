"""The shell commands that ask, joined to those of the index."""

from typing import TYPE_CHECKING, Annotated

import typer

from index import commands, upkeep
from index.shell import shell, told_in_a_sentence

if TYPE_CHECKING:
    from retrieval.filters import Filters
    from retrieval.types import Answer

__all__ = ["commands", "shell", "upkeep"]


@shell.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in English or French.")],
    since: Annotated[
        str | None, typer.Option(help="Only articles published from then on: 2024-11-01.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Only articles published until the end of then.")
    ] = None,
    article: Annotated[
        list[str] | None, typer.Option(help="Only this article, by its id; may be repeated.")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(help="Only articles from this path, feed or site; may be repeated."),
    ] = None,
    time_words: Annotated[
        bool,
        typer.Option(
            "--time-words/--no-time-words",
            help="Whether words such as 'last week' in the question filter by date.",
        ),
    ] = True,
    json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
) -> None:
    """Answer a question from the indexed articles, with citations."""
    from retrieval.default import answer

    with told_in_a_sentence():
        found = answer(
            question,
            since=since,
            until=until,
            articles=article,
            sources=source,
            time_words=time_words,
        )
    typer.echo(found.to_json(indent=2) if json else _told(found))


def _told(answer: "Answer") -> str:
    """Return an answer for a terminal: its text, then its sources or the nearest passages."""
    lines = [answer.note, ""] if answer.note else []
    if answer.rewritten:
        lines += [f"Understood as: {answer.rewritten}", ""]
    lines += [_emphasised(answer), ""]
    for citation in answer.citations:
        lines.append(f"[{citation.number}] {_place(citation.title, citation.published)}")
        lines.append(
            f"    article {citation.article_id}, characters {citation.start}-{citation.end}"
            + (f", page {citation.page}" if citation.page else "")
            + ("" if citation.language == answer.language else f", language {citation.language}")
        )
    if answer.abstained:
        for passage in answer.passages:
            lines.append(f"- {_place(passage.article.title, passage.article.published)}")
            lines.append(f"    {' '.join(passage.chunk.text.split())}")
    if answer.filters:
        lines.append("\n" + _filtered(answer.filters))
    if answer.model or answer.usage:
        lines += ["", _origin(answer)]
    return "\n".join(lines).rstrip()


def _emphasised(answer: "Answer") -> str:
    """Return the answer's text with the words that answer in bold, where it is a terminal's."""
    text = answer.text
    for citation in answer.citations:
        if citation.highlight and answer.model is None:
            start, end = (place - citation.start for place in citation.highlight)
            quote = citation.quote
            bold = quote[:start] + typer.style(quote[start:end], bold=True) + quote[end:]
            text = text.replace(quote, bold, 1)
    return text


def _filtered(filters: "Filters") -> str:
    """Return in a sentence which articles were asked."""
    said = {
        "favour": "came first",
        "no match": "were looked for, and none found",
        "no answer": "did not answer, so all were asked",
    }
    days = [f"from {filters.since:%Y-%m-%d}"] if filters.since else []
    days += [f"to {filters.last_day}"] if filters.last_day else []
    kept = [" ".join(["published", *days])] if days else []
    kept += ["with the id " + " or ".join(filters.articles)] if filters.articles else []
    kept += ["from " + " or ".join(filters.sources)] if filters.sources else []
    words = f" (“{filters.words}” in the question; --no-time-words undoes it)"
    effect = said.get(filters.effect, "were asked only")
    return f"Articles {', '.join(kept)} {effect}{words if filters.words else ''}."


def _origin(answer: "Answer") -> str:
    """Return the line that says which chat model wrote an answer, and at what cost.

    A refusal is in the program's words, and after a fault there is the cost alone.
    """
    told = []
    if answer.model:
        told.append(f"{'Asked:' if answer.abstained else 'Written by'} {answer.model}")
    if answer.usage:
        told.append(f"{answer.usage.input_tokens} + {answer.usage.output_tokens} tokens")
        if answer.usage.cost is not None:
            told.append(f"cost {answer.usage.cost:g}")
    if answer.seconds:
        told.append(f"{sum(answer.seconds.values()):.1f} s")
    return ("" if answer.model else "Spent: ") + ", ".join(told) + "."


def _place(title: str, published: object) -> str:
    return f"{title} ({published:%Y-%m-%d})" if published else title
