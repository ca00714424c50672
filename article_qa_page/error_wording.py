"""Sentences of errors in the page's languages, from `strings/errors.*.toml`.

Errors are raised, logged and remembered in English, by parts of the program that know nothing of
who reads them. A page in another language finds the template that made a sentence and says its
translation; names, paths and numbers in it are carried over, and never looked into.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter

from article_qa_page.articles_wording import articles_words
from article_qa_page.wording import wording

LONGEST = 4_000  # characters of a sentence that is looked at: no more is ever a pattern's work
SENTENCES, ADDRESS, CAUSE, SYSTEM = "sentences", "address", "cause", "system"
_SHAPES = {"word": r"\S+", "number": r"\d[\d,]*(?:\.\d+)?"}
_ERROR_NUMBER = re.compile(r"\A\[Errno -?\d+\] ")

Table = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A template of one language as a pattern, its translation, and its placeholders' kinds."""

    pattern: re.Pattern[str]
    translation: str
    kinds: dict[str, str]
    fixed: int  # characters that are always the same


class Catalogue:
    """The translations of one language: tables of templates, by name.

    A placeholder of the kind "number" is written as the language does (`separators` maps the
    English ones), of "quoted" is what stands between Python's quotation marks, and of a table's
    name is translated in turn.
    """

    def __init__(self, tables: Mapping[str, Table], separators: Mapping[str, str]) -> None:
        self._system = tables[SYSTEM]
        self._separators = str.maketrans(dict(separators))
        entries = {name: table for name, table in tables.items() if name != SYSTEM}
        entries[CAUSE] = _causes(tables[ADDRESS])
        self._entries = {
            name: sorted(
                (_entry(*pair) for pair in table.items()),
                # What is translated in parts is surest to be meant; then what leaves least open.
                key=lambda entry: (entries.keys().isdisjoint(entry.kinds.values()), -entry.fixed),
            )
            for name, table in entries.items()
        }

    def find(self, table: str, text: str) -> str | None:
        """Return the translation of a text by the templates of a table, None if it has none."""
        for entry in self._entries[table]:
            if found := entry.pattern.fullmatch(text):
                values = {name: self._said(kind, found[name]) for name, kind in entry.kinds.items()}
                if None not in values.values():
                    return entry.translation.format(**values)
        return None

    def _said(self, kind: str, value: str) -> str | None:
        if kind in self._entries:
            return self.find(kind, value)
        if kind == "number":
            return value.translate(self._separators)
        if kind == "quoted":
            return value[1:-1] if value[0] in "'\"" and len(value) > 1 else value
        if kind == SYSTEM:
            return self._system.get(_ERROR_NUMBER.sub("", value), value)
        return value


def translated(sentence: str, language: str) -> str:
    """Return the sentence of an error in `language`, as it is where no translation is known."""
    catalogue = catalogue_of(language)
    if catalogue is None or len(sentence) > LONGEST:
        return sentence
    return catalogue.find(SENTENCES, sentence) or sentence


@cache
def catalogue_of(language: str) -> Catalogue | None:
    """Return the catalogue of one of the page's languages; None for English."""
    source = files("article_qa_page").joinpath("strings", f"errors.{language}.toml")
    if not source.is_file():
        return None
    words = wording(language)
    separators = {",": articles_words(words)["number"], ".": words["decimal_point"]}
    return Catalogue(tomllib.loads(source.read_text("utf-8")), separators)


def _entry(template: str, translation: str) -> Entry:
    pattern, kinds, fixed = "", dict[str, str](), 0
    for text, name, kind, _ in Formatter().parse(template):
        pattern += re.escape(text)
        fixed += len(text)
        if name is not None:
            kinds[name] = kind or ""
            pattern += f"(?P<{name}>{_SHAPES.get(kind or '', '.+')})"
    return Entry(re.compile(pattern, re.DOTALL), translation, kinds, fixed)


def _causes(address: Table) -> Table:
    """Return what is said of an address without its advice: up to the colon."""
    return {
        english.partition(": ")[0].rstrip(".").replace(f":{ADDRESS}}}", f":{CAUSE}}}"): (
            translation.partition("\N{NO-BREAK SPACE}: ")[0].rstrip(".")
        )
        for english, translation in address.items()
    }
