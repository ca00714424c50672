"""A corpus of invented news articles, the same for the same seed, no sentence twice in it.

Even articles are English, odd ones French. Each has a company, a person and a town of its own,
spelt from its number, and every sentence names one of them: two articles share no sentence.
"""

import random
from pathlib import Path

from benchmarks.index_words import ENGLISH, FRENCH, Words

FOLDER = 1_000  # articles in a folder
SENTENCES = (20, 30)  # of an article
PARAGRAPH = (3, 6)  # sentences
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprtv" for vowel in "aeiou"]
_NUMBERS = len(_SYLLABLES) ** 4
# Factors that share none with the count of names, so that each number has a name of its own.
_SCATTER = {"tec": 7_368_787, "nson": 4_256_249, "ville": 9_015_751}


def invented_name(number: int, ending: str) -> str:
    """Return a name for a number from 0 to 12,959,999; different numbers have different names."""
    scattered = (number + 1) * _SCATTER[ending] % _NUMBERS
    spelt = ""
    for _ in range(4):
        scattered, syllable = divmod(scattered, len(_SYLLABLES))
        spelt += _SYLLABLES[syllable]
    return spelt.capitalize() + ending


def invented_article(number: int, seed: int = 0) -> str:
    """Return the text of an article: a title line and paragraphs, between blank lines."""
    writer = _Writer(number, seed)
    count = writer.draw.randint(*SENTENCES)
    sentences: dict[str, None] = {}  # a dictionary keeps the order
    while len(sentences) < count:
        sentences[writer.sentence()] = None
    rest = list(sentences)
    blocks = [_capitalised(writer.clause())]
    while rest:
        length = writer.draw.randint(*PARAGRAPH)
        blocks.append(" ".join(rest[:length]))
        del rest[:length]
    return "\n\n".join(blocks) + "\n"


class _Writer:
    """Writes the sentences of one article."""

    def __init__(self, number: int, seed: int) -> None:
        self.draw = random.Random(f"{seed}:{number}")
        self._words: Words = FRENCH if number % 2 else ENGLISH
        first_name = self.draw.choice(self._words.first_names)
        self._person = f"{first_name} {invented_name(number, 'nson')}"
        self._names = (
            self._person,
            invented_name(number, "tec"),
            invented_name(number, "ville"),
        )

    def sentence(self) -> str:
        """Return a sentence of one or two clauses, some of them a quotation."""
        if self.draw.random() < 0.12:
            clause = _capitalised(self.clause())
            return self.draw.choice(self._words.said).format(clause=clause, person=self._person)
        words = self.clause()
        if self.draw.random() < 0.4:
            words = f"{self._place()}, {words}"
        if self.draw.random() < 0.4:
            words = f"{words}{self.draw.choice(self._words.links)} {self.clause()}"
        return f"{_capitalised(words)}."

    def clause(self) -> str:
        """Return who does what to what, and sometimes where or why; one name is in it."""
        subject = name = self.draw.choice(self._names)
        if self.draw.random() < 0.5:
            subject = f"{self._thing()} {self._words.of} {name}"
        words = f"{subject} {self.draw.choice(self._words.verbs)} {self._thing()}"
        return f"{words} {self._place()}" if self.draw.random() < 0.5 else words

    def _thing(self) -> str:
        noun = self.draw.choice(self._words.nouns)
        return noun.format(adjective=self.draw.choice(self._words.adjectives))

    def _place(self) -> str:
        return f"{self.draw.choice(self._words.before)} {self._thing()}"


def _capitalised(words: str) -> str:
    return words[0].upper() + words[1:]


def write_corpus(folder: Path, count: int, *, first: int = 0, seed: int = 0) -> int:
    """Write articles number `first` onwards into `folder`; return the bytes of their text."""
    written = 0
    for number in range(first, first + count):
        file = folder / f"{number // FOLDER:05d}" / f"{number:08d}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        written += file.write_bytes(invented_article(number, seed).encode())
    return written
