"""Questions with their gold, and what the assistant answered to each.

A question file is JSONL, one question a line:

- `question`, `language` ("en" or "fr") and `answerable`
- `must_cite`: alternatives, each a list of words; a sentence that holds all words of one of them
  answers. Empty where the question is unanswerable
- `kind`, "any" if left out: what is asked for ("why", "who", "number", …) or, where nothing
  answers, why not ("absent-fact", "false-premise", "other-subject", "small-talk")
- `article`, null if left out: the file name, up to its first dot, of the article asked about; a
  list where several tell of it; null where it is the only one at hand, or none
- `may_cite`, if any: alternatives that rightly stand beside such a sentence but do not answer alone
- `facts`, if any: what a full answer says, each a list of ways to say it

In the lists of `must_cite`, `may_cite` and `facts`, a text stands for a list of this one.
"""

import json
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

from index.errors import ArticleQAError, QuestionError
from index.types import Article
from retrieval.answering import Assistant
from retrieval.types import Answer

UNANSWERABLE = ("absent-fact", "false-premise", "other-subject", "small-talk")
REQUIRED = ("question", "language", "answerable", "must_cite")
DEFAULTS = {"kind": "any", "article": None}
GOLD = ("must_cite", "may_cite", "facts")

ROOT = Path(__file__).parents[1]
SHIPPED_ARTICLES = (ROOT / "articles", ROOT / "evaluation" / "articles")
SHIPPED_QUESTIONS = ROOT / "evaluation" / "questions"

# The time that "this year" counts from where no article is dated; any will do, but always the same.
UNDATED = datetime(2025, 1, 1, tzinfo=UTC)

Alternatives = list[list[str]]


class Question(TypedDict):
    """One line of a question file."""

    question: str
    language: str
    answerable: bool
    kind: str
    article: str | list[str] | None
    must_cite: Alternatives
    may_cite: NotRequired[Alternatives]
    facts: NotRequired[Alternatives]


class QuestionFileError(ArticleQAError):
    """A question file is missing, or a line of it is none."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question and its answer.

    `seconds` is what the answer took, `direction` the question's language and its article's
    ("en over fr"), and `exact` tells that every quote is the very text of its span.
    """

    question: Question
    answer: Answer
    seconds: float
    direction: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """All cases, and the confidence (0-1) below which the assistant refuses."""

    cases: tuple[Case, ...]
    threshold: float


def add_places(parser: ArgumentParser) -> None:
    """Let a command take FOLDER... QUESTIONS, or neither for those of this repository.

    Options may stand between them where it parses with `parse_intermixed_args`.
    """
    parser.usage = "%(prog)s [options] [FOLDER ... QUESTIONS]"
    parser.add_argument(
        "places",
        type=Path,
        nargs="*",
        metavar="FOLDER ... QUESTIONS",
        help="articles, then questions (those that are shipped)",
    )


def places(parser: ArgumentParser, options: Namespace) -> tuple[Sequence[Path], Path]:
    """Return the folders of articles and the place of the questions that were named, or not."""
    if not options.places:
        return SHIPPED_ARTICLES, SHIPPED_QUESTIONS
    if len(options.places) == 1:
        parser.error("name at least one FOLDER of articles, then QUESTIONS; or neither")
    *folders, questions = options.places
    return folders, questions


def load(path: Path) -> list[Question]:
    """Return the questions of a JSONL file, or of all those of a folder.

    Raises `QuestionFileError` where there are none or a line is not one.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    questions = [question for file in files for question in _load_file(file)]
    if not questions:
        raise QuestionFileError(f"{path} holds no questions: name a .jsonl file or their folder.")
    return questions


def _load_file(path: Path) -> list[Question]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionFileError(f"{path} cannot be read: {error}.") from None
    questions: list[Question] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except json.JSONDecodeError as error:
            raise QuestionFileError(f"{path}, line {number}, is not JSON: {error}.") from None
        missing = [name for name in REQUIRED if not isinstance(found, dict) or name not in found]
        if missing:
            raise QuestionFileError(f"{path}, line {number}, lacks {', '.join(missing)}: add them.")
        try:
            questions.append(_question(found))
        except ValueError as error:
            raise QuestionFileError(f"{path}, line {number}: {error}.") from None
    return questions


def _question(found: dict[str, Any]) -> Question:
    """Return what a line holds, complete; raise `ValueError` where a field is not as it must be."""
    whole = DEFAULTS | found
    for name in ("question", "kind"):
        if not isinstance(whole[name], str):
            raise ValueError(f'"{name}" must be a text')
    if whole["language"] not in ("en", "fr"):
        raise ValueError('"language" must be "en" or "fr"')
    if not isinstance(whole["answerable"], bool):
        raise ValueError('"answerable" must be true or false')
    article = whole["article"]
    if not (article is None or isinstance(article, str) or _is_list_of(article, str)):
        raise ValueError('"article" must be a name, a list of names, or null')
    for name in GOLD:
        if name in whole:
            whole[name] = _alternatives(name, whole[name])
    return cast(Question, whole)


def _alternatives(name: str, value: Any) -> Alternatives:
    """Return alternatives, each that is a text made a list of one."""
    fault = f'"{name}" must be a list of texts or of lists of texts, none of them empty'
    if not isinstance(value, list):
        raise ValueError(fault)
    alternatives: list[Any] = [[one] if isinstance(one, str) else one for one in value]
    for words in alternatives:
        # An empty one would be held by every sentence.
        if not (_is_list_of(words, str) and words and all(map(str.strip, words))):
            raise ValueError(fault)
    return alternatives


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def articles_of(question: Question) -> tuple[str, ...]:
    """Return the names of the articles a question is asked of."""
    named = question["article"]
    return (named,) if isinstance(named, str) else tuple(named or ())


def name_of(source: str) -> str:
    """Return the name of an article's file: up to its first dot."""
    return Path(source).name.split(".")[0]


def direction(question: Question, languages: Mapping[str, str]) -> str:
    """Return e.g. "en over fr", given the language of each article by name.

    A question that names no article is over the only language there is, or over none ("–").
    """
    over = {languages[name] for name in articles_of(question) if name in languages}
    if not over and question["kind"] not in ("other-subject", "small-talk"):
        only = set(languages.values())
        over = only if len(only) == 1 else set()
    return f"{question['language']} over {'+'.join(sorted(over)) or '–'}"


def ask_all(folders: Sequence[Path], questions: Sequence[Question]) -> Asked:
    """Index the folders in a temporary place and ask every question, warm.

    They are asked on the day after the newest article, so that "this year" is the same whenever
    this runs. A question that the assistant does not take counts as refused, with confidence 0.
    """
    now = UNDATED
    with tempfile.TemporaryDirectory() as home:
        assistant = Assistant(home, clock=lambda: now)
        try:
            assistant.add(folders)
            assistant.warm_up()
            articles = {article.id: article for article in assistant.articles()}
            now = day_after(articles.values())
            languages = {name_of(a.source): a.language for a in articles.values()}
            _ask(assistant, questions[0])  # so that the first one's time is not that of loading
            cases = tuple(
                Case(q, answer, seconds, direction(q, languages), _is_exact(answer, articles))
                for q in questions
                for answer, seconds in [_ask(assistant, q)]
            )
            return Asked(cases, assistant.reader.threshold)
        finally:
            assistant.close()


def day_after(articles: Iterable[Article]) -> datetime:
    """Return the day after the newest article's date, or `UNDATED`."""
    dates = [article.published for article in articles if article.published]
    return max(dates) + timedelta(days=1) if dates else UNDATED


def _ask(assistant: Assistant, question: Question) -> tuple[Answer, float]:
    text = question["question"]
    start = time.perf_counter()
    try:
        answer = assistant.answer(text)
    except QuestionError as error:
        answer = Answer(text, str(error), (), (), True, question["language"], 0.0)
    return answer, time.perf_counter() - start


def _is_exact(answer: Answer, articles: Mapping[str, Article]) -> bool:
    return all(articles[c.article_id].text[c.start : c.end] == c.quote for c in answer.citations)
