"""How an answer came about, as Markdown and HTML of the chat: one line that unfolds."""

from collections.abc import Mapping
from decimal import Decimal
from html import escape

from article_qa_page.wording import Wording
from retrieval.types import Answer, Usage

_VERDICTS = ("supported", "partly", "not_found")


def origin_html(answer: Answer, words: Wording) -> str:
    """Return the folded line about an answer that a chat model was asked for; empty for any other.

    Where the model failed, it tells what was spent all the same.
    """
    told = []
    if answer.model is not None:
        # A refusal is in the program's words, whatever the model wrote.
        key = "how_asked" if answer.abstained else "how_model"
        told.append(words[key].format(model=answer.model))
    for verdict in _VERDICTS:
        count = sum(claim.verdict == verdict for claim in answer.claims)
        if count:
            told.append(words[f"how_{verdict}"].format(count=count))
    if answer.usage:
        told += _spent(answer.usage, words)
    if answer.seconds and (told or answer.note):
        told.append(_times(answer.seconds, words))
    if not told:
        return ""
    # Within an HTML block nothing is Markdown; a blank line would end it.
    said = escape(" ".join(" · ".join(told).split()))
    return f"<details><summary>{escape(words['how'])}</summary>{said}</details>"


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
