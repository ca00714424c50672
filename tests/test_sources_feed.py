"""Feeds: their entries and articles, what is mended, and what is refused."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from index.errors import SourceError
from index.sources.content import Content
from index.sources.feed import KIND, FeedEntry, carries_text, entry_article, feed_entries, read_feed
from index.sources.feed_text import line_of, text_of
from index.types import Article

SENTENCE = "The council of Arvel voted on Monday to close the old bridge until the end of June. "
TEXT = (SENTENCE * 3).strip()
FEED = "https://courrier.example/feed/"

FRENCH = """<?xml version="1.0" encoding="UTF-8"?>
<!-- written by a machine -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Le Courrier</title><link>https://courrier.example/</link>
<language>fr-FR</language><atom:link href="https://courrier.example/feed/" rel="self"/>
<managingEditor>office@courrier.example</managingEditor>
<item><title>L&#8217;usine d’Arvel &amp; ses <![CDATA[<b>ouvriers</b>]]></title>
<link>/2024/usine?a=1&amp;b=2</link><dc:creator><![CDATA[Jeanne  Noël]]></dc:creator>
<pubDate>Mon, 25 Nov 2024 10:00:00 +0100</pubDate>
<guid isPermaLink="false">courrier-12</guid>
<description><![CDATA[<p>Résumé court [&#8230;]</p>]]></description>
<content:encoded><![CDATA[<p>L’usine d’Arvel fermera en mars&nbsp;: 120&nbsp;postes
disparaissent, a dit la <em>direction</em>.</p><h2>Des pertes</h2>
<p>Elle a perdu 4&nbsp;millions d’euros.<br/>Autant qu’en 2022.<script>steal()</script></p>
<figure><img src="a.jpg"><figcaption>Une photo</figcaption></figure>
<ul><li>Un accord</li><li>Une prime de départ</li></ul>
<p>La mairie « regrette » et demande un délai &lt; 6 mois, Q&R compris.</p>
<p>L’article <a href="x">L’usine</a> est apparu en premier sur <a href="y">Le Courrier</a>.</p>
]]></content:encoded></item>
<item><title>Court</title><link>b</link><description>Trop court.</description></item>
</channel></rss>"""

FRENCH_TEXT = """\
L’usine d’Arvel fermera en mars\xa0: 120\xa0postes disparaissent, a dit la direction.

Des pertes

Elle a perdu 4\xa0millions d’euros.
Autant qu’en 2022.

Un accord

Une prime de départ

La mairie « regrette » et demande un délai < 6 mois, Q&R compris."""


def rss(item: str | bytes, head: str = "<rss version='2.0'><channel>") -> bytes:
    body = item.encode() if isinstance(item, str) else item
    return head.encode() + b"<item>" + body + b"</item></channel></rss>"


def content(data: bytes, suffix: str = ".xml", **known: str | None) -> Content:
    return Content(data, "/news/a.xml", suffix, **known)  # type: ignore[arg-type]


def articles(data: bytes, **known: str | None) -> list[Article]:
    found = list(read_feed(content(data, **known)))
    assert all(isinstance(one, Article) for one in found), found
    return [one for one in found if isinstance(one, Article)]


def test_an_rss_feed() -> None:
    whole, short = feed_entries(content(FRENCH.encode(), url=FEED))
    assert (whole.id, whole.title) == ("courrier-12", "L’usine d’Arvel & ses ouvriers")
    assert whole.url == "https://courrier.example/2024/usine?a=1&b=2"
    assert whole.published == datetime(2024, 11, 25, 9, tzinfo=UTC) and whole.updated is None
    assert (whole.author, whole.language) == ("Jeanne Noël", "fr")
    assert "Des pertes" in whole.html and "Résumé court" in whole.summary_html
    assert (short.id, short.url) == ("https://courrier.example/feed/b",) * 2
    assert (short.author, short.html, short.summary_html) == (None, "", "Trop court.")


def test_the_articles_of_a_feed() -> None:
    article, error = read_feed(content(FRENCH.encode(), url=FEED))
    assert isinstance(article, Article) and article.text == FRENCH_TEXT
    assert article.source == "/news/a.xml#courrier-12" and article.language == "fr"
    assert (article.title, article.author) == ("L’usine d’Arvel & ses ouvriers", "Jeanne Noël")
    assert article.url and article.published == datetime(2024, 11, 25, 9, tzinfo=UTC)
    assert str(error) == (
        "/news/a.xml#https://courrier.example/feed/b carries no text: give the address of its page."
    )


def test_an_atom_feed() -> None:
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
    <author><name>The Desk</name></author><title>News</title>
    <entry xml:base="https://news.example/2024/"><id>urn:uuid:1</id><link href="a"/>
    <title type="text">a &lt; b &amp;amp; c</title><updated>2024-11-25T10:00:60-02:00</updated>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{TEXT}</p>
    <svg xmlns="http://www.w3.org/2000/svg"><text>no</text></svg></div></content></entry>
    <entry><id>urn:uuid:2</id><title type="html">&lt;i&gt;Two&lt;/i&gt;</title>
    <author><name>Jane</name></author><author><name>Paul</name></author>
    <published>2024-11-24</published><updated>2024-11-26T00:00:00Z</updated>
    <content type="text">{TEXT}\n\na &lt;b&gt; c</content></entry></feed>"""
    one, two = articles(atom.encode())
    assert (one.title, one.url, one.author) == (
        "a < b &amp; c",
        "https://news.example/2024/a",
        "The Desk",
    )
    assert one.published == datetime(2024, 11, 25, 12, 1, tzinfo=UTC) and one.text == TEXT
    assert (two.title, two.url, two.author) == ("Two", None, "Jane, Paul")
    assert two.published == datetime(2024, 11, 24, tzinfo=UTC)
    assert two.text == f"{TEXT}\n\na <b> c"


@pytest.mark.parametrize(
    "head",
    [
        "<rss version='0.92'><channel>",
        "<rss><channel>",
        "<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' "
        "'http://my.netscape.com/publish/formats/rss-0.91.dtd'>\n<rss version='0.91'><channel>",
        "\ufeff <?xml version='1.0'?><!-- a --><?style b?>\n<rss version='2.0'><channel>",
    ],
)
def test_older_forms(head: str) -> None:
    data = rss(f"<title>One</title><description>{TEXT}</description>", head)
    assert KIND.recognises(content(data))
    assert [(a.title, a.text) for a in articles(data)] == [("One", TEXT)]


def test_rss_1() -> None:
    data = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <channel rdf:about="https://x.example/"><title>X</title></channel>
    <item rdf:about="https://x.example/1"><title>One</title><link>https://x.example/1</link>
    <dc:date>2024-11-25</dc:date><description>{TEXT}</description></item></rdf:RDF>"""
    assert KIND.recognises(content(data.encode()))
    (article,) = articles(data.encode())
    assert (article.url, article.text) == ("https://x.example/1", TEXT)
    assert article.published == datetime(2024, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "suffix", "media_type", "expected"),
    [
        (b"<rss version='2.0'/>", "", "", True),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", ".txt", "text/plain", True),
        (b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'/>", "", "", True),
        (b"\n<!-- <html> --><RSS>", "", "text/html", True),
        ("<?xml version='1.0' encoding='utf-16'?><rss/>".encode("utf-16"), "", "", True),
        ("<rss version='2.0'/>".encode("utf-16-le"), "", "", True),
        ("<rss version='2.0'/>".encode("utf-32"), "", "", True),
        (b"<sitemap/>", ".xml", "", True),  # so that it is refused rather than taken for text
        (b"oops", ".rss", "", True),
        (b"oops", "", "application/atom+xml", True),
        (b"<!doctype html><html>", ".xml", "", False),
        (b"<html><rss/></html>", "", "application/rss+xml", False),
        (b"<sitemap/>", ".txt", "application/xml", False),
        (b"The <rss> element", ".md", "", False),
        (b"<!-- " * 9_000, "", "", False),
        (b"<!DOCTYPE rss [", "", "", False),
        (bytes(range(256)) * 9, "", "", False),
        (b"", "", "", False),
    ],
)
def test_recognised_by_the_root_element(
    data: bytes, suffix: str, media_type: str, expected: bool
) -> None:
    assert KIND.recognises(Content(data, "a", suffix, media_type)) is expected


@pytest.mark.parametrize(
    ("declared", "encoding", "charset"),
    [
        ("ISO-8859-1", "latin-1", None),
        ("windows-1252", "cp1252", None),
        ("utf-8", "utf-8", None),
        ("utf-8", "cp1252", None),  # a lie
        ("UTF-16", "utf-8", None),  # another
        ("utf-8", "utf-16", None),
        ("utf-16", "utf-16-be", None),
        ("utf-8", "utf-32", "utf-8"),
        ("utf-8", "iso8859-15", "ISO-8859-15"),
        ("utf-8", "utf-8", "utf-16"),
        ("utf-8", "utf-8", "no-such-thing"),
        ("no-such-thing", "utf-8", None),
        ("punycode", "utf-8", "unicode_escape"),
        ("zlib", "utf-8", "utf-7"),
    ],
)
def test_encodings(declared: str, encoding: str, charset: str | None) -> None:
    item = f"<title>Été à Noël</title><description>{TEXT}</description>"
    data = f"<?xml version='1.0' encoding='{declared}'?>".encode() + rss(item)
    (article,) = articles(data.decode().encode(encoding), charset=charset)
    assert article.title == "Été à Noël"


@pytest.mark.parametrize(
    ("item", "title"),
    [
        ("<title>AT&T & co&nbsp;&eacute;</title><description>{}</description>", "AT&T & co é"),
        ("<title>a &#xD800; &#0; &#99999999999; b</title><description>{}</description>", "a b"),
        ("<title>a \x00\x1b\ufffe b</title><description>{}</description>", "a b"),
        ("<title>&unknown; x</title><description>{}</description>", "&unknown; x"),
        ("<title>x</title><o:p a:b='1'/><description>{}</description>", "x"),
        ("<title>x</title><content:encoded>&lt;p>{}&lt;/p></content:encoded>", "x"),
        ("<title>x</title><br><description>{}</description>", "x"),
        ("<title>x</wrong><description>{}</description>", None),
        (
            "<title>x</title><description><![CDATA[{}]]></description><link>http://a/?b&c</link>",
            "x",
        ),
    ],
)
def test_malformed_feeds_are_mended(item: str, title: str | None) -> None:
    data = rss(item.format(TEXT))
    assert title is None or [(a.title, a.text) for a in articles(data)] == [(title, TEXT)]
    assert len(list(read_feed(content(data)))) == 1


DESCRIPTION = f"<description>{TEXT}</description>"


@pytest.mark.parametrize(
    "item",
    [
        "<pubDate>Mon, 99 Foo 99999 99:99:99 GMT</pubDate>",
        "<link>javascript:alert(1)</link><guid>file:///etc/passwd</guid>",
        "<link>http://[::1</link>",
        "<link>http://</link><guid/>",
        "<_start_item/><__class__>x</__class__><entries>1</entries><links>x</links>",
        "<author><name>x</name></author><tags>x</tags><title_detail a='1'/><links/>",
        "<guid isPermaLink='true'>not an address</guid>",
        "<enclosure url='a.mp3' length='x'/><category/><source/><textInput/><image/>",
    ],
)
def test_odd_fields_do_no_harm(item: str) -> None:
    found = list(read_feed(content(rss(item + DESCRIPTION))))
    assert any(isinstance(one, Article) and one.text == TEXT for one in found)
    for one in found:
        assert isinstance(one, SourceError) or (one.url is None and one.published is None)


def test_an_id_of_any_length_is_one_line() -> None:
    long = [f"<guid>{'x' * 9_000}\n{n}</guid>{DESCRIPTION}" for n in "12"]
    entries = feed_entries(content(rss("</item><item>".join(long))))
    assert len({entry.id for entry in entries}) == 2
    assert all("\n" not in entry.id and len(entry.id) < 600 for entry in entries)


def test_each_id_once() -> None:
    data = rss(f"<guid>1</guid>{DESCRIPTION}</item><item><guid>1</guid>{DESCRIPTION}")
    assert len(articles(data)) == 1


@pytest.mark.parametrize(
    "other",
    [
        "<guid>1</guid><title>Two</title>",
        "<guid>1</guid><pubDate>Mon, 25 Nov 2024 10:00:00 GMT</pubDate>",
        "<guid>1</guid><description>x</description>",
        "<guid>1</guid><link>http://x.example/</link>",
    ],
)
def test_the_digest_changes_with_the_entry(other: str) -> None:
    (one,) = feed_entries(content(rss("<guid>1</guid>")))
    (same,) = feed_entries(content(rss("<guid>1</guid>")))
    (two,) = feed_entries(content(rss(other)))
    assert one.id == two.id == "1" and one.digest == same.digest != two.digest


ENTITIES = "<!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>"
DEEP = "<a>" * 100_000 + "</a>" * 100_000
MANY = " ".join(f"a{n}='x'" for n in range(5_000))
PREFIXES = " ".join(f"xmlns:a{n}='x'" for n in range(5_000))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (ENTITIES.encode() + rss(f"<title>&b;</title>{DESCRIPTION}"), "declares entities"),
        ((ENTITIES + "<rss/>").encode("utf-16"), "declares entities"),
        ((ENTITIES + "<rss/>").encode("utf-16-be"), "declares entities"),
        (b"<!doctype rss SYSTEM 'x' [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", "declares ent"),
        (b"<!-- a --><?b?>\n<!DOCTYPE rss [ ]><rss/>", "declares entities"),
        (b"<!DOCTYPE rss SYSTEM 'a>b' [<!ENTITY x 'y'>]><rss/>", "is not a feed"),
        (b"<!DOCTYPE a><!DOCTYPE b [<!ENTITY x 'y'>]><rss/>", "is not a feed"),
        (rss(DEEP), "nested too deeply"),
        (rss(DEEP + "<"), "nested too deeply"),
        (rss("", f"<rss {MANY}><channel>"), "too many attributes"),
        (rss("", f"<rss {PREFIXES}><channel>"), "too many attributes"),
        (rss("</item><item>" * 10_000), "more than 10,000 entries"),
        (b"<rss version='2.0'><channel></channel></rss>", "has no entries"),
        (b"<feed/>", "has no entries"),
        (rss("<authors a='1'/><author>x</author>"), "cannot be read as a feed"),
        (b"<rss version='2.0'", "has no entries|not well-formed"),
        (b"<rss version='2.0'><channel>" + b"<!--" * 50_000, "has no entries"),
        (b"<!doctype html><html><body>Not found", "is not a feed"),
        (b"<urlset><url/></urlset>", "is not a feed"),
        (b"{'version': 'https://jsonfeed.org/version/1.1'}", "is not a feed"),
        (b"/etc/passwd", "is not a feed"),
        (b"http://127.0.0.1/feed", "is not a feed"),
        (b"\x1f\x8b\x08\x00" + bytes(99), "is not a feed"),
        (bytes(range(256)) * 9, "is not a feed"),
        (b"", "is not a feed"),
    ],
)
def test_what_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says) as caught:
        list(read_feed(content(data)))
    assert str(caught.value).startswith("/news/a.xml ") and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "item",
    [
        "<title>" + "<" * 20_000,
        "<description>" + "<a " * 5_000,
        "<description>" + "&lt;div&gt;" * 20_000 + TEXT + "</description>",
        "<description><![CDATA[" + TEXT,
        "<title>x<description>" + TEXT,
        "<description>" + "&amp;#xD800; &amp;#0; " * 9 + "</description>",
        "<content type='application/octet-stream'>////</content>",
        "<description>" + "x" * 199 + "</description>",
    ],
)
def test_entries_without_text_are_told(item: str) -> None:
    (error,) = read_feed(content(rss(item)))
    assert isinstance(error, SourceError) and "carries no text" in str(error)
    assert "\n" not in str(error)


def test_nothing_outside_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Iterator[None]:
        raise AssertionError("something was opened")

    list(read_feed(content(rss(DESCRIPTION))))  # imports what it needs
    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    head = "<!DOCTYPE rss SYSTEM 'http://127.0.0.1:9/x.dtd'><rss version='2.0'><channel>"
    assert len(articles(rss("<title>&xxe;</title>" + DESCRIPTION, head))) == 1


def test_a_fault_of_the_parser_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OverflowError("x")

    monkeypatch.setattr("feedparser.parse", fail)
    with pytest.raises(SourceError, match=r"cannot be read as a feed \(OverflowError\)"):
        feed_entries(content(rss(DESCRIPTION)))


def test_the_summary_stands_in_for_a_text_too_short() -> None:
    entry = FeedEntry("1", "T", None, None, None, None, "", "<p>Short.</p>", f"<p>{TEXT}", "d")
    assert entry_article(entry, "x#1").text == TEXT


@pytest.mark.parametrize(
    ("whole", "summary", "expected"),
    [
        (TEXT, "", True),
        (f"<p>{TEXT}</p>", f"{TEXT} […]", True),
        (f"{TEXT} […]", "", False),
        (f"{TEXT}...", TEXT, False),
        ("", TEXT, False),
        ("", SENTENCE * 20, True),
        ("", SENTENCE * 20 + "…", False),
        ("Short.", "Short.", False),
        ("", "", False),
    ],
)
def test_whole_texts_are_told_from_summaries(whole: str, summary: str, expected: bool) -> None:
    entry = FeedEntry("1", "T", None, None, None, None, "", whole, summary, "d")
    assert carries_text(entry) is expected


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain\ntext", "plain text"),
        ("one\r\nparagraph\r\n \r\nand another", "one paragraph\n\nand another"),
        ("<p>One</p>two<div>three</div>", "One\n\ntwo\n\nthree"),
        ("a<br>b<br/><br />c", "a\nb\n\nc"),
        ("<p>un\xa0: deux&nbsp;&nbsp;\n trois&#8239;!</p>", "un\xa0: deux trois\u202f!"),
        ("<ul><li>a<li>b</ul>", "a\n\nb"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\n\nc"),
        ("a<!-- no --> b<script>no</script><style>no</style>c", "a bc"),
        ("a &lt;b&gt; &amp;amp; &eacute; &copy", "a <b> &amp; é ©"),
        ("<p>Unclosed <b>bold <i>both", "Unclosed bold both"),
        ("<?php no ?><html><head><title>no</title></head><body>yes", "yes"),
        ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
        ("<p>A.</p><p>The post A appeared first on B.</p>", "A."),
        ("<textarea>no</textarea><noscript>no</noscript>yes</p></div></body>more", "yes\n\nmore"),
    ],
)
def test_html_to_paragraphs(html: str, text: str) -> None:
    assert text_of(html) == text
    assert line_of(html) == " ".join(text.split())
