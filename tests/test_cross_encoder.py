"""The bundled reader: offline, in both languages, and the same as what was trained."""

import numpy as np
import pytest

from index.encoder import Encoder
from retrieval.cross_encoder import MODEL, UNREAD, CrossEncoder, Layout, Text, judge, lay_out

# A question, a passage, and the place of the sentence that answers it.
READ = [
    (
        "Qui a démissionné ?",
        ("La mairie a tenu conseil lundi.", "L’adjointe Anne Roy a démissionné.", "Il pleuvait."),
        1,
    ),
    (
        "How much does the ticket cost?",
        ("Le train a douze voitures.", "Il part à 22 heures.", "Le billet coûte 29 euros."),
        2,
    ),
    (
        "Quand le musée ouvrira-t-il ?",
        ("The museum will open in June 2025.", "It is built of stone.", "Its café is small."),
        0,
    ),
    (
        "Who bought the factory?",
        ("The factory is old.", "It was bought by a Danish firm.", "Sixty people work there."),
        1,
    ),
]
ELSEWHERE = ("La recette demande deux œufs.", "On les bat longuement.", "Le four doit être chaud.")


@pytest.fixture(scope="module")
def reader() -> CrossEncoder:
    return CrossEncoder()


@pytest.mark.parametrize(("question", "sentences", "right"), READ, ids=[row[0] for row in READ])
def test_the_sentence_that_answers_ranks_first(
    reader: CrossEncoder, question: str, sentences: tuple[str, ...], right: int
) -> None:
    score, elsewhere = reader.score(question, [Text("", sentences), Text("", ELSEWHERE)])
    assert int(np.argmax(score.sentences)) == right
    assert score.passage > elsewhere.passage
    assert np.isclose(np.exp(score.sentences).sum(), 1, atol=1e-5)


def test_a_passage_is_read_the_same_whatever_stands_beside_it(reader: CrossEncoder) -> None:
    texts = [Text("A title", sentences) for _, sentences, _ in READ]
    together = reader.score("Who?", texts)
    assert together == [reader.score("Who?", [text])[0] for text in texts]


def test_the_words_lie_in_their_sentence(reader: CrossEncoder) -> None:
    for question, sentences, _ in READ:
        (score,) = reader.score(question, [Text("", sentences)])
        for sentence, words in zip(sentences, score.words, strict=True):
            assert words is not None
            assert 0 <= words.start < words.end <= len(sentence)
            assert 0 <= words.probability <= 1


LACKING = [
    (
        "Quand Anne Roy a-t-elle démissionné ?",
        "Quand Anne Roy a-t-elle chanté ?",
        ("Anne Roy a démissionné lundi.",),
    ),
    ("Who bought the ferry?", "Who painted the ferry?", ("The ferry was bought by Aldane.",)),
    ("Combien coûte le billet ?", "Combien coûte le repas ?", ("Le billet coûte 12 euros.",)),
    ("When did the mill close?", "When did the school close?", ("The mill closed in May.",)),
]


def test_a_word_that_the_passage_lacks_shows(reader: CrossEncoder) -> None:
    # On the whole: a single reading may be mistaken.
    told, not_told = (
        [reader.score(pair[place], [Text("", pair[2])])[0] for pair in LACKING] for place in (0, 1)
    )
    assert sum(s.weakest for s in told) > sum(s.weakest for s in not_told)
    assert sum(s.covered for s in told) > sum(s.covered for s in not_told)


def test_what_does_not_fit_is_not_read(reader: CrossEncoder) -> None:
    (score,) = reader.score("Who?", [Text("", ("mot " * 300, "Anne Roy."))])
    assert score.sentences[1] == UNREAD and score.words[1] is None
    assert len(score.sentences) == len(score.words) == 2
    (score,) = reader.score("Who?", [Text("", ())])
    assert score.sentences == () and score.passage == UNREAD


def test_the_heads_read_as_they_were_trained() -> None:
    torch = pytest.importorskip("torch")
    from training.reader import Reader
    from training.reader_batches import make_batch
    from training.reader_folder import load_reader
    from training.reading import Encoded

    trained: Reader = load_reader(MODEL)[0]
    encoder = Encoder(MODEL, threads=1)
    question, sentences, _ = READ[0]
    layout: Layout = lay_out(encoder, question, Text("Un titre", sentences))
    spans = tuple((span.start, span.stop) for span in layout.sentences)
    ids = np.array(layout.row.ids, dtype=np.int32)
    batch = make_batch([Encoded(ids, layout.question.stop + 1, spans, 0, (spans[0]))])
    states = np.random.default_rng(3).standard_normal((len(ids), 384)).astype(np.float32)
    padded = torch.zeros(1, batch.ids.shape[1], 384)
    padded[0, : len(ids)] = torch.from_numpy(states)
    with torch.inference_mode():
        expected = trained.score(padded, batch)
    heads = {name: value.float().numpy() for name, value in trained.state_dict().items()}
    heads["platt"] = np.array([1.0, 0.0, 1.0], dtype=np.float32)
    found = judge(states, layout, len(sentences), heads)
    assert found.passage == pytest.approx(float(expected.passage[0]), abs=1e-3)
    shares = torch.log_softmax(expected.sentences[0, : len(sentences)], 0).tolist()
    assert found.sentences == pytest.approx(shares, abs=1e-3)


def test_the_folder_is_a_plain_cross_encoder() -> None:
    from sentence_transformers import CrossEncoder as Plain

    plain = Plain(str(MODEL), device="cpu", local_files_only=True)
    right, wrong = plain.predict(
        [
            ("Qui a démissionné ?", " ".join(READ[0][1])),
            ("Qui a démissionné ?", " ".join(ELSEWHERE)),
        ]
    )
    assert 0 <= wrong < right <= 1
