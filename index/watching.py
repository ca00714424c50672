"""Keeping in step: folders as soon as something changes in them, the web at an interval."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from index.errors import ArticleQAError
from index.report import SyncReport
from index.source_list import SourceList
from index.stopping import StopRequest

LOOK = 2.0  # seconds between two looks at whether the time for the web, or an end, has come
RETRY = 60.0  # seconds after which a sync that could not take place is tried again


def watch(
    sources: SourceList,
    sync: Callable[[SourceList], SyncReport],
    stop: StopRequest | None = None,
) -> Iterator[SyncReport | ArticleQAError]:
    """Yield what each sync did: one of everything first, then what each occasion asks for.

    An error that is told to the user is yielded instead, and what it kept from being done is tried
    again at the next interval. Ends when `stop` is set.
    """
    web = replace(sources, folders=())
    files = replace(sources, feeds=(), pages=())
    outcome = _tried(sync, sources)
    yield outcome
    due = _next(outcome, sources)
    for changed in _occasions(sources.folders, stop or StopRequest()):
        if changed and files:
            outcome = _tried(sync, files)
            yield outcome
            due = min(due, _next(outcome, sources))
        elif time.monotonic() >= due:
            outcome = _tried(sync, sources if failed(outcome) or not web else web)
            yield outcome
            due = _next(outcome, sources)


def _next(outcome: SyncReport | ArticleQAError, sources: SourceList) -> float:
    """Return when all is to be tried again, by the monotonic clock."""
    return time.monotonic() + (
        min(RETRY, sources.interval) if failed(outcome) else sources.interval
    )


def failed(outcome: SyncReport | ArticleQAError) -> bool:
    """Tell whether a sync as a whole did not take place."""
    return isinstance(outcome, ArticleQAError)


def _occasions(folders: tuple[Path, ...], stop: StopRequest) -> Iterator[bool]:
    """Yield True when something changed in the folders, and False from time to time."""
    from watchfiles import watch as changes

    while not stop.is_set():
        there = [folder for folder in folders if folder.is_dir()]
        if not there:
            stop.wait(LOOK)
            yield False
            continue
        found = changes(
            *there, stop_event=stop, rust_timeout=int(LOOK * 1000), yield_on_timeout=True
        )
        for some in found:
            yield bool(some)
            if [folder for folder in folders if folder.is_dir()] != there:
                break  # one came or went: watch anew


def _tried(
    sync: Callable[[SourceList], SyncReport], sources: SourceList
) -> SyncReport | ArticleQAError:
    try:
        return sync(sources)
    except ArticleQAError as error:
        return error
