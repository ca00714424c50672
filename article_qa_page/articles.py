"""What the Articles tab changes, as functions of JSON types; who may is asked elsewhere."""

from datetime import date
from pathlib import Path

from article_qa_page.articles_requests import (
    InputError,
    Json,
    address_of,
    text_of,
    texts_of,
    words_of,
)
from article_qa_page.articles_shown import ShownArticles
from article_qa_page.articles_table import base_of
from article_qa_page.articles_wording import grouped
from article_qa_page.job_telling import named
from article_qa_page.jobs import Job, Kind, Work
from article_qa_page.uploads import Incoming, Keeping
from index.article import MAX_TITLE, is_web_address
from index.errors import ArticleQAError
from index.report import Failure, SyncReport
from index.source_list import list_feed, load_sources, unlist

MAX_TEXT = 2_000_000  # characters of a pasted text


class Articles(ShownArticles):
    """Answers the tab's script: what is there, and changes to it.

    What reads or writes the index becomes one of `jobs`; the reply then names it: `{"job": id}`.
    """

    def add_files(self, request: Json) -> Json:
        """Index files that were sent: `{"files": tokens, "replace": bool}`."""
        tokens = texts_of(request, "files")
        if len(tokens) > self._most_files:
            _, strings = words_of(request)
            counts = {"count": len(tokens), "files": self._most_files}
            raise InputError(strings["files_many"].format(**counts))
        files = self.uploads.claim(tokens)
        about = files[0].name if len(files) == 1 else f"count_files={len(files)}"
        return self._add_kept("files", about, files, replace=request.get("replace") is True)

    def add_text(self, request: Json) -> Json:
        """Index a text: `{"language", "title", "text", "date": ISO or ""}`."""
        import yaml

        _, strings = words_of(request)
        title, text = (
            " ".join(text_of(request, "title").split())[:MAX_TITLE],
            text_of(request, "text"),
        )
        if not title:
            raise InputError(strings["text_title_missing"])
        if not text.strip():
            raise InputError(strings["text_missing"])
        if len(text) > MAX_TEXT:
            counts = {"count": grouped(len(text), strings), "most": grouped(MAX_TEXT, strings)}
            raise InputError(strings["text_long"].format(**counts))
        fields = {"title": title}
        if day := text_of(request, "date"):
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
        address = address_of(request)
        return self._queue(
            "address", address, lambda job: self._keeper.add([address], job.progress)
        )

    def add_feed(self, request: Json) -> Json:
        """Index a feed, and list it in `sources.toml`: `{"language", "address"}`."""
        address = address_of(request)
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

    def unlist(self, request: Json) -> Json:
        """Keep up with a feed or page no longer: `{"language", "address"}`; its articles stay."""
        _, strings = words_of(request)
        if not unlist(Path(self._keeper.home), text_of(request, "address")):
            raise InputError(strings["source_gone"])
        return {}

    def reread(self, request: Json) -> Json:
        """Read the source of an article again: `{"language", "article": id}`."""
        _, strings = words_of(request)
        article = self._table.find(text_of(request, "article"))
        if article is None:
            raise InputError(strings["article_gone"])
        base = base_of(article.source)
        if base is None:
            raise InputError(strings["no_source"])
        return self._again([base])

    def retry(self, request: Json) -> Json:
        """Read again what could not be read: `{"language", "sources": as told}`."""
        _, strings = words_of(request)
        wanted = set(texts_of(request, "sources"))
        # Only what failed before may be named: a page must not read the server's other files.
        past = [one.source for one in self._keeper.past_failures() if one.source in wanted]
        bases = [base for source in past if (base := base_of(source))]
        if not bases:
            raise InputError(strings["failure_gone"])
        return self._again(list(dict.fromkeys(bases)))

    def dismiss(self, request: Json) -> Json:
        """Forget that a source could not be read: `{"source"}`; a file of it kept here goes."""
        source = text_of(request, "source")
        self._keeper.forget_failures([source])
        self._forget_files([source])
        return {}

    def remove(self, request: Json) -> Json:
        """Remove an article: `{"language", "article": id}`."""
        _, strings = words_of(request)
        article = self._table.find(text_of(request, "article"))
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
        return {"cancelled": self.jobs.cancel(text_of(request, "job"))}

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
        used = {base_of(row.article.source) for row in self._table.rows()}
        bases = [base for source in sources if (base := base_of(source)) and base not in used]
        self.uploads.forget(bases)
