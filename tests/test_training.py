import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from evaluation.bm25 import Bm25
from evaluation.measures import auroc, ranking
from index.embedding import BUNDLED, MODELS
from index.encoder import GRAPHS, LARGEST, Encoder, quantise
from training import precision
from training.alignment import translated_vectors
from training.batches import CLS, SEP, Rows, epoch, joined
from training.calibration import platt
from training.corpus import Question, read_questions, split_of
from training.export import drop_tokens
from training.reading import NONE, Encoded, Reading, encode
from training.sampling import reversed_roles, swapped
from training.sentences import sentence_at, sentence_spans
from training.vocabulary import SPECIAL, Sizes, pieces_of, student_vectors, student_vocabulary

TOKENS = [
    *SPECIAL,
    "[unused0]",
    "學",
    "tax",
    "the",
    "##es",
    "s",
    "##s",
    "##e",
    "t",
    "a",
    "##a",
    "x",
]


def small_tokenizer() -> Tokenizer:
    vocabulary = {token: place for place, token in enumerate(TOKENS)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def test_pieces_are_the_longest_that_match() -> None:
    known = {"tax": 0, "ta": 1, "##es": 2, "##e": 3, "##s": 4}
    assert pieces_of("taxes", known) == ["tax", "##es"]
    assert pieces_of("##ses", known) == ["##s", "##es"]
    assert pieces_of("zoo", known) == []


def test_student_drops_other_scripts_and_learns_frequent_words() -> None:
    tokenizer = small_tokenizer()
    tokens = student_vocabulary(tokenizer, ["Taxés"] * 10, ["the tax"] * 10, Sizes())
    assert tokens[: len(SPECIAL)] == list(SPECIAL)
    assert "taxes" in tokens and "the" in tokens
    assert "學" not in tokens and "[unused0]" not in tokens
    vectors = torch.randn(len(TOKENS), 4)
    start = student_vectors(tokenizer, vectors, tokens)
    pieces = vectors[[TOKENS.index("tax"), TOKENS.index("##es")]].mean(0)
    assert torch.allclose(start[tokens.index("taxes")], pieces)


def test_new_word_starts_as_its_translation() -> None:
    vectors = torch.eye(4)
    french, english = [[3], [3], [3], [2]], [[0], [0], [0], [1]]
    moved, count = translated_vectors(french, english, vectors, new=[3], words=[0, 1])
    assert count == 1
    assert torch.equal(moved[3], vectors[0])


def test_an_epoch_holds_every_row_once_within_the_budget() -> None:
    random = np.random.default_rng(0)
    rows = Rows.of([[CLS, *range(n % 9), SEP] for n in range(50)])
    batches = list(epoch(rows, np.arange(50), size=8, budget=40, random=random))
    assert sorted(int(row) for batch in batches for row in batch) == list(range(50))
    assert all(len(b) * rows.lengths[b].max() <= 40 for b in batches)


def test_joined_rows_have_one_frame() -> None:
    rows = Rows.of([[CLS, 7, SEP], [CLS, 8, 9, SEP]])
    assert joined(rows, [0, 1]).tolist() == [CLS, 7, 8, 9, SEP]


def test_sentences_cover_the_text_and_hold_the_answer() -> None:
    text = "Le ministre a parlé. « Il pleut ! » M. Dupont est parti en 1990. Fin de l'histoire ?"
    spans = sentence_spans(text)
    assert "".join(text[a:b] for a, b in spans).replace(" ", "") == text.replace(" ", "")
    assert any("M. Dupont est parti" in text[a:b] for a, b in spans)
    place = sentence_at(spans, text.index("1990"))
    assert "1990" in text[slice(*spans[place])]


def test_a_cut_answer_is_no_answer() -> None:
    reading = Reading("the tax", ("tax " * 20, "the"), 1, "EN-EN")
    whole = encode(reading, small_tokenizer())
    assert (whole.answer, len(whole.spans)) == (1, 2)
    cut: Encoded = encode(reading, small_tokenizer(), max_tokens=16)
    assert (cut.answer, len(cut.spans), len(cut.ids)) == (NONE, 1, 16)


def test_split_is_by_title_and_stable(tmp_path: Path) -> None:
    sides = [split_of(f"article {number}") for number in range(400)]
    assert 60 < sides.count("dev") < 140
    file = tmp_path / "set.json"
    asked = {"question": " q ", "id": "1", "answers": [{"text": "b", "answer_start": 2}]}
    paragraphs = [{"context": "a b", "qas": [asked]}]
    content = {"data": [{"title": "t", "paragraphs": paragraphs}]}
    file.write_text(json.dumps(content), encoding="utf-8")
    (question,) = read_questions(file)
    assert question.start is not None
    assert question.paragraph[question.start : question.end] == "b"


def test_quantised_columns_come_back() -> None:
    values = np.random.default_rng(0).standard_normal((7, 5)).astype(np.float32)
    whole, scales = quantise(values)
    assert whole.dtype == np.int8 and np.abs(whole).max() <= LARGEST
    assert (np.abs(whole * scales - values) <= scales / 2 + 1e-6).all()


@pytest.mark.parametrize("layers", GRAPHS)
def test_the_graph_in_the_package_is_the_one_that_is_built(layers: int) -> None:
    onnx = pytest.importorskip("onnx")
    from training.onnx_graph import build

    built, held = build(layers), onnx.load(GRAPHS[layers], load_external_data=False)
    assert [node.op_type for node in held.graph.node] == [node.op_type for node in built.graph.node]
    assert {c.name for c in held.graph.initializer} == {c.name for c in built.graph.initializer}
    assert GRAPHS[layers].stat().st_size < 100_000  # it holds no weights


def test_the_encoder_agrees_with_torch() -> None:
    from sentence_transformers import SentenceTransformer

    folder = MODELS / BUNDLED
    texts = ["Le train part à 22 h 10.", "Why did the mayor resign?", "Un mot. " * 90]
    expected = SentenceTransformer(str(folder), device="cpu", local_files_only=True).encode(
        texts, normalize_embeddings=True
    )
    found = Encoder(folder, threads=1).embed(texts)
    assert ((found * expected).sum(1) > 0.98).all()


def test_a_swapped_name_is_one_that_the_passage_lacks() -> None:
    random = np.random.default_rng(0)
    asked, passage = "Why did Anne Roy leave Lumen in 1990?", "Anne Roy left Lumen in 1990."
    found = {
        swapped(asked, passage, ["Arden", "1850", "Lumen", "Anne Roy"], random) for _ in "x" * 60
    }
    changed = found - {None}
    assert changed and asked not in changed
    assert all("Arden" in str(text) or "1850" in str(text) for text in changed)
    assert all("Arden" not in str(text) or "1990" in str(text) for text in changed)
    assert swapped("Why did she leave?", passage, ["Arden"], random) is None


def test_names_of_a_question_change_places_or_give_way_to_another_of_the_paragraph() -> None:
    random = np.random.default_rng(0)
    text = "In March, Anne Roy left Lumen. The firm Arden hired her in 1990."
    question = Question("1", "Why did Anne Roy leave Lumen?", text, "t", 58, 62)
    found = {reversed_roles(question.text, question, random) for _ in "x" * 60} - {None}
    assert "Why did Lumen leave Anne Roy?" in found
    assert "Why did Arden leave Lumen?" in found
    assert not any("1990" in str(one) or one == question.text for one in found)
    assert reversed_roles("Why did she leave?", question, random) is None


def test_the_answers_words_are_found_in_tokens() -> None:
    reading = Reading("the tax", ("the tax", "a tax"), 1, "EN-EN", words=(2, 5))
    entry = encode(reading, small_tokenizer())
    first, last = entry.words
    assert (first, last) == (entry.spans[1][0] + 1, entry.spans[1][1] - 1)
    silent = encode(Reading("the tax", ("the tax",), NONE, "EN-EN"), small_tokenizer())
    assert silent.words == (NONE, NONE)


def test_dropped_tokens_fall_back_on_their_pieces() -> None:
    from transformers import BertConfig, BertModel

    tokenizer = small_tokenizer()
    config = BertConfig(
        vocab_size=len(TOKENS), hidden_size=8, num_hidden_layers=1, num_attention_heads=1
    )
    model = BertModel(config)
    kept = [place for place, token in enumerate(TOKENS) if token != "tax"]
    before = model.embeddings.word_embeddings.weight.detach().clone()
    smaller = drop_tokens(model, tokenizer, {"tax"})
    assert smaller.encode("tax", add_special_tokens=False).tokens == ["t", "##a", "##x"] or (
        smaller.encode("tax", add_special_tokens=False).tokens == ["[UNK]"]
    )
    assert torch.equal(model.embeddings.word_embeddings.weight, before[kept])


@pytest.mark.parametrize(
    ("half", "full", "chosen"), [(1.0, 2.0, torch.bfloat16), (2.0, 1.0, torch.float32)]
)
def test_models_compute_in_what_is_faster_here(
    monkeypatch: pytest.MonkeyPatch, half: float, full: float, chosen: torch.dtype
) -> None:
    times = {torch.bfloat16: half, torch.float32: full}
    monkeypatch.setattr(precision, "_seconds", times.__getitem__)
    precision.half_is_faster.cache_clear()
    with precision.fast():
        found = torch.nn.functional.linear(torch.ones(1, 2), torch.ones(3, 2))
    precision.half_is_faster.cache_clear()
    assert found.dtype == chosen


def test_both_times_are_measured() -> None:
    assert min(precision._seconds(torch.bfloat16), precision._seconds(torch.float32)) > 0


def test_platt_finds_the_slope() -> None:
    logits = torch.linspace(-3, 3, 2000)
    labels = (
        torch.rand(2000, generator=torch.manual_seed(0)) < torch.sigmoid(2 * logits - 1)
    ).float()
    slope, shift = platt(logits, labels)
    assert slope == pytest.approx(2, abs=0.3)
    assert shift == pytest.approx(-1, abs=0.3)


def test_measures() -> None:
    scores = np.array([[3, 2, 1], [1, 1, 1]], dtype=np.float32)
    found = ranking(scores, np.array([0, 0]))
    assert (found.recall_1, found.recall_5) == (0.5, 1.0)
    assert found.mrr == pytest.approx((1 + 1 / 3) / 2)
    assert auroc(np.float32([2, 1]), np.float32([0, 1])) == pytest.approx(0.875)


def test_bm25_prefers_the_rare_word() -> None:
    index = Bm25(["le chat dort", "le chien dort", "le chien aboie"])
    assert int(index.scores("Où est le CHAT ?").argmax()) == 0
