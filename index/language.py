"""Language identification with py3langid, whose model is part of its package."""

from functools import cache
from typing import Any

INTERFACE_LANGUAGES = ("en", "fr")
# Among these a short text is told apart; their small neighbours would take a share of each.
_WIDELY = """
ar cs da de el en es fi fr he hi hu id it ja ko nl no pl pt ro ru sv tr uk vi zh
"""
WRITTEN_WIDELY = tuple(_WIDELY.split())
SAMPLE_CHARACTERS = 4_000


@cache
def _identifier(languages: tuple[str, ...]) -> Any:
    from py3langid import langid

    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    if languages:
        identifier.set_languages(list(languages))
    return identifier


def detect_language(text: str, among: tuple[str, ...] = ()) -> str:
    """Return the ISO 639-1 code of the language of `text`, out of `among` if given."""
    code, _ = _identifier(among).classify(text[:SAMPLE_CHARACTERS])
    return str(code)


def language_chances(text: str) -> dict[str, float]:
    """Return the probability of each of `WRITTEN_WIDELY` to be the language of `text`."""
    ranked = _identifier(WRITTEN_WIDELY).rank(text[:SAMPLE_CHARACTERS])
    return {str(code): float(chance) for code, chance in ranked}
