"""An answer without a language model: the sentences that answer, quoted and numbered."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from prompts import Voice, voice
from retrieval.citations import cite
from retrieval.premise import contradicted
from retrieval.reader import Reader
from retrieval.retriever import Candidate, Query
from retrieval.selection import Quotation, choose
from retrieval.types import Answer

NEAREST = 3
READ = 8  # passages whose sentences are read
COMPARED = 10  # sentences held against what the question takes for granted


def write_answer(query: Query, candidates: Sequence[Candidate], reader: Reader) -> Iterator[Answer]:
    """Yield growing snapshots of the answer, the last one complete; at least one.

    Abstains where the reader's confidence is under its threshold: then `passages` are the nearest.
    """
    speech = voice(query.language)
    reading = reader.read(query, candidates[:READ])
    passages = tuple(candidate.passage for candidate in candidates)
    base = Answer(query.text, "", (), passages, False, query.language, reading.confidence)
    if not candidates:
        yield replace(base, text=speech.refusal_empty, abstained=True)
    elif not reading.evidence or reading.confidence < reader.threshold:
        yield replace(base, text=speech.refusal, abstained=True, passages=passages[:NEAREST])
    elif contradicted(query.text, [found.text for found in reading.evidence[:COMPARED]]):
        text = speech.refusal_premise
        yield replace(base, text=text, abstained=True, passages=passages[:NEAREST])
    else:
        yield from _quote(base, choose(query.text, reading.evidence), speech)


def _quote(base: Answer, quotations: Sequence[Quotation], speech: Voice) -> Iterator[Answer]:
    evidence = [found for quotation in quotations for found in quotation.evidence]
    articles = {found.article.id for found in evidence}
    text = speech.lead_in_one if len(articles) == 1 else speech.lead_in_many
    citations = cite(evidence)
    yield replace(base, text=text)
    shown = 0
    for quotation in quotations:
        own = citations[shown : shown + len(quotation.evidence)]
        shown += len(own)
        said = own[:-1] if quotation.before else own
        text += f"\n\n{speech.quoted(own[0].quote)} " + "".join(f"[{c.number}]" for c in said)
        for before in own[len(said) :]:
            told = speech.quoted(before.quote)
            text += f"\n\n{speech.just_before} {told} [{before.number}]"
        yield replace(base, text=text, citations=citations[:shown])
