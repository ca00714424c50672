"""Errors a user may meet: one tree, one clear sentence each.

Every message says what is wrong and what to do; the shell prints it as it is and exits with
`exit_code`. Anything outside this tree is a defect of the program.
"""


class ArticleQAError(Exception):
    """Base of every error that is told to the user in one sentence."""

    exit_code = 1


class NoIndexError(ArticleQAError):
    """Nothing has been indexed in this data folder yet."""


class SourceError(ArticleQAError):
    """A file cannot be read as an article: missing, empty, binary, or not permitted."""


class UnknownArticleError(ArticleQAError):
    """No article of the index has this id."""


class IndexLockedError(ArticleQAError):
    """Another process is writing to the index."""


class NewerFormatError(ArticleQAError):
    """The data folder was made by a newer version of the program."""


class DamagedIndexError(ArticleQAError):
    """The index cannot be opened, or what was built failed its check."""


class ServerError(ArticleQAError):
    """A shared index's Chroma server cannot be used; `status` is that of HTTP, if it replied."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class StorageError(ArticleQAError):
    """The data folder cannot be written or read: disk full, quota, permission."""


class ModelError(ArticleQAError):
    """The embedding model cannot be loaded, or is not the one that made the index."""


class QuestionError(ArticleQAError):
    """The question is empty, or too long by having `characters` where `most` are allowed."""

    def __init__(self, message: str, characters: int = 0, most: int = 0) -> None:
        super().__init__(message)
        self.characters = characters
        self.most = most


class AccessError(ArticleQAError):
    """Who asks may not do this; `status` is 401 where a login would help, else 403."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class LimitError(ArticleQAError):
    """Too much is asked at a time: `kind` says of what, and `retry_after` when, in seconds.

    `kind` is "rate", "at_once", "calls", "ratings" (each by this client) or "full" (by all
    together).
    """

    def __init__(self, message: str, kind: str, retry_after: int) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after


class FilterError(ArticleQAError):
    """A date or name to filter the articles by is none."""

    exit_code = 2


class SettingsError(ArticleQAError):
    """A setting has a value that is not allowed."""


def unknown_article(article_id: str) -> UnknownArticleError:
    """Return the error for an id that no article has."""
    return UnknownArticleError(
        f"No article has the id {article_id!r}: 'article-qa list' shows them all."
    )
