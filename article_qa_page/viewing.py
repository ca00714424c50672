"""What the source viewer shows: the overview of the index, and one article at a time."""

from dataclasses import dataclass

from article_qa_page.citation_links import version_of
from article_qa_page.contract import PageAssistant
from article_qa_page.error_wording import translated
from article_qa_page.pieces import cut
from article_qa_page.quotes import Quotes, find_quote
from article_qa_page.startup import Startup
from article_qa_page.viewer_json import (
    Json,
    block_json,
    card_json,
    elsewhere_json,
    file_name,
    page_label,
    web_address,
)
from article_qa_page.viewer_requests import ArticleRequest, read_article_request, wording_for
from article_qa_page.wording import Example, Wording
from index.errors import ArticleQAError, NoIndexError, UnknownArticleError
from index.types import Article
from retrieval.types import Answer

LISTED = 200  # articles in the viewer's list; any other opens from its citation


@dataclass(frozen=True, slots=True)
class _Lit:
    """Where the quote asked for stands now, `start` -1 where it is gone, and what to say of it."""

    start: int
    end: int
    quoted: str
    notice: str


class Viewing:
    """Answers the page's script: the overview of the index, and one article at a time.

    It remembers the quotes that the chat has shown, so that it can find them in an article that
    has changed since. That it has changed is told by the link, whatever is remembered.
    """

    def __init__(self, assistant: PageAssistant, startup: Startup) -> None:
        self._assistant = assistant
        self._startup = startup
        self._quotes = Quotes()

    def remember(self, answer: Answer) -> None:
        """Keep the quotes and passages of `answer`, each with its article's title."""
        self._quotes.remember(answer)

    def quote(self, article_id: str, start: int, end: int, version: str) -> str:
        """Return what an answer quoted from a version of an article, or "" where it is gone."""
        _, quoted = self._quotes.find((article_id, version, start, end))
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
        words = wording_for(request)
        status = self._startup.status
        articles = self._articles()
        return {
            "language": words.language,
            "strings": words.strings,
            "stage": status.stage,
            "status": status.sentence(words) or words.count(len(articles)),
            "articles": [card_json(article, words) for article in articles[:LISTED]],
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
        words, asked = wording_for(request), read_article_request(request)
        title, quoted = self._quotes.find(asked.span)
        try:
            article = self._assistant.article(asked.article_id)
            sentences = self._assistant.sentences(asked.article_id)
            elsewhere = self._assistant.published_elsewhere(asked.article_id)
        except (UnknownArticleError, NoIndexError):
            gone = {"found": False, "title": title, "quote": quoted or asked.told}
            return gone | {"notice": words["removed"]}
        except ArticleQAError as error:
            unread = {
                "found": False,
                "title": title,
                "notice": translated(str(error), words.language),
            }
            return unread | {"quote": quoted or asked.told}
        lit = _lit(article, asked, quoted, words)
        others = () if _is_another(article, asked) else asked.others
        blocks = cut(article.text, sentences, lit.start, lit.end, others)
        return {
            "found": True,
            **card_json(article, words),
            "url": web_address(article.url),
            "file": "" if article.url else file_name(article.source),
            "page": page_label(article, lit.start, lit.end, words),
            "blocks": [block_json(block) for block in blocks],
            "also": [elsewhere_json(place, words) for place in elsewhere],
            "notice": lit.notice,
            "quote": lit.quoted if lit.start < 0 else "",
        }

    def examples(self, words: Wording) -> list[Example]:
        """Return the questions to try: those whose sample article is, or will be, indexed."""
        try:
            if not self._assistant.has_index():
                return list(words.examples)
        except ArticleQAError:
            return []
        names = {file_name(article.source) for article in self._articles()}
        return [example for example in words.examples if example.article in names]

    def _articles(self) -> tuple[Article, ...]:
        try:
            return self._assistant.articles()
        except ArticleQAError:  # told elsewhere: by the status, or in reply to a question
            return ()


def _is_another(article: Article, asked: ArticleRequest) -> bool:
    """Tell whether the article is another version than the one that was quoted."""
    return asked.version not in ("", version_of(article.digest))


def _lit(article: Article, asked: ArticleRequest, quoted: str, words: Wording) -> _Lit:
    """Find what was `quoted`, "" where that is forgotten, in the article as it is now."""
    start, end = asked.start, asked.end
    is_another = _is_another(article, asked)
    notice = words["updated"] if is_another else ""
    if is_another and asked.told and not quoted:
        start, end = find_quote(article.text, asked.told)
        quoted = article.text[start:end] if start >= 0 else asked.told
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
    return _Lit(start, end, quoted, notice)
