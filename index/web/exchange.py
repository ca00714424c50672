"""One HTTP request and its response, within limits and without redirects."""

import ssl
import time
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from index.web.decompression import decompress
from index.web.net_addresses import Unfetched

if TYPE_CHECKING:
    import httpx

    from index.web.connections import Allowance

PRODUCT = "article-qa"
ENCODINGS = "gzip, deflate"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one address may cost, and how a host is spared.

    Seconds: `connect` for a connection, `total` for all requests that one address takes (waits
    between them left out), `pause` between two requests to a host, `longest_pause` at a host's
    own wish, `robots_age` for which its robots.txt is kept, `robots_retry` where it could not be
    had. Bytes: `headers`, `received`, `decompressed`.
    """

    connect: float = 10.0
    total: float = 30.0
    headers: int = 65_536
    received: int = 20_000_000
    decompressed: int = 50_000_000
    redirects: int = 5
    pause: float = 1.0
    longest_pause: float = 30.0
    robots_age: float = 3_600.0
    robots_retry: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: status, headers by lower-case name, body without its Content-Encoding."""

    status: int
    headers: dict[str, str]
    data: bytes


class Exchange:
    """Makes single requests; usable from several threads."""

    def __init__(self, limits: Limits, *, allow_private: bool) -> None:
        self._limits = limits
        self._allow_private = allow_private
        self._agent = f"{PRODUCT}/{_version()}"

    @cached_property
    def _ssl_context(self) -> ssl.SSLContext:
        import httpx

        return httpx.create_ssl_context(trust_env=False)

    def ask(self, url: "httpx.URL", headers: dict[str, str], seconds: float) -> Answer:
        """Return the response to a GET of `url`, had within so many seconds.

        The body is read for a status of 2xx only. Raises `Unfetched` where there is no response,
        or it is not one to be kept.
        """
        import httpcore
        import httpx

        from index.web.connections import Allowance, CheckedTransport

        limits = self._limits
        context = self._ssl_context if url.scheme == "https" else None
        deadline = time.monotonic() + seconds
        allowance = Allowance(
            deadline,
            limits.connect,
            limits.headers,
            too_much="sends too long headers: check the address.",
        )
        transport = CheckedTransport(
            allowance, allow_private=self._allow_private, ssl_context=context
        )
        sent = {
            "User-Agent": self._agent,
            "Accept": "*/*",
            "Accept-Encoding": ENCODINGS,
            "Connection": "close",
            **headers,
        }
        try:
            with (
                httpx.Client(transport=transport, trust_env=False, timeout=None) as client,
                client.stream("GET", url, headers=sent) as response,
            ):
                return self._read(response, allowance)
        except (httpcore.TimeoutException, httpx.TimeoutException):
            raise allowance.too_slow() from None
        except (httpcore.NetworkError, httpx.NetworkError):
            raise Unfetched("ended early: the connection was cut; try again later.") from None
        except (httpcore.ProtocolError, httpx.ProtocolError) as error:
            raise _malformed(error) from None
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
            raise Unfetched(f"cannot be fetched ({type(error).__name__}).") from None

    def _read(self, response: "httpx.Response", allowance: "Allowance") -> Answer:
        limits = self._limits
        headers = dict(response.headers.items())
        if not 200 <= response.status_code < 300:
            return Answer(response.status_code, headers, b"")
        allowance.bytes_left = limits.received
        allowance.too_much = (
            f"is larger than {limits.received / 1_000_000:g} MB: give the address of one article."
        )
        length = headers.get("content-length", "")
        if length.isdigit() and int(length[:20]) > limits.received:
            raise Unfetched(allowance.too_much)
        data = b"".join(response.iter_raw())
        allowance.seconds()
        encoding = headers.get("content-encoding", "")
        return Answer(
            response.status_code, headers, decompress(data, encoding, limits.decompressed)
        )


def _malformed(error: Exception) -> Unfetched:
    said = str(error)
    if "without sending" in said:  # a response, or all of its body
        return Unfetched("ended early: the server closed the connection; try again later.")
    if "location header" in said:
        return Unfetched("leads to no valid address: give the one it stands for.")
    return Unfetched("is answered with what is not HTTP: check the address.")


def _version() -> str:
    try:
        return version(PRODUCT)
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"
