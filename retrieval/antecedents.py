"""Sentences that open with what an earlier one names, and the sentence before them.

A pronoun points back, and so does a definite common noun for somebody named before: "the airline",
« la compagnie ». A noun that says itself whom it means does not: "the airline Volantis", "the
council of Metz", « la société qui exploite le port ».
"""

import re
import unicodedata

from retrieval.words import fold

_LINKS = """
mais or et donc pourtant cependant toutefois neanmoins ainsi alors puis ensuite enfin aussi bref
d'ailleurs par_ailleurs en_revanche en_outre de_plus du_coup en_effet en_fait au_contraire
desormais aussitot de_meme par_consequent malgre_tout tout_de_meme surtout finalement auparavant
resultat entre-temps en_attendant pour_autant au_passage par_exemple du_reste
but and so yet however still nevertheless nonetheless meanwhile then later instead moreover
besides also in_addition furthermore therefore thus now finally for_now as_a_result in_fact indeed
at_the_same_time on_the_other_hand by_contrast in_turn otherwise even_so in_the_meantime
eventually afterwards previously earlier for_example for_instance of_course after_all
"""
_LINK = "|".join(link.replace("_", " ").replace("'", "['’]") for link in _LINKS.split())
_OPENS = rf"^[«“\"‘'(\s]*(?:(?:{_LINK}),? )?"
# Openings with a pronoun that stands for nothing said before, and days.
_NOWHERE = re.compile(
    _OPENS + r"(?:(?:il (?:faut|fallait|faudra|y a|y avait|s['’]agit|se trouve|semble|reste"
    r"|convient|est (?:vrai|temps|possible|probable))|it (?:is|was) (?:true|time|possible|likely)"
    r"|(?:cet?|cette|ces|this|that|these|those) (?:semaine|annee|mois|matin|soir|nuit|ete|hiver"
    r"|printemps|automne|week|month|year|morning|evening|night|summer|winter|spring|autumn|jours"
    r"|days|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday))\b"
    # « C’est Anne Roy qui… », « c’est à Metz que… », but neither « c’est ce que… » nor what says
    # what something is.
    r"|c['’](?:est|etait)(?: donc| aussi)? (?!(?:ce|ainsi|pour|la (?:que|raison)|la,|le cas"
    r"|l['’]avis|une?|des|tout|pourquoi|donc|comme)\b)[^.;:]*\bqu(?:i\b|e\b|['’]))"
)
# An institution, a firm or its like, by what it is.
_ENGLISH_BODIES = """
company firm group manufacturer supplier operator union government city ministry council agency
authority regulator watchdog court tribunal airline carrier bank lender insurer retailer chain
publisher broadcaster network start-up startup brewer developer contractor subsidiary giant club
league federation association foundation charity institute organisation organization institution
museum hospital school university party committee commission newspaper magazine distributor
producer builder shipyard railway utility consortium cooperative co-operative conglomerate
"""
_FRENCH_BODIES = """
groupe constructeur fabricant fournisseur syndicat societe firme mairie gouvernement club marque
direction compagnie banque chaine filiale cooperative fondation federation ligue
commission cour mutuelle start-up startup ministere tribunal parquet musee lycee laboratoire
distributeur transporteur avionneur geant collectif parti comite consortium regulateur magazine
journal quotidien hebdomadaire bailleur prestataire repreneur sous-traitant
"""
_FRENCH_ELIDED_BODIES = """
entreprise operateur equipementier usine editeur equipe association autorite institution
universite ecole etablissement assureur organisme institut exploitant enseigne acquereur employeur
hopital agence
"""
# Others that are said before.
_OTHERS = (
    r"the (?:latter|former|minister|project|decision|move|deal|announcement|team|study|measure|man"
    r"|woman)|(?:le|la) ministre|le (?:projet|patron|dirigeant)|la (?:decision|mesure)"
    r"|l['’](?:operation|accord|annonce|entrepreneur|etude|interessee?)"
)


def _either(words: str) -> str:
    return "|".join(words.split())


_PRONOUN = (
    r"(?:il|elle|ils|elles|celui-ci|celle-ci|ceux-ci|celles-ci|ce dernier|lui|eux"
    r"|cette derniere|ces derniers|ces dernieres|cela|ceci|ce|cet|cette|ces|son|sa|ses|leurs?"
    r"|he|she|it|they|this|that|these|those|his|her|its|their|such|both|him|them)\b"
    r"|c['’](?:est|etait|en est|eut|eût)\b"
)
_POINTS = re.compile(
    _OPENS + rf"(?:(?:selon|pour|according to|for),? )?(?:{_PRONOUN}|(?:{_OTHERS})\b)"
    rf"|{_OPENS}d['’]apres (?:lui|elle|eux|elles)\b"
    rf"|{_OPENS}(?:d['’]apres|malgre|apres|avec|sans|chez|despite|after|with|without|like|unlike) "
    r"(?:lui|elle|eux|elles|cela|celui-ci|celle-ci|ca|ce dernier|cette derniere|him|her|them|it"
    r"|this|that),"
)
_BODY = re.compile(
    _OPENS + rf"(?:(?:selon|pour|according to|for) )?(?:the (?:{_either(_ENGLISH_BODIES)}"
    rf"|[a-z]+maker)|(?:le|la) (?:{_either(_FRENCH_BODIES)})"
    rf"|l['’](?:{_either(_FRENCH_ELIDED_BODIES)}))\b"
)
# After a noun: whom it means ("of Metz", "that runs the port", a name, perhaps after an adjective
# or a comma), or a noun that it is part of.
_DEFINED = re.compile(
    r"\s+(?:(?:of|behind|that|which|who|whose|where|de|du|des|qui|que|dont|où|charg[ée]e?s? d\w+"
    r"|industry|sector|market|holidays?|year|centre|center|cars?|buildings?)\b|d['’]|qu['’])"
    r"|\s+(?:\w+(?:ienne|ien|iaire|itime|[nr]ale?|aise?|oise?)\s+)?[«“\"(]?\s?[A-ZÀ-ÖØ-Þ]"
    r"|(?:\s\w+)?,\s(?:the |le |la |l['’])?[«“\"]?[A-ZÀ-ÖØ-Þ]"
)


def points_back(text: str) -> bool:
    """Tell whether a sentence opens with a pronoun, or a noun that an earlier one names."""
    written = unicodedata.normalize("NFC", text)
    folded = fold(written)
    if _NOWHERE.search(folded):
        return False
    if _POINTS.search(folded):
        return True
    body = _BODY.search(folded)
    # What follows is read as it is written, for its capitals.
    following = (written if len(written) == len(folded) else folded)[body.end() :] if body else ""
    return bool(body) and not _DEFINED.match(following)
