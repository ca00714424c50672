"""A conversation as a Markdown file, each answer with what it cites.

The answers stay escaped as in the chat, so that nothing of an article acts in the file either. A
quote is that of the version that was cited, whatever has become of the article since.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from article_qa_page.citation_links import version_of
from article_qa_page.contract import PageAssistant
from article_qa_page.error_wording import translated
from article_qa_page.escaping import escape, headings_marked, on_one_line
from article_qa_page.transcript import Cited, Exchange, exchanges
from article_qa_page.viewer_json import web_address
from article_qa_page.wording import Wording
from index.errors import ArticleQAError, NoIndexError, UnknownArticleError
from index.types import Article

_HARMLESS = re.compile(r"\\([,;?%'\"])")  # escaped in the chat, where it does not show
_RULE = "\n\n---\n"  # between an answer and its sources
_QUOTED = re.compile(r"^- (\\\[\d+\\\]) .+$", re.MULTILINE)  # under what a model wrote

Quote = Callable[[str, int, int, str], str]
"""Gives what was quoted: `Viewing.quote`."""


def conversation_markdown(
    messages: Iterable[Any],
    assistant: PageAssistant,
    quote: Quote,
    words: Wording,
    now: datetime,
) -> str:
    """Return the conversation in `messages` as Markdown; `now` is the day it is dated."""
    title = words["export_title"].format(date=words.date(now))
    parts = [f"# {escape(title)}"]
    sources = _Sources(assistant, quote, words)
    for exchange in exchanges(messages):
        # The sources under an answer are listed in full instead.
        body, _, under = exchange.markdown.partition(_RULE)
        parts += [f"## {escape(on_one_line(exchange.question))}", body]
        told = {line[1]: line[0] for line in _QUOTED.finditer(under)}
        parts.append("\n".join(sources.item(one, told) for one in _shown(exchange)))
    return _HARMLESS.sub(r"\1", "\n\n".join(part for part in parts if part)) + "\n"


def _shown(exchange: Exchange) -> Iterable[Cited]:
    numbered = [one for one in exchange.cited if re.fullmatch(r"\[\d+\]", one.label)]
    return numbered or exchange.cited  # a refusal has passages, without numbers


@dataclass(frozen=True, slots=True)
class _Sources:
    """Tells of what is cited, in the words of a language."""

    assistant: PageAssistant
    quote: Quote
    words: Wording

    def item(self, cited: Cited, told: Mapping[str, str]) -> str:
        """Return a citation with its quote, title, date and place, and what became of it since.

        `told` are the lines under the answer, by label: they open quotes that are forgotten here.
        """
        quoted = self.quote(cited.article_id, cited.start, cited.end, cited.version)
        article, notice = self._since(cited, quoted)
        label = f"{escape(cited.label)} " if cited.label.startswith("[") else ""
        about = ", ".join(self._about(cited, article))
        if quoted:
            whole = self.words["export_quote"].format(quote=headings_marked(quoted))
            item = f"- {label}{escape(whole)} — {about}"
        else:
            item = told.get(label.strip()) or f"- {label}{about}"
        place = {"article": cited.article_id, "start": cited.start, "end": cited.end}
        item += ", " + escape(self.words["export_place"].format(**place))
        item += f" — {escape(notice)}" if notice else ""
        return item

    def _since(self, cited: Cited, quoted: str) -> tuple[Article | None, str]:
        """Return the article if it is as it was, and else what became of it."""
        try:
            article = self.assistant.article(cited.article_id)
        except (UnknownArticleError, NoIndexError):
            return None, self.words["removed"]
        except ArticleQAError as error:
            return None, translated(str(error), self.words.language)
        if cited.version in ("", version_of(article.digest)):
            return article, ""
        if not quoted:
            return None, self.words["replaced"]
        return None, self.words["updated" if quoted in article.text else "changed"]

    def _about(self, cited: Cited, article: Article | None) -> list[str]:
        if article is None:  # as the answer told it: with its date, and its page
            return [escape(on_one_line(cited.title))]
        about = [escape(on_one_line(article.title))]
        about += [escape(self.words.date(article.published))] if article.published else []
        if page := article.page(cited.start):
            about.append(escape(self.words["page"].format(page=page)))
        if address := web_address(article.url):
            about.append(escape(address))
        return about
