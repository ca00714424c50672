"""What the server tells while it runs: one line a request, one a question, plain or as JSON."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

Form = Literal["plain", "json", "quiet"]
requests_log = logging.getLogger("article_qa.requests")
questions_log = logging.getLogger("article_qa.questions")


def told(log: logging.Logger, event: str, **fields: Any) -> None:
    """Log an event with its fields, none of which a formatter has to take apart again."""
    log.info(event, extra={"fields": fields})


class PlainLines(logging.Formatter):
    """`2025-03-01T12:00:00.000Z info request method=GET path=/`; other records as their text."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line, with a traceback below where there is one."""
        fields: dict[str, Any] = getattr(record, "fields", {})
        pairs = "".join(f" {name}={_plain(value)}" for name, value in fields.items())
        event = record.getMessage()
        line = f"{_time(record)} {record.levelname.lower()} {event}{pairs}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(logging.Formatter):
    """One JSON object a line: `time`, `level`, `event`, `logger`, the fields, and any `error`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "logger": record.name,
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def begin_logging(form: Form, stream: TextIO | None = None) -> None:
    """Send all records to `stream` (standard error by default) in one form.

    `quiet` leaves out requests and questions; warnings and errors always come.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else PlainLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for log in (requests_log, questions_log):
        log.setLevel(logging.WARNING if form == "quiet" else logging.INFO)


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value: Any) -> str:
    """Return a field's value; quoted where it would not be told from what stands around it."""
    if isinstance(value, dict):
        return ",".join(f"{name}:{_plain(part)}" for name, part in value.items()) or "-"
    text = str(value)
    is_plain = text.isprintable() and text and not set(text) & set(' "=')
    return text if is_plain else json.dumps(text)
