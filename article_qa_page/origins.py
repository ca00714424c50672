"""How an answer came about, as Markdown and HTML of the chat: one line that unfolds."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from html import escape

from article_qa_page.wording import Wording
from retrieval.filters import Filters
from retrieval.types import Answer, Claim, Usage

_VERDICTS = ("supported", "partly", "not_found")
_SIGNS = {"supported": "✓", "partly": "◐", "not_found": "✗"}


def origin_html(answer: Answer, words: Wording) -> str:
    """Return the folded line about an answer: who wrote it, from which articles, in what time.

    It unfolds to the verdict of each claim of a chat model. Where the model failed, it tells what
    was spent all the same.
    """
    told = [_author(answer, words)]
    if answer.rewritten:
        told.append(words["understood"].format(question=answer.rewritten))
    if answer.filters and not answer.filters.widened:
        told.append(_asked(answer.filters, words))
    for verdict in _VERDICTS:
        count = sum(claim.verdict == verdict for claim in answer.claims)
        if count:
            told.append(words[f"how_{verdict}"].format(count=count))
    if answer.usage:
        told += _spent(answer.usage, words)
    if answer.seconds:
        told.append(_times(answer.seconds, words))
    said = _plain(" · ".join(told)) + _claims(answer.claims, words)
    return f"<details><summary>{escape(words['how'])}</summary>{said}</details>"


def days_of(filters: Filters, words: Wording) -> str:
    """Return the days that filters leave: one, a span, or those from or until one."""
    first = words.date(filters.since) if filters.since else ""
    last = words.date(filters.until - timedelta(microseconds=1)) if filters.until else ""
    form = {(True, True): "days", (True, False): "days_since"}.get((bool(first), bool(last)))
    return first if first == last else words[form or "days_until"].format(first=first, last=last)


def _author(answer: Answer, words: Wording) -> str:
    # A refusal is in the program's words, whatever the model wrote.
    if answer.model is None:
        return words["how_refused" if answer.abstained else "how_quoted"]
    return words["how_asked" if answer.abstained else "how_model"].format(model=answer.model)


def _asked(filters: Filters, words: Wording) -> str:
    """Return which articles were asked."""
    kept = [days_of(filters, words)] if filters.since or filters.until else []
    if filters.articles:
        key = "how_one_article" if len(filters.articles) == 1 else "how_articles"
        kept.append(words[key].format(count=len(filters.articles)))
    if filters.sources:
        kept.append(words["how_sources"].format(sources=", ".join(filters.sources)))
    key = "how_favoured" if filters.effect == "favour" else "how_filtered"
    return words[key].format(articles=", ".join(kept))


def _claims(claims: Sequence[Claim], words: Wording) -> str:
    """Return the claims as a list, each with its verdict and what was not found of it."""
    if not claims:
        return ""
    items = []
    for claim in claims:
        said = f"{words[f'verdict_{claim.verdict}']} {_SIGNS[claim.verdict]} {claim.text}"
        said += "".join(f" [{number}]" for number in claim.citations)
        if claim.missing:
            said += f" ({words['verdict_missing'].format(missing=', '.join(claim.missing))})"
        items.append(f"<li>{_plain(said)}</li>")
    return f"<ul>{''.join(items)}</ul>"


def _plain(text: str) -> str:
    """Return `text` for an HTML block: nothing in it is Markdown, and a blank line would end it."""
    return escape(" ".join(text.split()))


def _spent(usage: Usage, words: Wording) -> list[str]:
    told = [words["how_tokens"].format(read=usage.input_tokens, written=usage.output_tokens)]
    if usage.cost is not None:
        # Three figures of however little it is, and never 1.2e-05.
        cost = f"{Decimal(f'{usage.cost:.3g}'):f}"
        told.append(words["how_cost"].format(cost=_decimal(cost, words)))
    return told


def _times(seconds: Mapping[str, float], words: Wording) -> str:
    stages = [
        words["how_stage"].format(
            stage=words[f"stage_{stage}"], seconds=_decimal(f"{spent:.2f}", words)
        )
        for stage, spent in seconds.items()
    ]
    total = _decimal(f"{sum(seconds.values()):.1f}", words)
    return words["how_seconds"].format(seconds=total, stages="; ".join(stages))


def _decimal(number: str, words: Wording) -> str:
    return number.replace(".", words["decimal_point"])
