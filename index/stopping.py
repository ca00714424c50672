"""Being asked to end: Ctrl-C (SIGINT) and SIGTERM, raised in a short run, noted in a long one."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
_POLL = 0.05  # seconds; how soon a wait notices that an end was asked for


class Stopped(BaseException):
    """The process was asked to end."""


class StopRequest:
    """Whether an end was asked for.

    A `threading.Event` would not do: set by a signal's handler in the midst of its own `wait`, it
    waits for itself.
    """

    def __init__(self) -> None:
        self._made = False

    def set(self) -> None:
        """Ask for an end."""
        self._made = True

    def is_set(self) -> bool:
        """Tell whether an end was asked for."""
        return self._made

    def wait(self, seconds: float) -> bool:
        """Wait so many seconds, or until an end is asked for; tell whether it was."""
        until = time.monotonic() + seconds
        while not self._made and (left := until - time.monotonic()) > 0:
            time.sleep(min(_POLL, left))
        return self._made

    def check(self) -> None:
        """Raise `Stopped` if an end was asked for."""
        if self._made:
            raise Stopped


def raise_when_terminated() -> None:
    """Let SIGTERM raise `Stopped`, as Ctrl-C raises KeyboardInterrupt.

    Where it is ignored, or somebody handles it already, that stays.
    """
    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _raise)


def _raise(number: int, frame: FrameType | None) -> None:
    raise Stopped


@contextmanager
def signals_noted() -> Iterator[StopRequest]:
    """Give what a first SIGINT or SIGTERM sets; a second one ends the process at once.

    An exception raised by a handler is lost where one may not be raised (in a finaliser, in a
    native library's callback, in an import that catches everything): what is noted is not. Signals
    that are ignored stay so, as those of a job in a shell's background. Only for the main thread.
    After a signal the system's own handling stays in force, since the process is about to end.
    """
    request = StopRequest()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    heard = [number for number in SIGNALS if before[number] not in (signal.SIG_IGN, None)]

    def note(number: int, frame: FrameType | None) -> None:
        for one in heard:
            signal.signal(one, signal.SIG_DFL)
        request.set()

    for number in heard:
        signal.signal(number, note)
    try:
        yield request
    finally:
        for number in heard:
            if signal.getsignal(number) is note:
                signal.signal(number, before[number])
