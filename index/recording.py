"""Writing a library: articles in and out, vectors in, what Chroma must gain and lose."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index import near_duplicates
from index.chunking import chunk_sentences
from index.embedding import Vectors
from index.known import Copy, text_digest
from index.library import SCHEMA, Library, connect
from index.segmentation import segment
from index.types import Article, digest_of
from index.vectors import KINDS, Kind

_USED = "SELECT DISTINCT digest FROM {0}"
_GAINED = "SELECT digest FROM {0} EXCEPT SELECT digest FROM {0}_before"
_LOST = "SELECT digest FROM {0}_before EXCEPT SELECT digest FROM {0}"


@dataclass(frozen=True, slots=True)
class EmbeddableText:
    """A text whose vector is wanted, what it is, and the digest it is filed under."""

    kind: Kind
    digest: str
    text: str


def embeddable_chunk(article: Article, start: int, end: int) -> EmbeddableText:
    """Return what is embedded for a chunk: its text under the article's title, for context."""
    text = f"{article.title}\n{article.text[start:end]}"
    return EmbeddableText("chunks", digest_of("chunk", text), text)


def embeddable_sentence(article: Article, start: int, end: int) -> EmbeddableText:
    """Return what is embedded for a sentence: the sentence alone."""
    text = article.text[start:end]
    return EmbeddableText("sentences", digest_of("sentence", text), text)


class LibraryWriter(Library):
    """The library of an unpublished generation; used by one thread."""

    def __init__(self, path: Path) -> None:
        """Open the library at `path`, made if it is not there."""
        new = not path.exists()
        self._db = connect(path, "rwc")
        self._db.execute("PRAGMA secure_delete = ON")  # a removed article leaves no bytes
        if new:
            self._db.executescript(SCHEMA + near_duplicates.SCHEMA)
        for kind in KINDS:
            self._db.execute(
                f"CREATE TEMP TABLE {kind}_before AS SELECT DISTINCT digest FROM {kind}"
            )

    def commit(self) -> None:
        """Make what was written last, within the unpublished generation."""
        self._db.commit()

    def close(self) -> None:
        """Commit and close the file."""
        self._db.commit()
        self._db.close()

    def set_meta(self, key: str, value: str) -> None:
        """Keep a note with the library."""
        self._db.execute("REPLACE INTO meta VALUES (?, ?)", [key, value])

    def put(self, article: Article) -> None:
        """Record an article with its spans and words, in place of its old self."""
        self.remove(article.id)
        published = article.published.isoformat() if article.published else None
        indexed = datetime.now(UTC).isoformat(timespec="seconds")
        self._db.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                article.id,
                article.title,
                article.url,
                published,
                article.language,
                article.text,
                article.digest,
                article.source,
                indexed,
                article.author,
                ",".join(map(str, article.pages)),
                text_digest(article.text),
            ],
        )
        sentences = segment(article.text, article.language)
        for first, last in chunk_sentences(sentences):
            start, end = sentences[first].start, sentences[last - 1].end
            cursor = self._db.execute(
                "INSERT INTO chunks (article_id, start, end, digest) VALUES (?, ?, ?, ?)",
                [article.id, start, end, embeddable_chunk(article, start, end).digest],
            )
            key = cursor.lastrowid
            self._db.execute(
                "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)",
                [key, article.title, article.text[start:end]],
            )
            self._db.executemany(
                "INSERT INTO sentences (article_id, chunk, start, end, kind, digest) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (article.id, key, s.start, s.end, s.kind, digest)
                    for s in sentences[first:last]
                    for digest in [embeddable_sentence(article, s.start, s.end).digest]
                ],
            )
        near_duplicates.link(self._db, article.id, article.text)

    def remove(self, article_id: str) -> None:
        """Remove an article with its spans and words; its vectors go with `drop_unused_vectors`."""
        article = self.articles_by_id([article_id]).get(article_id)
        if article is None:
            return
        rows = self._db.execute(
            "SELECT key, start, end FROM chunks WHERE article_id = ?", [article_id]
        )
        # A contentless FTS5 table forgets a row only when told the words it held.
        self._db.executemany(
            "INSERT INTO words (words, rowid, title, body) VALUES ('delete', ?, ?, ?)",
            [(key, article.title, article.text[start:end]) for key, start, end in rows.fetchall()],
        )
        for table in KINDS:
            self._db.execute(f"DELETE FROM {table} WHERE article_id = ?", [article_id])
        self._db.execute("DELETE FROM articles WHERE id = ?", [article_id])
        self._db.execute("DELETE FROM copies WHERE article_id = ?", [article_id])
        near_duplicates.unlink(self._db, article_id)

    def put_copy(self, copy: Copy) -> None:
        """Record that an article stands elsewhere too."""
        self._db.execute(
            "REPLACE INTO copies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                copy.source,
                copy.article_id,
                copy.id,
                copy.digest,
                copy.title,
                copy.url,
                copy.published.isoformat() if copy.published else None,
                copy.language,
                copy.author,
            ],
        )

    def remove_copy(self, source: str) -> None:
        """Forget that an article stands at `source` too."""
        self._db.execute("DELETE FROM copies WHERE source = ?", [source])

    def missing_vectors(self, model: str) -> Iterator[EmbeddableText]:
        """Yield the texts without a vector of `model`, an article at a time."""
        lacking = (
            "NOT EXISTS (SELECT 1 FROM vectors WHERE vectors.digest = {0}.digest AND model = ?)"
        )
        wanted = f"SELECT start, end FROM {{0}} WHERE article_id = ? AND {lacking} ORDER BY start"
        articles = " UNION ".join(
            f"SELECT article_id FROM {kind} WHERE {lacking.format(kind)}" for kind in KINDS
        )
        for (article_id,) in self._db.execute(articles, [model] * len(KINDS)).fetchall():
            spans = [
                self._db.execute(wanted.format(k), [article_id, model]).fetchall() for k in KINDS
            ]
            article = self.articles_by_id([article_id])[article_id]
            yield from (embeddable_chunk(article, *span) for span in spans[0])
            yield from (embeddable_sentence(article, *span) for span in spans[1])

    def count_missing_vectors(self, model: str) -> int:
        """Return how many different texts have no vector of `model`."""
        row = self._db.execute(
            "SELECT COUNT(*) FROM (SELECT digest FROM chunks UNION SELECT digest FROM sentences "
            "EXCEPT SELECT digest FROM vectors WHERE model = ?)",
            [model],
        ).fetchone()
        return int(row[0])

    def put_vectors(self, digests: Sequence[str], vectors: Vectors, model: str) -> None:
        """Keep vectors (shape (len(digests), dimensions)) of `model`."""
        rows = [
            (d, model, v.astype("<f4").tobytes()) for d, v in zip(digests, vectors, strict=True)
        ]
        self._db.executemany("REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def mark_vectors(self, digests: Iterable[str], model: str) -> None:
        """Note that vectors of `model` are kept elsewhere: they count as known, without numbers."""
        rows = [(digest, model, b"") for digest in digests]
        self._db.executemany("REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def forget_vectors(self, digests: Iterable[str], model: str) -> None:
        """Remove vectors, or the marks of vectors, of `model`, which are then missing."""
        rows = [(digest, model) for digest in digests]
        self._db.executemany("DELETE FROM vectors WHERE digest = ? AND model = ?", rows)

    def drop_unused_vectors(self, model: str) -> None:
        """Remove vectors of other models, and those that no chunk or sentence has any more."""
        self._db.execute(
            "DELETE FROM vectors WHERE model != ? OR digest NOT IN "
            "(SELECT digest FROM chunks UNION SELECT digest FROM sentences)",
            [model],
        )

    def compact_words(self) -> None:
        """Rewrite the word index without the words of what was removed."""
        self._db.execute("INSERT INTO words (words) VALUES ('optimize')")

    def gained(self, kind: Kind) -> Iterator[str]:
        """Yield the digests in use now that were not when the library was opened."""
        return self._digests(_GAINED, kind)

    def lost(self, kind: Kind) -> Iterator[str]:
        """Yield the digests in use when the library was opened that are not any more."""
        return self._digests(_LOST, kind)

    def used(self, kind: Kind) -> Iterator[str]:
        """Yield all digests in use, each once."""
        return self._digests(_USED, kind)

    def count_gained(self) -> int:
        """Return how many digests `gained` yields, of all kinds."""
        return self._count(_GAINED)

    def count_lost(self) -> int:
        """Return how many digests `lost` yields, of all kinds."""
        return self._count(_LOST)

    def count_used(self) -> int:
        """Return how many digests `used` yields, of all kinds."""
        return self._count(_USED)

    def _digests(self, sql: str, kind: Kind) -> Iterator[str]:
        # one at a time: all of them would fill the memory of a large index
        for (digest,) in self._db.execute(sql.format(kind)):
            yield digest

    def _count(self, sql: str) -> int:
        return sum(
            int(self._db.execute(f"SELECT COUNT(*) FROM ({sql.format(kind)})").fetchone()[0])
            for kind in KINDS
        )
