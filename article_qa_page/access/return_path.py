"""Where a login leads to: the page that was asked for before it, and never another site."""

import re
from urllib.parse import unquote

HOME = "/"
LONGEST = 8_000  # characters: a question of the longest, escaped
_OTHER = re.compile(r"[\\#\x00-\x20\x7f-\x9f]")  # what a browser drops, turns or takes apart


def return_path(given: str) -> str:
    """Return `given` if it is a path of this server with its query, else `HOME`.

    The path lies below the root path, which is put before it: it names no host and no scheme, and
    no part of it leads upwards.
    """
    path = given.partition("?")[0]
    # It begins with a slash, so there is no scheme; two of them anywhere may come to begin a host.
    if len(given) > LONGEST or not path.startswith("/") or "//" in path or _OTHER.search(given):
        return HOME
    parts = unquote(path)
    is_plain = "\\" not in parts and not {".", ".."}.intersection(parts.split("/"))
    return given if is_plain else HOME
