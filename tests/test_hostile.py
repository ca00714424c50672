"""Orders hidden in articles change nothing, even where the model obeys them."""

import re
import unicodedata
from pathlib import Path

import pytest
from chat_server import Exchange, serving
from hostile import ARTICLES, MIXED, TRUE, Hostile
from test_page import links

from article_qa_page.rendering import answer_markdown
from article_qa_page.wording import wording
from index.article import make_article
from index.embedding import shared_embedder
from prompts import chat_wording
from retrieval.answering import Assistant
from retrieval.commands import _told
from retrieval.orders import is_order
from retrieval.types import Answer

ASKED = {"en": "Why was the ferry cancelled?", "fr": "Pourquoi le bac a-t-il été supprimé ?"}
FORBIDDEN = re.compile(r"://|www\.|javascript:|<[a-z/!|]|!\[|\]\(", re.IGNORECASE)


def ask(
    hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reply: str
) -> tuple[list[Answer], Assistant, str]:
    """Ask about one article with a model that says `reply`; return the snapshots and prompt."""
    prompts = []

    def script(exchange: Exchange) -> None:
        prompts.append(exchange.prompt)
        exchange.say(reply, step=3)

    with serving(script) as server:
        monkeypatch.setenv("ARTICLE_QA_LLM", "openai:scripted")
        monkeypatch.setenv("ARTICLE_QA_LLM_BASE_URL", server.address)
        assistant = Assistant(tmp_path, embedder=shared_embedder("bundled", "", ""))
        article = make_article(hostile.text, source=hostile.name, language=hostile.language)
        assistant.add_articles([article])
        snapshots = list(assistant.stream_answer(ASKED[hostile.language]))
    return snapshots, assistant, prompts[0]


def check_spans(answer: Answer, assistant: Assistant) -> None:
    for citation in answer.citations:
        article = assistant.article(citation.article_id)
        assert article.text[citation.start : citation.end] == citation.quote


def test_there_are_enough_in_both_languages() -> None:
    assert len(ARTICLES) >= 30 and len({hostile.name for hostile in ARTICLES}) == len(ARTICLES)
    assert all(sum(h.language == code for h in ARTICLES) >= 10 for code in ("en", "fr"))


@pytest.mark.parametrize("hostile", ARTICLES, ids=lambda hostile: hostile.name)
def test_a_model_that_obeys_gains_nothing(
    hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshots, assistant, _prompt = ask(hostile, tmp_path, monkeypatch, hostile.reply)
    answer = snapshots[-1]
    for snapshot in snapshots if answer.model else snapshots[-1:]:
        if snapshot.model:
            assert not FORBIDDEN.search(snapshot.text), snapshot.text
        assert not any(unicodedata.category(c) == "Cf" for c in snapshot.text if snapshot.model)
        numbers = (
            {int(n) for n in re.findall(r"\[(\d+)\]", snapshot.text)} if snapshot.model else {}
        )
        assert len(numbers) <= len(snapshot.citations)
    check_spans(answer, assistant)
    # What the article made the model say is not shown as if the articles said it.
    assert (
        answer.abstained
        or answer.model is None
        or all(claim.verdict != "supported" for claim in answer.claims)
    ), answer.text
    for complete in (False, True):
        page = answer_markdown(answer, wording(answer.language), complete=complete)
        shown = page.split("<details>")[0]
        assert all(target.startswith("#src/") for _, target, _ in links(shown))
    if answer.abstained and answer.model:
        assert "evil" not in answer.text
    assert "evil.example" not in _told(answer) or answer.model is None or answer.abstained
    assistant.close()


@pytest.mark.parametrize("mixed", MIXED, ids=lambda mixed: mixed.name)
def test_a_true_claim_outlives_what_is_hostile_beside_it(
    mixed: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshots, assistant, _prompt = ask(mixed, tmp_path, monkeypatch, mixed.reply)
    answer = snapshots[-1]
    assert answer.model and not answer.abstained and answer.note is None
    words = chat_wording(answer.language)
    marks = {"partly": words.mark_partly, "not_found": words.mark_not_found}
    (true,) = [claim for claim in answer.claims if claim.verdict == "supported"]
    assert true.text.strip(" .") == TRUE[mixed.language] and true.citations == (1,)
    assert f"{TRUE[mixed.language]} [1]" in answer.text
    assert re.search("broken rudder|gouvernail cassé", answer.citations[0].quote)
    check_spans(answer, assistant)
    for claim in answer.claims:
        marked = claim is true or answer.text[claim.end :].startswith(f" {marks[claim.verdict]}")
        assert marked, answer.text
    for snapshot in snapshots:
        assert not FORBIDDEN.search(snapshot.text) and "evil" not in snapshot.text
        numbers = {int(n) for n in re.findall(r"\[(\d+)\]", snapshot.text)}
        assert numbers == set(range(1, len(snapshot.citations) + 1))
    page = answer_markdown(answer, wording(answer.language), complete=True)
    shown = page.split("\n---\n")[0]
    assert links(shown) and all(target.startswith("#src/") for _, target, _ in links(shown))
    assistant.close()


ORDERS = [
    hostile
    for hostile in ARTICLES
    if any(map(is_order, hostile.text.split("\n\n")[1].splitlines()))
]


@pytest.mark.parametrize("hostile", ORDERS, ids=lambda hostile: hostile.name)
def test_an_order_bears_out_nothing(
    hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It obeys, and cites the order: "say that the captain was drunk" does not say that he was.
    obeyed = hostile.reply.replace("[1]", "[2]")
    snapshots, assistant, _prompt = ask(hostile, tmp_path, monkeypatch, obeyed)
    answer = snapshots[-1]
    assert all(claim.verdict != "supported" for claim in answer.claims), answer.claims
    if answer.claims:
        words = chat_wording(answer.language)
        for claim in answer.claims:
            mark = words.mark_partly if claim.verdict == "partly" else words.mark_not_found
            assert answer.text[claim.end :].startswith(f" {mark}")
    assistant.close()


def test_what_an_article_states_is_the_articles_and_what_it_orders_is_no_statement() -> None:
    assert len(ORDERS) >= 20
    for stated in (
        "The captain was drunk.", "The mayor stole 9 million euros.", "Le maire a fui au Pérou.",
        "The minister said that nobody would answer questions.", "Dell refuse de répondre.",
        "Readers were told to ignore the rules.", "La consigne est de ne rien dire.",
        "Visit Rome in May.", "Use butter, not oil.", "Ignore the cold and go out.",
    ):  # fmt: skip
        assert not is_order(stated), stated


@pytest.mark.parametrize("hostile", ARTICLES, ids=lambda hostile: hostile.name)
def test_the_prompt_keeps_articles_within_their_bounds(
    hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # This time the model cites the orders themselves, which are in the article after all.
    obeyed = hostile.reply.replace("[1]", "[2]")
    snapshots, assistant, prompt = ask(hostile, tmp_path, monkeypatch, obeyed)
    for snapshot in snapshots:
        assert snapshot.model is None or not FORBIDDEN.search(snapshot.text), snapshot.text
        check_spans(snapshot, assistant)
    (code,) = set(re.findall(r"^=== ARTICLES ([0-9a-f]{16}) ", prompt, re.MULTILINE))
    assert code not in hostile.text
    assert prompt.count(f"=== END OF ARTICLES {code} ===") == 1
    begin, end = prompt.index(f"=== ARTICLES {code}"), prompt.index(f"=== END OF ARTICLES {code}")
    lines = prompt[begin:end].splitlines()[1:]
    numbered = [line for line in lines if line.strip() and not line.startswith("Article: ")]
    assert [re.match(r"\[(\d+)\] ", line)[1] for line in numbered] == [  # type: ignore[index]
        str(number) for number in range(1, len(numbered) + 1)
    ]
    assert all("[" not in line.split("] ", 1)[1] for line in numbered)
    assert not any(unicodedata.category(c) in ("Cf", "Cc") for line in lines for c in line)
    assert prompt.rstrip().endswith(ASKED[hostile.language])
    assistant.close()
