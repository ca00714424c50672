"""Dense and lexical candidates, scored exactly and fused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index.embedding import Embedder, Vectors
from index.errors import ModelError
from index.generation import Generation
from index.library import ChunkRow
from index.types import Article, Chunk, Sentence
from retrieval.fusion import fuse
from retrieval.types import Passage
from retrieval.words import content_words

CHUNK_HITS = 20
SENTENCE_HITS = 30
WORD_HITS = 20
# The lexical score counts little for a passage in another language than the question's.
LEXICAL_WEIGHT = 1.0
LEXICAL_WEIGHT_ACROSS = 0.3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with what made its score: cosines of the chunk and of each of its sentences."""

    passage: Passage
    sentences: tuple[Sentence, ...]
    chunk_cosine: float
    sentence_cosines: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready to search: its language, vector (dimensions,) and content words."""

    text: str
    language: str
    vector: Vectors
    terms: tuple[str, ...]


def make_query(question: str, language: str, embedder: Embedder) -> Query:
    """Return the query of a question."""
    vector = embedder.embed([question], "query")[0]
    return Query(question, language, vector, tuple(content_words(question)))


def retrieve(
    generation: Generation, query: Query, model: str, top_k: int = 10
) -> tuple[Candidate, ...]:
    """Return the `top_k` candidates of a generation, best first.

    Candidates come from the nearest chunks, the nearest sentences and the word search; each then
    gets all three scores exactly. Raises `ModelError` if another model made the index.
    """
    check_model(generation, model)
    keys, lexical = find(generation, query)
    return score(generation, query, sorted(keys), lexical, model, top_k)


def check_model(generation: Generation, model: str) -> None:
    """Raise `ModelError` if another model made the index."""
    made_by = generation.library.meta("model")
    if made_by != model:
        raise ModelError(
            f"The index was made with the model {made_by!r}, and the setting is {model!r}: "
            "run 'article-qa reindex' to change it over, or set ARTICLE_QA_EMBEDDING_MODEL back."
        )


def find(generation: Generation, query: Query) -> tuple[set[int], dict[int, float]]:
    """Return the keys of the chunks worth scoring, and BM25 by key where words were found."""
    library = generation.library
    lexical = dict(library.search_words(query.terms, WORD_HITS))
    chunk_hits = [digest for digest, _ in generation.nearest("chunks", query.vector, CHUNK_HITS)]
    sentence_hits = [
        digest for digest, _ in generation.nearest("sentences", query.vector, SENTENCE_HITS)
    ]
    near_chunks = library.keys_of_chunks(chunk_hits).values()
    near_sentences = library.keys_of_sentences(sentence_hits).values()
    return {*lexical, *_flat(near_chunks), *_flat(near_sentences)}, lexical


def score(
    generation: Generation,
    query: Query,
    keys: Sequence[int],
    lexical: dict[int, float],
    model: str,
    top_k: int,
) -> tuple[Candidate, ...]:
    """Return the best `top_k` of the chunks of these keys, every one scored exactly."""
    library = generation.library
    rows = library.chunks(keys)
    sentences = {digest for row in rows for _, digest in row.sentences}
    cosines = generation.cosines("chunks", {row.digest for row in rows}, query.vector, model)
    cosines |= generation.cosines("sentences", sentences, query.vector, model)
    articles = library.articles_by_id({row.article_id for row in rows})
    return rank(query, rows, articles, cosines, lexical, top_k)


def rank(
    query: Query,
    rows: Sequence[ChunkRow],
    articles: dict[str, Article],
    cosines: dict[str, float],
    lexical: dict[int, float],
    top_k: int,
) -> tuple[Candidate, ...]:
    """Score chunks by the chunk's vector, its best sentence's and its words; return the best.

    `cosines` are those of the question's vector to chunks and sentences, by digest; `lexical`
    holds BM25 by chunk key, where a word was found.
    """
    if not rows:
        return ()
    chunk_cosines = [cosines[row.digest] for row in rows]
    sentence_cosines = [tuple(cosines[digest] for _, digest in row.sentences) for row in rows]
    same = np.array([articles[row.article_id].language == query.language for row in rows])
    scores = fuse(
        [
            chunk_cosines,
            [max(each) for each in sentence_cosines],
            [lexical.get(row.key, 0.0) for row in rows],
        ],
        [1.0, 1.0, np.where(same, LEXICAL_WEIGHT, LEXICAL_WEIGHT_ACROSS)],
    )
    order = sorted(range(len(rows)), key=lambda i: (-scores[i], rows[i].key))
    return tuple(
        Candidate(
            Passage(_chunk(rows[i], articles), articles[rows[i].article_id], float(scores[i])),
            tuple(sentence for sentence, _ in rows[i].sentences),
            chunk_cosines[i],
            sentence_cosines[i],
        )
        for i in order[:top_k]
    )


def _chunk(row: ChunkRow, articles: dict[str, Article]) -> Chunk:
    text = articles[row.article_id].text[row.start : row.end]
    return Chunk(
        f"{row.article_id}:{row.start}-{row.end}", row.article_id, text, row.start, row.end
    )


def _flat(groups: Iterable[Iterable[int]]) -> set[int]:
    return {key for group in groups for key in group}
