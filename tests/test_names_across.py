"""Names that English and French spell differently."""

import tomllib
from collections import Counter

import pytest

from retrieval.facts import check_facts
from retrieval.spellings import SPELLINGS, phrases


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("So Vladimir Putin spoke.", "Vladimir Poutine a parlé."),
        ("The train to Kyiv stopped.", "Le train pour Kiev s’est arrêté."),
        ("It opens in Normandy.", "Elle ouvre en Normandie."),
        ("Il ouvre en Bretagne.", "It opens in Brittany."),
        ("The Olympic Games open.", "Les Jeux olympiques commencent."),
        ("The Red Cross helps.", "La Croix-Rouge aide."),
        ("War in the Middle East.", "La guerre au Proche-Orient."),
        ("War in the Middle East.", "La guerre au Moyen-Orient."),
        ("It closes at Christmas.", "Il ferme à Noël."),
        ("It closes at Easter.", "Il ferme à Pâques."),
        ("So Pope Francis spoke.", "Le pape François a parlé."),
        ("Le pape Léon XIV a parlé.", "So Pope Leo XIV spoke."),
        ("A strike in Gaza.", "Une frappe dans la bande de Gaza."),
        ("The Saudi king came.", "Le roi d’Arabie saoudite est venu."),
        ("She won the Nobel Prize.", "Elle a reçu le prix Nobel."),
        ("He lives in Cape Town.", "Il vit au Cap."),
        ("He lives in Mexico City.", "Il vit à Mexico."),
        ("It happened in the Cold War.", "C’était pendant la guerre froide."),
        ("An Afghan and a Croatian.", "Un Afghan et un Croate."),
        ("By the North Sea.", "Au bord de la mer du Nord."),
        ("The World Bank pays.", "La Banque mondiale paie."),
        ("The UN Security Council met.", "Le Conseil de sécurité de l’ONU s’est réuni."),
        ("The Swiss cities of Basel and Bern.", "Les villes suisses de Bâle et Berne."),
        ("In New Zealand.", "En Nouvelle-Zélande."),
        ("The Dutch won.", "Les Pays-Bas ont gagné."),
        ("The Black Forest burns.", "La Forêt-Noire brûle."),
        ("The Islamic State said so.", "Daech l’a dit."),
        ("Trump spoke at the White House.", "Trump a parlé à la Maison Blanche."),
        ("The University of Edinburgh said so.", "L’université d’Édimbourg l’a dit."),
        ("La Bourse de Francfort a ouvert.", "The Frankfurt stock exchange opened."),
        ("VAT is 20%.", "La TVA est de 20 %."),
        ("The Foreign Ministry said so.", "Le ministère des Affaires étrangères l’a dit."),
        ("It was built in the Middle Ages.", "Il date du Moyen Âge."),
        ("The Great Wall of China.", "La Grande Muraille de Chine."),
    ],
)
def test_a_name_stands_in_the_other_language(claim: str, cited: str) -> None:
    assert check_facts(claim, [cited]).missing == ()
    assert check_facts(cited, [claim]).missing == ()


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("Il ouvre en Bretagne.", "It opens in Britain."),
        ("He lives in Cape Town.", "Il vit au Caire."),
        ("The train to Kharkiv stopped.", "Le train pour Kiev s’est arrêté."),
        ("It closes at Christmas.", "Il ferme à Pâques."),
        ("In South Africa.", "En Amérique du Sud."),
    ],
)
def test_another_name_does_not_stand(claim: str, cited: str) -> None:
    assert check_facts(claim, [cited]).missing


def test_every_spelling_is_listed_once() -> None:
    listed = tomllib.loads(SPELLINGS.read_text(encoding="utf-8"))["words"]
    count = Counter(word for words in listed.values() for word in set(words.split()))
    assert [word for word, times in count.items() if times > 1] == []
    stems = {w[:-1]: name for name, words in listed.items() for w in words.split() if w[-1] == "*"}
    assert all(len(stem) >= 4 for stem in stems)  # shorter ones are not looked up
    exact = {w: name for name, words in listed.items() for w in words.split() if w[-1] != "*"}
    assert [w for w in exact for s in stems if w.startswith(s) and stems[s] != exact[w]] == []
    assert len(phrases()) > 90
