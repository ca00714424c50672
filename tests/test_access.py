"""Who may do what: passwords, tokens, sessions, slowing down, rules, the decision when serving."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import article_qa_page.access.commands  # noqa: F401
from article_qa_page.access.credentials import (
    LONGEST,
    Credentials,
    new_token,
    password_line,
    read_credentials,
)
from article_qa_page.access.failures import FORGOTTEN, FREE, MOST_CLIENTS, Failures
from article_qa_page.access.failures import LONGEST as LONGEST_WAIT
from article_qa_page.access.forwarding import checked_root_path
from article_qa_page.access.policy import client_key, decide, is_loopback
from article_qa_page.access.roles import Role, caller_of, require
from article_qa_page.access.rules import OTHER, rule_of
from article_qa_page.access.sessions import Sessions, session_key
from article_qa_page.serving import names_of
from index.errors import AccessError, SettingsError
from index.settings import Settings
from index.shell import shell

READER, EDITOR = "lectrice du journal", "rédactrice du journal"
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def lines() -> str:
    return f"{password_line(Role.READER, READER)}\n{password_line(Role.EDITOR, EDITOR)}\n"


@pytest.fixture(scope="module")
def credentials(lines: str) -> Credentials:
    return read_credentials(lines, "a file")


# --- passwords and tokens --------------------------------------------------------------------


def test_a_password_opens_its_role(credentials: Credentials) -> None:
    for password, role in ((READER, Role.READER), (EDITOR, Role.EDITOR)):
        found = credentials.by_password(password)
        assert found and found.role is role
    assert credentials.by_password("lectrice du Journal") is None
    assert credentials.by_password("") is None


def test_a_password_typed_on_another_system_is_the_same(credentials: Credentials) -> None:
    found = credentials.by_password("re\u0301dactrice du journal")
    assert found and found.role is Role.EDITOR


def test_the_same_work_is_done_for_a_role_that_has_no_password(
    lines: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs: list[tuple[int, int, int]] = []
    from article_qa_page.access import credentials as module

    real = module._stretch

    def counted(password: str, like: module.Password) -> bytes:
        costs.append((like.n, like.r, like.p))
        return real(password, like)

    one, both = read_credentials(lines.splitlines()[0], "x"), read_credentials(lines, "x")
    monkeypatch.setattr(module, "_stretch", counted)
    for known in (one, both):
        for given_ in (READER, EDITOR, "wrong"):
            costs.clear()
            known.by_password(given_)
            assert costs == [(2**14, 8, 5)] * 2


def test_a_token_opens_its_role_and_no_line_holds_it() -> None:
    token, line = new_token(Role.READER)
    other, other_line = new_token(Role.EDITOR)
    assert token not in line and token != other
    known = read_credentials(f"# for the robot\n{line} # until May\n\n{other_line}", "a file")
    assert known.by_token(token) is Role.READER
    assert known.by_token(other) is Role.EDITOR
    assert known.by_token(line) is known.by_token("") is known.by_token("é") is Role.NOBODY


def test_lines_may_stand_in_a_variable_on_one_line(lines: str) -> None:
    assert len(read_credentials(" ".join(lines.split()), "ARTICLE_QA_PASSWORDS").passwords) == 2
    assert not set(lines) & set("$'\"\\ `")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "There is no password in the file"),
        ("# nothing", "There is no password in the file"),
        ("editor:secret", "Line 1 of the file is no password or token"),
        ("\nowner:sha256.AAAA", "Line 2 of the file is no password or token"),
        ("editor:sha256.AAAA", "Line 1 of the file is no password or token"),
        ("editor:scrypt.16384.8.5.AAAA.AAAA", "Line 1 of the file is no password or token"),
        ("editor:scrypt.3.8.1.AAAAAAAAAAAAAAAA." + "A" * 43, "Line 1 of the file"),
        ("editor:scrypt.1073741824.8.1.AAAAAAAAAAAAAAAA." + "A" * 43, "Line 1 of the file"),
        ("editor:é", "Line 1 of the file is no password or token"),
    ],
)
def test_a_wrong_line_is_told_in_a_sentence(text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as error:
        read_credentials(text, "the file")
    assert "secret" not in str(error.value)


def test_two_passwords_for_a_role_are_refused(lines: str) -> None:
    with pytest.raises(SettingsError, match="two passwords for one role"):
        read_credentials(lines + lines, "the file")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120))
def test_no_text_is_a_defect(text: str) -> None:
    with pytest.raises(SettingsError):
        read_credentials(text, "the file")


@pytest.mark.parametrize("password", ["", "short", "x" * (LONGEST + 1)])
def test_a_short_or_endless_password_is_refused(password: str) -> None:
    with pytest.raises(SettingsError, match="choose one of 10 to 1000"):
        password_line(Role.READER, password)


def test_the_shell_prints_the_line_of_a_password() -> None:
    done = CliRunner().invoke(shell, ["password", "--role", "reader"], input=f"{READER}\n" * 2)
    assert done.exit_code == 0
    assert READER not in done.output
    found = read_credentials(done.stdout, "x").by_password(READER)
    assert found and found.role is Role.READER
    done = CliRunner().invoke(shell, ["password"], input="short\nshort\n")
    assert done.exit_code == 1 and "The password has 5 characters" in done.stderr


def test_the_shell_prints_a_token_once_and_its_line() -> None:
    done = CliRunner().invoke(shell, ["token", "--role", "editor"])
    token = next(word for word in done.stderr.split() if word.startswith("aqa-"))
    assert read_credentials(done.stdout, "x").by_token(token) is Role.EDITOR
    assert token not in done.stdout


# --- sessions --------------------------------------------------------------------------------


def test_a_session_is_known_until_it_ends(credentials: Credentials) -> None:
    sessions = Sessions(bytes(32), credentials, 60)
    password = credentials.by_password(EDITOR)
    assert password
    first, second = sessions.begin(password), sessions.begin(password)
    assert sessions.password_of(first) == password
    sessions.end(first)
    assert sessions.password_of(first) is None
    assert sessions.password_of(second) == password
    sessions.end("nonsense")


def test_a_session_is_none_by_another_key_or_after_its_time(credentials: Credentials) -> None:
    password = credentials.passwords[0]
    value = Sessions(bytes(32), credentials, 60).begin(password)
    assert Sessions(b"1" * 32, credentials, 60).password_of(value) is None
    assert Sessions(bytes(32), credentials, -1).password_of(value) is None
    assert Sessions(bytes(32), credentials, 60).password_of(value[:-2]) is None
    assert Sessions(bytes(32), credentials, 60).password_of("") is None


def test_a_new_password_ends_the_sessions_of_the_old_one(credentials: Credentials) -> None:
    value = Sessions(bytes(32), credentials, 60).begin(credentials.passwords[0])
    renewed = read_credentials(password_line(Role.READER, READER), "x")  # another salt
    assert Sessions(bytes(32), renewed, 60).password_of(value) is None


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = session_key(tmp_path / "home")
    assert len(key) == 32 and session_key(tmp_path / "home") == key
    file = tmp_path / "home" / "session.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["session.key"]


def test_without_a_folder_to_write_sessions_end_with_the_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "home").write_text("no folder")
    assert session_key(tmp_path / "home") != session_key(tmp_path / "home")
    assert "Sessions end when the server does" in caplog.text


# --- wrong passwords -------------------------------------------------------------------------


def test_each_wrong_password_makes_slower() -> None:
    now = 0.0
    failures = Failures(lambda: now)
    for _ in range(FREE):
        assert failures.begin("a") == 0
    waits = []
    for _ in range(12):
        wait = failures.begin("a")
        waits.append(wait)
        assert failures.begin("b") >= 0  # others are not held back by it
        now += wait
        assert failures.begin("a") == 0
    assert waits[:4] == [1, 2, 4, 8] and waits[-1] == LONGEST_WAIT
    now += FORGOTTEN + 1
    assert failures.begin("a") == 0


def test_a_right_password_takes_back_its_own_try_only() -> None:
    failures = Failures(lambda: 0.0)
    for _ in range(20):
        assert failures.begin("a") == 0
        failures.right("a")
    for _ in range(FREE - 1):
        failures.begin("a")
    assert failures.begin("a") == 0
    failures.right("a")
    assert failures.begin("a") == 0
    assert failures.begin("a") == 1


def test_memory_of_failures_is_bounded() -> None:
    failures = Failures(lambda: 0.0)
    for number in range(MOST_CLIENTS + 50):
        failures.begin(str(number))
    assert len(failures._tries) == MOST_CLIENTS


# --- rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "role"),
    [
        ("GET", "/healthz", Role.NOBODY),
        ("GET", "/login", Role.NOBODY),
        ("POST", "/login/", None),  # Gradio's own
        ("GET", "/logout", None),
        ("GET", "/", Role.READER),
        ("HEAD", "/", Role.READER),
        ("POST", "/", Role.EDITOR),
        ("GET", "/config/", Role.READER),
        ("GET", "/assets/a/b.js", Role.READER),
        ("POST", "/gradio_api/queue/join", Role.READER),
        ("POST", "/articles-upload", Role.EDITOR),
        ("POST", "/gradio_api/upload", None),
        ("POST", "/api/v1/ask", Role.READER),
        ("GET", "/api/v1/articles/a", Role.READER),
        ("POST", "/api/v1/articles", Role.EDITOR),
        ("GET", "/api/v1/nowhere", Role.READER),
        ("DELETE", "/mcp", Role.READER),
        ("GET", "/gradio_api/proxy=http://evil.example/", None),
        ("POST", "/gradio_api/vibe-edit/", None),
        ("GET", "/nowhere", Role.EDITOR),
        ("DELETE", "/healthz", Role.EDITOR),
        ("GET", "//healthz", Role.EDITOR),
        ("GET", "/healthz\n", Role.EDITOR),
        ("GET", "/HEALTHZ", Role.EDITOR),
    ],
)
def test_what_no_rule_names_needs_an_editor(method: str, path: str, role: Role | None) -> None:
    assert rule_of(method, path).role is role


@given(st.text(max_size=30), st.sampled_from(["GET", "POST", "PUT", "DELETE", "BREW"]))
def test_nothing_unknown_is_open(path: str, method: str) -> None:
    rule = rule_of(method, "/zz" + path)
    assert rule is OTHER and rule.role is Role.EDITOR


def test_a_request_that_no_guard_has_seen_is_nobodys() -> None:
    assert caller_of(None).role is caller_of(object()).role is Role.NOBODY
    with pytest.raises(AccessError) as error:
        require(None, Role.READER)
    assert error.value.status == 401


# --- the decision ----------------------------------------------------------------------------


def test_on_this_machine_alone_everything_is_open() -> None:
    for host in ("127.0.0.1", "localhost", "::1", "127.1.2.3"):
        assert decide(Settings(), host, read_only=False).mode == "open"
    assert not is_loopback("0.0.0.0") and not is_loopback("articles.example")


def test_elsewhere_a_decision_is_needed(lines: str, tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.7", "articles.example"):
        with pytest.raises(SettingsError, match=r"--password-file FILE or .* --read-only"):
            decide(Settings(), host, read_only=False)
        assert decide(Settings(), host, read_only=True).mode == "read-only"
    file = tmp_path / "passwords"
    file.write_text(lines)
    for given_ in (Settings(password_file=file), Settings(passwords=lines)):
        with_home = given_.model_copy(update={"home": tmp_path})
        assert decide(with_home, "0.0.0.0", read_only=False).mode == "login"
        assert decide(with_home, "127.0.0.1", read_only=False).mode == "login"
        with pytest.raises(SettingsError, match="leave out one of the two"):
            decide(with_home, "0.0.0.0", read_only=True)
    with pytest.raises(SettingsError, match="in a file and in ARTICLE_QA_PASSWORDS"):
        decide(Settings(password_file=file, passwords=lines), "0.0.0.0", read_only=False)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_password_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "passwords"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"passwords cannot be read \(.+\): name one with"):
        decide(Settings(password_file=file), "127.0.0.1", read_only=False)


def test_serving_others_without_a_decision_is_refused_in_a_sentence(tmp_path: Path) -> None:
    environment = {**os.environ, "ARTICLE_QA_HOME": str(tmp_path)}
    command = [sys.executable, "app.py", "--no-open", "--host", "0.0.0.0", "--port", "0"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("article-qa: Others can reach 0.0.0.0, so say who may do what:")
    assert done.stderr.count("\n") == 1 and "--read-only" in done.stderr


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::/64"),
        ("2001:db8:1:2::9", "2001:0db8:0001:0002::/64"),
        ("testclient", "testclient"),
    ],
)
def test_what_limits_count_by(host: str, key: str) -> None:
    assert client_key(host) == key


def test_the_names_a_page_may_be_called_by() -> None:
    assert "articles.example" not in names_of("127.0.0.1", "")
    assert "articles.example" in names_of("127.0.0.1", "articles.example, b.example")
    assert names_of("0.0.0.0", "") == ("*",)
    assert "*" not in names_of("0.0.0.0", "articles.example")


@pytest.mark.parametrize("path", ["articles", "/a b", "/a//b", "/../x", "http://x/"])
def test_a_root_path_that_is_none_is_told(path: str) -> None:
    with pytest.raises(SettingsError, match="give one such as /articles"):
        checked_root_path(path)
    assert checked_root_path("/articles/") == "/articles" and checked_root_path("/") == ""
