"""Roles, and who a request comes from: what every handler asks before it changes anything."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from index.errors import AccessError


class Role(IntEnum):
    """What somebody may do; each may do what the one before may."""

    NOBODY = 0
    READER = 1  # asks, and reads articles
    EDITOR = 2  # adds, changes and removes articles

    @property
    def label(self) -> str:
        """The role's name as it is written in files, logs and replies."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: the role, the address that limits count by, and how they are known.

    `session` is true for somebody who logged in on the page, and so may log out.
    """

    role: Role = Role.NOBODY
    client: str = ""
    session: bool = False


def caller_of(request: Any) -> Caller:
    """Return who sent a `starlette` or `gr.Request`; nobody where no guard has seen it."""
    found = getattr(getattr(request, "state", None), "caller", None)
    return found if isinstance(found, Caller) else Caller()


def require(request: Any, role: Role) -> Caller:
    """Return who sent a request; raise `AccessError` unless they have at least this role."""
    caller = caller_of(request)
    if caller.role >= role:
        return caller
    if caller.role is Role.NOBODY:
        raise AccessError("This needs a login: log in on the page, or send a token.", 401)
    raise AccessError(f"This needs the role of {role.label}: log in as one.", 403)
