"""What can go wrong with a chat model, told apart whatever provider's package raised it."""

from typing import Literal

FaultKind = Literal[
    "no_server", "key", "rate", "timeout", "model", "context", "server", "refused", "broken",
    "cut", "empty", "uncited", "package", "setting",
]  # fmt: skip
_CONTEXT = ("context length", "context_length", "context window", "too long", "maximum context",
            "contextoverflow", "too many tokens", "prompt is too large")  # fmt: skip
_SLOW = ("took too long", "taking too long", "timed out")
_KEY = ("api_key", "api key", "credentials", "authentication")


class ChatFault(Exception):
    """The chat model gave no answer; `prompts/chat.*.toml` has a sentence for each kind.

    `detail` is what fills that sentence in further.
    """

    def __init__(self, kind: FaultKind, detail: str = "") -> None:
        super().__init__(kind)
        self.kind: FaultKind = kind
        self.detail = detail


def fault_of(error: BaseException) -> ChatFault:
    """Return the fault behind an error of any provider's package."""
    if isinstance(error, ChatFault):
        return error
    chain = _chain(error)
    for found in chain:
        kind = _by_name(found) or _by_status(found)
        if kind:
            return ChatFault(kind)
    if any(_holds(found, _KEY) for found in chain):
        return ChatFault("key")
    if any(_holds(found, _SLOW) for found in chain):
        return ChatFault("timeout")
    if any(isinstance(found, OSError) for found in chain):
        return ChatFault("no_server")
    return ChatFault("broken")


def _by_name(error: BaseException) -> FaultKind | None:
    """Tell a fault by the names of the error's classes, which providers choose alike."""
    names = " ".join(kind.__name__.lower() for kind in type(error).__mro__)
    if "timeout" in names:
        return "timeout"
    # Whatever "took too long" is no prompt that is too long.
    if "contextoverflow" in names or (_holds(error, _CONTEXT) and not _holds(error, _SLOW)):
        return "context"
    for part, kind in _NAMES.items():
        if part in names:
            return kind
    return None


_NAMES: dict[str, FaultKind] = {
    "ratelimit": "rate",
    "authentication": "key",
    "permissiondenied": "key",
    "notfound": "model",
    "connecterror": "no_server",
    "apiconnectionerror": "no_server",
    "connectionrefused": "no_server",
    "remoteprotocolerror": "broken",
    "readerror": "broken",
    "internalserver": "server",
}


def _by_status(error: BaseException) -> FaultKind | None:
    status = getattr(error, "status_code", None)
    if status is None:
        status = getattr(getattr(error, "response", None), "status_code", None)
    if not isinstance(status, int):
        return None
    by_status: dict[int, FaultKind] = {
        401: "key", 402: "rate", 403: "key", 404: "model", 408: "timeout", 413: "context",
        429: "rate",
    }  # fmt: skip
    if status >= 500:
        return "server"
    return by_status.get(status, "refused" if status >= 400 else None)


def _chain(error: BaseException) -> list[BaseException]:
    """Return an error and what caused it, outermost first."""
    chain: list[BaseException] = []
    found: BaseException | None = error
    while found is not None and found not in chain:
        chain.append(found)
        found = found.__cause__ or found.__context__
    return chain


def _holds(error: BaseException, phrases: tuple[str, ...]) -> bool:
    said = str(error).lower()
    return any(phrase in said for phrase in phrases)
