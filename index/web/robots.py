"""What sites allow programs to read: their robots.txt, kept for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from index.web.exchange import PRODUCT, Answer, Limits
from index.web.net_addresses import Unfetched, Unreachable

if TYPE_CHECKING:
    import httpx
    from protego import Protego

MAX_BYTES = 512_000  # what lies beyond is left out, as RFC 9309 has it


@dataclass(slots=True)
class _Site:
    """What one site allows: `rules` (None: everything), or `refusal` where they are unknown."""

    lock: Lock = field(default_factory=Lock)
    good_until: float = 0.0
    rules: "Protego | None" = None
    refusal: str = ""


class Robots:
    """The robots.txt of every site asked for, a site being scheme, host and port.

    `ask` returns the answer to a robots.txt's address, redirects followed.
    """

    def __init__(self, ask: Callable[["httpx.URL"], Answer], limits: Limits) -> None:
        self._ask = ask
        self._limits = limits
        self._sites: dict[tuple[str, str, int | None], _Site] = {}
        self._lock = Lock()

    def pause(self, url: "httpx.URL") -> float:
        """Return the seconds to leave between two requests to the site of `url`.

        Raises `Unfetched` where programs may not read `url`, or that cannot be known now.
        """
        rules = self._rules(url)
        if rules is None:
            return self._limits.pause
        if not rules.can_fetch(str(url), PRODUCT):
            raise Unfetched("may not be read by programs (robots.txt): give another address.")
        wish = rules.crawl_delay(PRODUCT) or 0.0
        longest = self._limits.longest_pause
        return max(self._limits.pause, min(wish, longest) if wish > 0 else 0.0)

    def _rules(self, url: "httpx.URL") -> "Protego | None":
        with self._lock:
            site = self._sites.setdefault((url.scheme, url.host, url.port), _Site())
        with site.lock:
            if time.monotonic() >= site.good_until:
                self._refresh(site, url.copy_with(raw_path=b"/robots.txt"))
            if site.refusal:
                raise Unfetched(site.refusal)
            return site.rules

    def _refresh(self, site: _Site, address: "httpx.URL") -> None:
        site.rules, site.refusal = None, ""
        try:
            answer = self._ask(address)
            if 200 <= answer.status < 300:
                site.rules = _parse(answer.data)
            elif not 400 <= answer.status < 500:
                site.refusal = _unknown(f"is answered with status {answer.status}")
        except Unreachable as fault:
            site.refusal = str(fault)
        except Unfetched as fault:
            site.refusal = _unknown(str(fault).partition(": ")[0].rstrip("."))
        age = self._limits.robots_retry if site.refusal else self._limits.robots_age
        site.good_until = time.monotonic() + age


def _unknown(reason: str) -> str:
    return f"is not read now, as its site's robots.txt cannot be (it {reason}): try again later."


def _parse(data: bytes) -> "Protego":
    from protego import Protego

    return Protego.parse(data[:MAX_BYTES].decode("utf-8-sig", "replace"))
