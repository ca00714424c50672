"""Getting ready in the background: models, then, on the very first run, the sample articles.

The page is open meanwhile; it shows the `Status`, and questions wait for the end of it.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread
from typing import Literal

from article_qa_page.contract import PageAssistant
from article_qa_page.error_wording import translated
from article_qa_page.wording import Wording
from index.errors import ArticleQAError, IndexLockedError

log = logging.getLogger(__name__)

LOCK_POLL = 1.0  # seconds

Stage = Literal["loading", "indexing", "ready", "failed"]
Part = Literal["models", "articles"]


@dataclass(frozen=True, slots=True)
class Status:
    """How far the start has come; `percent` counts while indexing, as far as it is known.

    `part` is what is being got ready, or could not be. `error` is the sentence, in English, to show
    where the start failed for a known reason.
    """

    stage: Stage = "loading"
    part: Part = "models"
    percent: int = 0
    error: str | None = None

    @property
    def settled(self) -> bool:
        """Tell whether nothing more will happen."""
        return self.stage in ("ready", "failed")

    def sentence(self, words: Wording) -> str:
        """Return the status in words; empty when ready."""
        if self.stage == "indexing" and self.percent:
            return words["indexing_count"].format(percent=self.percent)
        if self.stage == "failed":
            return translated(self.error, words.language) if self.error else words["failed"]
        return "" if self.stage == "ready" else words[self.stage]


class Startup:
    """Readies `assistant` once, in a thread of its own; `samples` names the folder to begin with.

    The thread is a daemon: a Ctrl-C does not wait for a model to load, and an index is only
    published whole.
    """

    def __init__(self, assistant: PageAssistant, samples: Callable[[], Path]) -> None:
        self._assistant = assistant
        self._samples = samples
        self._changed = Condition()
        self._status = Status()
        self._begun = False

    @property
    def status(self) -> Status:
        """Return how far the start has come."""
        return self._status

    def begin(self) -> None:
        """Start getting ready; a second call does nothing."""
        with self._changed:
            if self._begun:
                return
            self._begun = True
        Thread(target=self._run, name="startup", daemon=True).start()

    def wait_for_change(self, seen: Status, timeout: float) -> Status:
        """Return the status as soon as it is not `seen`, or after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._status != seen, timeout)
            return self._status

    def _run(self) -> None:
        part: Part = "models"
        try:
            self._assistant.warm_up()
            part = "articles"
            self._index_samples()
            self._set(Status("ready", part))
        except ArticleQAError as error:
            self._set(Status("failed", part, error=str(error)))
        except Exception:  # whatever it is, the page must not wait for ever
            log.exception("The assistant could not start")
            self._set(Status("failed", part))

    def _index_samples(self) -> None:
        while not self._assistant.has_index():
            self._set(Status("indexing", "articles"))
            try:
                self._assistant.add([self._samples()], self._count)
            except IndexLockedError:
                # Another process makes the first index: what it makes will do.
                time.sleep(LOCK_POLL)

    def _count(self, stage: str, done: int, total: int) -> None:
        if stage == "embed" and total:  # the other stages take no time to speak of
            self._set(Status("indexing", "articles", 100 * done // total))

    def _set(self, status: Status) -> None:
        with self._changed:
            self._status = status
            self._changed.notify_all()
