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


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        (
            "Supermicro lost its auditor, and investors fear more.",
            "Supermicro a perdu son auditeur et les investisseurs craignent d’autres départs.",
        ),
        (
            "Wistron's factory in Hsinchu makes motherboards.",
            "L’usine de Wistron à Hsinchu fabrique des cartes mères.",
        ),
        ("Airbus has delivered 60 planes.", "Airbus a livré 60 avions."),
        ("Paris was flooded.", "Paris a été inondée."),
        (
            "Trump said he would raise tariffs.",
            "M. Trump a promis d’augmenter les droits de douane.",
        ),
        ("Production stopped.", "La production s’est arrêtée."),
        ("Construction will begin in May.", "Les travaux commenceront en mai."),
        ("Marchers blocked the road.", "Des manifestants ont bloqué la route."),
        ("Google bought the firm.", "La firme a été achetée par Google."),
        ("Parliament voted it down.", "Le Parlement l’a rejeté."),
        ("Congress passed the law.", "Le Congrès a voté la loi."),
        ("Londres a refusé l’accord.", "London refused the deal."),
        ("Renault a annoncé un plan.", "Renault announced a plan."),
        ("Beijing says no.", "Pékin dit non."),
        ("Washington has agreed.", "Washington a accepté."),
        ("Analysts expect Dell to gain.", "Les analystes pensent que Dell y gagnera."),
        ("Shareholders approved it.", "Les actionnaires l’ont approuvé."),
        ("Tickets will cost 29 euros.", "Les billets coûteront 29 euros."),
        ("Chaque train offre 212 places.", "Each train has 212 seats."),
        ("Quiet Aldmouth fears noise.", "L’association Quiet Aldmouth craint le bruit."),
        ("Bread costs more.", "Le pain coûte plus cher."),
        ("Heavy rain closed the road.", "De fortes pluies ont coupé la route."),
        ("Work began in 2020.", "Les travaux ont commencé en 2020."),
        ("Snow fell on the pass.", "La neige est tombée sur le col."),
        ("Nobody was hurt.", "Personne n’a été blessé."),
        ("Brazilian police arrested him.", "La police brésilienne l’a arrêté."),
        ("Seul Dell a répondu.", "Only Dell answered."),
        ("Aucun restaurateur n’a été choisi.", "No caterer has been picked."),
        ("Fermée depuis 2014, la ligne rouvre.", "Closed since 2014, the line reopens."),
        ("Ancien ministre, il dirige la firme.", "A former minister, he runs the firm."),
    ],
)
def test_a_true_claim_lacks_no_name(claim: str, cited: str) -> None:
    assert check_facts(claim, [cited]).missing == ()
