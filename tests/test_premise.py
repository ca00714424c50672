"""Questions that have it the wrong way round."""

import pytest

from retrieval.premise import contradicted

MOVED = "Selon le rapport, Corvex a décidé de déplacer ses commandes de Lumen au profit d’Arden."
MOVED_EN = "Corvex is moving its orders from Lumen to Arden, the report says."
FELL = "Les ventes de Lumen ont chuté de dix pour cent."


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Why did Corvex leave Arden?", MOVED, True),
        ("Why did Corvex leave Arden?", MOVED_EN, True),
        ("Pourquoi Corvex quitte-t-elle Arden ?", MOVED_EN, True),
        ("Why did Corvex switch to Lumen?", MOVED, True),
        ("Why did Corvex leave Lumen?", MOVED, False),
        ("Why did Corvex switch to Arden?", MOVED, False),
        ("Pourquoi Corvex a-t-elle quitté Lumen pour Arden ?", MOVED_EN, False),
        ("Why did Corvex switch from Lumen to Arden?", MOVED, False),
        ("Who runs Arden?", MOVED, False),
        ("Why did Lumen's sales rise?", FELL, True),
        ("Pourquoi les ventes de Lumen ont-elles baissé ?", FELL, False),
        ("Why did Lumen's sales fall?", FELL, False),
        ("Why did Arden's sales rise?", FELL, False),
        ("Did Lumen's sales rise?", FELL, False),
        ("Why didn't Lumen's sales rise?", FELL, False),
        ("Who bought Valbrenne?", "Greywater sold Valbrenne to a fund.", False),
        ("What does Corvex buy from Arden?", MOVED, False),
        ("Pourquoi les ouvriers de Lumen ont-ils protesté ?", "L’usine Lumen fermera.", False),
        ("Pourquoi Corvex a-t-elle ouvert Lumen ?", "Corvex a fermé Lumen en mars.", True),
        ("Why did OpenAI hire Anne?", "OpenAI closed its office, says Anne.", False),
        ("Why did Kappa leave Arden?", MOVED, False),
        ("Why did Lumen close?", "Lumen declined to say why it opens.", True),
    ],
)
def test_a_premise_is_held_against_the_articles(
    question: str, sentence: str, expected: bool
) -> None:
    assert contradicted(question, [sentence]) is expected


def test_one_sentence_that_agrees_is_enough() -> None:
    told = ["Sales of Lumen rose in March.", FELL]
    assert not contradicted("Why did Lumen's sales rise?", told)
    assert not contradicted("Why did Lumen's sales rise?", told[::-1])
