"""Citations: numbers to exact spans, checked."""

from collections.abc import Sequence

from index.errors import DamagedIndexError
from retrieval.cross_encoder import Words
from retrieval.reader import Evidence
from retrieval.types import Citation
from retrieval.words import WORD

SURE = 0.5  # the least probability of words that are highlighted
FEW = 0.6  # and the most of the quote that they may take


def cite(evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """Return the citations of sentences, numbered from 1 in the order given."""
    return tuple(_citation(number, found) for number, found in enumerate(evidence, 1))


def _citation(number: int, found: Evidence) -> Citation:
    article, sentence = found.article, found.sentence
    quote = article.text[sentence.start : sentence.end]
    if not quote or len(quote) != sentence.end - sentence.start:
        raise DamagedIndexError(
            f"A sentence of the article {article.id!r} lies outside its text: "
            "run 'article-qa remove' with that id and add the article again."
        )
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        url=article.url,
        published=article.published,
        language=article.language,
        start=sentence.start,
        end=sentence.end,
        quote=quote,
        score=found.probability,
        article_digest=article.digest,
        highlight=highlight(quote, found.words, sentence.start),
        page=article.page(sentence.start),
    )


def highlight(quote: str, words: Words | None, start: int) -> tuple[int, int] | None:
    """Return where a quote's answering words stand in its article, if they are sure and few.

    They are widened to whole words; `start` is where the quote begins.
    """
    if words is None or words.probability < SURE:
        return None
    whole = [
        w.span() for w in WORD.finditer(quote) if w.start() < words.end and w.end() > words.start
    ]
    if not whole or whole[-1][1] - whole[0][0] > FEW * len(quote):
        return None
    return start + whole[0][0], start + whole[-1][1]
