"""Questions made from sentences of news by rule, in English and in French.

Each rule looks for one shape of sentence: a subject, what is said of it, and a reason, a date, a
number or a price. The question is made of the sentence's own words, with the part that answers it
cut off. A sentence that leans on others, quotes somebody, or is long or nested gives none: an odd
question is worse than none. The words that rules know are in `question_rules.toml`.
"""

import re
from collections.abc import Iterator, Sequence

from index.types import Article, Sentence
from retrieval.antecedents import points_back
from retrieval.english_questions import ENGLISH
from retrieval.french_questions import FRENCH
from retrieval.question_proposals import Proposal
from retrieval.question_shapes import words_of
from retrieval.retriever import Candidate

LONGEST = 220  # characters of a sentence
_NESTED = re.compile(r"[«»“”\"‹›()\[\]:;!?…|*_<>{}$`]|\s[–—-]\s")
_NAME = r"[A-ZÀ-Ý][a-zà-ÿ]+(?:-[A-ZÀ-Ý][a-zà-ÿ]+)?"
_PERSON = re.compile(rf"(?<![\w’'-])({_NAME}(?: (?:de|van|von|le|la|[A-Z]\.))? {_NAME}), ([^,.]+)")


def proposals(candidates: Sequence[Candidate], language: str) -> tuple[Proposal, ...]:
    """Return the questions in `language` that the sentences of the candidates may answer.

    Those about a person come from articles in either language, all others from its own.
    """
    found: dict[str, Proposal] = {}
    for candidate in candidates:
        article = candidate.passage.article
        for sentence in candidate.sentences:
            if sentence.kind != "text":
                continue
            for rule, question in _questions(article, sentence, language):
                place = (article.id, sentence.start, sentence.end)
                found.setdefault(question, Proposal(question, rule, place, article.title))
    return tuple(found.values())


def _questions(article: Article, sentence: Sentence, language: str) -> Iterator[tuple[str, str]]:
    text = " ".join(article.text[sentence.start : sentence.end].split())
    if len(text) > LONGEST:
        return
    if name := _person(text, article.language):
        yield "who", f"Who is {name}?" if language == "en" else f"Qui est {name} ?"
    if article.language != language or points_back(text) or _NESTED.search(text):
        return
    rules = ENGLISH if language == "en" else FRENCH
    for rule, make in rules:
        if question := make(text, article.text):
            yield rule, question


def _person(text: str, language: str) -> str:
    """Return the full name of a person of whom a sentence says who they are, or nothing."""
    if language not in ("en", "fr"):
        return ""
    for found in _PERSON.finditer(text):
        said = re.findall(r"[\w’'-]+", found[2].lower())[:4]
        if any(word.rpartition("’")[2] in words_of(language).roles for word in said):
            first = found[1].split()[0].lower()
            if first not in words_of(language).openers:
                return found[1]
    return ""
