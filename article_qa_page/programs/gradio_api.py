"""`/ask` for `gradio_client`: `predict` returns the answer, `submit` gives it as it grows."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from article_qa_page.access import Role, require
from article_qa_page.programs.asking import Asking
from article_qa_page.programs.problems import told_as
from article_qa_page.programs.requests import Asked, made


def offer_ask(asking: Asking) -> None:
    """Add `/ask` to the `gr.Blocks` that is being built."""
    import gradio as gr

    def ask(
        question: str,
        history: list[list[str]] | None = None,
        since: str | None = None,
        until: str | None = None,
        articles: list[str] | None = None,
        sources: list[str] | None = None,
        time_words: bool = True,
        request: gr.Request = None,  # Gradio fills it in
    ) -> Iterator[dict[str, Any]]:
        """Answer a question from the articles; the JSON of /api/v1/schema.json, as it grows."""
        with told_as(partial(gr.Error, print_exception=False)):
            client = require(request, Role.READER).client
            asked = made(
                Asked,
                question=question,
                history=history,
                since=since,
                until=until,
                articles=articles,
                sources=sources,
                time_words=time_words,
            )
            for answer in asking.snapshots(asked, client):
                yield answer.to_dict()

    gr.api(ask, api_name="ask", concurrency_limit=None)
