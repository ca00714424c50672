"""From older formats of the index to this one: the library of a draft is changed in place.

Format 1 knew no copies, authors, pages or near duplicates. What is new is made from the stored
texts; nothing is embedded and no source is read.
"""

from pathlib import Path

from index import near_duplicates
from index.known import text_digest
from index.library import COPIES, INDEXES, VECTORS, connect

FORMAT = 2

_ARTICLES_2 = """
ALTER TABLE articles ADD COLUMN author TEXT;
ALTER TABLE articles ADD COLUMN pages TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN text_digest TEXT NOT NULL DEFAULT '';
"""
_VECTORS_2 = f"""
ALTER TABLE vectors RENAME TO vectors_1;
{VECTORS}
INSERT INTO vectors SELECT * FROM vectors_1;
DROP TABLE vectors_1;
"""


def format_of(path: Path) -> int:
    """Return the format of the library at `path`; those of format 1 do not say theirs."""
    db = connect(path, "ro")
    try:
        return int(db.execute("PRAGMA user_version").fetchone()[0]) or 1
    finally:
        db.close()


def migrate(path: Path) -> None:
    """Bring the library at `path`, which nobody reads, to this format, whole or not at all."""
    if format_of(path) == FORMAT:
        return
    db = connect(path, "rw")
    try:
        # executescript commits what is open, so that the transaction is begun within it
        tables = COPIES + near_duplicates.SCHEMA + INDEXES
        db.executescript(f"BEGIN; {_ARTICLES_2} {_VECTORS_2} {tables}")
        for (article_id,) in db.execute("SELECT id FROM articles ORDER BY id").fetchall():
            (text,) = db.execute("SELECT text FROM articles WHERE id = ?", [article_id]).fetchone()
            db.execute(
                "UPDATE articles SET text_digest = ? WHERE id = ?", [text_digest(text), article_id]
            )
            near_duplicates.link(db, article_id, text)
        db.execute(f"PRAGMA user_version = {FORMAT}")
        db.commit()
    finally:
        db.close()
