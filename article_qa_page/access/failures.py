"""Wrong passwords make slow: each client waits longer after each."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

FREE = 3  # wrong passwords that cost no waiting
LONGEST = 300.0  # seconds
FORGOTTEN = 900.0  # seconds after the last one
MOST_CLIENTS = 10_000


class Failures:
    """Counts the tries of each client, in bounded memory; safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = Lock()

    def begin(self, client: str) -> float:
        """Count a try and return 0, or return the seconds to wait before the next one.

        It counts as wrong until `right` is called, so that tries at the same time gain nothing.
        """
        with self._lock:
            now = self._clock()
            count, last = self._tries.get(client, (0, now))
            if now - last > FORGOTTEN:
                count = 0
            wait = min(LONGEST, 2.0 ** (count - FREE)) if count >= FREE else 0.0
            if now < last + wait:
                return last + wait - now
            self._tries[client] = (count + 1, now)
            self._tries.move_to_end(client)
            while len(self._tries) > MOST_CLIENTS:
                self._tries.popitem(last=False)
            return 0.0

    def right(self, client: str) -> None:
        """Take back the last try: its password was right. Earlier wrong ones still count."""
        with self._lock:
            count, last = self._tries.get(client, (0, 0.0))
            if count > 1:
                self._tries[client] = (count - 1, last)
            else:
                self._tries.pop(client, None)
