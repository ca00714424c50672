"""Questions with a name put for another: which are read, and what they tell of the first."""

from collections.abc import Sequence

import pytest

from index.article import make_article
from index.segmentation import segment
from index.types import Chunk
from retrieval.cross_encoder import PassageScore, Text
from retrieval.exchange import MOST, exchange_features, exchanged
from retrieval.retriever import Candidate
from retrieval.types import Passage

SENTENCES = (
    "The mayor of Orvelle welcomed the news.",
    "Tarsel, which may be struck off the exchange, lost its auditor.",
    "Its rival Corvane lends money to Tarsel.",
)


def candidate(text: str) -> Candidate:
    article = make_article(text, source="a", title="A title")
    sentences = tuple(segment(article.text, article.language))
    chunk = Chunk("a:0", article.id, article.text, 0, len(article.text))
    return Candidate(Passage(chunk, article, 1.0), sentences, 0.5, (0.5,) * len(sentences))


class Knowing:
    """Answers surely a question that names what it knows, and others hardly."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked: list[str] = []

    def score(self, question: str, passages: Sequence[Text]) -> list[PassageScore]:
        self.asked.append(question)
        surely = 4.0 if self.name in question else -4.0
        return [PassageScore(surely, (0.0,) * len(p.sentences)) for p in passages]


def test_names_nearest_to_the_best_sentence_come_first() -> None:
    asked = list(exchanged("Why may Corvane be struck off?", SENTENCES, 1))
    assert asked == ["Why may Tarsel be struck off?", "Why may Orvelle be struck off?"]


def test_two_names_of_the_best_sentence_change_places() -> None:
    asked = list(exchanged("Why does Tarsel lend money to Corvane?", SENTENCES, 2))
    assert asked[0] == "Why does Corvane lend money to Tarsel?"


@pytest.mark.parametrize("question", ["why was it struck off", "", "Pourquoi ?"])
def test_without_a_name_nothing_is_exchanged(question: str) -> None:
    assert list(exchanged(question, SENTENCES, 1)) == []


def test_no_question_comes_twice_or_unchanged() -> None:
    question = "Did Corvane lend money to Tarsel, and did Tarsel pay Corvane?"
    asked = list(exchanged(question, SENTENCES, 2))
    assert question not in asked and len(set(asked)) == len(asked)


def features(question: str, scorer: Knowing) -> dict[str, float]:
    found = candidate(" ".join(SENTENCES))
    text = Text("A title", SENTENCES)
    scores = scorer.score(question, [text])
    return exchange_features(question, [found], scores, [text], scorer)


def test_a_question_answered_better_about_another_name_gains() -> None:
    told = features("Why may Corvane be struck off?", Knowing("Tarsel"))
    assert told["exchanged"] == 1.0
    assert told["exchange_gain"] == told["exchange_win"] > 7
    assert told["exchange_best"] > 3


def test_a_question_about_the_right_name_loses() -> None:
    told = features("Why may Tarsel be struck off?", Knowing("Tarsel"))
    assert told["exchange_gain"] < -7 and told["exchange_win"] == 0.0


def test_only_so_many_questions_are_read() -> None:
    many = tuple(f"Then Firm{letter}x joined." for letter in "abcdefghijkl")
    scorer = Knowing("nobody")
    text = Text("", many)
    scores = [PassageScore(0.0, (0.0,) * len(many))]
    exchange_features("Did Firmzx join?", [candidate(" ".join(many))], scores, [text], scorer)
    assert len(scorer.asked) == MOST


def test_nothing_is_read_where_there_is_no_sentence_or_name() -> None:
    scorer = Knowing("Tarsel")
    assert exchange_features("Why may Tarsel leave?", [], [], [], scorer) == {}
    assert features("why was it struck off", scorer) == {}
