"""Examining an index on a server, and making it whole from the articles of this replica.

A repair embeds the texts whose vectors the server lacks, sends the blocks that it lacks, and
publishes that as a version; if need be all of it, to a server that has lost everything.
"""

from contextlib import closing, suppress
from pathlib import Path
from typing import cast

from index.draft import Draft, Progress
from index.embedding import Embedder
from index.errors import DamagedIndexError, ServerError
from index.generation import LIBRARY
from index.generations import GenerationStore
from index.health.checks import check_library
from index.health.findings import Finding, counted, named
from index.health.rescue_vectors import is_sound
from index.library import Library
from index.server.connection import Server
from index.server.lease import writer
from index.server.pages import read_list, tree_of
from index.server.placement import BLOCKS
from index.server.records import Records
from index.server.store import ServerStore
from index.server.sweeping import sweep_all, unused_vectors
from index.server.vectors import ServerVectors
from index.vectors import KINDS, Kind, batches

SAMPLE = 50  # vectors of a kind that are looked at
_FROM_HERE = "brings it back from the articles of this machine's replica."
_EMBEDDED = "embeds the texts again that have no good vector."
_OLDER = Finding(
    "older-generation",
    "The newest version could not be read: that of this machine's replica has taken its place.",
    "sync or add the sources again to have what was new in it.",
    repairable=False,
)


def examine_shared(store: GenerationStore) -> list[Finding]:
    """Return what is wrong with the replica and with what it stands on; nothing is changed there.

    The replica is brought up to date first, where the server lets it.
    """
    mine = cast(ServerStore, store)
    server = mine.server
    try:
        server.clock()
    except ServerError as error:
        return [Finding("unreachable-server", _sentence(error), "see to it.", repairable=False)]
    broken = _broken(server)
    if broken:
        what = f"The server cannot read its own {counted(len(broken), 'collection')}"
        return [Finding("unreadable-collection", f"{what} ({named(broken)}).", _FROM_HERE)]
    try:
        mine.refresh()
    except (ServerError, DamagedIndexError) as error:
        return [Finding("lost-index", _sentence(error), _FROM_HERE), *_examine_replica(mine)]
    found = _examine_replica(mine)
    if not found and mine.current():
        found = _examine_server(mine)
    return found


def _examine_replica(store: ServerStore) -> list[Finding]:
    name = store.current()
    if name is None:
        return []
    return [
        Finding(f.code, f.what, "fetches the library anew from the server.", f.repairable)
        for f in check_library(store.root / name / LIBRARY, marks=True)
    ]


def _examine_server(store: ServerStore) -> list[Finding]:
    """Return what the server lacks of what the replica needs, and what it has too many."""
    server, folder = store.server, store.root / str(store.current())
    found = []
    blocks = read_list(folder / BLOCKS)
    needed = {*blocks, *tree_of(blocks).inner}
    missing = len(needed - Records(server, server.address.pages).existing(needed))
    if missing:
        what = f"The server lacks {counted(missing, 'block')} of the library."
        found.append(Finding("missing-blocks", what, "sends them again."))
    with closing(Library(folder / LIBRARY)) as library:
        model = library.meta("model") or ""
        vectors = ServerVectors(server, model)
        for kind in KINDS:
            lacking = len(_missing(library, vectors, kind))
            if lacking:
                what = f"The server lacks {counted(lacking, 'vector')} of {kind} of {model}."
                found.append(Finding("missing-vectors", what, _EMBEDDED))
            else:
                found += _examine_sample(library, vectors, kind)
        if not found and writer(server) is None:
            unused = sum(map(len, unused_vectors(server, library, model).values()))
            if unused:
                what = f"A writer that was ended left {counted(unused, 'vector')} of no article."
                found.append(Finding("leftover", what, "removes them."))
    return found


def _examine_sample(library: Library, vectors: ServerVectors, kind: Kind) -> list[Finding]:
    digests = _digests(library, kind)
    sample = vectors.records[kind].vectors(digests[:: max(1, len(digests) // SAMPLE)][:SAMPLE])
    sound = {d: v for d, v in sample.items() if is_sound(v.tobytes(), v.nbytes)}
    if len(sound) < len(sample):
        what = f"{len(sample) - len(sound)} of {len(sample)} vectors of {kind} are not of length 1."
        return [Finding("invalid-vectors", what, _EMBEDDED)]
    found = 0
    for digest, vector in sound.items():
        near = vectors.query(kind, vector, 10)
        found += bool(near) and (near[0][1] > 0.9999 or digest in dict(near))
    if found < 0.9 * len(sample):
        what = f"The server finds {found} of {len(sample)} {kind} by their own vectors."
        return [Finding("wrong-vector-index", what, _EMBEDDED)]
    return []


def repair_shared(store: GenerationStore, embedder: Embedder, progress: Progress) -> list[Finding]:
    """Mend what `examine_shared` finds, and remove what is of no use; return what is left.

    Raises `ServerError` where the server cannot be reached, and `IndexLockedError` where somebody
    else writes.
    """
    mine = cast(ServerStore, store)
    found = examine_shared(mine)
    codes = {finding.code for finding in found}
    if not codes - {"leftover"}:
        _sweep(mine)
        return []
    if "unreachable-server" in codes:
        return found
    if "unreadable-collection" in codes:
        _drop_broken(mine)
    before = mine.versions.newest() if "lost-index" in codes else None
    with mine.writing(restoring=True, older=True):
        behind = before is not None and before != mine.stamp()
        if _examine_replica(mine):
            mine.fetch(whole=True)
            left = _examine_replica(mine)
            if left:
                return left
        if mine.current() is None:
            return []
        if codes & {"invalid-vectors", "wrong-vector-index"}:
            _remove_unsound(mine, again="wrong-vector-index" in codes)
        lost = behind or bool(codes & {"lost-index", "unreadable-collection"})
        if lost or _examine_server(mine):
            draft = Draft(mine, embedder)
            try:
                draft.publish(progress, rebuild=True)
            finally:
                draft.close()
    _sweep(mine)
    return [_OLDER] if behind else []


def _drop_broken(store: ServerStore) -> None:
    name = store.current()
    if name is None or check_library(store.root / name / LIBRARY, marks=True):
        raise DamagedIndexError(
            "The server cannot read its collections, and this machine has no whole replica: "
            "run 'article-qa doctor --repair' on one that has."
        )
    for collection in _broken(store.server):
        store.server.drop(collection)


def _remove_unsound(store: ServerStore, *, again: bool) -> None:
    """Remove vectors that are not of length 1; all of them if they are to be indexed `again`."""
    with closing(Library(store.root / str(store.current()) / LIBRARY)) as library:
        vectors = ServerVectors(store.server, library.meta("model") or "")
        for kind in KINDS:
            for batch in batches(_digests(library, kind), 300):
                there = vectors.records[kind].vectors(batch)
                wrong = [
                    d for d, v in there.items() if again or not is_sound(v.tobytes(), v.nbytes)
                ]
                vectors.records[kind].remove(wrong)


def _sweep(store: ServerStore) -> None:
    with store.writing():
        newest, name = store.versions.newest(), store.current()
        version = store.versions.get(newest[0]) if newest else None
        if version is None or name is None:
            return
        folder: Path = store.root / name
        with closing(Library(folder / LIBRARY)) as library:
            sweep_all(store.server, library, read_list(folder / BLOCKS), version)


def _broken(server: Server) -> list[str]:
    """Return the collections of this index that the server holds and cannot read."""
    broken = []
    for name in server.names():
        records = Records(server, name)
        try:
            for identifier in records.ids():
                vector = records.vectors([identifier]).get(identifier)
                if vector is not None:
                    records.query(vector, 1)
                break
        except ServerError as error:
            if error.status is None or error.status < 500:
                raise
            with suppress(ServerError):
                server.clock()  # the server as such is well
                broken.append(name)
    return broken


def _digests(library: Library, kind: Kind) -> list[str]:
    rows = library.run(f"SELECT DISTINCT digest FROM {kind} ORDER BY digest")
    return [digest for (digest,) in rows]


def _missing(library: Library, vectors: ServerVectors, kind: Kind) -> list[str]:
    digests = _digests(library, kind)
    there = vectors.existing(kind, digests)
    return [digest for digest in digests if digest not in there]


def _sentence(error: Exception) -> str:
    return f"{str(error).rstrip('.')}."
