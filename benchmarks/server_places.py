"""An index on a server and the same one locally, told apart by nothing else; calls counted."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.index_clock import MeasuredEmbedder
from index.generations import GenerationStore
from index.reading import LiveIndex
from index.server import replica
from index.server.address import address_of
from index.server.connection import Server
from index.server.store import ServerStore
from index.settings import load_settings
from index.sync import Synchroniser
from retrieval.answering import Assistant

if TYPE_CHECKING:
    import httpx

_PREFIX = "ARTICLE_QA_"
URL = f"{_PREFIX}CHROMA_URL"


@dataclass(frozen=True, slots=True)
class Place:
    """One index: its store, who writes it, who reads it, and who answers from it."""

    store: GenerationStore
    writer: Synchroniser
    live: LiveIndex
    assistant: Assistant

    def close(self) -> None:
        """Let go of files and connections."""
        self.assistant.close()
        self.live.close()
        self.store.close()


@contextmanager
def only_settings(**given: str) -> Iterator[None]:
    """Leave of all settings in the environment those given."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(_PREFIX)}
    for name in kept:
        del os.environ[name]
    os.environ.update(given)
    try:
        yield
    finally:
        for name in given:
            del os.environ[name]
        os.environ.update(kept)


@contextmanager
def looking_each_time() -> Iterator[None]:
    """Let every question look for a newer version, as one after a pause of 2 s does."""
    interval = replica.INTERVAL
    replica.INTERVAL = 0.0
    try:
        yield
    finally:
        replica.INTERVAL = interval


def local_place(home: Path, embedder: MeasuredEmbedder) -> Place:
    """Return the index below `home`, on this machine."""
    with only_settings():
        return _place(GenerationStore(home / "index"), home, embedder)


def server_place(store: ServerStore, home: Path, url: str, embedder: MeasuredEmbedder) -> Place:
    """Return the index of a store, made by `store_on(home, url)`."""
    with only_settings(**{URL: url}):
        return _place(store, home, embedder)


def store_on(home: Path, url: str, name: str = "article-qa") -> ServerStore:
    """Return the store of an index of this name on a server."""
    with only_settings(**{URL: url, f"{_PREFIX}CHROMA_NAME": name}):
        return ServerStore(home, Server(address_of(load_settings())))


def _place(store: GenerationStore, home: Path, embedder: MeasuredEmbedder) -> Place:
    assistant = Assistant(home, embedder=embedder)
    return Place(store, Synchroniser(store, embedder), LiveIndex(store), assistant)


@dataclass(frozen=True, slots=True)
class Places:
    """The two places of the articles in `corpus`; `folder` is the server's own, at `url`.

    Other replicas lie below `replicas`.
    """

    corpus: Path
    folder: Path
    replicas: Path
    url: str
    server: Server
    there: Place
    here: Place
    embedder: MeasuredEmbedder

    @property
    def both(self) -> tuple[Place, Place]:
        """The server's, and the one on this machine."""
        return self.there, self.here


class Traffic:
    """Counts the calls to a server, and the bytes of its replies as they were sent."""

    def __init__(self, server: Server) -> None:
        self.calls = self.received = 0
        server.run(self._watch)

    def _watch(self, client: Any) -> None:
        # Chroma's client offers no way to its HTTP session.
        client._server._session.event_hooks = {"response": [self._count]}

    def _count(self, response: "httpx.Response") -> None:
        response.read()
        self.calls += 1
        self.received += response.num_bytes_downloaded
