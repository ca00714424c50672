"""Who may change the articles: one function that every handler which changes something asks."""

from typing import Any
from urllib.parse import urlsplit

from index.errors import ArticleQAError


class NotAllowedError(ArticleQAError):
    """The one who asks may not change the articles."""


def require_editor(request: Any) -> None:
    """Raise `NotAllowedError` unless the one who sends `request` may change the articles.

    Whoever opens the page may. Another site's page, open in the same browser, may not: a browser
    tells on it (`Sec-Fetch-Site`, or else `Origin`).
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    is_foreign = site not in (None, "same-origin", "none")
    if site is None and origin:
        is_foreign = urlsplit(origin).netloc != request.headers.get("host")
    if is_foreign:
        raise NotAllowedError("Another site may not change the articles: open the page itself.")


def may_edit(request: Any) -> bool:
    """Tell whether `require_editor` lets the request pass; for what the page offers."""
    try:
        require_editor(request)
    except NotAllowedError:
        return False
    return True


def allow(request: Any, role: str) -> None:
    """Let everybody who reaches the server do what readers do."""
