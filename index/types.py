"""The records of the index: what an article is, and how its text is cut.

All offsets count characters (Unicode code points) of `Article.text`, and every cut keeps
`article.text[start:end]` equal to the text it stands for.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

SentenceKind = Literal["title", "heading", "text"]


def digest_of(*parts: str) -> str:
    """Return the SHA-256 of `parts`, as 32 hexadecimal digits, boundaries included."""
    joined = "\x1f".join(f"{len(part)}:{part}" for part in parts)
    return sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read.

    `id` is stable across edits (it comes from the address or the path); `digest` changes with
    the text or any shown field. `published` is in UTC. `source` is where it was read from: a
    path, an address, or either with "#" and the part of it that holds the article. `pages` are
    the offsets at which the pages of a paged document begin, the first of them 0.
    """

    id: str
    title: str
    url: str | None
    published: datetime | None
    language: str
    text: str
    digest: str
    source: str
    author: str | None = None
    pages: tuple[int, ...] = ()

    def page(self, offset: int) -> int | None:
        """Return the page (from 1) that the character at `offset` stands on; None without pages."""
        return bisect_right(self.pages, offset) or None


@dataclass(frozen=True, slots=True)
class Sentence:
    """The span of one sentence, title line or heading: `article.text[start:end]`, trimmed."""

    start: int
    end: int
    kind: SentenceKind = "text"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A short run of whole sentences of one article: `article.text[start:end] == text`."""

    id: str
    article_id: str
    text: str
    start: int
    end: int
