"""Which numbers, dates and proper names of a claim do not stand in the sentences it cites."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.opening_names import opening_names
from retrieval.proper_names import known_names, names, words_of
from retrieval.quantities import given, quantities
from retrieval.spellings import is_listed
from retrieval.standing import stands


@dataclass(frozen=True, slots=True)
class FactCheck:
    """The facts of a claim as they are written: those that stand, and those that do not.

    `figures` tells whether a number, date or hour is among those that stand; `unknown` are the
    missing names that no list has in both languages.
    """

    standing: tuple[str, ...]
    missing: tuple[str, ...]
    figures: bool = False
    unknown: tuple[str, ...] = ()


def check_facts(claim: str, cited: Sequence[str], context: Sequence[str] = ()) -> FactCheck:
    """Look up each number, date, hour, currency and name of `claim` in the texts it cites.

    `cited` are the sentences, and what is read with them, such as the title; `context` are
    further texts of the same articles, which only tell what is a name, and its full form.
    """
    standing: list[str] = []
    missing: list[str] = []
    unknown: list[str] = []
    there, otherwise = given(cited)
    for quantity in quantities(claim):
        family = quantity.family
        if quantity.firm or (family and any(key[: len(family)] == family for key in otherwise)):
            (standing if quantity.accepts & there else missing).append(quantity.text)
    figures = bool(standing)
    among = {word for text in cited for word in words_of(text)}
    everywhere = [*cited, *context]
    contexts = [words_of(text) for text in everywhere]
    for name in names(claim, known_names(everywhere) | opening_names(claim)):
        found = stands(name, among, contexts)
        (standing if found else missing).append(name.text)
        if not found and not any(map(is_listed, name.words)):
            unknown.append(name.text)
    return FactCheck(_once(standing), _once(missing), figures, _once(unknown))


def _once(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
