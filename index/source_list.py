"""`sources.toml` in the data folder: the folders, feeds and pages that `sync` goes through.

folders = ["press", "~/notes"]            # relative to this file; removed files leave the index
feeds = ["https://example.org/news.rss"]  # new and changed entries
pages = ["https://example.org/article"]
interval = 900                            # seconds from one look at the web to the next
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.article import is_web_address
from index.errors import SettingsError
from index.storage import storage_errors, write_atomically

FILE = "sources.toml"
INTERVAL = 900.0
SHORTEST = 10.0
_LISTS = ("folders", "feeds", "pages")


@dataclass(frozen=True, slots=True)
class SourceList:
    """Where articles come from; `interval` is in seconds, and counts when watching."""

    folders: tuple[Path, ...] = ()
    feeds: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    interval: float = INTERVAL

    def __bool__(self) -> bool:
        """Tell whether anything is listed."""
        return bool(self.folders or self.feeds or self.pages)


def load_sources(home: Path) -> SourceList:
    """Return what `sources.toml` in `home` lists; raise `SettingsError` where it cannot be used."""
    file = home / FILE
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            f"{file} does not exist: write folders, feeds or pages into it, "
            "or name a folder, as in 'article-qa sync FOLDER'."
        ) from None
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror or error}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not valid TOML ({error}): mend it.") from None
    unknown = sorted(set(content) - {*_LISTS, "interval"})
    if unknown:
        raise SettingsError(
            f"{file} has {unknown[0]!r}, which means nothing here: "
            f"it may have {', '.join(_LISTS)} and interval."
        )
    lists = {name: _strings(content, name, file) for name in _LISTS}
    for address in lists["feeds"] + lists["pages"]:
        if not is_web_address(address):
            raise SettingsError(
                f"{file} names {address!r}: only http and https addresses can be read."
            )
    sources = SourceList(
        tuple(home / Path(folder).expanduser() for folder in lists["folders"]),
        lists["feeds"],
        lists["pages"],
        _interval(content, file),
    )
    if not sources:
        raise SettingsError(f"{file} lists nothing: write folders, feeds or pages into it.")
    return sources


def list_feed(home: Path, address: str) -> bool:
    """Write a feed into `sources.toml` in `home`; return whether it was not listed before.

    Everything else in the file stays as it is, comments included. Raises `SettingsError` where
    the file cannot be used or `address` is none of the web, `StorageError` where it cannot be
    written.
    """
    import tomlkit

    if not is_web_address(address):
        raise SettingsError(f"{address[:80]!r} is no address: give one of http or https.")
    file = home / FILE
    exists = file.exists()
    if exists and address in load_sources(home).feeds:
        return False
    with storage_errors(home):
        document = tomlkit.parse(file.read_text(encoding="utf-8") if exists else "")
        feeds = document.setdefault("feeds", tomlkit.array())
        feeds.append(address)
        home.mkdir(parents=True, exist_ok=True)
        write_atomically(file, tomlkit.dumps(document))
    return True


def unlist(home: Path, address: str) -> bool:
    """Take a feed or a page out of `sources.toml` in `home`; return whether it was listed.

    Everything else in the file stays as it is. Without a last entry the file goes too, since one
    that lists nothing cannot be used. Raises `SettingsError` where the file cannot be used, and
    `StorageError` where it cannot be written.
    """
    import tomlkit

    file = home / FILE
    if not file.exists():
        return False
    listed = load_sources(home)
    if address not in listed.feeds + listed.pages:
        return False
    with storage_errors(home):
        document = tomlkit.parse(file.read_text(encoding="utf-8"))
        for name in ("feeds", "pages"):
            entries = document.get(name, [])
            while address in entries:
                entries.remove(address)
        if any(document.get(name) for name in _LISTS):
            write_atomically(file, tomlkit.dumps(document))
        else:
            file.unlink()
    return True


def _strings(content: dict[str, Any], name: str, file: Path) -> tuple[str, ...]:
    value = content.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise SettingsError(f'{file} must give {name} as a list, such as {name} = ["…"].')
    return tuple(dict.fromkeys(value))


def _interval(content: dict[str, Any], file: Path) -> float:
    value = content.get("interval", INTERVAL)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= SHORTEST:
        raise SettingsError(f"{file} must give interval in seconds, {SHORTEST:.0f} at least.")
    return float(value)
