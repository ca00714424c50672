"""The kinds of sources known here: one module each, and those that other packages add.

A package adds a kind with an entry point of the group `article_qa.sources` that names a
`SourceKind`; those are asked before the built-in ones.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from index.errors import SourceError
from index.sources.content import Content, Found, SourceKind

GROUP = "article_qa.sources"
BUILT_IN = ("pdf", "docx", "archive", "eml", "feed", "html", "jsonl", "text")
"""Modules beside this one, in the order in which they are asked: plain text takes what is left."""


@cache
def kinds() -> tuple[SourceKind, ...]:
    """Return all kinds, in the order in which they are asked; raise `SourceError` for a bad one."""
    added = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            kind = entry.load()
        except (ImportError, AttributeError) as error:
            raise SourceError(
                f"The kind of source {entry.name!r} cannot be loaded ({error}): "
                f"mend or uninstall {entry.value.split(':')[0]}."
            ) from error
        if not isinstance(kind, SourceKind):
            raise SourceError(f"{entry.value} is not a SourceKind: mend the package that names it.")
        added.append(kind)
    built_in = [import_module(f"index.sources.{name}").KIND for name in BUILT_IN]
    return (*added, *built_in)


def suffixes() -> frozenset[str]:
    """Return the suffixes of the files that are picked from a folder."""
    return frozenset(suffix for kind in kinds() for suffix in kind.suffixes)


def read_content(content: Content) -> Iterator[Found]:
    """Yield what the first kind that recognises the content reads from it.

    Raises `SourceError` where nothing can be read; one that is yielded concerns a part.
    """
    for kind in kinds():
        if kind.recognises(content):
            yield from kind.read(content)
            return
    raise SourceError(
        f"{content.source} is of no kind that can be read: give one of {', '.join(readable())}."
    )


def readable() -> list[str]:
    """Return the suffixes of all kinds, sorted, for messages."""
    return sorted(suffixes())
