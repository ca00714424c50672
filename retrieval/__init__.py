"""A question in, an answer out whose every claim cites an exact sentence.

>>> from retrieval import answer
>>> print(answer("why did xAI switch to Dell?").text)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retrieval.answering import Assistant
    from retrieval.default import answer, search, stream_answer
    from retrieval.types import Answer, Citation, Claim, Passage

_HOMES = {
    "Assistant": "retrieval.answering",
    "answer": "retrieval.default",
    "search": "retrieval.default",
    "stream_answer": "retrieval.default",
    "Answer": "retrieval.types",
    "Citation": "retrieval.types",
    "Claim": "retrieval.types",
    "Passage": "retrieval.types",
}

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "Claim",
    "Passage",
    "answer",
    "search",
    "stream_answer",
]


def __getattr__(name: str) -> Any:
    """Import a public name at its first use, so that importing the package stays fast."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'retrieval' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
