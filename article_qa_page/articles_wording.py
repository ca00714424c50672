"""The words of the Articles tab, read from `strings/articles.*.toml`."""

import tomllib
from functools import cache
from importlib.resources import files

from article_qa_page.wording import Wording


@cache
def _strings(language: str) -> dict[str, str]:
    source = files("article_qa_page").joinpath("strings", f"articles.{language}.toml")
    return {key: str(value) for key, value in tomllib.loads(source.read_text("utf-8")).items()}


def articles_words(words: Wording) -> dict[str, str]:
    """Return the tab's strings in the language of `words`."""
    return _strings(words.language)


def grouped(number: float, strings: dict[str, str]) -> str:
    """Return a whole number with its thousands set apart as the language does."""
    return f"{number:,.0f}".replace(",", strings["number"])
