"""Every question file is well-formed, and its gold stands in the articles it names."""

from collections import Counter
from pathlib import Path

import pytest
from conftest import CUSTOMER_ARTICLES, QUESTIONS

from evaluation.cases import UNANSWERABLE, Question, articles_of, load, name_of
from evaluation.judging import holds, says
from index.samples import sample_folder
from index.segmentation import segment
from index.sources.files import find_files, read_article

EVALUATION = Path(__file__).parents[1] / "evaluation"
CUSTOMER = [QUESTIONS / "xai-supermicro.jsonl", QUESTIONS / "xai-supermicro-held-out.jsonl"]
OPEN = [QUESTIONS / "samples.jsonl", *sorted((EVALUATION / "questions").glob("*.jsonl"))]
KINDS = {"why", "what", "who", "where", "when", "number", "list", *UNANSWERABLE}


def label(file: Path) -> str:
    return f"{file.parts[-3]}-{file.stem}"


def sentences_of(*folders: Path) -> dict[str, list[str]]:
    """Return the quotable sentences of each article, by its name."""
    return {
        name_of(article.source): [
            article.text[s.start : s.end]
            for s in segment(article.text, article.language)
            if s.kind == "text"
        ]
        for article in map(read_article, find_files(folders))
    }


@pytest.fixture(scope="module")
def published() -> dict[str, list[str]]:
    return sentences_of(sample_folder(), EVALUATION / "articles")


@pytest.fixture(scope="module")
def customers() -> list[str]:
    if not CUSTOMER_ARTICLES.is_dir():
        pytest.skip("the customer's article is not part of this checkout")
    return [s for own in sentences_of(CUSTOMER_ARTICLES).values() for s in own]


@pytest.mark.parametrize("file", [*OPEN, *CUSTOMER], ids=label)
def test_questions_are_well_formed(file: Path) -> None:
    questions = load(file)
    assert len({q["question"].casefold() for q in questions}) == len(questions)
    for q in questions:
        assert set(q) <= set(Question.__annotations__), q
        assert q["question"].strip() == q["question"] != ""
        assert q["language"] in ("en", "fr") and q["kind"] in KINDS, q
        assert q["answerable"] is (q["kind"] not in UNANSWERABLE), q
        assert bool(q["must_cite"]) is q["answerable"], q
        gold = [q["must_cite"], q.get("may_cite", []), q.get("facts", [])]
        for alternatives in gold:
            assert all(words and all(w.strip() for w in words) for words in alternatives), q
        assert q["answerable"] or not any(gold), q


def check_gold(q: Question, own: list[str]) -> None:
    for words in q["must_cite"] + q.get("may_cite", []):
        assert any(holds(sentence, [words]) for sentence in own), (q["question"], words)
    for ways in q.get("facts", []):
        assert any(says(sentence, ways) for sentence in own), (q["question"], ways)


@pytest.mark.parametrize("file", OPEN, ids=label)
def test_gold_stands_in_the_articles_named_and_in_no_other(
    file: Path, published: dict[str, list[str]]
) -> None:
    for q in load(file):
        named = articles_of(q)
        assert set(named) <= set(published), q
        check_gold(q, [s for name in named for s in published[name]])
        for name in set(published) - set(named):
            elsewhere = [s for s in published[name] if holds(s, q["must_cite"])]
            assert not elsewhere, (q["question"], name, elsewhere)


@pytest.mark.parametrize("file", CUSTOMER, ids=lambda file: file.stem)
def test_gold_stands_in_the_customers_article(file: Path, customers: list[str]) -> None:
    for q in load(file):
        assert q["article"] is None
        check_gold(q, customers)


def test_the_customers_article_is_not_copied(customers: list[str]) -> None:
    for file in CUSTOMER:
        text = file.read_text(encoding="utf-8").casefold()
        for sentence in customers:
            words = sentence.casefold().split()
            for start in range(len(words) - 9):
                assert " ".join(words[start : start + 10]) not in text


def counts(questions: list[Question]) -> Counter[tuple[str, bool]]:
    return Counter((q["language"], q["answerable"]) for q in questions)


def test_the_sets_are_large_and_balanced() -> None:
    questions = load(EVALUATION / "questions")
    by = counts(questions)
    assert len(questions) >= 140
    for language in ("en", "fr"):
        silent, asked = by[language, False], by[language, True]
        assert 0.3 <= silent / (silent + asked) <= 0.37
        assert abs((silent + asked) / len(questions) - 0.5) < 0.05
    assert {q["kind"] for q in questions} == KINDS
    paths = find_files([sample_folder(), EVALUATION / "articles"])
    languages = {name_of(a.source): a.language for a in map(read_article, paths)}
    over = [
        (q["language"], languages[q["article"]])
        for q in questions
        if q["answerable"] and isinstance(q["article"], str)
    ]
    assert sum(asked != written for asked, written in over) >= len(over) / 2


def test_the_customers_questions_are_split_in_halves_that_share_none() -> None:
    tuned, kept = (load(file) for file in CUSTOMER)
    assert counts(tuned) == counts(kept)
    assert not {q["question"].casefold() for q in tuned} & {q["question"].casefold() for q in kept}
    for language in ("en", "fr"):
        assert sum(q["language"] == language for q in tuned + kept) >= 40
    for half in (tuned, kept):
        assert {q["kind"] for q in half} >= set(UNANSWERABLE)
