"""What a sync would do or did."""

from dataclasses import dataclass, field
from typing import Literal

Effect = Literal["added", "changed", "removed", "copy"]


@dataclass(frozen=True, slots=True)
class Change:
    """An article that is new, changed, gone, or a copy of another; `reason` says why, in words."""

    id: str
    title: str
    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be read, and the sentence that says why."""

    source: str
    reason: str


@dataclass(slots=True)
class SyncReport:
    """What a sync did, or would do; articles in the order in which they were met.

    `unchanged` holds ids of articles and, for copies, those of the articles they are copies of.
    `embedded` counts the texts that a model had to read.
    """

    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    removed: list[Change] = field(default_factory=list)
    copies: list[Change] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    embedded: int = 0

    def counts(self) -> dict[str, int]:
        """Return how many articles met each fate."""
        return {
            "added": len(self.added),
            "changed": len(self.changed),
            "removed": len(self.removed),
            "copies": len(self.copies),
            "unchanged": len(self.unchanged),
            "failed": len(self.failed),
        }
