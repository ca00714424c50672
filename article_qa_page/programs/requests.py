"""What a program may send, checked before anything is done with it."""

import json
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import ArticleQAError

MAX_NAMES = 100  # ids or sources to filter by
MAX_TURNS = 50  # earlier questions with their answers; a model is told the last few
MAX_PASSAGES = 50
MAX_PAGE = 200  # articles of a listing at once

Name = Annotated[str, Field(max_length=1_000)]
When = Annotated[str, Field(max_length=40, description="2024-11-25, 2024-11 or 2024; UTC.")]
Turn = tuple[Annotated[str, Field(max_length=20_000)], Annotated[str, Field(max_length=20_000)]]
Checked = TypeVar("Checked", bound=BaseModel)


class RequestError(ArticleQAError):
    """What a program sent is not what is asked for."""


class Narrowed(BaseModel):
    """Which articles are meant: those of some days, ids and sources."""

    model_config = ConfigDict(extra="forbid", strict=True)

    since: When | None = None
    until: When | None = None
    articles: list[Name] | None = Field(None, max_length=MAX_NAMES)
    sources: list[Name] | None = Field(None, max_length=MAX_NAMES)

    @property
    def filters(self) -> dict[str, Any]:
        """The filters that are given, as `Assistant.answer` takes them."""
        given = {
            "since": self.since,
            "until": self.until,
            "articles": self.articles,
            "sources": self.sources,
        }
        return {name: value for name, value in given.items() if value is not None}


class Asked(Narrowed):
    """A question, as `Assistant.answer` takes it; `history` are pairs of question and answer."""

    question: str
    history: list[Turn] = Field(default_factory=list, max_length=MAX_TURNS)
    time_words: bool = True

    @property
    def options(self) -> dict[str, Any]:
        """All that is given but the question, as `Assistant.answer` takes it."""
        options = self.filters
        if self.history:
            options["history"] = self.history
        if not self.time_words:
            options["time_words"] = False
        return options


class Sought(Narrowed):
    """What to look for, and how many passages to return."""

    question: str
    top_k: int = Field(10, ge=1, le=MAX_PASSAGES)


def made(kind: type[Checked], **given: Any) -> Checked:
    """Return a `kind` of what is given and not `None`; raise as `checked` does."""
    return checked(kind, {name: value for name, value in given.items() if value is not None})


def checked(kind: type[Checked], data: object) -> Checked:
    """Return `data` as `kind`; raise `RequestError` with one sentence where it is not."""
    try:
        # Read as JSON, whatever it is: there strictness knows lists, and no other kinds of value.
        return kind.model_validate_json(data if isinstance(data, bytes) else json.dumps(data))
    except ValidationError as error:
        raise RequestError(sentence_of(error.errors()[0])) from None
    except TypeError:
        raise RequestError("The request is not made of JSON values: send only those.") from None


def sentence_of(problem: Any) -> str:
    """Return the first problem that pydantic found as a sentence."""
    if problem["type"] == "json_invalid":
        return 'The request is not valid JSON: send one object, such as {"question": "…"}.'
    place = ".".join(str(part) for part in problem["loc"] if part not in ("query", "path", "body"))
    said = problem["msg"].rstrip(".")
    if not place:
        return f"The request cannot be read: {said[:1].lower()}{said[1:]}."
    return f"The field {place!r} cannot be used: {said[:1].lower()}{said[1:]}."
