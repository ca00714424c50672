"""The shell commands that ask, joined to those of the index."""

from typing import TYPE_CHECKING, Annotated

import typer

from index.commands import shell, told_in_a_sentence

if TYPE_CHECKING:
    from retrieval.types import Answer

__all__ = ["shell"]


@shell.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in English or French.")],
    json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
) -> None:
    """Answer a question from the indexed articles, with citations."""
    from retrieval.answering import answer

    with told_in_a_sentence():
        found = answer(question)
    typer.echo(found.to_json(indent=2) if json else _told(found))


def _told(answer: "Answer") -> str:
    """Return an answer for a terminal: its text, then its sources or the nearest passages."""
    lines = [answer.note, ""] if answer.note else []
    if answer.rewritten:
        lines += [f"Understood as: {answer.rewritten}", ""]
    lines += [answer.text, ""]
    for citation in answer.citations:
        lines.append(f"[{citation.number}] {_place(citation.title, citation.published)}")
        lines.append(
            f"    article {citation.article_id}, characters {citation.start}-{citation.end}"
        )
    if answer.abstained:
        for passage in answer.passages:
            lines.append(f"- {_place(passage.article.title, passage.article.published)}")
            lines.append(f"    {' '.join(passage.chunk.text.split())}")
    if answer.model:
        lines += ["", _origin(answer)]
    return "\n".join(lines).rstrip()


def _origin(answer: "Answer") -> str:
    """Return the line that says which chat model wrote an answer, and at what cost."""
    told = [f"Written by {answer.model}"]
    if answer.usage:
        told.append(f"{answer.usage.input_tokens} + {answer.usage.output_tokens} tokens")
        if answer.usage.cost is not None:
            told.append(f"cost {answer.usage.cost:g}")
    if answer.seconds:
        told.append(f"{sum(answer.seconds.values()):.1f} s")
    return ", ".join(told) + "."


def _place(title: str, published: object) -> str:
    return f"{title} ({published:%Y-%m-%d})" if published else title
