"""An answer without a language model: the sentences that answer, quoted and numbered."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from prompts import Voice, voice
from retrieval.citations import cite
from retrieval.reader import Evidence, Reader
from retrieval.retriever import Candidate, Query
from retrieval.types import Answer
from retrieval.words import content_words

MAX_QUOTES = 3
NEAREST = 3
READ = 8  # passages whose sentences are read
# A further sentence is quoted if it is this likely, as a share of the best one.
ALSO_LIKELY = 0.6
# A reason is quoted if the sentences around it are this much about the question, as a share of
# those around the best sentence.
ON_THE_SUBJECT = 0.85
SAME = 0.8  # share of words in common from which two sentences say the same


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
    else:
        yield from _quote(base, choose(reading.evidence), speech)


def _quote(base: Answer, chosen: Sequence[Evidence], speech: Voice) -> Iterator[Answer]:
    articles = {evidence.article.id for evidence in chosen}
    text = speech.lead_in_one if len(articles) == 1 else speech.lead_in_many
    citations = cite(chosen)
    yield replace(base, text=text)
    for citation in citations:
        text += f"\n\n{speech.quoted(citation.quote)} [{citation.number}]"
        yield replace(base, text=text, citations=citations[: citation.number])


def choose(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the one to three sentences to quote, the best article first, in its order.

    News tells an event in one sentence and its reason some sentences on, often without naming
    the event again. So where a reason was asked for and the best sentence gives none, those that
    give one close by come before the merely likely ones.
    """
    best = evidence[0]
    likely = [e for e in evidence if e.probability >= ALSO_LIKELY * best.probability]
    if not best.gives_reason:
        floor = ON_THE_SUBJECT * best.context
        reasons = [e for e in evidence if e.gives_reason and e.context >= floor > 0]
        likely[1:1] = sorted(reasons, key=lambda e: (-e.context, -e.probability))
    chosen: list[Evidence] = []
    for candidate in likely:
        if len(chosen) < MAX_QUOTES and not any(_same(candidate.text, c.text) for c in chosen):
            chosen.append(candidate)
    articles = list(dict.fromkeys(candidate.article.id for candidate in chosen))
    return tuple(sorted(chosen, key=lambda e: (articles.index(e.article.id), e.sentence.start)))


def _same(left: str, right: str) -> bool:
    a, b = set(content_words(left)), set(content_words(right))
    return bool(a and b) and len(a & b) >= SAME * min(len(a), len(b))
