"""Connections for one request: only to checked addresses, within a time and a size.

What `httpx` is given here instead of its own transport; it is imported where it is used first,
as `httpx` and `httpcore` take a while.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import httpcore
import httpx

from index.web.net_addresses import Unfetched, Unreachable, checked_addresses

READ_BYTES = 16_384  # at once, so that no limit is passed by much


@dataclass(slots=True)
class Allowance:
    """What is left to one request: seconds until `deadline` (monotonic), bytes to receive."""

    deadline: float
    connect_seconds: float
    bytes_left: int
    too_much: str

    def seconds(self) -> float:
        """Return the seconds left; raise `Unfetched` where there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise self.too_slow()
        return left

    def connecting(self) -> float:
        """Return the seconds that connecting may take now; raise `Unfetched` without any."""
        return min(self.seconds(), self.connect_seconds)

    def receive(self, count: int) -> None:
        """Count bytes received; raise `Unfetched` where they are too many."""
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise Unfetched(self.too_much)

    @staticmethod
    def too_slow() -> Unfetched:
        """Return the error for a request that took too long."""
        return Unfetched("took too long to answer: try again later.")


class CheckedStream(httpcore.NetworkStream):
    """A connection whose every step keeps to the allowance of the request."""

    def __init__(self, stream: httpcore.NetworkStream, allowance: Allowance) -> None:
        self._stream = stream
        self._allowance = allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return up to `max_bytes` bytes, none at the end."""
        size = min(max_bytes, READ_BYTES)
        data = self._stream.read(size, timeout=self._allowance.seconds())
        self._allowance.receive(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of `buffer`."""
        self._stream.write(buffer, timeout=self._allowance.seconds())

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Return the connection made secure; the name asked for is the one that is verified."""
        seconds = self._allowance.connecting()
        try:
            secure = self._stream.start_tls(ssl_context, server_hostname, timeout=seconds)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise _insecure(error, server_hostname or "") from None
        return CheckedStream(secure, self._allowance)

    def get_extra_info(self, info: str) -> object:
        """Return what the connection tells of itself."""
        return self._stream.get_extra_info(info)


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to the addresses that a name was found to have when they were checked."""

    def __init__(self, allowance: Allowance, *, allow_private: bool) -> None:
        self._allowance = allowance
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to the first address of `host` that accepts one."""
        addresses = checked_addresses(
            host, port, allow_private=self._allow_private, timeout=self._allowance.connecting()
        )
        system, reasons = httpcore.SyncBackend(), []
        for address in addresses:
            try:
                stream = system.connect_tcp(
                    address, port, self._allowance.connecting(), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                reasons.append(error)
                continue
            return CheckedStream(stream, self._allowance)
        raise _unreachable(reasons[0], host)


class CheckedTransport(httpx.BaseTransport):
    """The transport of one request: its connection is not kept for another one."""

    def __init__(
        self, allowance: Allowance, *, allow_private: bool, ssl_context: ssl.SSLContext | None
    ) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            network_backend=CheckedBackend(allowance, allow_private=allow_private),
            max_keepalive_connections=0,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, and return the response with its body still to be read."""
        url = request.url
        response = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


def _unreachable(error: Exception, host: str) -> Unreachable:
    cause = error.__cause__ or error
    if isinstance(error, httpcore.ConnectTimeout):
        return Unreachable(f"cannot be reached: {host} does not answer; try again later.")
    if isinstance(cause, ConnectionRefusedError):
        return Unreachable(f"cannot be reached: {host} refuses the connection; check the address.")
    reason = cause.strerror if isinstance(cause, OSError) else None
    return Unreachable(f"cannot be reached ({reason or 'no connection'}): check the address.")


def _insecure(error: Exception, host: str) -> Unreachable:
    cause = error.__cause__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Unreachable(
            f"is not to be trusted: the certificate of {host} is not valid "
            f"({cause.verify_message.rstrip('.')}); give another address."
        )
    if isinstance(error, httpcore.ConnectTimeout):
        return Unreachable(f"cannot be reached: {host} does not answer; try again later.")
    return Unreachable(f"cannot be reached: {host} makes no secure connection; check the address.")
