"""An assistant whose questions are told: a line in the log and figures, whoever asks it."""

import time
from collections.abc import Generator, Iterator
from typing import Any

from article_qa_page.contract import PageAssistant
from article_qa_page.logs import questions_log, told
from article_qa_page.metrics import Metrics
from index.errors import ArticleQAError
from retrieval.types import Answer


class WatchedAssistant:
    """Asks `assistant`, and tells of each question; all else is `assistant`'s own.

    The question's text is told only with `texts`.
    """

    def __init__(self, assistant: PageAssistant, metrics: Metrics, *, texts: bool = False) -> None:
        self._assistant = assistant
        self._metrics = metrics
        self._texts = texts

    def __getattr__(self, name: str) -> Any:
        """Return what `assistant` calls `name`."""
        return getattr(self._assistant, name)

    def answer(self, question: str, **options: Any) -> Answer:
        """Return the complete answer (see `retrieval.answering.Assistant.answer`)."""
        *_, complete = self.stream_answer(question, **options)
        return complete

    def stream_answer(self, question: str, **options: Any) -> Iterator[Answer]:
        """Yield growing snapshots of the answer, the last one complete."""
        begun = time.monotonic()
        waited = 0.0  # for whoever reads the snapshots: no time of ours
        last: Answer | None = None
        outcome, error = "stopped", ""
        snapshots: Iterator[Answer] = iter(())
        try:
            snapshots = self._assistant.stream_answer(question, **options)
            for last in snapshots:
                shown = time.monotonic()
                yield last
                waited += time.monotonic() - shown
            outcome = "abstained" if last is None or last.abstained else "answered"
        except GeneratorExit:
            raise
        except BaseException as fault:
            outcome, error = "failed", type(fault).__name__
            if not isinstance(fault, ArticleQAError):
                error = f"defect {error}"
            raise
        finally:
            if isinstance(snapshots, Generator):
                snapshots.close()  # now, and not when it is collected: it may hold a connection
            self._tell(question, last, outcome, error, time.monotonic() - begun - waited)

    def _tell(
        self, question: str, answer: Answer | None, outcome: str, error: str, seconds: float
    ) -> None:
        self._metrics.question(outcome, seconds, answer)
        stages = {} if answer is None else answer.seconds
        told(
            questions_log,
            "question",
            outcome=outcome,
            **({"error": error} if error else {}),
            characters=len(question),
            language=answer.language if answer else "",
            abstained=bool(answer and answer.abstained),
            citations=len(answer.citations) if answer else 0,
            ms=round(1_000 * seconds),
            stages_ms={stage: round(1_000 * spent) for stage, spent in stages.items()},
            **({"question": question} if self._texts else {}),
        )
