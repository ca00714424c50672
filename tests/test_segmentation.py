"""Sentence and chunk spans tile any text, in order, and are what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chunking import MAX_SENTENCES, chunk_sentences
from index.segmentation import MAX_SENTENCE, segment

NASTY = [
    "Été : « Le fabricant a perdu son auditeur », a dit M. Noël. L’entreprise va mal !",
    "Prix : 5 € ou 10 %. Fini.",
    "Emoji 👨‍👩‍👧 first. Then 🇫🇷 flags! Done?",
    "שלום עולם. مرحبا بالعالم! Mixed اتجاه text.",
    "One line\r\nand another.\r\n\r\nA new paragraph.\rOld Mac.",
    "word " * 5_000,
    "x" * 12_000,
    "no full stop at all",
    "Title\n\nText one. Text two.\n\nHeading\n\nMore text.",
    "...!!!???",
    "\n\n \u00a0\u202f\t\n",
    "A\u2028B.\u2029C",
    "« " + "Une phrase assez longue pour compter. " * 30 + "»",
]
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=400),
    st.lists(
        st.sampled_from([*"aÉ.!?«» \n\r\t", "M. ", "J. ", "Musk ", "\r\n", "\u202f", "😀"])
    ).map("".join),
    st.lists(st.sampled_from(NASTY), max_size=4).map("\n".join),
)


@given(text=texts, language=st.sampled_from(["fr", "en", "de", "ja", "xx"]))
def test_sentences_tile_the_text(text: str, language: str) -> None:
    position = 0
    for sentence in segment(text, language):
        assert sentence.start < sentence.end
        assert not text[position : sentence.start].strip()
        quote = text[sentence.start : sentence.end]
        assert quote == quote.strip() and len(quote) <= max(MAX_SENTENCE, 120)
        position = sentence.end
    assert not text[position:].strip()


@given(text=texts)
def test_chunks_tile_the_sentences(text: str) -> None:
    sentences = segment(text, "fr")
    chunks = chunk_sentences(sentences)
    assert [i for first, last in chunks for i in range(first, last)] == list(range(len(sentences)))
    for first, last in chunks:
        inside = sentences[first:last]
        assert sum(s.kind == "text" for s in inside) <= MAX_SENTENCES
        kinds = [s.kind == "text" for s in inside]
        assert kinds == sorted(kinds), "a heading stands before the text of its chunk"


def quotes(text: str, language: str = "fr") -> list[str]:
    return [text[s.start : s.end] for s in segment(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Aux côtés de M. Musk. Puis rien.", "fr", ["Aux côtés de M. Musk.", "Puis rien."]),
        ("Selon J. Dupont, oui. Non.", "fr", ["Selon J. Dupont, oui.", "Non."]),
        ("Le P.-D.G. a parlé. Bien.", "fr", ["Le P.-D.G. a parlé.", "Bien."]),
        ("La vitamine C. Elle aide.", "fr", ["La vitamine C.", "Elle aide."]),
        ("Il a fini. xAI et Dell signent.", "fr", ["Il a fini.", "xAI et Dell signent."]),
        ("The U.S. Senate met. It left.", "en", ["The U.S. Senate met.", "It left."]),
        ("By J. P. Morgan. Next.", "en", ["By J. P. Morgan.", "Next."]),
    ],
)
def test_names_and_abbreviations_do_not_end_a_sentence(
    text: str, language: str, expected: list[str]
) -> None:
    assert quotes(text, language) == expected


def test_title_and_headings_are_told_from_text() -> None:
    text = "Un titre\n\nUn texte. Deux.\nUn intertitre\nLa suite du texte."
    kinds = [s.kind for s in segment(text, "fr")]
    assert kinds == ["title", "text", "text", "heading", "text"]


def test_a_list_of_short_lines_is_text() -> None:
    assert {s.kind for s in segment("pain\nlait\nbeurre\nœufs", "fr")} == {"text"}


def test_wrapped_lines_are_one_paragraph() -> None:
    line = "Une ligne que l’éditeur a coupée à peu près au même endroit que"
    text = f"{line}\n{line}\nla dernière. Puis une autre phrase."
    assert quotes(text) == [f"{line}\n{line}\nla dernière.", "Puis une autre phrase."]
