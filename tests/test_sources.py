"""Files to articles: encodings, front matter, titles, and what is refused."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.article import make_article
from index.errors import SourceError
from index.sources.files import MAX_BYTES, find_files, read_article

TEXT = (
    "Un été difficile\n\n« Le fabricant a perdu son auditeur », a dit M. Noël à Orléans.\n"
    "Où va l’entreprise ? Elle vaut 5 € l’action.\n"
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_any_sane_encoding(folder: Path, encoding: str) -> None:
    file = folder / "a.txt"
    file.write_bytes(TEXT.encode(encoding))
    article = read_article(file)
    assert (article.text, article.title, article.language) == (TEXT, "Un été difficile", "fr")


def test_latin_1(folder: Path) -> None:
    text = TEXT.replace("’", "'").replace("€", "euros")
    (folder / "a.txt").write_bytes(text.encode("latin-1"))
    assert read_article(folder / "a.txt").text == text


def test_line_ends_become_newlines(folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"One.\r\nTwo.\rThree.\n")
    assert read_article(folder / "a.txt").text == "One.\nTwo.\nThree.\n"


def test_front_matter(folder: Path) -> None:
    file = folder / "a.md"
    file.write_text(
        "---\ntitle: 'A: B'\nurl: https://example.org/a\npublished: 2024-11-25T10:00:00+02:00\n"
        "language: en-GB\n---\n\nBody text. More.\n"
    )
    article = read_article(file)
    assert (article.title, article.url, article.language) == ("A: B", "https://example.org/a", "en")
    assert article.published == datetime(2024, 11, 25, 8, tzinfo=UTC)
    assert article.text.startswith("Body text.")
    assert article.id == make_article("Other.", source="b", url="https://example.org/a").id


def test_dashes_without_front_matter_are_text(folder: Path) -> None:
    (folder / "a.md").write_text("---\n\nBody text. More.\n\n---\nEnd.")
    assert read_article(folder / "a.md").text == "---\n\nBody text. More.\n\n---\nEnd."


def test_title_of_a_text_without_one() -> None:
    article = make_article("Une première phrase " + "très longue " * 20 + "finit.", source="x")
    assert article.title.startswith("Une première phrase") and article.title.endswith("…")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\t\n", "is empty"),
        ("marks.txt", b"... !!! ---", "holds no text"),
        ("image.txt", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "is not a text file"),
        ("paper.txt", b"%PDF-1.7 ...", "is a damaged PDF"),
        ("random.txt", bytes(range(256)) * 4, "is not a text file"),
        ("only.md", b"---\ntitle: x\n---\n", "holds no text"),
        ("yaml.md", b"---\ntitle: [x\n---\nBody.", "not valid YAML"),
        ("date.md", b"---\npublished: soon\n---\nBody.", "as its date"),
        ("url.md", b"---\nurl: 'javascript:alert(1)'\n---\nBody.", "only http and https"),
    ],
)
def test_bad_files_are_told_in_one_sentence(
    folder: Path, name: str, content: bytes, says: str
) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(SourceError, match=says) as caught:
        read_article(folder / name)
    assert name in str(caught.value) and "\n" not in str(caught.value)


def test_too_large(folder: Path) -> None:
    with (folder / "a.txt").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(SourceError, match="larger than 50 MB"):
        read_article(folder / "a.txt")


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(SourceError, match="cannot be stored"):
        make_article("Broken \ud800 text.", source="x")


def test_folders_are_searched_for_files_of_known_kinds(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / ".hidden").mkdir()
    for name in ("b.md", "a.txt", "sub/c.TXT", ".hidden/d.txt", ".e.txt", "f.png", "g.pdf"):
        (folder / name).write_text("Some text.")
    found = [str(f.relative_to(folder)) for f in find_files([folder])]
    assert found == ["a.txt", "b.md", "g.pdf", str(Path("sub", "c.TXT"))]


def test_a_missing_path_is_named(folder: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.txt does not exist"):
        list(find_files([folder / "nowhere.txt"]))
