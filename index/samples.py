"""The bundled sample articles."""

from pathlib import Path


def sample_folder() -> Path:
    """Return the folder of the bundled articles: in the package, or in the checkout."""
    installed = Path(__file__).parent / "sample_articles"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "articles"
