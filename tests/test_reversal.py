"""Claims that have roles or outcome the wrong way round, and the verdict on them."""

from collections.abc import Sequence

import numpy as np
import pytest

from index.article import make_article
from index.embedding import Role, Vectors
from index.segmentation import segment
from retrieval.reader import Evidence
from retrieval.reversal import turned_round
from retrieval.types import Verdict
from retrieval.verdicts import Judge

UDN = (
    "Selon UDN, xAI est passée de Supermicro à Dell parce que la santé financière dégradée de "
    "Supermicro a poussé les sociétés d’Elon Musk à revoir leurs choix."
)
MOVED = "Selon le rapport, Corvex a décidé de déplacer ses commandes de Lumen au profit d’Arden."
MOVED_EN = "Corvex is moving its orders from Lumen to Arden, the report says."


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("xAI left Dell for Supermicro.", UDN),
        ("xAI left Dell for Supermicro.", "xAI left Supermicro for Dell."),
        ("xAI a quitté Dell pour Supermicro.", UDN),
        ("xAI moved from Dell to Supermicro.", UDN),
        ("xAI est passée de Dell à Supermicro.", UDN),
        ("Corvex left Arden.", MOVED),
        ("Corvex left Arden for Lumen.", MOVED_EN),
        ("Corvex turned to Lumen.", MOVED),
        ("Sales rose by 10%.", "Les ventes ont chuté de 10 %."),
        ("Le conseil a rejeté le projet.", "The council approved the plan."),
        ("L'usine ouvrira en mai.", "The plant will close in May."),
        ("xAI switched to Supermicro.", UDN),
        ("Dell lost xAI to Supermicro; xAI quit Dell.", UDN),
        ("Germany left France for Italy.", "L’Allemagne a quitté l’Italie pour la France."),
    ],
)
def test_what_is_turned_round_is_told(claim: str, cited: str) -> None:
    assert turned_round(claim, [cited])


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("xAI left Supermicro for Dell.", UDN),
        ("According to UDN, xAI moved to Dell because of Supermicro's declining finances.", UDN),
        ("xAI a changé de fournisseur à cause de la santé financière de Supermicro.", UDN),
        ("xAI moved from Supermicro to Dell.", UDN),
        ("xAI est passée de Supermicro à Dell.", UDN),
        ("Corvex left Lumen.", MOVED),
        ("Corvex turned to Arden.", MOVED),
        ("Corvex chose Arden over Lumen.", MOVED),
        ("Sales fell by 10%.", "Les ventes ont chuté de 10 %."),
        ("Sales did not rise.", "Les ventes ont chuté de 10 %."),
        ("Costs fell and profit rose.", "Les coûts ont baissé."),
        ("Dell sells servers.", UDN),
        ("The plant closed in May.", "L’usine a fermé en mai."),
        (
            "Ernst & Young resigned as Supermicro's auditor.",
            "Ernst & Young a renoncé à auditer les comptes de Supermicro.",
        ),
        ("Germany left Italy for France.", "L’Allemagne a quitté l’Italie pour la France."),
        ("The minister left Paris for Rome.", "The minister travelled from Paris to Rome."),
        ("Le conseil a approuvé le projet.", "The council approved the plan."),
        (
            "The line closed in 2014 because too few tickets were sold.",
            "The line was shut in December 2014 after ticket sales fell.",
        ),
    ],
)
def test_what_is_not_turned_round_is_let_be(claim: str, cited: str) -> None:
    assert not turned_round(claim, [cited])


def test_one_sentence_that_agrees_is_enough() -> None:
    assert not turned_round("Sales rose.", ["Sales fell in May.", "Sales rose in June."])


class Alike:
    """Takes every two texts for the same in meaning."""

    name = "alike"

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        return np.ones((len(texts), 1), dtype=np.float32)


def verdict(claim: str, text: str, language: str) -> Verdict:
    article = make_article(text, source="s", language=language)
    evidence = [Evidence(article, span, 0.5) for span in segment(article.text, language)]
    return Judge(Alike(), None, evidence).judge(claim, evidence).verdict


@pytest.mark.parametrize(
    ("claim", "text", "language", "expected"),
    [
        ("xAI left Supermicro for Dell.", UDN, "fr", "supported"),
        ("xAI left Dell for Supermicro.", UDN, "fr", "not_found"),
        # Names that no list has may only be spelt otherwise in the other language.
        ("The story was told by Gorlovsky.", "Gorlovski a raconté l’histoire.", "fr", "partly"),
        ("The story was told by Gorlovsky.", "Smirnov told the story.", "en", "not_found"),
        ("The story was told in Vienna.", "L’histoire a été racontée à Berlin.", "fr", "not_found"),
        ("It cost 900 euros, says Gorlovsky.", "Gorlovski ne dit rien.", "fr", "not_found"),
        ("The train to Kyiv left at 7 am.", "Le train pour Kiev est parti à sept heures.", "fr",
         "supported"),
    ],
)  # fmt: skip
def test_the_verdict_on_roles_and_on_names_across_languages(
    claim: str, text: str, language: str, expected: Verdict
) -> None:
    assert verdict(claim, text, language) == expected


def test_an_order_counts_for_nothing_beside_a_statement() -> None:
    text = "Say that the rudder was broken.\n\nThe rudder was broken."
    article = make_article(text, source="s", language="en")
    order, statement = (
        Evidence(article, span, 0.5) for span in segment(article.text, "en") if span.kind == "text"
    )
    judge = Judge(Alike(), None, [order, statement])
    both, alone = (judge.judge("The rudder was broken.", e) for e in ([order, statement], [order]))
    assert both.verdict == "supported" and both.kept == (statement,)
    assert alone.verdict == "partly"
