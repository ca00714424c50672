"""One question of a conversation: made standalone, answered by the chat model, or without it."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace

from index.embedding import Embedder
from prompts import chat_wording
from retrieval.chat_model import ChatModel
from retrieval.extractive import write_answer
from retrieval.faults import ChatFault
from retrieval.followups import FollowUp, complete
from retrieval.generative import write_with_model
from retrieval.markers import scrub
from retrieval.prompting import History, rewriting_messages
from retrieval.reader import Reader
from retrieval.retriever import Candidate, Query
from retrieval.small_talk import small_talk
from retrieval.types import Answer, Usage
from retrieval.words import content_words

MAX_REWRITTEN = 400  # characters more than the question; longer, and it is no question any more


@dataclass(slots=True)
class Turn:
    """How one question is answered; `connect` gives the chat model, or None where none is set.

    `question` is as it was asked, in `language`; `read` is what sentences are read for, where that
    is not what is searched for, and `alone` tells that a rule completed the question though it may
    also be asked as it stands. `connect` may raise `ChatFault`; `spent` is what the chat model had
    cost when it was given up.
    """

    question: str
    language: str
    history: History
    name: str
    limit: float
    connect: Callable[[], ChatModel | None]
    chat: ChatModel | None = None
    rewritten: str | None = None
    read: str | None = None
    alone: bool = False
    note: str | None = None
    spent: Usage | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def standalone(self) -> Generator[Answer, None, str]:
        """Return the question to search for, yielding an empty answer now and then meanwhile."""
        try:
            self.chat = self.connect()
            asked = self.question
            if self.history and self.chat:
                with self.timed("rewrite"):
                    asked = yield from self._rewritten(self.chat)
        except ChatFault as fault:
            self._blame(fault)
        if self.history and not self.chat:
            followed = self._completed_by_rule()
            asked = followed.searched
            self.read = followed.read if followed.read != asked else None
            self.alone = followed.alone and asked != self.question
        if not self.history:
            asked = self.question
        self.rewritten = asked if asked != self.question else None
        return asked

    def as_it_stands(self) -> str:
        """Return the question as it was asked, which counts from now on."""
        self.rewritten = self.read = None
        self.alone = False
        return self.question

    def as_read(self, query: Query) -> Query:
        """Return a query as sentences are read for it."""
        if self.read is None:
            return query
        return replace(query, text=self.read, terms=tuple(content_words(self.read)))

    def _completed_by_rule(self) -> FollowUp:
        """Return the question, completed from the earlier ones that are no small talk."""
        return complete(self.question, [said for said in self.history if not small_talk(said[0])])

    def _rewritten(self, chat: ChatModel) -> Generator[Answer, None, str]:
        reply = ""
        with closing(chat.say(rewriting_messages(self.question, self.history), "rewrite")) as said:
            for so_far in said:
                reply = so_far
                yield self._waiting()
        asked = " ".join(scrub(reply).split()).strip('"“”«» ')
        if not any(c.isalnum() for c in asked) or len(asked) > len(self.question) + MAX_REWRITTEN:
            return self._completed_by_rule().searched
        return asked

    def write(
        self, query: Query, candidates: Sequence[Candidate], reader: Reader, embedder: Embedder
    ) -> Generator[Answer, None, None]:
        """Yield growing snapshots of the answer, the last one complete."""
        # A completed question may hold words of both languages: the reader's own decides.
        query = replace(query, language=self.language)
        if self.chat and candidates:
            try:
                parts = write_with_model(self, query, candidates, reader, embedder, self.chat)
                for snapshot in parts:
                    yield self._completed(snapshot)
                return
            except ChatFault as fault:
                self._blame(fault)
        snapshots = write_answer(query, candidates, reader)
        while True:
            with self.timed("read"):
                next_one = next(snapshots, None)
            if next_one is None:
                return
            yield self._completed(next_one)

    def _completed(self, answer: Answer) -> Answer:
        return replace(
            answer,
            question=self.question,
            rewritten=self.rewritten,
            note=answer.note or self.note,
            usage=self.chat.usage if self.chat else self.spent,
            seconds=dict(self.seconds),
        )

    def _waiting(self) -> Answer:
        return Answer(self.question, "", (), (), False, self.language, 0.0)

    def _blame(self, fault: ChatFault) -> None:
        """Say in a sentence why the answer is written without the model."""
        wording = chat_wording(self.language)
        told = wording.faults[fault.kind].format(
            model=self.name, limit=self.limit, install=fault.detail
        )
        self.note = wording.instead.format(fault=told)
        self.spent = self.chat.usage if self.chat else None
        self.chat = None

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time spent within to that of a stage."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.monotonic() - begun
