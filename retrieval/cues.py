"""What a question asks for, and whether a sentence looks as if it held that.

Words of French and English that ask for a reason, a person, a time, a quantity, a sum of money or a
place, and the marks such an answer leaves in a sentence. A hint to the reader among others.
"""

import re

from retrieval.words import fold

# Of folded questions; « où » is told from « ou » before the accents go.
_ASKS = {
    "reason": r"\b(why|pourquoi|how come|how is it that|comment se fait"
    r"|reasons? (?:for|why|behind|did|does)"
    r"|what (?:is|was|are|were|s) the (?:\w+ )?(?:reason|cause|motive)s?"
    r"|(?:for|on) what (?:reason|ground|motive)s?|what motives?"
    # "What causes did he support?" asks for no cause.
    r"|what (?:has |have |had |really |first )*(?:led|le(?:a)?ds|made|makes|pushe[sd]|dr(?:o|i)ves?"
    r"|driven|cause[sd]|prompt(?:s|ed)|trigger(?:s|ed)|spark(?:s|ed)|provoke[sd]|force[sd]"
    r"|convince[sd]|persuade[sd]|motivate[sd]|explain(?:s|ed)|account(?:s|ed) for|brought about"
    r"|gave rise|(?:keeps|kept|stops|stopped|prevents|prevented) (?:\w+ ){1,6}?from)"
    r"(?! (?:do|does|did|are|were|have|will|would|can|could)\b)"
    r"|what (?:is|was|s) (?:\w+ly )?(?:causing|driving|making|pushing|prompting|forcing|holding up"
    r"|keeping|stopping|preventing)|what (?:is|was|s|lies|lay) (?:\w+ly )?behind"
    r"|how (?:\w+ ){1,6}?(?:explain|account for|justify)"
    r"|causes? (?:of|du|de|des|d)(?<!a cause d)(?<!a cause de)(?<!a cause du)(?<!a cause des)"
    r"|quelles? (?:(?:est|sont|etait|etaient|furent) )?(?:les? |la )?(?:\w+ )?(?:raison|cause)s?"
    r"|quels? (?:(?:est|sont|etait|etaient|furent) )?(?:les? )?motifs?"
    r"|pour quel(?:le)?s? (?:raison|motif)s?|a cause de quoi"
    r"|qu est ce qui (?:a |ont |avait |aurait |peut |pu |bien |donc |vraiment )*"
    r"(?:(?:pouss|amen|incit|forc|oblig|provoqu|caus|entrain|declench|motiv|expliqu|justifi|empech)"
    r"(?:e|er|ait)|(?:condui|contrain)(?:t|re|sait)|convain(?:c|cu|cre)|retien(?:t|ne)|retenu"
    r"|(?:fait|fera) \w+(?:er|ir|re)|rend|rendu|valu)"
    r"|qu est ce qui est a l origine|d ou vient que"
    r"|a quoi (?:tien(?:t|nent)|(?:est|sont) du(?:e|s|es)?|(?:\w+ ){0,5}?attribu\w+)"
    r"|comment (?:\w+ ){0,6}?(?:expliqu|justifi)\w+)\b",
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
# What may come before what is asked for: "Could you please…", « Peux-tu me… ».
ASKING = (
    r"^\W*(?:(?:and|but|so|et|mais|donc|alors|please|(?:can|could|will|would) you"
    r"|i (?:want|need|would like|d like)(?: to know| you to)?|do you know|does anyone know"
    r"|tell me|explain(?: to me)?|say|(?:peux|pourrais|sais|saurais)[ -]tu"
    r"|(?:pouvez|pourriez|savez|sauriez)[ -]vous|veuillez|je (?:veux|voudrais)(?: savoir)?"
    r"|j ?['’]?aimerais(?: savoir)?|il me faut|s['’ ]il (?:te|vous) plait|stp|svp|me|nous|m['’ ]"
    r"|dis|dites|explique[rz]?|dire)(?:[ -](?:moi|nous))?[ ,:]*\b)*"
)
_LIST = (
    r"\bwhich (?:\w+ ){0,3}?(?:people|\w+s) (?!(?:is|was|has|does)\b)"
    # "What measures were taken?", not "What does it do?", "What the strikers do"
    r"|\bwhat (?!(?:is|was|has|does|did|do|are|were|have|had|will|would|can|could|should|must|may"
    r"|might|the|a|an|his|her|its|their|our|this|that|these|those|happens|news)\b)"
    r"(?:[a-z-]+ ){0,2}?(?:people|children|men|women|[a-z-]*[^siu\W]s)"
    r" (?:are|were|have|had|do|did|will|would|can|could|should|must|may|might)\b"
    r"|\b(?:what (?:are|were) (?:the|some|all)|what else|who (?:are|were)|who else"
    r"|qui (?:sont|etaient)|quels|quelles|lesquels|lesquelles)\b"
    rf"|{ASKING}(?:(?:list|enumerate|cite[rz]?|liste[rz]?|enumere[rz]?|recense[rz]?)\b"
    r"|name (?:the|all|every|some|two|three|four|five|several)\b"
    r"|nomme[rz]? (?:les|des|tou\w+|deux|trois|quatre|cinq)\b"
    r"|(?:(?:i want|i need|je veux|je voudrais|il me faut|give|show|make|write|draw up|provide"
    r"|donne[rz]?|dresse[rz]?|fai(?:s|tes|re)|etabli\w*|fourni\w*|montre[rz]?|indique[rz]?)"
    r"[ -]?(?:me|us|moi|nous)? (?:(?:the|a|an|all|la|les|une) )?|(?:a |une )?)"
    r"(?:(?!(?:the|la|les) )\w+ )?(?:liste?|names|noms)"
    r" (?:\w+ )?(?:of|de|des|du|d['’]))"
)
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
_SEVERAL = re.compile(_LIST)
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


def asks_for_several(question: str) -> bool:
    """Tell whether a question asks for a list: "What measures…", « Quelles mesures… »."""
    return bool(_SEVERAL.search(fold(question)))


def shows(kind: str, sentence: str, folded_sentence: str) -> bool:
    """Tell whether a sentence holds the mark of an answer of this kind."""
    if kind == "person":
        return bool(_NAME.search(sentence))
    if kind == "place":
        return bool(_IN_PLACE.search(sentence))
    return bool(_MARKS[kind].search(folded_sentence))
