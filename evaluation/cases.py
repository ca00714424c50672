"""Questions with their gold, and what the assistant answered to each.

A question file is JSONL, one question a line:

- `question`, `language` ("en" or "fr"), `answerable`, and `kind`: what is asked for ("why", "who",
  "number", …) or, where nothing answers, why not ("absent-fact", "false-premise",
  "other-subject", "small-talk")
- `article`: the file name, up to its first dot, of the article asked about; a list where several
  tell of it; null where it is the only one at hand, or none
- `must_cite`: alternatives, each a list of words; a sentence that holds all words of one of them
  answers. Empty where the question is unanswerable
- `may_cite`, if any: alternatives that rightly stand beside such a sentence but do not answer alone
- `facts`, if any: what a full answer says, each a list of ways to say it
"""

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

from index.errors import ArticleQAError, QuestionError
from index.types import Article
from retrieval.answering import Assistant
from retrieval.types import Answer

UNANSWERABLE = ("absent-fact", "false-premise", "other-subject", "small-talk")
REQUIRED = ("question", "language", "answerable", "kind", "article", "must_cite")

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
        questions.append(found)
    return questions


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

    A question that the assistant does not take counts as refused, with confidence 0.
    """
    with tempfile.TemporaryDirectory() as home:
        assistant = Assistant(home)
        try:
            assistant.add(folders)
            assistant.warm_up()
            articles = {article.id: article for article in assistant.articles()}
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
