"""Sessions of the page: a signed cookie that names the password that began it."""

import hashlib
import logging
import os
import secrets
import time
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from itsdangerous import BadData, URLSafeTimedSerializer

from article_qa_page.access.credentials import Credentials, Password

log = logging.getLogger(__name__)

_KEY_BYTES = 32
_MOST_ENDED = 10_000  # sessions remembered as ended; each until it would have expired


class Sessions:
    """Begins, knows and ends sessions of `seconds` each, signed with `key`.

    A session ends with the password that began it, since it names that. Ended ones are remembered
    by this process; elsewhere, what ends a session is that its cookie is gone.
    """

    def __init__(self, key: bytes, credentials: Credentials, seconds: int) -> None:
        self.seconds = seconds
        self._credentials = credentials
        self._ended: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()
        self._signer = URLSafeTimedSerializer(
            key, salt="article-qa session", signer_kwargs={"digest_method": hashlib.sha256}
        )
        # Cookies do not tell ports apart: two servers on one machine must not share a name.
        self.cookie = "article_qa_" + hashlib.sha256(b"cookie" + key).hexdigest()[:8]

    def begin(self, password: Password) -> str:
        """Return the cookie's value for somebody who knew `password`."""
        return str(self._signer.dumps([password.fingerprint, secrets.token_urlsafe(12)]))

    def password_of(self, value: str) -> Password | None:
        """Return the password that began a session, or None if it is none, or is over."""
        identity = self._identity(value)
        with self._lock:
            if identity is None or identity[1] in self._ended:
                return None
        return self._credentials.with_fingerprint(identity[0])

    def end(self, value: str) -> None:
        """End a session: its cookie, wherever it was copied to, opens nothing any more."""
        identity = self._identity(value)
        if identity is None:
            return
        now = time.monotonic()
        with self._lock:
            self._ended[identity[1]] = now + self.seconds
            while self._ended:
                oldest = next(iter(self._ended.values()))
                if oldest > now and len(self._ended) <= _MOST_ENDED:
                    break
                self._ended.popitem(last=False)

    def _identity(self, value: str) -> tuple[str, str] | None:
        try:
            fingerprint, name = self._signer.loads(value, max_age=self.seconds)
        except (BadData, ValueError, TypeError):
            return None
        return str(fingerprint), str(name)


def session_key(home: Path) -> bytes:
    """Return the key of the data folder, made at the first call: sessions outlive a restart.

    Where the folder cannot be written the key is a new one, and sessions end with the process.
    """
    path = home / "session.key"
    key = secrets.token_bytes(_KEY_BYTES)
    try:
        home.mkdir(parents=True, exist_ok=True)
        # Written whole beside it and linked: another process finds all of a key or none.
        draft = home / f".session.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        known = path.read_bytes()
    except OSError as error:
        log.warning("Sessions end when the server does: %s cannot be used (%s)", path, error)
        return key
    return known if len(known) >= _KEY_BYTES else key
