"""The measures of answers, on made-up answers; the commands, on real ones."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import answers, refusal
from evaluation.cases import (
    UNDATED,
    Asked,
    Case,
    Question,
    QuestionFileError,
    ask_all,
    day_after,
    direction,
    load,
)
from evaluation.drawing import draw
from evaluation.figures import grouped, latency, measure
from evaluation.judging import by_gold, by_reader, coverage, holds, precision, rights, says, verdict
from evaluation.page import page
from evaluation.refusal import Confidences, NothingToCompareError, confidences
from evaluation.report import report, table
from retrieval.answering import Assistant
from retrieval.types import Answer, Citation, Claim


def question(**fields: Any) -> Question:
    plain: dict[str, Any] = {
        "question": "Why did the plant close?",
        "language": "en",
        "answerable": True,
        "kind": "why",
        "article": "plant",
        "must_cite": [["debt"], ["fund", "2019"]],
    }
    return plain | fields  # type: ignore[return-value]


def answer(*quotes: str | tuple[str, float], abstained: bool = False, confidence: float = 0.5):
    pairs = [(quote, 0.1) if isinstance(quote, str) else quote for quote in quotes]
    citations = tuple(
        Citation(n, "a", "Title", None, None, "en", 0, len(quote), quote, score)
        for n, (quote, score) in enumerate(pairs, 1)
    )
    text = "Silent." if abstained else "Lead-in:" + "".join(f"\n\n“{q}”" for q, _ in pairs)
    return Answer("Why?", text, citations, (), abstained, "en", confidence)


NONE = answer(abstained=True, confidence=0.0)
SILENT = question(answerable=False, kind="absent-fact", must_cite=[])


def case(of: Question, given: Answer, seconds: float = 0.1) -> Case:
    return Case(of, given, seconds, direction(of, {"plant": "fr"}), exact=True)


@pytest.mark.parametrize(
    ("text", "words", "held"),
    [
        ("Cloud HYPERSCALERS had trouble", ["hyperscaler"], True),
        ("l’eau a coûté 5,8\u202fmillions", ["l'eau", "5,8 millions"], True),
        ("a loss of 4,5 millions", ["5 millions"], False),
        ("17 per cent", ["7 per cent"], False),
        ("40,000 journeys", ["40"], False),
        ("In 2019, the year", ["2019"], True),
        ("été", ["ete"], False),
    ],
)
def test_gold_words_are_parts_of_words_but_whole_numbers(
    text: str, words: list[str], held: bool
) -> None:
    assert holds(text, [words]) is held
    assert holds(text, [["absent"], words]) is held


def test_an_alternative_counts_only_whole_and_in_one_citation() -> None:
    split = answer("The fund came.", "It was 2019.")
    assert measure([(question(), split)]).cited == 0
    assert measure([(question(), answer("The fund came in 2019."))]).cited == 1


def test_a_citation_is_right_by_gold_or_its_company_or_the_judge() -> None:
    asked = question(may_cite=[["interest"]])
    given = answer("Debt did it.", "The interest rose.", ("A judge says so.", 0.7), "It rained.")
    assert rights(asked, given, by_reader(0.5)) == [True, True, True, False]
    assert precision(asked, given, by_reader(0.5)) == 0.75
    assert precision(asked, given, by_gold) == 0.5


def test_nothing_is_right_in_an_answer_without_a_gold_quote() -> None:
    given = answer(("Certain and wrong.", 0.99), "The interest rose.")
    assert precision(question(may_cite=[["interest"]]), given, by_reader(0.5)) == 0


def test_a_refusal_has_recall_0_and_no_precision() -> None:
    figures = measure([(question(), answer("Debt.")), (question(), NONE)])
    assert (figures.cited, figures.precision, figures.false_refusals) == (0.5, 1.0, 0.5)


def test_precision_is_averaged_by_answer_not_by_citation() -> None:
    long = answer("Debt.", "x", "y", "z")
    assert measure([(question(), answer("Debt.")), (question(), long)]).precision == (1 + 0.25) / 2


def test_first_is_the_first_shown_and_likeliest_the_highest_score() -> None:
    figures = measure([(question(), answer(("Before.", 0.2), ("Debt.", 0.9)))])
    assert (figures.cited, figures.first, figures.likeliest) == (1, 0, 1)
    figures = measure([(question(), answer(("Debt.", 0.2), ("After.", 0.9)))])
    assert (figures.cited, figures.first, figures.likeliest) == (1, 1, 0)


def test_refusals_are_counted_among_the_unanswerable_only() -> None:
    figures = measure([(question(), answer("Debt.")), (SILENT, NONE), (SILENT, answer("Debt."))])
    assert (figures.answerable, figures.unanswerable) == (1, 2)
    assert (figures.false_refusals, figures.refusals, figures.precision) == (0, 0.5, 1)


def test_no_questions_of_a_sort_give_no_figure() -> None:
    figures = measure([(SILENT, NONE)])
    assert figures.cited is None and figures.precision is None and figures.refusals == 1


def test_a_fact_is_said_in_any_of_its_ways_in_whole_words() -> None:
    assert says("on 15\u00a0June 2025", ["15 juin", "15 June"])
    assert not says("115 June", ["15 June"]) and not says("1,412 jobs", ["412"])
    assert not says("debts", ["debt"]) and says("412.", ["412"]) and not says("412.5", ["412"])
    asked = question(facts=[["412"], ["468", "four hundred and sixty-eight"]])
    assert coverage(asked, answer("Debt: 412 jobs.")) == 0.5
    assert coverage(asked, answer("412 jobs, or 468.")) == 1
    assert coverage(question(facts=[["silent"]]), NONE) == 0  # its text says so, as a refusal
    assert coverage(question(), answer("Debt.")) is None


@pytest.mark.parametrize(
    ("asked", "given", "expected"),
    [
        (question(), answer("Debt.", "More."), "right"),
        (question(), answer("More.", "Debt."), "right later"),
        (question(), answer("More."), "wrong"),
        (question(), NONE, "refused wrongly"),
        (SILENT, NONE, "refused"),
        (SILENT, answer("Debt."), "answered wrongly"),
    ],
)
def test_verdicts(asked: Question, given: Answer, expected: str) -> None:
    assert verdict(asked, given) == expected


def test_direction_is_the_questions_language_over_its_articles() -> None:
    languages = {"plant": "fr", "audit": "en"}
    assert direction(question(), languages) == "en over fr"
    assert direction(question(article=["plant", "audit"]), languages) == "en over en+fr"
    assert direction(question(article=None), languages) == "en over –"
    assert direction(question(article=None), {"only": "fr"}) == "en over fr"
    small_talk = question(article=None, answerable=False, kind="small-talk")
    assert direction(small_talk, {"only": "fr"}) == "en over –"


def test_latency_is_the_median_and_the_95th_percentile() -> None:
    assert latency([float(n) for n in range(1, 101)]) == {"median": 50.5, "p95": 95.0}
    assert latency([0.3]) == {"median": 0.3, "p95": 0.3}


def test_every_case_is_in_each_grouping_once() -> None:
    cases = [case(question(), answer("Debt.")), case(SILENT, NONE)]
    groups = grouped(cases)
    assert set(groups["kind"]) == {"why", "absent-fact"}
    assert all(sum(map(len, by.values())) == 2 for by in groups.values())


class Outline(HTMLParser):
    """The tags of a page, and the text outside its style sheet."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.data = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.data += data


HOSTILE = '</article><script>alert("1")</script><img src=x onerror=alert(1)> $cases & co'


def test_the_page_shows_each_case_and_runs_nothing() -> None:
    hostile = question(question=HOSTILE, must_cite=[[HOSTILE]], facts=[[HOSTILE]], kind=HOSTILE)
    cases = [case(hostile, answer(HOSTILE)), case(SILENT, NONE), case(SILENT, answer("Debt."))]
    found = report(Asked(tuple(cases), 0.2), by_reader())
    text = page(found)
    outline = Outline(text)
    assert outline.tags.count("article") == 3
    assert not {"script", "img", "link", "iframe"} & set(outline.tags)
    assert outline.data.count(HOSTILE) >= 4
    assert not re.search(r"https?://|url\(|@import", text)
    assert "answered wrongly (1)" in outline.data and "refused (1)" in outline.data
    assert "no article answers this" in outline.data and 'name="viewport"' in text


def test_the_page_shows_quotes_claims_and_what_went_wrong() -> None:
    claims = (
        Claim("The plant owed money", 0, 20, "supported", (1,), (), 0.9),
        Claim(HOSTILE, 21, 40, "not_found", (), (HOSTILE, "2019"), 0.3),
    )
    written = replace(answer("Debt."), model="ollama:m", rewritten="Why was it?", claims=claims)
    failed = replace(answer("Debt."), note=f"The model {HOSTILE} cannot be reached.")
    withheld = replace(NONE, model="ollama:m", note="All of it is withheld.")
    cases = [case(question(), found) for found in (written, failed, withheld)]
    found = report(Asked(tuple(cases), 0.2), by_reader())
    outline = Outline(page(found))
    for said in (
        "Written by: ollama:m", "Asked as: Why was it?", "Note: All of it is withheld.",
        "supported, agreement 0.90: The plant owed money [1]", "not found, agreement 0.30",
        f"missing: {HOSTILE}, 2019", f"Note: The model {HOSTILE}", "1 fell back to quotes",
    ):  # fmt: skip
        assert said in outline.data, said
    assert outline.tags.count("blockquote") == 2
    assert not {"script", "img"} & set(outline.tags)
    assert found["figures"]["all"]["all"]["fell_back"] == 1
    assert [one["fell_back"] for one in found["cases"]] == [False, True, False]
    head, line, *_ = table(found).splitlines()
    assert "fell back" in head and re.search(r" 1 +\d\.\d\d s +\d\.\d\d s$", line)


def test_without_a_model_nothing_fell_back() -> None:
    found = report(Asked((case(question(), answer("Debt.")),), 0.2), by_reader())
    assert (
        found["figures"]["all"]["all"]["fell_back"] == 0
        and "fell back" not in page(found).split("<table>")[0]
    )


def test_report_is_json_and_the_table_has_a_line_for_each_group() -> None:
    asked = Asked((case(question(), answer("Debt.")), case(SILENT, NONE)), 0.2)
    found = json.loads(json.dumps(report(asked, by_reader())))
    assert found["figures"]["all"]["all"]["cited"] == 1
    assert [c["verdict"] for c in found["cases"]] == ["right", "refused"]
    lines = table(found).splitlines()
    assert [line.split("  ")[0].strip() for line in lines[1:]] == [
        "all", "en", "en over fr", "absent-fact", "why",
    ]  # fmt: skip
    assert re.search(r"1\+1 +1\.00 +1\.00", lines[1]) and re.search(r"0\+1 +– +–", lines[4])


# --- refusal


def test_a_threshold_refuses_what_lies_under_it() -> None:
    one = Confidences("all", np.float32([0.2, 0.6, 0.9]), np.float32([0.1, 0.2, 0.5, 0.7]))
    point = one.at(0.5)
    assert point.refusals == 0.5 and point.false_refusals == pytest.approx(1 / 3)
    assert one.at(0.0) == refusal.Point(0.0, 0.0, 0.0)
    assert one.auroc == pytest.approx((1.5 + 3 + 4) / 12)


scores = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=20)


@given(yes=scores, no=scores)
def test_the_curve_climbs_from_none_to_all(yes: list[float], no: list[float]) -> None:
    points = Confidences("all", np.float32(yes), np.float32(no)).curve()
    ends = [(p.refusals, p.false_refusals) for p in (points[0], points[-1])]
    assert ends == [(0, 0), (1, 1)]
    for low, high in pairwise(points):
        assert low.refusals <= high.refusals and low.false_refusals <= high.false_refusals


def mixed() -> Asked:
    return Asked(
        (
            case(question(), answer("Debt.", confidence=0.8)),
            case(question(language="fr"), answer("Debt.", confidence=0.3)),
            case(SILENT, answer("Debt.", confidence=0.4)),
            case(SILENT, NONE),
        ),
        0.35,
    )


def test_the_shipped_threshold_is_marked_with_what_it_refuses() -> None:
    found = confidences(mixed())
    assert [one.name for one in found] == ["all", "en"]  # no unanswerable one in French
    lines = refusal.table(found, 0.35).splitlines()
    (marked,) = [line for line in lines if line.endswith("<- shipped")]
    assert marked.split()[:5] == ["0.35", "0.50", "0.50", "0.50", "0.00"]
    assert lines[-1].split() == ["AUROC", "0.750", "1.000"]
    assert refusal.as_shipped(mixed()).startswith("Refused as shipped: 1 of 2 unanswerable, 0 of 2")


def test_questions_of_one_sort_are_no_curve() -> None:
    with pytest.raises(NothingToCompareError, match="both sorts"):
        confidences(Asked((case(SILENT, NONE),), 0.2))


def test_the_drawing_is_svg_and_png_and_always_the_same(tmp_path: Path) -> None:
    found = confidences(mixed())
    svg, png = draw(found, 0.35, tmp_path / "new" / "one")
    again = draw(found, 0.35, tmp_path / "two")
    assert svg.read_bytes() == again[0].read_bytes() and b"<svg" in svg.read_bytes()[:1000]
    assert png.read_bytes() == again[1].read_bytes() and png.read_bytes()[:4] == b"\x89PNG"


def test_matplotlib_is_loaded_by_drawing_only() -> None:
    code = "import sys, evaluation.answers, evaluation.refusal, evaluation.drawing;"
    code += "assert not {'matplotlib', 'torch', 'chromadb'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


# --- files and commands


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "holds no questions"), ("{", "line 1, is not JSON"), ("[1]", "line 1, lacks question"),
     ('{"question": "Why?"}', "lacks language, answerable")],
)  # fmt: skip
def test_a_question_file_that_is_none(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionFileError, match=says):
        load(file)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"question": 3}, '"question" must be a text'),
        ({"kind": None}, '"kind" must be a text'),
        ({"language": "de"}, '"language" must be "en" or "fr"'),
        ({"language": ["en"]}, '"language" must be "en" or "fr"'),
        ({"answerable": "yes"}, '"answerable" must be true or false'),
        ({"article": 3}, '"article" must be a name'),
        ({"article": [None]}, '"article" must be a name'),
        ({"must_cite": "debt"}, '"must_cite" must be a list'),
        ({"must_cite": [["debt", 3]]}, '"must_cite" must be a list'),
        ({"must_cite": [3]}, '"must_cite" must be a list'),
        ({"must_cite": [[]]}, "none of them empty"),
        ({"may_cite": [" "]}, "none of them empty"),
        ({"may_cite": None}, '"may_cite" must be a list'),
        ({"facts": {"a": "b"}}, '"facts" must be a list'),
    ],
)
def test_a_field_of_the_wrong_type_is_told_in_a_sentence(
    fields: dict[str, Any], says: str, tmp_path: Path
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps(question()) + "\n" + json.dumps(question(**fields)), "utf-8")
    with pytest.raises(QuestionFileError, match=rf"questions\.jsonl, line 2: .*{says}.*\.$"):
        load(file)


def test_kind_and_article_may_be_left_out_and_a_text_is_an_alternative(tmp_path: Path) -> None:
    row = {"question": "Why?", "language": "en", "answerable": True, "must_cite": ["its debt"]}
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps(row | {"facts": ["412", ["468", "more"]]}), "utf-8")
    (found,) = load(file)
    assert (found["kind"], found["article"]) == ("any", None)
    assert (found["must_cite"], found["facts"]) == ([["its debt"]], [["412"], ["468", "more"]])
    given = answer("It was its debt.")
    told = report(Asked((case(found, given),), 0.2), by_reader())
    assert (told["cases"][0]["verdict"], set(told["figures"]["kind"])) == ("right", {"any"})
    assert measure([(found, answer("I said it."))]).cited == 0


def test_this_year_is_that_of_the_newest_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks = []

    class Clocked(Assistant):
        def answer(self, question: str, **options: Any) -> Answer:
            clocks.append(self._clock())
            return NONE

        def warm_up(self) -> None:
            pass

    monkeypatch.setattr("evaluation.cases.Assistant", Clocked)
    for name, head in [("old", "published: 2019-03-01\n"), ("new", "published: 2019-12-30\n")]:
        (tmp_path / f"{name}.md").write_text(f"---\nlanguage: en\n{head}---\nIt ended.\n", "utf-8")
    ask_all([tmp_path], [question()])
    assert {clock.date().isoformat() for clock in clocks} == {"2019-12-31"}
    assert day_after([]) == UNDATED


@pytest.mark.parametrize("command", [answers, refusal])
def test_the_shipped_articles_and_questions_are_asked_where_none_are_named(
    command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[list[Path], int]] = []

    def noted(folders: list[Path], questions: list[Question]) -> Asked:
        seen.append((list(folders), len(questions)))
        return mixed()

    root = Path(__file__).parents[1]
    monkeypatch.setattr(command, "ask_all", noted)
    monkeypatch.chdir(tmp_path)
    out = ["--json", "a.json"] if command is answers else ["--out", "out"]
    monkeypatch.setattr(sys, "argv", ["x", *out])
    command.main()
    shipped = len(load(root / "evaluation" / "questions"))
    assert seen == [([root / "articles", root / "evaluation" / "articles"], shipped)]
    file = tmp_path / "q.jsonl"
    file.write_text(json.dumps(question()), "utf-8")
    monkeypatch.setattr(sys, "argv", ["x", "one", *out, "two", str(file)])
    command.main()
    assert seen[1:] == [([Path("one"), Path("two")], 1)]


@pytest.mark.parametrize("command", [answers, refusal])
def test_a_folder_without_questions_is_told(
    command: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["x", "articles"])
    with pytest.raises(SystemExit):
        command.main()
    assert "then QUESTIONS; or neither" in capsys.readouterr().err


def test_a_folder_of_question_files_is_all_of_them(tmp_path: Path) -> None:
    for name in ("b", "a"):
        line = json.dumps(question(question=name))
        (tmp_path / f"{name}.jsonl").write_text(f"{line}\n\n", encoding="utf-8")
    assert [q["question"] for q in load(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize("command", [answers, refusal])
def test_a_missing_file_is_told_in_a_sentence(
    command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["x", str(tmp_path), str(tmp_path / "none.jsonl")])
    with pytest.raises(SystemExit, match=r"none\.jsonl cannot be read"):
        command.main()


@pytest.mark.parametrize("command", [answers, refusal])
def test_a_place_that_cannot_be_written_is_told_in_a_sentence(
    command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "ask_all", lambda folders, questions: mixed())
    file = tmp_path / "q.jsonl"
    file.write_text(json.dumps(question()), encoding="utf-8")
    option = "--json" if command is answers else "--out"
    monkeypatch.setattr(sys, "argv", ["x", str(tmp_path), str(file), option, str(file / "no")])
    with pytest.raises(SystemExit, match="cannot be written"):
        command.main()


def test_the_commands_over_two_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in [
        ("plant.en", "The tyre plant in Sarlouve closed in 2024 because of its debt."),
        ("pont.fr", "Le pont de Lannach a perdu son arche. Il date de 1784."),
    ]:
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{name}.md").write_text(f"---\nlanguage: {name[-2:]}\n---\n{text}\n", "utf-8")
    rows = [
        question(question="Why did the tyre plant close?"),
        question(question="?!", answerable=False, kind="small-talk", article=None, must_cite=[]),
    ]
    file = tmp_path / "q.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    given = [str(tmp_path / "plant.en"), str(tmp_path / "pont.fr"), str(file)]
    out = tmp_path / "out"
    out.mkdir()
    written = ["--json", str(out / "a.json"), "--html", str(out / "a.html")]
    monkeypatch.setattr(sys, "argv", ["x", *given, *written])
    answers.main()
    found = json.loads((out / "a.json").read_text(encoding="utf-8"))
    assert [c["direction"] for c in found["cases"]] == ["en over en", "en over –"]
    assert found["cases"][1]["verdict"] == "refused" and found["exact"] is True
    assert found["cases"][0]["seconds"] > 0
    assert "Why did the tyre plant close?" in (out / "a.html").read_text(encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["x", *given, "--out", str(out)])
    refusal.main()
    printed = capsys.readouterr().out
    assert "<- shipped" in printed and (out / "refusal.svg").exists()
    assert "falsely refused" in printed
