"""What is wrong with an index, and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

WIDTH = 96  # characters of a line on a terminal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `code` names it, `what` and `remedy` are a sentence each.

    `remedy` says what a repair does, or where it can do nothing (`repairable` is false) what the
    user must do.
    """

    code: str
    what: str
    remedy: str
    repairable: bool = True


def told(findings: Sequence[Finding]) -> str:
    """Return the findings as lines for a terminal."""
    if not findings:
        return "Nothing is wrong with the index."
    lines = []
    for finding in findings:
        lines += [finding.code, _indented(finding.what)]
        lines.append(_indented(f"{'Repair' if finding.repairable else 'To do'}: {finding.remedy}"))
    if any(finding.repairable for finding in findings):
        lines.append("'article-qa doctor --repair' mends this; nothing known is embedded again.")
    return "\n".join(lines)


def _indented(sentence: str) -> str:
    return fill(
        sentence,
        WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def counted(count: int, one: str, several: str = "") -> str:
    """Return a number with its noun."""
    return f"{count} {one if count == 1 else several or one + 's'}"


def named(names: Sequence[str], most: int = 3) -> str:
    """Return the first of some names, and how many there are besides."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
