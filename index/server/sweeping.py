"""Deleting from a server what no version has that anybody may still read.

What is deleted was noted before as out of use, so that a killed sweep leaves garbage only; a full
one, which looks at every record, finds that too.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from index.library import Library
from index.server.connection import Server
from index.server.pages import Swept, expand, tree_of
from index.server.placement import READ_FOR
from index.server.records import Records
from index.server.vectors import ServerVectors
from index.server.versions import Version, Versions
from index.vectors import KINDS, Kind


def expired_versions(versions: Versions, now: float) -> tuple[list[Version], list[Version]]:
    """Return the versions that are kept, and those replaced more than `READ_FOR` ago."""
    found = [version for n in versions.numbers() if (version := versions.get(n))]
    expired = [old for old, new in pairwise(found) if new.moment < now - READ_FOR]
    return found[len(expired) :], expired


def sweep(server: Server, blocks: list[str], due: dict[Kind, list[str]], model: str) -> None:
    """Delete what has been out of use for long enough, after a version was published.

    `blocks` are those of the live version; `due` are vectors noted in it as to be deleted.
    """
    vectors = ServerVectors(server, model)
    for kind, digests in due.items():
        vectors.records[kind].remove(digests)
    versions = Versions(server)
    kept, expired = expired_versions(versions, server.clock())
    if not expired:
        return
    pages = Records(server, server.address.pages)
    needed = {*blocks, *tree_of(blocks).inner}
    for version in kept[:-1]:
        needed |= _all_blocks(pages, version)
    for version in expired:
        pages.remove(_all_blocks(pages, version) - needed)
        versions.remove([version.number])  # last: the list of its blocks hangs on it
    _drop_models(server, [version.model for version in kept])


def sweep_all(server: Server, library: Library, blocks: list[str], live: Version) -> int:
    """Delete every record that no kept version has; return how many vectors and blocks went."""
    versions, gone = Versions(server), 0
    kept, expired = expired_versions(versions, server.clock())
    pages = Records(server, server.address.pages)
    needed = {*blocks, *tree_of(blocks).inner}
    for version in kept:
        if version.number != live.number:
            needed |= _all_blocks(pages, version)
    superfluous = [digest for digest in pages.ids() if digest not in needed]
    pages.remove(superfluous)
    gone += len(superfluous)
    versions.remove(version.number for version in expired)
    for kind, digests in unused_vectors(server, library, live.model).items():
        ServerVectors(server, live.model).records[kind].remove(digests)
        gone += len(digests)
    _drop_models(server, [version.model for version in kept])
    return gone


def unused_vectors(server: Server, library: Library, model: str) -> dict[Kind, list[str]]:
    """Return the digests that are on the server and neither in use nor lately so."""
    vectors, found = ServerVectors(server, model), {}
    tables = library.run("SELECT 1 FROM sqlite_master WHERE name = 'retired'").fetchone()
    for kind in KINDS:
        needed = {digest for (digest,) in library.run(f"SELECT DISTINCT digest FROM {kind}")}
        if tables:
            rows = library.run("SELECT digest FROM retired WHERE kind = ?", [kind])
            needed.update(digest for (digest,) in rows)
        found[kind] = [d for d in vectors.records[kind].ids() if d not in needed]
    return found


def _all_blocks(pages: Records, version: Version) -> set[str]:
    try:
        blocks, inner = expand(pages, version.root, version.depth)
    except Swept:  # in part already: what is left is found by a full sweep
        return set()
    return {*blocks, *inner}


def _drop_models(server: Server, models: Iterable[str]) -> None:
    """Delete the collections of vectors of models that no version uses any more."""
    address = server.address
    kept = {address.vectors(kind, model) for model in models for kind in KINDS}
    # another index may have a name that begins as this one's
    mine = re.compile(rf"{re.escape(address.name)}-({'|'.join(KINDS)})-[0-9a-f]{{8}}")
    for name in server.names():
        if mine.fullmatch(name) and name not in kept:
            server.drop(name)
