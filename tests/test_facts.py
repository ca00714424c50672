"""Numbers, dates, hours and names of a claim, looked up across the two languages."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from retrieval.facts import check_facts
from retrieval.followups import complete, standalone
from retrieval.number_words import word_numbers
from retrieval.proper_names import names
from retrieval.quantities import plain, quantities

NAMES = {
    "en": "January,February,March,April,May,June,July,August,September,October,November,December",
    "fr": "janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre",
}
MONTHS = {language: written.split(",") for language, written in NAMES.items()}


def stands(claim: str, *cited: str) -> bool:
    return not check_facts(claim, cited).missing


def missing(claim: str, *cited: str) -> tuple[str, ...]:
    return check_facts(claim, cited).missing


# --- numbers ---------------------------------------------------------------------------------


def english(number: int) -> list[str]:
    return [f"{number:,}", str(number)]


def french(number: int) -> list[str]:
    grouped = f"{number:,}"
    return [grouped.replace(",", space) for space in ("\u202f", "\u00a0", " ")] + [str(number)]


whole = st.integers(0, 99_999_999)


@given(whole, st.data())
def test_a_whole_number_stands_however_it_is_grouped(number: int, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(english(number)))
    other = data.draw(st.sampled_from(french(number)))
    assert stands(f"They sold {one} copies.", f"Ils en ont vendu {other} en tout.")
    assert stands(f"Ils en ont vendu {other} en tout.", f"They sold {one} copies.")


@given(whole, whole)
def test_another_whole_number_does_not_stand(one: int, other: int) -> None:
    assume(one != other)
    # "1,500" may be one and a half: then, and only then, both readings are one number.
    for written in french(other):
        found = missing(f"They sold {one} copies.", f"Ils en ont vendu {written} exemplaires.")
        assert found == (str(one),)


@settings(deadline=None)  # some thirty claims each time
@given(st.integers(1, 999), st.integers(1, 9), st.sampled_from([6, 9]))
def test_millions_and_billions_in_both_languages(whole: int, tenth: int, power: int) -> None:
    names_of = {6: ("million", "millions", "M"), 9: ("billion", "milliards", "Md")}[power]
    en = [f"${whole}.{tenth} {names_of[0]}", f"{whole}.{tenth} {names_of[0]} dollars"]
    fr = [f"{whole},{tenth} {name} de dollars" for name in names_of[1:]]
    digits = f"{(whole * 10 + tenth) * 10 ** (power - 1):,}"
    for claim in en:
        for cited in [*fr, f"{digits} dollars"]:
            assert stands(f"It costs {claim}.", f"Cela coûte {cited}.")
            assert stands(f"Cela coûte {cited}.", f"It costs {claim}.")
        wrong = f"{whole},{tenth % 9 + 1} {names_of[1]} de dollars"
        assert not stands(f"It costs {claim}.", f"Cela coûte {wrong}.")
        assert not stands(f"It costs {claim}.", f"Cela coûte {fr[0].replace('dollars', 'francs')}.")


WORDS = {
    "en": """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen twenty""",
    "fr": """zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze
        quinze seize dix-sept dix-huit dix-neuf vingt""",
}
ENGLISH, FRENCH = WORDS["en"].split(), WORDS["fr"].split()


@pytest.mark.parametrize("number", range(2, 21))
def test_number_words_up_to_twenty(number: int) -> None:
    en, fr, digits = ENGLISH[number], FRENCH[number], str(number)
    for claim in (en, fr, digits):
        for cited in (en, fr, digits):
            assert stands(f"There are {claim} of them.", f"Il y en a {cited} ici.")
        other = 3 if number != 3 else 4
        for cited in (ENGLISH[other], FRENCH[other], str(other)):
            if claim != "neuf":  # also "new": it is not asked for
                assert not stands(f"There are {claim} of them.", f"Il y en a {cited} ici.")


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("twenty-one", 21), ("vingt et un", 21), ("soixante et onze", 71), ("ninety-nine", 99),
        ("quatre-vingts", 80), ("quatre-vingt-dix-sept", 97), ("soixante-dix-huit", 78),
        ("two hundred and fifty thousand", 250_000), ("deux cent cinquante mille", 250_000),
        ("a billion", 10**9), ("un milliard", 10**9), ("mille", 1_000), ("a dozen", 12),
        ("trois millions deux cent mille", 3_200_000), ("one hundred and five", 105),
        ("two dozen", 24), ("mille neuf cent quatre-vingt-quatre", 1984),
        ("une quinzaine", 15), ("une vingtaine", 20), ("une trentaine", 30),
        ("une quarantaine", 40), ("une cinquantaine", 50), ("une soixantaine", 60),
        ("une centaine", 100), ("deux dizaines", 20), ("half a million", 500_000),
        ("half a dozen", 6), ("half a billion", 500_000_000), ("demi-million", 500_000),
        ("un million et demi", 1_500_000), ("deux milliards et demi", 2_500_000_000),
        ("a million and a half", 1_500_000), ("two and a half million", 2_500_000),
        ("mille et un", 1001), ("un million mille", 1_001_000), ("mille milliards", 10**12),
        ("deux mille cinq cents milliards", 2_500 * 10**9),
    ],
)  # fmt: skip
def test_longer_numbers_in_words(words: str, value: int) -> None:
    (found,) = word_numbers(words)
    assert found.value == Decimal(value) and (found.start, found.end) == (0, len(words))


def test_numbers_side_by_side_stay_apart() -> None:
    assert [n.value for n in word_numbers("between five and ten, or six, seven")] == [5, 10, 6, 7]
    assert {q.text for q in quantities("In 2024 500 people came.")} == {"2024", "500"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("between two thousand and five thousand", [2_000, 5_000]),
        ("entre deux mille et cinq mille", [2_000, 5_000]),
        ("two hundred and three hundred", [200, 300]),
        ("deux cents et trois mille", [200, 3_000]),
        ("between two hundred and five thousand", [200, 5_000]),
        ("two thousand and five billion", [2_000, 5 * 10**9]),
        ("two million, three million", [2 * 10**6, 3 * 10**6]),
        ("la quarantaine", []),
    ],
)
def test_where_a_number_in_words_ends(text: str, values: list[int]) -> None:
    assert [number.value for number in word_numbers(text)] == values


def test_a_quarantine_is_not_asked_for() -> None:
    assert stands("Il est en quarantaine.", "He is isolated.")
    assert stands("On impose une quarantaine.", "They are isolated.")


def test_letters_after_figures_are_scales() -> None:
    for claim in ("$5B", "$5 B", "US$5B", "$5bn", "5 Bn $", "5B$", "5 Md $"):
        assert missing(f"It cost {claim}.", "Cela coûte 5 milliards de dollars.") == (), claim
        assert missing(f"It cost {claim}.", "Cela coûte 5 dollars."), claim
    for claim in ("5 Md€", "5Md€", "5 Mds€", "€5bn", "€5B", "5 Md d’euros"):
        assert missing(f"Coût : {claim}.", "It cost 5 billion euros.") == (), claim
    for claim in ("5M€", "5 M€", "€5M", "5 M d’euros"):
        assert missing(f"Coût : {claim}.", "It cost 5 million euros.") == (), claim
        assert missing(f"Coût : {claim}.", "It cost 5 euros."), claim
    assert stands("It is 5 m wide.", "Large de 5 mètres.")
    assert stands("It sells $5 t-shirts.", "Des maillots à 5 dollars.")
    assert stands("It sold 2 and a half million.", "Il en a vendu 2,5 millions.")


def test_percent_and_currencies() -> None:
    assert stands("between 10% and 20%", "entre 10 et 20 %")
    assert stands("10 per cent", "10 pour cent") and stands("10 percent", "10 %")
    assert set(missing("10%", "10 trains")) == {"10", "%"}
    assert set(missing("5 euros", "5 dollars")) == {"5", "euros"}
    assert stands("£5", "5 pounds") and stands("$5bn", "5 Mds de dollars")


# --- dates and hours -------------------------------------------------------------------------

days = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def written(day: date) -> list[str]:
    en, fr = MONTHS["en"][day.month - 1], MONTHS["fr"][day.month - 1]
    first = "1er" if day.day == 1 else str(day.day)
    return [
        f"{first} {fr} {day.year}",
        f"{en} {day.day}, {day.year}",
        f"{day.day} {en} {day.year}",
        f"the {day.day}th of {en} {day.year}",
        day.isoformat(),
    ]


@given(days, st.data())
def test_a_date_stands_in_every_writing(day: date, data: st.DataObject) -> None:
    one, other = (data.draw(st.sampled_from(written(day))) for _ in range(2))
    assert stands(f"It opened on {one}.", f"Ouverture : {other}.")
    month = f"{MONTHS['en'][day.month - 1]} {day.year}"
    assert stands(f"It opened in {month}.", f"Ouverture le {other}.")
    assert stands(f"It opened in {day.year}.", f"Ouverture le {other}.")


@given(days, st.integers(1, 3_000), st.data())
def test_another_date_does_not_stand(day: date, later: int, data: st.DataObject) -> None:
    moved = day + timedelta(later)
    one = data.draw(st.sampled_from(written(day)))
    other = data.draw(st.sampled_from(written(moved)))
    assert not stands(f"It opened on {one}.", f"Ouverture le {other}.")


def test_months_and_days_of_the_week() -> None:
    assert stands("on Sundays", "le dimanche") and not stands("on Monday", "le dimanche")
    assert stands("in May", "au mois de mai") and not stands("in May", "en juin")
    assert stands("They may march on.", "Rien.")  # no months


def test_seven_is_no_month() -> None:
    for claim in ("Rebâti en sept ans.", "Fermé depuis sept ans.", "Fermé depuis sept jours"):
        assert missing(claim, "It took 7.") == (), claim
        assert missing(claim, "It took 8, in September.") == ("sept",), claim
    for claim in ("Ouverture le 7 sept 2024", "en sept. prochain", "en sept 2024", "in Sept"):
        assert missing(claim, "Ouverture le 7 septembre 2024.") == (), claim
        assert missing(claim, "Ouverture le 7 août 2024."), claim


@given(st.integers(0, 23), st.integers(0, 59), st.data())
def test_an_hour_stands_in_every_writing(hour: int, minute: int, data: st.DataObject) -> None:
    half, twelve = ("am", "pm")[hour >= 12], hour % 12 or 12
    ways = [
        f"{hour} h {minute:02}",
        f"{hour}h{minute:02}",
        f"{hour:02}:{minute:02}",
        f"{twelve}:{minute:02} {half}",
        f"{twelve}.{minute:02} {half[0]}.m.",
    ]
    one, other = (data.draw(st.sampled_from(ways)) for _ in range(2))
    assert stands(f"It leaves at {one}", f"Départ à {other}")
    for wrong in (f"{hour} h {(minute + 1) % 60:02}", f"{(hour + 12) % 24:02}:{minute:02}"):
        assert not stands(f"It leaves at {one}", f"Départ à {wrong}")


def test_whole_hours() -> None:
    assert stands("at 10 pm", "à 22 h") and stands("at noon", "à midi")
    assert stands("à 19 heures", "at 7 in the evening") and not stands("at 10 am", "à 22 h")


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("The company Ernst & Young left.", "Ernst & Young a renoncé."),
        ("It produces in Mexico and Taiwan.", "Il produit au Mexique et à Taïwan."),
        ("It comes from the United States.", "Il vient des États-Unis."),
        ("An American buyer.", "Un acheteur américain."),
        ("Un acheteur américain de l’Union européenne.", "An American buyer from the EU."),
        ("Les serveurs d’IA de xAI.", "xAI's AI servers."),
        ("L’OTAN et l’ONU se réunissent à Londres.", "NATO and the UN met in London."),
        ("President Donald Trump spoke.", "Le président Donald Trump a parlé."),
        ("Le stock de l’entreprise d’Inventec.", "Inventec's stock."),
        ("So M. Park spoke.", "Hyoun Park l’a dit."),
        ("Selon Hyoun Park, Dell a gagné.", "Hyoun Park says that Dell won."),
        ("So the European Commission ruled.", "La Commission européenne a tranché."),
        ("The Dell HPE talks", "Dell et HPE négocient."),
        ("Supermicro's Nasdaq listing", "Les titres de Supermicro Inc. au Nasdaq."),
        ("So John Kennedy spoke.", "John F. Kennedy a parlé."),
        ("So Elon Musk spoke.", "Elon Reeve Musk a parlé."),
        ("The Festival drew a crowd.", "Le festival a attiré du monde."),
        ("It was bought by Orange.", "Orange l’a acheté."),
        ("Asked by Catalan voters.", "Les électeurs catalan et basque."),
    ],
)
def test_names_stand_in_translation(claim: str, cited: str) -> None:
    assert missing(claim, cited) == ()
    assert check_facts(claim, [cited]).standing or "serveurs" in claim or "américain" in claim


@pytest.mark.parametrize(
    ("claim", "cited", "lacks"),
    [
        ("The auditor Deloitte left.", "Ernst & Young a renoncé.", ("Deloitte",)),
        ("It produces in Canada.", "Il produit au Mexique.", ("Canada",)),
        ("Hyoun Park said so.", "Charlie Dai l’a dit.", ("Hyoun Park",)),
        ("The train stops in Port Navarre.", "It stops in Port Selden.", ("Port Navarre",)),
        ("xAI left.", "Elle est partie.", ("xAI",)),
        ("The chip is called H200.", "La puce H100.", ("H200",)),
        ("C’est vrai, selon M. Dupont.", "M. Park le dit.", ("Dupont",)),
        ("Selon MM. Park et Dupont", "M. Park le dit.", ("Dupont",)),
        ("C’est vrai, dit « Mme. Durand ».", "Mme Park le dit.", ("Durand",)),
        ("It was Mr. Smith who left.", "M. Park est parti.", ("Smith",)),
        ("It was Dr. Smith who left.", "M. Park est parti.", ("Smith",)),
        ("It was J. Smith who left.", "M. Park est parti.", ("Smith",)),
        ("It has one auditor: Deloitte.", "Ernst & Young a renoncé.", ("Deloitte",)),
        ("It named the new auditor: Deloitte won.", "Ernst & Young a renoncé.", ("Deloitte",)),
        ("So Charlie Park left.", "Charlie Dai et Hyoun Park.", ("Charlie Park",)),
        ("So Charlie Park left.", "Hyoun Park, Charlie Dai.", ("Charlie Park",)),
        ("So Charlie Park left.", "M. Park et Charlie Dai.", ("Charlie Park",)),
        ("Selon Orange, c’est vrai.", "La façade de Dell est orange.", ("Orange",)),
        ("It was bought by Orange.", "The front of Dell is orange.", ("Orange",)),
    ],
)
def test_names_that_do_not_stand(claim: str, cited: str, lacks: tuple[str, ...]) -> None:
    assert missing(claim, cited) == lacks


@pytest.mark.parametrize(
    "text",
    [
        "Cost: Tickets are dearer.",
        "He said: “Tickets are dearer.”",
        "It is plan B. Tickets cost more.",
        "It opens at 9 P.M. Tickets cost more.",
        "It is for you and I. Tickets cost more.",
        "It costs $5bn. Tickets cost more.",
        "He has two firms:\nTickets are dearer.",
    ],
)
def test_words_that_open_a_sentence_are_no_names(text: str) -> None:
    assert names(text) == []


def test_a_name_hangs_together_in_the_article() -> None:
    article = ["Charlie Dai l’a dit.", "Selon Hyoun Park, non.", "M. Park travaille chez Dell."]
    assert check_facts("So Charlie Park left.", article[:2], article).missing == ("Charlie Park",)
    assert check_facts("So Hyoun Park left.", article[2:], article).missing == ()
    assert check_facts("The Dell Park deal", article[2:], article).missing == ()


def test_a_text_without_capitals_tells_no_names() -> None:
    assert missing("It was bought by Orange.", "orange bought it.") == ()


def test_a_full_name_stands_where_the_article_gives_it_in_full() -> None:
    assert check_facts("So Elon Musk chose.", ["Musk a choisi."]).missing == ("Elon Musk",)
    context = ["Elon Musk dirige xAI."]
    assert check_facts("So Elon Musk chose.", ["Musk a choisi."], context).missing == ()
    assert check_facts("So Kimbal Musk chose.", ["Musk a choisi."], context).missing


def test_a_word_that_opens_a_sentence_is_a_name_if_it_is_one_elsewhere() -> None:
    assert names("Servers cost more.") == []
    claim, context = "Dell bankrupt.", ["Le client de Dell est content."]
    assert check_facts(claim, ["Tout va bien."]).missing == ()
    assert check_facts(claim, ["Tout va bien."], context).missing == ("Dell",)


# --- whatever stands in both -----------------------------------------------------------------

anything = st.text(
    st.one_of(
        st.sampled_from("abé A5,. 0’'-:%$€hMmk\n«»\u202f"), st.characters(exclude_categories=["Cs"])
    ),
    max_size=120,
)


@given(anything)
def test_every_text_holds_its_own_facts(text: str) -> None:
    assert missing(text, text) == ()


@given(anything, anything)
def test_further_sentences_take_nothing_away(text: str, more: str) -> None:
    assert missing(text, more, text) == ()


@given(anything)
def test_what_is_found_is_written_there(text: str) -> None:
    folded = plain(text)
    assert all(q.text in folded for q in quantities(text))


# --- follow-ups ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        ("How large is the stock of Wistron?", "And Inventec?",
         "And Inventec? (Wistron, large, stock)"),
        ("Quel est le stock de Wistron ?", "et Inventec ?", "et Inventec ? (Wistron, stock)"),
        ("xAI a-t-elle quitté Supermicro ?", "Pourquoi ?", "Pourquoi ? (xAI, Supermicro, quitté)"),
        ("Why did xAI leave?", "When did they leave?", "When did they leave? (xAI)"),
        ("Why did xAI leave?", "Who is Charlie Dai?", "Who is Charlie Dai?"),
        ("Who is Charlie Dai?", "Where does the night train stop on its way?",
         "Where does the night train stop on its way?"),
        ("Quel est le stock de Wistron ?", "Ou Inventec ?", "Ou Inventec ? (Wistron, stock)"),
        ("Pourquoi xAI ?", "En a-t-elle informé Dell ?", "En a-t-elle informé Dell ? (xAI)"),
        ("Pourquoi xAI ?", "Y travaille-t-on chez Dell ?", "Y travaille-t-on chez Dell ? (xAI)"),
        ("Pourquoi xAI ?", "Ce n’est pas Dell ?", "Ce n’est pas Dell ? (xAI)"),
        ("Pourquoi xAI ?", "C’est à cause de Dell ?", "C’est à cause de Dell ? (xAI)"),
        ("Why xAI?", "That was before Dell?", "That was before Dell? (xAI)"),
        ("Why xAI?", "Did Dell know?", "Did Dell know?"),
        ("What do analysts expect of HPE?", "Who will assemble the servers?",
         "Who will assemble the servers? (HPE)"),
        ("Quand le train repart-il ?", "Combien coûte un lit ?", "Combien coûte un lit ?"),
        ("Quand le train repart-il ?", "Combien coûte-t-il ?",
         "Combien coûte-t-il ? (train, repart)"),
        ("How many passengers did Eurostar carry in 2022?", "And in 2023?",
         "And in 2023? (Eurostar, passengers, carry)"),
        ("Combien de passagers Eurostar a-t-il transportés en 2022 ?", "Et en 2023 ?",
         "Et en 2023 ? (Eurostar, passagers, transportés)"),
        ("Combien de passagers Eurostar a-t-il transportés en mai 2022 ?", "En juin 2023 ?",
         "En juin 2023 ? (Eurostar, passagers, transportés)"),
        ("Who left Eurostar last week?", "And yesterday?", "And yesterday? (Eurostar, left)"),
        ("Who left Eurostar in 2022?", "And HPE?", "And HPE? (Eurostar, 2022, left)"),
        ("Why did xAI leave for Dell?", "Why was the ferry cancelled?",
         "Why was the ferry cancelled?"),
        ("Why did xAI leave for Dell?", "When does the museum open?",
         "When does the museum open?"),
        ("Pourquoi xAI a-t-elle choisi Dell ?", "Pourquoi le ferry a-t-il été annulé ?",
         "Pourquoi le ferry a-t-il été annulé ?"),
        ("Pourquoi xAI a-t-elle choisi Dell ?", "Quand part le ferry ?", "Quand part le ferry ?"),
        ("Why did xAI leave for Dell?", "Will the firm appeal?",
         "Will the firm appeal? (xAI, Dell)"),
        ("Pourquoi xAI a-t-elle choisi Dell ?", "Cette usine fermera-t-elle ?",
         "Cette usine fermera-t-elle ? (xAI, Dell)"),
        ("Which ferry leaves Brumeval?", "Why was the ferry cancelled?",
         "Why was the ferry cancelled? (Brumeval)"),
        ("Who is Elon Musk?", "What did he say about Dell?",
         "What did he say about Dell? (Elon, Musk)"),
        ("Who is Elon Musk?", "Why does he want xAI to buy every server from Dell this year?",
         "Why does he want xAI to buy every server from Dell this year? (Elon, Musk)"),
        ("Qui est Elon Musk ?", "Qu’a-t-il dit de Dell ?", "Qu’a-t-il dit de Dell ? (Elon, Musk)"),
        ("Qui est Elon Musk ?", "Pourquoi est-ce qu’il quitte Dell ?",
         "Pourquoi est-ce qu’il quitte Dell ? (Elon, Musk)"),
        ("Qui est Elon Musk ?", "Dans quelle ville a-t-il vu Dell ?",
         "Dans quelle ville a-t-il vu Dell ? (Elon, Musk)"),
        ("Où va le train de nuit ?", "Quel est le prix du billet ?",
         "Quel est le prix du billet ? (va, train, nuit)"),
        ("Where does the night train go?", "What is the price of the ticket?",
         "What is the price of the ticket? (night, train, go)"),
        ("Where does the Nightjet go?", "What is the price of the ticket?",
         "What is the price of the ticket? (Nightjet)"),
    ],
)  # fmt: skip
def test_follow_ups_without_a_model(earlier: str, question: str, expected: str) -> None:
    assert standalone(question, [earlier]) == expected
    assert standalone(question, []) == question


@pytest.mark.parametrize(
    "question",
    [
        "Où Inventec produit-il ses serveurs ?",
        "Ou\u0300 se trouve Inventec ?",
        "« OÙ est installé Hyoun Park ?",
        "En quelle année Supermicro a-t-il perdu son auditeur ?",
        "En 2024, combien de serveurs Dell a-t-il vendus ?",
        "Y a-t-il un lien entre Dell et Supermicro ?",
        "Ce train dessert-il Vienne ?",
        "Cette usine du Texas appartient à Wistron ?",
        "Ce que Charlie Dai pense des prix ?",
        "C’est qui, Hyoun Park ?",
        "This night train serves Vienna?",
        "Il achète donc les serveurs de Dell chez le fournisseur taïwanais Wistron ?",
        "They say that Dell will deliver every server for Memphis before summer?",
        "When Musk visited Dell, what did he say?",
        "Is it true that Dell left?",
        "How long does it take to reach Vienna?",
        "What time is it in Vienna?",
        "Est-il vrai que Dell est partie ?",
        "Que se passe-t-il à Vienne ?",
        "Pourquoi faut-il éviter Vienne ?",
        "Qu’y a-t-il à Vienne ?",
        "Est-ce qu’il y a un train pour Vienne ?",
        "Combien de temps reste-t-il à Dell ?",
        "Comment se fait-il que Dell soit partie ?",
        "Qu’est-il arrivé à Charlie Dai ?",
        "Que va-t-il se passer vendredi chez Dell ?",
        "Pourquoi n’est-il pas sûr que Dell parte ?",
        "Is it known who will pay Dell?",
        "Which of the firms of Dell tried it, and did it work?",
    ],
)
def test_questions_that_lean_on_nothing(question: str) -> None:
    assert standalone(question, ["Why did xAI leave?"]) == question


def test_a_follow_up_to_a_follow_up() -> None:
    assert standalone("And HPE?", ["Why did xAI choose Dell?", "Where?"]).startswith("And HPE? (")
    assert "xAI" in standalone("And HPE?", ["Why did xAI choose Dell?", "Where?"])


def test_a_noun_of_the_last_answer_is_spoken_of() -> None:
    question = "When does the museum open?"
    told = [("What is in Lens?", "“The museum shows paintings.” [1]")]
    assert complete(question, told).searched == "When does the museum open? (Lens)"
    assert complete(question, [("What is in Lens?", "“A plant.” [1]")]).searched == question


@pytest.mark.parametrize(
    ("last", "question", "read", "alone"),
    [
        ("Where does the night train go?", "What is the price of the ticket?", True, True),
        ("Où va le train de nuit ?", "Quel est le prix du billet ?", True, True),
        ("Where does the Nightjet go?", "What is the price of the ticket?", False, True),
        ("Where does the Nightjet go?", "Who will assemble the servers?", False, True),
        ("Where does the Nightjet go?", "Why?", False, False),
        ("Where does the Nightjet go?", "And the ticket price?", False, False),
        ("Where does the Nightjet go?", "When does it leave?", False, False),
        ("Who runs the Nightjet in 2022?", "In 2023?", False, False),
    ],
)
def test_what_is_read_for_and_what_may_be_asked_alone(
    last: str, question: str, read: bool, alone: bool
) -> None:
    found = complete(question, [(last, "")])
    assert found.searched != question and (found.read == question) is read
    assert found.alone is alone
    if not read:
        assert found.read == found.searched


@given(st.lists(anything, max_size=4), anything)
def test_completing_only_ever_adds(earlier: list[str], question: str) -> None:
    assert standalone(question, earlier).startswith(question)
