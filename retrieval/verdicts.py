"""Whether the sentences that a claim cites bear it out: by meaning, and fact by fact."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from index.embedding import Embedder
from retrieval.cross_encoder import Text
from retrieval.exchange import Scorer
from retrieval.facts import FactCheck, check_facts
from retrieval.features import Features, clipped, sigmoid
from retrieval.orders import is_order
from retrieval.question_language import answer_language
from retrieval.reader import Evidence, Regression
from retrieval.reversal import turned_round
from retrieval.types import Verdict

WEIGHTS = Path(__file__).parent / "agreement.json"
"""Two regressions, fitted by `python -m training.agreement`: with a cross-encoder and without."""

# Of the probability that a claim is borne out. Set on invented news, where fewer than one in ten of
# the false statements written to deceive reach AGREES; tried on claims about the samples.
AGREES = 0.6
RELATED = 0.1
NEAR = 0.4  # a cosine from which a sentence is about the same thing


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a claim, the cited sentences that count for it, and its missing facts.

    `agreement` (0-1) is how probable it is, by meaning, that the sentences bear the claim out.
    """

    verdict: Verdict
    kept: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    agreement: float = 0.0


class Judge:
    """Judges claims; `context` are all sentences that the model was shown.

    Meaning is the cosine, which works across the two languages, and the reader's log-odds with the
    claim in place of the question; without a cross-encoder, the cosine alone.
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
        meaning, facts, cosines = self.weigh(claim, cited)
        part = "alone" if self._cross_encoder is None else "read"
        agreement = sigmoid(fitted()[part].logit(meaning))
        missing, standing = len(facts.missing), len(facts.standing)
        if facts.unknown and meaning["across"]:
            missing -= len(facts.unknown)
        reverse = turned_round(claim, [evidence.text for evidence in cited])
        if agreement < RELATED or missing > standing or reverse:
            return Judgement("not_found", (), facts.missing, agreement)
        verdict: Verdict = "supported" if not facts.missing and agreement >= AGREES else "partly"
        kept = self._counting(claim, cited, cosines)
        return Judgement(verdict, kept, facts.missing, agreement)

    def weigh(
        self, claim: str, cited: Sequence[Evidence]
    ) -> tuple[Features, FactCheck, list[float]]:
        """Return what tells how a claim agrees, its facts, and its cosine with each sentence.

        Fewer than one sentence is an error (`ValueError`).
        """
        if not cited:
            raise ValueError("a claim is weighed against one sentence or more")
        cosines, whole = self._cosines(claim, cited)
        titles = list(dict.fromkeys(evidence.article.title for evidence in cited))
        articles = {evidence.article.id for evidence in cited}
        context = [e.text for e in self._context if e.article.id in articles]
        facts = check_facts(claim, [*(e.text for e in cited), *titles], context)
        meaning = {
            "cosine": max(*cosines, whole),
            # The same figure in both is a sign of its own: short claims look farther than they are.
            "figures": float(facts.figures and not facts.missing),
            "across": float(self._across(claim, cited)),
        }
        if self._cross_encoder is not None:
            passage = Text(cited[0].article.title, tuple(evidence.text for evidence in cited))
            (score,) = self._cross_encoder.score(claim, [passage])
            meaning["read"] = clipped(score.passage)
        return meaning, facts, cosines

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
            if cosine >= NEAR:
                break
            lost = check_facts(claim, [e.text for e in others]).missing
            if set(lost) <= set(check_facts(claim, [e.text for e in kept]).missing):
                kept = others
        return tuple(kept)


@cache
def fitted(path: Path = WEIGHTS) -> Mapping[str, Regression]:
    """Return the regressions "read" and "alone"."""
    found = json.loads(path.read_text(encoding="utf-8"))
    return {name: Regression(**found[name]) for name in ("read", "alone")}
