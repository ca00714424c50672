"""Fusion, words, cues and the reader: the parts of retrieval, each by itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import make_article
from index.types import Sentence
from prompts import voice
from retrieval.cues import asked_for, shows
from retrieval.extractive import choose
from retrieval.features import sigmoid
from retrieval.fusion import fuse, min_max
from retrieval.reader import Evidence
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


TEXT = "Alpha leaves Beta. Gamma is blue. Losses pushed Alpha out. Delta sings. Alpha leaves Beta."
ARTICLE = make_article(TEXT, source="x", language="en")


def evidence(
    quote: str, probability: float, context: float = 0.5, reason: bool = False
) -> Evidence:
    start = TEXT.index(quote)
    return Evidence(ARTICLE, Sentence(start, start + len(quote)), probability, context, reason)


def test_likely_sentences_are_quoted_in_the_articles_order() -> None:
    likely = [evidence("Delta sings.", 0.9), evidence("Gamma is blue.", 0.8)]
    chosen = choose([*likely, evidence("Alpha leaves Beta.", 0.1)])
    assert [e.text for e in chosen] == ["Gamma is blue.", "Delta sings."]


def test_a_reason_close_by_comes_before_the_merely_likely() -> None:
    event, reason = evidence("Alpha leaves Beta.", 0.6), evidence("Losses", 0.01, 0.5, True)
    others = [evidence("Gamma is blue.", 0.5), evidence("Delta sings.", 0.5)]
    assert reason in choose([event, *others, reason])
    told = evidence("Alpha leaves Beta.", 0.6, 0.5, True)
    assert reason not in choose([told, *others, reason])
    far = evidence("Losses", 0.01, 0.2, True)
    assert far not in choose([event, *others, far])


def test_the_same_thing_is_quoted_once() -> None:
    first = evidence("Alpha leaves Beta.", 0.9)
    last = Evidence(ARTICLE, Sentence(TEXT.rindex("Alpha"), len(TEXT)), 0.8)
    assert choose([first, last]) == (first,)


def test_a_startup_gives_no_reason() -> None:
    for sentence, expected in [
        ("La jeune pousse grandit.", False),
        ("Les pertes ont poussé Alpha dehors.", True),
        ("« C’est vrai », a expliqué Anne Roy.", False),
    ]:
        assert shows("reason", sentence, fold(sentence)) is expected


@given(st.floats(-1e4, 1e4))
def test_probabilities_lie_in_0_to_1(logit: float) -> None:
    assert 0 <= sigmoid(logit) <= 1
    assert sigmoid(logit) + sigmoid(-logit) == pytest.approx(1)


def test_every_voice_says_everything() -> None:
    assert voice("fr").language == "fr" and voice("de") == voice("en")
    assert voice("fr").quoted("Oui.") == "« Oui. »"
    assert voice("en").quoted("« Oui », dit-il.") == "« Oui », dit-il."
