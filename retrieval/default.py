"""The one assistant of this process, and its questions as functions."""

import threading
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from retrieval.answering import Assistant
from retrieval.searching import TOP_K
from retrieval.types import Answer

if TYPE_CHECKING:
    from retrieval.retriever import Candidate

_default_lock = threading.Lock()


@cache
def _assistant_of(settings: str) -> Assistant:
    return Assistant()


def default_assistant() -> Assistant:
    """Return the one assistant of this process for the settings as they are now."""
    from index.settings import load_settings

    with _default_lock:
        return _assistant_of(load_settings().model_dump_json())


def answer(question: str, **options: Any) -> Answer:
    """Answer a question from the articles of the data folder (see `Assistant.answer`)."""
    return default_assistant().answer(question, **options)


def stream_answer(question: str, **options: Any) -> Iterator[Answer]:
    """Yield growing snapshots of the answer (see `Assistant.stream_answer`)."""
    return default_assistant().stream_answer(question, **options)


def search(question: str, top_k: int = TOP_K, **filters: Any) -> "tuple[Candidate, ...]":
    """Return the passages found for a question (see `Assistant.search`)."""
    return default_assistant().search(question, top_k, **filters)
