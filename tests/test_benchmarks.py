"""The benchmark of the index: its corpus, what it counts, and the arithmetic of its table."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from browser import GARE, FakeAssistant, serving
from conftest import HashEmbedder

from benchmarks.index import PIPELINE, installed
from benchmarks.index_clock import Measurement
from benchmarks.index_corpus import SENTENCES, invented_article, invented_name, write_corpus
from benchmarks.index_measures import (
    again,
    bare_encoding,
    bytes_of,
    chroma_alone,
    first_index,
    one_alone,
    one_more,
    sizes,
)
from benchmarks.index_results import Beside, Results
from benchmarks.index_table import Row, rows
from benchmarks.web_asking import Asker, Outcome, ask_together
from benchmarks.web_table import Report, Soak, load_of, table
from index.article import make_article
from index.segmentation import segment

MODEL = Measurement(0.0, 0.0, 1, 4, peak=100, private=50)
FIRST = Measurement(10.0, 8.0, 100, 4, peak=400, private=200)
RESULTS = Results(
    articles=10_000,
    small_articles=1_000,
    text=400,
    chunks=20,
    disk={"library.sqlite": 3_000, "vectors": 1_000, "pin": 0},
    small_disk={"library.sqlite": 300, "vectors": 500, "pin": 0},
    model=MODEL,
    bare=replace(FIRST, seconds=9.0),
    small=replace(FIRST, peak=300, private=170),
    first=FIRST,
    chroma=replace(FIRST, private=80),
    small_chroma=replace(FIRST, private=70),
    again=replace(FIRST, seconds=0.04, texts=0),
    one_more=replace(FIRST, seconds=0.3),
    one_alone=replace(FIRST, seconds=0.1),
    langchain=Beside(
        first=replace(FIRST, seconds=20.0, in_model=15.0, texts=50, peak=1_000),
        again=replace(FIRST, seconds=0.4),
        one_more=replace(FIRST, seconds=0.6),
        disk=6_000,
    ),
)


def row(begins: str, results: Results = RESULTS) -> Row:
    (found,) = [row for row in rows(results) if row.what.startswith(begins)]
    return found


def test_the_corpus_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    written = write_corpus(tmp_path, 3, first=999)
    files = sorted(tmp_path.rglob("*.txt"))
    assert [str(file.relative_to(tmp_path).as_posix()) for file in files] == [
        "00000/00000999.txt",
        "00001/00001000.txt",
        "00001/00001001.txt",
    ]
    assert files[1].read_text(encoding="utf-8") == invented_article(1000)
    assert written == sum(file.stat().st_size for file in files)
    assert invented_article(1000, seed=1) != invented_article(1000)


def test_the_corpus_is_in_two_languages_and_repeats_no_sentence() -> None:
    seen: set[str] = set()
    for number in range(40):
        article = make_article(invented_article(number), source=str(number))
        assert article.language == ("fr" if number % 2 else "en")
        spans = segment(article.text, article.language)
        texts = [article.text[span.start : span.end] for span in spans]
        assert SENTENCES[0] < len(texts) <= SENTENCES[1] + 1  # the title is one
        assert len(set(texts)) == len(texts) and not seen.intersection(texts)
        seen.update(texts)


@pytest.mark.parametrize("ending", ["tec", "nson", "ville"])
def test_names_differ(ending: str) -> None:
    numbers = [*range(2_000), 12_000_000, 12_959_999]
    assert len({invented_name(number, ending) for number in numbers}) == len(numbers)


def test_what_is_counted(tmp_path: Path) -> None:
    corpus, more, home = tmp_path / "corpus", tmp_path / "more", tmp_path / "home"
    record = tmp_path / "batches.jsonl"
    text = write_corpus(corpus, 4)
    write_corpus(more, 2, first=4)
    added = sorted(more.rglob("*.txt"))

    first = first_index(home, corpus, record, HashEmbedder())
    batches = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    assert first.texts == sum(map(len, batches)) > 80
    assert first.dimensions == 64 and 0 < first.in_model < first.seconds
    assert first.peak > 10_000_000

    encoded: list[str] = []
    bare = bare_encoding(record, encoded.extend)
    assert encoded[1:] == [text for batch in batches for text in batch]
    assert bare.texts == first.texts

    chroma = chroma_alone(home, tmp_path / "chroma")
    assert chroma.texts == first.texts and bytes_of(tmp_path / "chroma") > 4 * 64 * first.texts

    chunks, disk = sizes(home)
    assert 4 < chunks < first.texts and sum(disk.values()) > text

    assert again(home, corpus, HashEmbedder()).texts == 0
    assert one_more(home, added, HashEmbedder()).texts > 40
    assert one_alone(tmp_path / "alone", added, HashEmbedder()).texts > 40
    assert sizes(home)[0] > chunks


def test_texts_met_twice_are_encoded_once(tmp_path: Path) -> None:
    record = tmp_path / "batches.jsonl"
    record.write_text('["a", "b", "a"]\n["b", "c"]\n', encoding="utf-8")
    assert bare_encoding(record, len).texts == 3


@pytest.mark.skipif(not all(map(installed, PIPELINE)), reason="LangChain's pipeline is missing")
def test_langchains_pipeline_embeds_what_is_new(tmp_path: Path) -> None:
    from benchmarks.index_langchain import langchain_folder, langchain_one_more

    corpus, more, home = tmp_path / "corpus", tmp_path / "more", tmp_path / "home"
    write_corpus(corpus, 3)
    write_corpus(more, 2, first=3)
    assert langchain_folder(home, corpus, HashEmbedder()).texts > 6
    assert langchain_folder(home, corpus, HashEmbedder()).texts == 0
    added = sorted(more.rglob("*.txt"))
    assert langchain_one_more(home, added, HashEmbedder()).texts > 4
    assert langchain_folder(home, corpus, HashEmbedder()).texts == 0


@pytest.mark.parametrize(
    ("begins", "ratio", "verdict"),
    [
        ("First index against", 9 / 10, "reached"),
        ("First index: share", 0.8, ""),
        ("Texts embedded", 1.0, "reached"),
        ("Second sync", 250.0, "reached"),
        ("One article added to 10,000", 3.0, ""),
        ("Peak memory beyond the model, at 10,000 articles against 1,000", 300 / 200, ""),
        ("The same without mapped files", 150 / 120, ""),
        ("The same beyond Chroma alone", 120 / 100, "reached"),
        ("Size of library.sqlite", 10.0, ""),
        ("Size of vectors", 2.0, ""),
        ("Disk for each chunk", 4_000 / (4 * 4 * 100 + 400), ""),
        ("Disk for each vector", 2.0, ""),
        ("LangChain beside it", 2.0, ""),
        ("… vectors per second", 4.0, ""),
        ("… time outside the model", 100 / 20, ""),
        ("… second run, unchanged", 10.0, ""),
        ("… second run against its own first", 250 / 50, ""),
        ("… one article more", 2.0, ""),
        ("… peak memory beyond the model", 3.0, ""),
        ("… disk for each vector", 120 / 40, ""),
        ("… disk for each article", 1.5, ""),
    ],
)
def test_ratios(begins: str, ratio: float, verdict: str) -> None:
    assert row(begins).ratio == pytest.approx(ratio)
    assert row(begins).verdict(10_000) == verdict


def test_what_is_slower_or_larger_than_its_goal_is_missed() -> None:
    slow = replace(
        RESULTS,
        bare=replace(FIRST, seconds=8.0, texts=99),
        again=replace(FIRST, seconds=0.06),
        small=replace(FIRST, private=160),
    )
    missed = [row.what.split(",")[0] for row in rows(slow) if row.verdict(10_000) == "missed"]
    assert missed == [
        "First index against bare encoding",
        "Texts embedded against distinct ones",
        "Second sync",
        "The same beyond Chroma alone with these vectors",
    ]
    assert not any(row.verdict(9_999) for row in rows(slow))


def test_what_was_not_measured_is_no_verdict() -> None:
    unknown = replace(RESULTS, chroma=FIRST, small=FIRST, small_chroma=FIRST)
    found = row("The same beyond Chroma alone", unknown)
    assert math.isnan(found.ratio) and found.verdict(10_000) == ""


def test_langchain_can_be_left_out() -> None:
    everything, alone = list(rows(RESULTS)), list(rows(replace(RESULTS, langchain=None)))
    assert alone == everything[: len(alone)] and len(alone) == len(everything) - 9


# --- the web app under load ------------------------------------------------------------------


def test_the_loads_figures_are_those_of_the_answers_that_came() -> None:
    outcomes = [Outcome(n / 10, n / 5) for n in range(1, 21)]
    load = load_of(4, 0.0, [*outcomes, Outcome(0.0, 0.0, "Gone.")], 10.0, 7)
    assert (load.answers, load.errors, load.rate) == (20, 1, 2.0)
    assert (load.first_median, load.first_95) == pytest.approx((1.05, 1.9))
    assert (load.full_median, load.full_95, load.longest) == pytest.approx((2.1, 3.8, 4.0))
    assert load_of(1, 0.0, [Outcome(0.0, 0.0, "Gone.")], 1.0, 0).answers == 0


def test_the_loads_table_sets_each_beside_one_person() -> None:
    one = load_of(1, 0.0, [Outcome(0.1, 0.2)], 1.0, 10_000_000)
    many = load_of(50, 0.0, [Outcome(1.0, 4.0)], 1.0, 20_000_000)
    lasting = Soak(5_000, 4, 900.0, 0, [(500, 20_000_000), (5_000, 21_000_000)], 1_000_000)
    told = table(Report(2, 0.2, 0.3, [one, many], lasting))
    assert "| 50 | 0 | 1.00 / 1.00 | 4.00 / 4.00 / 4.00 | 20.0 | 20.0 | 1.00 | 0 | 20 |" in told
    assert "waits for 38 times" in told
    assert "5,000 questions by 4 people in 900 s, 0 errors, memory grew by 1.0 MB" in told


def test_everybody_asks_a_share_of_the_questions() -> None:
    with serving(FakeAssistant(GARE)) as address:
        asker = Asker(address.rstrip("/"))
        outcomes = ask_together(asker, 3, ["recours"] * 4 + ["panne"], think=0.0)
    errors = [outcome.error for outcome in outcomes if outcome.error]
    assert len(outcomes) == 5 and len(errors) == 1 and "503" in errors[0]
    assert all(0 < one.first <= one.full for one in outcomes if one.error is None)
