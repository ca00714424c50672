"""The JSON Schema of an answer, made from its dataclasses.

`python -m article_qa_page.programs.schema` prints it; `docs/answer.schema.json` keeps it.
"""

import json
from dataclasses import make_dataclass
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from article_qa_page.programs.records import PassageRecord
from retrieval.types import Answer, Passage

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MEDIA_TYPE = "application/schema+json"


def answer_schema() -> dict[str, Any]:
    """Return the schema of `Answer.to_dict()`; every field is there, and there is no other."""
    hints = get_type_hints(Answer)
    # In JSON a passage goes without the text of its whole article.
    written = {
        name: tuple[PassageRecord, ...] if hint == tuple[Passage, ...] else hint
        for name, hint in hints.items()
    }
    record = make_dataclass("Answer", list(written.items()))
    record.__doc__ = Answer.__doc__
    schema = TypeAdapter(record).json_schema(mode="serialization")
    for part in (schema, *schema["$defs"].values()):
        _close(part)
    return {"$schema": DIALECT, **schema}


def answer_schema_text() -> str:
    """Return the schema as it is kept in a file."""
    return json.dumps(answer_schema(), indent=2, ensure_ascii=False) + "\n"


def _close(part: dict[str, Any]) -> None:
    if part.get("type") != "object":
        return
    part["required"] = list(part["properties"])
    part["additionalProperties"] = False
    for field in part["properties"].values():
        field.pop("default", None)
    if "description" in part:
        part["description"] = " ".join(part["description"].split())


if __name__ == "__main__":
    print(answer_schema_text(), end="")
