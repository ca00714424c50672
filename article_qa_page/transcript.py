"""The messages of a conversation, read back: questions, answers and what they cite."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from article_qa_page.escaping import unescape
from article_qa_page.history import message_text, without_mark

MOST_MESSAGES = 400
MOST_CHARACTERS = 60_000  # of one message
MOST_CITED = 100  # by one answer; none of ours cites as many
# A link of ours, or an escaped character, which begins none: so the time is in line with the
# length, whatever a browser sends.
_LINK = re.compile(
    r'\\.|\[((?:\\.|[^\[\]\\])*+)\]\((#(?:src|again)/[^\s()\[\]]*+) "((?:\\.|[^"\\])*+)"\)'
)
_FOLD = re.compile(r"<details>(?:(?!</?details>).)*+</details>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cited:
    """One link of an answer: the span of an article's version; `label` is its number or title."""

    label: str
    title: str
    article_id: str
    start: int
    end: int
    version: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, and the Markdown of its answer with every link made its label alone."""

    question: str
    markdown: str
    cited: tuple[Cited, ...] = ()

    @property
    def answer(self) -> str:
        """The answer's text, as it was read."""
        return unescape(self.markdown.replace("**", "")).strip()


def exchanges(messages: Iterable[Any]) -> tuple[Exchange, ...]:
    """Return the questions of a conversation with their answers, in order."""
    found: list[Exchange] = []
    for message in list(messages)[-MOST_MESSAGES:]:
        if not isinstance(message, dict):
            continue
        said = message_text(message.get("content"))[:MOST_CHARACTERS]
        if message.get("role") == "user":
            found.append(Exchange(without_mark(said)[0], ""))
        elif message.get("role") == "assistant" and found:
            found[-1] = _answered(found[-1].question, said)
    return tuple(found)


def _answered(question: str, markdown: str) -> Exchange:
    cited: dict[tuple[str, int, int, str], Cited] = {}
    for label, target, title in _LINK.findall(markdown):
        if place := read_target(target):  # none of what is no link
            told = Cited(unescape(label), unescape(title), *place)
            cited.setdefault(place, told)
    plain = _LINK.sub(_labelled, markdown)
    return Exchange(question, _FOLD.sub("", plain).strip(), tuple(cited.values())[:MOST_CITED])


def _labelled(found: re.Match[str]) -> str:
    """Return a link's label, nothing for one that asks again, an escaped character as it is."""
    if found[2] is None:
        return found[0]
    return "" if found[2].startswith("#again/") else found[1]


def read_target(target: str) -> tuple[str, int, int, str] | None:
    """Return article id, start, end and version of a link to a sentence; None for any other."""
    parts = target.split("/")
    span = re.fullmatch(r"(\d{1,9})-(\d{1,9})", parts[2]) if len(parts) in (3, 4) else None
    if parts[0] != "#src" or span is None:
        return None
    return unquote(parts[1]), int(span[1]), int(span[2]), unquote("".join(parts[3:]))


def restored(given: object) -> list[dict[str, str]]:
    """Return the messages that a browser had kept, as far as they are messages.

    Their questions are escaped as the chat shows them; here they are as they were asked.
    """
    messages = []
    for message in (given if isinstance(given, list) else [])[:MOST_MESSAGES]:
        role = message.get("role") if isinstance(message, dict) else None
        if role not in ("user", "assistant"):
            continue
        text = message_text(message.get("content"))[:MOST_CHARACTERS]
        messages.append({"role": role, "content": unescape(text) if role == "user" else text})
    return messages
