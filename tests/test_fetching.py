"""Fetching: what is read of the web, what is refused, and how sites are spared."""

import gzip
import re
import shutil
import ssl
import subprocess
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import httpcore
import httpx
import pytest
from web_server import Site, running_site

from index.errors import SourceError
from index.web.fetching import Fetcher, Limits
from index.web.net_addresses import is_public

QUICK = Limits(
    connect=1.0,
    total=5.0,
    headers=20_000,
    received=200_000,
    decompressed=300_000,
    pause=0.0,
    longest_pause=0.2,
)
PAGE = "<p>Le texte d’un article.</p>".encode()
PUBLIC = "93.184.215.14"


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(allow_private=True, limits=QUICK) as fetcher:
        yield fetcher


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The addresses of names; what is looked up otherwise is an address itself."""
    names: dict[str, list[str]] = {}
    monkeypatch.setattr(
        "index.web.net_addresses.resolve", lambda host, port: names.get(host, [host.strip("[]")])
    )
    return names


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for the Internet: a public address leads to this machine, and is noted."""
    connect, connected = httpcore.SyncBackend.connect_tcp, []

    def connect_tcp(self: httpcore.SyncBackend, host: str, *rest: object) -> httpcore.NetworkStream:
        connected.append(host)
        return connect(self, "127.0.0.1" if host == PUBLIC else host, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)
    return connected


def refusal(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(SourceError) as caught:
        fetcher.get(url)
    said = str(caught.value)
    assert "\n" not in said and said.endswith(".") and ": " in said
    return said


def test_a_page(site: Site, fetcher: Fetcher) -> None:
    url = site.serve(
        "/a?b=%C3%A9",
        PAGE,
        Content_Type='Text/HTML; Charset="UTF-8"',
        ETag='"v1"',
        Last_Modified="Mon, 25 Nov 2024 09:00:00 GMT",
        Set_Cookie="a=b",
    )
    response = fetcher.get(site.url + "/a?b=é#part")
    assert response is not None and response.data == PAGE and response.url == url
    assert (response.media_type, response.charset) == ("text/html", "utf-8")
    assert (response.etag, response.modified) == ('"v1"', "Mon, 25 Nov 2024 09:00:00 GMT")
    assert not response.moved_permanently
    sent = site.seen[-1][1]
    assert sent["user-agent"].startswith("article-qa/") and sent["user-agent"][11:].strip()
    assert sent["accept-encoding"] == "gzip, deflate"
    fetcher.get(url)
    assert "cookie" not in site.seen[-1][1]


def test_only_what_has_changed(site: Site, fetcher: Fetcher) -> None:
    url = site.raw("/a", b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n")
    assert fetcher.get(url, etag='W/"1"', modified="Mon, 25 Nov 2024 09:00:00 GMT") is None
    sent = site.seen[-1][1]
    assert sent["if-none-match"] == 'W/"1"'
    assert sent["if-modified-since"] == "Mon, 25 Nov 2024 09:00:00 GMT"
    assert "status 304" in refusal(fetcher, url)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "é", "\x00", "x" * 5000])
def test_validators_that_are_none_are_not_sent(site: Site, fetcher: Fetcher, value: str) -> None:
    assert fetcher.get(site.serve("/a", PAGE), etag=value, modified=value) is not None
    assert not {"if-none-match", "if-modified-since", "x-evil"} & set(site.seen[-1][1])


def test_validators_that_are_none_are_not_kept(site: Site, fetcher: Fetcher) -> None:
    url = site.raw("/a", b'HTTP/1.0 200 OK\r\nETag: "\xe9"\r\nLast-Modified: \r\n\r\nText')
    response = fetcher.get(url)
    assert response is not None and (response.etag, response.modified) == ("", "")
    assert (response.media_type, response.charset) == ("", None)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("X-GZip", gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:])),
        ("gzip", gzip.compress(PAGE) + b"\x00\x00"),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("identity", PAGE),
    ],
)
def test_compressed(site: Site, fetcher: Fetcher, encoding: str, body: bytes) -> None:
    response = fetcher.get(site.serve("/a", body, Content_Encoding=encoding))
    assert response is not None and response.data == PAGE


@pytest.mark.parametrize(
    ("encoding", "body", "says"),
    [
        ("gzip", gzip.compress(bytes(300_001)), "too large once decompressed"),
        ("gzip", gzip.compress(bytes(200_000)) * 2, "too large once decompressed"),
        ("deflate", zlib.compress(bytes(10_000_000)), "too large once decompressed"),
        ("gzip", gzip.compress(PAGE)[:-5], "ended early"),
        ("gzip", gzip.compress(b"") * 150, "damaged compression"),
        ("gzip", PAGE, "damaged compression"),
        ("deflate", b"\x78\x9c" + PAGE, "damaged compression"),
        ("gzip, gzip", gzip.compress(gzip.compress(PAGE)), "not asked for"),
        ("br", PAGE, "not asked for"),
        ("\xe9" * 99, PAGE, "not asked for"),
    ],
)
def test_bad_compression(
    site: Site, fetcher: Fetcher, encoding: str, body: bytes, says: str
) -> None:
    assert says in refusal(fetcher, site.serve("/a", body, Content_Encoding=encoding))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"", "ended early"),
        (b"HTTP/1.1 200 OK\r\nContent-Len", "ended early"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "ended early"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", "larger than 0.2 MB"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", "larger|not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nText", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nText", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nText\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nTe", "ended early"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nTextXX0\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 300_000, "larger than 0.2 MB"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 50_000 + b"\r\n\r\nText", "too long headers"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000 + b"\r\nText", "too long headers"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 5_000, "too long headers"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "not HTTP"),
        (b"\x16\x03\x01" + bytes(99), "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\nText", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "is empty"),
        (b"HTTP/1.1 200 OK\r\n\r\n \n\t", "is empty"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "is empty"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "status 101|not HTTP"),
        (b"HTTP/1.1 300 Choices\r\n\r\n", "status 300"),
        (b"HTTP/1.1 401 No\r\n\r\n", r"without permission \(status 401\)"),
        (b"HTTP/1.1 403 No\r\n\r\n", r"without permission \(status 403\)"),
        (b"HTTP/1.1 404 No\r\n\r\n", "does not exist"),
        (b"HTTP/1.1 410 No\r\n\r\n", "removed for good"),
        (b"HTTP/1.1 418 No\r\n\r\n", "status 418"),
        (b"HTTP/1.1 429 No\r\nRetry-After: 120\r\n\r\n", "again in 120 seconds"),
        (b"HTTP/1.1 429 No\r\nRetry-After: soon\r\n\r\n", "again later"),
        (b"HTTP/1.1 500 No\r\n\r\n", "fault of its server .*again later"),
        (
            b"HTTP/1.1 503 No\r\nRetry-After: Mon, 25 Nov 2024 10:30:00 +0100\r\n\r\n",
            "again after 2024-11-25 09:30 UTC",
        ),
        (b"HTTP/1.1 503 No\r\nRetry-After: " + "²".encode() + b"\r\n\r\n", "again later"),
    ],
)
def test_bad_answers(site: Site, fetcher: Fetcher, answer: bytes, says: str) -> None:
    said = refusal(fetcher, site.raw("/a", answer))
    assert said.startswith(f"{site.url}/a ")
    assert re.search(says, said), said


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\n\r\n"] + [b"x"] * 100,
        [b"HTTP/1.1 200 OK\r\n"] + [b"X: y\r\n"] * 100,
        [b"H"] * 100,
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"] + [b"1\r\nx\r\n"] * 100,
    ],
)
def test_a_slow_server_does_not_hold_it(site: Site, pieces: list[bytes]) -> None:
    site.serve("/robots.txt", b"")
    with Fetcher(allow_private=True, limits=replace(QUICK, total=0.4)) as fetcher:
        began = time.monotonic()
        assert "took too long" in refusal(fetcher, site.raw("/a", *pieces, wait=0.05))
    assert time.monotonic() - began < 3  # of five seconds that it would take


def test_redirects_share_the_time(site: Site) -> None:
    for step in range(5):
        head = f"HTTP/1.1 302 Moved\r\nLocation: /{step + 1}\r\n".encode()
        site.raw(f"/{step}", head, b"\r\n", wait=0.15)
    site.serve("/5", PAGE)
    with Fetcher(allow_private=True, limits=replace(QUICK, total=0.5)) as fetcher:
        assert "took too long" in refusal(fetcher, f"{site.url}/0")


def test_a_silent_server_does_not_hold_it(site: Site) -> None:
    url = site.raw("/a", b"", wait=1.0)
    with Fetcher(allow_private=True, limits=replace(QUICK, total=0.4)) as fetcher:
        assert "took too long" in refusal(fetcher, url)


def test_a_slow_look_up_does_not_hold_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.web.net_addresses.resolve", lambda host, port: time.sleep(0.5))
    with Fetcher(limits=Limits(connect=0.05, pause=0)) as fetcher:
        assert "looking up 'news.example' took too long" in refusal(fetcher, "http://news.example")


def test_nobody_there(fetcher: Fetcher, site: Site, names: dict[str, list[str]]) -> None:
    with running_site() as gone:
        url = gone.url
    assert "127.0.0.1 refuses the connection" in refusal(fetcher, url)
    names["nowhere.example"] = []
    assert "no machine is called 'nowhere.example'" in refusal(fetcher, "http://nowhere.example/a")
    names["two.example"] = ["::1", "127.0.0.1"]  # nothing listens on the first
    site.serve("/a", PAGE)
    assert fetcher.get(f"http://two.example:{site.port}/a") is not None


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "only http and https"),
        ("news.example/a", "only http and https"),
        ("ftp://news.example/a", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("http://", "not a valid address"),
        ("http:///a", "not a valid address"),
        ("http://./a", "not a valid address"),
        ("http://news.example:0/", "not a valid address"),
        ("http://news.example:99999/", "not a valid address"),
        ("http://news.example:x/", "not a valid address"),
        ("http://news.exam\nple/", "not a valid address"),
        ("http://[::1/", "not a valid address"),
        ("http://256.1.1.1/", "not a valid address"),
        ("http://0177.0.0.1/", "not a valid address"),
        ("http://１２７.0.0.1/", "not a valid address"),
        ("http://xn--\ud800/", "not a valid address"),
        ("http://news.example/" + "a" * 70_000, "not a valid address"),
        ("http://user:secret@news.example/", "user name or password"),
        ("http://news.example\\@127.0.0.1/", "user name or password"),
    ],
)
def test_addresses_that_are_none(fetcher: Fetcher, url: str, says: str) -> None:
    said = refusal(fetcher, url)
    assert says in said and "secret" not in said and len(said) < 500


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "127.0.0.1.",
        "localhost",
        "LOCALHOST.",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[fe80::1]",
        "[fd00::1]",
        "[64:ff9b::a00:1]",
        "[2002:7f00:1::]",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_private_machines_are_refused(connected: list[str], scheme: str, host: str) -> None:
    with Fetcher(limits=QUICK) as fetcher:
        assert "private network" in refusal(fetcher, f"{scheme}://{host}:8000/a")
    assert connected == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("64:ff9b::808:808", True),
        ("::ffff:8.8.8.8", True),
        ("2002:808:808::1", True),
        ("64:ff9b:1::808:808", False),
        ("2001:0:808:808::1", False),  # Teredo
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("fec0::1", False),
        ("fe80::1%eth0", False),
        ("2606:4700::1111%eth0", False),
        ("ff0e::1", False),
        ("100.127.255.255", False),
        ("100.128.0.1", True),
        ("192.88.99.1", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("240.0.0.1", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["10.1.2.3"], [PUBLIC, "192.168.0.1"], ["::1", PUBLIC]]
)
def test_names_of_private_machines_are_refused(
    names: dict[str, list[str]], connected: list[str], addresses: list[str]
) -> None:
    names["news.example"] = addresses
    with Fetcher(limits=QUICK) as fetcher:
        assert "private network" in refusal(fetcher, "http://news.example/a")
    assert connected == []


def test_a_name_is_looked_up_once_for_a_connection(
    site: Site, connected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [[PUBLIC], [PUBLIC], ["127.0.0.1"]]  # robots.txt, the page, and what comes after
    monkeypatch.setattr("index.web.net_addresses.resolve", lambda host, port: answers.pop(0))
    site.serve("/a", PAGE)
    with Fetcher(limits=QUICK) as fetcher:
        assert fetcher.get(f"http://news.example:{site.port}/a") is not None
        assert connected == [PUBLIC, PUBLIC]
        assert "private" in refusal(fetcher, f"http://news.example:{site.port}/a")
    assert site.seen[-1][1]["host"] == f"news.example:{site.port}"


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/secret",
        "//127.1:{port}/secret",
        "http://[::1]:{port}/secret",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:127.0.0.1]:{port}/secret",
        "http://inside.example:{port}/secret",
        "https://127.0.0.1:{port}/secret",
    ],
)
def test_redirects_to_private_machines_are_refused(
    site: Site, names: dict[str, list[str]], connected: list[str], target: str
) -> None:
    names |= {"news.example": [PUBLIC], "inside.example": ["10.0.0.1"], "127.1": ["127.0.0.1"]}
    site.serve("/a", b"", 302, Location=target.format(port=site.port))
    site.serve("/secret", PAGE)
    with Fetcher(limits=QUICK) as fetcher:
        said = refusal(fetcher, f"http://news.example:{site.port}/a")
    assert said.startswith(f"http://news.example:{site.port}/a leads to http")
    assert "private network" in said
    assert set(connected) == {PUBLIC} and site.paths() == ["/robots.txt", "/a"]


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("/a", "leads back to itself"),
        ("/b", "leads back to itself"),
        ("ftp://news.example/", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("http://user:secret@127.0.0.1/", "user name or password"),
        ("http://[::1", "leads to no valid address"),
        ("http://127.0.0.1:99999/", "not a valid address|no valid address"),
        (None, "leads to no valid address"),
    ],
)
def test_bad_redirects(site: Site, fetcher: Fetcher, location: str | None, says: str) -> None:
    headers = {"Location": location} if location is not None else {}
    url = site.serve("/a", b"", 301, **headers)
    site.serve("/b", b"", 307, Location="/a#again")
    said = refusal(fetcher, url)
    assert re.search(says, said) and "secret" not in said, said


def test_redirects(site: Site, fetcher: Fetcher) -> None:
    statuses = [301, 308, 301, 301, 308]
    for step, status in enumerate(statuses):
        site.serve(f"/{step}", b"moved", status, Location=f"{step + 1}#part")
    url = site.serve("/5", PAGE)
    response = fetcher.get(site.url + "/0")
    assert response is not None and response.url == url and response.moved_permanently
    site.serve("/5", b"", 302, Location="/6")
    site.serve("/6", PAGE)
    assert "leads on and on" in refusal(fetcher, site.url + "/0")
    response = fetcher.get(site.url + "/1")
    assert response is not None and not response.moved_permanently


def test_proxies_of_the_environment_are_not_used(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetcher.get(site.serve("/a", PAGE)) is not None


ROBOTS = b"User-agent: *\nDisallow: /private\nDisallow: /*.pdf$\nAllow: /private/open\n"


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        (ROBOTS, "/a", True),
        (ROBOTS, "/private/x", False),
        (ROBOTS, "/%70rivate/x", False),
        (ROBOTS, "/private/open/x", True),
        (ROBOTS, "/a.pdf", False),
        (b"\xef\xbb\xbfuser-agent: Article-QA\r\ndisallow: /\r\n", "/a", False),
        (b"User-agent: otherbot\nDisallow: /", "/a", True),
        (b"User-agent: *\nDisallow: /\nUser-agent: article-qa\nDisallow:", "/a", True),
        (b"User-agent: *\nDisallow:", "/a", True),
        (b"", "/a", True),
        (b"<html><p>Not found", "/a", True),
        (bytes(range(256)) * 9, "/a", True),
        (b"Disallow: /\n", "/a", True),
        (b"#" * 100_000 + b"\nUser-agent: *\nDisallow: /", "/a", False),
    ],
)
def test_robots(site: Site, fetcher: Fetcher, robots: bytes, path: str, allowed: bool) -> None:
    site.serve("/robots.txt", robots)
    url = site.serve(path, PAGE)
    if allowed:
        assert fetcher.get(url) is not None
        assert fetcher.get(url) is not None
    else:
        said = refusal(fetcher, url)
        assert said == f"{url} may not be read by programs (robots.txt): give another address."
        assert path not in site.paths()
    assert site.paths().count("/robots.txt") == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_without_robots_everything_is_allowed(site: Site, fetcher: Fetcher, status: int) -> None:
    site.serve("/robots.txt", b"User-agent: *\nDisallow: /", status)
    assert fetcher.get(site.serve("/a", PAGE)) is not None


@pytest.mark.parametrize(
    "robots",
    [
        b"HTTP/1.1 500 No\r\n\r\n",
        b"HTTP/1.1 503 No\r\n\r\n",
        b"HTTP/1.1 304 No\r\n\r\n",
        b"HTTP/1.1 301 No\r\nLocation: /robots.txt\r\n\r\n",
        b"HTTP/1.1 302 No\r\nLocation: ftp://x/robots.txt\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n",
        b"no",
    ],
)
def test_with_unknown_robots_nothing_is_read(site: Site, fetcher: Fetcher, robots: bytes) -> None:
    site.raw("/robots.txt", robots)
    url = site.serve("/a", PAGE)
    for _ in range(2):
        said = refusal(fetcher, url)
        assert said.startswith(f"{url} is not read now, as its site's robots.txt cannot be (it ")
    assert "/a" not in site.paths()


def test_robots_are_asked_again(site: Site) -> None:
    site.serve("/robots.txt", b"", 500)
    url = site.serve("/a", PAGE)
    limits = Limits(pause=0, robots_retry=0.05, robots_age=0.05)
    with Fetcher(allow_private=True, limits=limits) as fetcher:
        assert "robots.txt cannot be" in refusal(fetcher, url)
        site.serve("/robots.txt", b"")
        time.sleep(0.06)
        assert fetcher.get(url) is not None
        site.serve("/robots.txt", b"User-agent: *\nDisallow: /")
        time.sleep(0.06)
        assert "may not be read" in refusal(fetcher, url)


def test_robots_of_where_a_redirect_leads(site: Site, fetcher: Fetcher) -> None:
    with running_site() as other:
        other.serve("/robots.txt", b"", 302, Location=f"{other.url}/rules")
        other.serve("/rules", b"User-agent: *\nDisallow: /private")
        other.serve("/private", PAGE)
        url = site.serve("/a", b"", 302, Location=f"{other.url}/private")
        said = refusal(fetcher, url)
        assert said.startswith(f"{url} leads to {other.url}/private, which may not be read by prog")
        assert other.paths() == ["/robots.txt", "/rules"]


@pytest.mark.parametrize(
    ("delay", "least", "most"),
    [("0.1", 0.1, 0.2), ("99", 0.2, 0.4), ("-5", 0, 0.1), ("nan", 0, 0.1)],
)
def test_crawl_delay(site: Site, fetcher: Fetcher, delay: str, least: float, most: float) -> None:
    site.serve("/robots.txt", f"User-agent: *\nCrawl-delay: {delay}".encode())
    url = site.serve("/a", PAGE)
    fetcher.get(url)
    began = time.monotonic()
    fetcher.get(url)
    assert least <= time.monotonic() - began < most + 0.2


def test_one_request_at_a_time_with_pauses(site: Site) -> None:
    url = site.raw("/a", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nTe", b"xt", wait=0.03)
    limits = Limits(pause=0.06)
    with (
        Fetcher(allow_private=True, limits=limits) as fetcher,
        ThreadPoolExecutor(6) as pool,
    ):
        responses = list(pool.map(lambda _: fetcher.get(url), range(6)))
    assert [r.data for r in responses if r] == [b"Text"] * 6
    times = site.served(7)  # robots.txt once
    assert len(times) == 7
    gaps = [later[0] - earlier[0] for earlier, later in pairwise(times)]
    assert min(gaps) >= 0.06


def test_hosts_do_not_wait_for_each_other(site: Site, names: dict[str, list[str]]) -> None:
    site.raw("/a", b"HTTP/1.1 200 OK\r\n\r\n", b"Text", wait=0.15)
    hosts = [f"{letter}.example" for letter in "abcd"]
    names |= {host: ["127.0.0.1"] for host in hosts}
    with (
        Fetcher(allow_private=True, limits=Limits(pause=0)) as fetcher,
        ThreadPoolExecutor(4) as pool,
    ):
        list(pool.map(lambda host: fetcher.get(f"http://{host}:{site.port}/a"), hosts))
    pages = [times for times in site.served(8) if times[1] - times[0] > 0.1]
    assert len(pages) == 4 and pages[-1][0] < pages[0][1]


def test_closing_ends_all_waiting(site: Site) -> None:
    url = site.serve("/a", PAGE)
    fetcher = Fetcher(allow_private=True, limits=Limits(pause=30))
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(refusal, fetcher, url)
        time.sleep(0.1)
        fetcher.close()
        assert "was stopped" in waiting.result()
    assert time.monotonic() - began < 5


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of news.example, with its key, that nobody has signed."""
    openssl, file = shutil.which("openssl"), tmp_path / "both.pem"
    if openssl is None:
        pytest.skip("openssl is not installed")
    command = (
        f"{openssl} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-subj /CN=news.example -addext subjectAltName=DNS:news.example "
        f"-keyout {file} -out {tmp_path / 'certificate.pem'}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    with file.open("a") as both:
        both.write((tmp_path / "certificate.pem").read_text())
    return file


def test_certificates(
    certificate: Path, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    names |= {"news.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]}
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with running_site(tls) as site:
        site.serve("/a", PAGE)
        site.serve("/down", b"", 302, Location=f"http://news.example:{site.port}/a")
        url = f"https://news.example:{site.port}"
        with Fetcher(allow_private=True, limits=QUICK) as fetcher:
            said = refusal(fetcher, url + "/a")
            assert "the certificate of news.example is not valid (self" in said
        trusting = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(httpx, "create_ssl_context", lambda **_: trusting)
        with Fetcher(allow_private=True, limits=QUICK) as fetcher:
            response = fetcher.get(url.replace("example", "example.") + "/a")
            assert response is not None and (response.url, response.data) == (url + "/a", PAGE)
            assert "not secure: give an https" in refusal(fetcher, url + "/down")
            said = refusal(fetcher, f"https://other.example:{site.port}/a")
            assert "certificate of other.example is not valid" in said


def test_no_tls_where_it_should_be(site: Site, fetcher: Fetcher) -> None:
    url = f"https://127.0.0.1:{site.port}/a"
    assert "makes no secure connection" in refusal(fetcher, url)
