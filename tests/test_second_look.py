"""Sentences read once more amid their neighbours: which, in what window, and what comes of it."""

import math
from collections.abc import Sequence

import pytest

from index.article import make_article
from index.segmentation import segment
from index.types import Article, Chunk, Sentence
from retrieval.cross_encoder import PassageScore, Text
from retrieval.neighbours import MAX_CHARACTERS, sentence_before, window
from retrieval.reader import LinearReader, Regression
from retrieval.retriever import Candidate, Query
from retrieval.second_look import AGAIN, look_again
from retrieval.types import Passage

LINES = [
    f"Sentence number {word} stands here."
    for word in ("one", "two", "three", "four", "five", "six")
]


def article_of(lines: Sequence[str]) -> Article:
    return make_article(" ".join(lines), source="a", title="A title")


def candidate(article: Article, sentences: Sequence[Sentence]) -> Candidate:
    start, end = sentences[0].start, sentences[-1].end
    chunk = Chunk(f"a:{start}", article.id, article.text[start:end], start, end)
    cosines = (0.5,) * len(sentences)
    return Candidate(Passage(chunk, article, 1.0), tuple(sentences), 0.5, cosines)


def halves(article: Article) -> list[Candidate]:
    """The article in two chunks, cut between its third and fourth sentence."""
    sentences = segment(article.text, article.language)
    return [candidate(article, sentences[:3]), candidate(article, sentences[3:])]


class Reading:
    """Takes the sentence that holds a word for the answer, where `needed` stands in the passage."""

    def __init__(self, word: str, needed: str = "") -> None:
        self.word, self.needed = word, needed
        self.read: list[Text] = []

    def score(self, question: str, passages: Sequence[Text]) -> list[PassageScore]:
        self.read += passages
        return [self._score(p.sentences) for p in passages]

    def _score(self, sentences: Sequence[str]) -> PassageScore:
        weights = [9.0 if self.word in s else 1.0 for s in sentences]
        shares = tuple(math.log(w / sum(weights)) for w in weights)
        told = any(self.needed in s for s in sentences)
        return PassageScore(3.0 if told else -3.0, shares)


def shown(article: Article, found: tuple[tuple[Sentence, ...], int]) -> tuple[list[str], int]:
    return [article.text[s.start : s.end] for s in found[0]], found[1]


@pytest.mark.parametrize(
    ("own", "first", "last"), [(0, 0, 3), (1, 0, 4), (3, 1, 6), (4, 2, 6), (5, 3, 6)]
)
def test_a_window_holds_two_neighbours_on_either_side(own: int, first: int, last: int) -> None:
    article = article_of(LINES)
    sentence = segment(article.text, article.language)[own]
    assert shown(article, window(article, sentence)) == (LINES[first:last], own - first)


def test_a_window_is_no_longer_than_a_chunk() -> None:
    long = "The council of the town " + "and the council of its neighbour " * 10 + "met on Monday."
    article = article_of([long.replace("Monday", f"the {day}") for day in ("5th", "6th", "7th")])
    sentences = segment(article.text, article.language)
    around, own = window(article, sentences[1])
    assert own == 1 and len(around) == 2  # the one before fits, the one after does not
    assert around[-1].end - around[0].start <= MAX_CHARACTERS


def test_a_sentence_longer_than_a_window_stands_alone() -> None:
    article = article_of(["It said " + "so and " * 130 + "so.", "That was all."])
    sentence = segment(article.text, article.language)[0]
    assert sentence.end - sentence.start > MAX_CHARACTERS
    assert window(article, sentence) == ((sentence,), 0)


def test_a_sentence_that_is_split_otherwise_now_stands_alone() -> None:
    article = article_of(LINES)
    other = Sentence(3, 20)
    assert window(article, other) == ((other,), 0)


def test_the_sentence_before_stands_across_a_heading() -> None:
    article = make_article(
        "Anne Roy left.\n\nWhat comes next\n\nShe will teach.", source="a", title="A title"
    )
    *_, last = segment(article.text, article.language)
    before = sentence_before(article, last)
    assert before and article.text[before.start : before.end] == "Anne Roy left."


def test_the_first_sentence_has_none_before() -> None:
    article = article_of(LINES)
    assert sentence_before(article, segment(article.text, article.language)[0]) is None


def test_the_likeliest_are_read_again_in_windows_across_chunks() -> None:
    article = article_of(LINES)
    candidates = halves(article)
    scorer = Reading("four")
    scores = scorer.score("Which?", [Text("A title", tuple(LINES[:3]))])
    scores += scorer.score("Which?", [Text("A title", tuple(LINES[3:]))])
    scorer.read.clear()
    looks = look_again("Which?", candidates, scores, scorer)
    assert len(looks) == len(scorer.read) == AGAIN
    assert scorer.read[0] == Text("A title", tuple(LINES[1:6]))
    fourth = looks[article.id, article.text.index(LINES[3])]
    assert fourth.passage == 3.0 and fourth.share == pytest.approx(math.log(9 / 13))


def test_without_candidates_nothing_is_read_again() -> None:
    scorer = Reading("four")
    assert look_again("Which?", [], [], scorer) == {} and scorer.read == []


def test_features_are_those_of_the_first_reading_where_there_is_no_second() -> None:
    article = article_of(LINES)
    scorer = Reading("four", needed="three")  # which the second chunk lacks, and the window holds
    reader = LinearReader(Regression(0.0, {}), Regression(0.0, {}), 0.5, scorer)
    query, candidates = Query("Which?", "en", None, ()), halves(article)  # type: ignore[arg-type]
    told = reader.describe(query, candidates, reader.score(query, candidates))
    by_text = {article.text[s.start : s.end]: features for _, s, features in told}
    looked = [text for text, features in by_text.items() if features.get("looked")]
    assert len(looked) == AGAIN
    for text in set(LINES) - set(looked):
        assert by_text[text]["again"] == by_text[text]["read"]
        assert by_text[text]["again_passage"] == by_text[text]["read_passage"]
    fourth = by_text[LINES[3]]
    assert fourth["read_passage"] == -3.0 and fourth["again_passage"] == 3.0
    assert fourth["again"] > fourth["read"] + 3


def test_what_the_second_reading_says_counts() -> None:
    article = article_of(LINES)
    query, candidates = Query("Which?", "en", None, ()), halves(article)  # type: ignore[arg-type]
    rule = Regression(0.0, {"again": 1.0})
    reader = LinearReader(rule, Regression(0.0, {}), 0.5, Reading("four", needed="three"))
    found = reader.read(query, candidates).evidence
    assert found[0].text == LINES[3] and found[0].probability > 0.6
