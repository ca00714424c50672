"""Texts to vectors: the bundled model, or any of sentence-transformers."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

if TYPE_CHECKING:
    from index.settings import Settings

Vectors = NDArray[np.float32]
Role = Literal["query", "passage"]
Encode = Callable[[Sequence[str]], Vectors]

MODELS = Path(__file__).parent / "models"
BUNDLED = "embedder-en-fr"
# Part of the bundled model's name in an index, so that other weights are noticed.
BUNDLED_VERSION = 2
BATCH = 32


class Embedder(Protocol):
    """What the index needs of a model. `name` identifies the vector space it makes."""

    name: str

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        """Return one L2-normalised row per text: shape (len(texts), dimensions)."""


class ModelEmbedder:
    """The bundled model or any of sentence-transformers, loaded at its first use.

    `model` is a name, a path, or "bundled". The prompts are put before each text of their role,
    as models of the E5 kind want it. Threads may share it.
    """

    def __init__(
        self, model: str = "bundled", *, query_prompt: str = "", passage_prompt: str = ""
    ) -> None:
        self._model_name = model
        self._prompts: dict[Role, str] = {"query": query_prompt, "passage": passage_prompt}
        self.name = "|".join(filter(None, [_identity(model), query_prompt, passage_prompt]))
        self._lock = threading.Lock()
        self._encode: Encode | None = None

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        """Return one L2-normalised row per text; raise `ModelError` if the model will not load."""
        prompt = self._prompts[role]
        with self._lock:
            if self._encode is None:
                self._encode = _load(self._model_name)
        return self._encode([prompt + text for text in texts])


_shared: dict[tuple[str, str, str], Embedder] = {}
_shared_lock = threading.Lock()


def shared_embedder(model: str, query_prompt: str, passage_prompt: str) -> Embedder:
    """Return the one embedder of this process for these settings."""
    key = (model, query_prompt, passage_prompt)
    with _shared_lock:  # else two first questions at once would load the model twice
        if key not in _shared:
            _shared[key] = ModelEmbedder(
                model, query_prompt=query_prompt, passage_prompt=passage_prompt
            )
        return _shared[key]


def embedder_of(settings: "Settings") -> Embedder:
    """Return the one embedder of this process that `settings` name."""
    return shared_embedder(settings.embedding_model, settings.query_prompt, settings.passage_prompt)


def _identity(model: str) -> str:
    if model == "bundled":
        return f"{BUNDLED}-{BUNDLED_VERSION}"
    path = Path(model).expanduser()
    return str(path.resolve()) if path.is_dir() else model


def _load(model: str) -> Encode:
    try:
        if model == "bundled":
            from index.encoder import Encoder

            return Encoder(MODELS / BUNDLED).embed
        return _load_sentence_transformer(model)
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(
            f"The embedding model {model!r} cannot be loaded ({reason}): "
            "check ARTICLE_QA_EMBEDDING_MODEL."
        ) from error


def _load_sentence_transformer(model: str) -> Encode:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    path = Path(model).expanduser()
    # A bar and a report of the layers not needed are no news to whoever asks a question.
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        name, local = (str(path), True) if path.is_dir() else (model, False)
        loaded = SentenceTransformer(name, device=None, local_files_only=local)
    finally:
        logging.set_verbosity(verbosity)
    lock = threading.Lock()

    def encode(texts: Sequence[str]) -> Vectors:
        # The tokenizer changes its own state while it works, and must not be shared mid-call.
        with lock:
            vectors = loaded.encode(
                list(texts),
                batch_size=BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)

    return encode
