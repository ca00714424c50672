"""What the source viewer shows, as JSON types; the browser only builds it, from plain strings."""

import re
from collections import OrderedDict
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from article_qa_page.contract import PageAssistant
from article_qa_page.error_wording import translated
from article_qa_page.pieces import Block, cut
from article_qa_page.rendering import on_one_line, version_of
from article_qa_page.startup import Startup
from article_qa_page.wording import Example, Wording, preferred
from index.errors import ArticleQAError, NoIndexError, UnknownArticleError
from index.known import Elsewhere
from index.types import Article
from retrieval.types import Answer

REMEMBERED = 5_000  # quotes; those of so many answers are found again in a changed article
MOST_QUOTED = 2_000  # characters of a quote that the page sends
MOST_OTHERS = 50  # sentences lit softly
LISTED = 200  # articles in the viewer's list; any other opens from its citation
_MARKS = re.compile(r"^#{1,6}\s+")

Json = dict[str, Any]
Span = tuple[str, str, int, int]  # article id, version, start, end


class Viewing:
    """Answers the page's script: the overview of the index, and one article at a time.

    It remembers the quotes that the chat has shown, so that it can find them in an article that
    has changed since. That it has changed is told by the link, whatever is remembered.
    """

    def __init__(self, assistant: PageAssistant, startup: Startup) -> None:
        self._assistant = assistant
        self._startup = startup
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

    def quote(self, article_id: str, start: int, end: int, version: str) -> str:
        """Return what an answer quoted from a version of an article, or "" where it is gone."""
        with self._lock:
            _, quoted = self._quotes.get((article_id, version, start, end), ("", ""))
        if quoted:
            return quoted
        try:
            article = self._assistant.article(article_id)
        except ArticleQAError:
            return ""
        return article.text[start:end] if version in ("", version_of(article.digest)) else ""

    def overview(self, request: object) -> Json:
        """Return the page's strings, the state of the start and the articles.

        `request` is `{"language": …}`, the browser's language tag.
        """
        words = preferred(_field(request, "language", str))
        status = self._startup.status
        articles = self._articles()
        return {
            "language": words.language,
            "strings": words.strings,
            "stage": status.stage,
            "status": status.sentence(words) or words.count(len(articles)),
            "articles": [_card(article, words) for article in articles[:LISTED]],
        }

    def get_article(self, request: object) -> Json:
        """Return an article in pieces, with the span asked for flagged.

        `request` is `{"article": id, "start": int, "end": int, "version": str, "language": tag}`,
        the version as the link has it, or "". It may hold the `quote` as the chat shows it, which
        counts where the server no longer knows it, and `others`, the spans that the same answer
        cites in the same version: they are flagged softly. The reply's `notice` says what became
        of the article since the answer; where the quote is no longer in it, `quote` is what the
        chat had quoted.
        """
        words = preferred(_field(request, "language", str))
        article_id = _field(request, "article", str) or ""
        start, end = _field(request, "start", int), _field(request, "end", int)
        if start is None or end is None:
            start = end = 0
        version = _field(request, "version", str) or ""
        with self._lock:
            title, quoted = self._quotes.get((article_id, version, start, end), ("", ""))
        told = on_one_line(_field(request, "quote", str) or "")[:MOST_QUOTED]
        try:
            article = self._assistant.article(article_id)
            sentences = self._assistant.sentences(article_id)
            elsewhere = self._assistant.published_elsewhere(article_id)
        except (UnknownArticleError, NoIndexError):
            gone = {"found": False, "title": title, "quote": quoted or told}
            return gone | {"notice": words["removed"]}
        except ArticleQAError as error:
            notice = translated(str(error), words.language)
            return {"found": False, "title": title, "notice": notice, "quote": quoted or told}
        is_another = version not in ("", version_of(article.digest))
        notice = words["updated"] if is_another else ""
        others = [] if is_another else _spans(request)
        if is_another and told and not quoted:
            start, end = find_quote(article.text, told)
            quoted = article.text[start:end] if start >= 0 else told
            notice = notice if start >= 0 else words["changed"]
        elif is_another and not quoted:
            # Forgotten: what stands there now may be anything.
            notice = words["replaced"]
            start = end = 0
        elif quoted and article.text[start:end] != quoted:
            # The article was edited: the sentence may have moved, or be gone.
            start = article.text.find(quoted)
            end = start + len(quoted)
            notice = notice if start >= 0 else words["changed"]
        blocks = cut(article.text, sentences, start, end, others)
        return {
            "found": True,
            **_card(article, words),
            "url": web_address(article.url),
            "file": "" if article.url else re.split(r"[/\\]", article.source)[-1],
            "page": _page(article, start, end, words),
            "blocks": [_block(block) for block in blocks],
            "also": [_also(place, words) for place in elsewhere],
            "notice": notice,
            "quote": quoted if start < 0 else "",
        }

    def examples(self, words: Wording) -> list[Example]:
        """Return the questions to try: those whose sample article is, or will be, indexed."""
        try:
            if not self._assistant.has_index():
                return list(words.examples)
        except ArticleQAError:
            return []
        names = {re.split(r"[/\\]", article.source)[-1] for article in self._articles()}
        return [example for example in words.examples if example.article in names]

    def _articles(self) -> tuple[Article, ...]:
        try:
            return self._assistant.articles()
        except ArticleQAError:  # told elsewhere: by the status, or in reply to a question
            return ()


def find_quote(text: str, quote: str) -> tuple[int, int]:
    """Return where a quote, or the opening that the chat has shown of it, stands in `text`.

    White space may differ: the chat shows a quote on one line. (-1, -1) where it is not found.
    """
    words = [re.escape(word) for word in quote.removesuffix("…").split()]
    found = re.search(r"\s+".join(words), text) if words else None
    return found.span() if found else (-1, -1)


def _spans(request: object) -> list[tuple[int, int]]:
    """Return the spans that a request names as cited too, at most `MOST_OTHERS`."""
    given = _field(request, "others", list) or []
    return [
        (span[0], span[1])
        for span in given[:MOST_OTHERS]
        if isinstance(span, list) and len(span) == 2 and all(type(edge) is int for edge in span)
    ]


def _page(article: Article, start: int, end: int, words: Wording) -> str:
    """Return "page 3" for a span of a paged document, else an empty string."""
    page = article.page(start) if 0 <= start < end else None
    return words["page"].format(page=page) if page else ""


def _card(article: Article, words: Wording) -> Json:
    return {
        "id": article.id,
        "title": article.title,
        "language": article.language,
        "language_name": words.language_name(article.language),
        "date": words.date(article.published) if article.published else "",
        "site": urlsplit(web_address(article.url)).netloc,
    }


def _also(place: Elsewhere, words: Wording) -> Json:
    """Return the label of another place of an article, and its address where it is on the web."""
    url = web_address(place.url)
    where = urlsplit(url).netloc or re.split(r"[/\\]", place.source)[-1]
    date = words.date(place.published) if place.published else ""
    return {"label": ", ".join(part for part in (place.title, where, date) if part), "url": url}


def _block(block: Block) -> Json:
    pieces = [
        [piece.text, "cited" if piece.cited else "also" if piece.also else ""]
        for piece in block.pieces
    ]
    if block.kind != "text" and pieces:
        # « ## » marks a heading in the file; the viewer shows it by its size instead.
        pieces[0][0] = _MARKS.sub("", pieces[0][0].lstrip())
    return {"kind": block.kind, "pieces": pieces}


def web_address(url: str | None) -> str:
    """Return `url` if a browser may safely follow it, else an empty string."""
    return url if url and urlsplit(url).scheme in ("http", "https") else ""


def _field(request: object, name: str, kind: type[Any]) -> Any:
    value = request.get(name) if isinstance(request, dict) else None
    return value if type(value) is kind else None
