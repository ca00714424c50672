"""Which machines may be connected to: names resolved once, every address found checked."""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Thread

_UNICAST = IPv6Network("2000::/3")  # all that is routed on the Internet lies in it
_NAT64 = IPv6Network("64:ff9b::/96")
_CLOSED_4 = (IPv4Network("100.64.0.0/10"), IPv4Network("192.88.99.0/24"))  # the relay of 6to4
_CLOSED_6 = (IPv6Network("2001::/23"), IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20"))


class Unfetched(Exception):
    """Why an address cannot be fetched, as the end of a sentence that begins with it."""


class Unreachable(Unfetched):
    """No connection to the machine can or may be made: true of all its addresses."""


def checked_addresses(
    host: str, port: int, *, allow_private: bool, timeout: float = 30.0
) -> list[str]:
    """Return the IP addresses of `host`, in the order in which to try them.

    Raises `Unreachable` where there are none within `timeout` seconds, or one of them belongs to
    this machine or a private network: a name that has both kinds is not to be trusted.
    """
    found = _resolve_in_time(host, port, timeout)
    if not found:
        raise Unreachable(f"cannot be reached: no machine is called {host!r}; check the address.")
    if not allow_private and not all(is_public(address) for address in found):
        raise Unreachable(
            "is on this machine or a private network: only addresses of the Internet are fetched."
        )
    return found


def is_public(address: str) -> bool:
    """Tell whether an IP address, in any form that the resolver gives, is one of the Internet."""
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        return _is_public_4(ip)
    inner = _inner_4(ip)
    if inner is not None:
        return _is_public_4(inner)
    closed = any(ip in network for network in _CLOSED_6)
    return ip.scope_id is None and ip in _UNICAST and ip.is_global and not closed


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of `host`, none twice; raise `OSError` or `UnicodeError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _is_public_4(ip: IPv4Address) -> bool:
    closed = any(ip in network for network in _CLOSED_4)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or closed)


def _inner_4(ip: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address to which packets for `ip` would go in the end, if there is one."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour


def _resolve_in_time(host: str, port: int, timeout: float) -> list[str]:
    # The resolver of the system cannot be interrupted: it is left behind in its thread.
    outcome: list[list[str] | OSError | UnicodeError] = []

    def look_up() -> None:
        try:
            outcome.append(resolve(host, port))
        except (OSError, UnicodeError) as error:
            outcome.append(error)

    thread = Thread(target=look_up, name=f"resolve {host}", daemon=True)
    thread.start()
    thread.join(max(timeout, 0.0))
    if not outcome:
        raise Unreachable(f"cannot be reached: looking up {host!r} took too long; try again later.")
    if isinstance(outcome[0], list):
        return outcome[0]
    if isinstance(outcome[0], socket.gaierror) and outcome[0].errno == socket.EAI_AGAIN:
        raise Unreachable(
            f"cannot be reached: {host!r} cannot be looked up now; check the connection."
        )
    return []
