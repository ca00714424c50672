"""Sentence spans of a paragraph, by punctuation: enough to train and measure on."""

import re

END = re.compile(r"[.!?…]+[\"'»”)\]]*\s+(?=[\"'«“(\[]*[A-ZÀ-ÖØ-Þ0-9])")
NOT_AN_END = re.compile(
    r"(?:^|[\s(«])(?:[A-ZÀ-Ý]|MM?|Mme|Mlle|Mr|Mrs|Ms|Dr|St|Ste|Jr|Sr|av|ap|env|cf|vol|art|no|p|fig|"
    r"[A-Z]\.[A-Z])\.\s+$"
)
SHORTEST = 12


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence, in order, without the white space between."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in END.finditer(text):
        if match.end() - start < SHORTEST or NOT_AN_END.search(text[start : match.end()]):
            continue
        spans.append((start, start + len(text[start : match.end()].rstrip())))
        start = match.end()
    if text[start:].strip():
        spans.append((start, start + len(text[start:].rstrip())))
    return spans


def sentence_at(spans: list[tuple[int, int]], place: int) -> int:
    """Return the number of the sentence that holds a character offset."""
    return max(0, sum(start <= place for start, _ in spans) - 1)
