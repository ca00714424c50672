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
        ("Explain why Corvex left Arden.", MOVED_EN, True),
        ("Can you tell me why Corvex left Arden?", MOVED, True),
        ("What made Corvex leave Arden?", MOVED, True),
        ("Peux-tu m’expliquer pourquoi Corvex a quitté Arden ?", MOVED, True),
        ("Quelles raisons ont poussé Corvex à quitter Arden ?", MOVED_EN, True),
        ("Qu’est-ce qui a poussé Corvex à quitter Arden ?", MOVED, True),
        ("Explain why Corvex left Lumen.", MOVED_EN, False),
        ("Quelles raisons ont poussé Corvex à quitter Lumen ?", MOVED, False),
        ("What explains the rise in Lumen's sales?", FELL, True),
        ("When did Lumen's sales rise?", FELL, True),
        ("Can you tell me when Lumen's sales rose?", FELL, True),
        ("When will the Lumen close?", "The Lumen is open until 6 pm.", False),
        ("When did Bolt leave Acme?", "Bolt joined Acme in 2019 and stayed until May.", False),
        ("Quand Bolt a-t-il quitté Acme ?", "Bolt a rejoint Acme en 2019.", False),
        ("Quand ferment les urgences ?", "Les urgences restent ouvertes jusqu’à 20 h.", False),
        ("Quand la grève a-t-elle commencé ?", "La grève a cessé lundi.", False),
        ("Why will the Lumen close?", "The Lumen is open until 6 pm.", True),
        ("Depuis quand Lumen est-elle fermée ?", "Lumen est ouverte.", True),
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
