"""Words of time in questions: which days they mean, and which words mean none."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.dates import read_period

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # a Monday
OPEN = None


def days(question: str, language: str = "en", now: datetime = NOW) -> tuple[object, ...] | None:
    """Return first day, first day after, and whether they filter, as ISO days."""
    period = read_period(question, language, now)
    if period is None:
        return None
    shown = [f"{m:%Y-%m-%d}" if m else None for m in (period.since, period.until)]
    for moment in (period.since, period.until):
        assert moment is None or (moment.tzinfo is UTC and moment == moment.replace(hour=0))
    return (*shown, period.strict)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What did Dell announce today?", "2026-11-23", "2026-11-24"),
        ("What did Dell announce this morning?", "2026-11-23", "2026-11-24"),
        ("Who resigned yesterday?", "2026-11-22", "2026-11-23"),
        ("Yesterday, who resigned?", "2026-11-22", "2026-11-23"),
        ("What happened this week?", "2026-11-23", "2026-11-30"),
        ("What happened last week?", "2026-11-16", "2026-11-23"),
        ("WHAT HAPPENED LAST WEEK?", "2026-11-16", "2026-11-23"),
        ("What happened this month?", "2026-11-01", "2026-12-01"),
        ("What happened last month?", "2026-10-01", "2026-11-01"),
        ("What happened this year?", "2026-01-01", "2027-01-01"),
        ("What happened last year?", "2025-01-01", "2026-01-01"),
        ("What happened in the last 3 days?", "2026-11-20", "2026-11-24"),
        ("What happened in the past two weeks?", "2026-11-09", "2026-11-24"),
        ("What happened in the past week?", "2026-11-16", "2026-11-24"),
        ("What happened in the last few days?", "2026-11-16", "2026-11-24"),
        ("Which firms left over the last six months?", "2026-05-23", "2026-11-24"),
        ("What has changed since March?", "2026-03-01", OPEN),
        ("What has changed since December?", "2025-12-01", OPEN),
        ("What has changed since March 2024?", "2024-03-01", OPEN),
        ("What has changed since 5 March 2024?", "2024-03-05", OPEN),
        ("What has changed since March 5th, 2024?", "2024-03-05", OPEN),
        ("What has changed since 2024-03-05?", "2024-03-05", OPEN),
        ("What has changed since 2019?", "2019-01-01", OPEN),
        ("What has changed since last month?", "2026-10-01", OPEN),
        ("What has changed since yesterday?", "2026-11-22", OPEN),
        ("What happened after 2020?", "2021-01-01", OPEN),
        ("What happened yesterday and today?", "2026-11-22", "2026-11-24"),
        ("What happened last week, unlike in 2019?", "2026-11-16", "2026-11-23"),
        ("What happened before last week?", OPEN, "2026-11-16"),
        ("What happened before yesterday?", OPEN, "2026-11-22"),
        ("What happened before the last 3 days?", OPEN, "2026-11-20"),
        ("What happened the day before yesterday?", "2026-11-21", "2026-11-22"),
        ("What was known until yesterday?", OPEN, "2026-11-23"),
        ("What was known by last week?", OPEN, "2026-11-23"),
        ("What happened after last week?", "2026-11-23", OPEN),
        ("What happened since last month but before last week?", "2026-10-01", "2026-11-16"),
        ("What happened in the last 24 hours?", "2026-11-22", "2026-11-24"),
        ("What happened in the past 36 hours?", "2026-11-21", "2026-11-24"),
        ("What happened over the last year?", "2025-11-23", "2026-11-24"),
        ("What happened in the last year?", "2025-11-23", "2026-11-24"),
        ("What happened during the last month?", "2026-10-23", "2026-11-24"),
        ("What happened two weeks ago?", "2026-11-09", "2026-11-16"),
        ("What happened a week ago?", "2026-11-16", "2026-11-23"),
        ("What happened 3 days ago?", "2026-11-20", "2026-11-21"),
        ("What happened two months ago?", "2026-09-01", "2026-10-01"),
        ("What happened an hour ago?", "2026-11-22", "2026-11-24"),
        ("What has changed since two weeks ago?", "2026-11-09", OPEN),
        ("What happened last Monday?", "2026-11-16", "2026-11-17"),
        ("What happened last Friday?", "2026-11-20", "2026-11-21"),
        ("What has changed since last Friday?", "2026-11-20", OPEN),
        ("What happened this\u00a0morning?", "2026-11-23", "2026-11-24"),
    ],
)
def test_english_words_that_filter(question: str, since: str | None, until: str | None) -> None:
    assert days(question) == (since, until, True)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("Qu’a annoncé Dell aujourd’hui ?", "2026-11-23", "2026-11-24"),
        ("Qu'a annoncé Dell aujourd'hui ?", "2026-11-23", "2026-11-24"),
        ("Hier, qui a démissionné ?", "2026-11-22", "2026-11-23"),
        ("Qui a démissionné avant-hier ?", "2026-11-21", "2026-11-22"),
        ("Que s’est-il passé cette semaine ?", "2026-11-23", "2026-11-30"),
        ("Que s’est-il passé la semaine dernière ?", "2026-11-16", "2026-11-23"),
        ("Que s’est-il passé la semaine passée ?", "2026-11-16", "2026-11-23"),
        ("Que s’est-il passé ce mois-ci ?", "2026-11-01", "2026-12-01"),
        ("Que s’est-il passé le mois dernier ?", "2026-10-01", "2026-11-01"),
        ("Que s’est-il passé cette année ?", "2026-01-01", "2027-01-01"),
        ("Que s’est-il passé l’année dernière ?", "2025-01-01", "2026-01-01"),
        ("Que s’est-il passé l’an dernier ?", "2025-01-01", "2026-01-01"),
        ("Que s’est-il passé ces 3 derniers jours ?", "2026-11-20", "2026-11-24"),
        ("Que s’est-il passé ces trois dernières semaines ?", "2026-11-02", "2026-11-24"),
        ("Que s’est-il passé ces derniers jours ?", "2026-11-16", "2026-11-24"),
        ("Qu’est-ce qui a changé depuis mars ?", "2026-03-01", OPEN),
        ("Qu’est-ce qui a changé depuis décembre ?", "2025-12-01", OPEN),
        ("Qu’est-ce qui a changé depuis le 1er mars 2024 ?", "2024-03-01", OPEN),
        ("Qu’est-ce qui a changé depuis 2019 ?", "2019-01-01", OPEN),
        ("Qu’est-ce qui a changé depuis hier ?", "2026-11-22", OPEN),
        ("Qu’est-ce qui a changé depuis la semaine dernière ?", "2026-11-16", OPEN),
        ("Que s’est-il passé après août 2020 ?", "2020-09-01", OPEN),
        ("Que s’est-il passé avant la semaine dernière ?", OPEN, "2026-11-16"),
        ("Que s’est-il passé avant ces 3 derniers jours ?", OPEN, "2026-11-20"),
        ("Que s’est-il passé avant hier ?", "2026-11-21", "2026-11-22"),
        ("Que savait-on jusqu’à hier ?", OPEN, "2026-11-23"),
        ("Que savait-on jusqu'à la semaine dernière ?", OPEN, "2026-11-23"),
        ("Que savait-on jusqu’au mois dernier ?", OPEN, "2026-11-01"),
        ("Que s’est-il passé après la semaine dernière ?", "2026-11-23", OPEN),
        ("Que s’est-il passé ces dernières 24 heures ?", "2026-11-22", "2026-11-24"),
        ("Que s’est-il passé ces 24 dernières heures ?", "2026-11-22", "2026-11-24"),
        ("Que s’est-il passé ces douze derniers mois ?", "2025-11-23", "2026-11-24"),
        ("Que s’est-il passé au cours des douze derniers mois ?", "2025-11-23", "2026-11-24"),
        ("Que s’est-il passé au cours de la dernière année ?", "2025-11-23", "2026-11-24"),
        ("Que s’est-il passé durant l’année écoulée ?", "2025-11-23", "2026-11-24"),
        ("Que s’est-il passé il y a deux semaines ?", "2026-11-09", "2026-11-16"),
        ("Que s’est-il passé il y a trois jours ?", "2026-11-20", "2026-11-21"),
        ("Que s’est-il passé il y a un mois ?", "2026-10-01", "2026-11-01"),
        ("Que s’est-il passé lundi dernier ?", "2026-11-16", "2026-11-17"),
        ("Que s’est-il passé vendredi dernier ?", "2026-11-20", "2026-11-21"),
        ("Qu’est-ce qui a changé depuis vendredi dernier ?", "2026-11-20", OPEN),
        ("Que s’est-il passé ce\u00a0soir ?", "2026-11-23", "2026-11-24"),
    ],
)
def test_french_words_that_filter(question: str, since: str | None, until: str | None) -> None:
    assert days(question, "fr") == (since, until, True)


@pytest.mark.parametrize(
    ("question", "language", "since", "until"),
    [
        ("Who was chairman in 2024?", "en", "2024-01-01", "2025-01-01"),
        ("Who won the 2024 elections?", "en", "2024-01-01", "2025-01-01"),
        ("What happened in November 2024?", "en", "2024-11-01", "2024-12-01"),
        ("What happened in November?", "en", "2026-11-01", "2026-12-01"),
        ("What happened in December?", "en", "2025-12-01", "2026-01-01"),
        ("What happened on 25 November 2024?", "en", "2024-11-25", "2024-11-26"),
        ("What happened before 2020?", "en", OPEN, "2020-01-01"),
        ("What changed between 2019 and 2021?", "en", "2019-01-01", "2022-01-01"),
        ("Who left by March 2024?", "en", OPEN, "2024-04-01"),
        ("Who stayed until March 2024?", "en", OPEN, "2024-04-01"),
        ("Who stayed until 5 March 2024?", "en", OPEN, "2024-03-06"),
        ("Who stayed until 2020?", "en", OPEN, "2021-01-01"),
        ("Who was paid from March 2024?", "en", "2024-03-01", OPEN),
        ("Who was paid from March 2024 to May 2024?", "en", "2024-03-01", "2024-06-01"),
        ("Who was paid from March 2024 until May 2024?", "en", "2024-03-01", "2024-06-01"),
        ("Who won the March 2024 elections?", "en", "2024-03-01", "2024-04-01"),
        ("What happened 20 years ago?", "en", "2006-01-01", "2007-01-01"),
        ("Que s’est-il passé il y a dix ans ?", "fr", "2016-01-01", "2017-01-01"),
        ("Who won at the 2024 Olympics?", "en", "2024-01-01", "2025-01-01"),
        ("Qui a gagné les élections 2024 ?", "fr", "2024-01-01", "2025-01-01"),
        ("Qui est resté jusqu’en mars 2024 ?", "fr", OPEN, "2024-04-01"),
        ("Qui est resté jusqu’au 5 mars 2024 ?", "fr", OPEN, "2024-03-06"),
        ("Qui est resté jusqu’en 2020 ?", "fr", OPEN, "2021-01-01"),
        ("Où s’est posé Mars 2020 ?", "fr", "2020-01-01", "2021-01-01"),
        ("Qui présidait en 2024 ?", "fr", "2024-01-01", "2025-01-01"),
        ("Que s’est-il passé en novembre 2024 ?", "fr", "2024-11-01", "2024-12-01"),
        ("Que s’est-il passé en février ?", "fr", "2026-02-01", "2026-03-01"),
        ("Que s’est-il passé avant mars 2020 ?", "fr", OPEN, "2020-03-01"),
        ("Que s’est-il passé le 29 février 2024 ?", "fr", "2024-02-29", "2024-03-01"),
    ],
)
def test_years_and_months_only_favour(
    question: str, language: str, since: str | None, until: str | None
) -> None:
    assert days(question, language) == (since, until, False)


@pytest.mark.parametrize(
    "question",
    [
        "Why did xAI switch to Dell?",
        "What does USA Today write?",
        "Who plays in Last Week Tonight?",
        "What came before Last Week Tonight?",
        "What was written by May?",
        "What is closed until December?",
        "In the last week of the campaign, who led?",
        "What happened in the last 3 months of the war?",
        "Will they land on Mars?",
        "Who may leave in protest?",
        "How much are 2024.50 euros?",
        "Does it cost $2024?",
        "Since when is it closed?",
        "Depuis combien de temps la gare est-elle fermée ?",
        "Depuis Mars, que voit-on de la Terre ?",
        "Depuis deux ans, qui dirige ?",
        "Que dit le 32 mars ?",
        "Que s’est-il passé cette année-là ?",
        "Qui présidait cette semaine-là ?",
        "Who pays 2000 euros?",
        "Who lost the 2000 jobs?",
        "Where were 2000 protesters seen?",
        "Which firm cuts more than 2000?",
        "Qui paie 2000 euros ?",
        "Qui a supprimé 2000 emplois ?",
        "Où a-t-on vu 2000 manifestants ?",
        "Qui en a vendu plus de 2000 ?",
        "Il y a deux jours fériés ?",
        "In the last year of the war, who led?",
        "",
    ],
)
def test_words_that_mean_no_time(question: str) -> None:
    assert days(question, "en") is None and days(question, "fr") is None


def test_the_words_are_named_as_they_stand() -> None:
    period = read_period("What happened Last week and today?", "en", NOW)
    assert period and period.words == "today"  # a capital inside makes a name
    period = read_period("Who knew before last week?", "en", NOW)
    assert period and period.words == "before last week"
    period = read_period("Qu’a-t-on dit « la semaine dernière » et hier ?", "fr", NOW)
    assert period and period.words == "la semaine dernière, hier"


def test_the_other_language_is_tried_too() -> None:
    assert days("Dell hier ?", "en") == ("2026-11-22", "2026-11-23", True)
    assert days("Dell yesterday?", "fr") == ("2026-11-22", "2026-11-23", True)


def test_a_day_is_one_of_utc() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert days("And today?", now=late) == ("2026-11-24", "2026-11-25", True)


def test_months_end_where_they_end() -> None:
    now = datetime(2024, 3, 31, tzinfo=UTC)
    assert days("the last 1 month", now=now) == ("2024-02-29", "2024-04-01", True)


@given(
    st.text(
        st.sampled_from("sincelastweek3daysofin2024,Marchdepuisherces derniersjours 0-9"),
        max_size=60,
    ),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
)
def test_no_text_breaks_it(text: str, now: datetime) -> None:
    for question in (
        text,
        f"the last 999 years since {text}",
        f"depuis {text} 2024",
        f"after 2020, until yesterday or {text}",
    ):
        period = read_period(question, "en", now)
        if period and period.since and period.until:
            assert period.since < period.until
