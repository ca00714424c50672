import hashlib
import os
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.embedding import Role, Vectors, shared_embedder
from index.generations import GenerationStore
from index.samples import sample_folder
from index.sync import Synchroniser
from retrieval.answering import Assistant

os.environ.update(HF_HUB_OFFLINE="1", GRADIO_ANALYTICS_ENABLED="False", NO_COLOR="1")
os.environ.pop("ARTICLE_QA_CHROMA_URL", None)
os.environ.pop("ARTICLE_QA_LLM", None)  # a model of one's own has no part in the tests

CUSTOMER_ARTICLES = Path(__file__).parents[2] / "shared" / "articles"
QUESTIONS = Path(__file__).parent / "questions"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let more be asked of the slowest test than everyday runs do."""
    parser.addoption("--kills", type=int, default=25, help="random kills of a sync")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Number binary parameters: archives hold the time, and two processes have to agree."""
    return "bytes" if isinstance(val, bytes) and not val.isascii() else None


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave the machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host not in ("localhost", "127.0.0.1", "::1"):
            raise AssertionError(f"a test opened a connection to {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


class HashEmbedder:
    """Vectors from hashed words: deterministic, instant, and counts what it was asked."""

    def __init__(self, name: str = "hash") -> None:
        self.name = name
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        if role == "passage":
            self.embedded += texts
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[0] = 0.01
            for word in text.lower().split():
                row[int(hashlib.md5(word.encode()).hexdigest(), 16) % 64] += 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture
def store(tmp_path: Path) -> GenerationStore:
    return GenerationStore(tmp_path / "home" / "index")


@pytest.fixture
def synchroniser(store: GenerationStore, embedder: HashEmbedder) -> Synchroniser:
    return Synchroniser(store, embedder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def sample_assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The real assistant over the bundled samples."""
    assistant = Assistant(
        tmp_path_factory.mktemp("samples"), embedder=shared_embedder("bundled", "", "")
    )
    assistant.add(sample_folder())
    yield assistant
    assistant.close()


@pytest.fixture(scope="session")
def customer_assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The real assistant over the customer's article."""
    if not CUSTOMER_ARTICLES.is_dir():
        pytest.skip("the customer's article is not part of this checkout")
    assistant = Assistant(
        tmp_path_factory.mktemp("customer"), embedder=shared_embedder("bundled", "", "")
    )
    assistant.add(CUSTOMER_ARTICLES)
    yield assistant
    assistant.close()
