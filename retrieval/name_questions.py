"""Questions about the people, firms and places of news: the same in every language.

A sentence in French gives no English question by rule, but a name is spelt alike in both: who is
quoted may be asked what they say, and who or what is named more than once, what is known of them.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from retrieval.proper_names import names
from retrieval.question_proposals import Proposal
from retrieval.question_shapes import words_of
from retrieval.retriever import Candidate
from retrieval.words import content_words

LONGEST_NAME = 40  # characters
_BESIDE = r"(?:, [^,.;:]{3,70},)?"  # « Odile Marchand, la vice-présidente, »
_DEMONYM = re.compile(r"(?:ish|ese|ians?|eans?|ais|aises?|ois|oises?|iens?|iennes?|ch)$")
_OTHERS = re.compile(r"[«»“”\"‹›()\[\]:;!?…|*_<>{}$`&]")
_VOWEL = re.compile(r"[aeiouyàâéèêîïôœAEIOUYÀÂÉÈÊÎÏÔŒ]")


@dataclass(slots=True)
class _Named:
    """A name of an article: how often it occurs, and the first sentence found that holds it."""

    text: str
    count: int
    place: tuple[str, int, int]
    title: str
    spoken: tuple[str, int, int] | None = None  # the sentence that reports what they say


def name_proposals(
    candidates: Sequence[Candidate], language: str, asked: Collection[str] = ()
) -> Iterator[Proposal]:
    """Yield questions in `language` about names of the candidates, those most named first.

    Names whose every word stands in `asked`, questions, are left out.
    """
    known = {word for question in asked for word in content_words(question)}
    found: dict[tuple[str, str], _Named] = {}
    for candidate in candidates:
        _collect(candidate, found)
    for named in sorted(found.values(), key=lambda one: -one.count):
        if all(word in known for word in content_words(named.text)):
            continue
        if named.spoken:
            yield Proposal(_says(named.text, language), "says", named.spoken, named.title)
        elif named.count > 1:
            question = _known(named.text, language)
            yield Proposal(question, "known", named.place, named.title, named.text)


def _collect(candidate: Candidate, found: dict[tuple[str, str], _Named]) -> None:
    article = candidate.passage.article
    if article.language not in ("en", "fr"):
        return
    for sentence in candidate.sentences:
        if sentence.kind != "text":
            continue
        text = article.text[sentence.start : sentence.end]
        place = article.id, sentence.start, sentence.end
        for name in {one.text: one for one in names(text)}.values():
            if not _usable(name.text):
                continue
            key = article.id, name.text
            if key not in found:
                count = article.text.count(name.text)
                found[key] = _Named(name.text, count, place, article.title)
            said = " ".join(text.split())
            if not found[key].spoken and _speaks(name.text, said, article.language):
                found[key].spoken = place


def _usable(name: str) -> bool:
    """Tell whether a name may stand in a question: no "French", no "La Poste", no markup."""
    first = name.split()[0].lower()
    if len(name) > LONGEST_NAME or len(name) < 3 or _OTHERS.search(name):
        return False
    if any(first in words_of(language).openers for language in ("en", "fr")):
        return False
    return " " in name or not _DEMONYM.search(name)


def _speaks(name: str, text: str, language: str) -> bool:
    """Tell whether a sentence reports what the bearer of a name says."""
    verbs, leads = _speech(language)
    bearer = re.escape(name)
    return bool(
        re.search(rf"\b{bearer}{_BESIDE} (?:{verbs})\b", text)
        or re.search(rf"\b(?:{verbs}) (?:[^,.;:]{{3,50}}, )?{bearer}\b", text)
        or re.search(rf"\b(?:{leads}) {bearer}\b", text, re.IGNORECASE)
    )


@cache
def _speech(language: str) -> tuple[str, str]:
    """Return alternatives of a pattern: verbs that report words, and what leads to a bearer."""
    words = words_of(language)
    verbs = "|".join(re.escape(verb) for verb in sorted(words.speech))
    leads = "|".join(re.escape(lead).replace("_", " ") for lead in sorted(words.leads))
    return verbs, leads


def _says(name: str, language: str) -> str:
    return f"What does {name} say?" if language == "en" else f"Que dit {name} ?"


def _known(name: str, language: str) -> str:
    if language == "en":
        return f"What is known about {name}?"
    return f"Que sait-on d’{name} ?" if _VOWEL.match(name) else f"Que sait-on de {name} ?"
