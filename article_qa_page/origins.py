"""How an answer came about, as Markdown and HTML of the chat: one line that unfolds."""

from html import escape

from article_qa_page.wording import Wording
from retrieval.types import Answer

_VERDICTS = ("supported", "partly", "not_found")


def origin_html(answer: Answer, words: Wording) -> str:
    """Return the folded line about an answer that a chat model wrote; empty for any other."""
    if answer.model is None:
        return ""
    told = [words["how_model"].format(model=answer.model)]
    for verdict in _VERDICTS:
        count = sum(claim.verdict == verdict for claim in answer.claims)
        if count:
            told.append(words[f"how_{verdict}"].format(count=count))
    if answer.usage:
        read, written = answer.usage.input_tokens, answer.usage.output_tokens
        told.append(words["how_tokens"].format(read=read, written=written))
    if answer.seconds:
        told.append(words["how_seconds"].format(seconds=f"{sum(answer.seconds.values()):.1f}"))
    # Within an HTML block nothing is Markdown; a blank line would end it.
    said = escape(" ".join(" · ".join(told).split()))
    return f"<details><summary>{escape(words['how'])}</summary>{said}</details>"
