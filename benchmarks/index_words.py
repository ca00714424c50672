"""The words that the invented articles are made of, in two languages.

There are enough of them for two articles to share as few runs of three words as unrelated news do.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Nouns stand with their article; {adjective} marks where one goes. Verbs take an object."""

    nouns: tuple[str, ...]
    adjectives: tuple[str, ...]
    verbs: tuple[str, ...]
    before: tuple[str, ...]  # prepositions
    links: tuple[str, ...]  # from a clause to the next
    of: str
    said: tuple[str, ...]  # a quotation, {clause} and {person}
    first_names: tuple[str, ...]


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(","))


ENGLISH = Words(
    nouns=tuple(
        f"the {{adjective}} {noun}"
        for noun in _listed(
            "factory, hospital, bridge, harbour, council, museum, orchestra, laboratory, market, "
            "satellite, vaccine, tunnel, budget, strike, election, railway, forest, river, bakery, "
            "university, stadium, newspaper, airline, bank, glacier, reactor, battery, lawsuit, "
            "treaty, orchard, library, theatre, warehouse, ferry, pipeline, reservoir, school, "
            "inquiry, merger, subsidy, drought, festival, prison, archive, cathedral, software, "
            "telescope, vineyard, fishery, quarry, refinery, shipyard, clinic, committee, "
            "tribunal, ministry, union, broadcaster, supplier, landlord, tenant, surgeon, "
            "engineer, farmer, teacher, pilot, novelist, minister, prosecutor, baker, sculptor, "
            "goalkeeper, auditor, mechanic, climate, harvest, currency, tariff, patent, contract, "
            "timetable, blueprint"
        )
    ),
    adjectives=_listed(
        "regional, ageing, costly, fragile, northern, southern, private, public, disputed, former, "
        "crowded, profitable, secret, historic, temporary, abandoned, modern, stubborn, cautious, "
        "ambitious, damaged, expensive, famous, flooded, foreign, hidden, independent, local, "
        "medieval, narrow, official, popular, quiet, rural, scientific, shared, silent, solar, "
        "unfinished, urban, vast, wealthy, wooden, younger, experimental, overdue, generous, rival"
    ),
    verbs=_listed(
        "threatens, finances, has closed, will replace, refuses, has bought, criticises, repairs, "
        "has sold, protects, studies, delays, has opened, renames, will inspect, supports, doubts, "
        "has moved, welcomes, is suing, measures, defends, has lost, abandons, is building, "
        "copies, has published, fears, rewards, will visit, restores, has cancelled, enlarges, "
        "divides, imports, has forgotten, surprises, will tax, recycles, is testing, embarrasses, "
        "overtakes, has rescued, postpones, accuses, will hire, photographs, simplifies, is "
        "leaving, inherits"
    ),
    before=_listed(
        "after, before, despite, near, without, because of, behind, alongside, instead of, since, "
        "thanks to, against, beyond, during, under, for, like, according to, outside, opposite"
    ),
    links=(", and", ", but", ", while", ", because", "; meanwhile", ", although", ", whereas"),
    of="of",
    said=("“{clause},” said {person}.", "“{clause},” {person} replied.", "“{clause}!”"),
    first_names=_listed("Alice, Martin, Ruth, Samuel, Nora, Edward, Grace, Thomas, Keith, Diana"),
)

_MASCULINE = _listed(
    "pont, port, conseil, musée, laboratoire, marché, satellite, vaccin, tunnel, budget, journal, "
    "fleuve, stade, glacier, réacteur, procès, traité, verger, théâtre, barrage, collège, "
    "festival, logiciel, vignoble, chantier, tribunal, ministère, syndicat, fournisseur, "
    "locataire, médecin, paysan, professeur, pilote, romancier, ministre, procureur, boulanger, "
    "sculpteur, gardien, mécanicien, climat, tarif, brevet, contrat, calendrier, projet, quartier"
)
_FEMININE = _listed(
    "gare, mairie, forêt, rivière, banque, batterie, bibliothèque, raffinerie, carrière, clinique, "
    "commission, récolte, monnaie, prison, cathédrale, fusion, subvention, sécheresse, compagnie, "
    "centrale, société, boulangerie, rédaction, direction, région, police, vallée, fondation, "
    "chorale, galerie, plage, campagne, pêche, ferme, douane, toiture"
)

FRENCH = Words(
    nouns=(
        *(f"le {noun} {{adjective}}" for noun in _MASCULINE),
        *(f"la {noun} {{adjective}}" for noun in _FEMININE),
    ),
    adjectives=_listed(  # the same for both genders
        "fragile, moderne, modeste, vaste, rapide, rentable, célèbre, populaire, scientifique, "
        "solaire, rustique, timide, immense, économe, historique, étrange, utile, agricole, "
        "maritime, politique, énorme, sobre, calme, rebelle, fidèle, pauvre, riche, propre, "
        "tranquille, solide, nucléaire, jeune, sauvage, magnifique, minuscule, provisoire, "
        "bénévole, autonome, bilingue, durable, inutile, rare, stable, vulnérable"
    ),
    verbs=_listed(
        "menace, finance, a fermé, remplacera, refuse, a acheté, critique, répare, a vendu, "
        "protège, étudie, retarde, a ouvert, rebaptise, inspectera, soutient, contredit, a "
        "déplacé, accueille, poursuit, mesure, défend, a perdu, abandonne, construit, copie, a "
        "publié, craint, récompense, visitera, restaure, a annulé, agrandit, divise, importe, a "
        "oublié, surprend, taxera, recycle, teste, gêne, dépasse, a sauvé, reporte, accuse, "
        "embauchera, photographie, simplifie, quitte"
    ),
    before=_listed(
        "après, avant, malgré, sans, derrière, devant, depuis, contre, pendant, sous, pour, comme, "
        "selon, avec, chez, sur, vers, outre, hormis, dans"
    ),
    links=(", et", ", mais", ", tandis que", ", parce que", ", alors que", ", puisque", ", car"),
    of="de",
    said=("« {clause} », a dit {person}.", "« {clause} », répond {person}.", "« {clause} ! »"),
    first_names=_listed("Claire, Julien, Solène, Bruno, Lucie, Fabien, Manon, Rémi, Zoé, Marcel"),
)
