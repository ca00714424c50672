"""Questions answered from the articles: the `Assistant`."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.chat_choice import ChatChoice
from retrieval.filters import Filters, Several, When, make_filters
from retrieval.searching import MAX_QUESTION, TOP_K, checked, now
from retrieval.suggesting import ReadCollection
from retrieval.types import Answer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from index.embedding import Embedder
    from retrieval.reader import Reader
    from retrieval.turn import Turn

LINE_POLL = 0.5  # seconds; how soon a question that is given up leaves the line


class Assistant(ReadCollection):
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
        clock: Callable[[], datetime] = now,
        chat_model: "BaseChatModel | None" = None,
        callbacks: Sequence[Any] = (),
    ) -> None:
        super().__init__(home, embedder=embedder, reader=reader, clock=clock)
        self._chat = ChatChoice(self._settings, chat_model, callbacks)

    def warm_up(self) -> None:
        """Load the models now, and open the index if there is one; takes some seconds."""
        from retrieval.faults import ChatFault
        from retrieval.reader import LinearReader

        self.embedder.embed(["ready?"], "query")
        self._language("ready?")
        if isinstance(self.reader, LinearReader):
            self.reader.warm_up()
        with suppress(ChatFault):  # it is told in the answer's note
            self._chat.connect()
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
        (see `retrieval.dates`), unless `time_words` is false or the articles of that time do not
        answer; `Answer.filters` tells what was applied. `callbacks` are LangChain's, for this
        question.

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
        from retrieval.asking import small_talk_answer, told, unanswered
        from retrieval.turn import Turn

        question = checked(question)
        given = make_filters(since, until, articles, sources)
        if small := small_talk_answer(question, [earlier for earlier, _ in history]):
            yield small
            return
        language, foreign = self._language(question)
        chat = self._chat
        connect = lambda: chat.connect(callbacks)  # noqa: E731
        turn = Turn(question, language, history, chat.name, chat.limit, connect)
        asked = yield from turn.standalone()
        attempt = partial(self._attempt, turn, given, foreign)
        complete, filters = yield from attempt(asked, time_words)
        if unanswered(complete) and turn.alone and not turn.chat:
            # A rule thought that it leaned on what was asked before.
            asked = turn.as_it_stands()
            complete, filters = yield from attempt(asked, time_words)
        if unanswered(complete) and filters.words and filters.effect == "filter":
            # The user set no dates: what their words leave out may answer all the same.
            widened = replace(filters, effect="no answer")
            complete, filters = yield from attempt(asked, time_words=False, applied=widened)
        if complete.abstained:
            yield told(complete, filters, foreign=foreign)

    def _attempt(
        self,
        turn: "Turn",
        given: Filters,
        foreign: bool,
        asked: str,
        time_words: bool,
        applied: Filters | None = None,
    ) -> Generator[Answer, None, tuple[Answer, Filters]]:
        """Yield the snapshots of an answer, but no refusal; return the last one and its filters.

        `applied` are the filters to tell of in place of those applied.
        """
        from retrieval.asking import told
        from retrieval.reader_rules import LastReader, fitted

        with self._line.join() as place:
            while not place.called(LINE_POLL):
                yield Answer(turn.question, "", (), (), False, turn.language, 0.0)
            with turn.timed("retrieve"):
                query, candidates, filters = self._retrieve(
                    asked[:MAX_QUESTION], turn.language, TOP_K, given, time_words
                )
            filters = applied or filters
            query = turn.as_read(query)
            # A chat model takes its time elsewhere: the slot is free once all is read.
            reader = LastReader(fitted(self.reader, query, filters), place.leave)
            with closing(turn.write(query, candidates, reader, self.embedder)) as written:
                for snapshot in written:
                    if not snapshot.abstained:
                        yield told(snapshot, filters, foreign=foreign)
        return snapshot, filters
