r"""From an `Answer` to the Markdown of the chat.

Nothing that comes from an article or a model is trusted: every character that Markdown could
act on is escaped, so that it is shown as it is. The only active Markdown is written here and in
the modules named `citation_links` and `rendering_sources`. A filter is a link to
`#again/<question>`, which asks that question.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from article_qa_page.citation_links import citation_link
from article_qa_page.escaping import escape, escape_keeping_ends, on_one_line
from article_qa_page.origins import days_of, origin_html
from article_qa_page.rendering_sources import passage_markdown, sources_markdown
from article_qa_page.wording import Wording
from prompts import chat_wording
from retrieval.filters import Filters
from retrieval.types import Answer, Citation

MAX_PASSAGES = 3
_MARKER = re.compile(r"\[(\d{1,4})\]")


def answer_markdown(answer: Answer, words: Wording, *, complete: bool) -> str:
    """Return the chat message of `answer`; `complete` adds its sources, or nearest passages."""
    parts = [f"*{escape(on_one_line(answer.note))}*"] if answer.note else []
    if answer.rewritten:
        parts.append(status_markdown(words["understood"].format(question=answer.rewritten)))
    written = answer.model is not None
    said = [
        _paragraph(part, answer.citations, words, written=written)
        for part in re.split(r"\n\s*\n", answer.text)
    ]
    parts.extend(_doubts(part, answer) if written else part for part in said)
    if complete and answer.abstained:
        parts.extend(passage_markdown(passage, words) for passage in answer.passages[:MAX_PASSAGES])
    if complete and answer.filters and answer.filters.words:
        parts.append(_chip(answer.question, answer.filters, words))
    if complete and answer.citations:
        parts.append("---")
        parts.append(sources_markdown(answer, words))
    if complete and (answer.citations or answer.passages or answer.model):
        parts.append(origin_html(answer, words))
    return "\n\n".join(part for part in parts if part.strip())


def error_markdown(sentence: str) -> str:
    """Return the chat message for an error told in one sentence."""
    return escape(on_one_line(sentence))


def status_markdown(sentence: str) -> str:
    """Return the chat message that stands in for an answer not yet begun."""
    return f"*{escape(on_one_line(sentence))}*"


def _doubts(markdown: str, answer: Answer) -> str:
    """Set off the marks of the claims that the articles do not hold."""
    words = chat_wording(answer.language)
    for mark in (words.mark_partly, words.mark_not_found):
        markdown = markdown.replace(escape(mark), f"**{escape(mark)}**")
    return markdown


def _paragraph(text: str, citations: tuple[Citation, ...], words: Wording, *, written: bool) -> str:
    """Return one paragraph of the answer, its markers made links, quotes set off.

    One that a model has `written` is its own words, even where it repeats a sentence.
    """
    quoted = [] if written else [citation for citation in citations if citation.quote in text]
    if quoted:
        markdown = _with_links(on_one_line(text), quoted, citations, words)
        for citation in quoted:
            plain, bold = _highlighted(citation)
            # French quotation marks stay on the line of what they enclose.
            marked = f"« {plain} »"
            if marked in markdown:
                plain, bold = marked, f"«\u00a0{bold}\u00a0»"
            markdown = markdown.replace(plain, bold, 1)
        return "> " + markdown
    return _with_links(text.strip(), quoted, citations, words)


def _with_links(
    text: str, quoted: Iterable[Citation], citations: tuple[Citation, ...], words: Wording
) -> str:
    """Escape `text`, but for the markers `[n]` that name a citation, which become links."""
    known = {citation.number: citation for citation in citations}
    # An article may itself contain « [1] »: what stands inside a quote is no marker.
    inside = [span for citation in quoted for span in _spans(text, on_one_line(citation.quote))]
    done, position = [], 0
    for marker in _MARKER.finditer(text):
        citation = known.get(int(marker[1]))
        if citation is None or any(a <= marker.start() and marker.end() <= b for a, b in inside):
            continue
        # A no-break space: the number stays on the line of what it proves.
        before = escape_keeping_ends(text[position : marker.start()])
        done.append(before.removesuffix(" ") + "\u00a0" if before.endswith(" ") else before)
        done.append(citation_link(f"[{citation.number}]", citation, words))
        position = marker.end()
    done.append(escape_keeping_ends(text[position:]))
    return "".join(done)


def _highlighted(citation: Citation) -> tuple[str, str]:
    """Return a quote escaped, and the same with the words that answer in bold."""
    plain = escape(on_one_line(citation.quote))
    if citation.highlight is None:
        return plain, plain
    start, end = (place - citation.start for place in citation.highlight)
    parts = citation.quote[:start], citation.quote[start:end], citation.quote[end:]
    before, answering, after = (escape_keeping_ends(part) for part in parts)
    whole = before + answering + after
    return plain, f"{before}**{answering}**{after}" if whole == plain else plain


def _spans(text: str, part: str) -> Iterator[tuple[int, int]]:
    at = text.find(part) if part else -1
    while at >= 0:
        yield at, at + len(part)
        at = text.find(part, at + 1)


def _chip(question: str, filters: Filters, words: Wording) -> str:
    """Return the days asked for, as a link that asks again for all; the page's script follows it.

    Where no article was of those days, the answer's text has said so: then there is no link.
    """
    if filters.effect == "no match":
        return ""
    days = days_of(filters, words)
    effect = words[{"favour": "favoured", "no answer": "widened"}.get(filters.effect, "filtered")]
    label = effect.format(words=filters.words, days=days)
    again = quote(f"{question} {words['all_dates']}", safe="", errors="replace")
    return f'[{escape(on_one_line(label))} ✕](#again/{again} "{escape(words["unfilter"])}")'
