"""What the browser says of a question beside its words: the filters that the reader has set."""

from collections.abc import Mapping
from typing import Any

MOST_NAMES = 50  # articles or sources filtered by at once
LONGEST = 500  # characters of one


def filter_options(given: object) -> dict[str, Any]:
    """Return the filters of the page as options of `Assistant.answer`; none where none is set.

    `given` is `{"since": day, "until": day, "articles": [id], "sources": [name]}`, or anything
    else that a browser may send, which then counts as no filter.
    """
    if not isinstance(given, Mapping):
        return {}
    options: dict[str, Any] = {}
    for name in ("since", "until"):
        day = given.get(name)
        if isinstance(day, str) and day.strip():
            options[name] = day.strip()[:LONGEST]
    for name in ("articles", "sources"):
        if names := _names(given.get(name)):
            options[name] = names
    return options


def _names(given: object) -> list[str]:
    if not isinstance(given, list):
        return []
    names = [name.strip() for name in given[:MOST_NAMES] if isinstance(name, str)]
    return [name for name in dict.fromkeys(names) if name and len(name) <= LONGEST]
