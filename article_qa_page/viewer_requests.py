"""What the viewer's script asks for; whatever a browser sends is taken for what it can be."""

from dataclasses import dataclass
from typing import Any

from article_qa_page.escaping import on_one_line
from article_qa_page.quotes import Span
from article_qa_page.wording import Wording, preferred

MOST_QUOTED = 2_000  # characters of a quote that the page sends
MOST_OTHERS = 50  # sentences lit softly


@dataclass(frozen=True, slots=True)
class ArticleRequest:
    """An article to be shown, with the span to be lit; `end` is 0 where none is.

    `version` is that of the link, or ""; `told` is the quote as the chat shows it, or ""; `others`
    are spans of the same version that the same answer cites.
    """

    article_id: str
    start: int
    end: int
    version: str
    told: str
    others: tuple[tuple[int, int], ...]

    @property
    def span(self) -> Span:
        """The span under which what it quotes is remembered."""
        return (self.article_id, self.version, self.start, self.end)


def read_article_request(request: object) -> ArticleRequest:
    """Return what a browser has sent; for its form see `Viewing.get_article`."""
    start, end = _field(request, "start", int), _field(request, "end", int)
    if start is None or end is None:
        start = end = 0
    return ArticleRequest(
        _field(request, "article", str) or "",
        start,
        end,
        _field(request, "version", str) or "",
        on_one_line(_field(request, "quote", str) or "")[:MOST_QUOTED],
        _spans(request),
    )


def wording_for(request: object) -> Wording:
    """Return the page's strings in the language that a request names."""
    return preferred(_field(request, "language", str))


def _spans(request: object) -> tuple[tuple[int, int], ...]:
    """Return the spans that a request names as cited too, at most `MOST_OTHERS`."""
    given = _field(request, "others", list) or []
    return tuple(
        (span[0], span[1])
        for span in given[:MOST_OTHERS]
        if isinstance(span, list) and len(span) == 2 and all(type(edge) is int for edge in span)
    )


def _field(request: object, name: str, kind: type[Any]) -> Any:
    value = request.get(name) if isinstance(request, dict) else None
    return value if type(value) is kind else None
