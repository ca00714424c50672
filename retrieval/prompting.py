"""What a chat model is given to read: prompts filled in with sentences, history and question."""

import secrets
from collections.abc import Mapping, Sequence

from prompts import template
from retrieval.chat_model import Messages
from retrieval.markers import scrub, visible
from retrieval.reader import Evidence
from retrieval.retriever import Candidate

MAX_CHARACTERS = 16_000
"""Characters of sentences given to a model, some 5,000 tokens: small models hold no more."""
TURNS = 3
TURN_CHARACTERS = 400
History = Sequence[tuple[str, str]]
"""Earlier questions and the texts of their answers, the oldest first."""


def choose_sentences(
    candidates: Sequence[Candidate], scores: Mapping[tuple[str, int], Evidence]
) -> tuple[Evidence, ...]:
    """Return the sentences to show, by article, the best article first, in its order.

    `scores` holds what the reader read, by article and start. The best passages come first when
    there is room for no more than `MAX_CHARACTERS`.
    """
    chosen: dict[tuple[str, int], Evidence] = {}
    room = MAX_CHARACTERS
    for candidate in candidates:
        article = candidate.passage.article
        for sentence in candidate.sentences:
            key = (article.id, sentence.start)
            room -= 0 if key in chosen else sentence.end - sentence.start
            if sentence.kind == "text" and key not in chosen and room >= 0:
                chosen[key] = scores.get(key) or Evidence(article, sentence, 0.0)
    order = list(dict.fromkeys(article for article, _ in chosen))
    return tuple(chosen[key] for key in sorted(chosen, key=lambda k: (order.index(k[0]), k[1])))


def answer_messages(
    question: str, history: History, shown: Sequence[Evidence], language: str
) -> Messages:
    """Return the messages that ask for an answer; `language` is its name in English."""
    # Nobody who wrote an article can know the code, and so close the section that it stands in.
    code = secrets.token_hex(8)
    asked = template("answer_question").format(
        history=_told(history, code),
        code=code,
        articles=_numbered(shown),
        language=language,
        question=_flat(question),
    )
    return [("system", template("answer").format(language=language)), ("human", asked)]


def rewriting_messages(question: str, history: History) -> Messages:
    """Return the messages that ask for a question that needs no conversation."""
    told = _told(history, secrets.token_hex(8))
    asked = template("rewrite_question").format(history=told, question=_flat(question))
    return [("system", template("rewrite")), ("human", asked)]


def _numbered(shown: Sequence[Evidence]) -> str:
    lines: list[str] = []
    article_id = None
    for number, evidence in enumerate(shown, 1):
        article = evidence.article
        if article.id != article_id:
            article_id = article.id
            dated = f", {article.published:%Y-%m-%d}" if article.published else ""
            lines.append(f"\nArticle: {_flat(article.title)}{dated}")
        lines.append(f"[{number}] {_flat(evidence.text)}")
    return "\n".join(lines).strip()


def _told(history: History, code: str) -> str:
    turns = [
        f"Reader: {_flat(question)[:TURN_CHARACTERS]}\n"
        f"Answer: {_flat(scrub(answer))[:TURN_CHARACTERS]}"
        for question, answer in history[-TURNS:]
    ]
    return template("history").format(code=code, turns="\n".join(turns)) if turns else ""


def _flat(text: str) -> str:
    """Return a text on one line, its brackets made round: only ours hold sentence numbers."""
    return " ".join(visible(text).translate(str.maketrans("[]【】［］", "()()()")).split())
