"""The words of time that `retrieval.dates` knows: patterns of English and French, by kind.

Groups name what a pattern found: `unit`, `count`, `month`, `day`, `year` (beside a month) and
`only` (a year by itself), `recent` (words that count from today, after "since" or "before").
"""

import re

UNITS = {
    **dict.fromkeys(["hour", "hours", "heure", "heures"], "hour"),
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
    **{"hour": 24, "day": 7, "week": 4, "month": 6, "year": 5},
    # words for one day: so many days ago
    **dict.fromkeys(["today", "this morning", "this afternoon", "this evening"], 0),
    **dict.fromkeys(["aujourd'hui", "ce matin", "cet apres-midi", "ce soir"], 0),
    **{"yesterday": 1, "hier": 1, "avant-hier": 2, "avant hier": 2},
    **{"day before yesterday": 2, "the day before yesterday": 2},
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

_ENGLISH_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_FRENCH_DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche"
WEEKDAYS = {
    name: number
    for names in (_ENGLISH_DAYS, _FRENCH_DAYS)
    for number, name in enumerate(names.split())
}

# Units, and what is counted in news: "2000 euros" is no year, nor « 2000 emplois ».
_COUNTED = (
    r"%|[€$£]|euros?|dollars?|pounds?|livres?|francs?|yens?|per ?cent|pour ?cents?|degrees|degrés"
    r"|km|kilom\w+|met(?:re|er)s|mètres|miles|feet|tons|tonnes?|kilos?|kg|lit(?:re|er)s|hectares?"
    r"|acres|watts|[kmg]wh?|hours|heures|days|jours|people|personnes|jobs|emplois|employees"
    r"|employés|workers|salariés|ouvriers|staff|posts|postes|homes|logements|houses|households"
    r"|foyers|residents|inhabitants|habitants|members|membres|copies|exemplaires|signatures"
)
_YEAR = rf"(?:19|20)\d\d(?![\w.,]?\d)(?!\s?(?:{_COUNTED})(?!\w))"
_NO_MORE_THAN = r"(?<!\bthan\s)(?<!\bplus\sde\s)(?<!\bmoins\sde\s)"
# A number before a plural is a count; in English it may be a year if "the" stands before it.
_EN_PLURAL = r"(?!\s+(?!(?:was|is|has|does|as|this|its|us)\b)(?-i:[a-z]+[^siu\W]s)\b)"
_FR_PLURAL = (
    r"(?!\s+(?!(?:des|les|aux|ces|ses|dans|sans|vers|dès|sous|mais|plus|pas|nous|vous|ils|elles)\b)"
    r"(?-i:[^\W\dA-Z]{3,}[sx])\b)"
)
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
# "by May" may be by a person, "until May" may be the next one: only with a year.
_EN_DATED = rf"(?:{_ISO}|{_EN_DATE}{_WITH_YEAR})"
_FR_DATED = rf"(?:{_ISO}|{_FR_DATE}{_WITH_YEAR})"
_FR_POINT = rf"(?:{_ISO}|{_FR_DATE}(?:{_WITH_YEAR})?|(?P<only>{_YEAR}))"
_EN_DAY = (
    r"\b(?:today|(?:(?:the\s+)?day\s+before\s+)?yesterday|this\s(?:morning|afternoon|evening))\b"
)
_EN_WEEKDAY = rf"last\s+(?P<weekday>{_ENGLISH_DAYS.replace(' ', '|')})\b"
_FR_WEEKDAY = rf"\b(?:le\s)?(?P<weekday>{_FRENCH_DAYS.replace(' ', '|')})\s(?:dernier|pass[ée])\b"
_EN_UNIT = r"(?P<unit>week|month|year)\b(?!\s+of\b)"
_FR_DAY = r"\b(?:aujourd['’]hui|avant[-\s]hier|hier|ce\smatin|cet\sapr[èe]s-midi|ce\ssoir)\b"
_FR_LAST = r"(?:derni[èe]re?|pass[ée]e?)\b"
_FR_LAST_UNIT = rf"\b(?:au\s|l(?:a\s|e\s|['’]))(?P<unit>semaine|mois|ann[ée]e|an)\s{_FR_LAST}"
# « cette année-là » is one that was spoken of.
_FR_THIS_UNIT = r"\b(?:cette|ce)\s(?P<unit>semaine|mois|ann[ée]e)(?:-ci)?\b(?!-l[àa]\b)(?!\sde\b)"
_EN_UNITS = r"(?P<unit>hours?|days?|weeks?|months?|years?)\b(?!\s+of\b)"
_FR_UNITS = r"(?P<unit>heures|jours|semaines|mois|ann[ée]es|ans)\b(?!\sde\b)"


_EN_ROLLING = rf"\b(?:the\s+)?(?:last|past)\s+(?P<count>{_NUMBER})\s+{_EN_UNITS}"
# "last year" is one of the calendar, "over the last year" twelve months up to now.
_EN_OVER = (
    r"\b(?:in|over|during|within|for)\s+the\s+last\s+(?P<unit>hour|day|week|month|year)\b"
    r"(?!\s+of\b)"
)
_EN_FEW = rf"\b(?:the\s+)?(?:last|past)\s+(?:few|several)\s+{_EN_UNITS}"
_FR_ROLLING = (
    rf"\b(?:ces|les|des|aux)\s(?:(?P<count>{_NUMBER})\sderni[èe]re?s"
    rf"|derni[èe]re?s\s(?P<count_after>{_NUMBER}))\s{_FR_UNITS}"
)
_FR_OVER = (
    r"\b(?:au\scours\sde|durant|pendant|dans|sur)\s(?:la\s|le\s|l['’])"
    r"(?:derni[èe]re?\s(?P<unit>heure|jour|semaine|mois|ann[ée]e)\b(?!\sde\b)"
    r"|(?P<unit_before>ann[ée]e)\s[ée]coul[ée]e\b)"
)
_FR_FEW = rf"\b(?:ces|des)\sderni[èe]re?s\s{_FR_UNITS}"
_EN_AGO = (
    rf"(?<!than\s)(?<!least\s)\b(?P<count>{_NUMBER}|an?)\s+"
    r"(?P<unit>hours?|days?|weeks?|months?|years?)\s+ago\b"
)
_FR_AGO = (
    rf"\bil\sy\sa\s(?:environ\s)?(?P<count>{_NUMBER})\s"
    r"(?P<unit>heures?|jours?|semaines?|mois|ann[ée]es?|ans?)\b"
    r"(?!\s(?:de|f[ée]ri[ée]s?|ouvr[ée]s?)\b)"
)


def _recent(*patterns: str) -> str:
    """Return a group of patterns whose words count from today; what it finds is read again."""
    return f"(?P<recent>{re.sub(r'[?]P<[a-z_]+>', '?:', '|'.join(patterns))})"


_EN_RECENT = _recent(
    _EN_DAY,
    _EN_ROLLING,
    _EN_FEW,
    _EN_AGO,
    _EN_WEEKDAY,
    rf"past\s+{_EN_UNIT}",
    rf"last\s+{_EN_UNIT}",
    rf"this\s+{_EN_UNIT}",
)
_FR_RECENT = _recent(
    _FR_DAY, _FR_ROLLING, _FR_FEW, _FR_AGO, _FR_WEEKDAY, _FR_LAST_UNIT, _FR_THIS_UNIT
)

_SOURCES = {
    "en": [
        ("since", rf"\bsince\s+(?:the\s+)?{_EN_RECENT}"),
        ("after", rf"\bafter\s+(?:the\s+)?{_EN_RECENT}"),
        ("before recent", rf"(?<!\bday\s)\bbefore\s+(?:the\s+)?{_EN_RECENT}"),
        ("until recent", rf"\b(?:by|till|until|up\s+to)\s+(?:the\s+)?{_EN_RECENT}"),
        ("since", rf"\bsince\s+(?:the\s+)?(?:year\s+)?{_EN_POINT}"),
        ("after", rf"\bafter\s+{_EN_POINT}"),
        ("rolling", _EN_ROLLING),
        ("few", _EN_FEW),
        ("rolling", rf"\b(?:the\s+)?past\s+{_EN_UNIT}"),
        ("rolling", _EN_OVER),
        ("ago", _EN_AGO),
        ("weekday", rf"\b{_EN_WEEKDAY}"),
        ("last", rf"\blast\s+{_EN_UNIT}"),
        ("this", rf"\bthis\s+{_EN_UNIT}"),
        ("day", _EN_DAY),
        ("before", rf"\bbefore\s+{_EN_POINT}"),
        ("until", rf"\b(?:by|till|until|up\s+to)\s+(?:the\s+)?{_EN_DATED}"),
        ("until", rf"\b(?:till|until)\s+(?P<only>{_YEAR})"),
        ("from", rf"\bfrom\s+(?:the\s+)?{_EN_DATED}(?!\s+to\b)"),
        ("in", rf"\b(?:in\s+|on\s+)?{_ISO}"),
        ("in", rf"\b(?:in\s+|on\s+|during\s+)?(?:the\s+)?{_EN_DATE}{_WITH_YEAR}"),
        ("in", rf"\b(?:in|during)\s+{_EN_DATE}"),
        ("in", rf"\bin\s+(?P<only>{_YEAR})"),
        ("year", rf"(?<=\bthe\s)(?P<only>{_YEAR})"),
        ("year", rf"(?<![\w$€£.,-]){_NO_MORE_THAN}(?P<only>{_YEAR}){_EN_PLURAL}"),
    ],
    "fr": [
        ("since", rf"\bdepuis\s{_FR_RECENT}"),
        ("after", rf"\bapr[èe]s\s{_FR_RECENT}"),
        ("before recent", rf"\bavant\s(?!hier\b){_FR_RECENT}"),
        ("until recent", rf"\bjusqu(?:e\s|['’](?:[àa]\s)?){_FR_RECENT}"),
        ("since", rf"\bdepuis\s(?:l['’]ann[ée]e\s|le\smois\sde\s|le\s)?{_FR_POINT}"),
        ("after", rf"\bapr[èe]s\s(?:le\s)?{_FR_POINT}"),
        ("rolling", _FR_ROLLING),
        ("few", _FR_FEW),
        ("rolling", _FR_OVER),
        ("ago", _FR_AGO),
        ("weekday", _FR_WEEKDAY),
        ("last", _FR_LAST_UNIT),
        ("this", _FR_THIS_UNIT),
        ("day", _FR_DAY),
        ("before", rf"\bavant\s(?:le\s)?{_FR_POINT}"),
        ("until", rf"\bjusqu['’](?:[àa]\s|en\s|au\s(?:mois\sde\s)?){_FR_DATED}"),
        ("until", rf"\bjusqu['’]en\s(?P<only>{_YEAR})"),
        ("in", rf"\b(?:en\s|le\s)?{_ISO}"),
        ("in", rf"\b(?:en\s|au\smois\sde\s|le\s)?{_FR_DATE}{_WITH_YEAR}"),
        ("in", rf"\b(?:en|au\smois\sde|d[èe]s)\s{_FR_MONTH}"),
        ("in", rf"\ben\s(?P<only>{_YEAR})"),
        ("year", rf"(?<![\w$€£.,-]){_NO_MORE_THAN}(?P<only>{_YEAR}){_FR_PLURAL}"),
    ],
}
PATTERNS = {
    language: [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in rules]
    for language, rules in _SOURCES.items()
}
"""For each language, kinds and patterns in the order they are tried."""
