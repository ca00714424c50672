"""Every text the program speaks with, as files, and what fills them in."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Voice:
    """The interface's own words in one language."""

    language: str
    lead_in_one: str
    lead_in_many: str
    just_before: str
    refusal: str
    refusal_premise: str
    refusal_empty: str
    quote_open: str
    quote_close: str
    refusal_filtered: str
    no_match: str
    no_answer: str
    foreign: str
    small_talk: dict[str, str]

    def quoted(self, quote: str) -> str:
        """Return `quote` between this language's quotation marks, unless it opens with its own."""
        if quote.startswith(("«", "“", '"')):
            return quote
        return f"{self.quote_open}{quote}{self.quote_close}"


@cache
def voice(language: str) -> Voice:
    """Return the voice of a language (ISO 639-1), English where there is none."""
    path = Path(__file__).parent / f"voice.{language}.toml"
    if not path.exists():
        return voice(FALLBACK)
    return Voice(language=language, **tomllib.loads(path.read_text(encoding="utf-8")))


@cache
def small_talk_phrases() -> tuple[dict[str, dict[str, list[str]]], frozenset[str]]:
    """Return the phrases of small talk by kind and language, and the words around them."""
    path = Path(__file__).parent / "small_talk.toml"
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return found, frozenset(found.pop("fillers"))


@dataclass(frozen=True, slots=True)
class ChatWording:
    """What the program says around a chat model's words in one language.

    `name` is the language's own, in English, for the prompts; `faults` holds a sentence a fault.
    """

    name: str
    mark_partly: str
    mark_not_found: str
    instead: str
    withheld: str
    faults: dict[str, str]


@cache
def chat_wording(language: str) -> ChatWording:
    """Return what is said in a language (ISO 639-1), or in English where there is none."""
    path = Path(__file__).parent / f"chat.{language}.toml"
    if not path.exists():
        return chat_wording(FALLBACK)
    return ChatWording(**tomllib.loads(path.read_text(encoding="utf-8")))


@cache
def template(name: str) -> str:
    """Return the prompt of a name, with {placeholders}."""
    return (Path(__file__).parent / f"{name}.md").read_text(encoding="utf-8")
