"""What changes the articles, one after another: jobs whose progress every page can see.

A job belongs to the server and not to the page that asked for it: it goes on when that page is
closed, and its report can be fetched later.
"""

import logging
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition, Event, Thread
from typing import Literal

from index.errors import ArticleQAError, IndexLockedError
from index.report import SyncReport

log = logging.getLogger(__name__)

MAX_WAITING = 20  # jobs
REMEMBERED = 50  # jobs that have ended
LOCK_POLL = 1.0  # seconds

State = Literal["waiting", "locked", "running", "done", "failed", "cancelled"]
Kind = Literal["files", "address", "feed", "text", "sync", "again", "remove", "reindex"]


class TooMuchWaitingError(ArticleQAError):
    """So many jobs wait that no other is taken."""


class Cancelled(Exception):
    """Raised in a job's work where it was asked to end."""


@dataclass(eq=False)
class Job:
    """One change to the articles; `about` is what it is about: a title, an address, a number.

    `stage` is "read", "embed" or "store", with how much of it is `done` of `total`, and `began`
    when, by the monotonic clock. `error` is the sentence of a failure, and empty for a defect.
    `note` names a string with something to add to the report.
    """

    kind: Kind
    about: str
    work: "Work"
    undo: Callable[[], None]
    id: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    state: State = "waiting"
    stage: str = ""
    done: int = 0
    total: int = 0
    began: float = 0.0
    report: SyncReport | None = None
    error: str = ""
    note: str = ""
    cancelled: Event = field(default_factory=Event)

    @property
    def ended(self) -> bool:
        """Tell whether nothing more will happen to it."""
        return self.state in ("done", "failed", "cancelled")

    def progress(self, stage: str, done: int, total: int) -> None:
        """Note how far the work is; raise `Cancelled` where it is to end.

        What is being stored is stored: that is the last stage, and a short one.
        """
        if self.cancelled.is_set() and stage != "store":
            raise Cancelled
        if stage != self.stage:
            self.stage, self.began = stage, time.monotonic()
        self.done, self.total = done, total

    def rate(self, now: float) -> tuple[float, float] | None:
        """Return how many a second are done in this stage, and the seconds left; None too early."""
        seconds = now - self.began
        if not self.done or seconds < 1 or self.done >= self.total:
            return None
        a_second = self.done / seconds
        return a_second, (self.total - self.done) / a_second


Work = Callable[[Job], SyncReport]
"""Does a job, telling it how far it is with `Job.progress`."""


def _nothing() -> None:
    """Undo nothing."""


class Jobs:
    """Runs jobs in the order in which they came, in one thread that starts with the first."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: deque[Job] = deque()
        self._running: Job | None = None
        self._ended: deque[Job] = deque(maxlen=REMEMBERED)
        self._thread: Thread | None = None

    def add(self, kind: Kind, about: str, work: Work, undo: Callable[[], None] = _nothing) -> Job:
        """Queue a job; raise `TooMuchWaitingError` where too many wait.

        `undo` is called where the work came to no end, and the job never began or failed.
        """
        job = Job(kind, about, work, undo)
        with self._changed:
            if len(self._waiting) >= MAX_WAITING:
                raise TooMuchWaitingError(
                    f"{MAX_WAITING} changes wait already: try again when some are done."
                )
            self._waiting.append(job)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="articles", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return job

    def seen(self) -> tuple[list[Job], list[Job]]:
        """Return the jobs that run or wait, in order, and those that have ended, newest last."""
        with self._changed:
            now = [self._running] if self._running else []
            return now + list(self._waiting), list(self._ended)

    def cancel(self, job_id: str) -> bool:
        """Ask a job to end; return whether there is one that has not ended."""
        with self._changed:
            for job in [self._running, *self._waiting]:
                if job and job.id == job_id:
                    job.cancelled.set()
                    self._changed.notify_all()
                    return True
        return False

    def wait(self, job: Job, timeout: float) -> bool:
        """Wait until a job has ended; return whether it has."""
        with self._changed:
            return self._changed.wait_for(lambda: job.ended, timeout)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
                job = self._running = self._waiting.popleft()
            state = self._do(job)
            if state != "done":
                job.undo()
            with self._changed:
                job.state = state
                self._running = None
                self._ended.append(job)
                self._changed.notify_all()

    def _do(self, job: Job) -> State:
        while not job.cancelled.is_set():
            job.state = "running"
            try:
                job.report = job.work(job)
                return "done"
            except Cancelled:
                return "cancelled"
            except IndexLockedError as error:
                # Another process writes: as soon as it is done, this goes on.
                job.state, job.error = "locked", str(error)
                job.cancelled.wait(LOCK_POLL)
                job.error = "" if job.cancelled.is_set() else job.error
            except ArticleQAError as error:
                job.error = str(error)
                return "failed"
            except Exception:  # whatever it is, the jobs behind it must not wait for ever
                log.exception("A change to the articles failed")
                job.error = ""
                return "failed"
        return "cancelled"
