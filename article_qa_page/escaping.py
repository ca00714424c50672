"""Text that nobody trusts, as Markdown that shows it as it is; and the reverse."""

import re

# all ASCII punctuation: CommonMark lets each be escaped
_ACTIVE = re.compile(r"([!-/:-@\[-`{-~])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_HEADING = re.compile(r"^#{1,6}[^\S\n]+([^\n]+)$", re.MULTILINE)


def escape(text: str) -> str:
    """Return `text` as Markdown that shows it literally; lines stay lines, indents go."""
    return "\n".join(_ACTIVE.sub(r"\\\1", line.strip()) for line in text.splitlines())


def unescape(markdown: str) -> str:
    """Undo `escape`, but for the white space it dropped."""
    return _ESCAPED.sub(r"\1", markdown)


def escape_keeping_ends(text: str) -> str:
    """Escape a stretch from within a line: its outer spaces matter."""
    escaped = escape(text)
    before = " " if text[:1].isspace() and escaped else ""
    after = " " if text[-1:].isspace() and escaped else ""
    return f"{before}{escaped}{after}" if escaped else (" " if text else "")


def on_one_line(text: str) -> str:
    """Return `text` with every run of white space that holds a line end made one space."""
    return " ".join(part.strip() for part in text.splitlines() if part.strip())


def headings_marked(text: str) -> str:
    """Return a passage on one line, its headings followed by a dash in place of their marks."""
    return on_one_line(_HEADING.sub(r"\1 —", text)).removesuffix(" —")


def shortened(text: str, most: int) -> str:
    """Return `text`, or as many of its first words as `most` characters hold."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
