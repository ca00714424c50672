"""What other machines do in the tests of a shared index; importable, to be started."""

import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from conftest import HashEmbedder

from index.article import make_article
from index.errors import ArticleQAError
from index.server import lease, replica
from index.server.address import ServerAddress
from index.server.connection import Server
from index.server.store import ServerStore
from index.sync import Synchroniser
from index.types import Article

SENTENCES = 12


def hurry() -> None:
    """Wait for less than in earnest."""
    replica.INTERVAL = 0.0
    replica.WAIT = 1.0
    lease.RENEW = 0.4


def store_on(home: Path, url: str, name: str = "news") -> ServerStore:
    address = ServerAddress(url, "", name, "default_tenant", "default_database")
    return ServerStore(home, Server(address))


def writer_on(home: Path, url: str, embedder: Any = None) -> Synchroniser:
    return Synchroniser(store_on(home, url), embedder or HashEmbedder())


def edition(turn: int) -> list[Article]:
    """Four articles, all of whose sentences name the edition they are of."""
    return [
        make_article(
            f"Harbour {n}\n\n"
            + "".join(f"Ship {i} left harbour {n} in edition {turn}. " for i in range(SENTENCES)),
            source=f"news/{n}.txt",
            language="en",
        )
        for n in range(4)
    ]


def write_editions(home: Path, url: str, turns: int, pause: float = 0.0) -> None:
    hurry()
    writer = writer_on(home, url)
    for turn in range(turns):
        writer.add_articles(edition(turn))
        time.sleep(pause)


def hold_lease(home: Path, url: str, pipe: Connection) -> None:
    """Be the writer until told."""
    hurry()
    with store_on(home, url).writing():
        pipe.send(True)
        pipe.recv()


def ask_until_told(home: Path, url: str, pipe: Connection) -> None:
    """Ask again and again; send what was wrong with the answers, and how many there were."""
    from retrieval.answering import Assistant

    hurry()
    wrong: list[str] = []
    editions: set[str] = set()
    asked = 0
    embedder = HashEmbedder()
    assistant = Assistant(home, embedder=embedder)
    assistant._store = store_on(home, url)
    assistant._live._store = assistant._store
    pipe.send(True)
    while not pipe.poll():
        asked += 1
        try:
            found = assistant.search("Ship 3 left harbour 2", 8)
        except ArticleQAError as error:
            wrong.append(str(error))
            continue
        seen = set()
        for one in found:
            article, chunk = one.passage.article, one.passage.chunk
            if article.text[chunk.start : chunk.end] != chunk.text:
                wrong.append("a chunk is not where it says")
            words = article.text.split("edition ")[1:]
            seen |= {word.split(".")[0] for word in words}
        if len(seen) != 1:
            wrong.append(f"an answer over editions {sorted(seen)}")
        editions |= seen
    pipe.recv()
    pipe.send((asked, wrong, sorted(editions)))
    assistant.close()
