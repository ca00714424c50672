"""The words of time that `retrieval.dates` knows: patterns of English and French, by kind.

Groups name what a pattern found: `unit`, `count`, `month`, `day`, `year` (beside a month) and
`only` (a year by itself), `recent` (words that count from today, after "since").
"""

import re

UNITS = {
    **dict.fromkeys(["day", "days", "jour", "jours"], "day"),
    **dict.fromkeys(["week", "weeks", "semaine", "semaines"], "week"),
    **dict.fromkeys(["month", "months", "mois"], "month"),
    **dict.fromkeys(["year", "years", "an", "ans", "annee", "annees"], "year"),
}
COUNTS = {
    **dict.fromkeys(["one", "un", "une"], 1),
    **dict.fromkeys(["two", "deux"], 2),
    **dict.fromkeys(["three", "trois"], 3),
    **dict.fromkeys(["four", "quatre"], 4),
    **dict.fromkeys(["five", "cinq"], 5),
    "six": 6,
    **dict.fromkeys(["seven", "sept"], 7),
    **dict.fromkeys(["eight", "huit"], 8),
    **dict.fromkeys(["nine", "neuf"], 9),
    **dict.fromkeys(["ten", "dix"], 10),
    **dict.fromkeys(["twelve", "douze"], 12),
}
FEW = {
    # "the last few days" and « ces derniers jours »: so many of the unit
    **{"day": 7, "week": 4, "month": 6, "year": 5},
    # words for one day: so many days ago
    **dict.fromkeys(["today", "this morning", "this afternoon", "this evening"], 0),
    **dict.fromkeys(["aujourd'hui", "ce matin", "cet apres-midi", "ce soir"], 0),
    **{"yesterday": 1, "hier": 1, "avant-hier": 2},
}
_ENGLISH_MONTHS = """
january february march april may june july august september october november december
"""
_FRENCH_MONTHS = """
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
"""
MONTHS = {
    name: number
    for names in (_ENGLISH_MONTHS, _FRENCH_MONTHS)
    for number, name in enumerate(names.split(), 1)
}

_YEAR = r"(?:19|20)\d\d(?![\w.,]?\d)"
_ISO = r"(?P<iso_year>(?:19|20)\d\d)-(?P<iso_month>\d\d)(?:-(?P<iso_day>\d\d))?\b"
_NUMBER = r"\d{1,3}|" + "|".join(COUNTS)
_EN_MONTH = rf"(?P<month>{'|'.join(_ENGLISH_MONTHS.split())})\b"
_FR_MONTH = (
    r"(?P<month>janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre"
    r"|d[ée]cembre)\b"
)
_EN_DATE = (
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?{_EN_MONTH}"
    rf"(?:\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b)?"
)
_FR_DATE = rf"(?:(?P<day>\d{{1,2}})(?:er)?\s+)?{_FR_MONTH}"
_WITH_YEAR = rf",?\s+(?P<year>{_YEAR})"
_EN_POINT = rf"(?:{_ISO}|{_EN_DATE}(?:{_WITH_YEAR})?|(?P<only>{_YEAR}))"
_FR_POINT = rf"(?:{_ISO}|{_FR_DATE}(?:{_WITH_YEAR})?|(?P<only>{_YEAR}))"
_EN_DAY = r"\b(?:today|yesterday|this\s(?:morning|afternoon|evening))\b"
_EN_UNIT = r"(?P<unit>week|month|year)\b(?!\s+of\b)"
_FR_DAY = r"\b(?:aujourd['’]hui|avant-hier|hier|ce\smatin|cet\sapr[èe]s-midi|ce\ssoir)\b"
_FR_LAST = r"(?:derni[èe]re?|pass[ée]e?)\b"
_FR_LAST_UNIT = rf"\bl(?:a\s|e\s|['’])(?P<unit>semaine|mois|ann[ée]e|an)\s{_FR_LAST}"
_EN_UNITS = r"(?P<unit>days?|weeks?|months?|years?)\b(?!\s+of\b)"
_FR_UNITS = r"(?P<unit>jours|semaines|mois|ann[ée]es|ans)\b(?!\sde\b)"


def _plain(pattern: str) -> str:
    return pattern.replace("?P<unit>", "?:")


_SOURCES = {
    "en": [
        ("since", rf"\bsince\s+(?:the\s+)?(?P<recent>{_EN_DAY}|last\s+{_plain(_EN_UNIT)})"),
        ("since", rf"\bsince\s+(?:the\s+)?(?:year\s+)?{_EN_POINT}"),
        ("after", rf"\bafter\s+{_EN_POINT}"),
        (
            "rolling",
            rf"\b(?:the\s+)?(?:last|past)\s+(?P<count>{_NUMBER})\s+{_EN_UNITS}",
        ),
        ("few", rf"\b(?:the\s+)?(?:last|past)\s+(?:few|several)\s+{_EN_UNITS}"),
        ("rolling", rf"\b(?:the\s+)?past\s+{_EN_UNIT}"),
        ("last", rf"\blast\s+{_EN_UNIT}"),
        ("this", rf"\bthis\s+{_EN_UNIT}"),
        ("day", _EN_DAY),
        ("before", rf"\bbefore\s+{_EN_POINT}"),
        ("in", rf"\b(?:in\s+|on\s+)?{_ISO}"),
        ("in", rf"\b(?:in\s+|on\s+|during\s+)?(?:the\s+)?{_EN_DATE}{_WITH_YEAR}"),
        ("in", rf"\b(?:in|during)\s+{_EN_DATE}"),
        ("in", rf"\bin\s+(?P<only>{_YEAR})"),
        ("year", rf"(?<![\w$€£.,-])(?P<only>{_YEAR})"),
    ],
    "fr": [
        ("since", rf"\bdepuis\s(?P<recent>{_FR_DAY}|{_plain(_FR_LAST_UNIT)})"),
        ("since", rf"\bdepuis\s(?:l['’]ann[ée]e\s|le\smois\sde\s|le\s)?{_FR_POINT}"),
        ("after", rf"\bapr[èe]s\s(?:le\s)?{_FR_POINT}"),
        (
            "rolling",
            rf"\b(?:ces|les|des|aux)\s(?P<count>{_NUMBER})\sderni[èe]re?s\s{_FR_UNITS}",
        ),
        ("few", rf"\b(?:ces|des)\sderni[èe]re?s\s{_FR_UNITS}"),
        ("last", _FR_LAST_UNIT),
        ("this", r"\b(?:cette|ce)\s(?P<unit>semaine|mois|ann[ée]e)(?:-ci)?\b(?!\sde\b)"),
        ("day", _FR_DAY),
        ("before", rf"\bavant\s(?:le\s)?{_FR_POINT}"),
        ("in", rf"\b(?:en\s|le\s)?{_ISO}"),
        ("in", rf"\b(?:en\s|au\smois\sde\s|le\s)?{_FR_DATE}{_WITH_YEAR}"),
        ("in", rf"\b(?:en|au\smois\sde|d[èe]s)\s{_FR_MONTH}"),
        ("in", rf"\ben\s(?P<only>{_YEAR})"),
        ("year", rf"(?<![\w$€£.,-])(?P<only>{_YEAR})"),
    ],
}
PATTERNS = {
    language: [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in rules]
    for language, rules in _SOURCES.items()
}
"""For each language, kinds and patterns in the order they are tried."""
