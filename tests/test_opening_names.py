"""Names that open a sentence, and what opens one and is no name."""

import pytest

from retrieval.facts import check_facts
from retrieval.opening_names import opening_names


@pytest.mark.parametrize(
    "claim",
    [
        "Dell and HPE compete.",
        "Dell et HPE négocient.",
        "Foxconn moved its server orders to Inventec.",
        "Macron a confié la mission à Attal.",
        "L'Oréal a racheté la marque.",
        "L’Oréal rachète la marque.",
        "xAI moved its orders.",
        "Apple announces a new phone.",
        "Airbus has won the contract.",
        "Texas was hit by a storm.",
        "Macron annonce une réforme.",
        "Attal ne veut pas partir.",
        "Airbus s'est retiré du projet.",
        "Airbus n’a pas répondu.",
        "Renault licencie.",
        "Supermicro hired a new auditor.",
        "Dell confirmed the deal.",
        "Wistron est un concurrent de Dell.",
        "Wistron assemble les serveurs.",
        "Hindenburg says chips reached groups.",
        "Customers left. Inventec will buy Supermicro.",
        "Trump has abolished all tariffs.",
        "Musk accusa Altman.",
        "Dell fournira les serveurs.",
    ],
)
def test_a_bare_word_before_a_finite_verb_is_a_name(claim: str) -> None:
    assert len(opening_names(claim)) == 1


@pytest.mark.parametrize(
    "claim",
    [
        "Analysts and Dell disagree.",
        "Salariés et Dell négocient.",
        "Sales rose. Servers moved north.",
        "Officials said so.",
        "Production rose.",
        "Demand fell by half.",
        "Police arrested a man.",
        "The company moved.",
        "La société a confié.",
        "L'entreprise a racheté la marque.",
        "Trading resumed.",
        "Building has begun.",
        "Recently opened shops closed.",
        "Hier a été difficile.",
        "Personne n'a répondu.",
        "Rien ne va plus.",
        "Cela a changé.",
        "Trois ont répondu.",
        "Such a thing happened.",
        "Never a word was said.",
        "Créée en 1996, elle a fermé.",
        "Customers left.",
        "News has spread.",
        "Growth slowed.",
        "Unemployment rose.",
        "Inflation slowed.",
        "Two were hurt.",
        "Nobody was hurt.",
        "Everyone moved.",
        "Plusieurs ont démissionné.",
        "Dimanche a été calme.",
        "Monday was quiet.",
        "It moved. She left. He was hurt.",
        "Service stopped in December.",
        "Les ventes ont chuté.",
        "Rain fell. Snow closed the pass.",
        "Aujourd’hui est un jour férié.",
        "Selon Dell, tout va bien.",
        "Des soldats ont fui.",
        "On a changé.",
        "Critics accused the firm.",
        "Unions called a strike.",
        "Workers walked out.",
        "Bicycles are forbidden.",
        "Voici ce que dit Dell.",
        "Ainsi va le monde.",
        "Investors fear a crash.",
        "Reste à savoir.",
    ],
)
def test_what_else_opens_a_sentence_is_no_name(claim: str) -> None:
    assert opening_names(claim) == frozenset()


@pytest.mark.parametrize(
    ("claim", "cited", "lacks"),
    [
        ("Foxconn moved its orders to Inventec.", "xAI moved its orders to Inventec.", "Foxconn"),
        ("Macron a confié la mission à Attal.", "Borne a confié la mission à Attal.", "Macron"),
        ("L’Oréal a racheté Aésop.", "Kering a racheté Aésop.", "Oréal"),
        ("L’Oréal bought the brand.", "Kering a racheté la marque.", "Oréal"),
    ],
)
def test_the_one_who_acts_is_looked_up(claim: str, cited: str, lacks: str) -> None:
    assert lacks in check_facts(claim, [cited]).missing
    assert not check_facts(claim, [cited, f"C’est {lacks}."]).missing
