"""Proper names of a text, and whether they stand in another, in English or in French.

No dictionary says what a name is; capitals do. A word that opens a sentence is taken for one only
if something else speaks for it: a further capital, a possessive, or the same word elsewhere.
"""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from retrieval.words import FUNCTION_WORDS, fold

SPELLINGS = Path(__file__).parent / "names.toml"
_WORD = re.compile(r"[^\W\d_]\w*(?:['’][st]\b)?|\d+[^\W\d_]\w*")
_ELISION = re.compile(r"\b(?:[ldjmnstcLDJMNSTC]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu)['’](?=\w)")
_OPENS = re.compile(r"(?:^|[.!?…:;\n]|[«“\"(•*–—-]\s)[\s«“\"'(•*–—-]*$")
_AMOUNT = re.compile(r"\d+(?:[AP]M|[KM]|B|BN|MN|TN|M[dD]s?|Mrd|H\d*|[KC]?M|K[GW]h?|GW|MW|TWh)")
_POSSESSIVE = re.compile(r"['’]s$")
_NO_NAMES = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|janvier|fevrier|mars|avril|mai|juin|juillet"
    r"|aout|septembre|octobre|novembre|decembre|lundi|mardi|mercredi|jeudi|vendredi|samedi"
    r"|dimanche)$"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written, and its words in their one spelling."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    opens: bool

    @property
    def word(self) -> str:
        return one_spelling(self.text)

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() or self.mixed

    @property
    def mixed(self) -> bool:
        """Whether capitals or digits within it show that it is a name wherever it stands."""
        bare = _POSSESSIVE.sub("", self.text)
        if bare[0].isdigit():  # "5G", but not "10PM"
            return bare != bare.lower() and not _AMOUNT.fullmatch(bare)
        return any(c.isupper() or c.isdigit() for c in bare[1:]) and len(bare) > 1


def names(text: str, known: Collection[str] = ()) -> list[Name]:
    """Return the names of a text in order; `known` are words that are names even at the start."""
    text = _prepared(text)
    found: list[Name] = []
    run: list[_Token] = []
    tokens = _tokens(text)
    for i, token in enumerate(tokens):
        if run and text[run[-1].end : token.start] not in (" ", "-", " & "):
            found += _named(run, text, known)
            run = []
        if not token.capital:
            found += _named(run, text, known)
            run = []
        elif not token.opens or _surely(token, tokens[i + 1 : i + 2], text, known):
            run.append(token)
    return found + _named(run, text, known)


def words_of(text: str) -> list[str]:
    """Return all the words of a text in their one spelling, in order."""
    return [token.word for token in _tokens(_prepared(text))]


def known_names(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of all names of texts."""
    return frozenset(word for text in texts for name in names(text) for word in name.words)


def stands(name: Name, among: Collection[str], contexts: Sequence[Sequence[str]] = ()) -> bool:
    """Tell whether a name stands among words.

    A part of it will do if its whole stands in one of `contexts` (the words of texts about the
    same): "Elon Musk" is in a sentence about « Musk » if the article names him in full.
    """
    there = [_among(word, among) for word in name.words]
    if all(there):
        return True
    return any(there) and any(_contains(context, name.words) for context in contexts)


def _among(word: str, among: Collection[str]) -> bool:
    return word in among or word + "s" in among or (word.endswith("s") and word[:-1] in among)


def _contains(words: Sequence[str], part: Sequence[str]) -> bool:
    size = len(part)
    return any(tuple(words[i : i + size]) == tuple(part) for i in range(len(words) - size + 1))


def _named(run: list[_Token], text: str, known: Collection[str]) -> list[Name]:
    kept = [token for token in run if not _ordinary(token, known)]
    if not kept:
        return []
    written = text[kept[0].start : kept[-1].end].strip()
    return [Name(_POSSESSIVE.sub("", written), tuple(token.word for token in kept))]


def _ordinary(token: _Token, known: Collection[str]) -> bool:
    """Tell whether a capitalised word is a title, a month or a function word, and no name."""
    folded = fold(_POSSESSIVE.sub("", token.text))
    if token.mixed and len(folded) > 1 and not folded.isdigit() and folded not in _titles():
        return False
    return (
        len(folded) == 1
        or folded in FUNCTION_WORDS
        or folded in _titles()
        or bool(_NO_NAMES.match(folded))
    ) and token.word not in known


def _surely(token: _Token, after: list[_Token], text: str, known: Collection[str]) -> bool:
    """Tell whether the capitalised word that opens a sentence is a name."""
    if token.mixed or token.word in known or token.word in _phrases_to_names():
        return True
    if fold(token.text) in FUNCTION_WORDS:
        return False
    if _POSSESSIVE.search(token.text):
        return True
    joined = bool(after) and text[token.end : after[0].start] in (" ", "-", " & ")
    return joined and after[0].capital and not _ordinary(after[0], known)


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(m[0], *m.span(), bool(_OPENS.search(text, max(0, m.start() - 12), m.start())))
        for m in _WORD.finditer(text)
    ]


def _prepared(text: str) -> str:
    """Return a text with elisions cut off and names of several words made one."""
    text = unicodedata.normalize("NFKC", text).replace("\u2011", "-")
    for pattern, name in _phrases():
        text = pattern.sub(name, text)
    return _ELISION.sub(lambda match: " " * len(match[0]), text)


def one_spelling(word: str) -> str:
    """Return a word folded, in the spelling that English and French share."""
    folded = fold(_POSSESSIVE.sub("", word))
    exact, stems = _spellings()
    if folded in exact:
        return exact[folded]
    for size in range(len(folded), 3, -1):
        if folded[:size] in stems:
            return stems[folded[:size]]
    return folded


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
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(p), n.capitalize()) for n, p in _file()["phrases"].items())


@cache
def _phrases_to_names() -> frozenset[str]:
    return frozenset(_file()["phrases"])


@cache
def _titles() -> frozenset[str]:
    return frozenset(_file()["titles"]["words"].split())
