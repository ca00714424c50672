"""The student's vocabulary: the teacher's WordPiece vocabulary fitted to English and French.

Pieces that neither language needs (other scripts, ``[unused]`` slots) are cut,
which makes the file small. Frequent French and English words that the teacher
splits become tokens of their own, which makes sequences short, and so do
frequent French word endings, which serve the words not listed. Every English
whole word of the teacher stays. A new token's vector starts as the mean of the
vectors of the pieces that it replaces.

The teacher is uncased and its normaliser strips accents, so « État » is counted,
stored and looked up as ``etat``.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
CONTINUES = "##"
MIN_COUNT = 8
"""A word seen less often would hardly move from where it starts."""

LONGEST = 18
"""Longer words are mostly identifiers of source code."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many tokens of each kind to add, at most."""

    french_words: int = 8_900
    english_words: int = 300
    french_endings: int = 400


def is_needed(token: str) -> bool:
    """Say whether English or French text can hold this token of the teacher."""
    if token in SPECIAL:
        return True
    if token.startswith("[unused"):
        return False
    return all(_is_needed_character(character) for character in token.removeprefix(CONTINUES))


def _is_needed_character(character: str) -> bool:
    if character.isascii():
        return True
    if unicodedata.category(character)[0] in "PSN":
        return True
    return unicodedata.name(character, "").startswith(("LATIN", "GREEK"))


def count_words(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[str]:
    """Count the words of ``texts`` as the tokenizer's model sees them: no accents, no case."""
    counts: Counter[str] = Counter()
    for text in texts:
        normal = tokenizer.normalizer.normalize_str(text)
        counts.update(word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normal))
    return counts


def pieces_of(token: str, vocabulary: dict[str, int]) -> list[str]:
    """Split a token, longest match first as WordPiece does; empty where nothing matches."""
    inside = token.startswith(CONTINUES)
    text = token.removeprefix(CONTINUES)
    pieces: list[str] = []
    start = 0
    while start < len(text):
        prefix = CONTINUES if inside or start else ""
        ends = range(len(text), start, -1)
        piece = next(
            (prefix + text[start:e] for e in ends if prefix + text[start:e] in vocabulary), ""
        )
        if not piece:
            return []
        pieces.append(piece)
        start += len(piece) - len(prefix)
    return pieces


def used_pieces(counts: Counter[str], known: dict[str, int]) -> set[str]:
    """Return the tokens worth keeping: whole words, short pieces, pieces that words need."""
    used = {token for token in known if len(token.removeprefix(CONTINUES)) <= 2}
    used.update(token for token in known if not token.startswith(CONTINUES))
    for word in counts:
        if word not in known:
            used.update(pieces_of(word, known))
    return used


def new_words(counts: Counter[str], known: dict[str, int], limit: int) -> list[str]:
    """Return the words whose own token saves most: seen often, split into many pieces."""
    savings: dict[str, int] = {}
    for word, count in counts.items():
        if count >= MIN_COUNT and word not in known and word.isalpha() and len(word) <= LONGEST:
            savings[word] = count * (len(pieces_of(word, known)) - 1)
    useful = [word for word, saved in savings.items() if saved > 0]
    return sorted(useful, key=lambda word: (-savings[word], word))[:limit]


def new_characters(counts: Counter[str], known: dict[str, int]) -> list[str]:
    """Return frequent needed characters that would become [UNK], alone and inside a word."""
    seen: Counter[str] = Counter()
    for word, count in counts.items():
        seen.update(dict.fromkeys(word, count))
    frequent = sorted(c for c, n in seen.items() if n >= MIN_COUNT and _is_needed_character(c))
    forms = [form for c in frequent for form in (c, CONTINUES + c)]
    return [form for form in forms if form not in known and form[-1].isprintable()]


def new_endings(counts: Counter[str], known: dict[str, int], limit: int) -> list[str]:
    """Return the endings, of 3 to 7 letters, that most of the words still split share."""
    split = [w for w, n in counts.items() if n > 1 and w not in known and w.isalpha()]
    use: Counter[str] = Counter()
    for word in split:
        longest = min(7, len(word) - 3)
        use.update(CONTINUES + word[-size:] for size in range(3, longest + 1))
    fresh = {piece: n * (len(pieces_of(piece, known)) - 1) for piece, n in use.items()}
    useful = [piece for piece, saved in fresh.items() if saved > 0]
    return sorted(useful, key=lambda piece: (-fresh[piece], piece))[:limit]


def student_vocabulary(
    tokenizer: Tokenizer, french: Iterable[str], english: Iterable[str], sizes: Sizes
) -> list[str]:
    """Return the student's tokens in the order of their ids, [PAD] first."""
    french_counts, english_counts = count_words(tokenizer, french), count_words(tokenizer, english)
    teacher = tokenizer.get_vocab()
    used = used_pieces(french_counts + english_counts, teacher)
    needed = [token for token in sorted(teacher, key=teacher.__getitem__) if is_needed(token)]
    kept = [*SPECIAL, *(token for token in needed if token not in SPECIAL and token in used)]
    known = {token: place for place, token in enumerate(kept)}

    def add(tokens: list[str]) -> None:
        kept.extend(tokens)
        known.update({token: len(known) + place for place, token in enumerate(tokens)})

    add(new_characters(french_counts + english_counts, known))
    only_french = Counter({w: n for w, n in french_counts.items() if n > english_counts[w]})
    add(new_words(only_french, known, sizes.french_words))
    add(new_words(english_counts, known, sizes.english_words))
    add(new_endings(only_french, known, sizes.french_endings))
    return kept


def student_tokenizer(source: Tokenizer, tokens: list[str]) -> Tokenizer:
    """Return the teacher's tokenizer with another vocabulary, no truncation and no padding."""
    parts: dict[str, Any] = json.loads(source.to_str())
    ids = {token: place for place, token in enumerate(tokens)}
    parts["model"]["vocab"] = ids
    parts["truncation"] = parts["padding"] = None
    parts["added_tokens"] = [
        entry | {"id": ids[entry["content"]]} for entry in parts["added_tokens"]
    ]
    for token, entry in parts["post_processor"].get("special_tokens", {}).items():
        entry["ids"] = [ids[token]]
    return Tokenizer.from_str(json.dumps(parts))


def student_vectors(source: Tokenizer, vectors: torch.Tensor, tokens: list[str]) -> torch.Tensor:
    """Return the first word vectors (tokens, width) of the student from the teacher's."""
    known = source.get_vocab()
    start = torch.empty(len(tokens), vectors.shape[1])
    for place, token in enumerate(tokens):
        pieces = [token] if token in known else pieces_of(token, known) or ["[UNK]"]
        start[place] = vectors[[known[piece] for piece in pieces]].mean(0)
    return start


def load_tokenizer(model: str) -> Tokenizer:
    """Load the tokenizer of a model folder without its truncation and padding."""
    tokenizer = Tokenizer.from_file(str(Path(model) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
