"""Near-duplicates: edited copies and reprints are linked, other articles are not, in any order."""

import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unicodedata import normalize
from zlib import crc32

import pytest

from index import near_duplicates
from index.near_duplicates import SCHEMA, bands, link, near, signature, similarity, unlink

ROOT = Path(__file__).parents[1]
TABLES = ("signatures", "bands", "near")
NEWS = [
    json.loads(file.read_text(encoding="utf-8"))
    for file in sorted((ROOT / "training" / "news").glob("*.json"))
]
FLOOD = (
    "Twelve families had to leave their homes in Orsel on Monday night after the river Vanne rose "
    "by two metres in three hours. The mayor, Claire Aubin, opened the sports hall for them and "
    "said nobody was hurt. The water began to fall at dawn."
)
SAME_FLOOD_OTHERWISE = (
    "Heavy rain in the hills sent the Vanne over its banks late on Monday, and twelve households "
    "in Orsel spent the night on camp beds. Claire Aubin, the mayor, said that nobody was hurt but "
    "that the bridge would stay closed until engineers had looked at its piers."
)
FLOOD_TRANSLATED = (
    "Douze familles ont dû quitter leur maison à Orsel dans la nuit de lundi à mardi après que la "
    "Vanne est montée de deux mètres en trois heures. La maire, Claire Aubin, leur a ouvert le "
    "gymnase et a dit que personne n'était blessé. L'eau a commencé à baisser à l'aube."
)


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = new_database()
    yield connection
    connection.close()


def new_database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    return connection


def contents(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    return {table: sorted(db.execute(f"SELECT * FROM {table}")) for table in TABLES}


def whole(news: dict[str, list[str]]) -> str:
    return "\n\n".join([str(news["title"]), *news["paragraphs"]])


def some_words_changed(title: str, paragraphs: list[str], draw: random.Random) -> str:
    words = "\n\n".join([title, *paragraphs]).split(" ")
    for place in draw.sample(range(len(words)), len(words) // 33):
        words[place] = f"other{place}"
    return " ".join(words)


def paragraph_added_first(title: str, paragraphs: list[str], draw: random.Random) -> str:
    added = " ".join(f"added{draw.randrange(10**6)}" for _ in range(60))
    return "\n\n".join([title, added, *paragraphs])


def paragraph_cut(title: str, paragraphs: list[str], draw: random.Random) -> str:
    left = draw.randrange(len(paragraphs))
    return "\n\n".join([title, *paragraphs[:left], *paragraphs[left + 1 :]])


def reprint(title: str, paragraphs: list[str], draw: random.Random) -> str:
    headline = "What we know this Tuesday about the affair that everybody is talking about"
    return "\n\n".join(
        [headline, "(Agence Centrale) – 12/03, 10h04", *paragraphs, "Reporting by A. Noel; editing"]
    )


def other_typography(title: str, paragraphs: list[str], draw: random.Random) -> str:
    text = "\n".join([title.upper(), *paragraphs]).replace("'", "’").replace(" ", "\u00a0\n", 40)
    return normalize("NFD", re.sub("«\\s*|\\s*»", '"', text))


@pytest.mark.parametrize(
    "edit",
    [some_words_changed, paragraph_added_first, paragraph_cut, reprint, other_typography],
)
def test_an_edited_copy_is_linked(
    db: sqlite3.Connection, edit: Callable[[str, list[str], random.Random], str]
) -> None:
    draw = random.Random(3)
    long = [news for news in NEWS if len(news["paragraphs"]) > 4]  # a cut leaves four fifths
    for number, news in enumerate(long[::8]):
        link(db, f"original{number}", whole(news))
        link(db, f"copy{number}", edit(news["title"], news["paragraphs"], draw))
        ((copy, score),) = near(db, f"original{number}")
        assert copy == f"copy{number}" and 0.65 <= score <= 1
        assert near(db, f"copy{number}") == [(f"original{number}", score)]


def test_different_articles_are_not(db: sqlite3.Connection) -> None:
    files = [*(ROOT / "evaluation" / "articles").glob("*.md"), *(ROOT / "articles").glob("*.md")]
    texts = [whole(news) for news in NEWS] + [file.read_text(encoding="utf-8") for file in files]
    assert len(files) > 5 and len(NEWS) > 100
    for number, text in enumerate([*texts, FLOOD, SAME_FLOOD_OTHERWISE, FLOOD_TRANSLATED]):
        link(db, str(number), text)
    assert contents(db)["signatures"] and contents(db)["near"] == []


def test_an_article_that_takes_over_much_of_another_is_not(db: sqlite3.Connection) -> None:
    # They have about half of their shingles in common: an estimate is seldom so far out that they
    # are linked, and it must not be for one pair in a hundred.
    pairs = list(zip(NEWS[::10], NEWS[5::10], strict=False))
    assert len(pairs) > 100
    for number, (old, new) in enumerate(pairs):
        link(db, f"{number}", "\n\n".join(old["paragraphs"]))
        link(db, f"{number}+", "\n\n".join(old["paragraphs"][:-1] + new["paragraphs"][:4]))
    assert len(contents(db)["near"]) < len(pairs) / 100


def test_a_long_footer_in_common_links_nothing_but_copies(db: sqlite3.Connection) -> None:
    footer = "\n\n".join(NEWS[-1]["paragraphs"])
    bodies = [" ".join(" ".join(news["paragraphs"]).split()[:60]) for news in NEWS[:40]]
    for number, body in enumerate(bodies):
        link(db, str(number), f"{body}\n\n{footer}")
    link(db, "copy", "Updated. " + bodies[0].replace(" la ", " cette ") + f"\n\n{footer}")
    assert len({pair[0] for pair in contents(db)["near"]}) == 2
    assert [other for other, _ in near(db, "copy")] == ["0"]
    together = [signature(f"{body}\n\n{footer}") or b"" for body in bodies]
    assert similarity(together[0], together[1]) > 0.65  # the footer alone would have linked them


def test_unlinking_leaves_nothing(db: sqlite3.Connection) -> None:
    link(db, "a", FLOOD)
    before = contents(db)
    link(db, "b", f"{FLOOD} Updated at noon.")
    assert [other for other, _ in near(db, "a")] == ["b"]
    unlink(db, "b")
    assert contents(db) == before
    unlink(db, "b")
    unlink(db, "a")
    assert not any(contents(db).values())


def test_linking_again_replaces(db: sqlite3.Connection) -> None:
    link(db, "a", FLOOD)
    link(db, "b", FLOOD)
    once = contents(db)
    link(db, "b", FLOOD)
    assert contents(db) == once and near(db, "a") == [("b", 1.0)]
    link(db, "b", FLOOD_TRANSLATED)
    assert near(db, "a") == near(db, "b") == []
    link(db, "b", "Now it is short.")
    assert [row[0] for row in contents(db)["signatures"]] == ["a"]


def versions(count: int) -> dict[str, str]:
    draw = random.Random(7)
    title, paragraphs = NEWS[0]["title"], NEWS[0]["paragraphs"]
    return {f"{n:03}": some_words_changed(title, paragraphs, draw) for n in range(count)}


@pytest.mark.parametrize("most", [4, 200])
def test_the_order_does_not_matter(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(near_duplicates, "MOST", most)
    texts = versions(12)
    texts |= {f"again{n}": texts["003"] for n in range(6)}
    seen = []
    for seed in range(4):
        order = list(texts)
        random.Random(seed).shuffle(order)
        database = new_database()
        for article_id in order:
            link(database, article_id, texts[article_id])
        seen.append(contents(database))
        database.close()
    assert seen[0]["near"] and all(other == seen[0] for other in seen)


def test_many_copies_are_cut_to_the_most_similar(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_duplicates, "MOST", 8)
    ids = [f"{n:03}" for n in range(60)]
    for article_id in ids:
        link(db, article_id, FLOOD)
    assert [other for other, _ in near(db, "050")] == ids[:8]
    assert len(contents(db)["near"]) == 60 * 8
    link(db, "x", f"{FLOOD} Updated.")
    assert "x" not in [other for other, _ in near(db, "000")]
    for gone in ids[:50]:  # first those that all others list
        unlink(db, gone)
        assert near(db, "055") and gone not in [other for other, _ in near(db, "055")]
    unlink(db, "x")
    for gone in ids[50:58]:
        unlink(db, gone)
    assert near(db, "058") == [("059", 1.0)]


def test_the_most_similar_comes_first(db: sqlite3.Connection) -> None:
    text = whole(NEWS[0])
    link(db, "a", text)
    link(db, "b", paragraph_cut("", NEWS[0]["paragraphs"], random.Random(1)))
    link(db, "c", f"{text} End.")
    assert [other for other, _ in near(db, "a")] == ["c", "b"]


def test_a_signature_is_the_same_in_every_process() -> None:
    sketch = signature(FLOOD)
    assert sketch is not None and len(sketch) == 512
    script = (
        f"from index.near_duplicates import signature; print(signature({FLOOD!r}).hex(), end='')"
    )
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert bytes.fromhex(done.stdout) == sketch
    # Stored signatures must stay comparable with those of a later datasketch.
    assert crc32(sketch) == 3181988251


def pair_of_texts(jaccard: float, draw: random.Random) -> tuple[str, str]:
    shared = round(400 * jaccard)
    words = [f"w{draw.getrandbits(40)}" for _ in range(402 + 400)]
    own = (400 - shared) // 2
    first = words[: shared + own + 2]
    return " ".join(first), " ".join(words[: shared + 2] + words[-own:])


def test_pairs_at_seven_tenths_meet_and_those_at_three_seldom() -> None:
    draw, met = random.Random(11), {}
    for jaccard in (0.7, 0.3):
        pairs = [pair_of_texts(jaccard, draw) for _ in range(300)]
        sketches = [(signature(a) or b"", signature(b) or b"") for a, b in pairs]
        mean = sum(similarity(*pair) for pair in sketches) / len(sketches)
        assert mean == pytest.approx(jaccard, abs=0.01)
        met[jaccard] = sum(not set(bands(a)).isdisjoint(bands(b)) for a, b in sketches) / 300
    assert met[0.7] > 0.98 and met[0.3] < 0.1


def test_bands() -> None:
    sketch = signature(FLOOD) or b""
    found = bands(sketch)
    assert [band for band, _ in found] == list(range(26))
    assert {len(value) for _, value in found} == {8}
    changed = bands(sketch[:-1] + bytes([sketch[-1] ^ 1]))
    assert changed[:-1] == found[:-1] and changed[-1] != found[-1]


@pytest.mark.parametrize(
    "text", ["", "\x00" * 500, "Twenty-nine " + "word " * 27, "🙂 " * 100, "... " * 100]
)
def test_too_few_words_have_no_signature(text: str, db: sqlite3.Connection) -> None:
    assert signature(text) is None
    link(db, "a", text)
    assert not any(contents(db).values()) and near(db, "a") == []


@pytest.mark.parametrize(
    "text", ["la " * 40, "half \ud800a character " * 20, "x" * 10**5 + " y" * 9000, "é́ a " * 99]
)
def test_odd_texts_are_like_themselves_only(text: str, db: sqlite3.Connection) -> None:
    link(db, "news", whole(NEWS[0]))
    link(db, "a", text)
    link(db, "b", text)
    assert near(db, "a") == [("b", 1.0)] and near(db, "news") == []


def test_accents_count_and_case_does_not() -> None:
    text = " ".join(f"été{n}" for n in range(40))
    assert signature(text) == signature(text.upper())
    assert similarity(signature(text) or b"", signature(text.replace("é", "e")) or b"") < 0.1


def test_a_signature_costs_little() -> None:
    text = " ".join((whole(NEWS[0]) + whole(NEWS[1])).split()[:560])
    costs = []
    for _ in range(30):
        start = time.process_time()
        signature(text)
        costs.append(time.process_time() - start)
    assert min(costs) < 0.002  # seconds
