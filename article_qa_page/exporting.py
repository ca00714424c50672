"""A conversation as a Markdown file, each answer with what it cites.

The answers stay escaped as in the chat, so that nothing of an article acts in the file either.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from article_qa_page.citation_links import version_of
from article_qa_page.contract import PageAssistant
from article_qa_page.escaping import escape, headings_marked, on_one_line
from article_qa_page.transcript import Cited, Exchange, exchanges
from article_qa_page.viewer_json import web_address
from article_qa_page.wording import Wording
from index.errors import ArticleQAError
from index.types import Article

_HARMLESS = re.compile(r"\\([,;?%'\"])")  # escaped in the chat, where it does not show
_RULE = re.compile(r"\n\n---\n.*", re.DOTALL)


def conversation_markdown(
    messages: Iterable[Any], assistant: PageAssistant, words: Wording, now: datetime
) -> str:
    """Return the conversation in `messages` as Markdown; `now` is the day it is dated."""
    title = words["export_title"].format(date=words.date(now))
    parts = [f"# {escape(title)}"]
    for exchange in exchanges(messages):
        parts += [f"## {escape(on_one_line(exchange.question))}", _body(exchange)]
        parts.append(_citations(exchange.cited, assistant, words))
    return _HARMLESS.sub(r"\1", "\n\n".join(part for part in parts if part)) + "\n"


def _body(exchange: Exchange) -> str:
    """Return the answer without the sources under it: they are listed in full."""
    return _RULE.sub("", exchange.markdown)


def _citations(cited: Sequence[Cited], assistant: PageAssistant, words: Wording) -> str:
    numbered = [one for one in cited if re.fullmatch(r"\[\d+\]", one.label)]
    shown = numbered or list(cited)  # a refusal has passages, without numbers
    return "\n".join(_item(one, assistant, words) for one in shown)


def _item(cited: Cited, assistant: PageAssistant, words: Wording) -> str:
    label = f"{escape(cited.label)} " if cited.label.startswith("[") else ""
    try:
        article = assistant.article(cited.article_id)
    except ArticleQAError:
        return f"- {label}{escape(on_one_line(cited.title))} — {escape(words['removed'])}"
    place = words["export_place"].format(article=cited.article_id, start=cited.start, end=cited.end)
    about = [escape(on_one_line(article.title))]
    about += [escape(words.date(article.published))] if article.published else []
    if page := article.page(cited.start):
        about.append(escape(words["page"].format(page=page)))
    if address := web_address(article.url):
        about.append(escape(address))
    about.append(escape(place))
    return f"- {label}{_quote(article, cited, words)} — {', '.join(about)}"


def _quote(article: Article, cited: Cited, words: Wording) -> str:
    if cited.version not in ("", version_of(article.digest)):
        return escape(words["replaced"])
    quote = headings_marked(article.text[cited.start : cited.end])
    return escape(words["export_quote"].format(quote=quote))
