"""Where a sync reads from: files, pages, feeds and their entries; each read only if it changed."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from index.errors import SourceError
from index.source_state import Reading
from index.sources import feed
from index.sources.content import Content, Found
from index.sources.feed_fields import FeedEntry
from index.sources.files import find_files, read_file
from index.sources.kinds import read_content

if TYPE_CHECKING:
    from index.web.fetching import Fetcher, Response

RACY = 2_000_000_000
"""Nanoseconds: a file written so shortly before it was read may change again unseen, within the
grain of its file system's clock."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a source holds now, and the origins that it lists.

    Without a fingerprint or a date of modification it is read again each time.
    """

    found: Iterator[Found]
    fingerprint: str = ""
    modified: str = ""
    more: "Sequence[Origin]" = ()


class Origin(Protocol):
    """A place to read from, by the name under which it is remembered."""

    @property
    def source(self) -> str:
        """The absolute path or the address."""

    def read(self, known: Reading | None) -> Fresh | None:
        """Return what it holds, or None where it is as `known`; raise `SourceError` if neither."""


class FileOrigin:
    """A file of this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.source = str(path)

    def read(self, known: Reading | None) -> Fresh | None:
        """Read the file unless its size, time and inode are those of the last reading."""
        fingerprint = self._fingerprint()
        if known and fingerprint and known.fingerprint == fingerprint:
            return None
        return Fresh(read_file(self._path), fingerprint)

    def _fingerprint(self) -> str:
        try:
            status = self._path.stat()
        except OSError:
            return ""  # reading it says what is wrong
        if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) < RACY:
            return ""
        return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


class WebOrigin:
    """The address of a page, a document or a feed."""

    def __init__(self, url: str, fetcher: "Fetcher") -> None:
        self.source = url
        self._fetcher = fetcher

    def read(self, known: Reading | None) -> Fresh | None:
        """Ask for it, with what is known, so that an unchanged one is not sent again."""
        response = self._fetcher.get(
            self.source,
            etag=known.fingerprint if known else "",
            modified=known.modified if known else "",
        )
        if response is None:
            return None
        content = content_of(response, self.source)
        if feed.KIND.recognises(content):
            entries = feed.feed_entries(content)
            more = [EntryOrigin(self.source, entry, self._fetcher) for entry in entries]
            return Fresh(iter(()), response.etag, response.modified, more)
        return Fresh(read_content(content), response.etag, response.modified)


class EntryOrigin:
    """An entry of a feed: its own text where it carries one, else its page."""

    def __init__(self, address: str, entry: FeedEntry, fetcher: "Fetcher") -> None:
        self.source = f"{address}#{entry.id}"
        self._entry = entry
        self._fetcher = fetcher

    def read(self, known: Reading | None) -> Fresh | None:
        """Read the entry unless it is word for word what it was."""
        if known and known.fingerprint == self._entry.digest:
            return None
        return Fresh(self._found(), self._entry.digest)

    def _found(self) -> Iterator[Found]:
        if feed.carries_text(self._entry) or not self._entry.url:
            yield feed.entry_article(self._entry, self.source)
            return
        response = self._fetcher.get(self._entry.url)
        if response is None:
            raise SourceError(f"{self._entry.url} sent nothing: try again later.")
        yield from read_content(content_of(response, self.source))


def file_origins(paths: Iterable[Path]) -> list[Origin]:
    """Return an origin for each file named or found in a folder named, each once."""
    return [FileOrigin(file) for file in dict.fromkeys(f.resolve() for f in find_files(paths))]


def content_of(response: "Response", source: str) -> Content:
    """Return a server's reply as what the kinds of sources read."""
    return Content(
        response.data,
        source,
        suffix=Path(urlsplit(response.url).path).suffix.lower(),
        media_type=response.media_type,
        charset=response.charset,
        url=response.url,
    )
