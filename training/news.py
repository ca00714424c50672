"""Invented news articles with questions in both languages, answerable and not: ``training/news``.

Questions over encyclopedias, which the public data sets hold, are not those over news: "why"
is seldom asked there, and hardly ever about what did not happen. An article is a JSON file:
``title``, ``language``, ``paragraphs``, and ``questions``, each worded in ``fr`` and ``en`` and of
a ``kind``. ``quotes`` are the words of the article that answer it. A question of the kinds
"absent-fact" and "false-premise" has none, but ``near``: words of the sentence that a careless
reader would take for its answer. The kinds "claim" and "false-claim" are no questions but
statements, borne out by their quotes or by nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.segmentation import segment
from retrieval.cues import asked_for
from training.corpus import Split, split_of
from training.reading import NONE, Reading, window
from training.sampling import TITLED
from training.sentences import sentence_at

NEWS = Path(__file__).parent / "news"
NEXT = NEWS / "next"
BREAK = "\n\n"
CLAIMS = ("claim", "false-claim")
AGAIN, BESIDE, RIVAL = 0.6, 0.3, 0.5
"""For how many unanswerable questions another passage is read too; how many of the passages
that do not answer stand right beside the answer, and how many around the answer to another
question that asks for the same kind of thing: the reason for something else."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class NewsQuestion:
    """A question by language; where its answers stand in the article, or what is near one."""

    wordings: dict[str, str]
    kind: str
    answers: tuple[Span, ...]
    near: Span | None

    @property
    def states(self) -> bool:
        """Whether it is a statement, true or false, and no question."""
        return self.kind in CLAIMS


@dataclass(frozen=True, slots=True)
class NewsArticle:
    """An article, its paragraphs joined by ``BREAK``."""

    title: str
    language: str
    text: str
    questions: tuple[NewsQuestion, ...]

    @property
    def sentences(self) -> list[Span]:
        """Where each sentence stands, in order, as the index splits them."""
        return [(found.start, found.end) for found in segment(self.text, self.language)]


def read_news(side: Split, folder: Path = NEWS) -> list[NewsArticle]:
    """Read the articles of a side, in the order of their files.

    Raises `ValueError` where a quote does not stand once in its article.
    """
    articles = []
    for file in sorted(folder.glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        text = BREAK.join(content["paragraphs"])

        def span(words: str, text: str = text, file: Path = file) -> Span:
            if text.count(words) != 1:
                raise ValueError(f"{file}: {words!r} stands {text.count(words)} times in it")
            return text.index(words), text.index(words) + len(words)

        questions = tuple(
            NewsQuestion(
                {language: entry[language] for language in ("fr", "en")},
                entry["kind"],
                tuple(span(words) for words in entry.get("quotes", ())),
                span(entry["near"]) if "near" in entry else None,
            )
            for entry in content["questions"]
        )
        if split_of(content["title"]) == side:
            articles.append(NewsArticle(content["title"], content["language"], text, questions))
    return articles


def news_readings(article: NewsArticle, random: np.random.Generator) -> Iterator[Reading]:
    """Draw an article's readings: each wording with its passage, and with one that is silent."""
    spans = article.sentences
    sentences = tuple(article.text[a:b] for a, b in spans)
    for question in article.questions:
        golds = {sentence_at(spans, start) for start, _ in question.answers}
        rivals = _rivals(article, question, spans)
        for language, text in question.wordings.items():
            kind = f"{language}-{article.language}".upper()
            title = article.title if random.random() < TITLED else ""
            if question.answers:
                first, last = question.answers[int(random.integers(len(question.answers)))]
                gold = sentence_at(spans, first)
                start, end = window(len(spans), gold, random)
                offset, stop = spans[gold]
                words = (first - offset, min(last, stop) - offset)
                yield Reading(text, sentences[start:end], gold - start, kind, title, words)
                silent = _silent(len(spans), golds, rivals, random)
            else:
                near = sentence_at(spans, question.near[0]) if question.near else 0
                start, end = window(len(spans), near, random)
                yield Reading(text, sentences[start:end], NONE, kind, title)
                again = random.random() < AGAIN
                silent = _silent(len(spans), golds, rivals, random) if again else None
            if silent:
                yield Reading(text, sentences[slice(*silent)], NONE, kind, title)


def _rivals(article: NewsArticle, question: NewsQuestion, spans: list[Span]) -> set[int]:
    """Return the sentences that answer other questions for the same kind of thing."""
    asked = asked_for(question.wordings["en"])
    return {
        sentence_at(spans, start)
        for other in article.questions
        if other is not question and asked & asked_for(other.wordings["en"])
        for start, _ in other.answers
    }


def _silent(
    count: int, golds: set[int], rivals: set[int], random: np.random.Generator
) -> Span | None:
    """Return a passage without the sentences that answer, often beside one of them or a rival."""
    free = [p for p in range(count) if p not in golds]
    beside = [p for gold in golds for p in (gold - 1, gold + 1) if p in free]
    chance = random.random()
    if chance < RIVAL and rivals - golds:
        places = sorted(rivals - golds)
    else:
        places = beside if beside and chance > 1 - BESIDE else free
    if not places:
        return None
    anchor = places[int(random.integers(len(places)))]
    start, end = window(count, anchor, random)
    start = max([start, *(gold + 1 for gold in golds if gold < anchor)])
    return start, min([end, *(gold for gold in golds if gold > anchor)])
