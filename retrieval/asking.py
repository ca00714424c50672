"""What is said around an answer: small talk returned, filters and languages told of."""

from collections.abc import Sequence
from dataclasses import replace

from prompts import voice
from retrieval.filters import Filters
from retrieval.small_talk import small_talk
from retrieval.types import Answer


def small_talk_answer(question: str, earlier: Sequence[str] = ()) -> Answer | None:
    """Return the friendly sentence that small talk is met with, or `None` for a question.

    `earlier` are the questions before: after one about the articles, only what addresses the
    assistant, greets or thanks is small talk.
    """
    found = small_talk(question, within=any(small_talk(before) is None for before in earlier))
    if found is None:
        return None
    kind, language = found
    return Answer(question, voice(language).small_talk[kind], (), (), True, language, 0.0)


def unanswered(answer: Answer) -> bool:
    """Tell whether an answer says that none was found, rather than that the question is wrong."""
    return answer.abstained and answer.text != voice(answer.language).refusal_premise


def told(answer: Answer, filters: Filters, *, foreign: bool) -> Answer:
    """Return an answer, or a snapshot of one, with the filters applied and what to say of them.

    `foreign` tells that the question was in neither English nor French.
    """
    speech = voice(answer.language)
    text = answer.text
    by_date = (filters.since or filters.until) and filters.effect == "filter"
    narrowed = by_date or filters.articles or filters.sources
    if narrowed and answer.abstained and not answer.passages:
        text = speech.refusal_filtered
    before = [speech.foreign] if foreign else []
    widened = {"no match": speech.no_match, "no answer": speech.no_answer}
    if filters.effect in widened:
        before.append(widened[filters.effect].format(words=filters.words))
    lead = "".join(f"{sentence}\n\n" for sentence in before)
    claims = tuple(
        replace(claim, start=claim.start + len(lead), end=claim.end + len(lead))
        for claim in answer.claims
    )
    return replace(answer, text=lead + text, claims=claims, filters=filters or None)
