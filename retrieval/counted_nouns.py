"""What a number counts, as far as both languages have a word for it: people, days, trains.

"One" and "a" are hardly ever asked for: "one person" is held against a text only where it counts
people otherwise.
"""

import re

from retrieval.words import FUNCTION_WORDS

_NOUNS = """
person people personne habitant inhabitant victim victime dead died dies killed mort morte tue tuee
person injured wounded hurt blesse blessee disparu missing arrested arrete
child children enfant
woman women femme
man men homme
worker salarie employee employe ouvrier travailleur
soldier soldat
passenger passager voyageur
student etudiant pupil eleve
job emploi poste
day jour journee
week semaine
month mois
year an annee
hour heure
minute
house maison home
building immeuble batiment
train
car voiture
carriage coach wagon
bus
ship boat navire bateau
plane aircraft avion
company entreprise societe firm
country countries pays
city cities ville town
vote voix
seat siege place
school ecole
hospital hopital
bridge pont
plant usine factory factories
shop store magasin
station gare
line ligne
ticket billet
server serveur
case cas
"""
_CLASSES: dict[str, str] = {}
for _line in _NOUNS.strip().splitlines():
    for _word in _line.split():
        _CLASSES.setdefault(_word, _line.split()[0])
_NEXT = re.compile(r"[ -]((?!\d)[a-z]+)")
_STOPS = {"of", "de", "des", "du", "d", "in", "on", "sur", "and", "et", "to", "a", "or", "ou"}
_BE = {"was", "were", "sont", "est", "ont", "a", "have", "has", "other", "autre", "autres", "more",
       "been", "ete", "etait", "etaient"}  # fmt: skip
_FAR = 2  # words; further off, it is hardly what is counted
ONE = re.compile(r"\b(?:one|1|un|une|an?)(?: (?:seule?|single|lone))?(?= [a-z])")
_COUNTS_ONE = re.compile(r"(?:one|1|une?)\b")
_NO_COUNT = re.compile(r"(?:\bno |\bat |\bthe |\bl')$")


def nouns_after(folded: str, end: int) -> list[str]:
    """Return the classes of the nouns that may be what a number before `end` counts."""
    found: list[str] = []
    for step in range(_FAR):
        match = _NEXT.match(folded, end)
        if match is None or (match[1] in _STOPS and match[1] not in _BE):
            break
        word, end = match[1], match.end()
        known = _CLASSES.get(word) or _CLASSES.get(word.removesuffix("s"))
        if known or (step == 0 and word not in FUNCTION_WORDS):
            found.append(known or word.removesuffix("s"))
        if known:
            break
    return found


def counts_one(folded: str, match: re.Match[str]) -> bool:
    """Tell whether a match of `ONE` counts: "one person", not "a person" or "the one person"."""
    led = _NO_COUNT.search(folded, max(0, match.start() - 8), match.start())
    return bool(_COUNTS_ONE.match(match[0])) and not led
