"""Names that open a sentence, told by the verb behind them: "Foxconn moved", « Macron a confié ».

In French, a common noun that opens a sentence has a determiner before it; in English, plurals and
what cannot be counted have none. So a bare word before a finite verb is a name, unless its form or
a list says that it is something else.
"""

import re

from retrieval.number_words import value_of
from retrieval.proper_names import openers
from retrieval.spellings import POSSESSIVE, one_spelling
from retrieval.words import FUNCTION_WORDS, fold

_FRENCH_VERBS = """
est sont etait etaient fut furent sera seront serait avait avaient aura auront aurait eut ne se va
vont allait ira peut pouvait pourra pourrait doit devait devra devrait veut voulait voudrait fait
faisait fera dit disait met mettait mettra prend prenait prendra vient venait viendra tient tenait
perd perdait perdra vend vendait vendra rend rendait sait savait voit voyait recoit recevait vit
vivait produit produisait construit construisait detient dirige preside emploie possede
fabrique assemble livre fournit equipe quitte lache abandonne delaisse choisit remplace
rejoint rachete achete
achetait signe lance ouvre ferme supprime licencie embauche investit annonce affirme assure estime
explique declare indique precise critique accuse denonce condamne reclame exige menace promet
renonce refuse accepte approuve rejette vote demande propose espere compte cherche tente prevoit
craint salue soutient confie attribue transfere deplace bascule passe
reduit augmente baisse chute
progresse recule double triple gagne remporte devance bat subit nomme designe recrute revoque
travaille joue habite reste devient demeure parle repond raconte ajoute rappelle conclut dispose
domine controle finance commande mene poursuit attaque arrete conteste reconnait admet nie dement
confirme organise
"""
_ENGLISH_VERBS = """
had has was is will would did does said says told tells made makes took takes won wins lost loses
sold sells bought buys left leaves gave gives got gets went goes came comes saw sees rose rises fell
falls grew grows began begins became becomes held holds kept keeps led leads met meets paid pays ran
runs sent sends spent spends built builds chose chooses drew draws drove drives found finds beat
beats broke breaks brought brings caught knew knows quit quits sank shot shut struck sued sues swept
taught thought thinks threw understood wrote writes wants hopes plans fears expects makes moves
accuses announces denies refuses accepts rejects votes demands offers signs opens closes cuts hires
fires employs owns produces assembles supplies delivers replaces joins launches cancels warns claims
argues believes insists admits confirms declines agrees works lives plays remains stays serves
operates controls funds supports opposes criticises criticizes can could should may might must
"""
_FINITE = {"fr": frozenset(_FRENCH_VERBS.split()), "en": frozenset(_ENGLISH_VERBS.split())}
# Verbs that a plural does not take: "Airbus has", but "Servers cost".
_SINGULAR = re.compile(r"has|was|is|does|(?!was|is|has)[a-z]{3,}s")
_FRENCH_FORM = re.compile(
    r"(?:[a-z]{3,}(?:ait|erait|era|irait|ira|ront|aient|eront)|[a-z]{2,}(?:[cgst]a|ia|na|da))"
)
_PARTICIPLE = re.compile(
    r"\s(?:(?:pas|plus|jamais|deja|toujours|ainsi|aussi|ensuite|bien|egalement|donc|enfin|finalement"
    r"|recemment)\s)?(?:ete|eu|fait|dit|mis|pris|fini|choisi|perdu|vendu|recu|rendu|tenu|voulu|du|pu"
    r"|su|vu|ouvert|offert|rejoint|craint|produit|construit|reduit|conclu|obtenu|promis|permis"
    r"|decouvert|suivi|subi|reussi|fourni|investi|battu|repondu|compris|ecrit|[a-z]+e)\b"
)
_PAST = re.compile(r"(?!(?:need|speed|seed|feed|hundred)\b)[a-z]{2,}ed")
_NEXT = re.compile(r"\s+([^\W\d_]+)")
# What opens sentences bare in either language, and is no name.
_NO_NAMES = """
yesterday today tomorrow tonight never often already always ever long soon still thus later
meanwhile
however instead indeed perhaps maybe almost nearly even well best first last next now nowhere
somebody someone everyone everybody anyone nobody anything everything nothing something whoever
whatever another either neither none half most few several plenty little enough others part rather
next later earlier early late nor yet both
hier aujourd demain ici la ailleurs cela ceci celui celle celles certains certaines plusieurs
beaucoup personne rien nul nulle quiconque seul seule seuls seules autrui voila voici reste peut
mieux pire tel telle tels telles quelque quelques quelqu autant moins davantage surtout alors puis
ensuite enfin cependant toutefois pourtant neanmoins desormais bientot jadis naguere parfois souvent
jamais toujours depuis longtemps
police traffic rain snow ice demand supply trade profit revenue income output work service staff
management access water gas oil power electricity energy data news software hardware fuel food air
fire smoke heat weather money cash credit debt interest research evidence music art sport football
crime violence war peace justice politics law order public opinion support labour labor business
industry commerce stock production growth health wealth turnover headcount nothing parliament
government society nature history science technology medicine education religion life death love
time space land property tourism agriculture farming aid help progress success process fog wind sun
dust mud sand stone wood iron steel coal gold silver copper cotton silk wool paper glass plastic
bread milk wheat rice corn sugar salt coffee tea beer wine meat fish beef pork rent pay
inventory luggage baggage freight cargo mail post equipment machinery furniture clothing footage
everyone people women men children workers passengers customers
"""
_NEVER = frozenset(_NO_NAMES.split()) | FUNCTION_WORDS
_ENGLISH_MASS = re.compile(
    r".{2,}(?:tion|sion|ment|ness|ity|ance|ence|ancy|ency|ship|ism|ing|ics|hood|dom|ure|age|work|ware|ly|ed)"
)
_AND_A_NAME = re.compile(r"\s+(?:and|et|&)\s+([A-ZÀ-ÖØ-Þ][\w-]+)")


def opening_names(text: str) -> frozenset[str]:
    """Return the words that open sentences of a text and are names, in their one spelling."""
    return frozenset(
        one_spelling(word)
        for word, after, elided in openers(text)
        if (elided or _is_subject(POSSESSIVE.sub("", word), after)) and len(word) > 1
    )


def _is_subject(word: str, after: str) -> bool:
    """Tell whether a bare word that opens a sentence is a name, by the verb behind it."""
    folded = fold(word)
    if folded in _NEVER or value_of(folded) is not None:
        return False
    other = _AND_A_NAME.match(after)
    if other and fold(other[1]) not in _NEVER and not _ENGLISH_MASS.fullmatch(folded):
        return not _is_plural(folded)  # "Dell and HPE"
    behind = fold(after)
    following = _NEXT.match(behind)
    if following is None or not after[following.start(1)].islower():
        return False
    verb = following[1]
    french = (verb in _FINITE["fr"] or _FRENCH_FORM.fullmatch(verb)) and verb not in _FINITE["en"]
    if french or (verb in ("a", "ont") and _PARTICIPLE.match(behind, following.end())):
        return not _ends_like_french_adverb(word)
    return _is_english_subject(folded, verb)


def _ends_like_french_adverb(word: str) -> bool:
    """Tell whether a word may be an adverb, or a participle that opens: « Créée en 1996 »."""
    return bool(re.search(r"(?:ment|és?|ées?)$", word))


def _is_english_subject(word: str, verb: str) -> bool:
    if not (verb in _FINITE["en"] or _PAST.fullmatch(verb)) or _ENGLISH_MASS.fullmatch(word):
        return False
    return not _is_plural(word) or bool(_SINGULAR.fullmatch(verb))


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith("ss")
