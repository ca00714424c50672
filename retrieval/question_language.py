"""In which language to answer: that of the question, English for one that is neither."""

import re

from index.language import INTERFACE_LANGUAGES, detect_language, language_chances
from retrieval.words import words

FALLBACK = "en"
FEW_WORDS = 3  # of so few, statistics know less than a single function word tells
LEAST_WORDS = 4
LEAST_LETTERS = 2  # of another script; in Chinese two may be a question
SURE = 0.9
SURELY = 5.0  # so many times likelier than English must French be for a lone word
_LATIN = "[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]"
_OTHER = rf"(?:(?!{_LATIN})[^\W\d_])"
# A word of Latin letters, or a run of others: Chinese sets no space between its words and names.
_WORD = re.compile(rf"{_LATIN}+(?:['’]{_LATIN}+)*|{_OTHER}+(?:['’]{_OTHER}+)*")
# Question and function words of one language that the other lacks, and names are not made of.
_ENGLISH = """
why when where who whom whose what which how and with about for from since without the is are was
were did does has have had to of at by it its this that these those there they them he she you we
any no
"""
_FRENCH = """
pourquoi quand où ou qui quoi que qu quel quelle quels quelles lequel laquelle lesquels lesquelles
combien comment et mais avec chez sans depuis pour dans selon est sont il ils elles nous vous je tu
cette
"""
_TELLING = {
    "en": frozenset(_ENGLISH.split()),
    "fr": frozenset(_FRENCH.split()),
}


def answer_language(question: str) -> tuple[str, bool]:
    """Return "en" or "fr", and whether the question is surely in a third language.

    Names and short questions are detected badly: a third language is only believed of words
    that are not names, at least `LEAST_WORDS` of them, with a probability of `SURE`. A short
    question goes by its function words, where those are all of one language.
    """
    if is_foreign(question):
        return FALLBACK, True
    count = len(words(question))
    if count <= FEW_WORDS and (told := _told_by_function_words(question)):
        return told, False
    if count == 1:
        return _language_of_a_word(question), False
    return detect_language(question, INTERFACE_LANGUAGES), False


def _told_by_function_words(question: str) -> str | None:
    """Return the language whose function words a question holds, unless it is none or both."""
    said = {part for word in _plain(question) for part in _parts(word)}
    told = [language for language, telling in _TELLING.items() if telling & said]
    return told[0] if len(told) == 1 else None


def _language_of_a_word(question: str) -> str:
    """Return the language of a lone word: names have none, but French spaces its marks."""
    if re.search(r"\w\s[?!:;]", question):
        return "fr"
    chances = language_chances(question.lower())
    surely = not question[:1].isupper() and chances["fr"] >= SURELY * chances["en"]
    return "fr" if surely else FALLBACK


def is_foreign(question: str) -> bool:
    """Tell whether a question is surely neither English nor French."""
    plain = _plain(question)
    latin = [word for word in plain if re.match(_LATIN, word)]
    other = sum(map(len, plain)) - sum(map(len, latin))
    # "Dell" may open a question in any script; "Who" does not.
    ours = sum(len(word) for word in latin if word[0].islower() or _is_function_word(word))
    if other >= LEAST_LETTERS and other > ours:
        return True
    if len(latin) < LEAST_WORDS:
        return False
    chances = language_chances(" ".join(latin).lower())
    code = max(chances, key=lambda language: chances[language])
    return code not in INTERFACE_LANGUAGES and chances[code] >= SURE


def _plain(question: str) -> list[str]:
    """Return the words that are not names: the first, and those without a capital.

    In a question all in capitals, these tell nothing: every word but "xAI" is one.
    """
    found = _WORD.findall(question)
    shouted = not any(word.islower() or word[1:].islower() for word in found)
    return [
        word
        for n, word in enumerate(found)
        if n == 0 or word == word.lower() or (shouted and word.isupper())
    ]


def _is_function_word(word: str) -> bool:
    return any(telling & set(_parts(word)) for telling in _TELLING.values())


def _parts(word: str) -> list[str]:
    return word.lower().replace("’", "'").split("'")
