"""What was decided about access when the server was started, and who a request is by that."""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from starlette.requests import HTTPConnection

from article_qa_page.access.credentials import Credentials, read_credentials
from article_qa_page.access.roles import Caller, Role
from article_qa_page.access.sessions import Sessions, session_key
from index.errors import SettingsError
from index.settings import Settings

Mode = Literal["open", "read-only", "login"]


@dataclass(frozen=True, slots=True)
class Access:
    """Who may do what: everybody everything, everybody nothing but ask, or by password and token.

    With the mode `open`, whoever comes through a proxy is nobody: it is for one's own machine, and
    a proxy would open it to others without anybody having said so.
    """

    mode: Mode = "open"
    credentials: Credentials | None = None
    sessions: Sessions | None = None

    def caller(self, connection: HTTPConnection, *, forwarded: bool) -> Caller:
        """Return who sent a request; `forwarded` tells whether it came through a proxy."""
        client = client_key(connection.client.host if connection.client else "")
        if self.mode == "open":
            return Caller(Role.NOBODY if forwarded else Role.EDITOR, client)
        if self.mode == "read-only":
            return Caller(Role.READER, client)
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if self.credentials and scheme.lower() == "bearer":
            return Caller(self.credentials.by_token(token.strip()), client)
        if self.sessions:
            password = self.sessions.password_of(connection.cookies.get(self.sessions.cookie, ""))
            if password:
                return Caller(password.role, client, session=True)
        return Caller(Role.NOBODY, client)


def decide(settings: Settings, host: str, *, read_only: bool) -> Access:
    """Return who may do what on a server that listens on `host`.

    Raises `SettingsError` where nothing was decided and others could reach it, or where two
    decisions contradict each other.
    """
    credentials = _credentials(settings)
    if read_only and credentials:
        raise SettingsError(
            "--read-only lets everybody ask and nobody change, so passwords have no use: "
            "leave out one of the two."
        )
    if read_only:
        return Access("read-only")
    if credentials:
        seconds = round(settings.session_hours * 3_600)
        sessions = Sessions(session_key(settings.home), credentials, seconds)
        return Access("login", credentials, sessions)
    if is_loopback(host):
        return Access("open")
    raise SettingsError(
        f"Others can reach {host}, so say who may do what: --password-file FILE or "
        "ARTICLE_QA_PASSWORDS with lines that 'article-qa password' prints, or --read-only, "
        "which lets everybody ask and nobody change."
    )


def _credentials(settings: Settings) -> Credentials | None:
    path = settings.password_file
    if path and settings.passwords.strip():
        raise SettingsError("There are passwords in a file and in ARTICLE_QA_PASSWORDS: leave one.")
    if path:
        return read_credentials(_text_of(path.expanduser()), str(path))
    if settings.passwords.strip():
        return read_credentials(settings.passwords, "ARTICLE_QA_PASSWORDS")
    return None


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SettingsError(
            f"The password file {path} cannot be read ({reason}): name one with lines that "
            "'article-qa password' prints."
        ) from None


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach a server that listens on `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def client_key(host: str) -> str:
    """Return what limits count by: the address, or of IPv6 the network that is one customer's."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return ":".join(address.exploded.split(":")[:4]) + "::/64"
