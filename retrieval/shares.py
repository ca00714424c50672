"""Fractions and multiples, in English and French: "a third of", « la moitié », "doubled"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from retrieval.calendar_words import Key
from retrieval.number_words import value_of

_PARTS = {"half": 2, "moitie": 2, "third": 3, "tiers": 3, "quarter": 4, "quart": 4, "fifth": 5,
          "cinquieme": 5, "tenth": 10, "dixieme": 10}  # fmt: skip
_HALF = re.compile(
    r"(?<!first )(?<!first-)(?<!second )(?<!second-)(?<!other )(?<!and a )(?<!better )\bhalf\b"
    r"(?![ -](?:an?\b|hours?|years?|times?|brother|sister|days?|centur|dozen|million|billion"
    r"|thousand|finals?|term|mile|marathon|li[fv]e|way|past|mast|hearted|baked))|\bmoitie\b"
)
_PART = re.compile(
    r"\b(?P<top>a|one|1|un|l[ea]|an|d'un|two|deux|2|three|trois|3)[ -](?P<part>thirds?|tiers"
    r"|quarters?|quarts?|fifths?|cinquiemes?|tenths?|dixiemes?)\b"
    r"(?! (?:century|siecle|person|party|time|fois|d'heure|of an hour))"
)
# "A third of", not "a third suspect"; « un tiers » needs nothing.
_SHARE = re.compile(
    r" (?:of|des?|du|less|fewer|more|as|plus|moins|left|voted|went|were|are|have|had)\b"
    r"| d'|\s*(?:[.,;:!?)]|$)"
)
_ONE_IN = re.compile(r"\b(?:one|1)(?: [a-z]+)? (?:in|out of)(?: every)? (?P<en>\w+)"
                     r"|\b(?:un|une|1)(?: [a-z]+)? sur (?P<fr>\w+)")  # fmt: skip
_CUT = re.compile(r"\b(?:halv(?:e|es|ed|ing)|divis\w+ par (?P<by>\w+)|divided by (?P<en>\w+))\b")
_MULTIPLES = {
    2: (r"doubl\w+|twofold|two-fold|twice (?:as|the|its|more)",
        r"doubled|doubling|doubles|twofold|two-fold|twice (?:as|the|its|more)"
        r"|doubl(?:er|ement|ant|ait|aient|era|eront|ent)"),
    3: (r"tripl\w+|trebl\w+|threefold|three-fold",
        r"tripled|tripling|triples|trebled|trebling|threefold|three-fold"
        r"|tripl(?:er|ement|ant|ait|aient|era|eront|ent)"),
    4: (r"quadrupl\w+|fourfold", r"quadrupl\w+|fourfold"),
    5: (r"quintupl\w+|fivefold", r"quintupl\w+|fivefold"),
    10: (r"decupl\w+|tenfold", r"decupl\w+|tenfold"),
}  # fmt: skip
_MULTIPLE = [
    (times, re.compile(rf"\b(?:{any_form})\b"), re.compile(rf"\b(?:{verb})\b"))
    for times, (any_form, verb) in _MULTIPLES.items()
]
# « a doublé » and « le double de » without accents; « un double vitrage » says nothing of growth.
_GROWN = re.compile(
    r"\b(?:a|ont|avait|avaient|aura|auront|aurait|auraient|ayant|avoir|presque|quasiment|que|fait|le)"
    r" (?:plus que |presque |quasiment |encore |deja )?$"
)
_TIMES = re.compile(
    r"\b(?P<number>\w+) (?:times (?:as|more|higher|larger|greater|bigger|the|faster|longer|over)"
    r"|fois (?:plus|superieure?s?|le|la|les))\b|\b(?:multipli\w+ (?:par|by)) (?P<by>\w+)"
)


@dataclass(frozen=True, slots=True)
class Count:
    """A count at `start:end`, with the keys it accepts and gives.

    Unless `firm`, it is held against a text only if that gives other keys that begin as `family`
    does. `whole` tells that its words count nothing else.
    """

    start: int
    end: int
    accepts: frozenset[Key]
    gives: frozenset[Key]
    firm: bool = False
    family: Key | None = None
    whole: bool = True


def shares_of(percent: Decimal) -> set[Key]:
    """Return the keys of the fractions and multiples that a percentage is about."""
    near = {"1/2": (45, 55), "1/3": (30, 36), "2/3": (63, 69), "1/4": (23, 27), "3/4": (72, 78),
            "1/5": (19, 21), "1/10": (9, 11)}  # fmt: skip
    found: set[Key] = {
        ("fraction", name) for name, (least, most) in near.items() if least <= percent <= most
    }
    return found | ({("multiple", 2)} if percent == 100 else set())


def fractions(folded: str) -> Iterator[Count]:
    """Yield the fractions of a folded text: "a third of", « la moitié », "one in ten"."""
    for match in _PART.finditer(folded):
        bottom = _PARTS[match["part"].removesuffix("s") if match["part"] != "tiers" else "tiers"]
        top = {"two": 2, "deux": 2, "2": 2, "three": 3, "trois": 3, "3": 3}.get(match["top"], 1)
        sure = match["part"].startswith(("tiers", "quart")) and "quarter" not in match["part"]
        if top == 1 and not sure and not _SHARE.match(folded, match.end()):
            continue
        yield _share(match, top, bottom)
    for match in _HALF.finditer(folded):
        yield _share(match, 1, 2)
    for match in _ONE_IN.finditer(folded):
        bottom = value_of(match["en"] or match["fr"]) or 0
        if 1 < bottom <= 10:
            yield _share(match, 1, bottom, ("n", str(bottom)))
    for match in _CUT.finditer(folded):
        by = value_of(match["by"] or match["en"] or "2")
        if by and by > 1:
            yield _share(match, 1, by)


def multiples(folded: str) -> Iterator[Count]:
    """Yield the multiples of a folded text: "doubled", « trois fois plus »."""
    for times, form, verb in _MULTIPLE:
        key = frozenset[Key]([("multiple", times)])
        for match in form.finditer(folded):
            grown = verb.fullmatch(match[0]) or _GROWN.search(
                folded, max(0, match.start() - 30), match.start()
            )
            family: Key | None = ("multiple",) if grown else None
            yield Count(*match.span(), key, key, family=family, whole=False)
    for match in _TIMES.finditer(folded):
        times = value_of(match["number"] or match["by"]) or 0
        if times > 1:
            key = frozenset[Key]([("multiple", times)])
            yield Count(*match.span(), key, key, family=("multiple",), whole=False)


def _share(match: re.Match[str], top: int, bottom: int, *more: Key) -> Count:
    """Return the count of a fraction, which is a percentage as well."""
    percents = {str(100 * top // bottom), str((100 * top + bottom // 2) // bottom)}
    keys = frozenset[Key](
        {("fraction", f"{top}/{bottom}"), *(("n", percent, "percent") for percent in percents)}
    )
    return Count(*match.span(), keys, keys | {("percent",), *more}, family=("fraction",))
