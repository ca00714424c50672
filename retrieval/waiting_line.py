"""Who may use the models now: questions wait in one line, first come, first served.

More questions at once than there are cores only take turns on them, and each is then done about
when the last one is. In line the first ones are done early, and the last one no later. What nobody
has asked for, such as questions to go on with, lets all pass that was asked.
"""

import os
import threading
from collections import deque
from types import TracebackType


class Place:
    """A place in a `WaitingLine`, and then one of its slots, until `leave` or the block's end."""

    def __init__(self, line: "WaitingLine", *, last: bool) -> None:
        self._line = line
        self._last = last
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

    def __enter__(self) -> "Place":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.leave()


class WaitingLine:
    """A line before `slots` slots (one for each core, at least two); safe between threads.

    With two, one question can be searched for while another is read.
    """

    def __init__(self, slots: int | None = None) -> None:
        self._free = slots or max(2, os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._asked: deque[Place] = deque()
        self._unasked: deque[Place] = deque()

    def join(self, *, last: bool = False) -> Place:
        """Return a place at the end of the line; whoever takes it must leave it.

        A place with `last` is called only while none without it waits, however long that is:
        whoever takes it waits for a bounded time.
        """
        place = Place(self, last=last)
        with self._lock:
            self._line_of(place).append(place)
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
                self._line_of(place).remove(place)
            self._call()

    def _call(self) -> None:
        # Each place waits for an event of its own, so that one thread wakes and not all of them.
        while self._free and (waiting := self._asked or self._unasked):
            self._free -= 1
            waiting.popleft()._called.set()

    def _line_of(self, place: Place) -> deque[Place]:
        return self._unasked if place._last else self._asked
