"""What every kind of source is given, and what it is: the contract of `index.sources`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.errors import SourceError
from index.types import Article

Found = Article | SourceError
"""An article, or the sentence that says why one of several could not be read."""


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes, and what is known of them.

    `source` is the absolute path or the address they came from, or either with "#" and a part.
    `suffix` is that of its name, lower case with the dot, and `media_type` what a server said,
    lower case without parameters; `charset` came with it. `url` is the address after redirects.
    `depth` counts the containers (archive, message) that the bytes were taken out of.
    """

    data: bytes
    source: str
    suffix: str = ""
    media_type: str = ""
    charset: str | None = None
    url: str | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A kind of source: how it is recognised, and how articles are read from it.

    `recognises` looks at the content first (and at its suffix where the content leaves it open),
    is quick, and never raises. `read` yields articles in the order of the source; it raises
    `SourceError` where nothing can be read, and yields one for each part that cannot be read
    where others can. `suffixes` are those by which files of the kind are picked from a folder.
    """

    name: str
    suffixes: tuple[str, ...]
    recognises: Callable[[Content], bool]
    read: Callable[[Content], Iterator[Found]]
