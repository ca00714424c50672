"""Proper names of a text, in English or in French.

No dictionary says what a name is; capitals do. A word that opens a sentence is taken for one only
if something else speaks for it: a further capital, a possessive, or the same word elsewhere. The
full stop of "Mr." or "J." opens none.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from retrieval.spellings import (
    POSSESSIVE,
    one_spelling,
    phrases,
    phrases_to_names,
    spelling,
    titles,
)
from retrieval.words import FUNCTION_WORDS, fold

_WORD = re.compile(r"[^\W\d_]\w*(?:['’][st]\b)?|\d+[^\W\d_]\w*")
_ELISION = re.compile(r"\b(?:[ldjmnstcLDJMNSTC]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu)['’](?=\w)")
_OPENS = re.compile(r"(?:^|[.!?…:;\n]|[«“\"(•*–—-]\s)[\s«“\"'(•*–—-]*$")
_SHORT = """
capt col dr drs gen gov lt m messrs mgr mlle mlles mm mme mmes mr mrs ms pr prof rep rev sen sgt
st ste
"""
_SHORT_TITLES = frozenset(_SHORT.split())
# "I" is left out: "than I." ends a sentence.
_SHORTENED = re.compile(
    rf"(?<!\w)(?:MM|{'|'.join(title.capitalize() for title in sorted(_SHORT_TITLES))}"
    r"|[A-HJ-ZÀ-ÖØ-Þ])\.$"
)
# A letter that is no initial: "plan B.", "at 9 P.M.", "20 C."
_LETTERED = re.compile(
    r"(?:\b(?:block?|categor(?:y|ie)|cat[ée]gorie|classe?|[eé]quipe|groupe?|h[ée]patit(?:e|is)"
    r"|option|phase|plan|point|s[ée]ries?|team|type|vitamine?|zone)\s|\b[AP]\.|\d\s?)\w\.$",
    re.IGNORECASE,
)
# "Cost: Tickets are dearer": after a label of few words, a colon opens a sentence if one follows.
_LABEL = re.compile(r"(?:^|[.!?…;\n•*–—-])\W*(?:[\w'’-]+\s+){0,2}[\w'’-]+\W*:\W*$")
_CLAUSE = re.compile(r"\s+(?!(?:and|et|or|ou)\b)[a-zà-öø-ÿœ]")
# Words that open a sentence; a capital after them does not make them part of its name.
_LEADING_WORDS = """
ancien former hier only seul seule seuls yesterday contrary despite except hormis
like malgre sauf selon unlike
"""
_LEADS = frozenset(_LEADING_WORDS.split())
# A lone capitalised word between these and the end of its phrase is no common noun or adjective.
_AGENT = re.compile(
    r"\b(?:at|by|from|than|with|according to|avec|chez|par|selon)\s$", re.IGNORECASE
)
_AMOUNT = re.compile(
    r"\d+(?:[AP]M|[KMT]|B|[Bb][Nn]|M[Nn]|T[Nn]|M[dD]s?|Mrds?|H\d*|[KC]?M|K[GW]h?|GW|MW|TWh)"
)
# Quarters, half-years and ranks, read as numbers: "Q3", « XIXe ».
_COUNTED = re.compile(r"[QT][1-4]|[HS][12]|[IVX]+(?:e|er|re|[eè]me)")
_NO_NAMES = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|janvier|fevrier|mars|avril|mai|juin|juillet"
    r"|aout|septembre|octobre|novembre|decembre|lundi|mardi|mercredi|jeudi|vendredi|samedi"
    r"|dimanche|feb|aug|sept?|oct|nov|dec)$"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written, and its words in their one spelling.

    `proper` if its place shows that it is not a common noun with a capital ("by Orange.").
    """

    text: str
    words: tuple[str, ...]
    proper: bool = False


class Word(NamedTuple):
    """A word of a text in its one spelling.

    `capital` if it may be a name, `joined` if it goes on with that of the word before it.
    """

    text: str
    capital: bool
    joined: bool


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
    def initial(self) -> bool:
        """Whether it is a single capital letter."""
        return len(self.text) == 1 and self.text.isupper()

    @property
    def mixed(self) -> bool:
        """Whether capitals or digits within it show that it is a name wherever it stands."""
        bare = POSSESSIVE.sub("", self.text)
        if bare[0].isdigit():  # "5G", but not "10PM"
            return bare != bare.lower() and not _AMOUNT.fullmatch(bare)
        if _COUNTED.fullmatch(bare):
            return False
        return any(c.isupper() or c.isdigit() for c in bare[1:]) and len(bare) > 1


def names(text: str, known: Collection[str] = ()) -> list[Name]:
    """Return the names of a text in order; `known` are words that are names even at the start."""
    text = _prepared(text)
    found: list[Name] = []
    run: list[_Token] = []
    tokens = _tokens(text)
    for i, token in enumerate(tokens):
        if run and not _joined(text, run[-1], token):
            found += _named(run, text, known)
            run = []
        if not token.capital:
            found += _named(run, text, known)
            run = []
        elif not token.opens or _surely(token, tokens[i + 1 : i + 2], text, known):
            run.append(token)
    return found + _named(run, text, known)


def words_of(text: str) -> list[Word]:
    """Return all the words of a text in order, without initials."""
    text = _prepared(text)
    found: list[Word] = []
    tokens = _tokens(text)
    joined = False
    for before, token in zip([None, *tokens], tokens, strict=False):
        joined = joined and before is not None and _joined(text, before, token)
        if not token.initial:
            found.append(Word(token.word, token.capital and not _ordinary(token, ()), joined))
            joined = True
    return found


def openers(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield each capitalised word that opens a sentence, what follows it, and if it is elided.

    « L’Oréal » is elided: its own capital is not the sentence's.
    """
    text = unicodedata.normalize("NFKC", text).replace("\u2011", "-")
    elided = {match.end() for match in _ELISION.finditer(text)}
    text = _ELISION.sub(lambda match: " " * len(match[0]), text)
    for token in _tokens(text):
        if token.opens and token.capital and not _ordinary(token, ()):
            yield token.text, text[token.end :], token.start in elided


def known_names(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of all names of texts."""
    return frozenset(word for text in texts for name in names(text) for word in name.words)


def _named(run: list[_Token], text: str, known: Collection[str]) -> list[Name]:
    kept = [token for token in run if not _ordinary(token, known)]
    if not kept:
        return []
    written = text[kept[0].start : kept[-1].end].strip()
    proper = len(run) == 1 and _proper(run[0], text)
    return [Name(POSSESSIVE.sub("", written), tuple(token.word for token in kept), proper)]


def _proper(token: _Token, text: str) -> bool:
    """Tell whether a lone capitalised word stands where a common noun or adjective does not."""
    if (
        token.mixed
        or spelling(fold(token.text))
        or not _AGENT.search(text, max(0, token.start - 16), token.start)
    ):
        return False
    after = re.match(r"\s+(\w+)", text[token.end :])
    return after is None or fold(after[1]) in FUNCTION_WORDS


def _ordinary(token: _Token, known: Collection[str]) -> bool:
    """Tell whether a capitalised word is a title, a month or a function word, and no name."""
    folded = fold(POSSESSIVE.sub("", token.text))
    title = folded in titles() or folded in _SHORT_TITLES
    if token.mixed and len(folded) > 1 and not folded.isdigit() and not title:
        return False
    return (
        len(folded) == 1
        or folded in FUNCTION_WORDS
        or title
        or bool(_NO_NAMES.match(folded) or _COUNTED.fullmatch(token.text))
    ) and token.word not in known


def _surely(token: _Token, after: list[_Token], text: str, known: Collection[str]) -> bool:
    """Tell whether the capitalised word that opens a sentence is a name."""
    if token.mixed or token.word in known or token.word in phrases_to_names():
        return True
    if fold(token.text) in FUNCTION_WORDS or fold(token.text) in _LEADS:
        return False
    if POSSESSIVE.search(token.text):
        return True
    joined = bool(after) and _joined(text, token, after[0])
    return joined and after[0].capital and not _ordinary(after[0], known)


def _joined(text: str, left: _Token, right: _Token) -> bool:
    """Tell whether two words side by side may be of one name."""
    between = text[left.end : right.start]
    if POSSESSIVE.search(left.text):
        return False
    return between in (" ", "-", " & ") or (between == ". " and left.initial and not right.opens)


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(match[0], *match.span(), _opens(text, *match.span()))
        for match in _WORD.finditer(text)
    ]


def _opens(text: str, start: int, end: int) -> bool:
    """Tell whether the word at `start:end` opens a sentence."""
    found = _OPENS.search(text, max(0, start - 12), start)
    if not found or "\n" in found[0]:
        return bool(found)
    near = max(0, start - 80)
    if found[0].startswith(":") and not set(found[0]) & set('«“"'):
        return bool(_LABEL.search(text, near, start) and _CLAUSE.match(text, end))
    stop = found.start() + 1
    initial = _SHORTENED.search(text, near, stop) and not _LETTERED.search(text, near, stop)
    return not (found[0].startswith(".") and initial)


@lru_cache(maxsize=2_000)  # sentences come again for every claim
def _prepared(text: str) -> str:
    """Return a text with elisions cut off and names of several words made one."""
    text = unicodedata.normalize("NFKC", text).replace("\u2011", "-")
    text = text.replace("US$", "$")  # a currency, not the country
    for pattern, name in phrases():
        text = pattern.sub(name, text)
    return _ELISION.sub(lambda match: " " * len(match[0]), text)
