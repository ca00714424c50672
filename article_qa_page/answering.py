"""The chat's handler: a question in, growing Markdown out."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from article_qa_page.articles_wording import articles_words, grouped
from article_qa_page.contract import PageAssistant
from article_qa_page.error_wording import translated
from article_qa_page.history import without_mark
from article_qa_page.limits import Limits, limit_sentence
from article_qa_page.rendering import answer_markdown, error_markdown, status_markdown
from article_qa_page.startup import Startup
from article_qa_page.viewing import Viewing
from article_qa_page.wording import Wording, wording
from index.errors import (
    ArticleQAError,
    FilterError,
    LimitError,
    QuestionError,
    UnknownArticleError,
)
from retrieval.types import Answer

log = logging.getLogger(__name__)

INTERVAL = 0.125  # seconds between two updates: each costs the browser work
POLL = 1.0  # seconds; how soon a stopped question is noticed while it waits


class Answering:
    """Streams answers as chat Markdown, and waits for the start where it must."""

    def __init__(
        self,
        assistant: PageAssistant,
        startup: Startup,
        viewing: Viewing,
        limits: Limits | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._assistant = assistant
        self._startup = startup
        self._viewing = viewing
        self._limits = limits or Limits()
        self._clock = clock

    def stream(
        self,
        question: str,
        words: Wording,
        history: Sequence[tuple[str, str]] = (),
        filters: Mapping[str, Any] | None = None,
        *,
        client: str = "",
    ) -> Iterator[str]:
        """Yield the chat message as it grows; `words` are for what comes before the answer.

        `history` holds the earlier questions and answers of the conversation, `filters` are those
        of `asked.filter_options`, and `client` is whom the limits count by.

        An error becomes one sentence of the chat, never an exception.
        """
        try:
            with self._limits.asking(client):
                yield from self._until_started(words)
                if self._startup.status.stage == "ready":
                    yield from self._answer(question, history, filters or {})
        except QuestionError as error:
            key = "question_long" if error.characters else "question_empty"
            strings = articles_words(words)
            count, most = (grouped(one, strings) for one in (error.characters, error.most))
            yield error_markdown(words[key].format(count=count, most=most))
        except LimitError as error:
            sentence = limit_sentence(error, words)
            yield error_markdown(sentence)
        except UnknownArticleError:
            yield error_markdown(words["filter_gone"])
        except FilterError:
            yield error_markdown(words["filter_wrong"])
        except ArticleQAError as error:
            yield error_markdown(translated(str(error), words.language))
        except Exception:  # a defect: the reader is told, the log has the rest
            log.exception("The question could not be answered")
            yield error_markdown(words["defect"])

    def _until_started(self, words: Wording) -> Iterator[str]:
        status = self._startup.status
        while not status.settled:
            waiting = words["waiting"].format(status=status.sentence(words))
            yield status_markdown(waiting)
            status = self._startup.wait_for_change(status, POLL)
        if status.stage == "failed":
            yield error_markdown(status.sentence(words))

    def _answer(
        self, question: str, history: Sequence[tuple[str, str]], filters: Mapping[str, Any]
    ) -> Iterator[str]:
        shown_at = float("-inf")
        last: Answer | None = None
        question, all_dates = without_mark(question)
        options = {**filters, **({"time_words": False} if all_dates else {})}
        for last in self._assistant.stream_answer(question, history=history, **options):
            if self._clock() - shown_at >= INTERVAL:
                shown_at = self._clock()
                self._viewing.remember(last)
                words = wording(_spoken(last))
                yield (
                    answer_markdown(last, words, complete=False)
                    if last.text
                    else status_markdown(words["writing"])
                )
        if last is not None:
            self._viewing.remember(last)
            yield answer_markdown(last, wording(_spoken(last)), complete=True)


def _spoken(answer: Answer) -> str:
    return answer.language if answer.language in ("en", "fr") else "en"
