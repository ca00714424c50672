"""The clock, the count of embedded texts, and the memory of one process that measures."""

import json
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from index.embedding import Embedder, Role, Vectors

INTERVAL = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one process measured.

    `seconds` is the time of the work, and `in_model` the part of it spent in the embedder;
    `texts` were embedded, in vectors of `dimensions`. `peak` (bytes) is the most memory the process
    ever held, and `private` the most that is no mapped file, or 0 where the system does not tell.
    """

    seconds: float
    in_model: float
    texts: int
    dimensions: int
    peak: int
    private: int


class MeasuredEmbedder:
    """An embedder that counts, and writes each batch of texts down as a line of JSON."""

    def __init__(self, embedder: Embedder, record: Path | None = None) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._lines = record.open("w", encoding="utf-8") if record else None
        self.name = embedder.name
        self.start()

    def start(self) -> None:
        """Count from here on; what was written down before is forgotten."""
        self.seconds, self.texts, self.dimensions = 0.0, 0, 0
        if self._lines:
            self._lines.seek(0)
            self._lines.truncate()

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        """Return what the embedder returns."""
        began = time.perf_counter()
        vectors = self._embedder.embed(texts, role)
        took = time.perf_counter() - began
        with self._lock:
            self.seconds += took
            self.texts += len(texts)
            self.dimensions = vectors.shape[1]
            if self._lines:
                self._lines.write(json.dumps(list(texts)) + "\n")
        return vectors

    def close(self) -> None:
        """Finish what is written down."""
        if self._lines:
            self._lines.close()


class MemoryWatch:
    """Looks at this process's private memory now and then, from a thread, while it is entered."""

    def __init__(self) -> None:
        self.private = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "MemoryWatch":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            self.private = max(self.private, _status("RssAnon"))
            if self._done.wait(INTERVAL):
                return


def _status(field: str) -> int:
    """Return a field of Linux's account of this process, in bytes; 0 elsewhere."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) * 1024
    return 0


def peak_memory() -> int:
    """Return the most memory that this process ever held, in bytes."""
    import resource

    # On Linux the limits' account goes on from the process that started this one.
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return _status("VmHWM") or (largest if sys.platform == "darwin" else largest * 1024)


def measure(work: Callable[[], object], embedder: MeasuredEmbedder, turns: int = 1) -> Measurement:
    """Return what `work` takes: the median of `turns`, the counts of all turns together."""
    embedder.start()
    times = []
    with MemoryWatch() as memory:
        for _ in range(turns):
            began = time.perf_counter()
            work()
            times.append(time.perf_counter() - began)
    embedder.close()
    return Measurement(
        statistics.median(times),
        embedder.seconds,
        embedder.texts,
        embedder.dimensions,
        peak_memory(),
        memory.private,
    )
