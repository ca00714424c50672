"""Questions that are none, hardly one, or in another language."""

from pathlib import Path

import numpy as np
import pytest
from browser import make_article
from conftest import QUESTIONS, HashEmbedder
from test_answering import check

from evaluation.answers import load
from index.samples import sample_folder
from index.types import Sentence
from prompts import small_talk_phrases, voice
from retrieval.answering import Assistant
from retrieval.asking import small_talk_answer
from retrieval.question_language import answer_language, is_foreign
from retrieval.reader import Evidence, Reading
from retrieval.reader_rules import TopicReader, asked_name, lone_word
from retrieval.retriever import Query
from retrieval.small_talk import small_talk


@pytest.mark.parametrize(
    ("question", "kind", "language"),
    [
        ("hello", "greeting", "en"),
        ("Hi there!", "greeting", "en"),
        ("Bonjour à tous", "greeting", "fr"),
        ("merci", "thanks", "fr"),
        ("Merci beaucoup pour ton aide !", "thanks", "fr"),
        ("Thank you so much 🙂", "thanks", "en"),
        ("Ok, thanks", "thanks", "en"),
        ("How are you?", "wellbeing", "en"),
        ("Hello, how are you today?", "wellbeing", "en"),
        ("Salut, ça va ?", "wellbeing", "fr"),
        ("Bonjour, comment allez-vous ?", "wellbeing", "fr"),
        ("Au revoir", "farewell", "fr"),
        ("What can you do?", "ability", "en"),
        ("Qui es-tu ?", "ability", "fr"),
        ("what's up", "wellbeing", "en"),
        ("Comment tu vas ?", "wellbeing", "fr"),
        ("Bonjour, vous allez comment ?", "wellbeing", "fr"),
        ("How are things?", "wellbeing", "en"),
        ("who made you", "ability", "en"),
        ("Who created you?", "ability", "en"),
        ("Qui t'a créé ?", "ability", "fr"),
        ("nice", "thanks", "en"),
        ("Nice!", "thanks", "en"),
        ("Nice, how are you?", "thanks", "en"),
        ("ok?", "thanks", "en"),
    ],
)
def test_small_talk_is_known(question: str, kind: str, language: str) -> None:
    assert small_talk(question) == (kind, language)


@pytest.mark.parametrize(
    "question",
    [
        "Hello, why did xAI switch to Dell?",
        "Merci qui ?",
        "How are you going to finance Dell?",
        "Dell?",
        "What is the name of the train?",
        "Who are the suppliers?",
        "Bonjour Paris, qui le dirige ?",
        "Nice ?",
        "nice?",
        "Et Nice ?",
        "et à Nice",
        "Super ?",
        "who made you a supplier",
        "",
    ],
)
def test_questions_are_not_small_talk(question: str) -> None:
    assert small_talk(question) is None


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("How does it work?", False),
        ("How does this work?", False),
        ("How is it going?", False),
        ("Hello, how does it work?", False),
        ("Comment ça marche ?", False),
        ("Bonjour, comment ça fonctionne ?", False),
        ("How do you work?", True),
        ("How are you?", True),
        ("Can you help me?", True),
        ("What can I ask?", True),
        ("Thanks!", True),
        ("Bye", True),
        ("Comment fonctionnes-tu ?", True),
        ("Que puis-je demander ?", True),
        ("Merci beaucoup", True),
        ("Ça va ?", True),
    ],
)
def test_in_a_conversation_only_what_addresses_the_assistant_is_small_talk(
    question: str, kept: bool
) -> None:
    assert small_talk(question) is not None
    assert (small_talk(question, within=True) is not None) is kept
    assert (small_talk_answer(question, ["Who runs the night train?"]) is not None) is kept
    assert small_talk_answer(question, ["Hello", "Merci"]) is not None


OPEN = QUESTIONS.parents[1] / "evaluation" / "questions"
SETS = [*sorted(QUESTIONS.glob("*.jsonl")), *sorted(OPEN.glob("*.jsonl"))]


def test_small_talk_of_the_sets_is_known() -> None:
    said = [r["question"] for file in SETS for r in load(file) if r["kind"] == "small-talk"]
    known = [question for question in said if small_talk(str(question)) is not None]
    assert len(known) >= 0.8 * len(said), set(said) - set(known)


@pytest.mark.parametrize("file", SETS, ids=lambda file: str(file.stem))
def test_no_question_of_the_sets_is_small_talk_foreign_or_one_word(file: Path) -> None:
    for row in load(file):
        if row["kind"] == "small-talk":
            continue
        question = str(row["question"])
        assert small_talk(question) is None, question
        assert not is_foreign(question), question
        assert lone_word(question) is None, question


def test_every_kind_of_small_talk_has_its_words_in_both_languages() -> None:
    kinds, fillers = small_talk_phrases()
    assert fillers
    for language in ("en", "fr"):
        assert voice(language).small_talk.keys() == kinds.keys()
        assert all(kinds[kind][language] for kind in kinds)


def test_small_talk_is_met_with_a_sentence_even_without_an_index(tmp_path: object) -> None:
    assistant = Assistant(str(tmp_path), embedder=HashEmbedder())
    for question, language in [("hello", "en"), ("merci", "fr")]:
        answer = assistant.answer(question)
        assert answer.abstained and answer.passages == () and answer.language == language
        assert answer.text in voice(language).small_talk.values()


@pytest.mark.parametrize("question", ["Dell?", "Dell", "dell ?", "the Dell?", "Supermicro"])
def test_one_word_is_answered_with_what_is_said_of_it(
    question: str, sample_assistant: Assistant
) -> None:
    answer = sample_assistant.answer(question)
    check(answer, sample_assistant)
    word = lone_word(question)
    assert word and answer.citations
    assert all(word in citation.quote.lower() for citation in answer.citations)


def test_one_word_that_no_article_holds_is_refused(sample_assistant: Assistant) -> None:
    answer = sample_assistant.answer("Zanzibar?")
    assert answer.abstained and answer.language == "en"


class Sure:
    """A reader that is as sure as it is told, of a sentence without the word."""

    threshold = 0.2

    def __init__(self, confidence: float) -> None:
        self.confidence = confidence

    def read(self, query: Query, candidates: object) -> Reading:
        article = make_article("a", "A", "La grève a duré.")
        return Reading((Evidence(article, Sentence(0, 16), 0.5),), self.confidence)


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("strike?", 1),
        ("STRIKE?", 1),
        ("2031?", 1),
        ("Strike?", 0.4),
        ("The strike?", 1),
        ("xStrike?", 0),
        ("A350?", 0),
        ("et Nokia ?", 0),
    ],
)
def test_only_what_must_be_a_name_is_refused_outright(question: str, left: float) -> None:
    word = lone_word(question)
    assert word
    query = Query(question, "en", np.zeros(1, np.float32), (word,))
    reading = TopicReader(Sure(0.6), (word,)).read(query, ())
    assert reading.confidence == pytest.approx(left * 0.6)


def test_a_word_of_the_other_language_may_have_a_capital(sample_assistant: Assistant) -> None:
    answer = sample_assistant.answer("Suppliers?")
    check(answer, sample_assistant)
    assert any("fournisseurs" in citation.quote for citation in answer.citations)


def test_a_word_of_the_other_language_is_left_to_the_reader(sample_assistant: Assistant) -> None:
    check(sample_assistant.answer("servers?"), sample_assistant)


@pytest.mark.parametrize(
    ("question", "language", "foreign"),
    [
        ("¿Por qué xAI cambió a Dell?", "en", True),
        ("Warum hat xAI zu Dell gewechselt?", "en", True),
        ("Perché xAI è passata a Dell?", "en", True),
        ("Qual é o preço do bilhete do trem noturno?", "en", True),
        ("为什么xAI选择戴尔？", "en", True),
        ("Почему xAI перешла на Dell?", "en", True),
        ("xAI为何弃超微选Dell？", "en", True),
        ("Dell是谁？", "en", True),
        ("WARUM HAT XAI ZU DELL GEWECHSELT?", "en", True),
        ("WARUM HAT xAI ZU DELL GEWECHSELT?", "en", True),
        ("¿POR QUÉ XAI CAMBIÓ A DELL?", "en", True),
        ("WHY DID XAI SWITCH TO DELL?", "en", False),
        ("POURQUOI XAI A-T-ELLE CHOISI DELL ?", "fr", False),
        ("ELON MUSK JENSEN HUANG CHARLES LIANG", "", False),
        ("What does 为什么 mean?", "en", False),
        ("Qui est 习近平 ?", "fr", False),
        ("Pourquoi?", "fr", False),
        ("Combien?", "fr", False),
        ("COMBIEN?", "fr", False),
        ("Où?", "fr", False),
        ("Why ?", "en", False),
        ("Et xAI?", "fr", False),
        ("and Charles Liang?", "en", False),
        ("Thé ?", "fr", False),
        ("Dell?", "en", False),
        ("Dell ?", "fr", False),
        ("Supermicro", "en", False),
        ("auditeur ?", "fr", False),
        ("Elon Musk Jensen Huang Charles Liang", "", False),
        ("et Inventec ?", "fr", False),
        ("Qui est Hyoun Park ?", "fr", False),
        ("Tesla Grok Optimus Colossus", "", False),
        ("who is mr liang", "en", False),
        ("prix du billet de train", "fr", False),
    ],
)
def test_a_third_language_only_where_it_is_sure(
    question: str, language: str, foreign: bool
) -> None:
    found = answer_language(question)
    assert found[1] is foreign and found[0] == (language or found[0])


def test_a_third_language_is_answered_in_english_with_a_word_about_it(
    sample_assistant: Assistant,
) -> None:
    snapshots = list(sample_assistant.stream_answer("¿Por qué xAI cambió a Dell?"))
    assert snapshots[-1].language == "en"
    assert snapshots[-1].text.startswith(voice("en").foreign)
    assert all(snapshots[-1].text.startswith(snapshot.text) for snapshot in snapshots)
    check(snapshots[-1], sample_assistant)


def test_citations_know_the_article_they_quote(sample_assistant: Assistant) -> None:
    answer = sample_assistant.answer("Why did xAI switch to Dell?", sources=str(sample_folder()))
    for citation in answer.citations:
        article = sample_assistant.article(citation.article_id)
        assert citation.to_dict()["article_digest"] == article.digest


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who is Hyoun Park?", ("hyoun", "park")),
        ("who's Charles Liang", ("charles", "liang")),
        ("Qui est Jean-Luc O'Brien ?", ("jean", "luc", "o", "brien")),
        ("C’est qui Elon Musk ?", ("elon", "musk")),
        ("Qui était Simone de Beauvoir ?", ("simone", "de", "beauvoir")),
        ("Who is Ronald McDonald?", ("ronald", "mcdonald")),
        ("Who is Supermicro's CEO?", ()),
        ("Qui est le PDG de Dell ?", ()),
        ("Qui est PDG de Dell ?", ()),
        ("Who is Hyoun Park's wife?", ()),
        ("Who is the head of Dell Technologies?", ()),
        ("Who is Elon Musk suing?", ()),
        ("Qui est Hyoun Park et que dit-il ?", ()),
    ],
)
def test_a_question_after_a_full_name_and_nothing_else(
    question: str, name: tuple[str, ...]
) -> None:
    assert asked_name(question) == name


def test_a_full_name_is_told_of_by_the_sentence_that_holds_it(sample_assistant: Assistant) -> None:
    for question in ("Who is Charlie Dai?", "Qui est Charlie Dai ?"):
        found = sample_assistant.answer(question)
        assert not found.abstained and "Charlie Dai" in found.citations[0].quote
    assert sample_assistant.answer("Who is Marguerite Dupont?").abstained
