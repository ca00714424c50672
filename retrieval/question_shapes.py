"""What the rules of both languages share: words, simple subjects, the length of a clause."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CLAUSE = (3, 16)  # words of what a question keeps of its sentence
SUBJECT = 7  # words at most
NUMBER = r"\d{1,3}(?:[ \u00a0\u202f.,]\d{3})*"
TAIL = r"(?=[,.]|$| (?:after|and|with|when|après|et|avec|lorsqu)\b)"

Rule = tuple[str, Callable[[str, str], str]]
"""A rule's name, and what makes a question, or "", of a sentence and its article's text."""

Make = Callable[[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Words:
    """What the rules know of a language.

    `openers` begin a subject, `roles` what is said of a person, and `past` tells the plain form of
    verbs in the past tense (English only). `stops` are never part of a simple subject. `speech`
    are verbs that report words, and `leads` what stands before whom they are of.
    """

    openers: frozenset[str]
    roles: frozenset[str]
    speech: frozenset[str]
    leads: frozenset[str]
    stops: frozenset[str]
    past: dict[str, str]


@cache
def words_of(language: str) -> Words:
    """Return the words of "en" or "fr"."""
    path = Path(__file__).parent / "question_rules.toml"
    found = tomllib.loads(path.read_text(encoding="utf-8"))[language]
    past = [pair.partition(":") for pair in found.get("past", "").split()]
    return Words(
        frozenset(found["openers"].split()),
        frozenset(found["roles"].split()),
        frozenset(found["speech"].split()),
        frozenset(found["leads"].split()),
        frozenset(found["stops"].split()),
        {said: plain for said, _, plain in past},
    )


def simple_subject(text: str, whole: str, language: str) -> str:
    """Return a simple subject as it stands within a sentence, or nothing.

    It opens with an article, or is a name that the text has within a sentence too.
    """
    parts = text.split()
    known = words_of(language)
    if not 1 <= len(parts) <= SUBJECT or "," in text:
        return ""
    lower = [part.lower().strip("’'") for part in parts]
    if any(word in known.stops for word in lower):
        return ""
    first = re.split(r"(?<=[’'])", parts[0])[0].replace("'", "’").lower()
    if first in known.openers:
        return text[0].lower() + text[1:] if len(parts) > 1 or "’" in first else ""
    within = re.search(rf"(?<=[a-zà-ÿ,] ){re.escape(parts[0])}(?!\w)", whole)
    return text if within and all(part[0].isupper() for part in parts) else ""


def ask_before(pattern: re.Pattern[str], asks: str, make: Make) -> Callable[[str, str], str]:
    """Return what asks `asks` of the clause that `pattern` finds at a sentence's beginning.

    `make` is given the question word, the clause and the article's text.
    """

    def rule(text: str, whole: str) -> str:
        found = pattern.fullmatch(text)
        return make(asks, found[1], whole) if found else ""

    return rule


def fits(clause: str) -> bool:
    """Tell whether a clause is neither too short nor too long, nor has a comma."""
    return CLAUSE[0] <= len(clause.split()) <= CLAUSE[1] and "," not in clause
