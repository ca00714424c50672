"""The conversation so far, from Gradio's messages to questions and the texts of their answers."""

import re
from collections.abc import Iterable
from typing import Any

from article_qa_page.escaping import unescape
from article_qa_page.wording import LANGUAGES, wording

TURNS = 6  # no more is sent on; a model is told fewer still
# A link, or an escaped character, which begins none.
_LINK = re.compile(r"(\\.)|\[((?:\\.|[^\[\]\\])*+)\]\((?:\\.|[^()\\])*+\)")
# What is said about an answer, before it: a note, or how the question was understood.
_HEAD = re.compile(r"\A(?:\*[^*\n][^\n]*\*\n\n)+")
_FOOT = re.compile(r"\n\n(?:---\n|<details>).*", re.DOTALL)


def turns(messages: Iterable[Any]) -> tuple[tuple[str, str], ...]:
    """Return the last questions, without the mark for all dates, with their answers' texts.

    The oldest come first.
    """
    found: list[tuple[str, str]] = []
    for message in messages:
        role, said = message.get("role"), message_text(message.get("content"))
        if role == "user":
            found.append((without_mark(said)[0], ""))
        elif role == "assistant" and found:
            plain = unescape(_LINK.sub(r"\1\2", _FOOT.sub("", _HEAD.sub("", said))))
            found[-1] = (found[-1][0], plain.replace("**", "").strip())
    return tuple(found[-TURNS:])


def without_mark(question: str) -> tuple[str, bool]:
    """Return a question without the mark that asks for all dates, and whether it had one.

    The mark is plain text at its end, so that the conversation shows what was asked.
    """
    for language in LANGUAGES:
        mark = wording(language)["all_dates"]
        if question.rstrip().endswith(mark):
            return question.rstrip().removesuffix(mark).rstrip(), True
    return question, False


def message_text(content: Any) -> str:
    """Return the text of a message's content, however Gradio holds it."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(message_text(part) for part in content)
    if isinstance(content, dict):
        return str(content.get("text") or "")
    return str(getattr(content, "text", "") or "")
