"""A model's reply made an answer: claims judged, citations renumbered, doubts marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from prompts import ChatWording
from retrieval.citations import cite
from retrieval.claims import Draft, split_claims
from retrieval.markers import read_reply
from retrieval.reader import Evidence
from retrieval.types import Citation, Claim, Verdict
from retrieval.verdicts import AGREES, Judge, Judgement


@dataclass(frozen=True, slots=True)
class Composed:
    """The text of an answer as far as it is written, with what it cites and claims."""

    text: str
    citations: tuple[Citation, ...]
    claims: tuple[Claim, ...]

    @property
    def founded(self) -> bool:
        """Whether any claim is supported, or would be if not for a fact that is missing."""
        return any(
            claim.verdict == "supported"
            or (claim.verdict == "partly" and claim.agreement >= AGREES)
            for claim in self.claims
        )


class Composer:
    """Turns a growing reply into text whose markers name citations that exist.

    `shown` are the sentences the model was given, number 1 first.
    """

    def __init__(
        self, shown: Sequence[Evidence], judge: Judge, wording: ChatWording, language: str
    ) -> None:
        self._shown = shown
        self._judge = judge
        self._wording = wording
        self._language = language

    def compose(self, raw: str, *, complete: bool) -> Composed:
        """Return what is to be shown of a reply; numbers that do not exist are dropped.

        A claim gets its citations and its mark as soon as the next one begins.
        """
        drafts = split_claims(read_reply(raw, complete=complete), self._language)
        page = _Page(self._wording)
        for position, draft in enumerate(drafts):
            if complete or position < len(drafts) - 1:
                page.add(draft, self._judgement(draft), self._shown)
            else:
                page.text += draft.before + draft.text
        return Composed(page.text.strip(), cite(page.cited), tuple(page.claims))

    def _judgement(self, draft: Draft) -> Judgement:
        real = [self._shown[n - 1] for n in draft.numbers if 1 <= n <= len(self._shown)]
        return self._judge.judge(draft.text, real)


class _Page:
    """The answer's text while it is put together."""

    def __init__(self, wording: ChatWording) -> None:
        self.text = ""
        self.cited: list[Evidence] = []
        self.claims: list[Claim] = []
        self._marks: dict[Verdict, str] = {
            "supported": "",
            "partly": wording.mark_partly,
            "not_found": wording.mark_not_found,
        }

    def add(self, draft: Draft, judgement: Judgement, shown: Sequence[Evidence]) -> None:
        """Write a claim with its markers, and its mark if it has earned one."""
        self.text += draft.before if self.text else ""
        start = len(self.text)
        own: list[int] = []
        at = 0
        # A marker that leads its claim is shown where all the others are: behind.
        for offset, numbers in sorted((o or len(draft.text), n) for o, n in draft.marks):
            self.text += draft.text[at:offset]
            at = offset
            fresh = [n for n in self._numbers(numbers, judgement, shown) if n not in own]
            self.text += "".join(f" [{number}]" for number in fresh)
            own += fresh
        self.text += draft.text[at:]
        end = len(self.text)
        if mark := self._marks[judgement.verdict]:
            self.text += f" {mark}"
        self.claims.append(
            Claim(
                draft.text,
                start,
                end,
                judgement.verdict,
                tuple(own),
                judgement.missing,
                judgement.agreement,
            )
        )

    def _numbers(
        self, cited: Sequence[int], judgement: Judgement, shown: Sequence[Evidence]
    ) -> list[int]:
        """Return the answer's own numbers of sentences that count, in order of appearance."""
        own = []
        for number in cited:
            evidence = shown[number - 1] if 1 <= number <= len(shown) else None
            if evidence is None or evidence not in judgement.kept:
                continue
            if evidence not in self.cited:
                self.cited.append(evidence)
            own.append(self.cited.index(evidence) + 1)
        return own
