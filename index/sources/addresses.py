"""Addresses of the web: one form for each page, and which of them belong to one site."""

from urllib.parse import urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
# What campaigns, newsletters and social networks append; none of it changes what is shown.
_TRACKING_PREFIXES = ("utm_", "at_", "mtm_", "pk_", "hsa_", "oly_", "vero_", "mkt_", "wt_", "guce_")
_TRACKING_WORDS = """
__twitter_impression _ga _gl _hsenc _hsmi cmpid dclid fb_action_ids fb_action_types fb_source
fbclid gbraid gclid gclsrc guccounter igsh igshid mc_cid mc_eid msclkid ref_src ref_url twclid
ttclid wbraid wt.mc_id xtcr xtor xtref yclid
"""
_TRACKING = frozenset(_TRACKING_WORDS.split())


def canonical_address(url: str) -> str:
    """Return the form of a web address by which its page is known.

    Scheme and host are in lower case; the default port, the fragment and tracking parameters
    are dropped, the other parameters keep their order. What is no address of the web comes back
    as it is, trimmed.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # brackets or a port that are none
        return url
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        return url
    user, at, _ = parts.netloc.rpartition("@")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    kept = [part for part in parts.query.split("&") if part and not _is_tracking(part)]
    return urlunsplit((scheme, user + at + host, parts.path or "/", "&".join(kept), ""))


def same_site(one: str, other: str) -> bool:
    """Tell whether two web addresses have one registered domain (or, without one, one host)."""
    site = _site(one)
    return site is not None and site == _site(other)


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _site(url: str) -> str | None:
    from tld import get_fld

    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    if not host:
        return None
    # Hosts of one platform (a.github.io, b.github.io) belong to different people.
    domain = get_fld(f"https://{host}", fail_silently=True, search_private=True)
    return str(domain) if domain else host
