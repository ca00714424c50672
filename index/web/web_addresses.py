"""Addresses of the web: what is one, where it may lead, how it is told."""

import re
from typing import TYPE_CHECKING

from index.web.net_addresses import Unfetched

if TYPE_CHECKING:
    import httpx

MAX_SHOWN = 300  # characters of an address in a message


def parse_address(address: str) -> "httpx.URL":
    """Return the address to ask, without fragment; raise `Unfetched` where it is none."""
    import httpx

    try:
        url = httpx.URL(address.strip())
        host = url.host.rstrip(".")
    except (httpx.InvalidURL, ValueError):  # the latter for half a character, and bad names
        raise Unfetched("is not a valid address: check it.") from None
    if url.scheme not in ("http", "https"):
        raise Unfetched("is no address of the web: only http and https can be fetched.")
    if not host or not (url.port is None or 0 < url.port < 65_536):
        raise Unfetched("is not a valid address: check it.")
    if url.userinfo:
        raise Unfetched("holds a user name or password: give the address without it.")
    return url.copy_with(host=host, fragment=None)


def redirect_target(url: "httpx.URL", location: str | None) -> "httpx.URL":
    """Return where `url` leads to by its header Location; raise `Unfetched` if it must not."""
    import httpx

    try:
        if location is None:
            raise ValueError
        joined = url.join(location)
    except (httpx.InvalidURL, ValueError):
        raise Unfetched("leads to no valid address: give the one it stands for.") from None
    try:
        target = parse_address(str(joined))
    except Unfetched as fault:
        raise Unfetched(f"leads to {shown(str(joined))}, which {fault}") from None
    if url.scheme == "https" and target.scheme == "http":
        raise Unfetched(
            f"leads to {shown(str(target))}, which is not secure: give an https address."
        )
    return target


def shown(address: str) -> str:
    """Return the address for a message: without what is secret, unprintable or endless."""
    open_part = re.sub(r"(?<=//)[^/?#]*@", "", address.strip())
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in open_part)
    return shown if len(shown) <= MAX_SHOWN else shown[:MAX_SHOWN] + "…"
