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
    lines = [answer.text, ""]
    for citation in answer.citations:
        lines.append(f"[{citation.number}] {_place(citation.title, citation.published)}")
        lines.append(
            f"    article {citation.article_id}, characters {citation.start}-{citation.end}"
        )
    if answer.abstained:
        for passage in answer.passages:
            lines.append(f"- {_place(passage.article.title, passage.article.published)}")
            lines.append(f"    {' '.join(passage.chunk.text.split())}")
    return "\n".join(lines).rstrip()


def _place(title: str, published: object) -> str:
    return f"{title} ({published:%Y-%m-%d})" if published else title
