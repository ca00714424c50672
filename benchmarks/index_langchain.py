"""The same corpus through LangChain's usual pipeline, with the same model.

Files become documents, `RecursiveCharacterTextSplitter` cuts them with the sizes of LangChain's
tutorials, and the indexing API puts them into Chroma with a record manager in SQLite, which is how
LangChain leaves out what has not changed. All else is LangChain's default.
"""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from benchmarks.index_clock import Measurement, measure
from benchmarks.index_corpus import invented_article
from benchmarks.index_measures import WARM, embedder_to_measure
from index.embedding import Embedder

CHARACTERS, OVERLAP = 1_000, 200


class SameModel(Embeddings):
    """An embedder of the index as LangChain wants it: the model's speed is not compared."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the vectors of passages."""
        return self._embedder.embed(texts, "passage").tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question."""
        return self._embedder.embed([text], "query")[0].tolist()  # type: ignore[no-any-return]


class Pipeline:
    """LangChain's pipeline over one folder of its own."""

    def __init__(self, home: Path, embedder: Embedder) -> None:
        import chromadb
        from chromadb.config import Settings
        from langchain_chroma import Chroma
        from langchain_classic.indexes import SQLRecordManager
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        home.mkdir(parents=True, exist_ok=True)
        self._splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHARACTERS, chunk_overlap=OVERLAP
        )
        self._client: Any = chromadb.PersistentClient(
            str(home / "chroma"), settings=Settings(anonymized_telemetry=False)
        )
        self._store = Chroma("articles", SameModel(embedder), client=self._client)
        self._records = SQLRecordManager(
            "chroma/articles", db_url=f"sqlite:///{(home / 'records.sqlite').absolute()}"
        )
        self._records.create_schema()

    def index(self, files: Iterable[Path], cleanup: Literal["full", "incremental"]) -> int:
        """Index files, what is gone removed; return how many chunks were added."""
        from langchain_core.indexing import index

        chunks = (
            chunk
            for file in files
            for chunk in self._splitter.split_documents([_document_of(file)])
        )
        done = index(
            chunks,
            self._records,
            self._store,
            cleanup=cleanup,
            source_id_key="source",
            key_encoder="blake2b",  # the default warns that it is weak
        )
        return int(done["num_added"])

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()


def _document_of(file: Path) -> Document:
    text = file.read_text(encoding="utf-8")
    return Document(page_content=text, metadata={"source": str(file)})


def _run(
    home: Path, files: Iterable[Path], cleanup: Literal["full", "incremental"], embedder: Embedder
) -> int:
    pipeline = Pipeline(home, embedder)
    try:
        return pipeline.index(files, cleanup)
    finally:
        pipeline.close()


def _warm(embedder: Embedder) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "warm.txt"
        file.write_text(invented_article(WARM), encoding="utf-8")
        _run(Path(folder) / "home", [file], "full", embedder)


def _found(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.rglob("*.txt"))


def langchain_folder(home: Path, folder: Path, embedder: Embedder | None = None) -> Measurement:
    """Make the pipeline hold what a folder holds: the first time all, later what changed."""
    measured = embedder_to_measure(None, embedder)
    _warm(measured)
    return measure(lambda: _run(home, _found(folder), "full", measured), measured)


def langchain_one_more(
    home: Path, articles: list[Path], embedder: Embedder | None = None
) -> Measurement:
    """Add articles to the pipeline, one at a time."""
    measured = embedder_to_measure(None, embedder)
    _warm(measured)
    left = iter(articles)
    return measure(
        lambda: _run(home, [next(left)], "incremental", measured), measured, turns=len(articles)
    )
