"""Language identification with py3langid, whose model is part of its package."""

from functools import cache
from typing import Any

INTERFACE_LANGUAGES = ("en", "fr")
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
    """Return the probability of each language that `text` may be in, by ISO 639-1 code."""
    ranked = _identifier(()).rank(text[:SAMPLE_CHARACTERS])
    return {str(code): float(chance) for code, chance in ranked}
