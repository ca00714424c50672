"""Asking some articles only: by date, id and source, and by words of time in the question."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from conftest import HashEmbedder

import retrieval.scope
from index.article import make_article
from index.errors import FilterError, UnknownArticleError
from index.generation import Generation
from index.selection import is_from
from index.types import Article
from prompts import voice
from retrieval.answering import Assistant
from retrieval.asking import told, unanswered
from retrieval.filters import Effect, Filters, make_filters
from retrieval.langchain import ArticleRetriever
from retrieval.reader import LinearReader, Regression
from retrieval.types import Answer, Claim

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NEAREST = Regression(0.0, {"cosine": 1.0})
EAGER = LinearReader(NEAREST, NEAREST, threshold=0.0)


def dated(name: str, published: str | None, source: str = "", text: str = "") -> Article:
    moment = datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None
    return make_article(
        text or f"The mayor of Brumeval opened bridge {name} over the canal.",
        title=name,
        source=source or f"/press/{name}.md",
        url=source if source.startswith("http") else None,
        published=moment,
        language="en",
    )


ARTICLES = [
    dated("old", "2019-05-02"),
    dated("autumn", "2024-11-25T18:30", "https://news.example.org/autumn"),
    dated("monday", "2026-11-16", "/press/local/monday.md"),
    dated("sunday", "2026-11-22T23:59:59"),
    dated("undated", None),
]
IDS = {article.title: article.id for article in ARTICLES}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("dated")
    assistant = Assistant(home, embedder=HashEmbedder(), reader=EAGER, clock=lambda: NOW)
    assistant.add_articles(ARTICLES)
    yield assistant
    assistant.close()


def found(assistant: Assistant, question: str = "bridge", **filters: Any) -> set[str]:
    """Return the titles of the articles that a question reaches; the same on every way in."""
    answer = assistant.answer(question, **filters)
    titles = {passage.article.title for passage in answer.passages}
    if not filters.pop("time_words", True) or (answer.filters and not answer.filters.words):
        assert {c.passage.article.title for c in assistant.search(question, **filters)} == titles
    return titles


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({"since": "2024"}, "autumn monday sunday"),
        ({"since": date(2024, 11, 25), "until": "2024-11-25"}, "autumn"),
        ({"until": "2024-11-24"}, "old"),
        ({"until": "2024-11"}, "old autumn"),
        ({"until": datetime(2024, 11, 25, 18, 29)}, "old"),
        ({"until": datetime(2024, 11, 25, 18, 30)}, "old autumn"),
        (
            {"until": datetime(2024, 11, 25, 19, 29, tzinfo=timezone(timedelta(hours=1)))},
            "old",
        ),
        ({"since": "2024-11-25T18:30:00Z", "until": "2025"}, "autumn"),
        ({"since": "2026-11-23"}, ""),
        ({"articles": IDS["old"]}, "old"),
        ({"articles": [IDS["old"], IDS["undated"]]}, "old undated"),
        ({"articles": [IDS["old"], IDS["undated"]], "since": "2000"}, "old"),
        ({"sources": "/press"}, "old monday sunday undated"),
        ({"sources": "local/"}, "monday"),
        ({"sources": ["old.md", "example.org"]}, "old autumn"),
        ({"sources": "www.elsewhere.example"}, ""),
    ],
)
def test_explicit_filters(assistant: Assistant, filters: dict[str, Any], titles: str) -> None:
    assert found(assistant, **filters) == set(titles.split())
    answer = assistant.answer("bridge", **filters)
    assert answer.filters and not answer.filters.words
    assert answer.to_dict()["filters"]["effect"] == "filter"
    assert answer.abstained is (not titles) and ("No article passes" in answer.text) is not titles


def test_langchain_takes_the_same_filters(assistant: Assistant) -> None:
    retriever = ArticleRetriever(assistant=assistant, since="2024-11", until=date(2024, 11, 30))
    assert {d.metadata["title"] for d in retriever.invoke("bridge")} == {"autumn"}


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"since": "last week"}, "'last week' is no date"),
        ({"since": "2024-13"}, "'2024-13' is no date"),
        ({"until": "2024-02-30"}, "(until)"),
        ({"until": ""}, "'' is no date"),
        ({"since": 2024}, "'2024' is no date"),
        ({"since": "9999"}, "'9999' is no date"),
        ({"since": "2025", "until": "2024"}, "before they begin"),
        ({"articles": [""]}, "article id to filter by is empty"),
        ({"sources": " "}, "source to filter by is empty"),
    ],
)
def test_a_bad_filter_gets_one_sentence(
    assistant: Assistant, filters: dict[str, Any], says: str
) -> None:
    with pytest.raises(FilterError) as error:
        assistant.answer("bridge", **filters)
    assert says in str(error.value) and str(error.value).endswith(".")


def test_an_unknown_id_is_named(assistant: Assistant) -> None:
    with pytest.raises(UnknownArticleError, match="'nowhere'"):
        assistant.answer("bridge", articles=["nowhere"])


@pytest.mark.parametrize(
    ("wanted", "source", "url", "expected"),
    [
        ("/a/press", "/a/press/x.md", None, True),
        ("press", "/a/press/x.md", None, True),
        ("./press/", "/a/press/x.md", None, True),
        ("pres", "/a/press/x.md", None, False),
        ("x.md", "/a/press/x.md", None, True),
        ("lemonde.example", "/a/x.md", "https://www.lemonde.example/p/1", True),
        ("LeMonde.example", "/a/x.md", "https://www.lemonde.example/p/1", True),
        ("monde.example", "/a/x.md", "https://www.lemonde.example/p/1", False),
        ("p", "https://www.lemonde.example/p/1", None, False),
        ("https://x.example/feed", "https://x.example/feed#entry-1", None, True),
        ("https://x.example/feed/", "https://x.example/feed", None, True),
        ("https://x.example/fee", "https://x.example/feed", None, False),
        ("x.example", "https://[broken", "https://x.example:8080/a", True),
    ],
)
def test_sources(wanted: str, source: str, url: str | None, expected: bool) -> None:
    assert is_from(wanted, source, url) is expected


def test_a_source_in_the_home_folder() -> None:
    assert make_filters(sources="~/press").sources == (str(Path.home() / "press"),)


# --- words of time


def test_words_filter_and_keep_articles_without_a_date(assistant: Assistant) -> None:
    answer = assistant.answer("Which bridge opened last week?")
    assert {p.article.title for p in answer.passages} == {"monday", "sunday", "undated"}
    assert answer.filters and answer.filters.words == "last week"
    assert answer.to_dict()["filters"] == {
        "since": "2026-11-16T00:00:00+00:00",
        "until": "2026-11-23T00:00:00+00:00",
        "articles": [],
        "sources": [],
        "words": "last week",
        "effect": "filter",
    }


def test_words_can_be_switched_off_and_give_way_to_dates(assistant: Assistant) -> None:
    question = "Which bridge opened last week?"
    plain = assistant.answer(question, time_words=False)
    assert plain.filters is None and len(plain.passages) == len(ARTICLES)
    dated = assistant.answer(question, until="2020")
    assert {p.article.title for p in dated.passages} == {"old"}
    assert dated.filters and not dated.filters.words


def test_words_hold_within_other_filters(assistant: Assistant) -> None:
    question = "Which bridge opened last week?"
    assert found(assistant, question, sources="local") == {"monday"}
    answer = assistant.answer(question, sources="example.org")
    assert {p.article.title for p in answer.passages} == {"autumn"}
    assert answer.filters and answer.filters.effect == "no match"


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Which bridge opened today?", "No article is dated as in “today”"),
        ("Quel pont (bridge) a-t-on ouvert aujourd’hui ?", "Aucun article ne date"),
    ],
)
def test_a_time_without_articles_is_told_and_all_are_asked(
    assistant: Assistant, question: str, says: str
) -> None:
    snapshots = list(assistant.stream_answer(question))
    assert len(snapshots[-1].passages) == len(ARTICLES)
    assert snapshots[-1].text.startswith(says) and snapshots[-1].citations
    assert all(snapshots[-1].text.startswith(snapshot.text) for snapshot in snapshots)
    assert snapshots[-1].filters and snapshots[-1].filters.effect == "no match"


@pytest.fixture(scope="module")
def choosy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Answers only where an article has half of the question's words."""
    sure = Regression(-5.0, {"best_overlap": 10.0})
    assistant = Assistant(
        tmp_path_factory.mktemp("choosy"),
        embedder=HashEmbedder(),
        reader=LinearReader(Regression(-5.0, {"overlap": 10.0}), sure, threshold=0.5),
        clock=lambda: NOW,
    )
    assistant.add_articles(
        [
            dated("bridge", "2026-11-17"),
            dated("tram", "2019-05-02", text="The tram left the depot at noon."),
            dated("ferry", "2019-05-02", text="Le ferry a quitté le port de Brumeval."),
        ]
    )
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "title", "says"),
    [
        ("Which tram left the depot last week?", "tram", "The articles dated as in “last week”"),
        ("Quel ferry a quitté le port la semaine dernière ?", "ferry", "Les articles de cette"),
    ],
)
def test_where_those_of_that_time_do_not_answer_all_are_asked(
    choosy: Assistant, question: str, title: str, says: str
) -> None:
    snapshots = list(choosy.stream_answer(question))
    answer = snapshots[-1]
    assert [citation.title for citation in answer.citations] == [title]
    assert answer.text.startswith(says) and answer.filters
    assert answer.filters.effect == "no answer" and answer.filters.words
    assert all(answer.text.startswith(snapshot.text) for snapshot in snapshots)
    plain = choosy.answer(question, time_words=False)
    assert plain.citations == answer.citations and plain.filters is None


def test_dates_that_the_user_set_are_never_widened(choosy: Assistant) -> None:
    question = "Which tram left the depot last week?"
    for filters in ({"since": "2026"}, {"since": "2026", "time_words": False}):
        answer = choosy.answer(question, **filters)
        assert answer.abstained and answer.filters and answer.filters.effect == "filter"
        assert {passage.article.title for passage in answer.passages} == {"bridge"}
    kept = choosy.answer(question, articles=[choosy.answer("bridge").passages[0].article.id])
    assert kept.abstained and {p.article.title for p in kept.passages} <= {"bridge"}


def test_what_those_of_that_time_answer_is_not_widened(choosy: Assistant) -> None:
    answer = choosy.answer("Which bridge over the canal opened last week?")
    assert [citation.title for citation in answer.citations] == ["bridge"]
    assert answer.filters and answer.filters.effect == "filter"


def test_a_question_that_nothing_answers_is_refused_once(choosy: Assistant) -> None:
    snapshots = list(choosy.stream_answer("Which orchid bloomed in the greenhouse last week?"))
    refusals = [snapshot for snapshot in snapshots if snapshot.abstained]
    assert len(refusals) == 1 and refusals == snapshots[-1:]
    assert refusals[0].text.startswith("The articles dated as in “last week”")
    assert refusals[0].text.endswith(voice("en").refusal)


def test_a_contradiction_is_an_answer_of_its_time() -> None:
    refused = Answer("q", voice("en").refusal, (), (), True, "en", 0.1)
    assert unanswered(refused)
    assert not unanswered(replace(refused, text=voice("en").refusal_premise))
    assert not unanswered(replace(refused, abstained=False))


@pytest.mark.parametrize("foreign", [True, False])
@pytest.mark.parametrize("effect", ["no match", "no answer", "favour"])
def test_a_sentence_before_the_answer_moves_its_claims(foreign: bool, effect: Effect) -> None:
    text = "Bridge old opened [1]. It is new (⚠ not found)."
    claims = (
        Claim("Bridge old opened.", 0, 22, "supported", (1,)),
        Claim("It is new.", 23, 29, "not_found"),
    )
    answer = Answer("q", text, (), (), False, "en", 0.5, claims=claims)
    said = told(answer, Filters(since=NOW, words="today", effect=effect), foreign=foreign)
    assert said.text.endswith(text) and (said.text == text) is (not foreign and effect == "favour")
    assert [said.text[c.start : c.end] for c in said.claims] == [
        text[c.start : c.end] for c in claims
    ]


def test_a_year_only_favours(assistant: Assistant) -> None:
    for year, first in (("2019", "old"), ("2024", "autumn")):
        answer = assistant.answer(f"Which bridge over the canal opened in {year}?")
        assert len(answer.passages) == len(ARTICLES)
        assert answer.citations[0].title == first
        assert answer.filters and answer.filters.effect == "favour"
        assert all(0 <= passage.score <= 1 for passage in answer.passages)


# --- narrow filters over many articles


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Five hundred articles nearer to the question than the one of 2001."""
    assistant = Assistant(tmp_path_factory.mktemp("crowd"), embedder=HashEmbedder(), reader=EAGER)
    near = [
        dated(f"n{n}", "2024-01-01", text=f"The canal bridge opened. It is bridge {n}.")
        for n in range(500)
    ]
    far = dated("far", "2001-01-01", text="A ferry once crossed where the canal bridge stands.")
    assistant.add_articles([*near, far])
    yield assistant
    assistant.close()


@pytest.mark.parametrize("exact_chunks", [2_000, 0])
def test_a_narrow_filter_finds_what_there_is(
    crowd: Assistant, exact_chunks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieval.scope, "EXACT_CHUNKS", exact_chunks)
    assert [c.passage.article.title for c in crowd.search("canal bridge", until="2001")] == ["far"]
    assert [
        c.passage.article.title for c in crowd.search("zeppelin", until="2001")
    ] == ["far"]  # no word in common: the vectors alone  # fmt: skip


def test_broad_and_exact_search_agree(crowd: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def titles() -> list[str]:
        candidates = crowd.search("bridge 123 opened", 5, since="2010")
        return [candidate.passage.article.title for candidate in candidates]

    exact = titles()
    monkeypatch.setattr(retrieval.scope, "EXACT_CHUNKS", 0)
    assert titles() == exact and "far" not in exact


def test_chroma_is_not_asked_for_a_few_articles(
    crowd: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(generation: Generation) -> None:
        raise AssertionError("Chroma was asked")

    with crowd._live.reading() as generation:
        monkeypatch.setattr(generation.vectors, "query", refuse)
        assert crowd.search("canal bridge", until="2001")
