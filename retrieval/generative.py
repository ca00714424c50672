"""An answer in a chat model's words, each claim held against the sentences that it cites."""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from typing import Protocol

from index.embedding import Embedder
from prompts import chat_wording, voice
from retrieval.chat_model import ChatModel
from retrieval.composition import Composed, Composer
from retrieval.extractive import NEAREST, READ
from retrieval.faults import ChatFault
from retrieval.markers import read_reply, spoken
from retrieval.prompting import History, answer_messages, choose_sentences
from retrieval.reader import Reader
from retrieval.retriever import Candidate, Query
from retrieval.types import Answer
from retrieval.verdicts import Judge

NO_ANSWER = "NO_ANSWER"
"""What the prompt tells the model to reply where the sentences do not answer."""
# Models escape it, put it between brackets or quotation marks, and set a full stop behind it.
_CODE_WORD = re.compile(r"(?<![^\W_])NO\\?[_ ]ANSWER(?![^\W_])")


class Context(Protocol):
    """What is known of the conversation."""

    history: History

    def timed(self, stage: str) -> AbstractContextManager[None]:
        """Count the time spent within."""


@dataclass(slots=True)
class _Writing:
    """The answer while it is written."""

    base: Answer
    composer: Composer
    raw: str = ""

    def snapshot(self, raw: str) -> Answer:
        """Return the answer as far as a reply has come."""
        self.raw = raw
        if NO_ANSWER.startswith(_begun(raw)) or _refuses(raw):
            return self.base
        return self._with(self.composer.compose(_CODE_WORD.sub("", raw), complete=False))

    def finished(self, speech_refusal: str, withheld: str) -> Answer:
        """Return the complete answer, or a refusal where it is not founded."""
        refusal = replace(
            self.base, text=speech_refusal, abstained=True, passages=self.base.passages[:NEAREST]
        )
        if _refuses(self.raw):
            return refusal
        raw = _CODE_WORD.sub("", self.raw)
        pieces = read_reply(raw, complete=True)
        if raw != self.raw and all(piece.text for piece in pieces):
            return refusal  # it says in its own words that there is nothing, and cites nothing
        if not any(c.isalnum() for piece in pieces for c in piece.text):
            raise ChatFault("empty")
        if all(piece.text for piece in pieces):
            raise ChatFault("uncited")
        composed = self.composer.compose(raw, complete=True)
        return self._with(composed) if composed.founded else replace(refusal, note=withheld)

    def _with(self, composed: Composed) -> Answer:
        return replace(
            self.base,
            text=composed.text,
            citations=composed.citations,
            claims=composed.claims,
        )


def write_with_model(
    turn: Context,
    query: Query,
    candidates: Sequence[Candidate],
    reader: Reader,
    embedder: Embedder,
    chat: ChatModel,
) -> Iterator[Answer]:
    """Yield growing snapshots of an answer, the last one complete; raises `ChatFault`.

    The text of a snapshot may be empty while the model has said nothing.
    """
    with turn.timed("read"):
        reading = reader.read(query, candidates[:READ])
    known = {(e.article.id, e.sentence.start): e for e in reading.evidence}
    shown = choose_sentences(candidates, known)
    wording = chat_wording(query.language)
    judge = Judge(embedder, getattr(reader, "cross_encoder", None), shown)
    writing = _Writing(
        Answer(
            query.text,
            "",
            (),
            tuple(candidate.passage for candidate in candidates),
            False,
            query.language,
            reading.confidence,
            model=chat.name,
        ),
        Composer(shown, judge, wording, query.language),
    )
    asking = answer_messages(query.text, turn.history, shown, wording.name)
    last: Answer | None = None
    with turn.timed("write"), closing(chat.say(asking, "answer")) as replies:
        for raw in replies:
            if last is None or raw != writing.raw:
                last = writing.snapshot(raw)
            yield last
    with turn.timed("check"):
        complete = writing.finished(
            voice(query.language).refusal, wording.withheld.format(model=chat.name)
        )
    yield complete


def _begun(raw: str) -> str:
    """Return the beginning of a reply, without thoughts, as far as it may become the code word."""
    return _bare(raw).replace("\\", "").replace(" ", "_")


def _refuses(raw: str) -> bool:
    """Tell whether a reply begins with the code word, whatever signs stand around it."""
    return bool(_CODE_WORD.match(_bare(raw)))


def _bare(raw: str) -> str:
    """Return a reply without its thoughts and the signs that lead it."""
    return re.sub(r"^[\W_]+", "", spoken(raw))
