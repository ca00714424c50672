"""Whether the sentences that a claim cites bear it out: by meaning, and fact by fact."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.embedding import Embedder
from retrieval.cross_encoder import Text
from retrieval.exchange import Scorer
from retrieval.facts import check_facts
from retrieval.features import sigmoid
from retrieval.orders import is_order
from retrieval.question_language import answer_language
from retrieval.reader import Evidence
from retrieval.reversal import turned_round
from retrieval.types import Verdict

# How near a claim and its sentences are in meaning, 0-1: the cosine, which works across the two
# languages, and the reader's probability with the claim in place of the question. The reader was
# made to judge questions, so it counts for less.
READER_SHARE = 0.2
# Set on claims about the two samples (`python -m evaluation claims`): below RELATED none was true,
# above AGREES five in six of the true ones lay. False claims about the same things reach 0.72:
# meaning alone hardly tells "left" from "joined". Set anew with each reader.
AGREES = 0.62
RELATED = 0.40
# The same figure in both is a sign of its own: short claims with one agreed less than they should.
FIGURE = 0.12


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a claim, the cited sentences that count for it, and its missing facts.

    `agreement` (0-1) is how near claim and sentences are in meaning.
    """

    verdict: Verdict
    kept: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    agreement: float = 0.0


class Judge:
    """Judges claims; `context` are all sentences that the model was shown.

    Without a cross-encoder, meaning is the cosine alone.
    """

    def __init__(
        self, embedder: Embedder, cross_encoder: Scorer | None, context: Sequence[Evidence]
    ) -> None:
        self._embedder = embedder
        self._cross_encoder = cross_encoder
        self._context = context
        self._known: dict[tuple[str, tuple[Evidence, ...]], Judgement] = {}

    def judge(self, claim: str, cited: Sequence[Evidence]) -> Judgement:
        """Return the verdict on a claim that cites these sentences.

        It is supported if the meaning agrees and every number, date and name stands in them; not
        found if nothing is cited, the meaning is another or turned round, or more than half of the
        facts are missing; partly otherwise. Names that are in no list do not count as missing
        facts where claim and sentences are of two languages, which may spell them differently.
        Sentences that give orders to whoever answers state nothing: they count for nothing beside
        others, and a claim that cites no others is not supported.
        """
        stating = tuple(evidence for evidence in cited if not is_order(evidence.text))
        key = (claim, stating or tuple(cited))
        if key not in self._known:
            found = self._judge(*key) if cited else Judgement("not_found")
            if found.verdict == "supported" and not stating:
                found = replace(found, verdict="partly")
            self._known[key] = found
        return self._known[key]

    def _judge(self, claim: str, cited: tuple[Evidence, ...]) -> Judgement:
        cosines, whole = self._cosines(claim, cited)
        agreement = self._agreement(claim, cited, max(*cosines, whole))
        titles = list(dict.fromkeys(evidence.article.title for evidence in cited))
        articles = {evidence.article.id for evidence in cited}
        context = [e.text for e in self._context if e.article.id in articles]
        facts = check_facts(claim, [*(e.text for e in cited), *titles], context)
        if facts.figures and not facts.missing:
            agreement = min(1.0, agreement + FIGURE)
        missing, standing = len(facts.missing), len(facts.standing)
        if facts.unknown and self._across(claim, cited):
            missing -= len(facts.unknown)
        reverse = turned_round(claim, [evidence.text for evidence in cited])
        if agreement < RELATED or missing > standing or reverse:
            return Judgement("not_found", (), facts.missing, agreement)
        verdict: Verdict = "supported" if not facts.missing and agreement >= AGREES else "partly"
        kept = self._counting(claim, cited, cosines)
        return Judgement(verdict, kept, facts.missing, agreement)

    def _across(self, claim: str, cited: Sequence[Evidence]) -> bool:
        language, _ = answer_language(claim)
        return all(evidence.article.language != language for evidence in cited)

    def _cosines(self, claim: str, cited: Sequence[Evidence]) -> tuple[list[float], float]:
        """Return the cosine of the claim with each sentence, and with all of them together."""
        asked = self._embedder.embed([claim], "query")[0]
        texts = [evidence.text for evidence in cited]
        if len(texts) > 1:
            texts.append(" ".join(texts))
        found = [float(cosine) for cosine in self._embedder.embed(texts, "passage") @ asked]
        return found[: len(cited)], found[-1]

    def _agreement(self, claim: str, cited: Sequence[Evidence], cosine: float) -> float:
        cosine = max(0.0, min(1.0, cosine))
        if self._cross_encoder is None:
            return cosine
        passage = Text(cited[0].article.title, tuple(evidence.text for evidence in cited))
        (score,) = self._cross_encoder.score(claim, [passage])
        return (1 - READER_SHARE) * cosine + READER_SHARE * sigmoid(score.passage)

    def _counting(
        self, claim: str, cited: tuple[Evidence, ...], cosines: Sequence[float]
    ) -> tuple[Evidence, ...]:
        """Return the cited sentences without those that are about something else.

        One that holds a fact which the others lack counts, however far its meaning is.
        """
        kept = list(cited)
        for evidence, cosine in sorted(zip(cited, cosines, strict=True), key=lambda pair: pair[1])[
            :-1
        ]:
            others = [e for e in kept if e is not evidence]
            if cosine >= RELATED:
                break
            lost = check_facts(claim, [e.text for e in others]).missing
            if set(lost) <= set(check_facts(claim, [e.text for e in kept]).missing):
                kept = others
        return tuple(kept)
