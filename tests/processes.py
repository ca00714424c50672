"""What other processes do in the tests of generations; importable, so that they can be started."""

import os
import random
import signal
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from conftest import HashEmbedder

from index import origins
from index.article import make_article
from index.generations import GenerationStore
from index.reading import LiveIndex
from index.report import SyncReport
from index.sync import Synchroniser
from index.types import Article

VERSIONS = 4


def articles_of(version: int) -> list[Article]:
    """Forty articles; a third differ from version to version, and some come and go."""
    rng = random.Random(version)
    made = []
    for n in range(40 + version):
        says = rng.random() if n % 3 == 0 else 0
        text = f"Title {n}\n\n" + "".join(f"Sentence {i} of {n} says {says}. " for i in range(9))
        made.append(make_article(text, source=f"s{n}", language="en"))
    return made


def sync_to(root: Path, version: int) -> None:
    """Bring an index to a version of the articles, the superfluous removed."""
    synchroniser = Synchroniser(GenerationStore(root), HashEmbedder())
    wanted = articles_of(version)
    synchroniser.add_articles(wanted)


def write_version(folder: Path, version: int) -> dict[str, str]:
    """Write the articles of a version as files, and return their texts by source."""
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    texts = {}
    for article in articles_of(version)[version:]:
        file = folder / f"{article.source}.txt"
        file.write_text(article.text)
        texts[str(file)] = article.text
    return texts


def sync_killed_at(root: Path, folder: Path, step: str, when: str) -> None:
    """Sync `folder`, and be killed where `step` ("module:attribute.path") begins or ends."""
    module, path = step.split(":")
    *owners, name = path.split(".")
    owner = import_module(module)
    for attribute in owners:
        owner = getattr(owner, attribute)
    original = getattr(owner, name)

    def killed(*arguments: Any, **named: Any) -> Any:
        if when == "end":
            original(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, killed)
    sync_folder(root, folder)


def sync_folder(root: Path, folder: Path) -> SyncReport:
    """Bring an index in step with `folder`."""
    origins.RACY = -1  # what was written a moment ago may be remembered
    return Synchroniser(GenerationStore(root), HashEmbedder()).sync(folder)


def answer_until_told(root: Path, pipe: Connection) -> None:
    """For each message, send the titles of all articles and the nearest chunk of a question."""
    live = LiveIndex(GenerationStore(root))
    embedder = HashEmbedder()
    while pipe.recv():
        with live.reading() as generation:
            texts = sorted(a.text for a in generation.library.articles())
            vector = embedder.embed(["Sentence 3 of 5"], "query")[0]
            nearest = [i for i, _ in generation.vectors.query("chunks", vector, 5)]
            keys = generation.library.keys_of_chunks(nearest)
            pipe.send((generation.name, texts, len(keys)))
    live.close()
