"""Sentences that say the same, and those that only have nearly the same words."""

import pytest

from retrieval.sameness import says_the_same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The council approved the plan of the mayor on Monday.",
         "The council rejected the plan of the mayor on Monday."),
        ("Le conseil a approuvé lundi le plan de la maire.",
         "Le conseil a rejeté lundi le plan de la maire."),
        ("L’incendie de l’usine a fait douze morts à Metz.",
         "L’incendie de l’usine a fait dix morts à Metz."),
        ("The fire at the plant in Metz left twelve people dead.",
         "The fire at the plant in Metz left ten people dead."),
        ("La ligne rouge du métro de Lyon ferme cet été.",
         "La ligne rouge du métro de Lille ferme cet été."),
        ("Sales of electric cars at Lumen rose again this year.",
         "Sales of electric cars at Lumen fell again this year."),
        ("Les ventes de voitures de Lumen ont encore augmenté.",
         "Les ventes de voitures de Lumen ont encore chuté."),
        ("The plant will close.", "The plant will close only if the bank refuses a loan."),
        ("L’usine fermera.", "L’usine fermera seulement si la banque refuse un prêt."),
        ("The bridge over the canal opens in May.", "The bridge over the canal opens in June."),
        ("Le pont sur le canal ouvre en mai.", "Le pont sur le canal ouvre en juin."),
        ("Le pont sur le canal ouvre lundi.", "Le pont sur le canal ouvre mardi."),
        ("Bolt sued Acme over a patent.", "Acme sued Bolt over a patent."),
        ("Bolt a poursuivi Acme.", "Acme a poursuivi Bolt."),
        ("The train runs from Paris to Lyon.", "The train runs from Lyon to Paris."),
        ("Alpha will close its plant in Metz.", "Alpha could close its plant in Metz."),
        ("Alpha fermera son usine de Metz.", "Alpha pourrait fermer son usine de Metz."),
        ("Alpha will close its Metz plant.", "Alpha denied it will close its Metz plant."),
        ("Alpha ferme son usine de Metz.", "Alpha ne ferme pas son usine de Metz."),
        ("Prices are up at Alpha.", "Prices are down at Alpha."),
        ("The attack came before the vote in Metz.", "The attack came after the vote in Metz."),
        ("Alpha paid 5 million for the site.", "Alpha paid 5 billion for the site."),
        ("The price went from 5 to 10 at Alpha.", "The price went from 10 to 5 at Alpha."),
        ("Alpha paid 5 million euros.", "Alpha paid 5 million dollars."),
        ("Mme Martin dirige la caisse de Metz.", "Mme Martine dirige la caisse de Metz."),
    ],
)  # fmt: skip
def test_what_contradicts_is_not_the_same(one: str, other: str) -> None:
    assert not says_the_same(one, other) and not says_the_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alpha leaves Beta.", "Alpha leaves Beta!"),
        ("The council approved the plan of the mayor on Monday.",
         "On Monday the council approved the plan of the mayor."),
        ("Le conseil a approuvé lundi le plan de la maire.",
         "Le conseil a approuvé lundi le plan de la maire, dit-on."),
        ("The fire left 12 people dead at the plant in Metz, police said.",
         "The fire left twelve people dead at the plant in Metz, police said."),
        ("Les ventes ont augmenté de 12 % chez Lumen.",
         "Les ventes ont augmenté de douze % chez Lumen."),
        ("About 300 people marched through the centre of Lyon.",
         "Some 300 people marched through the centre of Lyon."),
        ("Alpha will not close its plant in Metz.", "Alpha won't close its plant in Metz."),
        ("Alpha closes its old plant in Metz.", "Alpha closed its old plant in Metz."),
    ],
)  # fmt: skip
def test_what_is_worded_alike_is_the_same(one: str, other: str) -> None:
    assert says_the_same(one, other) and says_the_same(other, one)
