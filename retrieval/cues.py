"""What a question asks for, and whether a sentence looks as if it held that.

Words of French and English that ask for a reason, a person, a time, a quantity or a place, and
the marks such an answer leaves in a sentence. A hint to the reader among others, never a rule.
"""

import re

_ASKS = {
    "reason": r"\b(why|pourquoi|reasons?|raisons?|causes?|how come"
    r"|what (?:led|made|pushed|drove))\b",
    "person": r"\b(who|whom|whose|qui)\b",
    "time": r"\b(when|quand|what (?:year|date|day|month)|quelle? (?:annee|date|jour|mois)"
    r"|depuis)\b",
    "quantity": r"\b(how (?:many|much|long|often|fast|far)|combien|price|cost|prix|cout|percentage"
    r"|pourcentage|amount|montant|value|valeur|taux|rate)\b",
    "money": r"\b(price|prix|cost\w*|cout\w*|salar(?:y|ies)|salaires?|wages?|budget|fees?|paid|pay"
    r"|paying|payes?|paient|payer|euros?|dollars?|debts?|dettes?|montant|how much money)\b",
    "place": r"\b(where|ou|which (?:city|country|place)|quel(?:le)? (?:ville|pays|lieu))\b",
}
# Causes, not purposes (« afin de », "in order to"), which nearly every sentence can end in.
_REASON = (
    r"\b(because|due to|owing to|thanks to|reasons?|led to|prompt(?:s|ed|ing)|caus(?:e|es|ed|ing)"
    r"|forc(?:ed|es|ing)|push(?:ed|es|ing)|driven by|drove|in response to|as a result"
    r"|incit\w*|(?:a|ont|avait|avaient|aurait|auraient) pousse\w*|pouss(?:ent|er|ant|ait)"
    r"|parce qu\w*|car|en raison|a cause|grace a|du fait|faute de|a la suite d\w*"
    r"|conduit\w* a|amene\w* a|entrain\w*|motiv\w*|raisons?|compte tenu|puisqu\w*"
    r"|provoqu\w*|contrain\w*)\b"
)
_TIME = (
    r"\b(\d{4}|\d{1,2}[:h]\d{2}|today|yesterday|tomorrow|week|month|year|january|february|march"
    r"|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter"
    r"|aujourd|hier|demain|semaine|mois|ans?|annees?|janvier|fevrier|mars|avril|mai|juin|juillet"
    r"|aout|septembre|octobre|novembre|decembre|printemps|ete|automne|hiver|recemment|recently)\b"
)
_QUANTITY = (
    r"(\d|%|\b(one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million"
    r"|billion|half|third|quarter|deux|trois|quatre|cinq|sept|huit|neuf|dix|douz\w*|cent|mille"
    r"|millions?|milliards?|moitie|tiers|quart)\b)"
)
_MONEY = (
    r"([€$£¥]|\b(euros?|dollars?|pounds?|livres|francs?|yen|cents?|centimes|eur|usd|free"
    r"|gratuit\w*)\b)"
)
_PLACE = r"\b(in|at|from|near|to|en|a|au|aux|chez|dans|vers|pres)\b"
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _ASKS.items()}
_MARKS = {
    "reason": re.compile(_REASON),
    "time": re.compile(_TIME),
    "quantity": re.compile(_QUANTITY),
    "money": re.compile(_MONEY),
    "place": re.compile(_PLACE),
}
_NAME = re.compile(r"(?<=[^\s.!?»”\"])\s+[«“(]?[^\W\d_a-zà-ÿ][\w’'-]+")
KINDS = tuple(_ASKS)


def asked_for(folded_question: str) -> frozenset[str]:
    """Return the kinds of answer a folded question asks for, out of `KINDS`."""
    return frozenset(kind for kind, asks in _PATTERNS.items() if asks.search(folded_question))


def shows(kind: str, sentence: str, folded_sentence: str) -> bool:
    """Tell whether a sentence holds the mark of an answer of this kind."""
    if kind == "person":
        return bool(_NAME.search(sentence))
    return bool(_MARKS[kind].search(folded_sentence))
