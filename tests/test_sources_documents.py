"""Messages and Word documents to articles, and what hostile ones of them may not do."""

import io
import random
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import docx as word
import pytest
from docx.document import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import SourceError
from index.sources import docx, eml, kinds
from index.sources.content import Content, Found, SourceKind
from index.types import Article

STORY = "Après onze jours de conflit, les salariés de l’usine ont voté lundi la fin du mouvement."
PAGE = f"<!DOCTYPE html><html><body><article><h1>Le vote</h1><p>{STORY}</p></article></body></html>"


@pytest.fixture(autouse=True)
def known_kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(kinds, "BUILT_IN", ("eml", "docx", "html", "text"))
    kinds.kinds.cache_clear()
    yield
    kinds.kinds.cache_clear()


def content(raw: bytes, suffix: str, depth: int = 0) -> Content:
    return Content(raw, f"/news/a{suffix}", suffix, depth=depth)


def found(kind: SourceKind, raw: bytes, depth: int = 0) -> list[Found]:
    return list(kind.read(content(raw, kind.suffixes[0], depth)))


def read(kind: SourceKind, raw: bytes) -> Article:
    (article,) = found(kind, raw)
    assert isinstance(article, Article)
    return article


def refusal(kind: SourceKind, raw: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        found(kind, raw)
    message = str(caught.value)
    assert message.startswith(f"/news/a{kind.suffixes[0]} ") and "\n" not in message
    return message


# Messages


def message(body: str | None = STORY, subtype: str = "plain", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Élodie Marchand <elodie@courrier.example>"
    made["Subject"] = "La grève est suspendue à Orléans : ce qu’il faut savoir de cet accord"
    made["Date"] = "Mon, 25 Nov 2024 18:30:00 +0100"
    made["Message-ID"] = "<1@courrier.example>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    if body is not None:
        made.set_content(body, subtype=subtype)
    return made


def raw_message(*lines: str | bytes) -> bytes:
    encoded = [line if isinstance(line, bytes) else line.encode() for line in lines]
    return b"\r\n".join([b"Message-ID: <1@x>", b"Subject: Essai", *encoded])


def test_a_message() -> None:
    article = read(eml.KIND, message().as_bytes())
    assert article.text == STORY
    assert article.title.endswith("ce qu’il faut savoir de cet accord")
    assert (article.author, article.language) == ("Élodie Marchand", "fr")
    assert article.published == datetime(2024, 11, 25, 17, 30, tzinfo=UTC)
    assert (article.source, article.url) == ("/news/a.eml", None)


def test_plain_text_is_preferred_and_loses_its_signature() -> None:
    both = message("Bonjour,\n\nUn -- tiret.\n--\nLa suite.  \n\n\n\nFin.\n-- \nÉlodie\n06 00")
    both.add_alternative("<p>Autre chose.</p>", subtype="html")
    assert read(eml.KIND, both.as_bytes()).text == (
        "Bonjour,\n\nUn -- tiret.\n--\nLa suite.\n\nFin."
    )


def test_html_bodies_with_an_article_and_without() -> None:
    assert read(eml.KIND, message(PAGE, "html").as_bytes()).text == f"Le vote\n\n{STORY}"
    note = "<div>Un mot <b>court</b>.<br>Suite.</div><div>-- </div><div>Élodie</div>"
    assert read(eml.KIND, message(note, "html").as_bytes()).text == "Un mot court.\nSuite."
    blank = message(" \n")
    blank.add_alternative(note, subtype="html")
    assert read(eml.KIND, blank.as_bytes()).text == "Un mot court.\nSuite."


def test_flowed_paragraphs_are_joined() -> None:
    header = "Content-Type: text/plain; format=flowed; charset=utf-8"
    raw = raw_message(header, "", "Le vote a ", "eu lieu.", "", "Fin ", "-- ", "Élodie")
    assert read(eml.KIND, raw).text == "Le vote a eu lieu.\n\nFin"


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
def test_transfer_encodings_and_charsets(encoding: str, charset: str) -> None:
    made = message(None)
    made.set_content(STORY, charset=charset, cte=encoding)
    assert read(eml.KIND, made.as_bytes()).text == STORY


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("x-unknown", STORY.encode()),
        ("us-ascii", STORY.encode("cp1252")),
        ("utf-8", STORY.encode("cp1252")),
        ('"utf-8', STORY.encode()),
    ],
)
def test_charsets_that_are_wrong(charset: str, body: bytes) -> None:
    raw = raw_message(f"Content-Type: text/plain; charset={charset}", "", body)
    assert read(eml.KIND, raw).text == STORY


@pytest.mark.parametrize(
    ("header", "title", "author"),
    [
        ("Subject: =?utf-8?q?Un_=C3=A9t=C3=A9?=\r\nFrom: =?utf-8?b?w4lt?= <a@b>", "Un été", "Ém"),
        ("Subject: Un été 24/25\r\nFrom: a@b.fr", "Un été 24/25", None),
        ("Subject: Un\r\n été\r\nFrom: nobody", "Un été", None),
        ('Subject: =?utf-8?q?a=0Ab=00c?=\r\nFrom: "A, B" <a@b>', "a b c", "A, B"),
        ("Subject: =?x?q?=FF?= =?utf-8?z?zz\r\nFrom: =?", None, None),
        ("From: " + "(" * 5_000, None, None),
        ("From: " + "a@b.fr, " * 100_000, None, None),
    ],
)
def test_headers(header: str, title: str | None, author: str | None) -> None:
    started = time.process_time()
    raw = b"\r\n".join([b"MIME-Version: 1.0", header.encode(), b"", STORY.encode()])
    article = read(eml.KIND, raw)
    assert article.text == STORY
    assert title is None or article.title == title
    assert author is None or article.author == author
    assert "\n" not in article.title and "@" not in (article.author or "")
    assert time.process_time() - started < 5


@pytest.mark.parametrize("date", ["soon", "", "Thu, 01 Jan 1970 00:00:00 +0000", "(" * 3_000])
def test_dates_that_are_none(date: str) -> None:
    assert read(eml.KIND, raw_message(f"Date: {date}", "", STORY)).published is None


def test_attachments_of_known_kinds_are_articles_too() -> None:
    made = message("Voici les articles.")
    made.add_attachment(PAGE.encode(), maintype="text", subtype="html", filename="vote.html")
    made.add_attachment(
        document_bytes(STORY), maintype="application", subtype="octet-stream", filename="d/é.DOCX"
    )
    made.add_attachment(STORY.encode("utf-16"), maintype="text", subtype="plain", filename="n.txt")
    made.add_attachment(STORY.encode(), maintype="text", subtype="plain", filename="n.txt")
    for subtype, data in (("png", b"\x89PNG\r\n\x1a\n" + bytes(50)), ("pgp-keys", b"AAAA BBBB")):
        made.add_attachment(data, maintype="image", subtype=subtype, filename=f"x.{subtype}")
    made.add_attachment(message("Un message dans un autre."))
    articles = found(eml.KIND, made.as_bytes())
    assert [article.source for article in articles if isinstance(article, Article)] == [
        "/news/a.eml",
        "/news/a.eml#vote.html",
        "/news/a.eml#é.DOCX",
        "/news/a.eml#n.txt",
        "/news/a.eml#n.txt (2)",
        "/news/a.eml#message.eml",
    ]
    assert [article.text for article in articles if isinstance(article, Article)] == [
        "Voici les articles.", f"Le vote\n\n{STORY}", STORY, STORY, STORY,
        "Un message dans un autre.",
    ]  # fmt: skip


def test_an_empty_html_body_does_not_keep_the_attachments_back() -> None:
    made = message("", "html")
    made.add_attachment(STORY.encode(), maintype="text", subtype="plain", filename="b.txt")
    assert read(eml.KIND, made.as_bytes()).source == "/news/a.eml#b.txt"


def test_an_attachment_that_cannot_be_read_is_told_and_the_others_are_read() -> None:
    made = message(None)
    made.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="a.docx")
    made.add_attachment(STORY.encode(), maintype="text", subtype="plain", filename="../../b.txt")
    error, article = found(eml.KIND, made.as_bytes())
    assert isinstance(error, SourceError) and isinstance(article, Article)
    assert str(error).startswith("/news/a.eml#a.docx is a damaged Word document")
    assert article.source == "/news/a.eml#b.txt"


def test_messages_in_messages_end_somewhere() -> None:
    made = message("Au fond.")
    for depth in range(5):
        outer = message(f"Niveau {depth}.")
        outer.add_attachment(made)
        made = outer
    *articles, error = found(eml.KIND, made.as_bytes())
    assert [article.text for article in articles if isinstance(article, Article)] == [
        "Niveau 4.", "Niveau 3.", "Niveau 2.", "Niveau 1.",
    ]  # fmt: skip
    assert isinstance(error, SourceError) and "\n" not in str(error)
    assert "lies in more than 3 messages or archives" in str(error)


def multipart(parts: int, boundary: str = "b", inside: str = "\n\nUn mot.\n") -> bytes:
    body = "".join(f"--{boundary}{inside}" for _ in range(parts))
    return raw_message(f"Content-Type: multipart/mixed; boundary={boundary}", "", body)


def nested(depth: int, prefix: str = "MIME-Version: 1.0\n") -> bytes:
    return (
        prefix.encode()
        + b"Subject: x\n"
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(depth)
        )
    )


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "holds no text"),
        (raw_message(), "holds no text"),
        (raw_message("", ""), "holds no text"),
        (raw_message("", "-- ", "Élodie"), "holds no text"),
        (raw_message("Content-Type: image/png", "", "AAAA"), "holds no text"),
        (raw_message("Content-Type: text/html", "", "<p></p>"), "no "),
        (raw_message("Content-Transfer-Encoding: base64", "", "!!!"), "holds no text"),
        (raw_message("Content-Type: multipart/mixed", "", ""), "holds no text"),
        (raw_message("Content-Type: message/rfc822", "", ""), "holds no text"),
        (raw_message("Content-Type: text/plain; charset=undefined", "", STORY), "damaged message"),
        (multipart(eml.MAX_PARTS + 2), "more than 200 parts"),
        (multipart(100_000), "more than 200 parts"),
        (nested(100), "more than 200 parts"),
        (nested(5_000), "more than 200 parts"),
        (nested(15), "holds no text"),
        (b"Content-Type: message/rfc822\n\n" * 5_000, "a damaged message"),
        (raw_message("Content-Type: text/plain;" + " a=b;" * 50_000, "", STORY), "damaged message"),
        (raw_message("Content-Type: " + "(" * 3_000, "", STORY), "a damaged message"),
        (raw_message("", "\n" * (eml.MAX_LINES + 1)), "more than a million lines"),
        (raw_message("Content-Type: text/html", "", "<p>" + "x" * 10_000_001), "more than 10 MB"),
    ],
)
def test_messages_that_cannot_be_read(raw: bytes, says: str) -> None:
    started = time.process_time()
    assert says in refusal(eml.KIND, raw)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("raw", "suffix", "recognised"),
    [
        (b"Received: by x\r\n by y\r\nFrom: a\r\n\r\nBody", "", True),
        (b"From a@b Mon Nov 25\nSubject: x\nMIME-Version: 1.0\n\nBody", ".txt", True),
        (b"From: a\nDate: b\nSubject: c\n\nBody", "", False),
        (b"From: a\n\nBody", ".eml", True),
        (b"To: a\n\nBody", ".eml", False),
        (b"Title: a\nDate: b\nA line.\nMIME-Version: 1.0\n", "", False),
        (b"\n\nMessage-ID: a\nFrom: b", "", False),
        (b"\xff\xfe\x00", ".eml", False),
        (b"", ".eml", False),
    ],
)
def test_messages_are_recognised_by_their_headers(
    raw: bytes, suffix: str, recognised: bool
) -> None:
    assert eml.recognises(content(raw, suffix)) is recognised


# Word documents


def document_bytes(*paragraphs: str, change: Callable[[Document], object] | None = None) -> bytes:
    document = word.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if change:
        change(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_members(raw: bytes, **changed: bytes | None) -> bytes:
    """Return the document with members changed (None: left out); "__" stands for "/"."""
    new = {name.replace("__", "/").replace("_xml", ".xml"): data for name, data in changed.items()}
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in old.namelist():
            if name not in new:
                made.writestr(name, old.read(name))
        for name, data in new.items():
            if data is not None:
                made.writestr(name, data)
    return file.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def document_xml(body: str, doctype: str = "") -> bytes:
    xml = f'<?xml version="1.0"?>{doctype}<w:document {W}><w:body>{body}</w:body></w:document>'
    return with_members(document_bytes(), word__document_xml=xml.encode())


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def test_a_document_in_its_order() -> None:
    document = word.Document()
    document.add_heading("La grève suspendue", 0)
    document.add_paragraph("Le   vote,\t«\u202foui\u202f». ").add_run("Et la suite.").bold = True
    document.add_heading("Un accord", 1)
    table = document.add_table(2, 2)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells],
        ["Année", "Salariés", "2022", "640\nou 641"],
        strict=True,
    ):
        cell.text = text
    document.add_paragraph("une hausse de 4,5 % ;", style="List Bullet")
    document.add_paragraph("la fin du samedi.", style="List Number")
    document.add_table(1, 1).cell(0, 0).text = "Encadré."
    document.add_paragraph("Fin.\nLigne.\n\nParagraphe.")
    file = io.BytesIO()
    document.save(file)
    article = read(docx.KIND, file.getvalue())
    assert article.text == (
        "La grève suspendue\n\nLe vote, «\u202foui\u202f». Et la suite.\n\nUn accord\n\n"
        "Année · Salariés\n2022 · 640 ou 641\n\nune hausse de 4,5 % ;\n\nla fin du samedi.\n\n"
        "Encadré.\n\nFin.\nLigne.\n\nParagraphe."
    )
    # What python-docx's template says of itself is not said of this document.
    assert (article.title, article.author, article.published) == ("La grève suspendue", None, None)


def test_the_properties_of_a_document() -> None:
    def change(document: Document) -> None:
        properties = document.core_properties
        properties.title, properties.author = "Le  titre", "Élodie Marchand"
        properties.created = datetime(2024, 11, 25, 9)

    article = read(docx.KIND, document_bytes(STORY, change=change))
    assert (article.title, article.author) == ("Le titre", "Élodie Marchand")
    assert article.published == datetime(2024, 11, 25, 9, tzinfo=UTC)


@pytest.mark.parametrize("created", ["1601-01-01T00:00:00Z", "3024-01-01T00:00:00Z", "soon", ""])
@pytest.mark.parametrize("title", ["Word Document", "Microsoft Word - a.doc", "Document1", ""])
def test_properties_that_say_nothing(created: str, title: str) -> None:
    core = (
        '<cp:coreProperties xmlns:dcterms="http://purl.org/dc/terms/" xmlns:cp="http://schemas.'
        'openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/'
        f'elements/1.1/"><dc:title>{title}</dc:title><dcterms:created>{created}</dcterms:created>'
        "<dc:creator>python-docx</dc:creator></cp:coreProperties>"
    )
    article = read(docx.KIND, with_members(document_bytes(STORY), docProps__core_xml=core.encode()))
    assert (article.published, article.author) == (None, None)
    assert article.title.startswith("Après onze jours")


def test_what_a_document_shows_and_what_it_does_not() -> None:
    body = (
        f"<w:p><w:ins>{run('Ajouté')}</w:ins><w:del><w:r><w:delText>ôté</w:delText></w:r></w:del>"
        f"<w:hyperlink>{run(' lien')}</w:hyperlink><w:r><w:instrText>PAGE</w:instrText></w:r>"
        f"<w:r><w:noBreakHyphen/></w:r>{run('fin')}<w:r><w:txbxContent><w:p>{run('Boîte.')}</w:p>"
        f"</w:txbxContent></w:r></w:p><w:sdt><w:sdtContent><w:p>{run('Champ.')}</w:p></w:sdtContent>"
        "</w:sdt><w:p/>"
    )
    assert read(docx.KIND, document_xml(body)).text == "Ajouté lien\u2011fin\n\nBoîte.\n\nChamp."


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    entities = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}"><!ENTITY i "inner">]>'
    article = read(docx.KIND, document_xml(f"<w:p>{run('Un mot &s;&i; dit.')}</w:p>", entities))
    assert article.text == "Un mot"
    laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 30))
    doctype = f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]>'
    started = time.process_time()
    for body in (f"<w:p>{run('Un mot &a29;')}</w:p>", "<w:p w:x='&a29;'/>"):
        try:
            articles = found(docx.KIND, document_xml(body, doctype))
        except SourceError as error:
            assert "damaged Word document" in str(error)
        else:
            assert all(isinstance(a, Article) and "ha" not in a.text for a in articles)
    assert time.process_time() - started < 5


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, data in members:
            made.writestr(name, data)
    return file.getvalue()


def lying(raw: bytes, size: int) -> bytes:
    """Return the archive with `size` declared, in both places, for each of its members."""
    changed = bytearray(raw)
    for magic, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        position = raw.find(magic)
        while position >= 0:
            changed[position + offset : position + offset + 4] = struct.pack("<I", size)
            position = raw.find(magic, position + 1)
    return bytes(changed)


def encrypted(raw: bytes) -> bytes:
    changed = bytearray(raw)
    for magic, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        changed[raw.find(magic) + offset] |= 1
    return bytes(changed)


MAIN = "word/document.xml"
DEEP = "<w:sdt><w:sdtContent>" * 200 + "</w:sdtContent></w:sdt>" * 200


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: b"", "a damaged Word document"),
        (lambda: b"Some text.", "a damaged Word document"),
        (lambda: b"PK\x03\x04", "a damaged Word document"),
        (lambda: b"PK\x05\x06" + bytes(18), "not a Word document"),
        (lambda: document_bytes(STORY)[:-200], "a damaged Word document"),
        (lambda: document_bytes(STORY)[:200], "a damaged Word document"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "protected by a password or an"),
        (lambda: encrypted(document_bytes(STORY)), "protected by a password"),
        (lambda: zipped(("a.txt", b"x")), "not a Word document"),
        (lambda: zipped((MAIN, b"<a/>")), "a damaged Word document"),
        (lambda: zipped((MAIN, b"x"), method=zipfile.ZIP_LZMA), "a damaged Word document"),
        (lambda: zipped((MAIN, bytes(31_000_000))), "unpacks to too much"),
        (lambda: zipped((MAIN, b"x"), ("a.png", bytes(20_000_000))), "unpacks to too much"),
        (lambda: zipped(*[(f"{i}.xml", b"") for i in range(10_001)], (MAIN, b"x")), "too much"),
        (lambda: lying(zipped((MAIN, bytes(20_000_000))), 200), "a damaged Word document"),
        (lambda: lying(zipped((MAIN, b"x")), 101_000_000), "unpacks to too much"),
        (lambda: with_members(document_bytes(STORY), word__styles_xml=None), "damaged"),
        (lambda: with_members(document_bytes(STORY), word__document_xml=None), "not a Word"),
        (lambda: with_members(document_bytes(STORY), word__document_xml=b"<a"), "damaged"),
        (lambda: with_members(document_bytes(STORY), word__document_xml=b"<a/>"), "damaged"),
        (lambda: document_bytes(), "holds no text"),
        (lambda: document_bytes(" ", "…"), "holds no text"),
        (lambda: document_xml(""), "holds no text"),
        (lambda: document_xml("<w:p/>" * 100_000), "holds no text"),
        (lambda: document_xml(DEEP), "a damaged Word document"),
        (
            lambda: document_xml("<w:tbl><w:tr><w:tc>" * 80 + "</w:tc></w:tr></w:tbl>" * 80),
            "no text",
        ),
    ],
)
def test_documents_that_cannot_be_read(make: Callable[[], bytes], says: str) -> None:
    raw = make()
    started = time.process_time()
    assert says in refusal(docx.KIND, raw)
    assert time.process_time() - started < 5


def test_documents_are_recognised_by_what_is_inside() -> None:
    raw = document_bytes(STORY)
    assert docx.recognises(content(raw, "")) and docx.recognises(content(raw, ".zip"))
    assert docx.recognises(content(raw[:300], ".docx")) and docx.recognises(content(b"", ".docx"))
    assert docx.recognises(content(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".docx"))
    around = zipped(("report.docx", raw), method=zipfile.ZIP_STORED)
    for other in (around, raw[:300], b"%PDF", b"", b"PK\x03\x04"):
        assert not docx.recognises(content(other, ""))


# Both


def sample_message() -> bytes:
    made = message("Voici l’article.\n-- \nÉlodie")
    made.add_alternative(PAGE, subtype="html")
    made.add_attachment(STORY.encode(), maintype="text", subtype="plain", filename="né.txt")
    made.add_attachment(message("Un autre."))
    return made.as_bytes()


@pytest.mark.parametrize(
    ("kind", "sample"),
    [(eml.KIND, sample_message), (docx.KIND, lambda: document_bytes(STORY, "Un mot."))],
    ids=["eml", "docx"],
)
def test_damaged_bytes_are_read_or_refused(kind: SourceKind, sample: Callable[[], bytes]) -> None:
    whole = sample()
    random_source = random.Random(30)
    for number in range(120):
        raw = bytearray(whole)
        if number % 2:
            del raw[random_source.randrange(1, len(whole)) :]
        for _ in range(random_source.choice((1, 3, 10, 100))):
            raw[random_source.randrange(len(raw))] = random_source.randrange(256)
        kind.recognises(content(bytes(raw), kind.suffixes[0]))
        try:
            articles = found(kind, bytes(raw))
        except SourceError as error:
            articles = [error]
        assert all("\n" not in str(part) for part in articles if isinstance(part, SourceError))


FRAGMENTS = [
    b"From: ",
    b"Date: ",
    b"\n",
    b"\n\n",
    b"--b\n",
    b"=?utf-8?",
    b'a;b="',
    b"Content-Type: multipart/mixed; boundary=b\n",
    b"Content-Type: message/rfc822\n",
    b"Content-Type: text/html; charset=",
    b"Content-Disposition: attachment; filename*0*=",
    b"Content-Transfer-Encoding: base64\n",
]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.binary(max_size=20) | st.sampled_from(FRAGMENTS), max_size=40))
def test_any_message_is_read_or_refused(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    eml.recognises(content(raw, ".eml"))
    try:
        articles = found(eml.KIND, raw)
    except SourceError as error:
        articles = [error]
    assert all("\n" not in str(part) for part in articles if isinstance(part, SourceError))
