"""Where a login leads to: the page that was asked for before it, and never another site."""

import re
from urllib.parse import unquote, urlsplit

HOME = "/"
LONGEST = 8_000  # characters: a question of the longest, escaped
_OTHER = re.compile(r"[\\#\x00-\x20\x7f-\x9f]")  # what a browser drops, turns or takes apart


def return_path(given: str) -> str:
    """Return `given` if it is a path of this server with its query, else `HOME`.

    The path lies below the root path, which is put before it: it names no host and no scheme, and
    no part of it leads upwards.
    """
    if len(given) > LONGEST or not given.startswith("/") or _OTHER.search(given):
        return HOME
    try:
        parts = urlsplit(given)
    except ValueError:
        return HOME
    upwards = any(part in (".", "..") for part in unquote(parts.path).split("/"))
    # Two slashes begin a host, here or once something before them is taken off.
    if parts.scheme or parts.netloc or "//" in parts.path or "\\" in unquote(parts.path) or upwards:
        return HOME
    return given
