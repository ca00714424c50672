"""Fusion, words, cues and the reader: the parts of retrieval, each by itself."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import make_article
from index.types import Sentence
from prompts import voice
from retrieval.antecedents import points_back
from retrieval.citations import highlight
from retrieval.cross_encoder import Words
from retrieval.cues import asked_for, asks_for_several, shows
from retrieval.features import sigmoid
from retrieval.fusion import fuse, min_max
from retrieval.reader import Evidence
from retrieval.selection import choose
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
        ("où est l’usine ?", "place", "The plant is in Metz.", "The plant is old."),
        ("combien ça coûte ?", "money", "It costs 12 euros.", "It is 12 years old."),
        ("à quelle heure part-il ?", "time", "It leaves at 22:10.", "It leaves soon."),
        (
            "qui dirige la société ?",
            "person",
            "La société est dirigée par Anne Roy.",
            "Elle va bien.",
        ),
    ],
)
def test_cues_hold_in_both_languages(question: str, kind: str, answer: str, other: str) -> None:
    assert kind in asked_for(question)
    assert shows(kind, answer, fold(answer))
    assert not shows(kind, other, fold(other))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Combien de patients sont morts à cause de la panne ?", "reason"),
        ("Qui a raison ?", "reason"),
        ("Qu’est-ce qui a changé ?", "person"),
        ("cher ou pas cher ?", "place"),
    ],
)
def test_a_cue_is_no_word_that_only_looks_like_it(question: str, kind: str) -> None:
    assert kind not in asked_for(question)


@pytest.mark.parametrize(
    "question",
    [
        "What explains the closure?",
        "How come the bridge is shut?",
        "What made Acme leave?",
        "What's behind the closure?",
        "What is driving up prices?",
        "On what grounds was it banned?",
        "What has led to the strike?",
        "Qu’est-ce qui a poussé xAI à quitter Supermicro ?",
        "Qu'est-ce qui explique la hausse ?",
        "Qu’est-ce qui a fait chuter le titre ?",
        "À quoi tient ce succès ?",
        "À quoi est due la panne ?",
        "Comment se fait-il que le pont soit fermé ?",
        "Quels motifs le maire a-t-il donnés ?",
        "Quelles raisons ont poussé xAI à partir ?",
        "Comment le maire justifie-t-il la hausse ?",
    ],
)
def test_reasons_are_asked_for_in_many_ways(question: str) -> None:
    assert "reason" in asked_for(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is made in Metz?",
        "What stops does the train make?",
        "What causes did he support?",
        "What did he make?",
        "Qu’est-ce qui a changé ?",
        "À quoi sert le pont ?",
        "Comment s’appelle le maire ?",
        "D’où vient l’argent ?",
    ],
)
def test_no_reason_is_asked_for(question: str) -> None:
    assert "reason" not in asked_for(question)


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("What measures were taken?", True),
        ("What sentences could the two men get?", True),
        ("What kinds of goods were seized?", True),
        ("Give me a list of suppliers", True),
        ("Could you please give me the names of the partners?", True),
        ("I want a list of the stops", True),
        ("Donne la liste des fournisseurs", True),
        ("Peux-tu me lister les mesures ?", True),
        ("Pouvez-vous me donner une liste complète des mesures ?", True),
        ("Cite-moi trois raisons", True),
        ("Liste des communes touchées", True),
        ("What did workers do?", False),
        ("What does Dell do?", False),
        ("What business did he own?", False),
        ("What was it that workers did?", False),
        ("Why was the list of candidates rejected?", False),
        ("What is the name of the mayor?", False),
        ("Donne le nom du maire", False),
        ("La liste du maire a-t-elle gagné ?", False),
        ("Pourquoi la liste a-t-elle été refusée ?", False),
    ],
)
def test_lists_are_asked_for_in_many_ways(question: str, several: bool) -> None:
    assert asks_for_several(question) is several


TEXT = "Alpha leaves Beta. Gamma is blue. Losses pushed Alpha out. Delta sings. Alpha leaves Beta."
ARTICLE = make_article(TEXT, source="x", language="en")


def evidence(
    quote: str, probability: float, context: float = 0.5, reason: bool = False, text: str = TEXT
) -> Evidence:
    article = make_article(text, source=text, language="en")
    start = text.index(quote)
    return Evidence(article, Sentence(start, start + len(quote)), probability, context, reason)


def quoted(question: str, *found: Evidence) -> list[str]:
    return [one.text for claim in choose(question, found) for one in claim.evidence]


def test_likely_sentences_are_quoted_in_the_articles_order() -> None:
    likely = [evidence("Delta sings.", 0.9), evidence("Gamma is blue.", 0.8)]
    chosen = quoted("What?", *likely, evidence("Alpha leaves Beta.", 0.1))
    assert chosen == ["Gamma is blue.", "Delta sings."]


def test_a_reason_goes_before_an_event_that_is_not_sure() -> None:
    event = evidence("Alpha leaves Beta.", 0.4)
    reason = evidence("Losses pushed Alpha out.", 0.01, 0.5, True)
    others = [evidence("Gamma is blue.", 0.5), evidence("Delta sings.", 0.5)]
    assert quoted("What made it leave?", event, *others, reason) == [reason.text]
    sure = evidence("Alpha leaves Beta.", 0.6)
    assert reason.text not in quoted("What made it leave?", sure, *others, reason)
    told = evidence("Alpha leaves Beta.", 0.4, 0.5, True)
    assert reason.text not in quoted("What made it leave?", told, *others, reason)
    far = evidence("Losses pushed Alpha out.", 0.01, 0.2, True)
    assert far.text not in quoted("What made it leave?", event, *others, far)


def test_a_list_may_be_longer() -> None:
    text = "One sings. Two reads. Three swims. Four runs. Five jumps. Six walks. Seven waits."
    found = [evidence(f"{part.strip()}.", 0.9, text=text) for part in text.split(".")[:-1]]
    assert len(quoted("Who sings?", *found)) == 3
    assert len(quoted("Which people sing?", *found)) == 5
    assert len(quoted("Quelles sont les personnes ?", *found)) == 5


def test_the_same_thing_is_quoted_once_in_an_article() -> None:
    first = evidence("Alpha leaves Beta.", 0.9)
    last = Evidence(first.article, Sentence(TEXT.rindex("Alpha"), len(TEXT)), 0.8)
    assert [claim.evidence for claim in choose("Who leaves?", [first, last])] == [(first,)]


def test_two_articles_that_say_the_same_are_cited_for_one_claim() -> None:
    first = evidence("Alpha leaves Beta.", 0.9)
    other = evidence("Alpha leaves Beta!", 0.8, text="Alpha leaves Beta! It rains.")
    (claim,) = choose("Who leaves?", [first, other])
    assert claim.evidence == (first, other)


def test_what_differs_in_a_figure_or_a_negation_is_not_the_same() -> None:
    for one, other in [
        ("Orders at Alpha fell by 38 per cent.", "Orders at Alpha fell by 17 per cent."),
        ("Alpha will close its Metz plant.", "Alpha will not close its Metz plant."),
        ("Alpha ferme son usine de Metz.", "Alpha ne ferme pas son usine de Metz."),
    ]:
        found = [evidence(one, 0.9, text=one), evidence(other, 0.8, text=other)]
        assert quoted("What about Alpha?", *found) == [one, other]


def test_a_pronoun_goes_with_what_it_stands_for() -> None:
    text = "Alpha makes bikes. It leaves Beta. Gamma is blue."
    found = [
        evidence("It leaves Beta.", 0.9, text=text),
        evidence("Alpha makes bikes.", 0.1, text=text),
        evidence("Gamma is blue.", 0.1, text=text),
    ]
    assert quoted("Who leaves Beta?", *found) == ["It leaves Beta.", "Alpha makes bikes."]
    both = [found[0], replace(found[1], probability=0.9)]
    assert quoted("Who leaves Beta?", *both) == ["Alpha makes bikes.", "It leaves Beta."]


def test_what_a_pronoun_stands_for_may_be_across_a_heading() -> None:
    text = "Title\n\nAlpha makes bikes.\n\nA heading\n\nIt leaves Beta.\n\nGamma is blue."
    found = [evidence("It leaves Beta.", 0.9, text=text)]
    assert quoted("Who leaves Beta?", *found) == ["It leaves Beta.", "Alpha makes bikes."]
    first = "Title\n\nIt leaves Beta. Gamma is blue."
    assert quoted("Who leaves Beta?", evidence("It leaves Beta.", 0.9, text=first)) == [
        "It leaves Beta."
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Elle a perdu son auditeur.", True),
        ("L’entreprise a perdu son auditeur.", True),
        ("Ce dernier a démissionné.", True),
        ("The company lost its auditor.", True),
        ("« Il pleut », dit-elle.", True),
        ("Elles-mêmes hésitent.", True),
        ("Dell a gagné la commande.", False),
        ("The Companies Act was passed.", False),
        ("Iliad recrute.", False),
        ("Elea dort.", False),
        ("Mais elle a perdu son auditeur.", True),
        ("Il se trouve que Lumen recule.", False),
        ("Selon lui, Lumen recule.", True),
        ("Cette semaine, Lumen recrute.", False),
        ("Il faut deux heures pour aller à Metz.", False),
        ("This year, Lumen lost money.", False),
        ("However, it denied the report.", True),
        ("The airline denied the report.", True),
        ("The airline’s pilots went on strike.", True),
        ("Meanwhile, the retailer cut prices.", True),
        ("After that, sales fell.", True),
        ("Pourtant, elle a nié.", True),
        ("En revanche, la compagnie a nié.", True),
        ("La compagnie a nié.", True),
        ("D’après lui, Lumen recule.", True),
        ("Malgré cela, Lumen recule.", True),
        ("C’est le cas de trois usines.", True),
        ("C’est ce que dit Anne Roy.", True),
        ("C’était une erreur.", True),
        ("However, Lumen denied the report.", False),
        ("However, it is true that Lumen lost money.", False),
        ("The airline Volantis denied the report.", False),
        ("The council of Metz approved the plan.", False),
        ("The company that runs the port lost money.", False),
        ("The airline industry lost money.", False),
        ("An airline denied the report.", False),
        ("Pourtant, Lumen a nié.", False),
        ("Pourtant, il faut deux heures.", False),
        ("La compagnie Volantis a nié.", False),
        ("La compagnie aérienne Volantis a nié.", False),
        ("La compagnie quitte Lyon.", True),
        ("The airline told Lumen so.", True),
        ("The bank, Northgate Mutual, denied the report.", False),
        ("La banque de Metz a nié.", False),
        ("La société qui exploite le port a nié.", False),
        ("C’est Anne Roy qui a nié.", False),
        ("C’est à Metz que Lumen recrute.", False),
        ("D’après Anne Roy, Lumen recule.", False),
    ],
)
def test_openings_that_point_back(sentence: str, expected: bool) -> None:
    assert points_back(sentence) is expected


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


def test_sure_words_are_highlighted_whole() -> None:
    quote = "Le billet coûte 29 euros."
    at = quote.index("uro")
    assert highlight(quote, Words(16, at + 3, 0.9), 100) == (116, 124)
    assert highlight(quote, Words(16, at + 3, 0.1), 100) is None
    assert highlight(quote, Words(0, len(quote), 0.9), 100) is None
    assert highlight(quote, Words(len(quote) - 1, len(quote), 0.9), 100) is None
    assert highlight(quote, None, 100) is None
