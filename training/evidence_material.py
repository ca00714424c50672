"""What the evidence reader learns from: questions asked of an index, and what it sees of them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from index.article import make_article
from index.generation import Generation
from index.generations import GenerationStore
from index.reading import LiveIndex
from index.types import Article, Sentence
from retrieval.answering import Assistant
from retrieval.cross_encoder import bundled_cross_encoder
from retrieval.extractive import READ
from retrieval.features import Features
from retrieval.reader import LinearReader, Regression
from retrieval.retriever import Query, find, score
from retrieval.words import content_words
from training.corpus import read_questions
from training.news import NewsArticle, read_news
from training.remembered import RememberingScorer
from training.sampling import NAME, swapped

SEED = 20241125
# What a question is asked of: its own article or all of them, with the passage that holds the
# answer or without it, or an article on another subject. Some questions are asked once more about
# another name or number ("Why did Y …?" for "Why did X …?"), which makes them unanswerable.
SETTINGS = ("own", "all", "own without", "all without", "foreign")
BREAK = "\n\n"
AROUND = 600  # characters around an answer in which a swapped name must not stand
NOTHING = Regression(0.0, {})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a data set, and where its answers lie in its article; nowhere if impossible."""

    text: str
    language: str
    article: Article
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader saw of one question: a row a sentence, which ones hold the answer.

    `group` is the article's title; `news` tells that it is one of `training.news`; `otherwise`
    is what the readings of the question in other words tell.
    """

    group: str
    news: bool
    answerable: bool
    rows: tuple[Features, ...]
    labels: tuple[bool, ...]
    otherwise: Features = field(default_factory=dict)


def load(files: Sequence[Path], language: str, english: dict[str, str]) -> list[Asked]:
    """Return the questions of SQuAD files, and their translations in `english` (by id)."""
    questions = [question for file in files for question in read_questions(file)]
    paragraphs: dict[str, dict[str, int]] = {}
    for question in questions:
        places = paragraphs.setdefault(question.title, {})
        end = sum(len(text) + len(BREAK) for text in places)
        places.setdefault(question.paragraph, end)
    articles = {
        title: make_article(
            BREAK.join(text.replace("\n", " ") for text in places),
            source=title,
            title=title.replace("_", " "),
            language=language,
        )
        for title, places in paragraphs.items()
    }
    asked = []
    for q in questions:
        offset = paragraphs[q.title][q.paragraph]
        known = q.start is not None and q.end is not None
        spans = ((offset + (q.start or 0), offset + (q.end or 0)),) if known else ()
        asked.append(Asked(q.text, language, articles[q.title], spans))
        if q.id in english:
            asked.append(Asked(english[q.id], "en", articles[q.title], spans))
    return asked


def article_of(news: NewsArticle) -> Article:
    """Return an invented article as one of the index's."""
    return make_article(news.text, source=news.title, title=news.title, language=news.language)


def load_news() -> list[Asked]:
    """Return the questions about news of the dev side, in both languages."""
    asked = []
    for news in read_news("dev"):
        article = article_of(news)
        for question in news.questions:
            if question.states:
                continue
            for language, text in question.wordings.items():
                asked.append(Asked(text, language, article, question.answers))
    return asked


def swap_names(asked: Sequence[Asked], chosen: Sequence[Asked]) -> list[Asked]:
    """Return the chosen questions about another name or number, where that works out.

    Half of the names are those that other questions of the same article hold.
    """
    random_state = np.random.default_rng(SEED)
    by_article: dict[str, list[str]] = {}
    for question in asked:
        names = NAME.findall(question.text)
        by_article.setdefault(question.article.id, []).extend(names)
    everywhere = [name for names in by_article.values() for name in names]
    found = []
    for question in chosen:
        if not question.spans:
            continue
        start, end = question.spans[0]
        near = question.article.text[max(0, start - AROUND) : end + AROUND]
        own = by_article[question.article.id] if random_state.random() < 0.5 else everywhere
        text = swapped(question.text, near, own, random_state)
        if text:
            found.append(replace(question, text=text, spans=()))
    return found


def read(asked: Sequence[Asked], chosen: Sequence[Asked], home: Path, *, news: bool) -> list[Read]:
    """Return what the reader sees of the `chosen` questions, over the articles of all `asked`.

    The index lies in `home` and is made there once. `news` tells that they are those of
    `training.news`.
    """
    rng = random.Random(SEED)
    assistant = Assistant(home)
    assistant.add_articles({a.article.id: a.article for a in asked}.values(), _show)
    swaps = swap_names(asked, chosen)
    settings = [
        rng.sample(SETTINGS[:2], 1) + (rng.sample(SETTINGS[2:], 1) if a.spans else [])
        for a in chosen
    ]
    settings += [["own"]] * len(swaps)
    chosen = [*chosen, *swaps]
    vectors = assistant.embedder.embed([a.text for a in chosen], "query")
    scorer = RememberingScorer(bundled_cross_encoder(), home)
    reader = LinearReader(NOTHING, NOTHING, 0.0, scorer)
    live = LiveIndex(GenerationStore(assistant.home / "index"))
    reads = []
    with live.reading() as generation:
        for question, vector, own in zip(chosen, vectors, settings, strict=True):
            words = tuple(content_words(question.text))
            query = Query(question.text, question.language, vector, words)
            foreign = rng.choice(asked).article.id
            for setting in own:
                keys, lexical = _pool(generation, query, question, setting, foreign)
                model = assistant.embedder.name
                candidates = score(generation, query, sorted(keys), lexical, model, READ)
                scores = reader.score(query, candidates)
                described = reader.describe(query, candidates, scores)
                otherwise = reader.read_otherwise(query, candidates, scores)
                labels = tuple(_holds(c.passage.article.id, s, question) for c, s, _ in described)
                rows = tuple(features for *_, features in described)
                title = question.article.title
                reads.append(Read(title, news, any(labels), rows, labels, otherwise))
    live.close()
    scorer.save()
    return [read for read in reads if read.rows]


def _show(stage: str, done: int, total: int) -> None:
    if done % 1024 == 0:
        print(f"{stage} {done}/{total}", flush=True)


def _pool(
    generation: Generation, query: Query, asked: Asked, setting: str, foreign: str
) -> tuple[set[int], dict[int, float]]:
    """Return the chunks a question is asked of in a setting (see `SETTINGS`), and their BM25."""
    own = generation.library.chunk_spans(asked.article.id)
    keys, lexical = find(generation, query)
    if "all" not in setting:
        lexical = dict(generation.library.search_words(query.terms, 10_000))
        keys = set(own if "own" in setting else generation.library.chunk_spans(foreign))
    if "without" in setting:
        keys -= {key for key, span in own.items() if _holds_any(span, asked)}
    return keys, lexical


def _holds(article_id: str, sentence: Sentence, asked: Asked) -> bool:
    return article_id == asked.article.id and _holds_any((sentence.start, sentence.end), asked)


def _holds_any(span: tuple[int, int], asked: Asked) -> bool:
    return any(start < span[1] and span[0] < end for start, end in asked.spans)
