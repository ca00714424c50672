"""Exports: every article comes back as it was, bad lines are named, no half file is left."""

import io
import json
import os
import tracemalloc
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import export
from index.article import MAX_TITLE, make_article
from index.errors import SourceError, StorageError
from index.export import export_articles, read_export, to_line
from index.library import Library
from index.recording import LibraryWriter
from index.types import Article

FULL = make_article(
    "Un été difficile\n\nLe fabricant a perdu\u2028son auditeur\u2029à Orléans.\x85 « Non. »\t🙂\n",
    source="/press/été.pdf#2",
    title='A "title"',
    url="https://example.org/a?b=1&c=é",
    published=datetime(2024, 11, 25, 8, 30, 1, 5, tzinfo=UTC),
    language="fr",
    author="Noëlle Ancel",
    pages=(0, 18),
)
PLAIN = make_article("Some text. More of it.", source="here.txt")


class Failing(LibraryWriter):
    """A library that fails at the second article."""

    def articles_by_id(self, ids: Iterable[str]) -> dict[str, Article]:
        found = super().articles_by_id(ids)
        if len(found) > 1:
            found[max(found)] = None  # type: ignore[assignment]
        return found


def filled(
    path: Path, articles: Iterable[Article], kind: type[LibraryWriter] = LibraryWriter
) -> LibraryWriter:
    library = kind(path)
    for article in articles:
        library.put(article)
    library.commit()
    return library


def line_with(**changes: object) -> str:
    return json.dumps({**json.loads(to_line(FULL)), **changes}, ensure_ascii=True)


def line_without(key: str) -> str:
    fields = json.loads(to_line(FULL))
    del fields[key]
    return json.dumps(fields)


def test_all_fields_come_back(tmp_path: Path) -> None:
    filled(tmp_path / "library", [FULL, PLAIN]).close()
    library = Library(tmp_path / "library")
    assert export_articles(library, tmp_path / "all.jsonl") == 2
    assert sorted(read_export(tmp_path / "all.jsonl"), key=repr) == sorted([FULL, PLAIN], key=repr)
    library.close()


def test_the_lines_of_an_export(tmp_path: Path) -> None:
    library = filled(tmp_path / "library", [FULL, PLAIN])
    export_articles(library, tmp_path / "all.jsonl")
    library.close()
    lines = (tmp_path / "all.jsonl").read_bytes().split(b"\n")
    assert lines.pop() == b"" and "Orléans".encode() in b"".join(lines)
    fields = [json.loads(line) for line in lines]
    assert [f["id"] for f in fields] == sorted([FULL.id, PLAIN.id])
    named = ["id", "title", "url", "published", "language", "author", "pages", "source", "text"]
    assert all(list(f) == named for f in fields)
    full = next(f for f in fields if f["id"] == FULL.id)
    assert (full["published"], full["pages"]) == ("2024-11-25T08:30:01.000005+00:00", [0, 18])


words = st.text(st.characters(exclude_categories=["Cs"]))
articles = st.builds(
    lambda text, title, author, moment: make_article(
        f"{text}a",
        source=f"s{text}",
        title=title,
        author=author,
        published=moment and moment.replace(tzinfo=UTC),
        pages=(0, 1),
    ),
    words,
    words | st.none(),
    words | st.none(),
    st.datetimes() | st.none(),
)


@settings(max_examples=8, deadline=None)
@given(given_articles=st.lists(articles, min_size=10, max_size=40, unique_by=lambda a: a.id))
def test_any_articles_come_back(
    tmp_path_factory: pytest.TempPathFactory, given_articles: list[Article]
) -> None:
    folder = tmp_path_factory.mktemp("round")
    library = filled(folder / "library", given_articles)
    assert export_articles(library, folder / "all.jsonl") == len(given_articles)
    library.close()
    expected = sorted(given_articles, key=lambda article: article.id)
    assert list(read_export(folder / "all.jsonl")) == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(articles, max_size=3))
def test_any_lines_come_back(given_articles: list[Article]) -> None:
    lines = io.StringIO("".join(f"{to_line(article)}\n" for article in given_articles))
    assert list(read_export(lines)) == given_articles


@settings(max_examples=200, deadline=None)
@given(st.text("ab \x85\u2028é", min_size=195, max_size=210))
def test_long_titles_keep_what_was_kept_of_them(long: str) -> None:
    article = make_article("Some text.", source="s", title=long, author=long)
    (found,) = read_export(io.StringIO(to_line(article)))
    assert isinstance(found, Article) and len(found.title) <= MAX_TITLE
    assert replace(found, digest="") == replace(article, digest="")


def test_the_digest_is_that_of_the_article_as_it_is_made() -> None:
    moved = replace(FULL, id="0123456789ab", digest="of another kind")
    assert list(read_export(io.StringIO(to_line(moved)))) == [replace(FULL, id="0123456789ab")]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_foreign_line_ends_blank_lines_and_a_mark(tmp_path: Path, newline: str) -> None:
    file = tmp_path / "all.jsonl"
    text = newline.join([to_line(FULL), "", "  ", to_line(PLAIN)])  # no end of line at the end
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert list(read_export(file)) == [FULL, PLAIN]


def test_only_what_an_article_needs(tmp_path: Path) -> None:
    line = '{"id": "0123456789AB", "source": "x", "text": "Le texte est court.", "more": 1}'
    (found,) = read_export(io.StringIO(line))
    made = make_article("Le texte est court.", source="x")
    assert found == replace(made, id="0123456789AB")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "is not valid JSON"),
        ("not json at all", "is not valid JSON"),
        ("[" * 100_000, "is not valid JSON"),
        ('{"id": ' + "9" * 5000 + "}", "is not valid JSON"),
        (to_line(FULL)[:-9], "is not valid JSON"),
        ("[]", "is no JSON object"),
        ("null", "is no JSON object"),
        ("{}", "has no 'id'"),
        (line_without("text"), "has no 'text'"),
        (line_without("source"), "has no 'source'"),
        (line_with(text=""), "has no 'text'"),
        (line_with(text="... !", pages=[]), "holds no text"),
        (line_with(text=["a"]), "'text' that is not text"),
        (line_with(text="half \ud800 a character"), "half a character in 'text'"),
        (line_with(source="x\udc80"), "half a character in 'source'"),
        (line_with(language="\udfff"), "half a character in 'language'"),
        (line_with(id="0123456789a"), "not 12 hexadecimal"),
        (line_with(id="0123456789ab\n"), "not 12 hexadecimal"),
        (line_with(id="../../../etc"), "not 12 hexadecimal"),
        (line_with(id="٠١٢٣٤٥٦٧٨٩ab"), "not 12 hexadecimal"),
        (line_with(id=123456789012), "'id' that is not text"),
        (line_with(title=5), "'title' that is not text"),
        (line_with(url="javascript:alert(1)"), "only http and https"),
        (line_with(url="http://[bad"), "only http and https"),
        (line_with(published="soon\n" * 99), "as its date"),
        (line_with(published=20241125), "'published' that is not text"),
        (line_with(published="0001-01-01T00:00:00+10:00"), "no calendar has"),
        (line_with(language="x" * 36), "'language' that is none"),
        (line_with(author={}), "'author' that is not text"),
        (line_with(pages="0"), "'pages' that are not offsets"),
        (line_with(pages=[1, 5]), "'pages' that are not offsets"),
        (line_with(pages=[0, 9, 5]), "'pages' that are not offsets"),
        (line_with(pages=[0, 10_000]), "'pages' that are not offsets"),
        (line_with(pages=[False, True]), "'pages' that are not offsets"),
        (line_with(pages=[0, 1.5]), "'pages' that are not offsets"),
        (line_with(pages=[0, None]), "'pages' that are not offsets"),
    ],
)
def test_a_bad_line_is_named_and_stops_no_other(tmp_path: Path, line: str, says: str) -> None:
    file = tmp_path / "all.jsonl"
    file.write_text(f"{to_line(FULL)}\n{line}\n{to_line(PLAIN)}\n", encoding="utf-8")
    first, error, last = read_export(file)
    assert (first, last) == (FULL, PLAIN)
    assert isinstance(error, SourceError) and says in str(error)
    assert str(error).startswith(f"{file}, line 2, ") and "\n" not in str(error)
    assert len(str(error)) < 400


def test_a_line_that_is_not_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    file.write_bytes(b'{"text": "\xe9t\xe9"}\n' + to_line(PLAIN).encode())
    error, found = read_export(file)
    assert "line 1, is not valid UTF-8" in str(error) and found == PLAIN


def test_a_line_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MAX_LINE", 1000)
    exact = to_line(PLAIN) + " " * (999 - len(to_line(PLAIN)))
    file = tmp_path / "all.jsonl"
    for tail in ("\n", ""):
        file.write_text(f"{exact}\n{'x' * 5500}\n{exact}\n{'y' * 1001}{tail}")
        found = list(read_export(file))
        assert [found[0], found[2]] == [PLAIN, PLAIN] and len(found) == 4
        assert "line 2, is larger than" in str(found[1]) and "line 4, is" in str(found[3])


@pytest.mark.parametrize("data", [b"%PDF-1.7\x00\x01\n" * 50, to_line(PLAIN).encode("utf-16")])
def test_a_file_of_another_kind(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "all.jsonl").write_bytes(data)
    with pytest.raises(SourceError, match=r"all\.jsonl, line 1, is not text"):
        list(read_export(tmp_path / "all.jsonl"))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "nowhere.jsonl"):
        with pytest.raises(SourceError, match="cannot be read") as caught:
            list(read_export(file))
        assert str(caught.value).startswith(str(file))


def test_an_empty_library(tmp_path: Path) -> None:
    library = filled(tmp_path / "library", [])
    assert export_articles(library, tmp_path / "all.jsonl") == 0
    library.close()
    assert list(read_export(tmp_path / "all.jsonl")) == []


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_streams_are_utf_8_whatever_they_say(tmp_path: Path, encoding: str) -> None:
    library = filled(tmp_path / "library", [FULL, PLAIN])
    raw = io.BytesIO()
    output = io.TextIOWrapper(raw, encoding=encoding)
    assert export_articles(library, output) == 2
    export_articles(library, tmp_path / "all.jsonl")
    assert raw.getvalue() == (tmp_path / "all.jsonl").read_bytes()
    text = io.StringIO()
    export_articles(library, text)
    assert text.getvalue() == raw.getvalue().decode()
    library.close()
    raw.seek(0)
    for stream in (io.TextIOWrapper(raw, encoding=encoding), io.StringIO(text.getvalue() + "{")):
        found = list(read_export(stream))
        assert {FULL, PLAIN} <= set(found)
    assert str(found[-1]).startswith("Standard input, line 3, is not valid JSON")


def test_a_failed_export_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "out" / "all.jsonl"
    file.parent.mkdir()
    file.write_text("before")
    library = filled(tmp_path / "library", [FULL, PLAIN], Failing)
    with pytest.raises(AttributeError):
        export_articles(library, file)
    library.close()
    assert list(file.parent.iterdir()) == [file] and file.read_text() == "before"


def test_a_whole_export_replaces_what_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").write_text("before")
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    library = filled(tmp_path / "library", [PLAIN])
    export_articles(library, tmp_path / "link.jsonl")
    library.close()
    assert (tmp_path / "link.jsonl").is_symlink()
    assert list(read_export(tmp_path / "real.jsonl")) == [PLAIN]


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    library = filled(tmp_path / "library", [PLAIN])
    (tmp_path / "loop").symlink_to("loop")
    places = [tmp_path, Path(os.devnull), tmp_path / "no" / "a", tmp_path / "loop"]
    for file in [*places, tmp_path / ("x" * 300)]:
        with pytest.raises(StorageError) as caught:
            export_articles(library, file)
        assert str(caught.value).startswith(str(file)) and "\n" not in str(caught.value)
    library.close()


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    library = filled(tmp_path / "library", [PLAIN])
    reading, writing = os.pipe()
    os.close(reading)
    output = os.fdopen(writing, "w")
    with pytest.raises(BrokenPipeError):
        export_articles(library, output)
    library.close()
    with pytest.raises(BrokenPipeError):
        output.close()


def test_neither_way_holds_all_articles(tmp_path: Path) -> None:
    text = "Some text. " * 9000
    library = LibraryWriter(tmp_path / "library")
    columns = [row[1] for row in library.run("PRAGMA table_info(articles)")]
    for number in range(200):
        row = dict.fromkeys(columns, "") | {"id": f"{number:012x}", "title": "T", "text": text}
        row |= {"url": None, "published": None, "source": "s", "language": "en"}
        marks = ", ".join("?" * len(row))
        library.run(f"INSERT INTO articles VALUES ({marks})", list(row.values()))
    tracemalloc.start()
    assert export_articles(library, tmp_path / "all.jsonl") == 200
    assert sum(isinstance(found, Article) for found in read_export(tmp_path / "all.jsonl")) == 200
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    library.close()
    assert peak < 6_000_000 < (tmp_path / "all.jsonl").stat().st_size  # bytes
