"""One request at a time to each host, with a pause in between."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock

from index.web.net_addresses import Unfetched


@dataclass(slots=True)
class _Host:
    lock: Lock = field(default_factory=Lock)
    left_at: float = float("-inf")


class Turns:
    """The turns of requests to hosts; usable from several threads."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()
        self._closed = Event()

    def close(self) -> None:
        """End all waiting, and refuse what is asked for from now on."""
        self._closed.set()

    @contextmanager
    def turn(self, host: str, pause: float) -> Iterator[None]:
        """Hold `host` alone, at least `pause` seconds after it was last held.

        Raises `Unfetched` where the turns were closed meanwhile.
        """
        with self._lock:
            held = self._hosts.setdefault(host, _Host())
        with held.lock:
            wait = held.left_at + pause - time.monotonic()
            if self._closed.wait(max(wait, 0.0)):
                raise Unfetched("was not fetched: fetching was stopped meanwhile.")
            try:
                yield
            finally:
                held.left_at = time.monotonic()
