r"""From an `Answer` to the Markdown of the chat.

Nothing that comes from an article or a model is trusted: every character that Markdown could
act on is escaped, so that it is shown as it is. The only active Markdown is written here. A
citation is a link to `#src/<article id>/<start>-<end>/<version>`, which the viewer's script opens;
a filter is one to `#again/<question>`, which asks that question.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

from article_qa_page.origins import days_of, origin_html
from article_qa_page.wording import Wording
from prompts import chat_wording, voice
from retrieval.filters import Filters
from retrieval.types import Answer, Citation, Passage

SHORT_QUOTE = 160  # characters of a quote under an answer that a model wrote
EXCERPT = 220  # characters of a passage shown in the chat
MAX_PASSAGES = 3
VERSION = 12  # characters of an article's digest: enough to tell it from a later one
_ACTIVE = re.compile(r"([!-/:-@\[-`{-~])")  # all ASCII punctuation: CommonMark lets each be escaped
_MARKER = re.compile(r"\[(\d{1,4})\]")
_HEADING = re.compile(r"^#{1,6}[^\S\n]+([^\n]+)$", re.MULTILINE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def escape(text: str) -> str:
    """Return `text` as Markdown that shows it literally; lines stay lines, indents go."""
    return "\n".join(_ACTIVE.sub(r"\\\1", line.strip()) for line in text.splitlines())


def unescape(markdown: str) -> str:
    """Undo `escape`, but for the white space it dropped."""
    return _ESCAPED.sub(r"\1", markdown)


def on_one_line(text: str) -> str:
    """Return `text` with every run of white space that holds a line end made one space."""
    return " ".join(part.strip() for part in text.splitlines() if part.strip())


def source_target(article_id: str, start: int, end: int, digest: str) -> str:
    """Return the link target that opens the article at `text[start:end]`.

    It names the version that was quoted, by its `digest`; messages of old have links without.
    """
    target = f"#src/{quote(article_id, safe='')}/{start}-{end}"
    return f"{target}/{quote(version_of(digest), safe='')}" if digest else target


def version_of(digest: str) -> str:
    """Return what links call the version of an article with this digest."""
    return digest[:VERSION]


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
        parts.extend(_passage(passage, words) for passage in answer.passages[:MAX_PASSAGES])
    if complete and answer.filters and answer.filters.words:
        parts.append(_chip(answer.question, answer.filters, words))
    if complete and answer.citations:
        parts.append("---")
        parts.append(_sources(answer, words))
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
        before = _escape_keeping_ends(text[position : marker.start()])
        done.append(before.removesuffix(" ") + "\u00a0" if before.endswith(" ") else before)
        done.append(_link(f"[{citation.number}]", citation, words))
        position = marker.end()
    done.append(_escape_keeping_ends(text[position:]))
    return "".join(done)


def _highlighted(citation: Citation) -> tuple[str, str]:
    """Return a quote escaped, and the same with the words that answer in bold."""
    plain = escape(on_one_line(citation.quote))
    if citation.highlight is None:
        return plain, plain
    start, end = (place - citation.start for place in citation.highlight)
    parts = citation.quote[:start], citation.quote[start:end], citation.quote[end:]
    before, answering, after = (_escape_keeping_ends(part) for part in parts)
    whole = before + answering + after
    return plain, f"{before}**{answering}**{after}" if whole == plain else plain


def _escape_keeping_ends(text: str) -> str:
    """Escape a stretch from within a line: its outer spaces matter."""
    escaped = escape(text)
    before = " " if text[:1].isspace() and escaped else ""
    after = " " if text[-1:].isspace() and escaped else ""
    return f"{before}{escaped}{after}" if escaped else (" " if text else "")


def _spans(text: str, part: str) -> Iterator[tuple[int, int]]:
    at = text.find(part) if part else -1
    while at >= 0:
        yield at, at + len(part)
        at = text.find(part, at + 1)


def _link(label: str, citation: Citation, words: Wording) -> str:
    target = source_target(
        citation.article_id, citation.start, citation.end, citation.article_digest
    )
    title = escape(on_one_line(citation.title)) + _dated(citation.published, words)
    title += ", " + escape(words["page"].format(page=citation.page)) if citation.page else ""
    return f'[{escape(on_one_line(label))}]({target} "{title}")'


def _sources(answer: Answer, words: Wording) -> str:
    """Return the quotes that the answer's text does not hold, then the line of cited articles.

    Of an answer made of quotes that is the line alone; of one that a model wrote, each citation
    is a short quote with its title and date.
    """
    shown = "" if answer.model is not None else answer.text
    quoted = [c for c in answer.citations if c.quote not in shown]
    if not quoted:
        return _articles(answer.citations, answer, words)
    parts = ["\n".join(f"- {_short_quote(c, answer, words)}" for c in quoted)]
    if rest := tuple(c for c in answer.citations if c not in quoted):
        parts.append(_articles(rest, answer, words))
    return "\n\n".join(parts)


def _short_quote(citation: Citation, answer: Answer, words: Wording) -> str:
    """Return a citation as its number, the opening of its quote, and where that is from."""
    opening = voice(answer.language).quoted(_shortened(on_one_line(citation.quote), SHORT_QUOTE))
    about = escape(on_one_line(citation.title)) + _dated(citation.published, words)
    if citation.page:
        about += ", " + escape(words["page"].format(page=citation.page))
    if citation.language != answer.language:
        about += ", " + escape(words.in_language(citation.language))
    link = _link(f"[{citation.number}]", citation, words)
    return f"{link} {escape(opening)} — {about}"


def _articles(citations: Sequence[Citation], answer: Answer, words: Wording) -> str:
    """Return the line that names each cited article once, with its date.

    One in another language than the answer's says so: its quotes are not translated.
    """
    first = {citation.article_id: citation for citation in reversed(citations)}
    cited = sorted(first.values(), key=lambda citation: citation.number)
    label = words["source"] if len(cited) == 1 else words["sources"]
    named = [
        _link(c.title, c, words)
        + _dated(c.published, words)
        + ("" if c.language == answer.language else ", " + escape(words.in_language(c.language)))
        for c in cited
    ]
    return escape(label) + " " + " · ".join(named)


def _chip(question: str, filters: Filters, words: Wording) -> str:
    """Return the days asked for, as a link that asks again for all; the page's script follows it.

    Where no article was of those days, the answer's text has said so: then there is no link.
    """
    if filters.effect == "no match":
        return ""
    days = days_of(filters, words)
    effect = words["favoured"] if filters.effect == "favour" else words["filtered"]
    label = effect.format(words=filters.words, days=days)
    again = quote(f"{question} {words['all_dates']}", safe="", errors="replace")
    return f'[{escape(on_one_line(label))} ✕](#again/{again} "{escape(words["unfilter"])}")'


def _passage(passage: Passage, words: Wording) -> str:
    """Return a passage's opening and a link that lights the passage up."""
    chunk, article = passage.chunk, passage.article
    target = source_target(article.id, chunk.start, chunk.end, article.digest)
    title = escape(on_one_line(article.title))
    link = f'[{title}]({target} "{title}"){_dated(article.published, words)}'
    return f"> {escape(_excerpt(chunk.text))}\n>\n> {link}"


def _excerpt(text: str) -> str:
    return _shortened(headings_marked(text), EXCERPT)


def headings_marked(text: str) -> str:
    """Return a passage on one line, its headings followed by a dash in place of their marks."""
    return on_one_line(_HEADING.sub(r"\1 —", text)).removesuffix(" —")


def _shortened(text: str, most: int) -> str:
    """Return `text`, or as many of its first words as `most` characters hold."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def _dated(published: datetime | None, words: Wording) -> str:
    """Return what follows a title: its date, kept on one line."""
    if published is None:
        return ""
    return ", " + escape(words.date(published)).replace(" ", "\u00a0")
