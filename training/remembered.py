"""A cross-encoder that remembers what it read: features are tried without reading anew."""

import hashlib
import pickle
from collections.abc import Sequence
from pathlib import Path

from retrieval.cross_encoder import MODEL, CrossEncoder, PassageScore, Text


class RememberingScorer:
    """Scores passages once, and keeps the scores in a file until the model's weights change."""

    def __init__(self, scorer: CrossEncoder, folder: Path) -> None:
        weights = hashlib.sha256((MODEL / "model.safetensors").read_bytes())
        self._file = folder / f"scores-{weights.hexdigest()[:12]}.pickle"
        self._scorer = scorer
        self._known: dict[tuple[str, Text], PassageScore] = {}
        if self._file.exists():
            self._known = pickle.loads(self._file.read_bytes())

    def score(self, question: str, passages: Sequence[Text]) -> list[PassageScore]:
        """Score each passage, from memory where it was read before."""
        fresh = [p for p in dict.fromkeys(passages) if (question, p) not in self._known]
        for passage, found in zip(fresh, self._scorer.score(question, fresh), strict=True):
            self._known[question, passage] = found
        return [self._known[question, passage] for passage in passages]

    def save(self) -> None:
        """Write what is known."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_bytes(pickle.dumps(self._known))
