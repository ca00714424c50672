"""The invented news that the reader learns from: exact, bilingual, apart from what judges."""

import json
from pathlib import Path

import numpy as np
import pytest

from index.sources.files import read_article
from training.news import NEWS, NewsArticle, NewsQuestion, news_readings, read_news
from training.reading import NONE

KINDS = {"claim", "who", "what", "when", "where", "why", "how", "number", "list", "yes-no"}
UNANSWERABLE = {"false-claim", "absent-fact", "false-premise"}
ARTICLES = [article for side in ("train", "dev") for article in read_news(side)]


def test_both_sides_hold_articles_of_both_languages() -> None:
    for side in ("train", "dev"):
        assert {article.language for article in read_news(side)} == {"fr", "en"}
    titles = [article.title for article in ARTICLES]
    assert len(set(titles)) == len(titles) == len(list(NEWS.glob("*.json")))


def test_every_question_is_answered_by_words_of_its_article_or_says_what_is_near() -> None:
    for article in ARTICLES:
        for question in article.questions:
            assert question.kind in KINDS | UNANSWERABLE
            assert bool(question.answers) == (question.kind in KINDS)
            assert (question.near is None) == bool(question.answers)
            assert all(question.wordings[language].strip() for language in ("fr", "en"))


def test_a_reading_holds_its_answer_and_a_silent_one_does_not() -> None:
    random = np.random.default_rng(7)
    for article in ARTICLES[::7]:
        golds = {
            wording: [article.text[a:b] for a, b in question.answers]
            for question in article.questions
            for wording in question.wordings.values()
        }
        for reading in news_readings(article, random):
            assert reading.sentences
            if reading.answer == NONE:
                text = " ".join(reading.sentences)
                assert not any(words in text for words in golds[reading.question])
            else:
                start, end = reading.words
                marked = reading.sentences[reading.answer][start:end]
                assert any(words.startswith(marked) for words in golds[reading.question])


def test_half_the_silent_readings_stand_around_the_answer_to_a_like_question() -> None:
    """« Pourquoi … ? » beside the reason for something else, not a name's or a date's."""
    paragraphs = (
        "Alba shut its mill because of the drought.",
        *(f"The weather of day {n} was fair." for n in range(20)),
        "The fall in prices led Borel to sell.",
        *(f"The wind of day {n} was weak." for n in range(20)),
        "Carol left in May.",
    )
    text = "\n\n".join(paragraphs)

    def question(wording: str, words: str) -> NewsQuestion:
        spans = ((text.index(words), text.index(words) + len(words)),) if words else ()
        kind = "why" if words else "false-premise"
        return NewsQuestion({"en": wording}, kind, spans, None if words else (0, 4))

    asked = (
        question("Why did Alba shut its mill?", "the drought"),
        question("What drove Borel to sell?", "The fall in prices"),
        question("When did Carol leave?", "in May"),
        question("Why did Dora refuse?", ""),
    )
    article = NewsArticle("T", "en", text, asked)
    random = np.random.default_rng(3)
    silent = [
        reading
        for _ in range(200)
        for reading in news_readings(article, random)
        if reading.answer == NONE
    ]

    def share(wording: str, sentence: str) -> float:
        held = [sentence in r.sentences for r in silent if r.question == wording]
        return sum(held) / len(held)

    assert share(asked[0].wordings["en"], paragraphs[21]) > 0.45
    assert share(asked[1].wordings["en"], paragraphs[0]) > 0.45
    assert share(asked[3].wordings["en"], paragraphs[21]) > 0.1
    assert share(asked[2].wordings["en"], paragraphs[21]) < 0.35
    assert share(asked[0].wordings["en"], paragraphs[0]) == 0


def test_what_judges_answers_is_not_learnt() -> None:
    judged = {
        read_article(file).title
        for folder in ("articles", "evaluation/articles")
        for file in (Path(__file__).parents[1] / folder).glob("*.md")
    }
    assert not judged & {article.title for article in ARTICLES}


def test_a_quote_that_stands_twice_is_refused(tmp_path: Path) -> None:
    question = {"kind": "who", "fr": "Qui ?", "en": "Who?", "quotes": ["Anne"]}
    content = {
        "title": "T",
        "language": "en",
        "paragraphs": ["Anne left.", "Anne came."],
        "questions": [question],
    }
    (tmp_path / "t.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match="stands 2 times"):
        read_news("train", tmp_path)
