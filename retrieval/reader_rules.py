"""Readers around a reader: what a question asks beside its words changes what is quoted first."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from retrieval.exchange import Scorer
from retrieval.filters import Filters
from retrieval.reader import Evidence, Reader, Reading
from retrieval.retriever import Candidate, Query
from retrieval.words import WORD, alike, content_words, fold, words

# How much likelier a sentence counts as if its article is of the time that the question names.
FAVOUR = 1.5
# What is left of the confidence where a lone word has a capital that only its place may explain.
PERHAPS_A_NAME = 0.4
# What may stand before a lone word without making more of it than its name.
_LEAD_WORDS = """
a an the about le la les l un une et and sur de du
"""
_WHO_IS = re.compile(
    r"(?i:who(?: is| was|['’]s)|qui (?:est|était)(?: donc)?|c['’]est qui) "
    r"(?P<name>[A-ZÀ-Ý][a-zà-ÿ]+(?:-[A-ZÀ-Ý][a-zà-ÿ]+)*"
    r"(?: (?:d[eu]|des|la|le|van|von|al|bin|[A-ZÀ-Ý]\.)){0,2}"
    r"(?: (?:[DLO]['’])?[A-ZÀ-Ý](?:[a-zà-ÿ-]|(?<=[a-z])[A-Z])+){1,2})"
    r"[ \u00a0\u202f]*[?!.]*"
)
_LEADS = frozenset(_LEAD_WORDS.split())


def fitted(reader: Reader, query: Query, filters: Filters) -> Reader:
    """Return the reader for a question, with the rules that hold for it around it."""
    if filters.effect == "favour":
        reader = FavouringReader(reader, filters)
    word = lone_word(query.text)
    name = (word,) if word else asked_name(query.text)
    return TopicReader(reader, name) if name else reader


def lone_word(question: str) -> str | None:
    """Return the folded word of a question that is nothing else ("Dell?"), or `None`."""
    content = content_words(question)
    rest = [word for word in words(question) if word not in content]
    return content[0] if len(content) == 1 and _LEADS.issuperset(rest) else None


def asked_name(question: str) -> tuple[str, ...]:
    """Return the folded words of the full name in "Who is Ada Roy?", or nothing."""
    found = _WHO_IS.fullmatch(question.strip())
    return tuple(fold(word) for word in words(found["name"])) if found else ()


@dataclass(frozen=True, slots=True)
class FavouringReader:
    """Puts sentences of articles of a time first, unless others are much likelier."""

    reader: Reader
    filters: Filters

    @property
    def threshold(self) -> float:
        """That of the reader within."""
        return self.reader.threshold

    def read(self, query: Query, candidates: Sequence[Candidate]) -> Reading:
        """Return what the reader within returns, in another order."""
        reading = self.reader.read(query, candidates)

        def weighed(evidence: Evidence) -> float:
            favour = FAVOUR if self.filters.holds(evidence.article.published) else 1.0
            return -favour * evidence.probability

        return replace(reading, evidence=tuple(sorted(reading.evidence, key=weighed)))


def name_weight(question: str, word: str) -> float:
    """Return what a lone word that no sentence holds leaves of the reader's confidence (0-1).

    Nothing if it cannot be but a name: with a capital beyond its first letter, with letters and
    digits, or with a capital that opens no question ("et Nokia ?"). "Nokia?" may be one, and
    "NOKIA?" is told from an ordinary word by the reader alone, as "nokia?" is.
    """
    written = next((m for m in WORD.finditer(question) if fold(m[0]) == word), None)
    if written is None or not any(c.isalpha() for c in word):
        return 1.0
    typed = written[0]
    if any(c.isdigit() for c in typed):
        return 0.0
    if question.isupper() or typed.islower():
        return 1.0
    within = any(c.isupper() for c in typed[1:]) and not typed.isupper()
    opens = not any(c.isalnum() for c in question[: written.start()])
    return PERHAPS_A_NAME if opens and not within else 0.0


@dataclass(frozen=True, slots=True)
class TopicReader:
    """For a question of one word, or after a full name: a sentence that holds it tells of it.

    A name that none holds has no answer; another word may be said in the other language.
    """

    reader: Reader
    name: tuple[str, ...]

    @property
    def threshold(self) -> float:
        """That of the reader within."""
        return self.reader.threshold

    def read(self, query: Query, candidates: Sequence[Candidate]) -> Reading:
        """Return the sentences that hold the name; without any, what the reader within returns."""
        reading = self.reader.read(query, candidates)
        telling = tuple(
            evidence
            for evidence in reading.evidence
            for said in [words(evidence.text)]
            if all(any(alike(part, word) for word in said) for part in self.name)
        )
        if not telling:
            weight = name_weight(query.text, self.name[0]) if len(self.name) == 1 else 0.0
            return replace(reading, confidence=weight * reading.confidence)
        return Reading(telling, max(reading.confidence, self.threshold))


@dataclass(frozen=True, slots=True)
class LastReader:
    """Tells `done` when the reader within has read."""

    reader: Reader
    done: Callable[[], None]

    @property
    def threshold(self) -> float:
        """That of the reader within."""
        return self.reader.threshold

    @property
    def cross_encoder(self) -> Scorer | None:
        """That of the reader within, where it has one."""
        return getattr(self.reader, "cross_encoder", None)

    def read(self, query: Query, candidates: Sequence[Candidate]) -> Reading:
        """Return what the reader within returns."""
        try:
            return self.reader.read(query, candidates)
        finally:
            self.done()
