"""Where a shared index lies: the server, and the names of its collections there."""

from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit

from index.errors import SettingsError
from index.settings import Settings
from index.vectors import Kind

_CLOUD = "trychroma.com"
_PATH = "/api/v2"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A server (`url` ends without "/"), and which of what it holds is meant."""

    url: str
    token: str = field(repr=False)
    name: str
    tenant: str
    database: str

    @property
    def folder(self) -> str:
        """The name of the folder for the replica of this index, the token's matter left out."""
        place = "\n".join((self.url, self.tenant, self.database, self.name))
        return f"server-{sha256(place.encode()).hexdigest()[:8]}"

    @property
    def headers(self) -> dict[str, str]:
        """The token as Chroma Cloud wants it, or as a proxy before a server may want it."""
        if not self.token:
            return {}
        mine = {"x-chroma-token": self.token}
        if self.is_cloud:
            return mine
        return mine | {"Authorization": f"Bearer {self.token}"}

    @property
    def is_cloud(self) -> bool:
        """Whether the server is Chroma Cloud."""
        return (urlsplit(self.url).hostname or "").endswith(_CLOUD)

    @property
    def api(self) -> str:
        """The address below which the calls of Chroma's protocol lie."""
        return self.url + _PATH

    def vectors(self, kind: Kind, model: str) -> str:
        """Return the name of the collection of a model's vectors of a kind."""
        return f"{self.name}-{kind}-{sha256(model.encode()).hexdigest()[:8]}"

    @property
    def pages(self) -> str:
        """The name of the collection of blocks."""
        return f"{self.name}-pages"

    @property
    def versions(self) -> str:
        """The name of the collection of versions."""
        return f"{self.name}-versions"


def address_of(settings: Settings) -> ServerAddress:
    """Return the address that the settings name; raise `SettingsError` if it is none."""
    url = settings.chroma_url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
        sound = sound and not (parts.query or parts.fragment or parts.username)
        sound = sound and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound:
        raise SettingsError(
            "ARTICLE_QA_CHROMA_URL is not the address of a server: write it as "
            "http://host:8000 or https://host, and a token into ARTICLE_QA_CHROMA_TOKEN."
        )
    token = settings.chroma_token.strip()
    if not token.isascii() or not token.isprintable():
        raise SettingsError("ARTICLE_QA_CHROMA_TOKEN holds what no token has: set it again.")
    return ServerAddress(
        url, token, settings.chroma_name, settings.chroma_tenant, settings.chroma_database
    )
