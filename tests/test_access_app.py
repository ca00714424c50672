"""Access in the running app: every path by role, login, foreign pages, proxies."""

import asyncio
import re
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

import endpoints
import gradio as gr
import pytest
from browser import GARE, FakeAssistant
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.middleware import Middleware

from app import create_app
from article_qa_page.access import Role, caller_of, require
from article_qa_page.access.credentials import new_token, password_line, read_credentials
from article_qa_page.access.failures import Failures
from article_qa_page.access.forwarding import Forwarding
from article_qa_page.access.guard import Guard
from article_qa_page.access.login import add_login
from article_qa_page.access.policy import Access
from article_qa_page.access.return_path import HOME, return_path
from article_qa_page.access.sessions import Sessions
from article_qa_page.layers import add_layers
from article_qa_page.metrics import Metrics
from article_qa_page.wording import wording
from index.settings import Settings

READER = "lectrice du journal"
TOKEN, TOKEN_LINE = new_token(Role.EDITOR)
WEAK, WEAK_LINE = new_token(Role.READER)
EN, FR = wording("en"), wording("fr")
OPEN = ("/healthz", "/readyz", "/login", "/logout")


@pytest.fixture(scope="module")
def access() -> Access:
    text = "\n".join([password_line(Role.READER, READER), TOKEN_LINE, WEAK_LINE])
    credentials = read_credentials(text, "a file")
    return Access("login", credentials, Sessions(bytes(32), credentials, 3_600))


@pytest.fixture(scope="module")
def app(access: Access) -> FastAPI:
    return create_app(FakeAssistant(GARE), access=access, settings=Settings())


@pytest.fixture(scope="module")
def running(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(app: FastAPI, running: TestClient, request: pytest.FixtureRequest) -> TestClient:
    # An address for each test: wrong passwords of one must not slow down another.
    host = f"test-{request.node.name}"
    return TestClient(app, follow_redirects=False, client=(host, 5))


def log_in(client: TestClient, password: str = READER, **headers: str) -> Any:
    return client.post("/login", data={"password": password}, headers=headers)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


# --- every path ------------------------------------------------------------------------------


def test_the_documents_table_is_what_each_role_is_answered() -> None:
    found = endpoints.table()
    assert found == endpoints.in_document(), (
        "write it anew with 'python tests/endpoints.py':\n" + found
    )
    assert len(re.findall("^\\| `", found, re.MULTILINE)) > 50
    for line in found.splitlines()[2:]:
        _, path, nobody, reader, editor, _ = (part.strip() for part in line.split("|"))
        is_open = nobody == "yes"
        assert not is_open or path.split()[1][:-1] in OPEN, line
        assert (nobody, reader, editor) in {
            ("yes", "yes", "yes"),
            ("log in", "yes", "yes"),
            ("log in", "no", "yes"),
            ("closed", "closed", "closed"),
        }, line


def test_a_page_leads_to_the_login_and_a_program_is_told(client: TestClient) -> None:
    reply = client.get("/", headers={"Accept": "text/html,*/*"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/login")
    reply = client.get("/config", headers={"Accept-Language": "fr"})
    assert (reply.status_code, reply.json()) == (401, {"error": FR["access_login"]})
    assert reply.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "headers",
    [
        bearer("x"),
        bearer(""),
        {"Authorization": "Basic eDp5"},
        {"Authorization": f"Token {TOKEN}"},
        {"Cookie": "article_qa_00000000=x"},
    ],
)
def test_nobody_gets_in_by_guessing(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/config", headers=headers).status_code == 401


def test_tokens_are_for_programs(client: TestClient) -> None:
    reply = client.get("/session", headers=bearer(WEAK))
    assert reply.json() == {"role": "reader", "can_log_out": False}
    assert client.get("/session", headers=bearer(TOKEN)).json()["role"] == "editor"
    assert client.post("/articles-upload", headers=bearer(WEAK)).status_code == 403


# --- logging in and out ----------------------------------------------------------------------


def test_log_in_and_out(client: TestClient) -> None:
    form = client.get("/login", headers={"Accept-Language": "fr"})
    assert form.status_code == 200 and '<html lang="fr">' in form.text
    assert "<script" not in form.text and "default-src 'none'" in str(form.headers)
    reply = log_in(client)
    assert (reply.status_code, reply.headers["location"]) == (303, "/")
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/;" in cookie
    assert "Secure" not in cookie and "Max-Age=3600" in cookie
    assert client.get("/session").json() == {"role": "reader", "can_log_out": True}
    assert EN["logged_in"].format(role=EN["role_reader"]) in client.get("/login").text
    copied = {"Cookie": cookie.split(";")[0]}
    assert client.post("/logout").headers["location"] == "/login"
    assert client.get("/session").status_code == 401
    assert client.get("/session", headers=copied).status_code == 401  # no copy opens it either


def test_the_cookie_is_secure_behind_tls(client: TestClient) -> None:
    client.base_url = "https://testserver"
    assert "Secure" in log_in(client).headers["set-cookie"]


def test_a_wrong_password_is_told_and_then_makes_slow(access: Access) -> None:
    now = 0.0
    app = FastAPI()
    add_layers(app, ("*",), access, Settings(), Metrics(FakeAssistant(GARE)))
    add_login(app, access, Failures(lambda: now))
    client = TestClient(app, follow_redirects=False)
    for _ in range(3):
        reply = log_in(client, "wrong", **{"Accept-Language": "fr"})
        assert reply.status_code == 403 and FR["login_wrong"].split("’")[0] in reply.text
        assert "set-cookie" not in reply.headers and 'role="alert"' in reply.text
    reply = log_in(client)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "1")
    assert "Too many tries" in reply.text
    other = TestClient(app, follow_redirects=False, client=("192.0.2.8", 1))
    assert log_in(other).status_code == 303
    now = 1.0
    assert log_in(client).status_code == 303


@pytest.mark.parametrize(
    "body", [b"", b"password", b"\xff\xfe", b"&".join([b"password=x"] * 50), b"password=%00%ff"]
)
def test_no_form_is_a_defect(client: TestClient, body: bytes) -> None:
    assert client.post("/login", content=body).status_code == 403


def test_an_endless_form_is_refused(client: TestClient) -> None:
    reply = client.post("/login", content=b"password=" + b"x" * 20_000)
    assert reply.status_code == 413


# --- back to what was asked for --------------------------------------------------------------


def test_a_login_leads_to_the_address_that_was_asked_for(client: TestClient) -> None:
    page = {"Accept": "text/html"}
    asked = "/?q=O%C3%B9+en+est+le+recours%20%3F&since=2025-01-01&source=a%26b"
    login = client.get(asked, headers=page).headers["location"]
    assert login == f"/login?next={quote(asked, safe='')}"
    assert "<script" not in client.get(login).text and "action=" not in client.get(login).text
    wrong = client.post(login, data={"password": "wrong"})
    assert wrong.status_code == 403 and "action=" not in wrong.text  # it goes to the same address
    reply = client.post(login, data={"password": READER})
    assert (reply.status_code, reply.headers["location"]) == (303, asked)
    assert client.get(asked).status_code == 200
    assert f'<a href="{escape(asked)}">' in client.get(login).text


def test_whatever_was_asked_for_is_no_defect(client: TestClient) -> None:
    page = {"Accept": "text/html"}
    for asked in ("/?q=%0d%0aX: y", "/?q=\\x", "/%5C%5Cevil", "/a/%2e%2e/b", "/?" + "x" * 9_000):
        reply = client.get(asked, headers=page)
        assert reply.status_code in (303, 401)
        assert reply.headers["location"].startswith("/login")


def test_bytes_that_are_no_text_are_asked_for_again_as_they_were(access: Access) -> None:
    sent: list[Any] = []

    async def ask() -> None:
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"q=\xc3\xa9\xff"}
        scope |= {"headers": [(b"accept", b"text/html")], "client": ("192.0.2.1", 1)}
        await Guard(FastAPI(), access)(scope, None, send)  # type: ignore[arg-type]

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(ask())
    location = dict(sent[0]["headers"])[b"location"].decode()
    assert return_path(unquote(location.partition("next=")[2])) == "/?q=%C3%A9%FF"


ELSEWHERE = [
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil",
    "/\t/evil.example", "/\n//evil", " /", "evil", "", "javascript:alert(1)", "/a//b", "/../b",
    "/a/%2e%2E/%2e%2e/b", "/./", "/%5cevil", "/\x7f", "/\x85", "/#//evil", "http:/evil",
    "/" + "x" * 8_000,
]  # fmt: skip


@pytest.mark.parametrize("given_", ELSEWHERE)
def test_a_login_leads_nowhere_else(client: TestClient, given_: str) -> None:
    assert return_path(given_) == HOME
    login = f"/login?next={quote(given_, safe='')}"
    assert client.post(login, data={"password": READER}).headers["location"] == "/"
    assert client.get(login).text.count('<a href="/">') == 1


@given(st.text(st.sampled_from("/\\.:?#@%25e\t\n\0 ahtps;é"), max_size=24))
def test_a_return_path_is_always_below_the_root_path(text: str) -> None:
    for given_ in (text, f"/{text}", f"/?{text}"):
        found = urlsplit(
            urljoin("https://ours.example/articles/login", "/articles" + return_path(given_))
        )
        assert (found.scheme, found.netloc) == ("https", "ours.example")
        assert found.path.startswith("/articles/") and found.fragment == ""
        assert not any(part in (".", "..") for part in unquote(found.path).split("/"))


# --- other sites' pages ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://testserver:8080"},
        {"Origin": "http://[x"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    ],
)
def test_another_sites_page_can_change_nothing(client: TestClient, headers: dict[str, str]) -> None:
    for sender in ({}, bearer(TOKEN)):
        for path in ("/gradio_api/queue/join", "/logout", "/login"):
            reply = client.post(path, headers={**headers, **sender})
            assert (reply.status_code, reply.json()) == (403, {"error": EN["access_foreign"]})


def test_another_sites_script_can_read_nothing(client: TestClient) -> None:
    headers = {"Origin": "http://evil.example", **bearer(TOKEN)}
    assert client.get("/config", headers=headers).status_code == 403
    reply = client.options("/config", headers={**headers, "Access-Control-Request-Method": "GET"})
    assert reply.status_code == 403 and "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://testserver"},
        {"Origin": "https://testserver"},  # TLS ended before us
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_our_own_page_and_programs_pass(client: TestClient, headers: dict[str, str]) -> None:
    reply = client.post("/gradio_api/reset", json={"event_id": "x"}, headers=headers | bearer(WEAK))
    assert reply.status_code == 200


def test_a_link_from_elsewhere_opens_the_page(client: TestClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", **bearer(WEAK)}
    assert client.get("/", headers=headers).status_code == 200


# --- other modes -----------------------------------------------------------------------------


def test_read_only_lets_everybody_ask_and_nobody_change() -> None:
    app = create_app(FakeAssistant(GARE), access=Access("read-only"), settings=Settings())
    client = TestClient(app, follow_redirects=False)
    for headers in ({}, bearer(TOKEN)):
        assert client.get("/session", headers=headers).json()["role"] == "reader"
        assert client.get("/config", headers=headers).status_code == 200
        reply = client.post("/articles-upload", headers=headers)
        assert (reply.status_code, reply.json()) == (403, {"error": EN["access_editor"]})
    assert client.get("/login").headers["location"] == "/"


def test_the_open_mode_is_for_ones_own_machine() -> None:
    client = TestClient(create_app(FakeAssistant(GARE)), follow_redirects=False)
    assert client.get("/session").json() == {"role": "editor", "can_log_out": False}
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        reply = client.get("/", headers={name: "192.0.2.7", "Accept": "text/html"})
        assert (reply.status_code, reply.json()) == (403, {"error": EN["access_undecided"]})
        assert client.get("/healthz", headers={name: "192.0.2.7"}).status_code == 200


# --- handlers --------------------------------------------------------------------------------


def test_handlers_of_the_page_and_of_programs_know_who_asks(access: Access) -> None:
    app = FastAPI()
    add_layers(app, ("*",), access, Settings(), Metrics(FakeAssistant(GARE)))

    @app.post("/gradio_api/run/change")  # a path that readers may call
    def change(request: Request) -> str:
        return require(request, Role.EDITOR).role.label

    with gr.Blocks() as demo:

        def who(request: gr.Request) -> str:
            return f"{caller_of(request).role.label} {caller_of(request).client}"

        gr.Button().click(who, None, gr.Textbox(), api_name="who")
    gr.mount_gradio_app(app, demo, path="/")
    with TestClient(app, client=("192.0.2.9", 1)) as client:
        for token, role in ((WEAK, "reader"), (TOKEN, "editor")):
            call = client.post("/gradio_api/call/who", json={"data": []}, headers=bearer(token))
            event = call.json()["event_id"]
            told = client.get(f"/gradio_api/call/who/{event}", headers=bearer(token)).text
            assert f'"{role} 192.0.2.9"' in told
        reply = client.post("/gradio_api/run/change", headers=bearer(WEAK))
        assert reply.status_code == 403
        assert reply.json() == {"error": EN["access_editor"]}
        french = {**bearer(WEAK), "Accept-Language": "fr"}
        reply = client.post("/gradio_api/run/change", headers=french)
        assert reply.json() == {"error": FR["access_editor"]}
        assert client.post("/gradio_api/run/change", headers=bearer(TOKEN)).json() == "editor"


# --- proxies ---------------------------------------------------------------------------------


def seen(headers: dict[str, str], host: str = "192.0.2.1", path: str = "/x", **options: str) -> Any:
    """Return what the app is told of a request that `host` sends."""
    app = FastAPI(middleware=[Middleware(Forwarding, **options)])

    @app.get("/{rest:path}")
    def tell(request: Request, rest: str) -> dict[str, Any]:
        return {
            "client": request.client.host if request.client else "",
            "url": str(request.url),
            "root": request.scope.get("root_path", ""),
            "rest": rest,
            "forwarded": request.state.forwarded,
            "left": [n for n in request.headers if n.startswith("x-") or n == "forwarded"],
        }

    return TestClient(app, client=(host, 9)).get(path, headers=headers).json()


LIES = {
    "X-Forwarded-For": "198.51.100.4",
    "X-Forwarded-Host": "articles.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/articles",
    "X-Gradio-Server": "http://evil.example",
}


def test_nobody_but_a_trusted_proxy_is_believed() -> None:
    told = seen(LIES, trusted="192.0.2.2, 10.0.0.0/8")
    assert (told["client"], told["url"]) == ("192.0.2.1", "http://testserver/x")
    assert told["forwarded"] and told["left"] == []


def test_a_trusted_proxy_says_who_asked_and_where() -> None:
    for trusted in ("192.0.2.1", "192.0.2.0/24"):
        told = seen(LIES, trusted=trusted)
        assert told["client"] == "198.51.100.4"
        assert told["url"] == "https://articles.example/articles/x"
        assert (told["root"], told["rest"], told["left"]) == ("/articles", "x", [])
    told = seen({"X-Forwarded-For": "203.0.113.1, 198.51.100.4"}, trusted="192.0.2.1")
    assert told["client"] == "198.51.100.4"  # what stands before it, the client itself may write


@pytest.mark.parametrize("path", ["/x", "/articles/x"])
def test_a_proxy_may_cut_the_root_path_off_or_leave_it(path: str) -> None:
    told = seen({}, path=path, root_path="/articles")
    assert told["url"] == "http://testserver/articles/x" and told["rest"] == "x"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Prefix": "//evil.example"},
        {"X-Forwarded-Prefix": "/a\\b"},
        {"X-Forwarded-Host": "evil.example/<script>"},
        {"X-Forwarded-Proto": "javascript"},
    ],
)
def test_a_header_that_says_nothing_is_passed_over(headers: dict[str, str]) -> None:
    assert seen(headers, trusted="192.0.2.1")["url"] == "http://testserver/x"


def test_below_a_root_path_the_guard_looks_at_the_rest(access: Access) -> None:
    settings = Settings(root_path="/articles")
    app = create_app(FakeAssistant(GARE), access=access, settings=settings)
    client = TestClient(app, follow_redirects=False, client=("192.0.2.3", 1))
    reply = client.get("/", headers={"Accept": "text/html"})
    assert reply.headers["location"] == "/articles/login"
    assert client.get("/articles/healthz").status_code == 200
    assert client.get("/articles/gradio_api/token").status_code == 404
    reply = client.get("/articles/?q=x", headers={"Accept": "text/html"})
    assert reply.headers["location"] == "/articles/login?next=%2F%3Fq%3Dx"
    reply = client.post(reply.headers["location"], data={"password": READER})
    assert reply.headers["location"] == "/articles/?q=x"
    reply = log_in(client)
    assert reply.headers["location"] == "/articles/" and "Path=/articles/" in str(reply.headers)
    config = client.get("/articles/config", headers=bearer(WEAK)).json()
    assert config["root"] == "http://testserver/articles"
