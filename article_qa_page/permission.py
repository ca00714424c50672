"""Who may do what: one function that every route for readers, and every change, asks first."""

from typing import Any, Literal

from index.errors import ArticleQAError

Role = Literal["reader", "editor"]


class NotAllowedError(ArticleQAError):
    """The one who asks may not do this."""


def allow(request: Any, role: Role) -> None:
    """Raise `NotAllowedError` unless the one who sends `request` may do what `role` does.

    `request` is Starlette's or Gradio's: both have its headers. Whoever reaches the server may.
    """
