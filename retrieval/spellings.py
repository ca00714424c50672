"""The one spelling of names that English and French write differently; `names.toml` lists them."""

import re
import tomllib
from functools import cache
from pathlib import Path

from retrieval.words import fold

SPELLINGS = Path(__file__).parent / "names.toml"
POSSESSIVE = re.compile(r"['’]s$")


def one_spelling(word: str) -> str:
    """Return a word folded, in the spelling that English and French share."""
    folded = fold(POSSESSIVE.sub("", word))
    return spelling(folded) or folded


def spelling(folded: str) -> str | None:
    """Return what the list of names makes of a word; `None` if it is not in it."""
    exact, stems = _spellings()
    if folded in exact:
        return exact[folded]
    for size in range(len(folded), 3, -1):
        if folded[:size] in stems:
            return stems[folded[:size]]
    return None


def is_listed(name: str) -> bool:
    """Tell whether a word in its one spelling is a name of the list."""
    return name in _file()["words"] or name in _file()["phrases"]


@cache
def _file() -> dict[str, dict[str, str]]:
    return tomllib.loads(SPELLINGS.read_text(encoding="utf-8"))


@cache
def _spellings() -> tuple[dict[str, str], dict[str, str]]:
    exact: dict[str, str] = {}
    stems: dict[str, str] = {}
    for name, written in _file()["words"].items():
        for word in written.split():
            (stems if word.endswith("*") else exact)[word.rstrip("*")] = name
    return exact, stems


@cache
def phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return patterns of names of several words, each with the one word that stands for them."""
    return tuple((re.compile(p), n.capitalize()) for n, p in _file()["phrases"].items())


@cache
def phrases_to_names() -> frozenset[str]:
    """Return those patterns as they are written."""
    return frozenset(_file()["phrases"])


@cache
def titles() -> frozenset[str]:
    """Return the folded titles that a name may follow."""
    return frozenset(_file()["titles"]["words"].split())
