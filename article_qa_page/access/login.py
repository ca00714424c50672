"""Logging in and out: a page of plain HTML, and the role that the chat's page asks for."""

import math
from functools import partial
from html import escape
from string import Template
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from article_qa_page.access.credentials import Password
from article_qa_page.access.failures import Failures
from article_qa_page.access.policy import Access
from article_qa_page.access.return_path import return_path
from article_qa_page.access.roles import caller_of
from article_qa_page.assets import asset
from article_qa_page.icon import ICON
from article_qa_page.wording import Wording, preferred

_AT_ONCE = 2  # passwords checked at a time: each takes a core and 16 MiB
_WAITING = 20  # more than that are sent away
_HEADERS = {
    # Without a referrer the browser would hide the form's origin too, which the guard looks at.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'none'",
            "style-src 'unsafe-inline'",
            "img-src data:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    ),
}


class Door:
    """Checks passwords, a few at a time, and slows down who guesses."""

    def __init__(self, access: Access, failures: Failures | None = None) -> None:
        self._access = access
        self._failures = failures or Failures()
        self._limiter: CapacityLimiter | None = None

    async def password(self, client: str, given: str) -> Password | float | None:
        """Return the password that was given, None if it is wrong, or the seconds to wait."""
        credentials = self._access.credentials
        if credentials is None:
            return None
        if self._limiter is None:  # it belongs to the loop that runs now
            self._limiter = CapacityLimiter(_AT_ONCE)
        if self._limiter.statistics().tasks_waiting >= _WAITING:
            return 5.0
        wait = self._failures.begin(client)
        if wait:
            return wait
        check = partial(credentials.by_password, given)
        found = await to_thread.run_sync(check, limiter=self._limiter)
        if found:
            self._failures.right(client)
        return found


def add_login(app: FastAPI, access: Access, failures: Failures | None = None) -> None:
    """Add `/login`, `/logout` and `/session` to `app`."""
    door = Door(access, failures)

    @app.get("/login")
    def login_page(request: Request) -> Response:
        """Show the form, or who is logged in."""
        words = preferred(request.headers.get("accept-language"))
        if access.mode != "login":
            return RedirectResponse(_wanted(request), 303)
        if caller_of(request).session:
            return _page(words, _logged_in(request, words))
        return _page(words, _form(words))

    @app.post("/login")
    async def log_in(request: Request) -> Response:
        """Begin a session for a right password."""
        words = preferred(request.headers.get("accept-language"))
        wanted = RedirectResponse(_wanted(request), 303)
        if access.sessions is None:
            return wanted
        given = _password_of(await request.body())
        found = await door.password(caller_of(request).client, given)
        if isinstance(found, float):
            seconds = math.ceil(found)
            sentence = words["login_wait"].format(seconds=seconds)
            answer = _page(words, _form(words, sentence), 429)
            answer.headers["Retry-After"] = str(seconds)
            return answer
        if found is None:
            return _page(words, _form(words, words["login_wrong"]), 403)
        wanted.set_cookie(
            access.sessions.cookie,
            access.sessions.begin(found),
            max_age=access.sessions.seconds,
            path=_home(request),
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
        return wanted

    @app.post("/logout")
    def log_out(request: Request) -> Response:
        """End the session, here and in the browser."""
        answer = RedirectResponse(f"{_home(request)}login", 303)
        if access.sessions is not None:
            access.sessions.end(request.cookies.get(access.sessions.cookie, ""))
            answer.delete_cookie(access.sessions.cookie, path=_home(request), httponly=True)
        return answer

    @app.get("/session")
    def session(request: Request) -> dict[str, str | bool]:
        """Tell the role of who asks, and whether they may log out."""
        caller = caller_of(request)
        return {"role": caller.role.label, "can_log_out": caller.session}


def _password_of(form: bytes) -> str:
    try:
        fields = parse_qs(form.decode("utf-8", "replace"), max_num_fields=10)
    except ValueError:  # more fields than any form of ours has
        return ""
    return fields.get("password", [""])[0]


def _home(request: Request) -> str:
    return f"{request.scope.get('root_path', '')}/"


def _wanted(request: Request) -> str:
    """Return where a login leads to, as the address of the form says in `next`."""
    root = request.scope.get("root_path", "")
    return f"{root}{return_path(request.query_params.get('next', ''))}"


def _page(words: Wording, content: str, status: int = 200) -> HTMLResponse:
    page = Template(asset("access/login.html")).substitute(
        language=words.language,
        title=escape(f"{words['login']} – {words['title']}"),
        icon=ICON,
        styles=asset("access/login.css"),
        tagline=escape(words["tagline"]),
        content=content,
    )
    return HTMLResponse(page, status, _HEADERS)


def _form(words: Wording, error: str = "") -> str:
    told = f'<p class="error" id="error" role="alert">{escape(error)}</p>' if error else ""
    described = ' aria-describedby="error" aria-invalid="true"' if error else ""
    # Without an action it goes to the address that is open, with its `next` and its fragment, which
    # only the browser knows: a login then leads to the sentence that a link was about.
    return (
        f"<h2>{escape(words['login'])}</h2><p>{escape(words['login_why'])}</p>{told}"
        '<form method="post">'
        f'<label for="password">{escape(words["password"])}</label>'
        '<input id="password" name="password" type="password" required autofocus maxlength="1000"'
        f' autocomplete="current-password"{described}>'
        f"<button>{escape(words['log_in'])}</button></form>"
    )


def _logged_in(request: Request, words: Wording) -> str:
    role = words[f"role_{caller_of(request).role.label}"]
    home = _home(request)
    return (
        f"<h2>{escape(words['logged_in'].format(role=role))}</h2>"
        f'<p><a href="{escape(_wanted(request))}">{escape(words["to_the_page"])}</a></p>'
        f'<form method="post" action="{home}logout">'
        f"<button>{escape(words['log_out'])}</button></form>"
    )
