"""Filters made ready for one generation: which articles may be found, and searching only those."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.errors import unknown_article
from index.generation import Generation
from index.library import Library
from index.selection import (
    articles_of_chunks,
    count_chunks,
    nearest_exactly,
    search_words_among,
    select_articles,
    undated_articles,
)
from index.vectors import KINDS, Kind
from retrieval.dates import Period
from retrieval.filters import Filters
from retrieval.retriever import (
    CHUNK_HITS,
    SENTENCE_HITS,
    WORD_HITS,
    Candidate,
    Query,
    check_model,
    retrieve,
    score,
)

HITS: dict[Kind, int] = {"chunks": CHUNK_HITS, "sentences": SENTENCE_HITS}
EXACT_ARTICLES = 1_000
EXACT_CHUNKS = 2_000  # up to so many are searched exactly; more are found among Chroma's nearest
MOST_HITS = 2_000  # asked of Chroma at once
FAVOUR = 0.2  # added to the score (0-1) of a passage of the time that the question names


@dataclass(frozen=True, slots=True)
class Scope:
    """The articles that may be found (`None`: all), and the filters that made it so."""

    articles: frozenset[str] | None
    filters: Filters


def make_scope(library: Library, given: Filters, period: Period | None) -> Scope:
    """Return the scope of a question; `period` is what its words of time mean, if they count.

    Explicit dates go before words. Words never leave out an article without a date, and where no
    article is of their time, all are asked. Raises `UnknownArticleError` for an id of no article.
    """
    base = _given(library, given) if given else None
    if period is None or given.since or given.until:
        return Scope(base, given)
    named = replace(given, since=period.since, until=period.until, words=period.words)
    if not period.strict:
        return Scope(base, replace(named, effect="favour"))
    of_that_time = select_articles(library, since=period.since, until=period.until)
    of_that_time &= base if base is not None else of_that_time
    if not of_that_time:
        return Scope(base, replace(named, effect="no match"))
    allowed = of_that_time | undated_articles(library)
    return Scope(frozenset(allowed if base is None else allowed & base), named)


def _given(library: Library, given: Filters) -> frozenset[str]:
    known = library.articles_by_id(given.articles)
    for article_id in given.articles:
        if article_id not in known:
            raise unknown_article(article_id)
    return frozenset(
        select_articles(
            library,
            since=given.since,
            until=given.until,
            articles=given.articles,
            sources=given.sources,
        )
    )


def retrieve_in(
    scope: Scope, generation: Generation, query: Query, model: str, top_k: int
) -> tuple[Candidate, ...]:
    """Return the `top_k` candidates of a scope, best first; errors as `retriever.retrieve`."""
    if scope.articles is None:
        found = retrieve(generation, query, model, top_k)
    else:
        check_model(generation, model)
        found = retrieve_within(generation, query, model, top_k, scope.articles)
    return favoured(found, scope.filters) if scope.filters.effect == "favour" else found


def retrieve_within(
    generation: Generation, query: Query, model: str, top_k: int, articles: frozenset[str]
) -> tuple[Candidate, ...]:
    """Return the `top_k` candidates out of these articles, as `retriever.retrieve` does of all."""
    library = generation.library
    lexical = search_words_among(library, set(articles), query.terms, WORD_HITS)
    keys = set(lexical)
    chosen = sorted(articles)
    few = len(chosen) <= EXACT_ARTICLES and count_chunks(library, chosen) <= EXACT_CHUNKS
    for kind in KINDS:
        near = [] if few else _nearest(generation, query, kind, articles)
        if len(near) < HITS[kind]:
            near = nearest_exactly(generation, kind, chosen, query.vector, model, HITS[kind])
        keys.update(near)
    return score(generation, query, sorted(keys), lexical, model, top_k)


def _nearest(
    generation: Generation, query: Query, kind: Kind, articles: frozenset[str]
) -> Sequence[int]:
    """Return keys of chunks of these articles among the nearest of all, perhaps too few."""
    library, wanted = generation.library, HITS[kind]
    share = len(articles) / max(1, library.counts()["articles"])
    limit = min(MOST_HITS, math.ceil(2 * wanted / share))
    digests = [digest for digest, _ in generation.nearest(kind, query.vector, limit)]
    find = library.keys_of_chunks if kind == "chunks" else library.keys_of_sentences
    by_digest = find(digests)
    keys = [key for digest in digests for key in by_digest.get(digest, ())]
    homes = articles_of_chunks(library, keys)
    return [key for key in keys if homes[key] in articles][:wanted]


def favoured(candidates: Sequence[Candidate], filters: Filters) -> tuple[Candidate, ...]:
    """Return candidates anew in order, those of the time that the question names lifted."""
    lifted = [
        replace(c, passage=replace(c.passage, score=min(1.0, c.passage.score + FAVOUR)))
        if filters.holds(c.passage.article.published)
        else c
        for c in candidates
    ]
    return tuple(sorted(lifted, key=lambda c: -c.passage.score))
