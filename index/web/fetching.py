"""Addresses of the web to bytes: safely, politely, and only when they have changed."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self

from index.errors import SourceError
from index.web.exchange import Answer, Exchange, Limits
from index.web.net_addresses import Unfetched
from index.web.politeness import Turns
from index.web.robots import Robots
from index.web.web_addresses import parse_address, redirect_target, shown

if TYPE_CHECKING:
    import httpx

    from index.settings import Settings

__all__ = ["Fetcher", "Limits", "Response"]

_PERMANENT, _TEMPORARY = (301, 308), (302, 303, 307)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,1000}")


@dataclass(frozen=True, slots=True)
class Response:
    """What an address holds: `data` as sent by `url`, the address after redirects.

    `media_type` is in lower case without parameters, "" where none was said; `etag` and
    `modified` are what the next request for the address takes. `moved_permanently` tells that
    the address asked for should be replaced by `url`.
    """

    url: str
    data: bytes
    media_type: str
    charset: str | None
    etag: str
    modified: str
    moved_permanently: bool


@dataclass(frozen=True, slots=True)
class _Arrival:
    url: "httpx.URL"
    answer: Answer
    moved_permanently: bool


class Fetcher:
    """Gets http and https addresses; usable from several threads.

    Only machines of the Internet are connected to, unless `allow_private`. A host gets one
    request at a time, with a pause in between, and none that its robots.txt forbids. Proxies of
    the environment are not used, cookies not kept.
    """

    def __init__(self, *, allow_private: bool = False, limits: Limits = Limits()) -> None:  # noqa: B008 (frozen)
        self._limits = limits
        self._exchange = Exchange(limits, allow_private=allow_private)
        self._turns = Turns()
        self._robots = Robots(self._ask_for_robots, limits)

    def __enter__(self) -> Self:
        """Return the fetcher itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the fetcher."""
        self.close()

    def close(self) -> None:
        """Stop waiting for turns: what is asked for from now on is refused."""
        self._turns.close()

    def get(self, url: str, *, etag: str = "", modified: str = "") -> Response | None:
        """Return what `url` holds, or None where it has not changed.

        `etag` and `modified` are those of the last response, "" without one. Raises
        `SourceError` where the address cannot or should not be fetched, or holds nothing.
        """
        try:
            return self._get(url, etag, modified)
        except Unfetched as fault:
            raise SourceError(f"{shown(url)} {fault}") from None

    def _get(self, url: str, etag: str, modified: str) -> Response | None:
        offered = {"If-None-Match": etag, "If-Modified-Since": modified}
        asked = {name: value for name, value in offered.items() if _VALIDATOR.fullmatch(value)}
        arrival = self._follow(parse_address(url), asked, self._robots.pause)
        answer = arrival.answer
        if answer.status == 304 and asked:
            return None
        if not 200 <= answer.status < 300:
            raise _refusal(answer)
        if not answer.data.strip():
            raise Unfetched("is empty: there is nothing to index in it.")
        content_type = answer.headers.get("content-type", "")
        charset = _CHARSET.search(content_type)
        return Response(
            url=str(arrival.url),
            data=answer.data,
            media_type=content_type.partition(";")[0].strip().lower()[:100],
            charset=charset[1].lower() if charset else None,
            etag=_validator(answer, "etag"),
            modified=_validator(answer, "last-modified"),
            moved_permanently=arrival.moved_permanently,
        )

    def _ask_for_robots(self, address: "httpx.URL") -> Answer:
        return self._follow(address, {}, lambda _: self._limits.pause).answer

    def _follow(
        self, start: "httpx.URL", headers: dict[str, str], pause: Callable[["httpx.URL"], float]
    ) -> _Arrival:
        """Return where `start` leads to; `pause` is asked before each request, and may refuse."""
        url, seen, seconds = start, {start}, self._limits.total
        permanent: list[bool] = []
        while True:
            try:
                wait = pause(url)
                with self._turns.turn(url.host, wait):
                    began = time.monotonic()
                    answer = self._exchange.ask(url, headers, seconds)
                    seconds -= time.monotonic() - began
                if answer.status not in _PERMANENT + _TEMPORARY:
                    return _Arrival(url, answer, bool(permanent) and all(permanent))
                target = redirect_target(url, answer.headers.get("location"))
            except Unfetched as fault:
                if url == start:
                    raise
                raise Unfetched(f"leads to {shown(str(url))}, which {fault}") from None
            if target in seen:
                raise Unfetched("leads back to itself: give the address of the page it stands for.")
            if len(seen) > self._limits.redirects:
                raise Unfetched("leads on and on: give the address at which it should end.")
            permanent.append(answer.status in _PERMANENT)
            seen.add(target)
            url = target


def _refusal(answer: Answer) -> Unfetched:
    status = answer.status
    when = _when(answer.headers.get("retry-after", ""))
    if status in (401, 403):
        said = "may not be read without permission (status {}): give an address open to everybody."
    elif status == 404:
        said = "does not exist (status {}): check the address."
    elif status == 410:
        said = "was removed for good (status {}): give another address."
    elif status == 429:
        said = "was asked for too often (status {}): try again {}."
    elif 500 <= status < 600:
        said = "cannot be had because of a fault of its server (status {}): try again {}."
    else:
        said = "is answered with status {}: check the address."
    return Unfetched(said.format(status, when))


def _when(retry_after: str) -> str:
    if retry_after.isdecimal() and len(retry_after) < 8:
        return f"in {int(retry_after)} seconds"
    try:
        moment = parsedate_to_datetime(retry_after)
        return f"after {moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, TypeError, OverflowError, IndexError):
        return "later"


def _validator(answer: Answer, name: str) -> str:
    value = answer.headers.get(name, "")
    return value if _VALIDATOR.fullmatch(value) else ""


def fetcher_of(settings: "Settings") -> Fetcher:
    """Return the fetcher that the settings ask for."""
    return Fetcher(allow_private=settings.allow_private_addresses)
