"""One pass over the origins: each read if it changed, compared, and remembered."""

import os
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from index.comparison import Comparison
from index.draft import Progress
from index.errors import SourceError
from index.origins import Origin
from index.report import Failure, SyncReport
from index.source_state import Reading, SourceState


def read_origins(
    origins: Sequence[Origin], comparison: Comparison, state: SourceState, progress: Progress
) -> None:
    """Read all origins and those they list, in order; one that fails stops no other."""
    queue, done = deque(origins), 0
    while queue:
        origin = queue.popleft()
        try:
            more = _read_one(origin, comparison, state)
        except SourceError as error:
            comparison.fail(Failure(origin.source, str(error)))
            state.forget(origin.source)
            more = ()
        queue.extendleft(reversed(more))
        done += 1
        progress("read", done, done + len(queue))


def _read_one(origin: Origin, comparison: Comparison, state: SourceState) -> Sequence[Origin]:
    known = _still_true(origin.source, comparison, state)
    fresh = origin.read(known)
    if fresh is None:
        _skip(origin.source, known, comparison)
        return ()
    found, before = [], len(comparison.report.failed)
    for one in fresh.found:
        if isinstance(one, SourceError):
            comparison.fail(Failure(origin.source, str(one)))
        else:
            comparison.take(one)
            found.append((one.source, one.digest))
    if len(comparison.report.failed) == before:
        state.succeed(origin.source)
    if (fresh.fingerprint or fresh.modified) and len(comparison.report.failed) == before:
        state.remember(origin.source, Reading(fresh.fingerprint, fresh.modified, tuple(found)))
    else:
        state.forget(origin.source)
    return fresh.more


def _still_true(source: str, comparison: Comparison, state: SourceState) -> Reading | None:
    """Return the last reading, if the index still holds what was found and nothing of it failed."""
    known = state.reading(source)
    if known is None or state.failures([f"{source}#"]):
        return None
    held = all(comparison.known.digest_at(part) == digest for part, digest in known.found)
    return known if held else None


def _skip(source: str, known: Reading | None, comparison: Comparison) -> None:
    """Note as unchanged what was found in a source, or in the entries of a feed."""
    parts = [part for part, _ in known.found] if known else []
    for part in parts or [part for part, _ in comparison.known.below(f"{source}#")]:
        comparison.skip(part)


def drop_gone(root: Path, comparison: Comparison) -> None:
    """Remove what was read from files below `root` that are not there any more.

    What could not be read in this run keeps its indexed self.
    """
    failed = tuple(failure.source for failure in comparison.report.failed)
    for source, article_id in comparison.known.below(f"{root}{os.sep}"):
        kept = source in failed or source.startswith(tuple(f"{one}#" for one in failed))
        if source not in comparison.met and not kept:
            comparison.drop(source, article_id, f"no longer in {root}")


def remember_failures(report: SyncReport, state: SourceState, below: Sequence[str]) -> None:
    """Keep what failed, one sentence a source; forget the failures `below` that are over."""
    failed: dict[str, list[str]] = {}
    for failure in report.failed:
        failed.setdefault(failure.source, []).append(failure.reason)
    for past in state.failures(below) if below else ():
        if past.source not in failed:
            state.succeed(past.source)
    for source, reasons in failed.items():
        more = f" ({len(reasons) - 1} more of its parts failed.)" if len(reasons) > 1 else ""
        state.fail(source, reasons[0] + more)
