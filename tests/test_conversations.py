"""Follow-ups answered without a chat model: completed, read as they are, or asked as they stand."""

from collections.abc import Iterator

import pytest
from conftest import HashEmbedder

from index.article import make_article
from retrieval.answering import Assistant
from retrieval.reader import LinearReader, Regression

TEXTS = {
    "tram": "Two trams left the depot at noon.",
    "ferry": "Deux bateaux quittent Brumeval.",
    "ticket": "The price of the ticket is fifty euros.",
    "billet": "Le prix du billet est de cinquante euros.",
}
DELL = [("Why did xAI choose Dell?", "“It had stock.” [1]")]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Answers where an article has most of the question's words."""
    reader = LinearReader(
        Regression(-7.0, {"overlap": 10.0}), Regression(-7.0, {"best_overlap": 10.0}), threshold=0.5
    )
    home = tmp_path_factory.mktemp("conversations")
    assistant = Assistant(home, embedder=HashEmbedder(), reader=reader)
    assistant.add_articles(
        [make_article(text, title=name, source=f"/{name}.md") for name, text in TEXTS.items()]
    )
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "title"), [("Which trams left?", "tram"), ("Quels bateaux quittent ?", "ferry")]
)
def test_a_completed_question_without_an_answer_is_asked_as_it_stands(
    assistant: Assistant, question: str, title: str
) -> None:
    snapshots = list(assistant.stream_answer(question, history=DELL))
    assert [citation.title for citation in snapshots[-1].citations] == [title]
    assert snapshots[-1].rewritten is None and snapshots[-1].question == question
    assert not any(snapshot.abstained for snapshot in snapshots)


@pytest.mark.parametrize(
    ("last", "question", "title"),
    [
        ("Where does the night train go?", "What is the price of the ticket?", "ticket"),
        ("Où va le train de nuit ?", "Quel est le prix du billet ?", "billet"),
    ],
)
def test_common_nouns_are_searched_with_what_was_spoken_of_and_read_as_they_are(
    assistant: Assistant, last: str, question: str, title: str
) -> None:
    answer = assistant.answer(question, history=[(last, "")])
    assert [citation.title for citation in answer.citations] == [title]
    assert answer.rewritten and answer.rewritten.startswith(f"{question} (")
    assert answer.question == question


@pytest.mark.parametrize("question", ["Which trams did they leave?", "And the trams?", "Et là ?"])
def test_what_leans_on_the_last_question_is_not_asked_alone(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.answer(question, history=DELL)
    assert answer.abstained and answer.rewritten and "xAI" in answer.rewritten


def test_nothing_that_answers_is_refused_once(assistant: Assistant) -> None:
    snapshots = list(assistant.stream_answer("Who grows orchids?", history=DELL))
    assert [snapshot.abstained for snapshot in snapshots] == [True]
    assert snapshots[-1].rewritten is None


def test_small_talk_between_questions_is_passed_over(assistant: Assistant) -> None:
    history = [*DELL, ("Thanks!", "You are welcome."), ("Merci", "Je vous en prie.")]
    answer = assistant.answer("And the trams?", history=history)
    assert answer.rewritten == "And the trams? (xAI, Dell, choose)"
