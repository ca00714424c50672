"""Questions to go on with: made from the passages found, and kept where the reader answers them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.filters import Several, When, make_filters
from retrieval.searching import TOP_K, SearchedCollection, checked, now
from retrieval.types import Answer

if TYPE_CHECKING:
    from index.embedding import Embedder
    from retrieval.reader import Reader
    from retrieval.suggestions import Span, Suggestion

WHOLE = 40  # passages of the cited articles that follow-up questions are made from
PATIENCE = 10.0  # seconds in which follow-up questions are made, waiting for the models included


class ReadCollection(SearchedCollection):
    """Articles whose sentences are read, without a chat model; safe to share between threads.

    `reader` scores sentences; the rest as `SearchedCollection`.
    """

    def __init__(
        self,
        home: Path | str | None = None,
        *,
        embedder: "Embedder | None" = None,
        reader: "Reader | None" = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        super().__init__(home, embedder=embedder, clock=clock)
        self._reader = reader

    @property
    def reader(self) -> "Reader":
        """What tells how likely a sentence answers."""
        if self._reader is None:
            from retrieval.reader import bundled_reader

            self._reader = bundled_reader()
        return self._reader

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
        `PATIENCE` seconds: all questions that are asked pass before each of these, and what has
        not had its turn by then is left out.
        """
        from retrieval.extractive import write_answer
        from retrieval.reader_rules import fitted
        from retrieval.suggestions import suggest

        question = checked(question)
        language, foreign = self._language(question)
        if foreign:
            return ()
        given = make_filters(since, until, articles, sources)
        end = time.monotonic() + PATIENCE

        def ask(other: str) -> Answer | None:
            with self._line.join(last=True) as place:
                if not place.called(max(0.0, end - time.monotonic())):
                    return None
                query, found, filters = self._retrieve(other, language, TOP_K, given, True)
                *_, complete = write_answer(query, found, fitted(self.reader, query, filters))
                return complete

        with self._line.join(last=True) as place:
            if not place.called(PATIENCE):
                return ()
            _, candidates, _ = self._retrieve(question, language, TOP_K, given, True)
            if near := tuple(dict.fromkeys(article_id for article_id, _, _ in cited)):
                whole = replace(given, articles=near)
                further = self._retrieve(question, language, WHOLE, whole, False)[1]
                had = {candidate.passage.chunk.id for candidate in candidates}
                candidates += tuple(c for c in further if c.passage.chunk.id not in had)
        return suggest((*earlier, question), language, candidates, cited, ask)
