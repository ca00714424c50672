"""A program's question: once all is ready, its answer as it grows, at a pace one can follow."""

import time
from collections.abc import Callable, Iterator

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
    """Answers and searches for programs; `ready` waits until that can be done, or raises."""

    def __init__(
        self,
        assistant: ProgramAssistant,
        ready: Callable[[], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.assistant = assistant
        self.ready = ready
        self._clock = clock

    def snapshots(self, asked: Asked) -> Iterator[Answer]:
        """Yield the answer as it grows, the last one complete; errors as `Assistant.answer`.

        A snapshot without text tells that the question waits. Closing gives the question up.
        """
        self.ready()
        shown_at = float("-inf")
        pending: Answer | None = None
        for snapshot in self.assistant.stream_answer(asked.question, **asked.options):
            pending = snapshot
            if self._clock() - shown_at >= INTERVAL:
                shown_at = self._clock()
                pending = None
                yield snapshot
        if pending is not None:
            yield pending

    def answer(self, asked: Asked) -> Answer:
        """Return the complete answer; errors as `Assistant.answer`."""
        *_, complete = self.snapshots(asked)
        return complete

    def search(self, sought: Sought) -> tuple[Passage, ...]:
        """Return the passages found, best first; errors as `Assistant.search`."""
        self.ready()
        found = self.assistant.search(sought.question, sought.top_k, **sought.filters)
        return tuple(candidate.passage for candidate in found)
