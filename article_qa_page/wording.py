"""The page's own words, in the languages it speaks, read from `strings/*.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "fr")  # the first is spoken where the reader's own is not known


@dataclass(frozen=True, slots=True)
class Example:
    """A question to try, and the file name of the sample article that answers it."""

    question: str
    article: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One language's strings: `wording["key"]`."""

    language: str
    strings: dict[str, str]
    months: tuple[str, ...]
    languages: dict[str, str]
    examples: tuple[Example, ...]

    def __getitem__(self, key: str) -> str:
        """Return the string named `key`."""
        return self.strings[key]

    def date(self, moment: datetime) -> str:
        """Return the day of `moment`, as it is written in a newspaper."""
        first = self.strings["first_of_month"] if moment.day == 1 else str(moment.day)
        return self.strings["date"].format(
            day=first, month=self.months[moment.month - 1], year=moment.year
        )

    def language_name(self, code: str) -> str:
        """Return the name of the language `code`, or the code itself."""
        return self.languages.get(code, code)

    def in_language(self, code: str) -> str:
        """Return "in French", as `language_name` calls the language."""
        return self.strings["in_language"].format(language=self.language_name(code))

    def count(self, number: int) -> str:
        """Return how many articles there are, in words."""
        key = {0: "no_articles", 1: "one_article"}.get(number, "many_articles")
        return self.strings[key].format(count=number)


@cache
def wording(language: str) -> Wording:
    """Return the strings of `language`, one of `LANGUAGES`."""
    source = files("article_qa_page").joinpath("strings", f"{language}.toml")
    data: dict[str, Any] = tomllib.loads(source.read_text("utf-8"))
    return Wording(
        language=language,
        strings=data["page"],
        months=tuple(data["months"]["names"]),
        languages=data["languages"],
        examples=tuple(Example(**example) for example in data["examples"]),
    )


def preferred(accept_language: object) -> Wording:
    """Return the strings for a browser's `Accept-Language`, or for one language tag."""
    header = accept_language if isinstance(accept_language, str) else ""
    wanted = [_tag_and_weight(part) for part in header[:400].split(",")]
    for tag, _ in sorted(wanted, key=lambda pair: -pair[1]):
        if tag in LANGUAGES:
            return wording(tag)
    return wording(LANGUAGES[0])


def _tag_and_weight(part: str) -> tuple[str, float]:
    tag, _, weight = part.partition(";q=")
    try:
        return tag.strip().lower().partition("-")[0], float(weight or 1)
    except ValueError:
        return "", 0.0
