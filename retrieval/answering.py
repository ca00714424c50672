"""Questions answered from the articles: `answer()`, `stream_answer()`, and the `Assistant`."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import NoIndexError, QuestionError, UnknownArticleError
from index.types import Article, Sentence
from retrieval.types import Answer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from index.embedding import Embedder
    from index.sync import Progress, Synchroniser, SyncReport
    from retrieval.chat_model import ChatModel
    from retrieval.reader import Reader
    from retrieval.retriever import Candidate, Query

MAX_QUESTION = 2_000  # characters
TOP_K = 10


class Assistant:
    """Answers from the articles of one data folder; safe to share between threads.

    `home` is the data folder and `embedder` the model (both default to the settings, see
    `index.settings`); `reader` scores sentences. `chat_model`, any of LangChain's, writes the
    answers in place of the one that the settings name; `callbacks` are LangChain's and see each
    of its calls. Nothing is loaded before it is needed.
    """

    def __init__(
        self,
        home: Path | str | None = None,
        *,
        embedder: "Embedder | None" = None,
        reader: "Reader | None" = None,
        chat_model: "BaseChatModel | None" = None,
        callbacks: Sequence[Any] = (),
    ) -> None:
        from index.generations import GenerationStore
        from index.reading import LiveIndex
        from index.settings import load_settings

        settings = load_settings()
        self.home = Path(home).expanduser().absolute() if home else settings.home
        self._settings = settings
        self._embedder = embedder
        self._reader = reader
        self._chat_model = chat_model
        self._loaded_chat: BaseChatModel | None = None
        self._callbacks = tuple(callbacks)
        self._store = GenerationStore(self.home / "index")
        self._live = LiveIndex(self._store)

    @property
    def embedder(self) -> "Embedder":
        """The model that makes the vectors."""
        if self._embedder is None:
            from index.embedding import embedder_of

            self._embedder = embedder_of(self._settings)
        return self._embedder

    @property
    def reader(self) -> "Reader":
        """What tells how likely a sentence answers."""
        if self._reader is None:
            from retrieval.reader import bundled_reader

            self._reader = bundled_reader()
        return self._reader

    def warm_up(self) -> None:
        """Load the models now, and open the index if there is one; takes some seconds."""
        self.embedder.embed(["ready?"], "query")
        self._language("ready?")
        _ = self.reader
        self._warm_up_chat()
        if self.has_index():
            with self._live.reading() as generation:
                generation.vectors.count("chunks")

    def _warm_up_chat(self) -> None:
        from retrieval.faults import ChatFault

        with suppress(ChatFault):  # it is told in the answer's note
            self._chat(())

    # --- questions

    def answer(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        callbacks: Sequence[Any] = (),
    ) -> Answer:
        """Answer a question, or abstain.

        `history` holds the earlier questions and the texts of their answers, the oldest first,
        so that "and Inventec?" is understood. `callbacks` are LangChain's, for this question.
        Raises `QuestionError` for an empty or overlong question and `NoIndexError` if nothing
        has been indexed. A chat model's fault is no error: the answer is written without it,
        and its `note` says why.
        """
        *_, complete = self.stream_answer(question, history=history, callbacks=callbacks)
        return complete

    def stream_answer(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        callbacks: Sequence[Any] = (),
    ) -> Iterator[Answer]:
        """Yield growing snapshots of the answer, the last one complete; errors as `answer`.

        Closing the iterator ends what a chat model is doing.
        """
        from retrieval.turn import Turn

        question = _checked(question)
        turn = Turn(
            question,
            self._language(question),
            history,
            self._chat_name,
            self._settings.llm_timeout,
            lambda: self._chat(callbacks),
        )
        asked = yield from turn.standalone()
        with turn.timed("retrieve"):
            query, candidates = self._retrieve(asked[:MAX_QUESTION], TOP_K)
        yield from turn.write(query, candidates, self.reader, self.embedder)

    @property
    def _chat_name(self) -> str:
        if self._chat_model is None:
            return self._settings.llm
        return str(getattr(self._chat_model, "model_name", type(self._chat_model).__name__))

    def _chat(self, callbacks: Sequence[Any]) -> "ChatModel | None":
        """Return the chat model for one question, if one is set; raise `ChatFault` if unusable."""
        if self._chat_model is None and not self._settings.llm:
            return None
        from retrieval.chat_model import ChatModel, load_chat_model

        name = self._chat_name
        if self._loaded_chat is None:
            self._loaded_chat = self._chat_model or load_chat_model(self._settings)
        every = (*self._callbacks, *callbacks)
        return ChatModel(name, self._loaded_chat, self._settings.llm_timeout, every)

    def search(self, question: str, top_k: int = TOP_K) -> "tuple[Candidate, ...]":
        """Return the `top_k` candidates for a question, best first; errors as `answer`."""
        return self._retrieve(question, top_k)[1]

    def _retrieve(self, question: str, top_k: int) -> "tuple[Query, tuple[Candidate, ...]]":
        from retrieval.retriever import make_query, retrieve

        question = _checked(question)
        with self._live.reading() as generation:
            query = make_query(question, self._language(question), self.embedder)
            return query, retrieve(generation, query, self.embedder.name, top_k)

    @staticmethod
    def _language(question: str) -> str:
        from index.language import INTERFACE_LANGUAGES, detect_language

        return detect_language(question, INTERFACE_LANGUAGES)

    # --- articles

    def has_index(self) -> bool:
        """Tell whether anything was ever indexed in the data folder."""
        return self._store.current() is not None

    def articles(self) -> tuple[Article, ...]:
        """Return all articles, the newest first; raise `NoIndexError` if nothing was indexed."""
        with self._live.reading() as generation:
            return generation.library.articles()

    def article(self, article_id: str) -> Article:
        """Return one article; raise `UnknownArticleError` if there is none of this id."""
        try:
            with self._live.reading() as generation:
                return generation.library.articles_by_id([article_id])[article_id]
        except (KeyError, NoIndexError):
            raise UnknownArticleError(
                f"No article has the id {article_id!r}: 'article-qa list' shows them all."
            ) from None

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return the sentences, title and headings of an article in order; errors as `article`."""
        self.article(article_id)
        with self._live.reading() as generation:
            return generation.library.sentences(article_id)

    def add(
        self, paths: "Iterable[Path | str] | Path | str", progress: "Progress | None" = None
    ) -> "SyncReport":
        """Index files and folders (see `index.sync.Synchroniser.add`)."""
        several = [paths] if isinstance(paths, (str, Path)) else paths
        return self._synchroniser().add([Path(path) for path in several], progress)

    def add_articles(
        self, articles: Iterable[Article], progress: "Progress | None" = None
    ) -> "SyncReport":
        """Index articles made with `index.article.make_article`."""
        return self._synchroniser().add_articles(articles, progress)

    def sync(self, folder: Path | str, progress: "Progress | None" = None) -> "SyncReport":
        """Make the index hold what a folder holds, no more of it and no less."""
        return self._synchroniser().sync(Path(folder), progress)

    def remove(self, ids: Iterable[str]) -> "SyncReport":
        """Remove articles by id; raise `UnknownArticleError` and remove none if one is unknown."""
        return self._synchroniser().remove(ids)

    def reindex(self, progress: "Progress | None" = None) -> "SyncReport":
        """Build the vectors anew from the stored articles, with the model now set."""
        return self._synchroniser().reindex(progress)

    def _synchroniser(self) -> "Synchroniser":
        from index.sync import Synchroniser

        return Synchroniser(self._store, self.embedder)

    def close(self) -> None:
        """Let go of the index's files; the next question opens them again."""
        self._live.close()


_default_lock = threading.Lock()


@cache
def _assistant_of(home: Path) -> Assistant:
    return Assistant(home)


def default_assistant() -> Assistant:
    """Return the one assistant of this process for the data folder of the settings."""
    from index.settings import load_settings

    with _default_lock:
        return _assistant_of(load_settings().home)


def answer(
    question: str, *, history: Sequence[tuple[str, str]] = (), callbacks: Sequence[Any] = ()
) -> Answer:
    """Answer a question from the articles of the data folder (see `Assistant.answer`)."""
    return default_assistant().answer(question, history=history, callbacks=callbacks)


def stream_answer(
    question: str, *, history: Sequence[tuple[str, str]] = (), callbacks: Sequence[Any] = ()
) -> Iterator[Answer]:
    """Yield growing snapshots of the answer (see `Assistant.stream_answer`)."""
    return default_assistant().stream_answer(question, history=history, callbacks=callbacks)


def _checked(question: str) -> str:
    question = " ".join(question.split())
    if not any(character.isalnum() for character in question):
        raise QuestionError("The question is empty: ask about the articles in a few words.")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters: ask it in at most {MAX_QUESTION:,}."
        )
    return question
