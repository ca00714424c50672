"""Whether the articles of a library are as they were read, and its spans those of their texts."""

import sqlite3
from collections.abc import Iterator

from index.chunking import chunk_sentences
from index.errors import SourceError
from index.health.findings import Finding, counted, named
from index.health.rescue import Rescue
from index.known import text_digest
from index.recording import embeddable_chunk, embeddable_sentence
from index.segmentation import segment
from index.types import Article

SAMPLE = 200
MADE_ANEW = "writes the library anew from the articles that can be read."


def check_articles(rescue: Rescue) -> Iterator[Finding]:
    """Yield what is wrong with articles, chunks and sentences."""
    rows = rescue.rows()
    step = max(1, len(rows) // SAMPLE)
    wrong: dict[str, list[str]] = {"altered": [], "spans": [], "digests": [], "sentences": []}
    for position, row in enumerate(rows):
        try:
            found = rescue.article(row)
        except SourceError:
            wrong["altered"].append(f"row {row}")
            continue
        if found is None or found.altered:
            wrong["altered"].append(found.id if found else f"row {row}")
        elif found.text_digest != text_digest(found.article.text):
            wrong["digests"].append(found.id)
        else:
            for what in _wrong_in(rescue.db, found.article, sampled=position % step == 0):
                wrong[what].append(found.id)
    yield from _told_of_articles(wrong)


def _told_of_articles(wrong: dict[str, list[str]]) -> Iterator[Finding]:
    kept = "keeps it as it stands; sync or add its source again to have it as it was."
    told = {
        "altered": ("altered-article", "not as once read, by its digest", kept),
        "spans": ("wrong-span", "cut at places that its text does not have", MADE_ANEW),
        "digests": ("wrong-digest", "filed under digests that are not of its text", MADE_ANEW),
        "sentences": ("other-sentences", "cut otherwise than into its sentences", MADE_ANEW),
    }
    for key, (code, what, remedy) in told.items():
        if wrong[key]:
            some = "An article is" if len(wrong[key]) == 1 else f"Each of {len(wrong[key])} is"
            yield Finding(code, f"{some} {what} ({named(wrong[key])}).", remedy)


def _wrong_in(db: sqlite3.Connection, article: Article, *, sampled: bool) -> Iterator[str]:
    sql = "SELECT key, start, end, digest FROM chunks WHERE article_id = ? ORDER BY start, key"
    chunks = db.execute(sql, [article.id]).fetchall()
    sql = (
        "SELECT chunk, start, end, kind, digest FROM sentences WHERE article_id = ? "
        "ORDER BY start, key"
    )
    sentences = db.execute(sql, [article.id]).fetchall()
    spans = {key: (start, end) for key, start, end, _ in chunks}
    length = len(article.text)
    fits = all(0 <= start < end <= length for start, end in spans.values()) and all(
        chunk in spans and spans[chunk][0] <= start < end <= spans[chunk][1]
        for chunk, start, end, _, _ in sentences
    )
    if not fits:
        yield "spans"
        return
    if any(embeddable_chunk(article, c[1], c[2]).digest != c[3] for c in chunks) or any(
        embeddable_sentence(article, s[1], s[2]).digest != s[4] for s in sentences
    ):
        yield "digests"
    if sampled:
        found = segment(article.text, article.language)
        cut = [(found[a].start, found[b - 1].end) for a, b in chunk_sentences(found)]
        whole = [(s.start, s.end, s.kind) for s in found] == [s[1:4] for s in sentences]
        if not whole or cut != [c[1:3] for c in chunks]:
            yield "sentences"


def check_owners(rescue: Rescue) -> Iterator[Finding]:
    """Yield the tables that name articles that are not there."""
    owned = {
        "chunks": "article_id",
        "sentences": "article_id",
        "copies": "article_id",
        "signatures": "article_id",
        "bands": "article_id",
        "near": "article_id",
        "near ": "other_id",
    }
    for table, column in owned.items():
        sql = (
            f"SELECT COUNT(*) FROM (SELECT DISTINCT {column} FROM {table} "
            "EXCEPT SELECT id FROM articles)"
        )
        (count,) = rescue.db.execute(sql).fetchone()
        if count:
            what = f"The table {table.strip()} names {counted(count, 'unknown article')}."
            yield Finding("unknown-article", what, MADE_ANEW)
