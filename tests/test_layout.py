"""Imports point one way, the wheel holds what runs, the README speaks the truth."""

import ast
import dataclasses
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from readme import ADDRESS

import article_qa_page.access.commands  # noqa: F401  # its commands are the shell's too
from retrieval.answering import Assistant
from retrieval.commands import shell
from retrieval.types import Answer

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAY_IMPORT: dict[str, set[str]] = {
    "index": set(),
    "prompts": {"index"},
    "retrieval": {"index", "prompts"},
    "article_qa_page": {"index", "prompts", "retrieval"},
}


def imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_one_way(package: str) -> None:
    ours = {*MAY_IMPORT, "app", "training", "evaluation", "benchmarks", "tests"} - {package}
    files = list((ROOT / package).rglob("*.py"))
    assert files
    for file in files:
        assert imported(file) & ours <= MAY_IMPORT[package], file


@pytest.mark.parametrize(
    ("module", "home"),
    [
        ("chromadb", {"index/vectors.py", "index/server/connection.py"}),
        ("sentence_transformers", {"index/embedding.py"}),
    ],
)
def test_one_module_speaks_to_each_engine(module: str, home: set[str]) -> None:
    users = {
        str(file.relative_to(ROOT))
        for package in MAY_IMPORT
        for file in (ROOT / package).rglob("*.py")
        if module in imported(file)
    }
    assert users == home


def test_the_wheel_holds_what_runs(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet",
         "--wheel-dir", str(tmp_path / "wheel"), "."],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = (tmp_path / "wheel").glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.split("/")[0] for name in names if "dist-info" not in name}
    assert tops == {"app.py", "index", "retrieval", "prompts", "article_qa_page"}
    for folder, inside in [
        ("articles", "index/sample_articles"),
        ("index/models", "index/models"),
        ("prompts", "prompts"),
        ("retrieval", "retrieval"),
        ("article_qa_page", "article_qa_page"),
    ]:
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert f"{inside}/{file.relative_to(ROOT / folder)}" in names


def test_the_readmes_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^    make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    known = {
        command.name or str(command.callback.__name__) for command in shell.registered_commands
    }  # type: ignore[union-attr]
    named = set(re.findall(r"article-qa (\w+)", README))
    assert named - {"serve", "mcp", "feedback"} <= known and "ask" in named


def test_the_readmes_table_of_an_answer_is_whole() -> None:
    table = README.split("### What an answer holds\n\n")[1].split("\n\n")[0]
    named = [re.findall(r"`(\w+)`", row.split("|")[1]) for row in table.splitlines()[2:]]
    fields = {field.name for field in dataclasses.fields(Answer)} - {"question"}
    assert {name for names in named for name in names} == fields
    lines = [line for line in str(Answer.__doc__).splitlines() if line.strip()]
    assert len(lines) == len(set(lines))


def test_the_readmes_python_runs(
    sample_assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_QA_HOME", str(sample_assistant.home))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "press").mkdir()
    for article in sample_assistant.articles():
        (tmp_path / "press" / f"{article.id}.txt").write_text(article.text, encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    # Those that ask a server are run by the tests of what they ask.
    blocks = [block for block in blocks if ADDRESS not in block]
    assert len(blocks) >= 3
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
