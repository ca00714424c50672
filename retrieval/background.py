"""An event loop in a thread of its own, so that a request can be left at any moment.

A thread that waits for the network cannot be interrupted; a task can, and closes its connection
as it goes. One loop serves the process, as HTTP clients keep connections of the loop they began in.
"""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Callable, Generator
from functools import cache
from typing import TypeVar

T = TypeVar("T")

TICK = 0.5
"""Seconds without news after which the caller is given the occasion to leave."""

_lock = threading.Lock()


@cache
def _started_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat-model", daemon=True).start()
    return loop


def _loop() -> asyncio.AbstractEventLoop:
    with _lock:
        return _started_loop()


def stream(start: Callable[[], AsyncIterator[T]], limit: float) -> Generator[T | None, None, None]:
    """Yield what an asynchronous iterator yields, and None whenever nothing came for a `TICK`.

    Raises what the iterator raises, and `TimeoutError` after `limit` seconds in all. Closing
    this iterator cancels the other.
    """
    news: queue.Queue[T | None] = queue.Queue()

    async def run() -> None:
        try:
            async with asyncio.timeout(limit):
                async for item in start():
                    news.put(item)
        finally:
            news.put(None)  # wakes the caller, who then sees that the task is done

    task = asyncio.run_coroutine_threadsafe(run(), _loop())
    try:
        while not (task.done() and news.empty()):
            try:
                item = news.get(timeout=TICK)
            except queue.Empty:
                item = None
            if item is not None or not task.done():
                yield item
        task.result()
    finally:
        task.cancel()
