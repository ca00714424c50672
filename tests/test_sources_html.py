"""Pages to articles: text, title, author, date, address and language; what is no article."""

import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import SourceError
from index.sources import html, html_tree
from index.sources.addresses import canonical_address, same_site
from index.sources.content import Content
from index.sources.decoding import decode_bytes
from index.types import Article

HEAD = """<meta charset="utf-8"><title>La grève suspendue à Orléans | Le Courrier</title>
<meta property="og:title" content="La grève suspendue à Orléans">
<meta property="og:site_name" content="Le Courrier">
<link rel="canonical" href="https://www.courrier.fr/economie/greve?utm_source=rss&amp;page=2">
<meta property="article:published_time" content="2024-11-25T18:30:00+01:00">
<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "Le Courrier"},
{"@type": "NewsArticle", "datePublished": "2024-11-25T18:30:12+01:00",
"author": {"@type": "Person", "name": "Élodie Marchand"}}]}</script>"""
LEAD = (
    "Après onze jours de conflit, les salariés de l’usine ont voté lundi la suspension du "
    "mouvement, par 312 voix contre 87."
)
BODY = f"""
<div id="cookie-banner" class="cookie-consent"><p>Nous utilisons des cookies. Les acceptez-vous,
ainsi que ceux de nos 842 partenaires ?</p><button>Tout accepter</button></div>
<header><nav><ul><li><a href="/">Accueil</a></li><li><a href="/sport">Sport</a></li></ul></nav>
</header><main><article><h1>La grève suspendue à Orléans</h1>
<p class="byline">Par <a rel="author" href="/a/em">Élodie Marchand</a></p>
<p class="chapo">{LEAD}</p>
<p>«\u202fLa direction a cédé\u202f», affirme <a href="/x">Karim Benali</a>,   délégué
syndical. Le salaire passera à 1&#8239;950 € dès janvier.</p>
<div class="box"><p>Lire aussi : <a href="/b">Une nouvelle journée d’action</a></p></div>
<p><strong>À lire également</strong> <a href="/c">Comment la grève a commencé</a></p>
<p>Read more: <a href="/d">The strike in pictures</a></p>
<h3>Sur le même sujet</h3><ul><li><a href="/e">Le premier vote des salariés du site</a></li></ul>
<h2>Un accord en trois points</h2>
<p>Lire aussi bien que compter, c’est ce que demande la nouvelle convention aux apprentis.</p>
<ul><li>une hausse de 4,5 % pour les ouvriers ;</li><li>la fin du travail le samedi.</li></ul>
<table><tr><th>Année</th><th>Salariés</th></tr><tr><td>2022</td><td>640</td></tr></table>
<p>La production reprendra mardi matin.<br><br>Le maire s’est dit « soulagé ».</p>
</article><section id="comments" class="comments"><h3>Commentaires</h3><div class="comment">
<p>Jean92 : bravo aux grévistes, enfin une bonne nouvelle pour la région !</p></div></section>
</main><footer><p>© 2024 Le Courrier. Tous droits réservés.</p></footer>"""
TEXT = f"""La grève suspendue à Orléans

{LEAD}

«\u202fLa direction a cédé\u202f», affirme Karim Benali, délégué syndical. Le salaire passera à \
1\u202f950 € dès janvier.

Un accord en trois points

Lire aussi bien que compter, c’est ce que demande la nouvelle convention aux apprentis.

une hausse de 4,5 % pour les ouvriers ;

la fin du travail le samedi.

Année · Salariés
2022 · 640

La production reprendra mardi matin.

Le maire s’est dit « soulagé »."""


def page(head: str = "", body: str | None = None, lang: str = "fr") -> str:
    story = f"<article><h1>Un titre</h1><p>{LEAD}</p><p>Le vote a eu lieu à midi.</p></article>"
    start = f'<!DOCTYPE html>\n<html lang="{lang}"><head>{head}</head>'
    return f"{start}<body>{body or story}</body></html>"


def content(markup: str | bytes, **known: str) -> Content:
    raw = markup.encode() if isinstance(markup, str) else markup
    return Content(raw, "/news/a.html", **{"suffix": ".html", **known})  # type: ignore[arg-type]


def read(markup: str | bytes, **known: str) -> Article:
    (article,) = html.read_html(content(markup, **known))
    return article


def refusal(markup: str | bytes, **known: str) -> str:
    with pytest.raises(SourceError) as caught:
        read(markup, **known)
    message = str(caught.value)
    assert message.startswith("/news/a.html ") and "\n" not in message
    return message


def test_an_article_among_what_surrounds_it() -> None:
    article = read(page(HEAD, BODY))
    assert article.text == TEXT
    assert (article.title, article.author) == ("La grève suspendue à Orléans", "Élodie Marchand")
    assert article.published == datetime(2024, 11, 25, 17, 30, 12, tzinfo=UTC)
    assert (article.language, article.source) == ("fr", "/news/a.html")
    assert article.url == "https://www.courrier.fr/economie/greve?page=2"


def test_the_title_without_the_name_of_the_site() -> None:
    head = '<title>Un vote - Le Site</title><meta property="og:site_name" content="Le Site">'
    head += '<meta property="og:title" content="Un vote - Le Site">'
    assert read(page(head)).title == "Un vote"


DAY_AND_TIME = '<meta name="date" content="{}"><time datetime="{}">'


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ('<meta name="date" content="2024-11-25">', datetime(2024, 11, 25, tzinfo=UTC)),
        (
            DAY_AND_TIME.format("2024-11-25", "2024-11-25T08:00:00-05:00"),
            datetime(2024, 11, 25, 13, tzinfo=UTC),
        ),
        (  # the time of another article
            DAY_AND_TIME.format("2024-11-25", "2024-12-02T08:00:00-05:00"),
            datetime(2024, 11, 25, tzinfo=UTC),
        ),
        (
            '<meta property="article:published_time" content="2024-11-25 18:30:00 +0100">',
            datetime(2024, 11, 25, 17, 30, tzinfo=UTC),
        ),
        (
            '<meta itemprop="datePublished" content="Mon, 25 Nov 2024 18:30:00 GMT">',
            datetime(2024, 11, 25, 18, 30, tzinfo=UTC),
        ),
        (  # what the page refers to was published at another time
            '<script type="application/ld+json">[{"@type": "WebPage", "datePublished":'
            '"2023-01-01T00:00:00Z"}, {"@type": ["NewsArticle"], "datePublished":'
            '"2024-11-25T10:00:00Z", "isBasedOn": {"datePublished": "2001-01-01"}}]</script>',
            datetime(2024, 11, 25, 10, tzinfo=UTC),
        ),
        ('<meta name="date" content="1970-01-01T00:00:00Z">', None),
        ('<meta name="date" content="0001-01-01T00:00:00+14:00">', None),
        ('<meta name="date" content="2024-13-45">', None),
        ('<script type="application/ld+json">{"datePublished": 20241125}</script>', None),
        ("", None),
    ],
)
def test_the_date_as_exactly_as_the_page_has_it(head: str, published: datetime | None) -> None:
    assert read(page(head)).published == published


def test_a_date_ahead_is_left_out() -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for ahead, kept in ((timedelta(hours=20), True), (timedelta(days=3), False)):
        head = f'<meta property="article:published_time" content="{(now + ahead).isoformat()}">'
        assert read(page(head)).published == (now + ahead if kept else None)


CANONICAL = '<link rel="canonical" href="{}">'


@pytest.mark.parametrize(
    ("head", "url", "address"),
    [
        ("", "https://A.fr:443/b?utm_source=x&id=7#top", "https://a.fr/b?id=7"),
        (CANONICAL.format("/c?b=1&a=2"), "https://a.fr/b", "https://a.fr/c?b=1&a=2"),
        (CANONICAL.format("//m.a.co.uk/c"), "https://www.a.co.uk/b", "https://m.a.co.uk/c"),
        (CANONICAL.format("https://b.co.uk/c"), "https://a.co.uk/b", "https://a.co.uk/b"),
        (CANONICAL.format("https://b.github.io/c"), "https://a.github.io/", "https://a.github.io/"),
        (CANONICAL.format("https://other.fr/c"), "https://a.fr/b", "https://a.fr/b"),
        (CANONICAL.format("https://a.fr@other.fr/c"), "https://a.fr/b", "https://a.fr/b"),
        (CANONICAL.format("https://a.fr/"), "https://a.fr/b", "https://a.fr/b"),
        (CANONICAL.format("javascript:alert(1)"), "https://a.fr/b", "https://a.fr/b"),
        (CANONICAL.format("http://[::1"), "https://a.fr/b", "https://a.fr/b"),
        (CANONICAL.format("https://a.fr/" + "x" * 5000), "https://a.fr/b", "https://a.fr/b"),
        ('<meta property="og:url" content="https://a.fr/o">', "https://a.fr/b", "https://a.fr/o"),
        ('<meta property="og:url" content="https://a.fr/o?xtor=1">', None, "https://a.fr/o"),
        (CANONICAL.format("file:///etc/passwd"), None, None),
        (CANONICAL.format("/relative"), None, None),
        ("", None, None),
    ],
)
def test_the_address(head: str, url: str | None, address: str | None) -> None:
    known = {"url": url} if url else {}
    assert read(page(head), **known).url == address


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://User@Example.ORG:80", "http://User@example.org/"),
        ("https://a.fr:8443/É?z=1&fbclid=x&a=%20&at_medium=rss#f", "https://a.fr:8443/É?z=1&a=%20"),
        ("https://a.fr/?GCLID=1&mc_cid=2&xtor=RSS-1&&id", "https://a.fr/?id"),
        ("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
        (" https://a.fr/a;b?c=d=e ", "https://a.fr/a;b?c=d=e"),
        ("http://a.fr:port/b", "http://a.fr:port/b"),
        ("http://[bad", "http://[bad"),
        ("mailto:a@b.fr", "mailto:a@b.fr"),
        ("", ""),
    ],
)
def test_one_form_of_each_address(url: str, canonical: str) -> None:
    assert canonical_address(url) == canonical == canonical_address(canonical)


def test_sites() -> None:
    assert same_site("http://localhost:1/a", "http://localhost:2/b")
    assert same_site("https://news.bbc.co.uk/", "https://bbc.co.uk/a")
    assert not same_site("https://127.0.0.1/", "https://127.0.0.2/")
    assert not same_site("nonsense", "nonsense")


@pytest.mark.parametrize(
    ("lang", "text", "language"),
    [
        ("en-US", LEAD * 2, "fr"),  # the template's
        ("fr", LEAD, "fr"),
        ("br-FR", "Ur gador a zo bet dalc’het e Brest disul. " * 3, "br"),
        ("", LEAD * 2, "fr"),
        ("x-nonsense", LEAD * 2, "fr"),
    ],
)
def test_the_language(lang: str, text: str, language: str) -> None:
    assert read(page(body=f"<article><p>{text}</p></article>", lang=lang)).language == language


ENCODED = f'<html lang="fr"><head>{{}}</head><body><article><p>{LEAD}</p></article></body></html>'


@pytest.mark.parametrize(
    ("encoding", "declared", "charset"),
    [
        ("utf-8", "", ""),
        ("utf-8-sig", '<meta charset="iso-8859-1">', ""),
        ("utf-8", '<meta charset="iso-8859-1">', "latin-1"),  # both wrong, as is common
        ("cp1252", '<meta charset="iso-8859-1">', ""),
        ("cp1252", "<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>", ""),
        ("cp1252", '<meta charset="utf-8">', "windows-1252"),
        ("cp1252", "", ""),
        ("cp1252", "", "no-such-charset\x00"),
        ("cp1252", "", "undefined"),
        ("utf-16", "", ""),
        ("utf-16-le", '<meta charset="utf-8">', ""),
        ("utf-16-be", "", "utf-8"),
        ("utf-32", "", ""),
    ],
)
def test_any_encoding(encoding: str, declared: str, charset: str) -> None:
    raw = ENCODED.format(declared).encode(encoding)
    assert html.recognises(content(raw, suffix=""))
    assert read(raw, charset=charset).text == LEAD


def test_decoding_never_fails() -> None:
    assert decode_bytes(b"a\x00\xff\xfe\r\nb\x01c", "utf-8") == "aÿþ\nbc"
    assert decode_bytes("Un été à Orléans".encode()[:-1] + b"\xff\xc3") == "Un été à Orléan��"
    assert decode_bytes("Привет, мир".encode("cp1251"), "cp1251") == "Привет, мир"


@pytest.mark.parametrize(
    ("raw", "known", "recognised"),
    [
        (b"<!doctype HTML><p>x", {"suffix": ""}, True),
        (b"\xef\xbb\xbf \n<!-- saved -->\n<HTML>", {"suffix": ".txt"}, True),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html>", {"suffix": ""}, True),
        (b"<body class=x>", {"suffix": ""}, True),
        (b"x", {"suffix": "", "media_type": "text/html"}, True),
        (b"some <b>text</b>", {}, True),
        (b"some text, 1 < 2", {}, False),
        (b"some <b>text</b>", {"suffix": ".md"}, False),
        (b"<header>x", {"suffix": ""}, False),
        (b"<?xml version='1.0'?><rss>", {"media_type": "text/html"}, False),
        (b"%PDF-1.7", {"media_type": "text/html"}, False),
        (b"", {}, False),
        (b"<!--" * 5_000, {"suffix": ""}, False),
    ],
)
def test_recognised_by_its_beginning(raw: bytes, known: dict[str, str], recognised: bool) -> None:
    assert html.recognises(content(raw, **known)) is recognised


DECLARED = '<meta property="og:type" content="article">'
COOKIES = (
    "<h1>Votre vie privée</h1><p>Nos partenaires et nous utilisons des cookies pour stocker des "
    "informations personnelles sur votre terminal.</p><p>Vous pouvez retirer votre consentement "
    "à tout moment en bas de page.</p><p>Nous mesurons ainsi l’audience du site.</p>"
)
LOGIN = (
    "<main><h1>Connexion</h1><p>Identifiez-vous pour lire cet article réservé aux abonnés.</p>"
    "<form><input type=email><input type=password></form><p>Mot de passe oublié ? Pas encore de "
    "compte ? Créez-en un en deux minutes.</p></main>"
)
CARDS = "".join(
    f"<article><h2><a href='/{i}'>Le titre numéro {i} du jour</a></h2><p>Le résumé numéro {i}, qui "
    "dit en deux lignes ce qui s’est passé hier.</p></article>"
    for i in range(12)
)
LINKED = "".join(
    f"<a href='/{i}'><h3>Le titre numéro {i}</h3><p>Le résumé numéro {i}, qui dit ce qui s’est "
    "passé hier à Lyon.</p></a>"
    for i in range(12)
)
LINES = "".join(
    f"<li><a href='/{i}'>Le titre numéro {i}, publié ce matin.</a></li>" for i in range(30)
)
SCRIPT = (
    "<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>"
    f"<script>window.story = '{LEAD}'</script>"
)
ROBOT = (
    "<h1>Checking your browser</h1><p>Please wait while we verify that you are not a robot. "
    "Enable JavaScript and cookies to continue to the site.</p>"
)


@pytest.mark.parametrize("head", ["", DECLARED])
@pytest.mark.parametrize("body", [COOKIES, LOGIN, SCRIPT, ROBOT, f"<ul>{LINES}</ul>"])
def test_what_stands_in_for_an_article_is_refused(head: str, body: str) -> None:
    assert "holds no article" in refusal(page(head, body))


@pytest.mark.parametrize("body", [CARDS, LINKED, "<h1>404</h1><p>La page n’existe pas.</p>"])
def test_lists_of_articles_are_refused(body: str) -> None:
    assert "holds no article" in refusal(page(body=f"<main>{body}</main>"))


def test_short_news_and_news_about_cookies_are_articles() -> None:
    assert read(page(body=f"<article><p>{LEAD}</p></article>")).text == LEAD
    fine = "La CNIL a infligé mardi une amende de 3 millions d’euros à l’éditeur pour ses cookies."
    appeal = "La société a deux mois pour former un recours devant le Conseil d’État, selon elle."
    body = f"<article><p>{fine}</p><p>{appeal}</p><p>Son président la juge démesurée.</p></article>"
    assert read(page(body=body)).text.startswith(fine)


@pytest.mark.parametrize(
    "raw",
    [
        b"<html>",
        b"<html></html>",
        b"<!doctype html>",
        b"<html><body>\x00\x00\x00",
        b"<" * 200_000,
        b"<!--" * 100_000,
        b"<html><body>" + b"<div>" * 100_000 + LEAD.encode(),
        b"<html><body>" + b"<b>" * 20_000,
        b"<html><body>" + b"&#xFFFFFFFF;&#0;&#xD800;" * 1_000,
        b"<html><body><p>" + b"\xff\xfe\xfd" * 1_000,
        b"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00\x00",
        b"<html><body><p>" + b"x" * 1_000_000,
        b"<html><frameset><frame src=x></frameset></html>",
        b"<?xml version='1.0'?><!DOCTYPE html [<!ENTITY a 'aa'>]><html><body>&a;&a;",
    ],
)
def test_pages_without_anything_are_refused_quickly(raw: bytes) -> None:
    started = time.process_time()
    assert "holds no article" in refusal(raw)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("markup", "says"),
    [
        ("<html>" + "x" * html_tree.MAX_BYTES, "more than 10 MB"),
        ("<html><body>" + "<p>x" * (html_tree.MAX_ELEMENTS + 1), "too many elements"),
        ("<html>" + "".join(map(chr, range(0x10600, 0x10640))), "damaged"),
        ("<p " + " ".join(f"a{i}=b" for i in range(20_000)) + ">", "too many elements"),
        ("<p a' " + " ".join(f"a{i}=b" for i in range(20_000)) + "'>", "too many elements"),
        ("<html>" + "<table><tr><td>" * 60 + "<p>Un mot dit hier.</p>" * 30_000, "too many"),
    ],
)
def test_pages_too_large_to_read_are_refused(markup: str, says: str) -> None:
    started = time.process_time()
    assert says in refusal(markup)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "head",
    [
        "<script type='application/ld+json'>" + "[" * 100_000 + "</script>",
        "<script type='application/ld+json'>{'not json'</script>",
        '<script type=\'application/ld+json\'>{"@graph": {"@graph": null}}</script>',
        '<script type=\'application/ld+json\'>[1, null, {"@type": [1], "author": 2}]</script>',
        "<meta name=author><meta property=og:url><link rel=canonical>",
        f"<title>{'a - ' * 20_000}</title>",
        '<meta property="og:image" content="data:image/png;base64,' + "A" * 500_000 + '">',
        "<!-- " + "<p " * 3_000 + "-->",
    ],
)
def test_what_a_page_says_of_itself_may_be_nonsense(head: str) -> None:
    assert LEAD in read(page(head)).text


def test_a_long_attribute_is_no_multitude() -> None:
    words = "mot " * 5_000
    body = f"<article data-state='{words}' data-other=\"{words}\"><p>{LEAD}</p></article>"
    assert read(page(body=body)).text == LEAD


def test_a_body_without_an_article_keeps_all_its_text() -> None:
    markup = "<div>Bonjour,<br>voici.<style>p {}</style></div><ul><li>un</li><li>deux</li></ul>"
    assert html.text_of_markup(markup.encode(), "a") == "Bonjour,\nvoici.\n\nun\n\ndeux"


def test_damaged_pages_are_read_or_refused() -> None:
    whole = page(HEAD, BODY).encode()
    random_source = random.Random(20)
    for _ in range(60):
        raw = bytearray(whole[: random_source.randrange(1, len(whole))])
        for _ in range(random_source.choice((0, 1, 5, 50))):
            raw[random_source.randrange(len(raw))] = random_source.randrange(256)
        try:
            article = read(bytes(raw))
        except SourceError as error:
            assert "\n" not in str(error)
        else:
            assert article.text.strip() == article.text and "\n\n\n" not in article.text


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(st.binary(max_size=20), st.sampled_from(
    [b"<p>", b"<table>", b"<td>", b"<a href=", b"<!--", b"]]>", b"&#", b"<h1>", LEAD.encode()]
)), max_size=30))  # fmt: skip
def test_any_bytes_are_read_or_refused(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    html.recognises(content(raw))
    try:
        read(raw)
    except SourceError as error:
        assert "\n" not in str(error)
