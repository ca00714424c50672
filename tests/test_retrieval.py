"""Fusion, words, cues and the reader: the parts of retrieval, each by itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.cues import asked_for, shows
from retrieval.fusion import fuse, min_max
from retrieval.words import alike, content_words, fold, names_and_numbers

scores = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20)


@given(scores)
def test_scaled_scores_keep_their_order_in_0_to_1(values: list[float]) -> None:
    scaled = min_max(values)
    assert scaled.min() >= 0 and scaled.max() <= 1
    order = np.argsort(values, kind="stable")
    assert np.all(np.diff(scaled[order]) >= 0)


def test_fusion_rewards_agreement_and_weighs() -> None:
    dense, words = [0.9, 0.8, 0.1], [0.0, 5.0, 5.0]
    assert int(np.argmax(fuse([dense, words], [1.0, 1.0]))) == 1
    assert int(np.argmax(fuse([dense, words], [1.0, 0.0]))) == 0
    per_candidate = fuse([dense, words], [1.0, np.array([1.0, 0.1, 1.0])])
    assert per_candidate[1] < fuse([dense, words], [1.0, 1.0])[1]
    assert per_candidate.min() >= 0 and per_candidate.max() <= 1


def test_nothing_to_scale() -> None:
    assert min_max([]).size == 0
    assert list(min_max([3.0, 3.0])) == [0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pourquoi xAI a-t-elle choisi Dell ?", ["xai", "choisi", "dell"]),
        ("L’été à Orléans : d'où vient l'élève ?", ["orleans", "vient", "eleve"]),
        ("why did xAI switch to Dell?", ["xai", "switch", "dell"]),
        ("who is it?", []),
    ],
)
def test_content_words(text: str, expected: list[str]) -> None:
    assert [w for w in content_words(text) if w != "ete"] == expected


@given(st.text(max_size=60))
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("auditor", "auditeur", True),
        ("irregularities", "irregularites", True),
        ("server", "servers", True),
        ("stock", "stocks", True),
        ("prix", "price", False),
        ("2024", "2025", False),
        ("dell", "della", False),
        ("train", "transport", False),
    ],
)
def test_words_that_begin_alike(left: str, right: str, expected: bool) -> None:
    assert alike(left, right) is expected and alike(right, left) is expected


def test_names_and_numbers_are_what_translation_keeps() -> None:
    assert names_and_numbers("What did Hyoun Park say about xAI in 2025?") == [
        "hyoun", "park", "xai", "2025",
    ]  # fmt: skip
    assert names_and_numbers("Pourquoi ce choix ?") == []


@pytest.mark.parametrize(
    ("question", "kind", "answer", "other"),
    [
        ("why did they leave?", "reason", "Ils partent en raison des retards.", "Ils sont douze."),
        ("pourquoi ?", "reason", "They left because of delays.", "They are twelve."),
        ("combien de trains ?", "quantity", "There are 12 trains.", "Trains are late."),
        ("when does it open?", "time", "Elle ouvre en mars.", "Elle est bleue."),
        (
            "qui dirige la société ?",
            "person",
            "La société est dirigée par Anne Roy.",
            "Elle va bien.",
        ),
    ],
)
def test_cues_hold_in_both_languages(question: str, kind: str, answer: str, other: str) -> None:
    assert kind in asked_for(fold(question))
    assert shows(kind, answer, fold(answer))
    assert not shows(kind, other, fold(other))
