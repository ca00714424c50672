"""The table of `docs/security.md`: every path and function, tried as nobody, reader and editor.

`python tests/endpoints.py`, from the root of a checkout, writes it into the document.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

import httpx  # noqa: E402
from browser import GARE, FakeAssistant, serving_app  # noqa: E402
from starlette.routing import Route  # noqa: E402

from app import create_app  # noqa: E402
from article_qa_page.access.credentials import new_token, read_credentials  # noqa: E402
from article_qa_page.access.policy import Access  # noqa: E402
from article_qa_page.access.roles import Role  # noqa: E402
from article_qa_page.access.sessions import Sessions  # noqa: E402
from article_qa_page.wording import wording  # noqa: E402
from index.settings import load_settings  # noqa: E402

DOCUMENT = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- endpoints -->\n", "<!-- end of endpoints -->"
CALL = "/gradio_api/component_server"
WORDS = wording("en")
REFUSED = {
    WORDS["access_login"]: "log in",
    WORDS["access_editor"]: "no",
    WORDS["access_nothing"]: "closed",
}


def endpoints(app: Any) -> list[tuple[str, str]]:
    """Return the method and path of every route of the app and of what is mounted in it."""
    found = {
        (method, path)
        for route_path, methods in _routes(app.routes)
        for path in [route_path if route_path == "/" else route_path.rstrip("/")]
        for method in methods - {"HEAD"} or {"GET"}
    }
    return sorted(found, key=lambda endpoint: (endpoint[1], endpoint[0]))


def functions(config: Any) -> list[tuple[str, int]]:
    """Return the name of every function that the page's scripts may call, and its component."""
    return sorted(
        (name, component["id"])
        for component in config["components"]
        for name in component["props"].get("server_fns") or []
    )


def _routes(routes: Any, prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    for route in routes:
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        path = prefix + getattr(route, "path", "")
        if getattr(route, "methods", None):
            yield path, set(route.methods)
        elif getattr(inner, "routes", None):
            yield from _routes(inner.routes, path.rstrip("/"))
        elif isinstance(route, Route):  # an app for one path
            yield path, {"GET", "POST", "DELETE"}
        else:  # a mounted app without routes that we could see
            yield f"{path}/{{path:path}}", {"GET", "POST"}


def table() -> str:
    """Return the table as Markdown, from what each role is answered."""
    lines = {role: new_token(role) for role in (Role.READER, Role.EDITOR)}
    credentials = read_credentials("\n".join(line for _, line in lines.values()), "the test")
    access = Access("login", credentials, Sessions(bytes(32), credentials, 60))
    app = create_app(FakeAssistant(GARE), access=access, settings=load_settings())
    senders: dict[Role, dict[str, str]] = {Role.NOBODY: {}}
    for role, (token, _) in lines.items():
        senders[role] = {"Authorization": f"Bearer {token}"}
    rows = ["| Endpoint | Nobody | Reader | Editor |", "|---|---|---|---|"]
    with serving_app(app) as address, httpx.Client(base_url=address, timeout=60) as client:
        for method, path in endpoints(app):
            answers = [_tried(client, method, path, senders[role]) for role in Role]
            rows.append(f"| `{method} {path}` | {' | '.join(answers)} |")
        config = client.get("config", headers=senders[Role.EDITOR]).json()
        for name, component in functions(config):
            answers = [_called(client, name, component, senders[role]) for role in Role]
            rows.append(f"| `POST {CALL}`: `{name}` | {' | '.join(answers)} |")
    return "\n".join(rows) + "\n"


def _tried(client: httpx.Client, method: str, path: str, headers: dict[str, str]) -> str:
    # As from elsewhere, through a proxy: this machine itself may read some more.
    headers = {**headers, "X-Forwarded-For": "203.0.113.9", "Accept-Language": "en"}
    address = re.sub(r"\{[^}]*\}", "x", path).lstrip("/")
    # Only the beginning of the answer is waited for: some are streams without an end.
    with client.stream(method, address, headers=headers) as reply:
        if reply.status_code not in (401, 403, 404):
            return "yes"
        reply.read()
    return _told(reply)


def _called(client: httpx.Client, name: str, component: int, headers: dict[str, str]) -> str:
    body = {"data": {}, "fn_name": name, "component_id": component, "session_hash": "x"}
    return _told(client.post(CALL.lstrip("/"), json=body, headers=headers))


def _told(reply: httpx.Response) -> str:
    if "json" not in reply.headers.get("content-type", ""):
        return "yes"
    told = reply.json()
    said = (told.get("error") or told.get("detail")) if isinstance(told, dict) else None
    return REFUSED.get(said, "yes") if isinstance(said, str) else "yes"


def in_document() -> str:
    """Return the table as it stands in the document."""
    return DOCUMENT.read_text("utf-8").split(BEGIN)[1].split(END)[0]


if __name__ == "__main__":
    before, rest = DOCUMENT.read_text("utf-8").split(BEGIN)
    DOCUMENT.write_text(before + BEGIN + table() + END + rest.split(END)[1], "utf-8")
