"""Numbers, dates, hours and names of a claim, looked up across the two languages."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from retrieval.facts import check_facts
from retrieval.followups import standalone
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
    ],
)  # fmt: skip
def test_longer_numbers_in_words(words: str, value: int) -> None:
    (found,) = word_numbers(words)
    assert found.value == Decimal(value) and (found.start, found.end) == (0, len(words))


def test_numbers_side_by_side_stay_apart() -> None:
    assert [n.value for n in word_numbers("between five and ten, or six, seven")] == [5, 10, 6, 7]
    assert {q.text for q in quantities("In 2024 500 people came.")} == {"2024", "500"}


def test_percent_and_currencies() -> None:
    assert stands("between 10% and 20%", "entre 10 et 20 %")
    assert stands("10 per cent", "10 pour cent") and stands("10 percent", "10 %")
    assert missing("10%", "10 trains") == ("%",)
    assert missing("5 euros", "5 dollars") == ("euros",)
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
    ],
)
def test_names_that_do_not_stand(claim: str, cited: str, lacks: tuple[str, ...]) -> None:
    assert missing(claim, cited) == lacks


def test_a_full_name_stands_where_the_article_gives_it_in_full() -> None:
    assert check_facts("So Elon Musk chose.", ["Musk a choisi."]).missing == ("Elon Musk",)
    context = ["Elon Musk dirige xAI."]
    assert check_facts("So Elon Musk chose.", ["Musk a choisi."], context).missing == ()
    assert check_facts("So Kimbal Musk chose.", ["Musk a choisi."], context).missing


def test_a_word_that_opens_a_sentence_is_a_name_if_it_is_one_elsewhere() -> None:
    assert names("Servers cost more.") == []
    claim, context = "Dell is bankrupt.", ["Le client de Dell est content."]
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
    ],
)  # fmt: skip
def test_follow_ups_without_a_model(earlier: str, question: str, expected: str) -> None:
    assert standalone(question, [earlier]) == expected
    assert standalone(question, []) == question


def test_a_follow_up_to_a_follow_up() -> None:
    assert standalone("And HPE?", ["Why did xAI choose Dell?", "Where?"]).startswith("And HPE? (")
    assert "xAI" in standalone("And HPE?", ["Why did xAI choose Dell?", "Where?"])


@given(st.lists(anything, max_size=4), anything)
def test_completing_only_ever_adds(earlier: list[str], question: str) -> None:
    assert standalone(question, earlier).startswith(question)
