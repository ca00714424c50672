"""A program's question: once all is ready, its answer as it grows, at a pace one can follow."""

import time
from collections.abc import Callable, Iterator

from article_qa_page.limits import Limits
from article_qa_page.programs.contract import ProgramAssistant
from article_qa_page.programs.requests import Asked, Sought
from article_qa_page.startup import Startup
from article_qa_page.wording import wording
from index.errors import ArticleQAError
from retrieval.types import Answer, Passage

INTERVAL = 0.125  # seconds between two snapshots; a chat model makes a hundred a second
START_WAIT = 60.0  # seconds that a request waits for the models and the first index


class NotReadyError(ArticleQAError):
    """The models are not loaded yet, or could not be."""


def started(startup: Startup, patience: float = START_WAIT) -> None:
    """Return once `startup` is done; raise `NotReadyError` if it failed or takes too long."""
    end = time.monotonic() + patience
    status = startup.status
    while not status.settled and (left := end - time.monotonic()) > 0:
        status = startup.wait_for_change(status, left)
    if status.stage == "failed":
        raise NotReadyError(status.sentence(wording("en")))
    if not status.settled:
        raise NotReadyError("The models are still being loaded: ask again in a few seconds.")


class Asking:
    """Answers and searches for programs; `ready` waits until that can be done, or raises.

    `limits` are those of the page: what a client asks there and here counts together.
    """

    def __init__(
        self,
        assistant: ProgramAssistant,
        ready: Callable[[], None],
        limits: Limits | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.assistant = assistant
        self.ready = ready
        self._limits = limits or Limits()
        self._clock = clock

    def snapshots(self, asked: Asked, client: str = "") -> Iterator[Answer]:
        """Yield the answer as it grows, the last one complete; errors as `Assistant.answer`.

        A snapshot without text tells that the question waits. Closing gives the question up.
        The limits count by `client`; beyond them, `LimitError` is raised.
        """
        with self._limits.asking(client):
            self.ready()
            yield from self._paced(self.assistant.stream_answer(asked.question, **asked.options))

    def answer(self, asked: Asked, client: str = "") -> Answer:
        """Return the complete answer; errors as `snapshots`."""
        *_, complete = self.snapshots(asked, client)
        return complete

    def search(self, sought: Sought, client: str = "") -> tuple[Passage, ...]:
        """Return the passages found, best first; errors as `Assistant.search`, and `LimitError`."""
        with self._limits.asking(client):
            self.ready()
            found = self.assistant.search(sought.question, sought.top_k, **sought.filters)
        return tuple(candidate.passage for candidate in found)

    def _paced(self, snapshots: Iterator[Answer]) -> Iterator[Answer]:
        shown_at = float("-inf")
        pending: Answer | None = None
        for snapshot in snapshots:
            pending = snapshot
            if self._clock() - shown_at >= INTERVAL:
                shown_at = self._clock()
                pending = None
                yield snapshot
        if pending is not None:
            yield pending
