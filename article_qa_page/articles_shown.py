"""What the Articles tab shows, as JSON: state, table, picture, failures, sources kept up with."""

from pathlib import Path

from article_qa_page.articles_contract import ArticleKeeper
from article_qa_page.articles_picture import picture
from article_qa_page.articles_requests import Json, text_of, texts_of, words_of
from article_qa_page.articles_table import MAX_SEARCH, Row, Table
from article_qa_page.articles_wording import grouped
from article_qa_page.job_telling import job_json, named, reason_of
from article_qa_page.jobs import Jobs
from article_qa_page.uploads import Uploads
from article_qa_page.wording import Wording
from index.article import MAX_TITLE
from index.errors import SettingsError
from index.source_list import FILE, load_sources
from index.sources.files import MAX_BYTES

MAX_FAILURES = 200  # shown


class ShownArticles:
    """Answers the tab's script about what there is; every request names the `language`."""

    def __init__(
        self, keeper: ArticleKeeper, most_files: int = 200, most_bytes: int = MAX_BYTES
    ) -> None:
        self._keeper = keeper
        self._most_files = most_files  # added at once
        self._most_bytes = min(most_bytes, MAX_BYTES)  # of one
        self._table = Table(keeper.generation, keeper.listing)
        self.jobs = Jobs()
        self.uploads = Uploads(Path(keeper.home))

    def state(self, request: Json, *, may_edit: bool) -> Json:
        """Return what a page asks for every few seconds; cheap.

        `request` is `{"language", "jobs": ids of ended jobs to tell of, "strings": bool}`. The
        reply holds the generation, the jobs that run or wait (for whoever may change something),
        and the strings if they were asked for.
        """
        words, strings = words_of(request)
        active, ended = self.jobs.seen() if may_edit else ([], [])
        mine = set(texts_of(request, "jobs"))
        told = [job for job in ended if job.id in mine] + active
        reply: Json = {
            "generation": self._keeper.generation(),
            "language": words.language,
            "may_edit": may_edit,
            "jobs": [job_json(job, max(0, n - len(told) + len(active)), words)
                     for n, job in enumerate(told)],
        }  # fmt: skip
        if request.get("strings") is True:
            limits = {"files": self._most_files, "bytes": self._most_bytes, "title": MAX_TITLE}
            reply |= {"strings": strings, "limits": limits}
        return reply

    def table(self, request: Json) -> Json:
        """Return one page of the table.

        `request` is `{"language", "search", "column", "descending", "first"}`.
        """
        words, strings = words_of(request)
        search = text_of(request, "search")[:MAX_SEARCH]
        first = request.get("first")
        page = self._table.page(
            search,
            text_of(request, "column"),
            descending=request.get("descending") is True,
            first=first if type(first) is int else 0,
        )
        key = "range" if page.found == page.total else "range_found"
        numbers = {
            "first": page.first + 1,
            "last": page.first + len(page.rows),
            "found": page.found,
            "total": page.total,
        }
        told = {name: grouped(number, strings) for name, number in numbers.items()}
        return {
            "rows": [_row(row, words, strings) for row in page.rows],
            "first": page.first,
            "last": page.first + len(page.rows),
            "found": page.found,
            "total": page.total,
            "range": strings[key].format(**told) if page.found else "",
            "has_sources": self._has_sources(),
        }

    def picture(self, request: Json) -> Json:
        """Return the counts over time and by source; `request` is `{"language"}`."""
        words, strings = words_of(request)
        kept = self.uploads.kept.resolve()
        drawn = picture(self._table.rows(), words, strings["uploaded"], kept)
        sources = [*drawn.sources]
        if drawn.others:
            sources.append((strings["picture_others"], drawn.others))
        undated = strings["picture_undated"].format(count=grouped(drawn.undated, strings))
        return {
            "times": [list(pair) for pair in drawn.times],
            "sources": [list(pair) for pair in sources],
            "undated": undated if drawn.undated else "",
        }

    def failures(self, request: Json) -> Json:
        """Return what could not be read the last time; `request` is `{"language"}`."""
        words, strings = words_of(request)
        past = self._keeper.past_failures()[:MAX_FAILURES]
        return {
            "failures": [
                {
                    "source": one.source,
                    "name": named(one.source, one.source),
                    "reason": reason_of(one, words),
                    "since": strings["failure_since"].format(
                        date=words.date(one.first), count=one.times
                    ),
                }
                for one in past
            ]
        }

    def sources(self, request: Json) -> Json:
        """Return what `sources.toml` lists, and what is wrong with it where it cannot be used.

        Feeds and pages come with their `address`; folders, which are the server's, without one.
        """
        _, strings = words_of(request)
        if not self._has_sources():
            return {"sources": [], "problem": ""}
        try:
            listed = load_sources(Path(self._keeper.home))
        except SettingsError as error:
            return {"sources": [], "problem": str(error)}
        shown = [
            {"name": address, "address": address, "kind": strings[kind]}
            for kind, addresses in (("source_feed", listed.feeds), ("source_page", listed.pages))
            for address in addresses
        ]
        folders = [
            {"name": str(folder), "address": "", "kind": strings["source_folder"]}
            for folder in listed.folders
        ]
        return {"sources": shown + folders, "problem": ""}

    def _has_sources(self) -> bool:
        return (Path(self._keeper.home) / FILE).exists()


def _row(row: Row, words: Wording, strings: dict[str, str]) -> Json:
    article = row.article
    return {
        "id": article.id,
        "title": article.title,
        "place": row.place,
        "date": words.date(article.published) if article.published else "",
        "language": article.language,
        "language_name": words.language_name(article.language),
        "sentences": grouped(article.sentences, strings),
        "indexed": article.indexed.isoformat(),
    }
