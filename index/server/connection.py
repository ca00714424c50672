"""The connection to a Chroma server: opened when first needed, tried again, told in a sentence.

With `index.vectors` the only module that imports chromadb.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from index.errors import ServerError
from index.server.address import ServerAddress

T = TypeVar("T")

TRIES = 4
PATIENCE = 5.0  # seconds after which nothing is tried again
CONNECTING = 3.0  # seconds
REPLYING = 60.0  # seconds that the server may take for one call
_NO_ID = "Error finding id"  # what Chroma says of a query among ids that it does not hold
_PASSING = (429, 500, 502, 503, 504)


class Server:
    """A Chroma server; safe to share between threads."""

    def __init__(self, address: ServerAddress) -> None:
        self.address = address
        self._lock = threading.Lock()
        self._opened: Any = None
        self._collections: dict[str, Any] = {}

    def run(self, work: Callable[[Any], T]) -> T:
        """Return what `work` makes of the client; raise `ServerError` where it goes on failing.

        It may be called several times: what it does must be the same when done again.
        """
        from tenacity import (
            Retrying,
            retry_if_exception,
            stop_after_attempt,
            stop_after_delay,
            wait_exponential,
        )

        tries = Retrying(
            stop=stop_after_attempt(TRIES) | stop_after_delay(PATIENCE),
            wait=wait_exponential(multiplier=0.3, exp_base=3),
            retry=retry_if_exception(_may_pass),
            reraise=True,
        )
        try:
            return tries(lambda: work(self._client()))
        except ServerError:
            raise
        except Exception as error:  # Chroma's client raises bare `Exception` for what it was told
            told = self._told(error)
            if told is None:
                raise
            raise told from error

    def collection(self, client: Any, name: str, *, make: bool, cosine: bool = False) -> Any:
        """Return a collection for use within `run`, or `None` if it is not there or to be made."""
        from chromadb.errors import NotFoundError

        if name not in self._collections:
            # Without `embedding_function=None` Chroma would attach one that downloads a model.
            if make:
                space = {"hnsw": {"space": "cosine" if cosine else "l2"}}
                self._collections[name] = client.get_or_create_collection(
                    name, embedding_function=None, configuration=space
                )
            else:
                try:
                    found = client.get_collection(name, embedding_function=None)
                except NotFoundError:
                    return None
                self._collections[name] = found
        return self._collections[name]

    def forget(self, name: str) -> bool:
        """Look a collection up again when it is next needed; tell whether it had been found."""
        return self._collections.pop(name, None) is not None

    def drop(self, name: str) -> None:
        """Delete a collection; that it is not there is no error."""
        from chromadb.errors import NotFoundError

        def delete(client: Any) -> None:
            try:
                client.delete_collection(name)
            except NotFoundError:
                return

        self.run(delete)
        self.forget(name)

    def names(self) -> list[str]:
        """Return the names of all collections of this index."""
        mine = f"{self.address.name}-"

        def listed(client: Any) -> list[str]:
            found: list[str] = []
            while part := client.list_collections(limit=100, offset=len(found)):
                found += [collection.name for collection in part]
            return [name for name in found if name.startswith(mine)]

        return self.run(listed)

    def clock(self) -> float:
        """Return the server's time in seconds since 1970, by which all machines go."""
        return float(self.run(lambda client: client.heartbeat())) / 1e9

    def close(self) -> None:
        """Let go of the connection; the next call opens it again."""
        with self._lock:
            client, self._opened = self._opened, None
            self._collections.clear()
            if client is not None:
                client.close()

    def _client(self) -> Any:
        with self._lock:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def _open(self) -> Any:
        import chromadb
        import httpx
        from chromadb.config import Settings
        from chromadb.errors import ChromaError

        address = self.address
        # Chroma's own client waits for ever: that something replies as it should is seen first.
        with httpx.Client(headers=address.headers, timeout=self._timeout()) as probe:
            self._probe(probe)
        try:
            client = chromadb.HttpClient(
                host=address.url,
                headers=dict(address.headers),
                tenant=address.tenant,
                database=address.database,
                settings=Settings(anonymized_telemetry=False),
            )
        except (ValueError, ChromaError) as error:
            if status_of(error) != 404 and "tenant" not in str(error).lower():
                raise
            raise ServerError(
                f"{address.url} knows no database {address.database!r} of a tenant "
                f"{address.tenant!r} (or the token may not use it): check "
                "ARTICLE_QA_CHROMA_TENANT and ARTICLE_QA_CHROMA_DATABASE."
            ) from error
        client._server._session.timeout = self._timeout()
        return client

    @staticmethod
    def _timeout() -> Any:
        import httpx

        return httpx.Timeout(REPLYING, connect=CONNECTING)

    def _probe(self, probe: Any) -> None:
        """Raise `ServerError` unless a Chroma server of the right version replies."""
        reply = probe.get(f"{self.address.api}/heartbeat")
        if (
            reply.status_code == 404
            and probe.get(f"{self.address.url}/api/v1/heartbeat").is_success
        ):
            raise self._other_version("before 1.0")
        reply.raise_for_status()
        if "nanosecond heartbeat" not in reply.json():
            raise ValueError("no heartbeat")
        version = str(probe.get(f"{self.address.api}/version").raise_for_status().json())
        if not version.startswith("1."):
            raise self._other_version(version[:20])

    def _other_version(self, version: str) -> ServerError:
        return ServerError(
            f"The Chroma server at {self.address.url} has the version {version}, and this program "
            "speaks to version 1: install that there ('pip install chromadb')."
        )

    def _told(self, error: BaseException) -> ServerError | None:
        """Return a sentence for what went wrong, or `None` if it has to do with no server."""
        import httpx

        url, status = self.address.url, status_of(error)
        if status in (401, 403):
            what = "wants another token: set ARTICLE_QA_CHROMA_TOKEN"
        elif status == 404:
            what = "does not have what it should (is it another one?): check ARTICLE_QA_CHROMA_URL"
        elif status == 429:
            what = "takes no more for now: try again in a while"
        elif status is not None and status >= 500:
            what = f"fails ({_line(error)}): try again, then see its log and 'article-qa doctor'"
        elif status is not None:
            what = f"refuses what it was asked ({_line(error)}): 'article-qa doctor' may say more"
        elif isinstance(error, httpx.TimeoutException):
            what = "does not reply in time: see whether it runs, and try again"
        elif isinstance(error, (httpx.TransportError, httpx.InvalidURL)):
            reason = _line(error)
            what = f"cannot be reached ({reason}): start it, or check ARTICLE_QA_CHROMA_URL"
        elif isinstance(error, (ValueError, KeyError, TypeError, AttributeError)):
            what = "does not reply as Chroma does: check ARTICLE_QA_CHROMA_URL"
        else:
            return None
        return ServerError(f"The Chroma server at {url} {what}; nothing is lost.", status)


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status that an error of Chroma's client stands for, if any."""
    import httpx
    from chromadb.errors import ChromaError

    if isinstance(error, ChromaError):
        return error.code()  # type: ignore[no-any-return]
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code
    cause = error.__context__  # the client raises a bare `Exception` over what httpx raised
    if type(error) is Exception and isinstance(cause, httpx.HTTPStatusError):
        return cause.response.status_code
    return None


def lacks_ids(error: ServerError) -> bool:
    """Tell whether a query failed for an id that the server does not hold."""
    return _NO_ID in str(error.__cause__)


def _may_pass(error: BaseException) -> bool:
    import httpx

    if isinstance(error, ServerError) or _NO_ID in str(error):
        return False
    return isinstance(error, httpx.TransportError) or status_of(error) in _PASSING


def _line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(".")[:200]
