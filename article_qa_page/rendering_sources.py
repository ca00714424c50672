"""What stands under an answer in the chat: what it cites, or the passages nearest to a question."""

from collections.abc import Sequence

from article_qa_page.citation_links import citation_link, dated, source_target
from article_qa_page.escaping import escape, headings_marked, on_one_line, shortened
from article_qa_page.wording import Wording
from prompts import voice
from retrieval.types import Answer, Citation, Passage

SHORT_QUOTE = 160  # characters of a quote under an answer that a model wrote
EXCERPT = 220  # characters of a passage shown in the chat


def sources_markdown(answer: Answer, words: Wording) -> str:
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
    opening = voice(answer.language).quoted(shortened(on_one_line(citation.quote), SHORT_QUOTE))
    about = escape(on_one_line(citation.title)) + dated(citation.published, words)
    if citation.page:
        about += ", " + escape(words["page"].format(page=citation.page))
    if citation.language != answer.language:
        about += ", " + escape(words.in_language(citation.language))
    link = citation_link(f"[{citation.number}]", citation, words)
    return f"{link} {escape(opening)} — {about}"


def _articles(citations: Sequence[Citation], answer: Answer, words: Wording) -> str:
    """Return the line that names each cited article once, with its date.

    One in another language than the answer's says so: its quotes are not translated.
    """
    first = {citation.article_id: citation for citation in reversed(citations)}
    cited = sorted(first.values(), key=lambda citation: citation.number)
    label = words["source"] if len(cited) == 1 else words["sources"]
    named = [
        citation_link(c.title, c, words)
        + dated(c.published, words)
        + ("" if c.language == answer.language else ", " + escape(words.in_language(c.language)))
        for c in cited
    ]
    return escape(label) + " " + " · ".join(named)


def passage_markdown(passage: Passage, words: Wording) -> str:
    """Return a passage's opening and a link that lights the passage up."""
    chunk, article = passage.chunk, passage.article
    target = source_target(article.id, chunk.start, chunk.end, article.digest)
    title = escape(on_one_line(article.title))
    date = dated(article.published, words)
    return f'> {escape(_excerpt(chunk.text))}\n>\n> [{title}]({target} "{title}{date}"){date}'


def _excerpt(text: str) -> str:
    return shortened(headings_marked(text), EXCERPT)
