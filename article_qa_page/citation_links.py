"""Links of the chat that open an article at a sentence; the viewer's script follows them.

Their target is `#src/<article id>/<start>-<end>/<version>`.
"""

from datetime import datetime
from urllib.parse import quote

from article_qa_page.escaping import escape, on_one_line
from article_qa_page.wording import Wording
from retrieval.types import Citation

VERSION = 12  # characters of an article's digest: enough to tell it from a later one


def source_target(article_id: str, start: int, end: int, digest: str) -> str:
    """Return the link target that opens the article at `text[start:end]`.

    It names the version that was quoted, by its `digest`; messages of old have links without.
    """
    target = f"#src/{quote(article_id, safe='')}/{start}-{end}"
    return f"{target}/{quote(version_of(digest), safe='')}" if digest else target


def version_of(digest: str) -> str:
    """Return what links call the version of an article with this digest."""
    return digest[:VERSION]


def citation_link(label: str, citation: Citation, words: Wording) -> str:
    """Return the link that opens what `citation` quotes; its tooltip names the article and date."""
    target = source_target(
        citation.article_id, citation.start, citation.end, citation.article_digest
    )
    title = escape(on_one_line(citation.title)) + dated(citation.published, words)
    title += ", " + escape(words["page"].format(page=citation.page)) if citation.page else ""
    return f'[{escape(on_one_line(label))}]({target} "{title}")'


def dated(published: datetime | None, words: Wording) -> str:
    """Return what follows a title: its date, kept on one line."""
    if published is None:
        return ""
    return ", " + escape(words.date(published)).replace(" ", "\u00a0")
