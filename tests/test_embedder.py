"""The bundled embedder: offline, bilingual, and the same whatever the batch."""

import numpy as np
import pytest

from index.embedding import Embedder, shared_embedder

PAIRS = [
    ("Le fabricant a perdu son auditeur.", "The manufacturer lost its auditor."),
    ("Le train de nuit partira à 22 h 10.", "The night train will leave at 10:10 pm."),
    ("Les ventes ont baissé de dix pour cent.", "Sales fell by ten percent."),
    ("La ministre a démissionné hier soir.", "The minister resigned last night."),
    ("Il pleuvra demain sur la côte.", "It will rain tomorrow on the coast."),
    ("Les serveurs sont refroidis par liquide.", "The servers are cooled by liquid."),
    ("Le syndicat appelle à la grève.", "The union is calling a strike."),
    ("L’usine emploie trois cents personnes.", "The factory employs three hundred people."),
    ("Le chien dort devant la cheminée.", "The dog sleeps in front of the fireplace."),
    ("Une taxe frappera les importations.", "A tax will hit imports."),
]
# A question, the sentence that answers it, and one that does not but shares its words.
RANKED = [
    ("Who left the company?", "Sa directrice a quitté la société.", "La société vend des vélos."),
    ("How much does a ticket cost?", "Le billet coûte 29 euros.", "Le train a douze voitures."),
    ("Qui s’oppose au projet ?", "Residents oppose the project.", "The project has three parts."),
    ("Quand ouvre le musée ?", "The museum opens in June.", "The museum is built of stone."),
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return shared_embedder("bundled", "", "")


def test_vectors_are_normalised_rows(embedder: Embedder) -> None:
    vectors = embedder.embed(["One.", "Deux mots.", ""], "passage")
    assert vectors.shape == (3, 384) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_a_sentence_is_nearest_to_its_translation(embedder: Embedder) -> None:
    french = embedder.embed([pair[0] for pair in PAIRS], "passage")
    english = embedder.embed([pair[1] for pair in PAIRS], "passage")
    cosines = french @ english.T
    assert list(cosines.argmax(axis=1)) == list(range(len(PAIRS)))
    assert list(cosines.argmax(axis=0)) == list(range(len(PAIRS)))


@pytest.mark.parametrize(("question", "right", "wrong"), RANKED)
def test_the_answer_ranks_above_the_rest(
    embedder: Embedder, question: str, right: str, wrong: str
) -> None:
    query = embedder.embed([question], "query")[0]
    passages = embedder.embed([right, wrong], "passage")
    assert passages[0] @ query > passages[1] @ query


def test_the_batch_does_not_change_a_vector(embedder: Embedder) -> None:
    texts = [text for pair in PAIRS for text in pair] + ["Un long passage. " * 60]
    together = embedder.embed(texts, "passage")
    alone = np.concatenate([embedder.embed([text], "passage") for text in texts])
    assert np.abs(together - alone).max() < 1e-5


def test_a_long_passage_and_odd_characters(embedder: Embedder) -> None:
    vectors = embedder.embed(["mot " * 5_000, "« 5 € » 😀 שלום œuvre Ærø", "\u202f"], "passage")
    assert np.isfinite(vectors).all()
