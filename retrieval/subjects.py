"""What a short question is about, by its grammar: a pronoun, a subject of its own, an attribute.

"What did he say about Dell?" is about somebody named before, "Why was the ferry cancelled?" about
the ferry, and "What is the price of the ticket?" about that of something spoken of before.
"""

import re
import unicodedata

from retrieval.words import fold, names_and_numbers

_AUXILIARY = (
    r"(?:did|does|do|is|was|are|were|has|have|had|will|would|can|could|should|might|must|may)"
    r"(?:n['’]t| not)?"
)
# "In 2023, what sort of trains did they…": little before the pronoun, and nobody it may stand for.
_ENGLISH_PRONOUN = re.compile(
    r"^(?:(?:in|on|since|after|before|during) [\w ]+, )?(?:[\w'’-]+ ){0,5}?"
    rf"(?:{_AUXILIARY} (?:he|she|they)"
    # not "Is it true that…", "How long does it take…", "What time is it…"
    rf"|(?<!time )(?<!far )(?<!long )(?<!day ){_AUXILIARY} it"
    r"(?! (?:take|cost|matter|rain|snow|seem|look|suit)(?:s|ing)?\b)"
    r"(?! (?:\w+ ){0,2}(?:that|to|for|when|if|whether|who|what|which|how|why)\b))\b"
)
# What may stand before the verb of « Qu’a-t-il dit… », « Dans quelle ville l’a-t-elle vu… ».
# Each is read in one way only ("(?>", "*+"), or a long question would take for ever.
_FRENCH_LEAD = (
    r"(?>(?:(?:quel(?:le)?s?|combien d[e'’]) ?\w+(?: d(?:e |['’])\w+)?|et|mais|donc|alors|a|de|par"
    r"|pour|avec|chez|sur|depuis|en|dans|vers|contre|sous|que|quoi|qui|ou|quand|comment|combien"
    r"|pourquoi|ne|le|la|les|lui|leur|y|se|me|te|nous|vous|lequel|laquelle|lesquel(?:le)?s),? "
    r"|(?:qu|l|n|s|m|t|d)['’] ?)*+"
)
_FRENCH_PRONOUN = re.compile(
    rf"^{_FRENCH_LEAD}\w+-(?:t-)?(?:il|elle|ils|elles)\b|\best-ce qu['’](?:il|elle|ils|elles)\b"
)
_IMPERSONAL = re.compile(
    r"\b(?:faut|fallait|faudra|faudrait|s['’]agi\w+|passe|passera|passait|passerait|produit"
    r"|produira|reste|restera|existe|manque|suffit|convient|vaut|pleut|semble|fait|faisait|fera|arrive"
    r"|arrivera|advient|adviendra|heure est|y a|y avait|y aura)-(?:t-)?il\b"
    r"|-(?:t-)?il (?:\w+ )?(?:se |d['’])?(?:passer?|falloir|fallu|advenir|advenu|arriver?"
    r"|tombe|s['’]agir|y avoir|rester|produi(?:t|re))\b"
    r"|\best-il (?:vrai|possible|probable|exact|prevu|question|necessaire|permis|interdit|utile"
    r"|normal|temps|impossible)\b|\bsera-t-il (?:possible|impossible|necessaire|permis)\b"
    r"|-(?:t-)?il (?:pas )?(?:ete )?\w+ qu(?:e\b|['’])"
    r"|\bqu['’]il (?:y a|y avait|faut|faudra|s['’]agi|est (?:vrai|possible))\b"
)
_OWN_SUBJECT = (
    rf"^(?:(?:why|how) )?{_AUXILIARY} DET (?P<subject>\w+) \w+",
    # "When is the next vote?" asks for an attribute
    r"^(?:when|where) (?:did|does|do|has|have|had|will|would|can|could|should) DET"
    r" (?P<subject>\w+) \w+",
    r"^(?:when|where) (?:is|was|are|were) DET (?P<subject>\w+)(?: \w+)? (?:\w+(?:ed|en)|built|held"
    r"|made|shut|sold|sent|set|found)\b",
    r"^(?:(?:pourquoi|quand|ou|comment) )?(?:est-ce qu(?:e |['’]))?LE ?(?P<subject>\w+)"
    r"(?: \w+){0,3} (?:\w+-(?:t-)?(?:il|elle|ils|elles)\b"
    r"|(?:a|ont|est|sont|sera|seront|va|vont) \w+)",
    r"^(?:quand|ou|comment) (?!(?:est|sont|etai\w+|sera|seront)\b)\w+ LE ?(?P<subject>\w+)$",
)
_OWN_SUBJECTS = tuple(
    re.compile(
        pattern.replace("DET", "(?:the|any|some|all|an?)").replace(
            "LE", "(?:(?:le|la|les|un|une|des)(?= )|l['’])"
        )
    )
    for pattern in _OWN_SUBJECT
)
# Nouns that stand for somebody or something named before, whatever it is called there.
_STANDING = """
company companies firm firms group business team man woman men women couple author owner victim
victims deal agreement decision project plan plans move announcement measure measures case scheme
entreprise entreprises societe societes firme firmes groupe compagnie equipe homme femme hommes
femmes couple auteur autrice proprietaire victime victimes accord decision projet plan mesure
mesures annonce affaire dossier
"""
_STANDS_FOR = frozenset(_STANDING.split())
_ATTRIBUTE = re.compile(
    r"^(?:(?:what|who)(?:['’]s| is| are| was| were| will be) the\b"
    r"|how much (?:is|are|was|were) the\b"
    r"|(?:quel(?:le)?s?|qui|combien) (?:est|sont|etait|etaient|sera|seront|fut|furent|coutent?) "
    r"(?:le |la |les |l['’]))"
)


def asks_about_pronoun(question: str) -> bool:
    """Tell whether a pronoun is the subject of a question, and no name before it may be meant."""
    written = unicodedata.normalize("NFC", question).lstrip(" «“\"'(¿-–—")
    folded = fold(written)
    french = None if _IMPERSONAL.search(folded) else _FRENCH_PRONOUN.search(folded)
    found = _ENGLISH_PRONOUN.search(folded) or french
    return bool(found) and not names_and_numbers(written[: found.end()] if found else "")


def own_subject(question: str) -> str | None:
    """Return the folded noun that is the subject of "Why was the ferry cancelled?", or `None`.

    "Will the firm appeal?" has none: which firm was said before.
    """
    folded = _plain(question)
    found = (pattern.search(folded) for pattern in _OWN_SUBJECTS)
    subject = next((match["subject"] for match in found if match), None)
    return None if subject in _STANDS_FOR else subject


def asks_for_attribute(question: str) -> bool:
    """Tell whether a question asks what or who something of something is: "What is the price…"."""
    return bool(_ATTRIBUTE.search(_plain(question)))


def _plain(question: str) -> str:
    return fold(question).strip(" «»“”\"'’(¿?!.\u00a0\u202f")
