"""Sorting what is read into new, changed, unchanged, copies and gone, an article at a time.

An article is known by its id, which comes from its address or else its path. The same text, or the
same address, at a second source makes a copy: it is noted, not indexed, and takes the article's
place when that goes or changes.
"""

from dataclasses import replace
from pathlib import Path
from typing import Protocol

from index.article import is_web_address, make_article
from index.known import Copy, Known, copy_of, shown_fields, text_digest
from index.report import Change, Failure, SyncReport
from index.types import Article


class Sink(Protocol):
    """What a sync writes to; `index.draft.Draft`, or `Nothing` for a plan."""

    def put(self, article: Article) -> None:
        """Record an article in place of its old self, and forget its copies."""

    def remove(self, article_id: str) -> None:
        """Remove an article and forget its copies."""

    def put_copy(self, copy: Copy) -> None:
        """Record a copy."""

    def remove_copy(self, source: str) -> None:
        """Forget a copy."""


class Nothing:
    """Writes nothing, for a plan."""

    def put(self, article: Article) -> None:
        """Write nothing."""

    def remove(self, article_id: str) -> None:
        """Write nothing."""

    def put_copy(self, copy: Copy) -> None:
        """Write nothing."""

    def remove_copy(self, source: str) -> None:
        """Write nothing."""


class Comparison:
    """One run over what is read; `report` fills as it goes, `sink` is told what to write."""

    def __init__(self, known: Known, sink: Sink) -> None:
        self.report = SyncReport()
        self.met: set[str] = set()
        """Sources that were read in this run, or are known not to have changed."""
        self.known = known
        self._sink = sink
        self._texts: dict[str, str] = {}  # text digest to id, of what this run has put
        self._ids: dict[str, tuple[str, str]] = {}  # id to text digest and source, likewise
        self._copies: dict[str, list[Copy]] = {}  # by original, of this run

    def take(self, article: Article) -> None:
        """Sort one article that was read."""
        if article.source in self.met:
            reason = f"{article.source} was met twice: the second was left out."
            self.report.failed.append(Failure(article.source, reason))
            return
        self.met.add(article.source)
        text = text_digest(article.text)
        copy = self.known.copy(article.source)
        if copy and copy.digest == article.digest and self._holds(copy.article_id, text):
            self._keep_copy(copy)
        elif article.id in self._ids:
            self._second_of_run(article, text)
        else:
            self._first_of_run(article, text)

    def skip(self, source: str) -> None:
        """Note that `source` is as it was when its article was indexed."""
        self.met.add(source)
        copy = self.known.copy(source)
        if copy:
            self._keep_copy(copy)
            return
        for article_id in self.known.ids_at(source):
            self.report.unchanged.append(article_id)

    def fail(self, failure: Failure) -> None:
        """Note that a source, or a part of it, could not be read; what is known of it stays."""
        self.report.failed.append(failure)

    def drop(self, source: str, article_id: str | None, reason: str) -> None:
        """Remove what was read from a source that is gone; `article_id` is None for a copy."""
        if article_id is None:
            self._sink.remove_copy(source)
            self.report.removed.append(Change("", source, source, reason))
        elif article_id not in self._ids:
            stored = self.known.stored(article_id)
            title = str(stored.fields["title"]) if stored else ""
            self.report.removed.append(Change(article_id, title, source, reason))
            heirs, old = self._heirs(article_id, source), self.known.article(article_id)
            self._sink.remove(article_id)
            if old:
                self._promote(old, heirs)

    # --- how an article is sorted

    def _second_of_run(self, article: Article, text: str) -> None:
        other_text, other = self._ids[article.id]
        if other_text == text or is_web_address(article.source):
            self._copy(article, article.id)
        else:
            reason = f"{article.source} has the same address as {other}: keep one."
            self.report.failed.append(Failure(article.source, reason))

    def _first_of_run(self, article: Article, text: str) -> None:
        stored = self.known.stored(article.id)
        if stored is None:
            twin = self._twin(article, text)
            if twin:
                self._copy(article, twin)
            else:
                self._put(article, text)
                self.report.added.append(_change(article, ""))
                self._drop_namesakes(article)
        elif stored.source != article.source and _may_be_read(stored.source):
            self._ids.setdefault(stored.id, (stored.text_digest, stored.source))
            self._second_of_run(article, text)
        elif stored.digest == article.digest and stored.source == article.source:
            self._ids[article.id] = (text, article.source)
            self.report.unchanged.append(article.id)
        else:
            self._change_known(article, text)

    def _drop_namesakes(self, article: Article) -> None:
        """Remove what was read from the same source when it gave another address."""
        for old in self.known.ids_at(article.source):
            if old != article.id:
                self.drop(article.source, old, f"its address is now that of {article.id}")

    def _change_known(self, article: Article, text: str) -> None:
        stored = self.known.stored(article.id)
        old = self.known.article(article.id)
        assert stored is not None and old is not None, article.id
        same_text = stored.text_digest == text
        kept = self._heirs(article.id, article.source)
        orphans = [] if same_text else [c for c in kept if c.id != article.id]
        self._put(article, text)
        for copy in kept:
            if copy not in orphans:
                self._sink.put_copy(copy)
        self.report.changed.append(_change(article, _differences(old, article)))
        self._promote(old, orphans)

    def _twin(self, article: Article, text: str) -> str | None:
        """Return the id of the article with the same text, if there is one that stays."""
        if text in self._texts:
            return self._texts[text]
        for stored in self.known.with_text(text):
            now, _ = self._ids.get(stored.id, (text, ""))
            if now == text and not _is_gone(stored.source):
                return stored.id
        return None

    def _put(self, article: Article, text: str) -> None:
        self._sink.put(article)
        self._ids[article.id] = (text, article.source)
        self._texts[text] = article.id
        old = self.known.copy(article.source)
        if old:
            self._sink.remove_copy(article.source)

    def _copy(self, article: Article, original: str) -> None:
        copy = copy_of(article, original)
        self._sink.put_copy(copy)
        self._copies.setdefault(original, []).append(copy)
        self.report.copies.append(_change(article, f"the same as {original}"))

    def _keep_copy(self, copy: Copy) -> None:
        self._copies.setdefault(copy.article_id, []).append(copy)
        self.report.unchanged.append(copy.article_id)

    def _holds(self, article_id: str, text: str) -> bool:
        """Tell whether an article has this text still, as far as this run has seen."""
        if article_id in self._ids:
            return self._ids[article_id][0] == text
        stored = self.known.stored(article_id)
        return stored is not None and stored.text_digest == text

    def _heirs(self, article_id: str, source: str) -> list[Copy]:
        """Return the copies of an article that are still there, each once."""
        copies = {copy.source: copy for copy in self.known.copies(article_id)}
        copies |= {copy.source: copy for copy in self._copies.get(article_id, [])}
        return [c for c in copies.values() if c.source != source and not _is_gone(c.source)]

    def _promote(self, old: Article, heirs: list[Copy]) -> None:
        """Put the first of the copies in the place of `old`; the others become copies of it."""
        if not heirs:
            return
        first = heirs[0]
        article = make_article(
            old.text,
            source=first.source,
            title=first.title,
            url=first.url,
            published=first.published,
            language=first.language,
            author=first.author,
            pages=old.pages,
        )
        self._put(article, text_digest(article.text))
        self.report.added.append(_change(article, f"was a copy of {old.id}"))
        for copy in heirs[1:]:
            self._sink.put_copy(replace(copy, article_id=article.id))


def _change(article: Article, reason: str) -> Change:
    return Change(article.id, article.title, article.source, reason)


def _differences(old: Article, new: Article) -> str:
    """Say in words what of an article is not as it was."""
    before, after = shown_fields(old), shown_fields(new)
    names = ["text"] if old.text != new.text else []
    names += [name for name in after if before[name] != after[name]]
    names += ["place"] if old.source != new.source else []
    return ", ".join(names or ["pages"])


def _is_gone(source: str) -> bool:
    """Tell whether a source is a file, or a part of one, that does not exist any more."""
    path = Path(source)
    if not path.is_absolute() or path.exists():
        return False
    parts = source.split("#")
    return not any(Path("#".join(parts[:end])).exists() for end in range(1, len(parts)))


def _may_be_read(source: str) -> bool:
    """Tell whether a source may be read again: a page, or a file that exists."""
    return is_web_address(source) or (Path(source).is_absolute() and not _is_gone(source))
