"""Who may use the models now: questions wait in one line, first come, first served.

More questions at once than there are cores only take turns on them, and each is then done about
when the last one is. In line the first ones are done early, and the last one no later.
"""

import os
import threading
from collections import deque


class Place:
    """A place in a `WaitingLine`, and then one of its slots, until `leave`."""

    def __init__(self, line: "WaitingLine") -> None:
        self._line = line
        self._called = threading.Event()
        self._left = False

    def called(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds to be called; tell whether the slot is held now.

        None waits as long as it takes.
        """
        return self._called.wait(timeout)

    def leave(self) -> None:
        """Give the slot, or the place in the line, to the next; a second time does nothing."""
        self._line._leave(self)


class WaitingLine:
    """A line before `slots` slots (one for each core, at least two); safe between threads.

    With two, one question can be searched for while another is read.
    """

    def __init__(self, slots: int | None = None) -> None:
        self._free = slots or max(2, os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._waiting: deque[Place] = deque()

    def join(self) -> Place:
        """Return a place at the end of the line; whoever takes it must leave it."""
        place = Place(self)
        with self._lock:
            self._waiting.append(place)
            self._call()
        return place

    def _leave(self, place: Place) -> None:
        with self._lock:
            if place._left:
                return
            place._left = True
            if place._called.is_set():
                self._free += 1
            else:
                self._waiting.remove(place)
            self._call()

    def _call(self) -> None:
        # Each place waits for an event of its own, so that one thread wakes and not all of them.
        while self._free and self._waiting:
            self._free -= 1
            self._waiting.popleft()._called.set()
