"""A question that the articles may answer, and the sentence that it was made from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question, the rule that made it, and the sentence: article id, start and end.

    `title` is the article's. Where the question is about a `name`, any sentence with that name may
    answer it; without one, only the sentence that it was made from.
    """

    question: str
    rule: str
    place: tuple[str, int, int]
    title: str = ""
    name: str = ""
