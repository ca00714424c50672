"""What a PDF says of itself: title, author and date, as far as they can be believed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import PurePath
from typing import Any

from index.sources.pdf_text import clean_line

_FILE_NAME = re.compile(
    r"\.(?:docx?|pdf|odt|rtf|txt|html?|tex|dvi|indd|qxp|qxd|pages|pptx?|xlsx?)$", re.I
)
_NO_TITLE = re.compile(
    r"microsoft \w+ - |powerpoint |untitled|sans[ -]titre|document ?\d*$|titre$|title$", re.I
)
_NO_AUTHOR = re.compile(
    r"(?:unknown|anonym\w*|admin\w*|user|utilisateur|owner|propri[ée]taire)\W*\d*", re.I
)
_DATE = re.compile(
    r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?\s*(?:Z|([+-])(\d\d)(?:'?(\d\d))?)?"
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The entries of a PDF's information dictionary; None for those that say nothing."""

    title: str | None
    author: str | None
    created: datetime | None


def read_metadata(said: Mapping[str, Any], source: str) -> Metadata:
    """Return what is said, less what a program wrote for want of something better."""
    title, author = _entry(said, "/Title"), _entry(said, "/Author")
    return Metadata(
        title=title if _is_title(title, source) else None,
        author=author if author and not _NO_AUTHOR.fullmatch(author) else None,
        created=parse_pdf_date(_entry(said, "/CreationDate")),
    )


def _entry(said: Mapping[str, Any], key: str) -> str:
    value: Any = said.get(key)
    value = value.get_object() if hasattr(value, "get_object") else value
    return " ".join(clean_line(value).split()) if isinstance(value, str) else ""


def _is_title(title: str, source: str) -> bool:
    """Tell whether a title was meant as such, and is not what a program wrote for want of one."""
    if sum(map(str.isalpha, title)) < 3 or _NO_TITLE.match(title) or _FILE_NAME.search(title):
        return False
    if " " not in title and re.search(r"[\d_/\\]", title):
        return False  # a name such as 2024_11_25_v2
    return " " in title or title.lower() != PurePath(source).stem.lower()


def parse_pdf_date(text: str) -> datetime | None:
    """Return a date as PDF writes it ("D:20241125083000+01'00'"), in UTC; None if implausible."""
    found = _DATE.match(text.strip())
    if not found:
        return None
    year, month, day, hour, minute, second = (
        int(part) if part else None for part in found.groups()[:6]
    )
    sign, hours, minutes = found.groups()[6:]
    try:
        offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
        zone = timezone(-offset if sign == "-" else offset)
        moment = datetime(
            year or 0, month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=zone
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return moment if datetime(1990, 1, 1, tzinfo=UTC) <= moment <= tomorrow else None
