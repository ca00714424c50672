"""The rules that make French questions of French sentences."""

import re

from retrieval.question_shapes import NUMBER, TAIL, Rule, ask_before, fits, simple_subject

_MONTH_FR = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_DATE_FR = (
    rf"(?:(?:le|du|dès le|à partir du) (?:1er|\d{{1,2}}) (?:{_MONTH_FR})(?: \d{{4}})?"
    rf"|(?:en|dès|fin|début|à la mi-) ?(?:{_MONTH_FR})(?: \d{{4}})?|(?:en|dès|fin|début) \d{{4}}"
    r"|(?:au printemps|à l[’']été|à l[’']automne) \d{4})"
)
_AUXILIAIRE = "a|ont|est|sont|sera|seront|était|étaient|avait|avaient|aura|auront|va|vont"
_ENVIRON = r"(?:(?:Environ|Quelque|Près de|Plus de|Au moins|Jusqu[’']à) )?"
_COMBIEN_DE = re.compile(
    rf"{_ENVIRON}(?:{NUMBER}|Deux|Trois|Quatre|Cinq|Six|Sept|Huit|Neuf|Dix|Douze|Vingt)"
    rf" ((?:[a-zà-ÿœ-]+ ){{0,2}}?[a-zà-ÿœ-]+[sx]) ({_AUXILIAIRE}) ([^,]+?)[ \u00a0]?(?=[,.]|$)"
)
_SELON = re.compile(r"^(?:Selon|D[’']après) [^,]{3,40}, ")
_COUT = re.compile(r"(.+?) (coûtera|coûte|coûtent|coûteront|a coûté|ont coûté) .*?\d.*")
_CAR = re.compile(r"(.+?),? (?:parce qu|car |en raison d|à cause d|faute d|à la suite d|grâce à).+")
_LE_DATE = re.compile(rf"(.+?) {_DATE_FR}{TAIL}.*")
_VERB_FR = re.compile(
    rf"(?:\b(?:se |s[’']|ne s[’'])|\b)(?:{_AUXILIAIRE}|\w{{3,}}(?:ra|ront|rait|raient))\b"
)
_DIRE = re.compile(
    r"(.+?) (?:(?P<now>promet|promettent|propose|proposent|demande|demandent|réclame|réclament"
    r"|prévoit|prévoient|craint|craignent|recommande|recommandent|souhaite|souhaitent|exige|exigent)"
    r"|(?P<has>a|ont) (?P<done>demandé|proposé|promis|annoncé|recommandé|décidé|réclamé|exigé))"
    r" (?!par\b|à\b|au\b|aux\b).+"
)


def _combien_de(text: str, whole: str) -> str:
    found = _COMBIEN_DE.match(_SELON.sub("", text))
    if not found or not fits(" ".join(found.groups())):
        return ""
    link = "d’" if found[1][0] in "aeéèêiîoôuyœh" else "de "
    return f"Combien {link}{found[1]} {found[2]} {found[3]} ?"


def _combien(text: str, whole: str) -> str:
    found = _COUT.fullmatch(text)
    subject = simple_subject(found[1], whole, "fr") if found else ""
    return f"Combien {found[2]} {subject} ?" if found and subject else ""


def _avec(asks: str, clause: str, whole: str) -> str:
    """Return a question of a clause: « Pourquoi est-ce que la gare est fermée ? »."""
    clause = clause.strip()
    verb = _VERB_FR.search(clause)
    if not verb or not fits(clause) or re.search(r"\b(?:qui|que|dont|où)\b", clause):
        return ""
    subject = simple_subject(clause[: verb.start()].strip(), whole, "fr")
    if not subject or subject.split()[-1] in ("se", "s’", "ne", "n’", "y", "en"):
        return ""
    link = "est-ce qu’" if subject[0].lower() in "aeéèêiîoôuyœ" else "est-ce que "
    return f"{asks} {link}{subject} {clause[verb.start() :]} ?"


def _que(text: str, whole: str) -> str:
    found = _DIRE.fullmatch(text)
    subject = simple_subject(found[1], whole, "fr") if found else ""
    if not found or not subject:
        return ""
    if found["now"]:
        return f"Que {found['now']} {subject} ?"
    return f"Qu’{found['has']} {found['done']} {subject} ?"


FRENCH: tuple[Rule, ...] = (
    ("why", ask_before(_CAR, "Pourquoi", _avec)),
    ("what", _que),
    ("when", ask_before(_LE_DATE, "Quand", _avec)),
    ("how many", _combien_de),
    ("how much", _combien),
)
