"""The chat component, with the reader's questions shown as they were typed.

Gradio renders questions as Markdown too. Here they are escaped on their way to the browser, and
restored on their way back, so that everything on the server sees the question itself.
"""

from abc import ABCMeta
from typing import Any

import gradio as gr
from gradio.component_meta import ComponentMeta

from article_qa_page.escaping import escape, unescape


class _Quiet(ComponentMeta):  # type: ignore[misc]  # Gradio's classes are untyped to us
    """Gradio's metaclass, without the type stub that it writes beside the source file."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        return ABCMeta.__new__(cls, name, bases, attrs)


class PlainQuestions(gr.Chatbot, metaclass=_Quiet):  # type: ignore[misc]
    """A `gr.Chatbot` that shows questions as plain text; answers are Markdown of ours."""

    is_template = True  # the browser's side is the Chatbot's own

    def postprocess(self, value: Any) -> Any:
        """Return the messages for the browser, questions escaped."""
        return _each_question(super().postprocess(value), escape)

    def preprocess(self, payload: Any) -> Any:
        """Return the messages from the browser, questions restored."""
        return super().preprocess(_each_question(payload, unescape))


def _each_question(data: Any, change: Any) -> Any:
    if data is None:
        return None
    changed = data.model_copy(deep=True)
    for message in changed.root:
        if message.role == "user":
            for content in message.content:
                if content.type == "text":
                    content.text = change(content.text)
    return changed
