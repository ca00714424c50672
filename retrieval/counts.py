"""Ordinals, quarters and rough numbers ("hundreds"), in both languages; fractions with them.

"First" and "half" say much besides what they count: most of these are held against a text only
where it has another of their family ("first" where it says « troisième »).
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain

from retrieval.calendar_words import Key
from retrieval.number_words import value_of
from retrieval.shares import Count, fractions, multiples

_RANKS = """
first premier premiere premiers premieres
second seconde deuxieme deuxiemes
third troisieme troisiemes
fourth quatrieme
fifth cinquieme
sixth sixieme
seventh septieme
eighth huitieme
ninth neuvieme
tenth dixieme
eleventh onzieme
twelfth douzieme
thirteenth treizieme
fourteenth quatorzieme
fifteenth quinzieme
sixteenth seizieme
seventeenth dix-septieme
eighteenth dix-huitieme
nineteenth dix-neuvieme
twentieth vingtieme
twenty-first vingt-et-unieme vingt_et_unieme
"""
_RANK = {
    word.replace("_", " "): rank
    for rank, line in enumerate(_RANKS.strip().splitlines(), 1)
    for word in line.split()
}
# Words that say much else: asked for only where the article ranks otherwise.
_SOFT_RANKS = {word for word, rank in _RANK.items() if rank <= 3} - {
    "deuxieme", "troisieme", "deuxiemes", "troisiemes",
}  # fmt: skip
_WORDS = "|".join(sorted(_RANK, key=len, reverse=True))
_SUFFIX = r"(?:st|nd|rd|th|er|ere|re|e|eme|ieme|nde?)s?"
_ORDINAL = re.compile(rf"\b(?:(?P<word>{_WORDS})|(?P<digits>\d{{1,3}}){_SUFFIX})\b")
_ROMAN = re.compile(
    r"\b(?P<roman>[IVX]{1,6})(?:(?:e|eme|ieme|re|er|nde?)\b|(?= (?:century|siecle)))"
)
_WORLD_WAR = re.compile(r"\b(?:world war |ww)(?P<number>one|two|iii?|i|1|2)\b")
_WARS = {"one": 1, "i": 1, "1": 1, "two": 2, "ii": 2, "2": 2, "iii": 3}
_BEFORE = re.compile(
    r"\b(?:the|its|his|her|their|our|a|an|this|that|le|la|l|les|son|sa|ses|leur|leurs|ce|cet|cette|du"
    r"|au|aux|un|une|en)[ '](?:\d+ |(?:very|toute|tout|tous|toutes|deux|trois|two|three) )?$"
)
_PLACED = re.compile(
    r"\b(?:was|is|finish\w*|came|comes?|rank\w*|placed|est|etait|fut|termin\w*|arriv\w*|class\w*|fini\w*)"
    r" $"
)
_PLACE_ENDS = re.compile(r"\s*(?:[.,;:!?)]|$)| (?:in|of|behind|out|dans|sur|derriere)\b")
_IDIOM = re.compile(
    r"(?:[ -](?:ministres?|ministers?|dames?|lad(?:y|ies)|times?|fois|lieu|abord|plan|of all|aid"
    r"|class|hand|names?|parties|party|world|thoughts?|rate|league|secretary|half|nature|temps))\b"
)
_A_NOUN = re.compile(r"[ -][a-z]")
_HALF_YEAR = re.compile(
    r"\b(?P<rank>first|second|premiere?|seconde?|deuxieme|1st|2nd|1er|1re|2e|2eme)[ -]"
    r"(?:half\b(?! an?\b)|semestre\b|moitie\b|mi-temps\b)|\b[hs](?P<digit>[12])\b(?![-.]\w)"
)
_QUARTER = re.compile(
    r"\b(?P<rank>first|second|third|fourth|1st|2nd|3rd|4th|premier|second|deuxieme|troisieme"
    r"|quatrieme|1er|2e|2eme|3e|3eme|4e|4eme)[ -](?:quarters?\b(?![- ]?finals?)|trimestres?\b)"
    r"|\b[qt](?P<digit>[1-4])\b(?![-.]\w)"
)
_SEASON = re.compile(r"(?<![\d-])(?P<year>(?:1[89]|20)\d\d)[-/](?P<next>\d\d)(?![\d/-]|[.,]\d)")
_DECADE = re.compile(r"\b(?:annees|the) '?(?P<decade>[1-9]0)s?\b")

_SIZES = {
    "tens": 10, "dozen": 10, "dozens": 10, "scores": 10, "dizaines": 10, "douzaines": 10,
    "hundred": 100, "hundreds": 100, "centaines": 100, "thousand": 10**3, "thousands": 10**3,
    "milliers": 10**3, "million": 10**6, "millions": 10**6, "billion": 10**9, "billions": 10**9,
    "milliards": 10**9, "trillions": 10**12,
}  # fmt: skip
_ROUGH = re.compile(
    r"(?:(?P<few>\b(?:several|few|many)) (?P<one>dozen|hundred|thousand|million|billion)"
    r"|\b(?P<size>tens of(?= (?:thousands|millions|billions))|scores of|dozens|hundreds|thousands"
    r"|dizaines|douzaines|centaines|milliers|millions|billions|milliards|trillions))\b"
    r"(?:\s(?:of |de |d')?(?P<more>thousands?|millions?|billions?|milliers|milliards)\b)?"
)
_NUMBER_BEFORE = re.compile(r"(\w+)[ -]$")


def counts(folded: str, written: str) -> Iterator[Count]:
    """Yield the counts of a text in lower case without accents; `written` has its capitals."""
    taken: list[tuple[int, int]] = []
    ranks = _ordinals(folded, written)
    for count in chain(_periods(folded), fractions(folded), _rough(folded), ranks):
        if not any(count.start < end and start < count.end for start, end in taken):
            taken.append((count.start, count.end))
            yield count
    yield from multiples(folded)


def sizes_of(value: Decimal) -> set[Key]:
    """Return the keys of the rough numbers that a number is: 340 is "hundreds"."""
    steps = ((10, 20, 200), (100, 100, 2_000), *((10**n, 10**n, 10 ** (n + 3)) for n in (3, 6, 9)))
    found: set[Key] = {("size", str(size)) for size, least, most in steps if least <= value < most}
    compound = (10**n for n in (4, 5, 7, 8, 10, 11))
    return found | {("size", str(size)) for size in compound if size <= value < 10 * size}


def _keys(*keys: Key) -> frozenset[Key]:
    return frozenset(keys)


def _rank(word: str) -> int:
    digits = re.match(r"\d+", word)
    return int(digits[0]) if digits else _RANK[word]


def _periods(folded: str) -> Iterator[Count]:
    for match in _QUARTER.finditer(folded):
        key = _keys(("quarter", int(match["digit"] or _rank(match["rank"]))))
        yield Count(*match.span(), key, key, firm=True)
    for match in _HALF_YEAR.finditer(folded):
        key = _keys(("half-year", int(match["digit"] or _rank(match["rank"]))))
        yield Count(*match.span(), key, key, family=("half-year",))
    for match in _SEASON.finditer(folded):
        first, last = int(match["year"]), int(match["next"])
        if last > first % 100 or first % 100 == 99:
            until = first - first % 100 + last + (100 if last < first % 100 else 0)
            for part, year in (("year", first), ("next", until)):
                key = _keys(("n", str(year)))
                yield Count(*match.span(part), key, key, firm=True)
    for match in _DECADE.finditer(folded):
        decade = match["decade"]
        key = _keys(("n", f"19{decade}"), ("n", decade), ("n", f"20{decade}"))
        yield Count(match.start("decade"), match.end("decade"), key, key, firm=True)


def _ordinals(folded: str, written: str) -> Iterator[Count]:
    for match in _WORLD_WAR.finditer(folded):
        key = _keys(("ordinal", _WARS[match["number"]]))
        yield Count(match.start("number"), match.end("number"), key, key, firm=True)
    for match in _ORDINAL.finditer(folded):
        if (word := match["word"]) is None:
            rank = int(match["digits"])
            alone = not _A_NOUN.match(folded, match.end())  # « le 5 », "on the 5th"
            keys = _keys(("ordinal", rank), *([("n", str(rank))] if alone else []))
            yield Count(*match.span(), keys, keys, firm=True)
            continue
        idiom = _IDIOM.match(folded, match.end())
        key = _keys(("ordinal", _RANK[word]))
        near = (max(0, match.start() - 24), match.start())
        placed = _PLACED.search(folded, *near) and _PLACE_ENDS.match(folded, match.end())
        led = placed or _BEFORE.search(folded, *near)
        if word not in _SOFT_RANKS:
            yield Count(*match.span(), key, key, firm=True)
        else:
            family: Key | None = ("ordinal",) if led and not idiom else None
            yield Count(*match.span(), key, key, family=family)
    for match in _ROMAN.finditer(written):
        key = _keys(("ordinal", _roman(match["roman"])))
        yield Count(*match.span(), key, key, firm=True)


def _roman(letters: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in letters]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def _rough(folded: str) -> Iterator[Count]:
    for match in _ROUGH.finditer(folded):
        before = _NUMBER_BEFORE.search(folded, max(0, match.start() - 16), match.start())
        if match["size"] and before and value_of(before[1]) is not None:
            continue  # « deux millions »
        size = _SIZES[match["one"] or match["size"].split()[0]]
        size *= _SIZES[match["more"]] if match["more"] else 1
        less = {str(step) for step in (10**3, 10**6, 10**9) if step < size < 1_000 * step}
        gives = _keys(("size", str(size)), *(("size", step) for step in less))
        yield Count(*match.span(), _keys(("size", str(size))), gives, firm=True)
