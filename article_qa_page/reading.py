"""What the page does around an answer: follow-ups, filters, export, ratings; without Gradio."""

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

from article_qa_page.asked import filter_options
from article_qa_page.contract import PageAssistant
from article_qa_page.error_wording import translated
from article_qa_page.exporting import conversation_markdown
from article_qa_page.feedback import Feedback
from article_qa_page.transcript import exchanges
from article_qa_page.viewer_json import web_address
from article_qa_page.viewing import Viewing
from article_qa_page.wording import preferred
from index.errors import ArticleQAError
from index.types import Article
from retrieval.waiting_line import WaitingLine
from retrieval.words import fold

log = logging.getLogger(__name__)

AT_ONCE = 1  # follow-ups are made for so many at a time: they must not slow answers down
IN_LINE = 16  # so many readers wait for theirs, or have them made: each holds a thread
PATIENCE = 10.0  # seconds that one waits; later, nobody looks for them any more
LISTED = 30  # articles offered to filter by
SITES = 100
MOST_SHOWN = 3

Json = dict[str, Any]


def _now() -> datetime:
    return datetime.now(UTC)


class Reading:
    """Answers the script of the chat's tools; what a browser sends is checked here."""

    def __init__(
        self,
        assistant: PageAssistant,
        viewing: Viewing,
        feedback: Feedback,
        *,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._assistant = assistant
        self._viewing = viewing
        self._feedback = feedback
        self._clock = clock
        self._line = WaitingLine(AT_ONCE)
        self._room = BoundedSemaphore(IN_LINE)

    def suggest(self, request: object) -> list[str]:
        """Return questions to go on with, after those of the readers who came before.

        There are none where many wait already, or one has waited for `PATIENCE`. `request` is
        `{"question": …, "earlier": [question], "cited": [[id, start, end]], "filters": …}`.
        """
        asked = request if isinstance(request, dict) else {}
        question = asked.get("question")
        if not isinstance(question, str) or not self._room.acquire(blocking=False):
            return []
        try:
            with self._line.join() as place:
                if not place.called(PATIENCE):
                    return []
                found = self._assistant.suggest(
                    question,
                    [tuple(span) for span in _listed(asked, "cited") if _is_span(span)][:100],
                    earlier=[
                        one for one in _listed(asked, "earlier")[-20:] if isinstance(one, str)
                    ],
                    **filter_options(asked.get("filters")),
                )
        except ArticleQAError:  # the answer has said what there was to say
            return []
        except Exception:  # a defect: follow-ups are missed by nobody, the log has the rest
            log.exception("Follow-up questions could not be made")
            return []
        finally:
            self._room.release()
        return [suggestion.question for suggestion in found][:MOST_SHOWN]

    def choices(self, request: object) -> Json:
        """Return articles and sources to filter by: those that hold the words looked for.

        `request` is `{"search": words, "ids": [id], "language": tag}`; articles of `ids` come
        first, so that a filter from an address has its title.
        """
        asked = request if isinstance(request, dict) else {}
        words = preferred(asked.get("language"))
        search = fold(str(asked.get("search") or "")[:200]).split()
        ids = filter_options({"articles": asked.get("ids")}).get("articles", [])
        try:
            articles = self._assistant.articles()
        except ArticleQAError:
            articles = ()
        named = [article for article in articles if article.id in ids]
        found = [a for a in articles if all(word in _looked_at(a) for word in search)]
        return {
            "articles": [
                {
                    "id": article.id,
                    "title": article.title,
                    "date": words.date(article.published) if article.published else "",
                }
                for article in {a.id: a for a in (*named, *found[:LISTED])}.values()
            ],
            "sources": sorted({site for a in articles if (site := source_name(a))})[:SITES],
        }

    def export(self, request: object) -> Json:
        """Return a conversation as a Markdown file: `{"name": …, "text": …}`.

        `request` is `{"messages": […], "language": tag}`.
        """
        asked = request if isinstance(request, dict) else {}
        words = preferred(asked.get("language"))
        now = self._clock()
        text = conversation_markdown(
            _listed(asked, "messages"), self._assistant, self._viewing.quote, words, now
        )
        return {"name": f"{words['export_file']}-{now:%Y-%m-%d}.md", "text": text}

    def rate(
        self,
        messages: object,
        index: object,
        liked: object,
        session: str,
        language: object = None,
    ) -> Json:
        """Keep a rating of the message at `index`; return its id, or the sentence of an error.

        `language` is the browser's `Accept-Language`.
        """
        at = index[0] if isinstance(index, (list, tuple)) and index else index
        if not isinstance(messages, list) or type(at) is not int or not 0 <= at < len(messages):
            return {"id": ""}
        found = exchanges(messages[: at + 1])
        if not found or not found[-1].markdown:
            return {"id": ""}
        rating = {True: "up", False: "down"}.get(liked, "") if isinstance(liked, bool) else ""
        # With the answer: one to the same question, asked anew, is rated on its own.
        named = "\x1f".join([session, str(at), found[-1].question, found[-1].markdown])
        rating_id = hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:32]
        try:
            self._feedback.rate(rating_id, rating, found[-1], self._viewing.quote)
        except ArticleQAError as error:
            return {"id": "", "error": _told(error, language)}
        return {"id": rating_id, "rating": rating}

    def explain(self, request: object) -> Json:
        """Keep the reason of a rating; `request` is `{"id": …, "reason": …, "language": tag}`."""
        asked = request if isinstance(request, dict) else {}
        try:
            return {"kept": self._feedback.explain(asked.get("id"), asked.get("reason"))}
        except ArticleQAError as error:
            return {"kept": False, "error": _told(error, asked.get("language"))}


def _told(error: ArticleQAError, language: object) -> str:
    return translated(str(error), preferred(language).language)


def source_name(article: Article) -> str:
    """Return what an article's source is filtered by: its site, or the folder of its file."""
    if site := urlsplit(web_address(article.url)).hostname:
        return site.removeprefix("www.")
    if "://" in article.source:
        return urlsplit(article.source).hostname or ""
    folders = article.source.replace("\\", "/").split("/")[:-1]
    return folders[-1] if folders else ""


def _looked_at(article: Article) -> str:
    return fold(f"{article.title} {article.source} {article.url or ''}")


def _listed(asked: Json, name: str) -> list[Any]:
    """Return the list that a request holds, empty where it holds none."""
    given = asked.get(name)
    return given if isinstance(given, list) else []


def _is_span(span: object) -> bool:
    return (
        isinstance(span, list)
        and len(span) == 3
        and isinstance(span[0], str)
        and all(type(edge) is int for edge in span[1:])
    )
