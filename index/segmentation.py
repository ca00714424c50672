"""Text to sentence spans: lines, paragraphs, headings, sentences.

Boundaries inside a paragraph come from `sentencex` (a rule-based splitter); two repairs follow:
it splits after initials (« M. Musk »), and keeps a very long quotation whole. Nothing is
normalised: every span is an offset pair into the text as it is.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from index.types import Sentence, SentenceKind

Span = tuple[int, int]

MAX_SENTENCE = 1_000  # characters; a longer run without a full stop is cut between words
LONG_SENTENCE = 400  # characters; from here on, full stops inside a quotation count
MAX_HEADING = 120  # characters

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_BLANK_LINE = re.compile(r"(?:\r\n|\n|\r|\u2028|\u2029)[^\S\n\r]*(?:\r\n|\n|\r|\u2028|\u2029)")
_FINAL = re.compile(r"[.!?…:;,][\s»”\"’')\]]*$")
_LIST_ITEM = re.compile(r"^\s*(?:[-*+•–—]|\d+[.)])\s")
_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+\S")
_LETTER = re.compile(r"[^\W\d_]")
_CIVILITY = re.compile(r"(?:^|[\s(«“\"'’\u00a0\u202f])MM?\.\s*$")
_NAME_INITIAL = re.compile(
    r"(?:^|[\s(«“\"'’.-]|\b(?:[Dd]e|[Dd]u|[Pp]ar|[Àà]|[Ee]t|[Aa]vec|[Cc]hez|[Ss]elon|[Pp]our|[Oo]f"
    r"|[Bb]y|[Aa]nd|[Ww]ith|[Tt]o|[Ff]rom|[Ff]or)\s|\b[^\W\d_a-zà-ÿ][^\W\d_]+\s)"
    r"(?<![^\W\d_])[A-ZÀ-Ý]\.\s*$"
)
_DOTTED = re.compile(r"(?:\b[^\W\d_]\.-?){2,}\s*$")
_LOWER_WORD_THEN_LETTER = re.compile(r"\b[a-zà-ÿ]{4,}\s[A-ZÀ-Ý]\.\s*$")
_INNER_STOP = re.compile(r"[.!?…][»”\"’')\]]*\s+(?=[«“\"(]?\s?[A-ZÀ-Ý0-9])")


def segment(text: str, language: str = "en") -> tuple[Sentence, ...]:
    """Return the sentences, titles and headings of `text`, in order.

    Spans are trimmed, do not overlap, and leave out nothing but white space. `language` is an
    ISO 639-1 code; an unknown one is split by the rules of its nearest relative.
    """
    paragraphs = list(_paragraphs(text))
    kinds = _kinds([text[start:end] for start, end in paragraphs])
    sentences: list[Sentence] = []
    for (start, end), kind in zip(paragraphs, kinds, strict=True):
        if kind != "text":
            sentences.append(Sentence(start, end, kind))
            continue
        spans = _sentence_spans(text[start:end], language)
        sentences.extend(Sentence(start + a, start + b) for a, b in spans)
    return tuple(sentences)


def _paragraphs(text: str) -> Iterator[Span]:
    """Yield trimmed paragraph spans: a line each, but hard-wrapped blocks joined."""
    position = 0
    for blank in [*_BLANK_LINE.finditer(text), None]:
        block_end = blank.start() if blank else len(text)
        lines = [_trim(text, *m.span()) for m in _LINE.finditer(text, position, block_end)]
        lines = [(start, end) for start, end in lines if start < end]
        if _is_wrapped([end - start for start, end in lines]):
            yield lines[0][0], lines[-1][1]
        else:
            yield from lines
        position = blank.end() if blank else block_end


def _is_wrapped(lengths: list[int]) -> bool:
    """Tell whether lines of these lengths look like one paragraph wrapped by an editor."""
    full = lengths[:-1]
    if not full:
        return False
    return min(full) >= 40 and max(lengths) <= 100 and max(full) - min(full) <= 25


def _kinds(paragraphs: list[str]) -> list[SentenceKind]:
    """Tell titles and headings from running text, by their looks and their neighbours."""
    marked = [bool(_MARKDOWN_HEADING.match(paragraph)) for paragraph in paragraphs]
    plain = [not m and _looks_like_heading(p) for m, p in zip(marked, paragraphs, strict=True)]
    kinds: list[SentenceKind] = []
    for position in range(len(paragraphs)):
        followed_by_text = position + 1 < len(paragraphs) and not plain[position + 1]
        # A run of short lines without full stops is a list or a poem, not a stack of headings.
        alone = followed_by_text and not (position > 1 and plain[position - 1])
        first = position == 0 and len(paragraphs) > 1
        if marked[position] or (plain[position] and (alone or (first and not all(plain)))):
            kinds.append("title" if position == 0 else "heading")
        else:
            kinds.append("text")
    return kinds


def _looks_like_heading(paragraph: str) -> bool:
    return (
        len(paragraph) <= MAX_HEADING
        and not _FINAL.search(paragraph)
        and not _LIST_ITEM.match(paragraph)
        and bool(_LETTER.search(paragraph))
        and not paragraph.rstrip().endswith(("»", "”", '"'))
    )


def _sentence_spans(paragraph: str, language: str) -> Iterator[Span]:
    import sentencex

    boundaries = sentencex.get_sentence_boundaries(language, paragraph)
    starts = sorted({b["start_index"] for b in boundaries if b["start_index"] > 0})
    kept = [0, *(s for s in starts if not _joins(paragraph, s)), len(paragraph)]
    for start, end in pairwise(kept):
        for piece in _split_long(paragraph, start, end):
            trimmed = _trim(paragraph, *piece)
            if trimmed[0] < trimmed[1]:
                yield trimmed


def _joins(paragraph: str, position: int) -> bool:
    """Tell whether the boundary at `position` falls inside a name or an abbreviation."""
    before = paragraph[max(0, position - 40) : position]
    after = paragraph[position : position + 1]
    if not before[-1].isspace():
        return before[-1] == "." and after.isalnum()  # « P.-D.|G. »
    if _CIVILITY.search(before) or (after.islower() and _DOTTED.search(before)):
        return True
    if _LOWER_WORD_THEN_LETTER.search(before):  # « la vitamine C. Elle… » ends a sentence
        return False
    return bool(_NAME_INITIAL.search(before)) and after.isupper()


def _split_long(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut an overlong span at inner full stops, else between words, else anywhere."""
    if end - start <= LONG_SENTENCE:
        yield start, end
        return
    cuts = [m.end() for m in _INNER_STOP.finditer(text, start, end) if not _joins(text, m.end())]
    for left, right in pairwise([start, *cuts, end]):
        while right - left > MAX_SENTENCE:
            space = text.rfind(" ", left + 1, left + MAX_SENTENCE)
            cut = space + 1 if space > left else left + MAX_SENTENCE
            yield left, cut
            left = cut
        yield left, right


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
