"""E-mail messages: the message itself, and the articles attached to it."""

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.policy import default
from pathlib import PurePosixPath
from typing import Any

from index.article import make_article
from index.errors import SourceError
from index.sources.content import Content, Found, SourceKind
from index.sources.decoding import beginning, decode_bytes
from index.sources.html import text_of_markup
from index.sources.html_metadata import plausible
from index.types import Article

MAX_DEPTH = 3
MAX_PARTS = 200
MAX_BOUNDARIES = 20  # each is looked for in every line
MAX_LINES = 1_000_000
MAX_HEADER = 2_000  # characters that are looked at
_MAX_PART_HEADER = 10_000  # bytes; the library's parser takes long over more
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):|[ \t]|>?From ")
_COMMON = frozenset({"from", "date", "subject", "message-id", "mime-version", "received"})
_TELLING = frozenset({"message-id", "mime-version", "received"})
_PART_HEADER = re.compile(rb"^content-[a-z-]+:.*(?:\n[ \t].*)*", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(
    rb"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE
)
_SIGNATURE = re.compile(r"^-- $.*\Z", re.MULTILINE | re.DOTALL)
_HTML_SIGNATURE = re.compile(r"^--$.*\Z", re.MULTILINE | re.DOTALL)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_SEPARATOR = re.compile(r"[/\\]")
# What the standard library's header and MIME parsers are seen to raise on damaged messages.
_DEFECTS = (ValueError, TypeError, LookupError, AttributeError, RecursionError, MessageError)
_PLAIN_TEXT = ("text/plain", "text/markdown")


def recognises(content: Content) -> bool:
    """Tell whether the content is a message: by the headers that it begins with."""
    names: set[str] = set()
    for line in beginning(content.data, 16_384).split("\n"):
        match = _HEADER.match(line)
        if not match:
            break
        names.add((match[1] or "").lower())
    if len(names & _COMMON) >= 2 and names & _TELLING:
        return True
    return content.suffix in KIND.suffixes and bool(names & {"from", "subject"})


def read_eml(content: Content) -> Iterator[Found]:
    """Yield the article of a message, then those of its attachments.

    Attachments of no known kind are passed over; one that cannot be read is yielded as the
    `SourceError` that says why. Raises `SourceError` where neither holds any text.
    """
    name = content.source
    try:
        message = _parse(content.data, name)
        body = _body(message, name)
        article = _article(message, body, name) if body else None
        attached = _attachments(message, content)
    except SourceError:
        raise
    except Exception:  # noqa: BLE001 a damaged message can make any part of the library fail
        raise SourceError(f"{name} is a damaged message: save it anew from the mailbox.") from None
    if article is not None:
        yield article
    elif not attached:
        raise SourceError(f"{name} holds no text: there is nothing to index in it.")
    for part in attached:
        if part.depth > MAX_DEPTH:
            yield SourceError(
                f"{part.source} lies in more than {MAX_DEPTH} messages or archives: "
                "save it as a file of its own."
            )
            continue
        yield from _read_part(part)


def _read_part(part: Content) -> Iterator[Found]:
    from index.sources.kinds import read_content

    try:
        yield from read_content(part)
    except SourceError as error:
        yield error


def _parse(raw: bytes, name: str) -> EmailMessage:
    if raw.count(b"\n") > MAX_LINES:
        raise SourceError(f"{name} has more than a million lines: save its parts as files.")
    if any(len(header[0]) > _MAX_PART_HEADER for header in _PART_HEADER.finditer(raw)):
        raise SourceError(f"{name} is a damaged message: save it anew from the mailbox.")
    boundaries = {quoted or bare for quoted, bare in _BOUNDARY.findall(raw)}
    if len(boundaries) > MAX_BOUNDARIES or _count(raw, boundaries) > MAX_PARTS:
        raise SourceError(f"{name} has more than {MAX_PARTS} parts: save those to keep as files.")
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)  # as the default policy makes them
    return message


def _count(raw: bytes, boundaries: set[bytes]) -> int:
    return sum(raw.count(b"\n--" + boundary) - 1 for boundary in boundaries)


def _header(message: Message, name: str) -> Any:
    """Return a header parsed as the standard has it; None where it is absent or damaged."""
    value = next((v for key, v in message.raw_items() if key.lower() == name), None)
    try:
        return default.header_fetch_parse(name, str(value)[:MAX_HEADER]) if value else None
    except _DEFECTS:
        return None


def _article(message: EmailMessage, body: str, name: str) -> Article:
    return make_article(
        body,
        source=name,
        title=_shown(_header(message, "subject")),
        published=_moment(message),
        author=_sender(message),
    )


def _shown(value: object) -> str | None:
    return " ".join(_UNSEEN.sub(" ", str(value or "")).split()) or None


def _sender(message: EmailMessage) -> str | None:
    header = _header(message, "from")
    try:
        return _shown(header.addresses[0].display_name) if header else None
    except _DEFECTS:
        return None


def _moment(message: EmailMessage) -> datetime | None:
    header = _header(message, "date")
    try:
        return plausible(header.datetime) if header else None
    except _DEFECTS:
        return None


def _body(message: EmailMessage, name: str) -> str:
    """Return the text of a message without its signature; "" if it has none."""
    for wanted in ("plain", "html"):
        part = message.get_body(preferencelist=(wanted,))
        raw = part.get_payload(decode=True) if part is not None else None
        if part is None or not isinstance(raw, bytes):
            continue
        charset = part.get_content_charset()
        if wanted == "html":
            text = _HTML_SIGNATURE.sub("", text_of_markup(raw, name, charset))
        else:
            flowed = str(part.get_param("format", "")).lower() == "flowed"
            text = _plain_text(decode_bytes(raw, charset), flowed)
        if any(character.isalnum() for character in text):
            return text.strip()
    return ""


def _plain_text(text: str, flowed: bool) -> str:
    text = _SIGNATURE.sub("", text)
    if flowed:  # a space at a line's end: the paragraph goes on (RFC 3676)
        text = re.sub(r"^ ", "", re.sub(r"(?<=\S) \n(?=\S)", " ", text), flags=re.MULTILINE)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _attachments(message: EmailMessage, content: Content) -> list[Content]:
    """Return the attachments that are of a known kind, each with a source of its own."""
    found: list[Content] = []
    names: dict[str, int] = {}
    pending: list[Message] = [message]
    while pending:
        part = pending.pop(0)
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart":
            pending[:0] = [p for p in inner if isinstance(p, Message)] if inner else []
            continue
        is_message = part.get_content_type() == "message/rfc822"
        if part is message or not (is_message or _is_attached(part)):
            continue
        raw = _bytes_of(part, is_message)
        name = _SEPARATOR.split(_shown(part.get_filename()) or "")[-1]
        name = name or ("message.eml" if is_message else "attachment")
        names[name] = names.get(name, 0) + 1
        if names[name] > 1:
            name = f"{name} ({names[name]})"
        attached = Content(
            data=raw,
            source=f"{content.source}#{name[:120]}",
            suffix=".eml" if is_message else PurePosixPath(name).suffix.lower(),
            media_type=part.get_content_type(),
            charset=part.get_content_charset(),
            depth=content.depth + 1,
        )
        if raw.strip() and _is_known(attached):
            found.append(attached)
    return found


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _bytes_of(part: Message, is_message: bool) -> bytes:
    inner = part.get_payload()
    if is_message and isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return inner[0].as_bytes()
    raw = part.get_payload(decode=True)
    return raw if isinstance(raw, bytes) else b""


def _is_known(content: Content) -> bool:
    """Tell whether an attachment is of a known kind; what only plain text would take is not."""
    from index.sources.kinds import kinds, suffixes

    if content.suffix in suffixes() or content.media_type in _PLAIN_TEXT:
        return True
    return any(kind.name != "text" and kind.recognises(content) for kind in kinds())


KIND = SourceKind("eml", (".eml",), recognises, read_eml)
