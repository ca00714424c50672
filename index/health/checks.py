"""Whether a library file is whole and agrees with itself. Nothing is written.

Every article is read, and every span and digest is computed again; which sentences a text has, and
which words a chunk is found by, is tried on `SAMPLE` of them from all over the library.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from index import near_duplicates
from index.health.articles import MADE_ANEW, SAMPLE, check_articles, check_owners
from index.health.findings import Finding, counted, named
from index.health.rescue import Rescue
from index.health.rescue_vectors import is_sound, usual_size
from index.library import SCHEMA, STEM
from index.migration import FORMAT

_USED = "SELECT digest FROM chunks UNION SELECT digest FROM sentences"


def check_library(path: Path, *, marks: bool = False) -> list[Finding]:
    """Return what is wrong with the library at `path`; no damage makes this raise.

    With `marks` there are only marks where vectors are elsewhere, which have no numbers.
    """
    if not path.is_file():
        what = f"The library {path} is missing."
        return [Finding("missing-library", what, "uses an older generation, if there is one.")]
    with path.open("rb") as file:  # a file that may not be read is not damaged
        file.read(1)
    try:
        with closing(Rescue(path)) as rescue:
            return _checked(rescue, marks)
    except sqlite3.Error as error:
        return [_damaged(error)]


def _checked(rescue: Rescue, marks: bool) -> list[Finding]:
    # Each of these would only say again, and at length, what one before it has found.
    for first in (_check_file, _check_format, _check_tables):
        found = list(first(rescue))
        if found:
            return found
    vectors = _check_marks if marks else _check_vectors
    for check in (check_articles, check_owners, _check_words, vectors):
        try:
            found += check(rescue)
        except Exception as error:  # noqa: BLE001 - any that damaged rows lead to is a finding
            found.append(_damaged(error))
    return found


def _damaged(error: object) -> Finding:
    return Finding("damaged-library", f"The library is damaged ({_line(error)}).", MADE_ANEW)


def _line(error: object) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")


# --- the file


def _check_file(rescue: Rescue) -> Iterator[Finding]:
    for (said,) in rescue.db.execute("PRAGMA integrity_check(1)"):
        # Some versions of SQLite cannot look into a word index that they may not write.
        if said != "ok" and "unable to validate" not in said:
            told = said.splitlines()
            yield _damaged(told[1] if len(told) > 1 and told[0].startswith("***") else told[0])


def _check_format(rescue: Rescue) -> Iterator[Finding]:
    found = rescue.db.execute("PRAGMA user_version").fetchone()[0]
    if found != FORMAT:
        what = f"The library has format {found or 1}, and not the present one, {FORMAT}."
        yield Finding("other-format", what, MADE_ANEW)


def _check_tables(rescue: Rescue) -> Iterator[Finding]:
    with closing(sqlite3.connect(":memory:")) as model:
        model.executescript(SCHEMA + near_duplicates.SCHEMA)
        missing = _columns(model) - _columns(rescue.db)
    tables = {name.split()[1] for name in missing if name.startswith("table ")}
    # the columns of a table that is not there go without saying
    missing = {m for m in missing if m.split()[1].split(".")[0] not in tables or m[0] == "t"}
    if missing:
        what = f"The library lacks {named(sorted(missing, reverse=True))}."
        yield Finding("missing-table", what, MADE_ANEW)


def _columns(db: sqlite3.Connection) -> set[str]:
    """Return the tables and indexes there are, and the columns, as "table.column"."""
    names = "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'index')"
    found = set()
    for name, kind in db.execute(names).fetchall():
        found.add(f"{kind} {name}")
        found |= {f"column {name}.{c[1]}" for c in db.execute(f"PRAGMA table_info('{name}')")}
    return found


# --- words


def _check_words(rescue: Rescue) -> Iterator[Finding]:
    pair = ("SELECT key FROM chunks", "SELECT rowid FROM words")
    sql = "SELECT COUNT(*) FROM ({} EXCEPT {})"
    lacking = rescue.db.execute(sql.format(*pair)).fetchone()[0]
    superfluous = rescue.db.execute(sql.format(*reversed(pair))).fetchone()[0]
    lost, tried = (0, 0) if lacking or superfluous else _count_not_found(rescue.db)
    if lacking or superfluous:
        what = f"The word index lacks {counted(lacking, 'chunk')} and has {superfluous} too many."
        yield Finding("wrong-words", what, MADE_ANEW)
    elif lost:
        what = f"The word index does not find {lost} of {counted(tried, 'chunk')} by their words."
        yield Finding("wrong-words", what, MADE_ANEW)


def _count_not_found(db: sqlite3.Connection) -> tuple[int, int]:
    """Return how many of some chunks are not found by the words they hold, and of how many."""
    step = max(1, db.execute("SELECT COUNT(*) FROM chunks").fetchone()[0] // SAMPLE)
    chunks = db.execute(
        "SELECT key, title, text, start, end FROM chunks JOIN articles "
        "ON articles.id = article_id WHERE key % ? = 0 LIMIT ?",
        [step, SAMPLE],
    ).fetchall()
    lost = 0
    with closing(sqlite3.connect(":memory:")) as model:
        model.executescript(SCHEMA)
        model.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(words, row)")
        for key, title, text, start, end in chunks:
            model.execute("INSERT INTO words (words) VALUES ('delete-all')")
            row = [key, title, text[start:end]]
            model.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", row)
            terms = [t for (t,) in model.execute("SELECT DISTINCT term FROM terms LIMIT 50")]
            wanted = " AND ".join(_match(term) for term in terms)
            sql = "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?"
            if wanted and not db.execute(sql, [wanted, key]).fetchone():
                lost += 1
    return lost, len(chunks)


def _match(term: str) -> str:
    quoted = f'"{term}"'
    return f'{quoted} AND "{term[:STEM]}"*' if len(term) > STEM else quoted


# --- vectors


def _check_vectors(rescue: Rescue) -> Iterator[Finding]:
    yield from _check_marks(rescue)
    db = rescue.db
    row = db.execute("SELECT value FROM meta WHERE key = 'model'").fetchone()
    if row is not None:
        embedded = "embeds the texts again that have no good vector."
        yield from _check_numbers(db, row[0], usual_size(db, row[0]), embedded)


def _check_marks(rescue: Rescue) -> Iterator[Finding]:
    db = rescue.db
    row = db.execute("SELECT value FROM meta WHERE key = 'model'").fetchone()
    if row is None:
        what = "The library does not say which model its vectors are of."
        yield Finding("missing-model", what, "takes those of the model now set, and embeds others.")
        return
    model = row[0]
    embedded = "embeds the texts again that have no good vector."
    sql = f"SELECT COUNT(*) FROM ({_USED} EXCEPT SELECT digest FROM vectors WHERE model = ?)"
    (missing,) = db.execute(sql, [model]).fetchone()
    if missing:
        what = f"{counted(missing, 'text has', 'texts have')} no vector of the model {model}."
        yield Finding("missing-vectors", what, embedded)
    sql = f"SELECT COUNT(*) FROM vectors WHERE model != ? OR digest NOT IN ({_USED})"
    (unused,) = db.execute(sql, [model]).fetchone()
    if unused:
        what = f"{counted(unused, 'vector is', 'vectors are')} of no text, or of another model."
        yield Finding("unused-vectors", what, "leaves them out.")


def _check_numbers(db: sqlite3.Connection, model: str, size: int, remedy: str) -> Iterator[Finding]:
    sizes = invalid = 0
    for (blob,) in db.execute("SELECT vector FROM vectors WHERE model = ?", [model]):
        if not isinstance(blob, bytes) or len(blob) != size:
            sizes += 1
        elif not is_sound(blob, size):
            invalid += 1
    if sizes:
        what = f"{counted(sizes, 'vector has', 'vectors have')} not the {size} bytes of the rest."
        yield Finding("wrong-size-vectors", what, remedy)
    if invalid:
        what = f"{counted(invalid, 'vector is', 'vectors are')} not of finite numbers and length 1."
        yield Finding("invalid-vectors", what, remedy)
