"""How much one client, and all together, may ask, send, rate and have done at a time."""

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from article_qa_page.wording import Wording
from index.errors import LimitError
from index.settings import Settings

MOST_CLIENTS = 10_000
MINUTE, HOUR = 60.0, 3_600.0  # seconds
# Where others can reach the page:
DEFAULT_QUESTIONS = 30  # a minute
DEFAULT_CALLS = 600  # a minute, as `COSTS` counts them
DEFAULT_SUGGESTIONS = 10  # a minute: each may take the models for some seconds
DEFAULT_RATINGS = 60  # an hour: each is kept for good
# What a function of the page counts for, if not for one. Pages ask for the state of the articles by
# themselves every few seconds: that counts for nothing.
COSTS = {"articles_state": 0, "choices": 3, "export": 20}
_BUSY = 3  # seconds after which it is worth asking again


class Rate:
    """Lets each client do something `most` times a `period` (0: any number), in bounded memory.

    The generic cell rate algorithm: `most` at once, then one each time a `most`-th of the period
    (in seconds) has gone by. One number is kept for each client.
    """

    def __init__(
        self, most: int, clock: Callable[[], float] = time.monotonic, period: float = MINUTE
    ) -> None:
        self._most = most
        self._clock = clock
        self._period = period
        self._full_at: OrderedDict[str, float] = OrderedDict()  # when all would be free again
        self._lock = Lock()

    def take(self, client: str, count: int = 1) -> float:
        """Count `count` and return 0, or return the seconds to wait before the next.

        One that counts for more than `most` is let through when nothing else was done before.
        """
        if not self._most or not count:
            return 0.0
        step = self._period / self._most * min(count, self._most)
        with self._lock:
            now = self._clock()
            taken = max(self._full_at.get(client, now), now) + step
            wait = taken - now - self._period
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


class CallLimits:
    """How often one client may call the page's functions, and rate; 0 is any number.

    `calls` and `suggestions` are a minute's, `ratings` an hour's. Safe to share between threads.
    """

    def __init__(
        self,
        calls: int = 0,
        suggestions: int = 0,
        ratings: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._calls = Rate(calls, clock)
        self._suggestions = Rate(suggestions, clock)
        self._ratings = Rate(ratings, clock, HOUR)

    def call(self, name: str, client: str) -> None:
        """Count a call of the function `name`; raise `LimitError` where it is one too many."""
        if name == "suggest":
            self._count(self._suggestions.take(client), "calls")
        elif name == "explain":
            self.rating(client)
        else:
            self._count(self._calls.take(client, COSTS.get(name, 1)), "calls")

    def rating(self, client: str) -> None:
        """Count a rating, or the reason of one; raise `LimitError` where it is one too many."""
        self._count(self._ratings.take(client), "ratings")

    @staticmethod
    def _count(wait: float, kind: str) -> None:
        if wait:
            seconds = math.ceil(wait)
            raise LimitError(f"That was much in a short time: wait {seconds} s.", kind, seconds)


def limits_of(settings: Settings, *, open_to_others: bool) -> Limits:
    """Return the limits that the settings name; on one's own machine any number a minute."""
    default = DEFAULT_QUESTIONS if open_to_others else 0
    return Limits(
        _given(settings.questions_per_minute, default),
        settings.questions_at_once,
        settings.questions_at_once_in_all,
    )


def call_limits_of(settings: Settings, *, open_to_others: bool) -> CallLimits:
    """Return those on calls and ratings that the settings name; as `limits_of`."""
    return CallLimits(
        _given(settings.calls_per_minute, DEFAULT_CALLS if open_to_others else 0),
        _given(settings.suggestions_per_minute, DEFAULT_SUGGESTIONS if open_to_others else 0),
        _given(settings.ratings_per_hour, DEFAULT_RATINGS if open_to_others else 0),
    )


def _given(setting: int | None, default: int) -> int:
    return default if setting is None else setting


def limit_sentence(error: LimitError, words: Wording) -> str:
    """Return which limit was reached and when to ask again, in the page's own words."""
    return words[f"limit_{error.kind}"].format(seconds=error.retry_after)
