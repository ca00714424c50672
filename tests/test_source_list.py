"""`sources.toml`: what it may list, and how each mistake in it is told."""

from pathlib import Path

import pytest

from index.errors import SettingsError
from index.source_list import FILE, SourceList, load_sources


def test_what_is_listed(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        'folders = ["press", "/elsewhere", "press"]\nfeeds = ["https://example.org/rss"]\n'
        'pages = ["http://example.org/a"]\ninterval = 60\n'
    )
    assert load_sources(tmp_path) == SourceList(
        (tmp_path / "press", Path("/elsewhere")),
        ("https://example.org/rss",),
        ("http://example.org/a",),
        60.0,
    )


def test_the_home_of_a_user_may_be_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('folders = ["~/press"]')
    assert load_sources(tmp_path).folders == (Path.home() / "press",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"folders = [", "not valid TOML"),
        (b"\xff\xfe\x00", "not valid TOML"),
        (b"", "lists nothing"),
        (b"folders = []", "lists nothing"),
        (b'folders = "press"', "as a list"),
        (b"folders = [1]", "as a list"),
        (b'folders = [""]', "as a list"),
        (b'fodlers = ["press"]', "'fodlers', which means nothing"),
        (b'feeds = ["ftp://example.org"]', "only http and https"),
        (b'pages = ["example.org/a"]', "only http and https"),
        (b'pages = ["http://[bad"]', "only http and https"),
        (b'folders = ["a"]\ninterval = 1', "10 at least"),
        (b'folders = ["a"]\ninterval = nan', "10 at least"),
        (b'folders = ["a"]\ninterval = true', "10 at least"),
        (b'folders = ["a"]\ninterval = "1h"', "10 at least"),
    ],
)
def test_mistakes_are_told_in_a_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(SettingsError, match=says) as caught:
        load_sources(tmp_path)
    assert FILE in str(caught.value) and "\n" not in str(caught.value)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist: write folders"):
        load_sources(tmp_path)


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load_sources(tmp_path)
