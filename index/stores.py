"""Which store the settings name: generations on this machine, or the replica of a server's."""

from pathlib import Path

from index.generations import GenerationStore
from index.settings import Settings


def store_of(settings: Settings, home: Path) -> GenerationStore:
    """Return the store of a data folder; raise `SettingsError` for a server's address that is none.

    Nothing is connected to yet.
    """
    if not settings.chroma_url:
        return GenerationStore(home / "index")
    from index.server.address import address_of
    from index.server.connection import Server
    from index.server.store import ServerStore

    return ServerStore(home, Server(address_of(settings)))
