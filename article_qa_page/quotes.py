"""What the chat has quoted, so that it is found again in an article that has changed since."""

import re
from collections import OrderedDict
from threading import Lock

from article_qa_page.citation_links import version_of
from retrieval.types import Answer

REMEMBERED = 5_000  # quotes; those of so many answers are found again in a changed article

Span = tuple[str, str, int, int]  # article id, version, start, end


class Quotes:
    """The quotes last shown, by their span; usable from several threads."""

    def __init__(self) -> None:
        self._quotes: OrderedDict[Span, tuple[str, str]] = OrderedDict()
        self._lock = Lock()

    def remember(self, answer: Answer) -> None:
        """Keep the quotes and passages of `answer`, each with its article's title."""
        shown: dict[Span, tuple[str, str]] = {}
        for citation in answer.citations:
            version = version_of(citation.article_digest)
            key = (citation.article_id, version, citation.start, citation.end)
            shown[key] = (citation.title, citation.quote)
        for passage in answer.passages if answer.abstained else ():
            chunk = passage.chunk
            article = passage.article
            key = (article.id, version_of(article.digest), chunk.start, chunk.end)
            shown[key] = (article.title, chunk.text)
        with self._lock:
            self._quotes.update(shown)
            while len(self._quotes) > REMEMBERED:
                self._quotes.popitem(last=False)

    def find(self, span: Span) -> tuple[str, str]:
        """Return the title and the quote of a span, or ("", "") where it is forgotten."""
        with self._lock:
            return self._quotes.get(span, ("", ""))


def find_quote(text: str, quote: str) -> tuple[int, int]:
    """Return where a quote, or the opening that the chat has shown of it, stands in `text`.

    White space may differ: the chat shows a quote on one line. (-1, -1) where it is not found.
    """
    words = [re.escape(word) for word in quote.removesuffix("…").split()]
    found = re.search(r"\s+".join(words), text) if words else None
    return found.span() if found else (-1, -1)
