"""What readers thought of answers: lines of JSON in the data folder, which never leave it.

A line holds a rating with its question, answer and citations; a later line with the same `id`
changes it, or adds the reason. Several processes may append at once.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from article_qa_page.transcript import Exchange
from index.errors import StorageError

NAME = "feedback.jsonl"
MOST_BYTES = 64_000_000  # of the file
MOST_REASON = 1_000  # characters
MOST_ANSWER = 20_000
MOST_QUESTION = 2_000
MOST_CITATIONS = 50
RATINGS = ("up", "down")
_ID = re.compile(r"[0-9a-f]{32}")

Record = dict[str, Any]


def _now() -> datetime:
    return datetime.now(UTC)


class Feedback:
    """The file of ratings in the data folder `home`."""

    def __init__(self, home: Path, *, clock: Callable[[], datetime] = _now) -> None:
        self.path = home / NAME
        self._clock = clock

    def rate(
        self, rating_id: str, rating: str, exchange: Exchange, quote: Callable[..., str]
    ) -> None:
        """Write a rating, "up", "down" or "" for one taken back; `quote` gives cited sentences.

        Raises `StorageError` where it cannot be written.
        """
        cited = [
            {
                "article_id": one.article_id,
                "start": one.start,
                "end": one.end,
                "version": one.version,
                "title": one.title[:MOST_QUESTION],
                "quote": quote(one.article_id, one.start, one.end, one.version)[:MOST_QUESTION],
            }
            for one in exchange.cited[:MOST_CITATIONS]
        ]
        self._append(
            {
                "id": rating_id,
                "time": self._clock().isoformat(timespec="seconds"),
                "rating": rating if rating in RATINGS else "",
                "question": exchange.question[:MOST_QUESTION],
                "answer": exchange.answer[:MOST_ANSWER],
                "citations": cited,
            }
        )

    def explain(self, rating_id: object, reason: object) -> bool:
        """Add the reason of a rating; False for what is none."""
        if not isinstance(rating_id, str) or not _ID.fullmatch(rating_id):
            return False
        if not isinstance(reason, str) or not reason.strip():
            return False
        self._append({"id": rating_id, "reason": " ".join(reason.split())[:MOST_REASON]})
        return True

    def _append(self, record: Record) -> None:
        import portalocker

        line = json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "r+b") as file:
                portalocker.lock(file, portalocker.LOCK_EX)
                size = file.seek(0, os.SEEK_END)
                if size + len(line) > MOST_BYTES:
                    raise StorageError(
                        f"{self.path} is full: export it with 'article-qa feedback --export' and "
                        "move it away."
                    )
                if size:  # a line that a killed process left half written must not spoil this one
                    file.seek(-1, os.SEEK_END)
                    line = line if file.read(1) == b"\n" else b"\n" + line
                file.write(line)
                file.flush()
        except OSError as error:
            raise StorageError(
                f"{self.path} cannot be written: {error.strerror or error}."
            ) from None


def read_feedback(lines: Iterable[str]) -> Iterator[Record]:
    """Yield the ratings of a file in order of time, each as it stands now; damaged lines are none.

    A rating that was taken back is left out.
    """
    found: dict[str, Record] = {}
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if not isinstance(record, dict) or not isinstance(record.get("id"), str):
            continue
        if "rating" in record:
            found.pop(record["id"], None)  # its place is that of the latest
            found[record["id"]] = {"reason": ""} | record
        elif record["id"] in found:
            found[record["id"]]["reason"] = str(record.get("reason") or "")
    yield from (record for record in found.values() if record.get("rating") in RATINGS)
