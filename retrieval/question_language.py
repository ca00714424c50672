"""In which language to answer: that of the question, English for one that is neither."""

import re

from index.language import INTERFACE_LANGUAGES, detect_language, language_chances
from retrieval.words import words

FALLBACK = "en"
LEAST_WORDS = 4
SURE = 0.9
SURELY = 5.0  # so many times likelier than English must French be for a lone word
# Letters of French and English; a question mostly in others is in another language.
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿŒœŸ]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def answer_language(question: str) -> tuple[str, bool]:
    """Return "en" or "fr", and whether the question is surely in a third language.

    Names and short questions are detected badly: a third language is only believed of words
    that are not names, at least `LEAST_WORDS` of them, with a probability of `SURE`.
    """
    if is_foreign(question):
        return FALLBACK, True
    if len(words(question)) == 1:
        return _language_of_a_word(question), False
    return detect_language(question, INTERFACE_LANGUAGES), False


def _language_of_a_word(question: str) -> str:
    """Return the language of a lone word: names have none, but French spaces its marks."""
    if re.search(r"\w\s[?!:;]", question):
        return "fr"
    chances = language_chances(question.lower())
    surely = not question[:1].isupper() and chances["fr"] >= SURELY * chances["en"]
    return "fr" if surely else FALLBACK


def is_foreign(question: str) -> bool:
    """Tell whether a question is surely neither English nor French."""
    letters = _LETTER.findall(question)
    other = [letter for letter in letters if not _LATIN.match(letter)]
    if len(other) >= 4 and len(other) > len(letters) / 2:
        return True
    plain = [word for n, word in enumerate(_WORD.findall(question)) if n == 0 or word.islower()]
    if len(plain) < LEAST_WORDS:
        return False
    chances = language_chances(" ".join(plain).lower())
    code = max(chances, key=lambda language: chances[language])
    return code not in INTERFACE_LANGUAGES and chances[code] >= SURE
