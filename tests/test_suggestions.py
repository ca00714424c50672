"""Follow-up questions: how rules make them, and which of them are kept."""

from dataclasses import replace
from typing import Any

import pytest

from index.segmentation import segment
from index.types import Article, Chunk, digest_of
from retrieval.answering import Assistant
from retrieval.name_questions import name_proposals
from retrieval.question_proposals import Proposal
from retrieval.question_rules import proposals
from retrieval.retriever import Candidate
from retrieval.suggestions import MOST, TRIED, answered_at, suggest
from retrieval.types import Answer, Citation, Passage


def candidate(text: str, language: str, article_id: str = "a", title: str = "") -> Candidate:
    article = Article(article_id, title, None, None, language, text, digest_of(text), "/a.md")
    chunk = Chunk(f"{article_id}:0", article_id, text, 0, len(text))
    sentences = tuple(segment(text, language))
    return Candidate(Passage(chunk, article, 1.0), sentences, 0.5, (0.5,) * len(sentences))


def questions(text: str, language: str) -> list[str]:
    # A heading before it keeps the sentence from being taken for the title.
    found = proposals([candidate(f"A heading\n\n{text}", language)], language)
    return [proposal.question for proposal in found]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The bridge was closed because its arch had cracked.", "Why was the bridge closed?"),
        (
            "The factory closed its doors due to a fall in orders.",
            "Why did the factory close its doors?",
        ),
        ("The night train will restart on 14 December.", "When will the night train restart?"),
        (
            "The council of Ham approved the plan in March 2024 after a vote.",
            "When did the council of Ham approve the plan?",
        ),
        ("About 3,400 people were moved to a school.", "How many people were moved to a school?"),
        (
            "Two people died in Lannach, and the school was closed.",
            "How many people died in Lannach?",
        ),
        ("The new roof cost 2 million euros.", "How much did the new roof cost?"),
        ("The board wants a second gate to be built.", "What does the board want?"),
        (
            "The pump was old, said Ada Roy, the director of the works.",
            "Who is Ada Roy?",
        ),
    ],
)
def test_english_questions(sentence: str, question: str) -> None:
    assert question in questions(sentence, "en")


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "La gare est fermée depuis un an en raison d’un éboulement.",
            "Pourquoi est-ce que la gare est fermée depuis un an ?",
        ),
        (
            "La piscine fermera ses portes le 28 mars 2026, selon le maire.",
            "Quand est-ce que la piscine fermera ses portes ?",
        ),
        (
            "La production s’arrêtera le 28 mars 2026.",
            "Quand est-ce que la production s’arrêtera ?",
        ),
        (
            "Selon les experts, 412 postes seront supprimés sur le site.",
            "Combien de postes seront supprimés sur le site ?",
        ),
        ("Les travaux ont coûté 4 millions d’euros.", "Combien ont coûté les travaux ?"),
        ("La région demande une enquête sur la vanne.", "Que demande la région ?"),
        (
            "La région a promis une aide de 3 millions d’euros.",
            "Qu’a promis la région ?",
        ),
        (
            "Le pont est sûr, assure Odile Marchand, la vice-présidente de la région.",
            "Qui est Odile Marchand ?",
        ),
    ],
)
def test_french_questions(sentence: str, question: str) -> None:
    found = [one.replace("est-ce qu’", "est-ce que ") for one in questions(sentence, "fr")]
    assert question.replace("est-ce qu’", "est-ce que ") in found


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("It was closed because its arch had cracked.", "en"),
        ("The company closed it in 2019 because orders fell.", "en"),
        ("A man was arrested on 4 May because he had lied.", "en"),
        ("“The bridge was closed because it cracked,” she said.", "en"),
        ("The train that was late was cancelled because of snow.", "en"),
        ("Coastal charities fear a ban.", "en"),
        ("Elle est fermée en raison d’un éboulement.", "fr"),
        ("« La gare rouvrira le 3 mai », dit-elle.", "fr"),
        ("Une plainte a été déposée le 3 mai 2025.", "fr"),
        ("La gare ![x](http://evil.example/a.png) rouvrira le 3 mai 2025.", "fr"),
        ("La gare <b>neuve</b> rouvrira le 3 mai 2025.", "fr"),
    ],
)
def test_odd_sentences_give_no_question(sentence: str, language: str) -> None:
    assert questions(sentence, language) == []


def test_only_people_are_asked_of_across_languages() -> None:
    text = "A heading\n\nLa gare rouvrira le 3 mai 2025. Odile Marchand, la directrice, l’a dit."
    found = [proposal.question for proposal in proposals([candidate(text, "fr")], "en")]
    assert found == ["Who is Odile Marchand?"]


# --- which are kept --------------------------------------------------------------------------

TEXT = """A heading

The bridge was closed because its arch had cracked. The night train will restart on 14 December.
The new roof cost 2 million euros. About 3,400 people were moved to a school. The board wants a
second gate to be built. The tower will reopen in May 2027.
"""
BRIDGE = candidate(TEXT, "en", title="The bridge")


def answer_of(proposal: Proposal, confidence: float = 0.9) -> Answer:
    article_id, start, end = proposal.place
    quote = TEXT[start:end]
    cited = Citation(1, article_id, "T", None, None, "en", start, end, quote, 0.9)
    return Answer(proposal.question, quote, (cited,), (), False, "en", confidence)


FOUND = {proposal.question: proposal for proposal in proposals([BRIDGE], "en")}


class Asked:
    def __init__(self, **changes: Any) -> None:
        self.questions: list[str] = []
        self.changes = changes

    def __call__(self, question: str) -> Answer:
        self.questions.append(question)
        return replace(answer_of(FOUND[question]), **self.changes)


def test_a_few_sure_ones_are_kept_and_each_is_its_own_sentence() -> None:
    cited = FOUND["Why was the bridge closed?"].place
    found = suggest(["What of the arch?"], "en", [BRIDGE], [cited], Asked())
    assert 1 < len(found) <= MOST
    places = [(one.article_id, one.start, one.end) for one in found]
    assert cited not in places and len(set(places)) == len(places)
    assert all(FOUND[one.question].place == place for one, place in zip(found, places, strict=True))


@pytest.mark.parametrize("changes", [{"confidence": 0.5}, {"abstained": True}, {"citations": ()}])
def test_what_is_not_sure_is_not_shown(changes: dict[str, Any]) -> None:
    asked = Asked(**changes)
    assert suggest(["the bridge?"], "en", [BRIDGE], [("a", 0, 1)], asked) == ()
    assert 0 < len(asked.questions) <= TRIED


def test_an_answer_by_another_sentence_does_not_count() -> None:
    why, when = FOUND["Why was the bridge closed?"], FOUND["When will the night train restart?"]
    assert answered_at(answer_of(why), why) == why.place
    assert answered_at(answer_of(when), why) is None


def test_what_was_asked_is_not_asked_again() -> None:
    asked = ["When does the night train restart?"]
    found = suggest(asked, "en", [BRIDGE], [("a", 0, 1)], Asked())
    assert found and all("night train" not in one.question for one in found)


def test_the_time_is_bounded() -> None:
    ticks = iter(range(0, 1000, 4))
    asked = Asked(abstained=True)
    suggest(["x y"], "en", [BRIDGE], [("a", 0, 1)], asked, clock=lambda: next(ticks))
    assert len(asked.questions) <= 2


def test_what_had_its_turn_is_kept_where_there_is_no_time_for_more() -> None:
    asked = Asked()
    turns = iter([True, False])
    found = suggest(
        ["x"], "en", [BRIDGE], [("a", 0, 1)], lambda q: asked(q) if next(turns) else None
    )
    assert [one.question for one in found] == asked.questions and len(found) == 1


def test_a_refusal_is_followed_only_by_what_has_to_do_with_the_question() -> None:
    assert suggest(["How do I cook lentils?"], "en", [BRIDGE], [], Asked()) == ()
    assert suggest(["Who painted the tower?"], "en", [BRIDGE], [], Asked()) != ()


def test_every_suggestion_of_the_samples_is_answered(sample_assistant: Assistant) -> None:
    shown = 0
    for question in ("When does the night train restart?", "Why did xAI switch to Dell?"):
        answer = sample_assistant.answer(question)
        cited = [(c.article_id, c.start, c.end) for c in answer.citations]
        for suggestion in sample_assistant.suggest(question, cited):
            shown += 1
            place = suggestion.article_id, suggestion.start, suggestion.end
            again = sample_assistant.answer(suggestion.question).citations
            assert place in [(c.article_id, c.start, c.end) for c in again]
            assert place not in cited
    assert shown


def test_other_articles_follow_only_where_they_have_to_do_with_it() -> None:
    cited = [("another", 0, 9)]
    assert suggest(["How many people died?"], "en", [BRIDGE], cited, Asked()) != ()
    assert suggest(["Where do lentils grow?"], "en", [BRIDGE], cited, Asked()) == ()


# --- names -----------------------------------------------------------------------------------

GARE = candidate(
    "A heading\n\nBrumeval attend un train. D’après Odile Marchand, la région paiera. "
    "« Il est tard », regrette Ada Roy. Les élus de Brumeval et la presse de La Dépêche doutent. "
    "Un Français vient.",
    "fr",
    title="La gare",
)


def test_names_give_questions_across_languages() -> None:
    found = {proposal.question: proposal for proposal in name_proposals([GARE], "en")}
    assert set(found) == {
        "What is known about Brumeval?",
        "What does Odile Marchand say?",
        "What does Ada Roy say?",
    }
    _, start, end = found["What does Ada Roy say?"].place
    assert GARE.passage.article.text[start:end].endswith("regrette Ada Roy.")
    french = {proposal.question for proposal in name_proposals([GARE], "fr")}
    assert french == {"Que sait-on de Brumeval ?", "Que dit Odile Marchand ?", "Que dit Ada Roy ?"}


def test_a_name_that_was_asked_about_is_left_out() -> None:
    found = [
        one.question for one in name_proposals([GARE], "en", ["What of brumeval and Ada Roy?"])
    ]
    assert found == ["What does Odile Marchand say?"]


def test_a_name_is_answered_by_any_sentence_that_holds_it() -> None:
    proposal = Proposal("What is known about Bridge?", "known", ("a", 0, 3), "", "bridge")
    why = FOUND["Why was the bridge closed?"]
    answer = replace(answer_of(why, 0.35), question=proposal.question)
    assert answered_at(answer, proposal) == why.place
    assert answered_at(answer, replace(proposal, name="tower")) is None
    assert answered_at(replace(answer, confidence=0.2), proposal) is None
