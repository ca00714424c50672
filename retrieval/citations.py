"""Citations: numbers to exact spans, checked."""

from collections.abc import Sequence

from index.errors import DamagedIndexError
from retrieval.reader import Evidence
from retrieval.types import Citation


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
    )
