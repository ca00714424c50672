"""Questions answered from the articles: `answer()`, `stream_answer()`, and the `Assistant`."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import QuestionError
from retrieval.collection import Collection
from retrieval.filters import Filters, Several, When, make_filters
from retrieval.types import Answer
from retrieval.waiting_line import Place, WaitingLine

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from index.embedding import Embedder
    from retrieval.chat_model import ChatModel
    from retrieval.reader import Reader
    from retrieval.retriever import Candidate, Query
    from retrieval.suggestions import Span, Suggestion

MAX_QUESTION = 2_000  # characters
TOP_K = 10
WHOLE = 40  # passages of the cited articles that follow-up questions are made from
LINE_POLL = 0.5  # seconds; how soon a question that is given up leaves the line


def _now() -> datetime:
    return datetime.now(UTC)


class Assistant(Collection):
    """Answers from the articles of one data folder; safe to share between threads.

    `home` is the data folder and `embedder` the model (both default to the settings, see
    `index.settings`); `reader` scores sentences; `clock` tells the time that "yesterday" counts
    from. `chat_model`, any of LangChain's, writes the answers in place of the one that the
    settings name; `callbacks` are LangChain's and see each of its calls. Nothing is loaded
    before it is needed.
    """

    def __init__(
        self,
        home: Path | str | None = None,
        *,
        embedder: "Embedder | None" = None,
        reader: "Reader | None" = None,
        clock: Callable[[], datetime] = _now,
        chat_model: "BaseChatModel | None" = None,
        callbacks: Sequence[Any] = (),
    ) -> None:
        super().__init__(home, embedder=embedder)
        self._reader = reader
        self._clock = clock
        self._chat_model = chat_model
        self._loaded_chat: BaseChatModel | None = None
        self._callbacks = tuple(callbacks)
        self._line = WaitingLine()

    @property
    def reader(self) -> "Reader":
        """What tells how likely a sentence answers."""
        if self._reader is None:
            from retrieval.reader import bundled_reader

            self._reader = bundled_reader()
        return self._reader

    def warm_up(self) -> None:
        """Load the models now, and open the index if there is one; takes some seconds."""
        from retrieval.faults import ChatFault
        from retrieval.reader import LinearReader

        self.embedder.embed(["ready?"], "query")
        self._language("ready?")
        if isinstance(self.reader, LinearReader):
            self.reader.warm_up()
        with suppress(ChatFault):  # it is told in the answer's note
            self._chat(())
        if self.has_index():
            with self._live.reading() as generation:
                generation.vectors.count("chunks")

    def answer(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        since: When | None = None,
        until: When | None = None,
        articles: Several = None,
        sources: Several = None,
        time_words: bool = True,
        callbacks: Sequence[Any] = (),
    ) -> Answer:
        """Answer a question, or abstain.

        `history` holds the earlier questions and the texts of their answers, the oldest first,
        so that "and Inventec?" is understood. The filters leave only articles published from
        `since` to the end of `until` (dates, or ISO text; UTC), of these ids, and from these
        paths, feeds or sites. Without dates, words such as "last week" in the question filter
        (see `retrieval.dates`), unless `time_words` is false; `Answer.filters` tells what was
        applied. `callbacks` are LangChain's, for this question.

        Raises `QuestionError` for an empty or overlong question, `FilterError` for a filter that
        is none, `UnknownArticleError` for an id of no article, and `NoIndexError` if nothing has
        been indexed. A chat model's fault is no error: the answer is written without it, and its
        `note` says why.
        """
        *_, complete = self.stream_answer(
            question,
            history=history,
            since=since,
            until=until,
            articles=articles,
            sources=sources,
            time_words=time_words,
            callbacks=callbacks,
        )
        return complete

    def stream_answer(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        since: When | None = None,
        until: When | None = None,
        articles: Several = None,
        sources: Several = None,
        time_words: bool = True,
        callbacks: Sequence[Any] = (),
    ) -> Iterator[Answer]:
        """Yield growing snapshots of the answer, the last one complete; the rest as `answer`.

        Questions take turns at the models, first come, first served. While one waits, its
        snapshots have no text. Closing the iterator gives up its place, and ends what a chat
        model is doing.
        """
        from retrieval.asking import small_talk_answer, told
        from retrieval.reader_rules import LastReader, fitted
        from retrieval.turn import Turn

        question = _checked(question)
        given = make_filters(since, until, articles, sources)
        if small := small_talk_answer(question):
            yield small
            return
        language, foreign = self._language(question)
        limit = self._settings.llm_timeout
        connect = lambda: self._chat(callbacks)  # noqa: E731
        turn = Turn(question, language, history, self._chat_name, limit, connect)
        asked = yield from turn.standalone()
        with self._in_line() as place:
            while not place.called(LINE_POLL):
                yield Answer(question, "", (), (), False, language, 0.0)
            with turn.timed("retrieve"):
                query, candidates, filters = self._retrieve(
                    asked[:MAX_QUESTION], language, TOP_K, given, time_words
                )
            # A chat model takes its time elsewhere: the slot is free once all is read.
            reader = LastReader(fitted(self.reader, query, filters), place.leave)
            with closing(turn.write(query, candidates, reader, self.embedder)) as written:
                for snapshot in written:
                    yield told(snapshot, filters, foreign=foreign)

    @contextmanager
    def _in_line(self) -> Iterator[Place]:
        place = self._line.join()
        try:
            yield place
        finally:
            place.leave()

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

    def search(
        self,
        question: str,
        top_k: int = TOP_K,
        *,
        since: When | None = None,
        until: When | None = None,
        articles: Several = None,
        sources: Several = None,
    ) -> "tuple[Candidate, ...]":
        """Return the `top_k` candidates for a question, best first.

        Filters and errors are those of `answer`; words of time do nothing here.
        """
        question = _checked(question)
        given = make_filters(since, until, articles, sources)
        with self._in_line() as place:
            place.called()
            return self._retrieve(question, self._language(question)[0], top_k, given, False)[1]

    def suggest(
        self,
        question: str,
        cited: "Sequence[Span]" = (),
        *,
        earlier: Sequence[str] = (),
        since: When | None = None,
        until: When | None = None,
        articles: Several = None,
        sources: Several = None,
    ) -> "tuple[Suggestion, ...]":
        """Return a few questions to go on with, each answered by a sentence not yet `cited`.

        They are in the language of `question`, none asks what it or the `earlier` ones did, and a
        chat model has no part in them. Filters and errors are those of `answer`. Takes up to
        `retrieval.suggestions.SECONDS`, and waits in line with the questions that are asked.
        """
        from retrieval.extractive import write_answer
        from retrieval.reader_rules import fitted
        from retrieval.suggestions import suggest

        question = _checked(question)
        language, foreign = self._language(question)
        if foreign:
            return ()
        given = make_filters(since, until, articles, sources)

        def ask(other: str) -> Answer:
            with self._in_line() as place:
                place.called()
                query, found, filters = self._retrieve(other, language, TOP_K, given, True)
                *_, complete = write_answer(query, found, fitted(self.reader, query, filters))
                return complete

        with self._in_line() as place:
            place.called()
            _, candidates, _ = self._retrieve(question, language, TOP_K, given, True)
            if near := tuple(dict.fromkeys(article_id for article_id, _, _ in cited)):
                whole = replace(given, articles=near)
                candidates += self._retrieve(question, language, WHOLE, whole, False)[1]
        return suggest((*earlier, question), language, candidates, cited, ask)

    def _retrieve(
        self, question: str, language: str, top_k: int, given: Filters, time_words: bool
    ) -> "tuple[Query, tuple[Candidate, ...], Filters]":
        """Return query, candidates, and the filters that were applied."""
        from retrieval.dates import read_period
        from retrieval.retriever import make_query
        from retrieval.scope import make_scope, retrieve_in

        period = read_period(question, language, self._clock()) if time_words else None
        with self._live.reading() as generation:
            scope = make_scope(generation.library, given, period)
            query = make_query(question, language, self.embedder)
            found = retrieve_in(scope, generation, query, self.embedder.name, top_k)
        return query, found, scope.filters

    @staticmethod
    def _language(question: str) -> tuple[str, bool]:
        """Return the language to answer in, and whether the question is in a third one."""
        from retrieval.question_language import answer_language

        return answer_language(question)


_default_lock = threading.Lock()


@cache
def _assistant_of(settings: str) -> Assistant:
    return Assistant()


def default_assistant() -> Assistant:
    """Return the one assistant of this process for the settings as they are now."""
    from index.settings import load_settings

    with _default_lock:
        return _assistant_of(load_settings().model_dump_json())


def answer(question: str, **options: Any) -> Answer:
    """Answer a question from the articles of the data folder (see `Assistant.answer`)."""
    return default_assistant().answer(question, **options)


def stream_answer(question: str, **options: Any) -> Iterator[Answer]:
    """Yield growing snapshots of the answer (see `Assistant.stream_answer`)."""
    return default_assistant().stream_answer(question, **options)


def search(question: str, top_k: int = TOP_K, **filters: Any) -> "tuple[Candidate, ...]":
    """Return the passages found for a question (see `Assistant.search`)."""
    return default_assistant().search(question, top_k, **filters)


def _checked(question: str) -> str:
    question = " ".join(question.split())
    if not any(character.isalnum() for character in question):
        raise QuestionError("The question is empty: ask about the articles in a few words.")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters: ask it in at most {MAX_QUESTION:,}.",
            len(question),
            MAX_QUESTION,
        )
    return question
