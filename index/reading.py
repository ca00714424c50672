"""The live generation, for any number of threads, reopened when a new one is published."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from index.generation import Generation
from index.generations import GenerationStore


class LiveIndex:
    """Hands out the live generation; an old one is closed when its last reader is done."""

    def __init__(self, store: GenerationStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._open: Generation | None = None
        self._readers: dict[Generation, int] = {}

    @contextmanager
    def reading(self) -> Iterator[Generation]:
        """Give the generation that is live now, unchanged for as long as the block lasts.

        Raises `NoIndexError` if nothing was indexed yet.
        """
        self._store.refresh()
        generation = self._acquire()
        try:
            yield generation
        finally:
            self._release(generation)

    def _acquire(self) -> Generation:
        with self._lock:
            if self._open is None or self._open.name != self._store.current():
                superseded, self._open = self._open, None
                self._close_if_idle(superseded)
                self._open = self._store.open_current()
                self._readers[self._open] = 0
            self._readers[self._open] += 1
            return self._open

    def _release(self, generation: Generation) -> None:
        with self._lock:
            self._readers[generation] -= 1
            self._close_if_idle(generation)

    def _close_if_idle(self, generation: Generation | None) -> None:
        if generation is None or generation is self._open or self._readers[generation]:
            return
        del self._readers[generation]
        generation.close()

    def close(self) -> None:
        """Let go of the live generation; the next reading opens it again."""
        with self._lock:
            superseded, self._open = self._open, None
            self._close_if_idle(superseded)
