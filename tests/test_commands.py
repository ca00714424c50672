"""The shell, as a user types it; in a process of its own where that counts."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from conftest import CUSTOMER_ARTICLES
from typer.testing import CliRunner, Result

from index.samples import sample_folder
from retrieval.commands import shell

ROOT = Path(__file__).parents[1]
HTML = (
    "<!doctype html><html lang='en'><head><title>Ferries</title></head><body><article>"
    "<h1>Ferries</h1>"
    + "<p>The harbour will be closed to all ferries for the winter.</p>"
    + "<p>Repairs to the quay, which a storm damaged in January, will cost four million euros "
    "and employ some sixty people until the spring, its owner said on Monday.</p>"
    "</article></body></html>"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ARTICLE_QA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def heed_ctrl_c() -> None:
    # Where the tests run in the background of a shell, it is ignored by inheritance.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(shell, words)
    assert result.exit_code == code, (result.output, result.stderr, result.exception)
    assert "Traceback" not in result.output
    return result


def told(result: Result) -> str:
    """Return the one sentence an error is told in."""
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("article-qa: ") and line.endswith(".")
    return line


def process(*words: str, home: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "ARTICLE_QA_HOME": str(home), "HF_HUB_OFFLINE": "1", **more}
    return subprocess.run(
        [sys.executable, "-c", "from app import main; main()", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_the_whole_way_on_the_customers_article(tmp_path: Path) -> None:
    if not CUSTOMER_ARTICLES.is_dir():
        pytest.skip("the customer's article is not part of this checkout")
    home = tmp_path / "home"
    added = process("add", str(CUSTOMER_ARTICLES), home=home)
    assert added.returncode == 0 and "1 added." in added.stdout, added.stderr
    asked = process("ask", "why did xAI switch to Dell?", "--json", home=home)
    assert asked.returncode == 0 and asked.stderr == ""
    answer = json.loads(asked.stdout)
    (file,) = CUSTOMER_ARTICLES.glob("*.txt")
    text = file.read_text(encoding="utf-8")
    for citation in answer["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert any("difficultés financières" in c["quote"] for c in answer["citations"])


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom app import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'gradio', 'chromadb', 'transformers', 'numpy', 'fastapi'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert "HEAVY []" in done.stdout, done.stdout + done.stderr
    for command in (
        "add", "remove", "list", "sync", "sources", "ask", "serve", "reindex", "doctor", "export",
        "import", "mcp", "feedback", "password", "token",
    ):  # fmt: skip
        assert command in done.stdout


def test_importing_retrieval_loads_nothing_and_makes_no_folder(tmp_path: Path) -> None:
    script = (
        "import sys\nimport retrieval, index, prompts, app\n"
        "heavy = {'torch', 'gradio', 'chromadb', 'numpy', 'pydantic', 'sentence_transformers'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    environment = {**os.environ, "ARTICLE_QA_HOME": str(tmp_path / "home")}
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, check=True)
    assert not (tmp_path / "home").exists()


def test_add_list_ask_remove(home: Path) -> None:
    assert "2 added." in run("add", str(sample_folder())).output
    assert "2 unchanged." in run("add", str(sample_folder())).output
    lines = run("list").output.splitlines()
    assert len(lines) == 2 and "2024-11-25  fr" in lines[1]
    answer = run("ask", "Who is Charlie Dai?").output
    assert "Charlie Dai" in answer and "[1] " in answer and "characters" in answer
    refusal = run("ask", "What is the recipe for onion soup?").output
    assert "do not answer" in refusal and "- " in refusal
    article_id = lines[0].split()[0]
    assert "1 removed." in run("remove", article_id).output
    assert len(run("list").output.splitlines()) == 1


def test_add_and_sync_can_be_planned(home: Path, folder: Path) -> None:
    (folder / "a.txt").write_text("Some text. More.")
    for words in (["add", str(folder)], ["sync", str(folder)]):
        lines = run(*words, "--dry-run").output.splitlines()
        assert lines[0].startswith("new      ") and lines[0].endswith("Some text.")
        assert lines[-1] == "Nothing was changed. A sync would find: 1 added."
    assert "holds no articles" in run("list", code=1).stderr or not (home / "index").exists()
    (folder / "b.txt").write_text("")
    assert "b.txt is empty" in run("sync", str(folder), "--dry-run", code=1).stderr


def test_sync_of_the_listed_sources(home: Path, folder: Path) -> None:
    assert "sources.toml does not exist" in told(run("sync", code=1))
    home.mkdir()
    (home / "sources.toml").write_text(f'folders = ["{folder}", "nowhere"]')
    (folder / "a.txt").write_text("Some text. More.")
    result = run("sync", code=1)
    assert "1 added, 1 failed." in result.output and "nowhere is not a folder" in result.stderr
    lines = run("sources").output.splitlines()
    assert lines[:2] == [f"folder  {folder}", f"folder  {home / 'nowhere'}"]
    assert "nowhere is not a folder" in lines[2] and lines[2].endswith("once)")
    run("sync", "--watch", "--dry-run", code=2)


def test_watching_ends_with_a_signal(home: Path, folder: Path) -> None:
    (folder / "a.txt").write_text("Some text. More.")
    environment = {**os.environ, "ARTICLE_QA_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    for number in (signal.SIGINT, signal.SIGTERM):
        started = subprocess.Popen(
            [sys.executable, "-c", "from app import main; main()", "sync", str(folder), "--watch"],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=heed_ctrl_c,
        )  # fmt: skip
        assert started.stdout and started.stdout.readline() == "Watching; Ctrl-C ends it.\n"
        time.sleep(1)
        started.send_signal(number)
        _, stderr = started.communicate(timeout=60)
        assert started.returncode == 130 and "Traceback" not in stderr, stderr
        assert stderr.endswith("article-qa: stopped watching; what was synced stays.\n")


def test_a_file_of_each_kind_in_one_go(home: Path, folder: Path) -> None:
    (folder / "a.jsonl").write_text('{"text": "One thing happened."}\n{"text": "And another."}\n')
    (folder / "b.html").write_text(HTML)
    with zipfile.ZipFile(folder / "c.zip", "w") as archive:
        archive.writestr("inside.md", "# A title\n\nText in an archive.")
    assert "4 added." in run("sync", str(folder)).output
    with zipfile.ZipFile(folder / "c.zip", "w") as archive:
        archive.writestr("other.md", "# A title\n\nOther text in an archive.")
    assert "1 added, 1 removed, 3 unchanged." in run("sync", str(folder)).output


def test_export_import_and_doctor(
    home: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.txt").write_text("Some text. More.")
    run("add", str(folder))
    listed = run("list").output
    assert run("export", str(tmp_path / "all.jsonl")).output == "1 exported.\n"
    assert json.loads(run("export", "-").stdout)["text"] == "Some text. More."
    assert "Nothing is wrong" in run("doctor").output
    (live,) = home.glob("index/0*")
    (live / "vectors" / "chroma.sqlite3").write_bytes(b"no database")
    assert "--repair" in run("doctor", code=1).output
    assert "Nothing is wrong" in run("doctor", "--repair").output
    assert "Nothing is wrong" in run("doctor").output
    monkeypatch.setenv("ARTICLE_QA_HOME", str(tmp_path / "other"))
    assert "1 added." in run("import", str(tmp_path / "all.jsonl")).output
    assert run("list").output == listed
    (tmp_path / "bad.jsonl").write_text("{}\n")
    assert "line 1" in told(run("import", str(tmp_path / "bad.jsonl"), code=1))
    assert "cannot be read" in told(run("import", str(tmp_path / "none.jsonl"), code=1))


def test_sync(home: Path, folder: Path) -> None:
    (folder / "a.txt").write_text("Some text. More.")
    assert "1 added." in run("sync", str(folder)).output
    (folder / "a.txt").unlink()
    assert "1 removed." in run("sync", str(folder)).output
    assert "holds no articles" in run("list").output


def test_reindex(home: Path, folder: Path) -> None:
    (folder / "a.txt").write_text("Some text. More.")
    run("add", str(folder))
    assert "0 texts embedded" in run("reindex").output


def test_no_index_yet(home: Path) -> None:
    for words in (("ask", "why?"), ("list",)):
        assert "article-qa add PATH" in told(run(*words, code=1))
    assert not home.exists()


def test_nothing_to_reindex(home: Path) -> None:
    assert "article-qa add PATH" in told(run("reindex", code=1))


def test_unknown_id(home: Path) -> None:
    assert "'nope'" in told(run("remove", "nope", code=1))


def test_empty_question(home: Path) -> None:
    assert "question is empty" in told(run("ask", "  ", code=1))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [("a.txt", b"", "is empty"), ("a.txt", b"\x89PNG\r\n\x1a\n\x00", "is not a text file")],
)
def test_a_bad_file(home: Path, folder: Path, name: str, content: bytes, says: str) -> None:
    (folder / name).write_bytes(content)
    result = run("add", str(folder / name), code=1)
    assert says in told(result)


def test_a_missing_path(home: Path) -> None:
    assert "does not exist" in told(run("add", "nowhere.txt", code=1))


def test_an_empty_folder(home: Path, folder: Path) -> None:
    assert "Nothing to index" in run("add", str(folder)).output


def test_a_newer_folder(home: Path, folder: Path) -> None:
    (folder / "a.txt").write_text("Some text. More.")
    run("add", str(folder))
    (home / "index" / "FORMAT").write_text("99")
    for words in (("add", str(folder)), ("ask", "why?"), ("list",)):
        assert "update article-qa" in told(run(*words, code=1))


def test_a_model_that_is_not_there(
    home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_QA_EMBEDDING_MODEL", str(folder))
    (folder / "a.txt").write_text("Some text. More.")
    assert "ARTICLE_QA_EMBEDDING_MODEL" in told(run("add", str(folder), code=1))


def test_a_data_folder_that_cannot_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.txt").write_text("Some text. More.")
    monkeypatch.setenv("ARTICLE_QA_HOME", str(folder / "a.txt" / "home"))
    assert "ARTICLE_QA_HOME" in told(run("add", str(folder), code=1))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do anything")
def test_no_permission(folder: Path, home: Path) -> None:
    (folder / "a.txt").write_text("Some text. More.")
    (folder / "a.txt").chmod(0)
    assert "may not be read" in told(run("add", str(folder), code=1))
    home.mkdir()
    home.chmod(0o500)
    (folder / "a.txt").chmod(0o600)
    assert "change its permissions" in told(run("add", str(folder), code=1))


FULL_DISK = """
import resource, sys
from pathlib import Path
import chromadb, numpy
from conftest import HashEmbedder
from processes import articles_of, sync_to
import index.embedding
index.embedding.shared_embedder = lambda *_: HashEmbedder()
from retrieval.commands import shell
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
sys.argv = ["article-qa", "add", sys.argv[1]]
shell()
"""


def test_a_full_disk_loses_nothing(home: Path, tmp_path: Path, folder: Path) -> None:
    from processes import articles_of, sync_to
    from test_generations import snapshot

    sync_to(home / "index", 0)
    before = snapshot(home / "index")
    for article in articles_of(3):
        (folder / f"{article.id}.txt").write_text(article.text * 30)
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(folder)],
        cwd=ROOT / "tests",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    assert "No space is left" in done.stderr and "Traceback" not in done.stderr
    assert snapshot(home / "index") == before
    assert not list((home / "index").glob("*.draft"))


def test_ctrl_c_and_sigterm_leave_the_index_untouched(home: Path, folder: Path) -> None:
    run("add", str(sample_folder()))
    listed = run("list").output
    for n in range(800):  # enough that it is still at it when the signal comes
        (folder / f"{n}.txt").write_text(f"Article {n} says something new. " * 12)
    for number in (signal.SIGINT, signal.SIGTERM):
        running = subprocess.Popen(
            [sys.executable, "-c", "from app import main; main()", "add", str(folder)],
            cwd=ROOT,
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_ctrl_c,
        )
        while not list((home / "index").glob("*.draft")):
            assert running.poll() is None
            time.sleep(0.02)
        running.send_signal(number)
        _, errors = running.communicate(timeout=120)
        assert running.returncode == 130
        assert "stopped; the index is as it was" in errors and "Traceback" not in errors
        assert run("list").output == listed
        assert not list((home / "index").glob("*.draft"))


def test_filters_of_the_shell(home: Path) -> None:
    run("add", str(sample_folder()))
    question = "Why did xAI switch to Dell?"
    kept = run(
        "ask", question, "--since", "2024-11-01", "--until", "2024-12-31", "--source", "articles"
    )
    assert "[1]" in kept.output and "2024-11-25" in kept.output
    assert (
        "Articles published from 2024-11-01 to 2024-12-31, from articles were asked only."
        in kept.output
    )
    answer = json.loads(run("ask", question, "--until", "2020", "--json").output)
    assert answer["abstained"] and answer["filters"]["until"] == "2021-01-01T00:00:00+00:00"
    assert "is no date" in told(run("ask", question, "--since", "soon", code=2))
    assert "'x'" in told(run("ask", question, "--article", "x", code=1))
    said = run("ask", "Why did xAI switch to Dell since 2024?")
    assert "(“since 2024” in the question; --no-time-words undoes it)" in said.output
    assert "Articles" not in run("ask", "Dell since 2024?", "--no-time-words").output
