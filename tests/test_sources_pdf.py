"""PDF files: paragraphs, page offsets, running heads, metadata, and what is refused."""

import io
import logging
import random
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from pdf_writer import Line, assemble, column, write_pdf
from pypdf import PdfReader, PdfWriter

from index.errors import SourceError
from index.sources import pdf
from index.sources.content import Content
from index.sources.pdf import KIND
from index.sources.pdf_metadata import parse_pdf_date
from index.types import Article

INFO = {
    "Title": "La filature d’Aubenne ferme",
    "Author": "Élise Vautrin",
    "CreationDate": "D:20241125093000+01'00'",
}
BODY = [
    [
        "La filature d’Aubenne, dernière de la vallée, fermera ses portes au printemps,",
        "a annoncé lundi sa direction. Le site employait encore 214 personnes, et le fabri-",
        "cant n’a pas trouvé de repreneur malgré huit mois de recherches menées en Seine-",
        "Saint-Denis et à l’étranger. « Nous avons tout essayé », dit-",
        "il, la voix basse.",
        "",
        "Un dernier espoir",
        "Le maire, M. Noël Garrigue, veut croire à une solution. Il a écrit deux fois au",
        "préfet, sans réponse jusqu’ici. Une réunion doit se tenir le 12 décembre à l’hôtel",
    ],
    [
        "de ville, où les syndicats seront reçus. Les salariés, eux, ne cachent pas leur",
        "colère : l’usine était bénéficiaire il y a trois ans.",
        "Au café de la place, on parle d’autre chose. Les plus anciens se souviennent de la",
        "grève de 1978 et de ses douze semaines de piquet.",
    ],
    [],
    ["La décision sera rendue en janvier."],
]


def paper() -> list[list[Line]]:
    pages = []
    for number, lines in enumerate(BODY, start=1):
        head = [Line("Le Courrier d’Aubenne", 800, size=8)]
        foot = [Line(f"page {number} / {len(BODY)}", 40, x=280, size=8)]
        title = (
            [Line("La filature d’Aubenne ferme", 760, size=22, bold=True)] if number == 1 else []
        )
        pages.append([*head, *title, *column(lines), *foot] if lines else [])
    return pages


def content(data: bytes) -> Content:
    return Content(data, "/press/paper.pdf", ".pdf")


def read(data: bytes) -> Article:
    (article,) = KIND.read(content(data))
    assert isinstance(article, Article)
    return article


def test_an_article_over_four_pages() -> None:
    article = read(write_pdf(paper(), INFO))
    assert article.text == (
        "La filature d’Aubenne ferme\n\n"
        "La filature d’Aubenne, dernière de la vallée, fermera ses portes au printemps, a annoncé "
        "lundi sa direction. Le site employait encore 214 personnes, et le fabricant n’a pas "
        "trouvé de repreneur malgré huit mois de recherches menées en Seine-Saint-Denis et à "
        "l’étranger. « Nous avons tout essayé », dit-il, la voix basse.\n\n"
        "Un dernier espoir\n\n"
        "Le maire, M. Noël Garrigue, veut croire à une solution. Il a écrit deux fois au préfet, "
        "sans réponse jusqu’ici. Une réunion doit se tenir le 12 décembre à l’hôtel de ville, où "
        "les syndicats seront reçus. Les salariés, eux, ne cachent pas leur colère : l’usine "
        "était bénéficiaire il y a trois ans.\n\n"
        "Au café de la place, on parle d’autre chose. Les plus anciens se souviennent de la grève "
        "de 1978 et de ses douze semaines de piquet.\n\n"
        "La décision sera rendue en janvier."
    )
    assert (article.title, article.author) == (INFO["Title"], INFO["Author"])
    assert article.published == datetime(2024, 11, 25, 8, 30, tzinfo=UTC)
    assert (article.language, article.source) == ("fr", "/press/paper.pdf")


@pytest.mark.parametrize(
    ("quote", "page"),
    [("La filature", 1), ("l’hôtel", 1), ("de ville, où", 2), ("piquet", 2), ("La décision", 4)],
)
def test_page_numbers(quote: str, page: int) -> None:
    article = read(write_pdf(paper(), INFO))
    assert article.page(article.text.index(quote)) == page
    assert len(article.pages) == 4 and article.pages[0] == 0
    assert list(article.pages) == sorted(article.pages)


@pytest.mark.parametrize(
    ("pages", "starts"),
    [
        ([["One page."], ["Two."]], (0, 10)),
        ([[], ["Second page only."]], (0, 0)),
        ([["A first page."], [], []], (0, 13, 13)),
        ([["The fabri-"], [], ["cant lost."]], (0, 9, 9)),
    ],
)
def test_empty_pages_and_words_broken_over_them(
    pages: list[list[str]], starts: tuple[int, ...]
) -> None:
    article = read(write_pdf([column(lines) for lines in pages]))
    assert article.pages == starts
    assert "fabri-" not in article.text


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("the fabri-", "cant", "the fabricant"),
        ("en Seine-", "Saint-Denis", "en Seine-Saint-Denis"),
        ("the Airbus A-", "320", "the Airbus A-320"),
        ("c’est-à-", "dire", "c’est-à-dire"),
        ("demanda-t-", "elle encore", "demanda-t-elle encore"),
        ("a vice-president, a vice-", "president", "a vice-president, a vice-president"),
        ("from 1990 -", "or later", "from 1990 - or later"),
        ("a soft\xad", "ware", "a software"),
    ],
)
def test_words_over_the_end_of_a_line(first: str, second: str, joined: str) -> None:
    assert read(write_pdf([column([first, second])])).text == joined


def test_heads_with_changing_numbers_on_left_and_right_pages() -> None:
    pages = [
        [
            Line(f"{n} · THE HERALD" if n % 2 else f"Monday edition · {n}", 800),
            *column([f"Paragraph {chr(64 + n)} stands alone, with {n} apples."]),
        ]
        for n in range(1, 9)
    ]
    text = read(write_pdf(pages)).text
    assert "HERALD" not in text and "edition" not in text
    assert text.count("apples.") == 8


def test_lines_of_two_pages_are_no_running_heads() -> None:
    text = read(write_pdf([column(["Same first line."]), column(["Same first line."])])).text
    assert text.count("Same first line.") == 2


@pytest.mark.parametrize(
    "title",
    ["", "Untitled", "Microsoft Word - x.doc", "article.indd", "2024_11_25_v2", "paper", "12"],
)
def test_titles_that_are_none(title: str) -> None:
    data = write_pdf([[Line("A real title", 740, size=20), *column(["A text. More."])]])
    given = write_pdf(
        [[Line("A real title", 740, size=20), *column(["A text. More."])]], {"Title": title}
    )
    assert read(given).title == read(data).title == "A real title"


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("D:20241125083000Z", datetime(2024, 11, 25, 8, 30, tzinfo=UTC)),
        ("D:20241125083000-05'30'", datetime(2024, 11, 25, 14, 0, tzinfo=UTC)),
        ("D:20241125", datetime(2024, 11, 25, tzinfo=UTC)),
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("D:19040101000000", None),
        ("D:20241325", None),
        ("D:20240101000000+99'99'", None),
        ("D:00000000", None),
        ("Monday", None),
        pytest.param(
            f"D:{datetime.now(UTC) + timedelta(days=3):%Y%m%d%H%M%S}", None, id="in three days"
        ),
    ],
)
def test_dates(date: str, moment: datetime | None) -> None:
    assert parse_pdf_date(date) == moment


def test_scaled_text_and_ligatures() -> None:
    drawn = (
        b"q 0.5 0 0 0.5 0 0 cm BT /F1 1 Tf 24 0 0 24 100 1600 Tm (The first line of) Tj "
        b"0 -1.2 TD (the paragraph.) Tj 0 -3 TD (Another, after a gap.) Tj ET Q"
    )
    assert (
        read(write_pdf([drawn])).text == "The first line of the paragraph.\n\nAnother, after a gap."
    )
    assert pdf.clean_line("Le ﬁl  de l’eﬀort cafe\u0301\x00") == "Le fil de l’effort café"


def test_no_password_is_tried() -> None:
    assert read(encrypted("")).text == "A text that was encrypted."


def encrypted(password: str) -> bytes:
    plain = write_pdf([column(["A text that was encrypted."])])
    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(plain))), io.BytesIO()
    writer.encrypt(password, "owner", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def document(objects: dict[int, bytes], pages: int = 1) -> bytes:
    """Return a PDF whose pages all share the content stream 7; `objects` replace its own."""
    kids = b" ".join(b"%d 0 R" % (100 + n) for n in range(pages))
    page = b"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents 7 0 R >>"
    return assemble(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
            3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            5: b"<< >>",
            7: stream(b"BT /F1 9 Tf (Text.) Tj ET"),
            **{100 + n: page for n in range(pages)},
            **objects,
        }
    )


def deflated(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter [%s]" % (b" /FlateDecode" * times))


BRANCHES = b"<< /Type /Pages /Count 9 /Kids [%s] >>"
AES = (
    b"/Root 1 0 R /ID [<00> <00>] /Encrypt << /Filter /Standard /V 4 /R 4 /Length 128 /P -4 /O <%s>"
    b" /U <%s> /CF << /StdCF << /CFM /AESV2 /Length 16 >> >> /StmF /StdCF /StrF /StdCF >>"
) % (b"00" * 32, b"00" * 32)
SAMPLE = write_pdf(paper(), INFO)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7", "damaged"),
        (b"%PDF-1.7\n%%EOF", "damaged"),
        (SAMPLE[: len(SAMPLE) // 8], "damaged"),
        (b"%PDF-1.4\n" + b"1 0 obj\n<<>>\nendobj\n" * 2_000, "damaged"),
        (b"%PDF-1.4\n" + b"startxref\n0\n%%EOF\n" * 500, "damaged"),
        (document({2: b"<< /Type /Pages /Kids [] /Count 0 >>"}), "without pages"),
        (document({2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}), "damaged"),
        (document({2: b"2 0 R"}), "damaged"),
        (document({2: BRANCHES % b"4 0 R", 4: BRANCHES % b"2 0 R"}), "damaged"),
        (
            document({n: BRANCHES % (b"%d 0 R " % (n + 1) * 10) for n in range(20, 28)}
            | {2: BRANCHES % b"20 0 R"}),
            "more memory or time",
        ),
        (document({5: b"<< /Title " + b"[" * 50_000 + b" >>"}), "damaged"),
        (document({2: b"<< /Kids " * 20_000}), "damaged"),
        (document({7: stream(b"BT " + b"[" * 50_000 + b" TJ ET")}), "damaged"),
        (document({7: deflated(b"\0" * 60_000_000)}), "more memory or time"),
        (document({7: deflated(b"\0" * 60_000_000, times=2)}), "more memory or time"),
        (document({7: deflated(b"(a) Tj", times=9)}), "more memory or time"),
        (document({7: b"7 0 R"}), "damaged|holds no text"),
        (document({}, pages=2_001), "more than 2000 pages"),
        (write_pdf([[], []]), "holds no text"),
        (write_pdf([[], []], picture=True), "is a scanned PDF: it holds pictures of pages"),
        (write_pdf([[Line("Scanned by X", 20)]] * 3, picture=True), "run OCR on it first"),
        (encrypted("secret"), "is encrypted: save a copy of it without a password"),
        (document({}).replace(b"/Root 1 0 R /Info 5 0 R", AES), "is encrypted"),
    ],
)  # fmt: skip
def test_bad_files_are_told_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says) as caught:
        list(KIND.read(content(data)))
    assert str(caught.value).startswith("/press/paper.pdf ") and "\n" not in str(caught.value)


def test_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_SECONDS", 0.2)
    slow = document({7: deflated(b"BT /F1 9 Tf (a) Tj ET\n" * 5_000)}, pages=50)
    with pytest.raises(SourceError, match="seconds to read: split it"):
        list(KIND.read(content(slow)))


def test_text_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_TEXT", 100)
    with pytest.raises(SourceError, match="MB of text"):
        read(SAMPLE)


def test_a_damaged_page_spoils_no_other() -> None:
    pages = [column([f"Page {n} can be read."]) for n in (1, 2, 3)]
    data = write_pdf(pages, compress=False).replace(b"(Page 2", b"[" * 5_000 + b"(Page 2")
    article, error = KIND.read(content(data))
    assert isinstance(article, Article) and isinstance(error, SourceError)
    assert article.text == "Page 1 can be read. Page 3 can be read."
    assert article.page(article.text.index("3")) == 3
    assert (
        str(error)
        == "/press/paper.pdf has damaged or too intricate pages: page 2 could not be read."
    )


def test_random_damage_ends_in_articles_or_source_errors(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    chance, sample = random.Random(20241125), write_pdf(paper()[:2], INFO, compress=False)
    outcomes: list[bool] = []
    for _ in range(150):
        data = bytearray(sample[: chance.choice([len(sample), chance.randrange(9, len(sample))])])
        for _ in range(chance.randrange(12)):
            data[chance.randrange(9, len(data))] = chance.randrange(256)
        try:
            outcomes += [isinstance(found, Article) for found in KIND.read(content(bytes(data)))]
        except SourceError as error:
            assert "\n" not in str(error)
            outcomes.append(False)
    assert True in outcomes and False in outcomes
    assert not caplog.records and capfd.readouterr() == ("", "")
    assert logging.getLogger().getEffectiveLevel() <= logging.WARNING


@pytest.mark.parametrize(
    ("data", "recognised"),
    [
        (SAMPLE, True),
        (b"\n" * 1_000 + b"%PDF-1.4", True),
        (b" " * 2_000 + b"%PDF-1.4", False),
        (b"", False),
        (b"A text.", False),
    ],
)
def test_recognised(data: bytes, recognised: bool) -> None:
    assert KIND.recognises(content(data)) is recognised
