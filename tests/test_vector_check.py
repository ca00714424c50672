"""The check of a new index before it goes live: what it lets pass, and what it refuses."""

from pathlib import Path

import numpy as np
import pytest
from conftest import HashEmbedder

from index.article import make_article
from index.embedding import Vectors
from index.errors import DamagedIndexError
from index.generation import LIBRARY, VECTORS
from index.generations import GenerationStore
from index.library import Library
from index.sync import Synchroniser
from index.vector_sync import SAMPLE, check_draft
from index.vectors import Kind, VectorIndex

Found = list[tuple[str, float]]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a published index of nine articles."""
    store = GenerationStore(tmp_path_factory.mktemp("checked") / "index")
    Synchroniser(store, HashEmbedder()).add_articles(
        make_article(f"Port {n}\n\nShip {n} of day {n} lay still.", source=f"{n}.txt")
        for n in range(9)
    )
    return next(path.parent for path in store.root.rglob(LIBRARY))


def check(live: Path) -> None:
    check_draft(live / LIBRARY, live / VECTORS)


def missing(monkeypatch: pytest.MonkeyPatch, often: int) -> None:
    """Let the search miss every `often`-th vector that is looked for, however many it may give."""
    query, seen = VectorIndex.query, dict[bytes, int]()

    def blind(self: VectorIndex, kind: Kind, vector: Vectors, limit: int) -> Found:
        place = seen.setdefault(vector.tobytes(), len(seen))
        return [] if place % often == 0 else query(self, kind, vector, limit)

    monkeypatch.setattr(VectorIndex, "query", blind)


def test_a_whole_index_passes(live: Path) -> None:
    check(live)


def test_a_vector_that_the_search_misses_is_no_damage(
    live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(monkeypatch, SAMPLE)
    check(live)


def test_a_search_that_finds_nothing_is_refused(
    live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(monkeypatch, 1)
    with pytest.raises(DamagedIndexError, match="does not find its own"):
        check(live)


@pytest.mark.parametrize("change", ["another", "nothing", "gone"])
def test_a_single_vector_that_is_not_its_own_is_refused(
    live: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    library = Library(live / LIBRARY)
    (digest, vector), *_ = library.sample_vectors("sentences", library.meta("model") or "", SAMPLE)
    library.close()
    stored = VectorIndex.stored

    def changed(self: VectorIndex, kind: Kind, ids: list[str]) -> dict[str, Vectors]:
        found = stored(self, kind, ids)
        if digest in found:
            found[digest] = {"another": np.roll(vector, 1), "nothing": vector * 0}.get(
                change, vector
            )
            if change == "gone":
                del found[digest]
        return found

    monkeypatch.setattr(VectorIndex, "stored", changed)
    with pytest.raises(DamagedIndexError, match="does not hold its own sentences"):
        check(live)
