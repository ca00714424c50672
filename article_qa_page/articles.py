"""What the Articles tab can do, as functions of JSON types; who may do it is asked elsewhere."""

from datetime import date
from pathlib import Path
from typing import Any

from article_qa_page.articles_contract import ArticleKeeper
from article_qa_page.articles_picture import picture
from article_qa_page.articles_table import MAX_SEARCH, Row, Table
from article_qa_page.articles_wording import articles_words, grouped
from article_qa_page.job_telling import job_json, named
from article_qa_page.jobs import Job, Jobs, Kind, Work
from article_qa_page.uploads import MAX_FILES, Incoming, Keeping, Uploads
from article_qa_page.wording import Wording, preferred
from index.article import MAX_TITLE, is_web_address
from index.errors import ArticleQAError
from index.report import Failure, SyncReport
from index.source_list import FILE, list_feed, load_sources
from index.sources.files import MAX_BYTES

MAX_TEXT = 2_000_000  # characters of a pasted text
MAX_FAILURES = 200  # shown

Json = dict[str, Any]


class InputError(ArticleQAError):
    """What was typed cannot be used; the sentence is in the reader's language."""


class Articles:
    """Answers the tab's script: what is there, and changes to it, which become `jobs`."""

    def __init__(self, keeper: ArticleKeeper) -> None:
        self._keeper = keeper
        self._table = Table(keeper.generation, keeper.listing)
        self.jobs = Jobs()
        self.uploads = Uploads(Path(keeper.home))

    # --- what is there

    def state(self, request: Json, *, may_edit: bool) -> Json:
        """Return what a page asks for every few seconds; cheap.

        `request` is `{"language", "jobs": ids of ended jobs to tell of, "strings": bool}`. The
        reply holds the generation, the jobs that run or wait (for whoever may change something),
        and the strings if they were asked for.
        """
        words, strings = _words(request)
        active, ended = self.jobs.seen() if may_edit else ([], [])
        wanted = request.get("jobs")
        mine = set(map(str, wanted)) if isinstance(wanted, list) else set()
        told = [job for job in ended if job.id in mine] + active
        reply: Json = {
            "generation": self._keeper.generation(),
            "language": words.language,
            "may_edit": may_edit,
            "jobs": [job_json(job, max(0, n - len(told) + len(active)), strings)
                     for n, job in enumerate(told)],
        }  # fmt: skip
        if request.get("strings") is True:
            limits = {"files": MAX_FILES, "bytes": MAX_BYTES, "text": MAX_TEXT, "title": MAX_TITLE}
            reply |= {"strings": strings, "limits": limits}
        return reply

    def table(self, request: Json) -> Json:
        """Return one page of the table.

        `request` is `{"language", "search", "column", "descending", "first"}`.
        """
        words, strings = _words(request)
        search = _text(request, "search")[:MAX_SEARCH]
        first = request.get("first")
        page = self._table.page(
            search,
            _text(request, "column"),
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
        words, strings = _words(request)
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
        words, strings = _words(request)
        past = self._keeper.past_failures()[:MAX_FAILURES]
        return {
            "failures": [
                {
                    "source": one.source,
                    "name": named(one.source, one.source),
                    "reason": named(one.reason, one.source),
                    "since": strings["failure_since"].format(
                        date=words.date(one.first), count=one.times
                    ),
                }
                for one in past
            ]
        }

    # --- changes

    def add_files(self, request: Json) -> Json:
        """Index files that were sent: `{"files": tokens, "replace": bool}`."""
        tokens = request.get("files")
        files = self.uploads.claim([str(t) for t in tokens] if isinstance(tokens, list) else [])
        about = files[0].name if len(files) == 1 else f"count_files={len(files)}"
        return self._add_kept("files", about, files, replace=request.get("replace") is True)

    def add_text(self, request: Json) -> Json:
        """Index a text: `{"language", "title", "text", "date": ISO or ""}`."""
        import yaml

        _, strings = _words(request)
        title, text = " ".join(_text(request, "title").split())[:MAX_TITLE], _text(request, "text")
        if not title:
            raise InputError(strings["text_title_missing"])
        if not text.strip():
            raise InputError(strings["text_missing"])
        if len(text) > MAX_TEXT:
            counts = {"count": grouped(len(text), strings), "most": grouped(MAX_TEXT, strings)}
            raise InputError(strings["text_long"].format(**counts))
        fields = {"title": title}
        if day := _text(request, "date"):
            try:
                fields["published"] = date.fromisoformat(day).isoformat()
            except ValueError:
                raise InputError(strings["text_date_wrong"]) from None
        head = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False)
        # Half a character cannot be stored: it is a question mark from here on.
        whole = f"---\n{head}---\n\n{text}\n".encode("utf-8", "replace").decode()
        file = self.uploads.put(f"{title}.md", whole)
        return self._add_kept("text", title, [file], replace=False)

    def add_address(self, request: Json) -> Json:
        """Index what lies at an address: `{"language", "address"}`."""
        address = _address(request)
        return self._queue(
            "address", address, lambda job: self._keeper.add([address], job.progress)
        )

    def add_feed(self, request: Json) -> Json:
        """Index a feed, and list it in `sources.toml`: `{"language", "address"}`."""
        address = _address(request)
        home = Path(self._keeper.home)
        if self._has_sources():
            load_sources(home)  # a list that cannot be used is told of before anything is done

        def work(job: Job) -> SyncReport:
            report = self._keeper.add([address], job.progress)
            if any(one.source == address for one in report.failed):
                job.note = "note_failed"
            elif self._is_page(address, report):
                job.note = "note_page"
            else:
                job.note = "note_listed" if list_feed(home, address) else "note_known"
            return report

        return self._queue("feed", address, work)

    def sync(self, request: Json) -> Json:
        """Go through all that `sources.toml` lists."""
        load_sources(Path(self._keeper.home))
        return self._queue("sync", "", lambda job: self._keeper.sync(None, job.progress))

    def reread(self, request: Json) -> Json:
        """Read the source of an article again: `{"language", "article": id}`."""
        _, strings = _words(request)
        article = self._table.find(_text(request, "article"))
        if article is None:
            raise InputError(strings["article_gone"])
        base = _base(article.source)
        if base is None:
            raise InputError(strings["no_source"])
        return self._again([base])

    def retry(self, request: Json) -> Json:
        """Read again what could not be read: `{"language", "sources": as told}`."""
        _, strings = _words(request)
        wanted = request.get("sources")
        named_ = set(map(str, wanted)) if isinstance(wanted, list) else set()
        # Only what failed before may be named: a page must not read the server's other files.
        past = [one.source for one in self._keeper.past_failures() if one.source in named_]
        bases = [base for source in past if (base := _base(source))]
        if not bases:
            raise InputError(strings["failure_gone"])
        return self._again(list(dict.fromkeys(bases)))

    def dismiss(self, request: Json) -> Json:
        """Forget that a source could not be read: `{"source"}`; a file of it kept here goes."""
        source = _text(request, "source")
        self._keeper.forget_failures([source])
        self._forget_files([source])
        return {}

    def remove(self, request: Json) -> Json:
        """Remove an article: `{"language", "article": id}`."""
        _, strings = _words(request)
        article = self._table.find(_text(request, "article"))
        if article is None:
            raise InputError(strings["article_gone"])
        sources = [article.source]

        def work(job: Job) -> SyncReport:
            copies = self._keeper.published_elsewhere(article.id)
            sources.extend(copy.source for copy in copies if copy.similarity == 1.0)
            report = self._keeper.remove([article.id])
            self._forget_files(sources)
            return report

        return self._queue("remove", article.title, work)

    def reindex(self, request: Json) -> Json:
        """Build all vectors anew."""
        return self._queue("reindex", "", lambda job: self._keeper.reindex(job.progress))

    def cancel(self, request: Json) -> Json:
        """Ask a job to end: `{"job": id}`."""
        return {"cancelled": self.jobs.cancel(_text(request, "job"))}

    # --- how it is done

    def _queue(self, kind: Kind, about: str, work: Work) -> Json:
        return {"job": self.jobs.add(kind, about, work).id}

    def _add_kept(self, kind: Kind, about: str, files: list[Incoming], *, replace: bool) -> Json:
        """Queue the indexing of files, kept under their names; a job that fails takes them back."""
        keeping = Keeping(self.uploads)
        paths: list[Path | str] = []

        def work(job: Job) -> SyncReport:
            while len(paths) < len(files):  # called again after another process held the lock
                paths.append(keeping.keep(files[len(paths)], replace=replace))
            report = self._keeper.add(paths, job.progress)
            keeping.settle()
            return report

        def undo() -> None:
            keeping.undo()
            self.uploads.discard(files)

        try:
            job = self.jobs.add(kind, about, work, undo)
        except ArticleQAError:
            self.uploads.discard(files)
            raise
        return {"job": job.id}

    def _again(self, bases: list[str]) -> Json:
        def work(job: Job) -> SyncReport:
            there = [base for base in bases if is_web_address(base) or Path(base).exists()]
            report = self._keeper.add(there, job.progress) if there else SyncReport()
            for base in bases:
                if base not in there:
                    gone = f"{base} does not exist any more: what was indexed of it stays."
                    report.failed.append(Failure(base, gone))
            return report

        name = named(bases[0], bases[0])
        return self._queue(
            "again", name if len(bases) == 1 else f"count_sources={len(bases)}", work
        )

    def _is_page(self, address: str, report: SyncReport) -> bool:
        changes = [*report.added, *report.changed, *report.copies]
        return any(change.source == address for change in changes) or any(
            row.article.source == address for row in self._table.rows()
        )

    def _forget_files(self, sources: list[str]) -> None:
        """Remove files kept here from which no article comes any more."""
        used = {_base(row.article.source) for row in self._table.rows()}
        bases = [base for source in sources if (base := _base(source)) and base not in used]
        self.uploads.forget(bases)

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


def _base(source: str) -> str | None:
    """Return the file or address that `source` is, or is a part of; None for neither."""
    if is_web_address(source):
        return source.partition("#")[0]
    if not Path(source).is_absolute():
        return None
    parts = source.split("#")
    heads = ["#".join(parts[:end]) for end in range(len(parts), 0, -1)]
    return next((head for head in heads if Path(head).is_file()), heads[-1])


def _address(request: Json) -> str:
    _, strings = _words(request)
    address = _text(request, "address").strip()
    if not is_web_address(address) or len(address) > 2_000 or any(c.isspace() for c in address):
        raise InputError(strings["address_wrong"])
    return address


def _words(request: Json) -> tuple[Wording, dict[str, str]]:
    words = preferred(request.get("language"))
    return words, articles_words(words)


def _text(request: Json, name: str) -> str:
    value = request.get(name)
    return value if isinstance(value, str) else ""
