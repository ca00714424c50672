"""How much one client, and all together, may ask and send at a time."""

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from index.errors import LimitError
from index.settings import Settings

MOST_CLIENTS = 10_000
MINUTE = 60.0  # seconds
DEFAULT_QUESTIONS = 30  # a minute, where others can reach the page
_BUSY = 3  # seconds after which it is worth asking again


class Rate:
    """Lets each client do something `most` times a minute (0: any number), in bounded memory.

    The generic cell rate algorithm: `most` at once, then one each time a `most`-th of a minute
    has gone by. One number is kept for each client.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()  # when all would be free again
        self._lock = Lock()

    def take(self, client: str) -> float:
        """Count one and return 0, or return the seconds to wait before the next."""
        if not self._most:
            return 0.0
        step = MINUTE / self._most
        with self._lock:
            now = self._clock()
            taken = max(self._full_at.get(client, now), now) + step
            wait = taken - now - MINUTE
            if wait > 1e-9:
                return wait
            self._full_at[client] = taken
            self._full_at.move_to_end(client)
            while len(self._full_at) > MOST_CLIENTS:
                self._full_at.popitem(last=False)
            return 0.0


class Limits:
    """The limits on questions; `asking` holds them. Safe to share between threads.

    `per_minute` and `at_once` are one client's, `in_all` is everybody's.
    """

    def __init__(
        self,
        per_minute: int = 0,
        at_once: int = 4,
        in_all: int = 128,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = Rate(per_minute, clock)
        self._per_minute = per_minute
        self._at_once = at_once
        self._in_all = in_all
        self._asking: Counter[str] = Counter()
        self._lock = Lock()

    @contextmanager
    def asking(self, client: str) -> Iterator[None]:
        """Hold a question's place while it is answered; raise `LimitError` if there is none."""
        with self._lock:
            if self._asking[client] >= self._at_once:
                raise LimitError(
                    f"{self._at_once} questions of yours are being answered: wait for one of them.",
                    "at_once",
                    _BUSY,
                )
            if self._asking.total() >= self._in_all:
                raise LimitError(
                    "Many questions are being answered: ask again in a few seconds.", "full", _BUSY
                )
            self._asking[client] += 1
        try:
            wait = math.ceil(self._rate.take(client))
            if wait:
                raise LimitError(
                    f"That was {self._per_minute} questions in a minute: "
                    f"ask the next one in {wait} s.",
                    "rate",
                    wait,
                )
            yield
        finally:
            with self._lock:
                self._asking[client] -= 1
                if not self._asking[client]:
                    del self._asking[client]


def limits_of(settings: Settings, *, open_to_others: bool) -> Limits:
    """Return the limits that the settings name; on one's own machine any number a minute."""
    per_minute = settings.questions_per_minute
    if per_minute is None:
        per_minute = DEFAULT_QUESTIONS if open_to_others else 0
    return Limits(per_minute, settings.questions_at_once, settings.questions_at_once_in_all)
