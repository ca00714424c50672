"""The README's examples for programs, to be run against a server of a test."""

import re
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:7860"


def examples(kind: str, *, holding: str) -> list[str]:
    """Return the fenced blocks of a kind in the section for programs that hold a text."""
    section = README.split("## For programs\n")[1].split("\n## ")[0]
    blocks = re.findall(rf"```{kind}\n(.*?)```", section, re.DOTALL)
    found = [block for block in blocks if holding in block]
    assert found, (kind, holding)
    return found
