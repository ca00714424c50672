"""What a question asks for, and whether a sentence looks as if it held that.

Words of French and English that ask for a reason, a person, a time, a quantity, a sum of money or a
place, and the marks such an answer leaves in a sentence. A hint to the reader among others.
"""

import re

from retrieval.words import fold

# Of folded questions; « où » is told from « ou » before the accents go.
_ASKS = {
    "reason": r"\b(why|pourquoi|how come|comment se fait|what (?:led|made|pushed|drove|caused)"
    r"|reasons? (?:for|why|behind|did|does)"
    r"|what (?:is|was|are|were|s) the (?:\w+ )?(?:reason|cause)s?"
    r"|causes? (?:of|du|de|des|d)(?<!a cause d)(?<!a cause de)(?<!a cause du)(?<!a cause des)"
    r"|quelles? (?:(?:est|sont|etait|etaient|furent) )?(?:les? |la )?(?:raison|cause)s?"
    r"|pour quel(?:le)?s? (?:raison|motif)s?|a cause de quoi)\b",
    "person": r"\b(who|whom|whose|(?:a|de|par|avec|pour|chez|contre|c est) qui"
    r"|quel(?:le)?s? (?:\w+ )?(?:personnes?|dirigeant|analyste|patron|patronne|ministre|directeur"
    r"|directrice|president|presidente))\b|^(?:et |mais |donc )?qui\b",
    "time": r"\b(when|quand|(?:what|which) (?:year|date|day|month|time|week)s?"
    r"|quel(?:le)?s? (?:annee|date|jour|mois|heure|semaine)s?|how long ago)\b",
    "quantity": r"\b(how (?:many|much|long|often|fast|far|big|old|tall|large|heavy|high|deep)"
    r"|combien"
    r"|percentage|pourcentage|amount|montant|value|valeur|taux|rate|quel age|quelle (?:taille"
    r"|quantite|proportion|part|somme|duree|distance|hauteur)|price|prix|costs?|couts?|coute\w*)\b",
    "money": r"\b(price|costs?|prix|couts?|coute\w*|salar(?:y|ies)|salaires?|wages?|budget|fees?"
    r"|paid"
    r"|pay|paying|payes?|paient|payer|euros?|dollars?|debts?|dettes?|montant|how much money)\b",
    "place": r"\b(where|which (?:city|town|country|place|region)|a quel endroit"
    r"|quel(?:le)?s? (?:villes?|pays|lieux?|regions?))\b|^ou\b",
}
# Causes, not purposes (« afin de », "in order to"), which nearly every sentence can end in.
_REASON = (
    r"(?:\b(because|due to|owing to|thanks to|reasons?|led to|prompt(?:s|ed|ing)"
    r"|caus(?:e|es|ed|ing)|forc(?:ed|ing)|forces (?:\w+ ){1,4}to|push(?:ed|es|ing)"
    r"|driven by|drove|in response to|as a result|blam(?:e|es|ed|ing)"
    r"|attribut(?:e|es|ed|ing|er|ent)"
    r"|explain(?:s|ed)|stem(?:s|med)|incit\w*|(?:a|ont|avait|avaient|aurait|auraient) pousse\w*"
    r"|pouss(?:ent|er|ant|ait)|parce qu\w*|en raison|a cause|grace a|du fait|faute de"
    r"|(?:a la )?suite (?:a|d\w*)"
    r"|d(?:u|ue|us|ues) (?:a|au|aux)|conduit\w* a|amene\w* a|entraine(?:nt|e|es|ees)?|entrainant"
    r"|motiv\w*|raisons?|compte tenu|puisqu\w*|provoqu\w*|contrain\w*|s[ '’]expliqu\w* par)\b"
    r"|(?:^|[,;:] )car\b)"
)
_TIME = (
    r"\b(\d{4}|\d{1,2}[:h]\d{2}|\d{1,2} h(?: \d{2})?|today|yesterday|tomorrow|weeks?|months?|years?"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|spring|summer|autumn|winter|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|aujourd|hier|demain|semaines?|mois|ans|un an|annees?|janvier|fevrier|mars|avril|mai|juin"
    r"|juillet|aout|septembre|octobre|novembre|decembre|printemps|l ete|cet ete|en ete|automne"
    r"|hiver|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|recemment|recently)\b|l['’]ete\b"
)
_QUANTITY = (
    r"(\d|%|\b(one|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?"
    r"|millions?"
    r"|billions?|half|third|quarter|twice|double|deux|trois|quatre|cinq|sept|huit|neuf|dix|douz\w*"
    r"|\w+aines? d\w*|cents?|mille|milliers?|milliards?|moitie|tiers|quart)\b)"
)
_MONEY = (
    r"([€$£¥]|\b(euros?|dollars?|pounds?|livres|francs?|yen|cents|centimes|eur|usd|free"
    r"|gratuit\w*)\b)"
)
_PLACE = (
    r"\b(?:in|at|from|near|to|en|à|au|aux|chez|dans|vers|près de|près d['’]|of|de|d['’])\s?"
    r"(?:the |la |le |les |l['’])?[A-ZÀ-Ý]"
)
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _ASKS.items()}
_MARKS = {
    "reason": re.compile(_REASON),
    "time": re.compile(_TIME),
    "quantity": re.compile(_QUANTITY),
    "money": re.compile(_MONEY),
}
_IN_PLACE = re.compile(_PLACE)
_NAME = re.compile(r"(?<=[^\s.!?»”\"])\s+[«“(]?[^\W\d_a-zà-ÿ][\w’'-]+")
_WHERE = re.compile(r"(?<!\w)où(?!\w)", re.IGNORECASE)
_COUNTS = re.compile(r"\b(?:combien|how (?:many|much))\b")
_APOSTROPHE = re.compile(r"['’-]")
KINDS = tuple(_ASKS)


def asked_for(question: str) -> frozenset[str]:
    """Return the kinds of answer a question asks for, out of `KINDS`."""
    folded = _APOSTROPHE.sub(" ", fold(question)).strip("«“\"'( ")
    kinds = {kind for kind, asks in _PATTERNS.items() if asks.search(folded)}
    if _WHERE.search(question):
        kinds.add("place")
    # "How many died because of …" asks for a number, whatever the cause.
    return frozenset(kinds - {"reason"} if _COUNTS.search(folded) else kinds)


def shows(kind: str, sentence: str, folded_sentence: str) -> bool:
    """Tell whether a sentence holds the mark of an answer of this kind."""
    if kind == "person":
        return bool(_NAME.search(sentence))
    if kind == "place":
        return bool(_IN_PLACE.search(sentence))
    return bool(_MARKS[kind].search(folded_sentence))
