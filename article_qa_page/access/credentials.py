"""Passwords and tokens, of which only hashes are kept: made, read from lines, and checked.

A line is `reader:<hash>` or `editor:<hash>`. A password's hash is scrypt with its costs and salt; a
token is 256 random bits, so that one SHA-256 suffices. Neither holds a space, `$`, `'` or `"`, so
that shells, service files and containers pass them on unchanged.
"""

import hashlib
import hmac
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass

from article_qa_page.access.roles import Role
from index.errors import SettingsError

SHORTEST, LONGEST = 10, 1_000  # characters of a password
# OWASP's "scrypt" row of 16 MiB: some 0.2 s on one core.
_N, _R, _P = 2**14, 8, 5
_MOST_MEMORY = 64 * 2**20  # bytes
_TOKEN = "aqa-"  # what a token begins with, so that scanners of secrets know it


@dataclass(frozen=True, slots=True)
class Password:
    """One role's password, hashed; `fingerprint` tells it from any other."""

    role: Role
    n: int
    r: int
    p: int
    salt: bytes
    key: bytes

    @property
    def fingerprint(self) -> str:
        """Eight bytes of a digest, in hex: sessions name the password that began them."""
        return hashlib.sha256(self.role.name.encode() + self.salt + self.key).hexdigest()[:16]

    def matches(self, password: str) -> bool:
        """Tell whether `password` is this one, in a time that does not depend on it."""
        return hmac.compare_digest(_stretch(password, self), self.key)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The passwords (at most one a role) and tokens that are known."""

    passwords: tuple[Password, ...]
    tokens: tuple[tuple[Role, bytes], ...] = ()

    def by_password(self, given: str) -> Password | None:
        """Return the password that `given` is, the highest role's first.

        Each role costs its time, known or not: how long it took tells nothing.
        """
        found = None
        for role in (Role.READER, Role.EDITOR):
            known = next((one for one in self.passwords if one.role is role), None)
            if (known or _NOBODYS).matches(given) and known:
                found = known
        return found

    def by_token(self, given: str) -> Role:
        """Return the role of a token; `NOBODY` for any other text."""
        digest, role = hashlib.sha256(given.encode()).digest(), Role.NOBODY
        for known, key in self.tokens:
            if hmac.compare_digest(digest, key):
                role = max(role, known)
        return role

    def with_fingerprint(self, fingerprint: object) -> Password | None:
        """Return the password of this fingerprint, if it still holds."""
        return next((one for one in self.passwords if one.fingerprint == fingerprint), None)


def password_line(role: Role, password: str) -> str:
    """Return the line that makes `password` the one of a role; raise `SettingsError` if short."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise SettingsError(
            f"The password has {len(password)} characters: choose one of {SHORTEST} to {LONGEST}."
        )
    fresh = Password(role, _N, _R, _P, secrets.token_bytes(16), b"")
    key = _encoded(_stretch(password, fresh))
    return f"{role.label}:scrypt.{_N}.{_R}.{_P}.{_encoded(fresh.salt)}.{key}"


def new_token(role: Role) -> tuple[str, str]:
    """Return a new token, which is kept nowhere, and the line that makes it known."""
    token = _TOKEN + secrets.token_urlsafe(32)
    key = hashlib.sha256(token.encode()).digest()
    return token, f"{role.label}:sha256.{_encoded(key)}"


def read_credentials(text: str, where: str) -> Credentials:
    """Return what the lines of `text` make known; `#` begins a comment.

    Raises `SettingsError`, which says `where` and on which line, for anything else.
    """
    passwords: list[Password] = []
    tokens: list[tuple[Role, bytes]] = []
    for number, line in enumerate(text.splitlines(), 1):
        # A variable may hold its lines with spaces between.
        for entry in line.partition("#")[0].split():
            try:
                _take(entry, passwords, tokens)
            except (ValueError, Base64Error):
                raise SettingsError(
                    f"Line {number} of {where} is no password or token: "
                    "'article-qa password' and 'article-qa token' print such lines."
                ) from None
    if not passwords and not tokens:
        raise SettingsError(f"There is no password in {where}: 'article-qa password' prints one.")
    if len({one.role for one in passwords}) < len(passwords):
        raise SettingsError(f"There are two passwords for one role in {where}: leave one.")
    return Credentials(tuple(passwords), tuple(tokens))


def _take(entry: str, passwords: list[Password], tokens: list[tuple[Role, bytes]]) -> None:
    name, _, hashed = entry.partition(":")
    role = {Role.READER.label: Role.READER, Role.EDITOR.label: Role.EDITOR}.get(name)
    kind, *fields = hashed.split(".")
    if role is None:
        raise ValueError(name)
    if kind == "sha256":
        (key,) = map(_decoded, fields)
        if len(key) != hashlib.sha256().digest_size:
            raise ValueError(kind)
        tokens.append((role, key))
    elif kind == "scrypt":
        n, r, p, salt, key_text = fields
        made = Password(role, int(n), int(r), int(p), _decoded(salt), _decoded(key_text))
        if len(made.key) != 32 or len(made.salt) < 8:
            raise ValueError(kind)
        _stretch("", made)  # costs that the machine does not bear are told now
        passwords.append(made)
    else:
        raise ValueError(kind)


def _stretch(password: str, like: Password) -> bytes:
    # The same letters typed on another system may be other code points.
    given = unicodedata.normalize("NFKC", password[:LONGEST]).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(
        given, salt=like.salt, n=like.n, r=like.r, p=like.p, maxmem=_MOST_MEMORY, dklen=32
    )


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


_NOBODYS = Password(Role.NOBODY, _N, _R, _P, bytes(16), bytes(32))
