"""What questions take for granted: the statement, and what reading it tells."""

from collections.abc import Sequence

import pytest

from retrieval.cross_encoder import PassageScore, Text
from retrieval.presupposition import MOST, presupposed, presupposition_features


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        ("Why did Acme leave Bolt?", "Acme leave Bolt"),
        ("And why was the mill closed in May?", "the mill closed in May"),
        ("How come Lanval sells its mill", "Lanval sells its mill"),
        ("How much did Acme pay for Bolt?", "Acme pay for Bolt"),
        ("How many people work at the plant?", "people work at the plant"),
        ("What pushed Bolt's owners to sell?", "Bolt's owners to sell"),
        ("What's behind the fall in sales?", "the fall in sales"),
        ("reason for the delay", "the delay"),
        ("Pourquoi Acme a-t-elle quitté Bolt ?", "Acme a quitté Bolt"),
        ("Pourquoi est-ce qu'Acme a quitté Bolt ?", "Acme a quitté Bolt"),
        ("Mais pourquoi est-ce qu’Acme se tait ?", "Acme se tait"),
        ("Pour quelle raison l’usine ferme-t-elle ?", "l’usine ferme"),
        ("Pourquoi Alba ne veut-elle pas de quai ?", "Alba ne veut pas de quai"),
        ("Comment se fait-il que Lanval vende ?", "Lanval vende"),
        ("Comment s'explique la hausse ?", "la hausse"),
        ("Qu'est-ce qui a poussé Acme à vendre ?", "Acme à vendre"),
        ("À quelle date Acme a-t-elle signé ?", "Acme a signé"),
        ("À quoi tient le retard du pont ?", "le retard du pont"),
        ("Combien d'euros Acme a-t-elle payés ?", "euros Acme a payés"),
        ("Où est-ce que Bolt construit", "Bolt construit"),
        ("quelle est la raison du retard de Bolt", "retard de Bolt"),
    ],
)
def test_what_is_taken_for_granted(question: str, statement: str) -> None:
    assert presupposed(question) == statement


@pytest.mark.parametrize(
    "question",
    [
        "Who left Acme?",
        "Did Acme leave Bolt?",
        "What does Acme make?",
        "Why did it leave?",
        "Why didn't Acme leave?",  # what is left would say the contrary
        "Pourquoi a-t-elle quitté Bolt ?",
        "Comment se fait-il qu’on ferme ?",
        "Qui a quitté Acme ?",
        "Why?",
        "Pourquoi ?",
        "",
    ],
)
def test_nothing_to_check(question: str) -> None:
    assert presupposed(question) is None


class Knowing:
    """Bears out statements that stand in a passage, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def score(self, question: str, passages: Sequence[Text]) -> list[PassageScore]:
        self.asked.append((question, len(passages)))
        return [
            PassageScore(
                3.0 if question in " ".join(p.sentences) else -5.0, (0.0,) * len(p.sentences)
            )
            for p in passages
        ]


def told(question: str, texts: Sequence[Text], scorer: Knowing) -> dict[str, float]:
    scores = [PassageScore(float(place), (0.0,)) for place in range(len(texts))]
    return presupposition_features(question, scores, texts, scorer)


def test_what_is_told_bears_it_out_and_what_is_not_does_not() -> None:
    texts = [Text("", ("Acme leave Bolt, it says.",)), Text("", ("It rained, because of May.",))]
    found = told("Why did Acme leave Bolt?", texts, Knowing())
    assert found["presupposes"] == 1.0
    assert found["presupposed_passage"] == 3.0 and found["presupposed_best"] > 2
    assert found["presupposed_here"] == -5.0  # of the passage likeliest to answer
    assert told("Why did Bolt leave Acme?", texts, Knowing())["presupposed_passage"] == -5.0


def test_only_so_many_passages_are_read_and_none_twice() -> None:
    scorer = Knowing()
    told("Why did Acme leave Bolt?", [Text("", (f"Sentence {n}.",)) for n in range(20)], scorer)
    told("Why did Acme leave Bolt?", [Text("", ("One.",)), Text("", ("Two.",))], scorer)
    assert scorer.asked == [("Acme leave Bolt", 2 * MOST), ("Acme leave Bolt", 2)]


def test_nothing_is_read_where_nothing_is_taken_for_granted() -> None:
    scorer = Knowing()
    assert told("Who left Acme?", [Text("", ("One.",))], scorer) == {}
    assert told("Why did Acme leave Bolt?", [], scorer) == {}
    assert scorer.asked == []
