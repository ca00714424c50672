"""What is measured of the index, each in a process of its own (see `benchmarks.index`).

Every measurement of an index begins by building a throwaway one of one article, so that imports
and the loading of the model are in no time. Each takes the embedder, or that of the settings.
"""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.index_clock import (
    MeasuredEmbedder,
    Measurement,
    MemoryWatch,
    measure,
    peak_memory,
)
from benchmarks.index_corpus import invented_article
from index.embedding import BUNDLED, MODELS, Embedder, embedder_of
from index.generation import LIBRARY
from index.generations import GenerationStore
from index.library import Library
from index.settings import load_settings
from index.sync import Synchroniser
from index.vectors import BATCH, KINDS, VectorIndex, batches

WARM = 12_000_000  # number of an article that no measured corpus holds


def embedder_to_measure(record: Path | None, embedder: Embedder | None) -> MeasuredEmbedder:
    """Return `embedder`, or the one of the settings, ready to be measured."""
    return MeasuredEmbedder(embedder or embedder_of(load_settings()), record)


def model_alone(embedder: Embedder | None = None) -> Measurement:
    """Load the model and embed one short text: the memory that every measurement has in it."""
    measured = embedder_to_measure(None, embedder)
    return measure(lambda: measured.embed(["A text."], "passage"), measured)


def first_index(
    home: Path, folder: Path, record: Path | None = None, embedder: Embedder | None = None
) -> Measurement:
    """Index a folder for the first time; the batches embedded are written to `record`.

    Raises `RuntimeError` unless every file of it became an article.
    """
    measured = embedder_to_measure(record, embedder)
    _warm(measured)
    added: list[int] = []
    measurement = measure(
        lambda: added.append(len(synchroniser(home, measured).sync(folder).added)), measured
    )
    there = sum(1 for _ in folder.rglob("*.txt"))
    if added != [there]:
        raise RuntimeError(f"{folder} holds {there} articles, and {added[0]} were indexed.")
    return measurement


def chroma_alone(home: Path, folder: Path) -> Measurement:
    """Put the vectors of an index into a Chroma of their own in `folder`, and do nothing else.

    What memory that takes is the index's own, and not that of indexing.
    """
    store = GenerationStore(home / "index")
    library = Library(store.root / str(store.current()) / LIBRARY)
    model, texts, began = library.meta("model") or "", 0, time.perf_counter()
    with MemoryWatch() as memory:
        index = VectorIndex(folder)
        for kind in KINDS:
            digests = library.run(f"SELECT DISTINCT digest FROM {kind}")
            for ids in batches((digest for (digest,) in digests), BATCH):
                vectors = library.vectors(ids, model)
                index.add(kind, ids, np.stack([vectors[digest] for digest in ids]))
                texts += len(ids)
        index.close()
    library.close()
    seconds = time.perf_counter() - began
    return Measurement(seconds, 0.0, texts, 0, peak_memory(), memory.private)


def again(home: Path, folder: Path, embedder: Embedder | None = None) -> Measurement:
    """Sync a folder that has not changed."""
    measured = embedder_to_measure(None, embedder)
    _warm(measured)
    return measure(lambda: synchroniser(home, measured).sync(folder), measured)


def one_more(home: Path, articles: list[Path], embedder: Embedder | None = None) -> Measurement:
    """Add articles to an index, one at a time."""
    measured = embedder_to_measure(None, embedder)
    _warm(measured)
    left = iter(articles)
    return measure(
        lambda: synchroniser(home, measured).add([next(left)]), measured, turns=len(articles)
    )


def one_alone(homes: Path, articles: list[Path], embedder: Embedder | None = None) -> Measurement:
    """Add each article to an empty index of its own, below the folder `homes`."""
    measured = embedder_to_measure(None, embedder)
    _warm(measured)
    left = iter(articles)

    def add() -> None:
        file = next(left)
        synchroniser(homes / file.stem, measured).add([file])

    return measure(add, measured, turns=len(articles))


def bare_encoding(record: Path, encode: Callable[[list[str]], object] | None = None) -> Measurement:
    """Encode the texts written down, distinct ones, in the same batches, and nothing else."""
    encode = encode or bare_encoder()
    encode(["A text."])
    texts, in_model, seen = 0, 0.0, set[int]()
    with MemoryWatch() as memory, record.open(encoding="utf-8") as lines:
        for line in lines:
            batch = [text for text in dict.fromkeys(json.loads(line)) if hash(text) not in seen]
            seen.update(map(hash, batch))
            began = time.perf_counter()
            encode(batch)
            in_model += time.perf_counter() - began
            texts += len(batch)
    return Measurement(in_model, in_model, texts, 0, peak_memory(), memory.private)


def bare_encoder() -> Callable[[list[str]], object]:
    """Return the encoding of the model that the settings name, without what the index adds."""
    settings = load_settings()
    prompt = settings.passage_prompt
    if settings.embedding_model == "bundled":
        from index.encoder import Encoder

        encoder = Encoder(MODELS / BUNDLED)
        return lambda texts: encoder.embed([prompt + text for text in texts])
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(settings.embedding_model)
    return lambda texts: model.encode(
        [prompt + text for text in texts], normalize_embeddings=True, show_progress_bar=False
    )


def synchroniser(home: Path, embedder: Embedder) -> Synchroniser:
    """Return a synchroniser of the index below `home`."""
    return Synchroniser(GenerationStore(home / "index"), embedder)


def _warm(embedder: Embedder) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "warm.txt").write_text(invented_article(WARM), encoding="utf-8")
        synchroniser(Path(folder) / "home", embedder).add([Path(folder) / "warm.txt"])


def sizes(home: Path) -> tuple[int, dict[str, int]]:
    """Return the number of chunks of an index, and the bytes of each part of its generation."""
    store = GenerationStore(home / "index")
    name = store.current()
    if name is None:
        raise store.nothing_indexed()
    generation = store.root / name
    library = Library(generation / LIBRARY)
    try:
        chunks = library.counts()["chunks"]
    finally:
        library.close()
    return chunks, {part.name: bytes_of(part) for part in sorted(generation.iterdir())}


def bytes_of(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
