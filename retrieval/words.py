"""Words of a question: folded as the index folds them, without function words."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")

# Words that tell nothing about the subject; they would also make the word search slow.
_ENGLISH = """
a about after all also am an and any are as at be because been before being between both but by
can could did do does doing done during each for from had has have having he her here him his how
i if in into is it its itself just me more most my no nor not of off on once only or other our
out over own please s same say says said she should so some such t tell than that the their them
then there these they this those through to too under until up us very was we were what when
where which while who whom whose why will with would you your many much give
"""
_FRENCH = """
a ai ainsi apres as au aucun aussi autre aux avait avant avec avoir c ca car ce cela ces cet cette
ceux chaque chez combien comme comment d dans de depuis des dit dits donc dont du elle elles en
encore entre es est et etaient etait ete etre eu eux fait faire faut fut ici il ils j je l la
laquelle le lequel les lesquelles lesquels leur leurs lui m ma mais me meme mes moi mon n ne ni
nos notre nous on ont ou par parce pas pendant peu peut plus pour pourquoi qu quand que quel
quelle quelles quels qui quoi s sa sans se ses si son sont sous sur t ta te tes toi ton tous tout
toute toutes tres tu un une vers vos votre vous y dis
"""
FUNCTION_WORDS = frozenset((_ENGLISH + _FRENCH).split())


def fold(text: str) -> str:
    """Return `text` in lower case without diacritics, as FTS5's `remove_diacritics 2` has it."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """Return the folded words of `text` in order."""
    return WORD.findall(fold(text))


def content_words(text: str) -> list[str]:
    """Return the distinct folded words of `text` that are not function words, in order."""
    return [word for word in dict.fromkeys(words(text)) if word not in FUNCTION_WORDS]


def names_and_numbers(question: str) -> list[str]:
    """Return the folded words of a question that are spelt alike in every language.

    These are numbers, words with a capital after their first letter, and capitalised words that
    do not open the question.
    """
    found = []
    for position, match in enumerate(WORD.finditer(question)):
        word = match.group()
        capital = word[0].isupper() and position > 0
        if word[0].isdigit() or capital or any(c.isupper() for c in word[1:]):
            found.append(fold(word))
    return [word for word in dict.fromkeys(found) if word not in FUNCTION_WORDS]


def alike(left: str, right: str) -> bool:
    """Tell whether two folded words are equal, inflections or cognates, by their beginnings.

    "irregularities" and "irregularites", "auditor" and "auditeur" are; words of fewer than five
    letters must be equal but for a plural's ending.
    """
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    if not short.isalpha():
        return False
    if len(short) < 5:
        return len(short) >= 3 and long in (short + "s", short + "x", short + "e", short + "es")
    shared = 0
    for a, b in zip(short, long, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= 5 and shared >= 0.6 * len(long)
