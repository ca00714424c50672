"""From a text and what is known of it to an `Article`: identity, title, language, digest."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from index.errors import SourceError
from index.language import detect_language
from index.segmentation import segment
from index.types import Article, digest_of

MAX_TITLE = 200  # characters
_MARKS = " \t#*_"


def make_article(
    text: str,
    *,
    source: str,
    title: str | None = None,
    url: str | None = None,
    published: datetime | None = None,
    language: str | None = None,
    author: str | None = None,
    pages: tuple[int, ...] = (),
) -> Article:
    """Return the article of `text`; what is not given is found in the text itself.

    The id comes from `url`, or else from `source`, and so survives edits. Raises `SourceError`
    where there is no text, it is not valid Unicode, or the address is not one of the web.
    """
    if not any(character.isalnum() for character in text):
        raise SourceError(f"{source} holds no text: there is nothing to index in it.")
    if url is not None and not is_web_address(url):
        raise SourceError(
            f"{source} gives the address {url[:80]!r}: only http and https can be kept."
        )
    try:
        f"{text}{title}{url}{author}".encode()
    except UnicodeEncodeError:
        raise SourceError(f"{source} holds half a character: it cannot be stored.") from None
    language = language or detect_language(text)
    title = (title or "").strip() or find_title(text, language)
    author = (author or "").strip()[:MAX_TITLE] or None
    shown = [title, url or "", published.isoformat() if published else "", language, text]
    if author or pages:  # absent from digests of articles that have neither
        shown += [author or "", ",".join(map(str, pages))]
    return Article(
        id=digest_of("url", url)[:12] if url else digest_of("source", source)[:12],
        title=title[:MAX_TITLE],
        url=url,
        published=published,
        language=language,
        text=text,
        digest=digest_of(*shown),
        source=source,
        author=author,
        pages=pages,
    )


def find_title(text: str, language: str) -> str:
    """Return the title line of `text`, or the opening of its first sentence."""
    first = next(iter(segment(text[:20_000], language)), None)
    if first is None:
        return "…"
    line = " ".join(text[first.start : first.end].split())
    if first.kind == "title":
        return line.strip(_MARKS)
    return line if len(line) <= 80 else line[:80].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def parse_moment(value: object, source: str) -> datetime | None:
    """Return a date or time given as text or as such, in UTC; raise `SourceError` otherwise."""
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise SourceError(
            f"{source} gives {str(value)[:40]!r} as its date: write it as 2024-11-25."
        ) from None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise SourceError(
            f"{source} gives a date that no calendar has ({str(value)[:40]}): mend it."
        ) from None


def is_web_address(url: str) -> bool:
    """Tell whether `url` is an http or https address with a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
