"""JSON Lines and ZIP archives: every article in its place, and what is refused."""

import io
import json
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from index.errors import SourceError
from index.sources import archive, jsonl
from index.sources.content import Content, Found
from index.types import Article

LINES = (
    '{"id": "a7", "title": "Un été difficile", "text": "Le fabricant a perdu son auditeur.",'
    ' "url": "https://example.org/a7", "published": "2024-11-25T10:00:00+02:00",'
    ' "language": "fr-FR", "author": "Élise Vautrin", "pages": [0, 13], "section": [1, {"b": 2}]}\n'
    "\n"
    '{"text": "A second article. It has two sentences."}\r\n'
)
TEXT = "The mill at Aubenne will close.\n"


def lines(data: bytes | str, suffix: str = ".jsonl") -> Content:
    raw = data.encode() if isinstance(data, str) else data
    return Content(raw, "/press/all.jsonl", suffix)


def told(found: Iterator[Found]) -> tuple[list[Article], list[str]]:
    """Return the articles and the sentences, the one that ended the reading last."""
    articles: list[Article] = []
    sentences: list[str] = []
    try:
        for one in found:
            if isinstance(one, SourceError):
                sentences.append(str(one))
            else:
                articles.append(one)
    except SourceError as error:
        sentences.append(str(error))
    assert not any("\n" in sentence for sentence in sentences)
    return articles, sentences


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_an_article_per_line(encoding: str) -> None:
    (first, second), errors = told(jsonl.KIND.read(lines(LINES.encode(encoding))))
    assert not errors
    assert (first.title, first.language, first.author) == (
        "Un été difficile",
        "fr",
        "Élise Vautrin",
    )
    assert first.published == datetime(2024, 11, 25, 8, tzinfo=UTC)
    assert first.url == "https://example.org/a7" and first.page(14) == 2
    assert first.source == "/press/all.jsonl#a7"
    assert (second.source, second.pages) == ("/press/all.jsonl#3", ())
    assert second.text == "A second article. It has two sentences."


GOOD = '{"id": "good", "text": "A good line."}'


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("A text.", "is not JSON"),
        ('{"text": "A text."', "is not JSON"),
        ('{"text": "A\ttab."}', "is not JSON"),
        ('["A text."]', "is not a JSON object"),
        ("17", "is not a JSON object"),
        ("{}", "has no text"),
        ('{"text": ""}', "has no text"),
        ('{"text": null}', "has no text"),
        ('{"text": "..."}', "holds no text"),
        ('{"text": 17}', "gives its text as no text"),
        ('{"text": ["A."]}', "gives its text as no text"),
        ('{"text": "A.", "n": NaN}', "a number that JSON does not have"),
        ('{"text": "A.", "n": -Infinity}', "a number that JSON does not have"),
        ('{"text": "A.", "n": 1e999}', "a number that JSON does not have"),
        ('{"text": "A.", "n": ' + "9" * 5_000 + "}", "a number that JSON does not have"),
        ('{"text": "A.", "n": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        ('{"text": "A.", "title": 3}', "gives its title as no text"),
        ('{"text": "A.", "author": ["B"]}', "gives its author as no text"),
        ('{"text": "A.", "published": 20241125}', "gives its published as no text"),
        ('{"text": "A.", "published": "soon"}', "as its date"),
        ('{"text": "A.", "published": "2024-02-30"}', "as its date"),
        ('{"text": "A.", "published": "0001-01-01T00:00:00+14:00"}', "date"),
        ('{"text": "A.", "url": "javascript:alert(1)"}', "only http and https"),
        ('{"text": "A.", "language": "?!"}', "as its language"),
        ('{"text": "A.", "id": true}', "neither text nor a whole number"),
        ('{"text": "A.", "id": 1.5}', "neither text nor a whole number"),
        ('{"text": "A.", "id": "a\\nb"}', "an id that cannot be shown"),
        ('{"text": "A.", "id": "\\ud800"}', "an id that cannot be shown"),
        ('{"text": "A.", "id": "good"}', "has the id 'good' of line 6"),
        ('{"text": "A \\ud800."}', "half a character"),
        ('{"text": "A \\u0000."}', "null characters"),
        ('{"text": "A.", "pages": [0, "1"]}', "pages that are not whole numbers"),
        ('{"text": "A.", "pages": [0, true]}', "pages that are not whole numbers"),
        ('{"text": "A.", "pages": "0"}', "pages that are not whole numbers"),
        ('{"text": "A text.", "pages": [0, 5, 3]}', "pages that are not whole numbers in rising"),
        ('{"text": "A.", "pages": [1]}', "do not begin at 0"),
        ('{"text": "A.", "pages": [0, 99]}', "end in its text"),
        (b'{"text": "L\xe9ger."}', "is not in UTF-8"),
        (b'{"text": "' + b"a" * 10_000_001 + b'"}', "is longer than 10 MB"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_and_spoils_no_other(line: str | bytes, says: str) -> None:
    raw = line if isinstance(line, bytes) else line.encode()
    data = b"\n" * 5 + GOOD.encode() + b"\n" + raw + b'\n{"text": "The last line."}'
    articles, (sentence,) = told(jsonl.KIND.read(lines(data)))
    assert sentence.startswith("/press/all.jsonl, line 7, ") and says in sentence
    assert [article.text for article in articles] == ["A good line.", "The last line."]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\n \n\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "is not a text file"),
        (bytes(range(256)) * 20, "is not"),
    ],
)
def test_no_lines_at_all(data: bytes, says: str) -> None:
    articles, sentences = told(jsonl.KIND.read(lines(data)))
    assert not articles and says in sentences[-1]


def test_a_thousand_bad_lines_are_enough() -> None:
    articles, sentences = told(jsonl.KIND.read(lines(f"{GOOD}\n" + "no\n" * 5_000)))
    assert len(articles) == 1 and len(sentences) == 1_001
    assert sentences[-1].startswith("/press/all.jsonl has more than 1,000 bad lines")


def test_lines_are_read_as_they_are_asked_for() -> None:
    fields = {"text": "word " * 2_000, "title": "Words", "language": "en"}
    data = lines((json.dumps(fields) + "\n") * 300)
    next(found := jsonl.KIND.read(data))
    tracemalloc.start()
    assert sum(1 for _ in found) == 299
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < len(data.data) / 3


@pytest.mark.parametrize(
    ("data", "suffix", "recognised"),
    [
        (LINES.encode(), ".txt", True),
        (b"\xef\xbb\xbf\n\n" + LINES.encode(), "", True),
        (LINES.encode("utf-16"), "", True),
        (b"whatever", ".ndjson", True),
        (b'{"title": "x"}', ".json", False),
        (b'["text"]', "", False),
        (b'{"text": ', "", False),
        (b"{" * 100_000, "", False),
        (b'{"a":' * 100_000, "", False),
        (b"A text.", ".txt", False),
        (b"", "", False),
    ],
)
def test_lines_recognised(data: bytes, suffix: str, recognised: bool) -> None:
    assert jsonl.KIND.recognises(lines(data, suffix)) is recognised


def zipped(*members: tuple[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in members:
            file.writestr(name, data)
    return out.getvalue()


def packed(data: bytes) -> Content:
    return Content(data, "/press/all.zip", ".zip")


def test_members_in_the_order_of_their_names() -> None:
    data = zipped(
        ("b.txt", TEXT), ("été/a.md", "# Un été\n\nIl fut difficile."), ("a.TXT", TEXT),
        ("folder/", ""), ("a.exe", b"MZ"), (".hidden.txt", TEXT), (".git/x.txt", TEXT),
        ("__MACOSX/._a.txt", TEXT), ("bad.txt", b"\x89PNG" + bytes(90)),
    )  # fmt: skip
    articles, errors = told(archive.KIND.read(packed(data)))
    assert [article.source for article in articles] == [
        "/press/all.zip#a.TXT", "/press/all.zip#b.txt", "/press/all.zip#été/a.md",
    ]  # fmt: skip
    assert articles[2].title == "Un été" and articles[0].text == TEXT
    assert errors == [
        "/press/all.zip#bad.txt is not a text file, nor of another kind that can be read."
    ]


def test_names_in_old_encodings() -> None:
    data = zipped(("XXX.txt", TEXT), ("YY.txt", TEXT))
    data = data.replace(b"XXX", "a\u00e9".encode()).replace(b"YY", "b\u00e9".encode("cp437"))
    articles, errors = told(archive.KIND.read(packed(data)))
    assert [article.source[-6:] for article in articles] == ["aé.txt", "bé.txt"] and not errors


def nested(times: int, data: bytes) -> bytes:
    for _ in range(times):
        data = zipped(("in.zip", data))
    return data


def test_archives_in_archives() -> None:
    inner = zipped(("a.txt", TEXT))
    (article,), errors = told(archive.KIND.read(packed(nested(2, inner))))
    assert article.source == "/press/all.zip#in.zip#in.zip#a.txt" and not errors
    articles, (sentence,) = told(archive.KIND.read(packed(nested(3, inner))))
    assert not articles and "more than 3 deep" in sentence


def changed(data: bytes, position: int, value: int, local: int | None = None) -> bytes:
    """Return the archive with two bytes of its first directory entry (and header) replaced."""
    out = bytearray(data)
    struct.pack_into("<H", out, data.index(b"PK\x01\x02") + position, value)
    if local is not None:
        struct.pack_into("<H", out, local, value)
    return bytes(out)


def overlapping() -> bytes:
    """Return an archive both of whose directory entries lead to the same bytes."""
    data = zipped(("a.txt", TEXT * 50), ("b.txt", TEXT * 50))
    first = data.index(b"PK\x01\x02")
    entry = data.index(b"PK\x01\x02", first + 4)
    return data[: entry + 42] + data[first + 42 : first + 46] + data[entry + 46 :]


ONE = zipped(("a.txt", TEXT * 9))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04", "is a damaged ZIP archive"),
        (ONE[:40], "is a damaged ZIP archive"),
        (ONE[:-10], "is a damaged ZIP archive"),
        (zipped(), "holds no file that can be read"),
        (zipped(("a.exe", b"MZ"), ("b/", "")), "holds no file that can be read"),
        (zipped(("word/document.xml", "<x/>")), "is a Word document: save it as PDF or .docx"),
        (zipped(("xl/workbook.xml", "<x/>")), "is an Excel workbook: save it"),
        (zipped(("ppt/presentation.xml", "<x/>")), "is a PowerPoint presentation"),
        (zipped(("mimetype", "application/epub+zip"), ("a.txt", TEXT)), "is an EPUB book"),
        (
            zipped(("mimetype", "application/vnd.oasis.opendocument.text"), ("a.txt", TEXT)),
            "is an OpenDocument file",
        ),
        (zipped(*((f"{n}.txt", "") for n in range(10_001))), "more than 10,000 entries"),
        (b"PK\x03\x04" + b"PK\x01\x02" * 60_000, "more than 10,000 entries"),
        (overlapping(), "share their bytes"),
        (zipped(("../a.txt", TEXT)), "has an entry of the unsafe name '../a.txt'"),
        (zipped(("b/../../a.txt", TEXT)), "unsafe name"),
        (zipped(("/etc/a.txt", TEXT)), "unsafe name"),
        (zipped(("C:\\a.txt", TEXT)), "unsafe name"),
        (zipped(("..\\a.txt", TEXT)), "unsafe name"),
        (zipped(("a\nb.txt", TEXT)), "unsafe name"),
        (zipped(("a\u202eb.txt", TEXT)), "unsafe name"),
        (changed(ONE, 8, 1, local=6), "#a.txt is protected by a password"),
        (changed(ONE, 10, 9, local=8), "#a.txt is compressed in a rare way"),
        (changed(ONE, 10, 99, local=8), "#a.txt is compressed in a rare way"),
        (zipped(("a.txt", TEXT), method=zipfile.ZIP_BZIP2), "#a.txt is compressed in a rare way"),
        (zipped(("a.txt", TEXT), method=zipfile.ZIP_LZMA), "#a.txt is compressed in a rare way"),
        (changed(ONE, 16, 0xDEAD), "#a.txt is damaged"),  # its checksum
        (changed(ONE, 24, 20), "#a.txt is damaged"),  # its size, smaller than it is
        (changed(ONE, 42, 7), "damaged"),  # where its header is
        (ONE.replace(b"a.txt", b"b.txt", 1), "damaged"),
        (zipped(("a.txt", b"\0" * 5_000_000)), "#a.txt swells too much"),
        (zipped(("in.zip", b"PK\x03\x04 no archive")), "#in.zip is a damaged ZIP archive"),
        (zipped(("in.zip", zipped())), "#in.zip holds no file"),
        (nested(9, ONE), "more than 3 deep"),
        (zipped(("a.txt", b"")), "#a.txt holds no text"),
        (
            zipped(("a.txt", bytes(50_000_001)), method=zipfile.ZIP_STORED),
            "#a.txt is larger than 50 MB",
        ),
    ],
)
def test_bad_archives_are_told_in_one_sentence(data: bytes, says: str) -> None:
    articles, (sentence,) = told(archive.KIND.read(packed(data)))
    assert not articles and says in sentence and sentence.startswith("/press/all.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_first_of_two_members_of_a_name_is_read() -> None:
    data = zipped(("a.txt", TEXT), ("a.txt", "Another text."))
    (article,), (sentence,) = told(archive.KIND.read(packed(data)))
    assert article.text == TEXT
    assert sentence == "/press/all.zip#a.txt is there more than once: only the first was read."


def test_what_is_decompressed_is_limited_over_all_archives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL", 100_000)
    inner = zipped(*((f"{n}.txt", TEXT * 1_000) for n in range(2)))
    data = zipped(*((f"{n}.txt", inner) for n in range(4)))  # archives by other names
    articles, sentences = told(archive.KIND.read(packed(data)))
    assert 1 <= len(articles) <= 3
    assert "nothing was read from there on" in sentences[-1]


def test_entries_are_limited_over_all_archives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_ENTRIES", 6)
    inner = zipped(("1.txt", TEXT), ("2.txt", TEXT))
    data = zipped(("a.zip", inner), ("b.zip", inner), ("c.txt", TEXT))
    articles, sentences = told(archive.KIND.read(packed(data)))
    assert len(articles) == 2 and "more than 6 entries" in sentences[-1]


def test_random_damage_ends_in_articles_or_source_errors() -> None:
    chance = random.Random(20241125)
    samples = {
        archive.KIND: zipped(("a.txt", TEXT * 5), ("é.md", TEXT), ("in.zip", ONE)),
        jsonl.KIND: LINES.encode() * 2,
    }
    for kind, sample in samples.items():
        outcomes: set[bool] = set()
        for _ in range(250):
            data = bytearray(sample[: chance.choice([len(sample), chance.randrange(len(sample))])])
            for _ in range(chance.randrange(5) if data else 0):
                data[chance.randrange(len(data))] = chance.randrange(256)
            content = Content(bytes(data), "/press/all", kind.suffixes[0])
            kind.recognises(content)
            articles, sentences = told(kind.read(content))
            outcomes |= {True} if articles else set()
            outcomes |= {False} if sentences else set()
        assert outcomes == {True, False}


@pytest.mark.parametrize(
    ("data", "recognised"),
    [(ONE, True), (zipped(), True), (b"", False), (b"PK", False), (TEXT.encode(), False)],
)
def test_archives_recognised(data: bytes, recognised: bool) -> None:
    assert archive.KIND.recognises(packed(data)) is recognised
