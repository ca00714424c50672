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
from retrieval.followups import standalone
from retrieval.generative import write_with_model
from retrieval.markers import scrub
from retrieval.prompting import History, rewriting_messages
from retrieval.reader import Reader
from retrieval.retriever import Candidate, Query
from retrieval.types import Answer, Usage

MAX_REWRITTEN = 400  # characters more than the question; longer, and it is no question any more


@dataclass(slots=True)
class Turn:
    """How one question is answered; `connect` gives the chat model, or None where none is set.

    `question` is as it was asked, in `language`. `connect` may raise `ChatFault`; `spent` is what
    the chat model had cost when it was given up.
    """

    question: str
    language: str
    history: History
    name: str
    limit: float
    connect: Callable[[], ChatModel | None]
    chat: ChatModel | None = None
    rewritten: str | None = None
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
            asked = standalone(self.question, [question for question, _ in self.history])
        if not self.history:
            asked = self.question
        self.rewritten = asked if asked != self.question else None
        return asked

    def _rewritten(self, chat: ChatModel) -> Generator[Answer, None, str]:
        reply = ""
        with closing(chat.say(rewriting_messages(self.question, self.history), "rewrite")) as said:
            for so_far in said:
                reply = so_far
                yield self._waiting()
        asked = " ".join(scrub(reply).split()).strip('"“”«» ')
        if not any(c.isalnum() for c in asked) or len(asked) > len(self.question) + MAX_REWRITTEN:
            return standalone(self.question, [question for question, _ in self.history])
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
