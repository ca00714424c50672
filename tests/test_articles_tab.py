"""The Articles tab without a browser: the table, the picture, adding, jobs, uploads, permission."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePath
from threading import Event
from typing import Any

import pytest
from browser import FakeAssistant
from conftest import HashEmbedder
from fastapi.testclient import TestClient
from web_server import Site, running_site

from app import create_app
from article_qa_page import uploads as uploads_module
from article_qa_page.access import Role
from article_qa_page.access.policy import Access
from article_qa_page.access.rules import FUNCTIONS
from article_qa_page.articles import Articles
from article_qa_page.articles_picture import picture
from article_qa_page.articles_table import PAGE, Row, Table, fold, place_of
from article_qa_page.articles_wording import articles_words, grouped
from article_qa_page.job_telling import job_json, named
from article_qa_page.jobs import MAX_WAITING, Cancelled, Job, Jobs, TooMuchWaitingError
from article_qa_page.uploads import Keeping, UploadError, Uploads, safe_name
from article_qa_page.wording import wording
from index.article import make_article
from index.errors import ArticleQAError, IndexLockedError, NoIndexError, SettingsError
from index.listing import ListedArticle, Listing
from index.report import SyncReport
from index.source_list import FILE, list_feed, load_sources
from index.types import Article
from retrieval.answering import Assistant

EN, FR = wording("en"), wording("fr")
WORDS, MOTS = articles_words(EN), articles_words(FR)
NOW = datetime(2025, 5, 1, tzinfo=UTC)
FEED = """<?xml version="1.0"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title>
<link>{url}</link><item><title>Bridge opens</title><guid isPermaLink="false">1</guid>
<content:encoded>{text}</content:encoded></item></channel></rss>"""
LONG = "The bridge over the river opened on Monday, the mayor said. It had been closed. " * 12


@pytest.fixture
def assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    monkeypatch.setenv("ARTICLE_QA_ALLOW_PRIVATE_ADDRESSES", "1")
    assistant = Assistant(tmp_path / "home", embedder=HashEmbedder())
    yield assistant
    assistant.close()


@pytest.fixture
def articles(assistant: Assistant) -> Articles:
    return Articles(assistant)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def sent(uploads: Uploads, name: str, content: str) -> str:
    return asyncio.run(uploads.take(name, chunks(content.encode())))


def ended(articles: Articles, reply: dict[str, Any], language: str = "en") -> dict[str, Any]:
    """Wait for the job of a reply, and return it as the page is told of it."""
    limit = time.monotonic() + 120
    while time.monotonic() < limit:
        state = articles.state({"language": language, "jobs": [reply["job"]]}, may_edit=True)
        (job,) = [job for job in state["jobs"] if job["id"] == reply["job"]]
        if job["ended"]:
            return job  # type: ignore[no-any-return]
        time.sleep(0.02)
    raise AssertionError(f"the job did not end: {job}")


def titles(articles: Articles, **request: Any) -> list[str]:
    return [row["title"] for row in articles.table({"language": "en"} | request)["rows"]]


def told(job: dict[str, Any]) -> list[str]:
    return [part["told"] for part in job["report"]["parts"]]


# --- the table -------------------------------------------------------------------------------


def listed(number: int, **fields: Any) -> ListedArticle:
    article = ListedArticle(
        f"{number:05d}", f"Title {number}", f"/press/{number}.md", None, NOW, "en", None, 3, NOW
    )
    return replace(article, **fields)


def table_of(*articles: ListedArticle) -> Table:
    return Table(lambda: "000001", lambda: Listing("000001", articles))


def ids(table: Table, search: str = "", column: str = "published", **options: Any) -> list[int]:
    asked = {"descending": False, "first": 0} | options
    return [int(row.article.id) for row in table.page(search, column, **asked).rows]


def test_what_is_searched_has_neither_case_nor_accents() -> None:
    table = table_of(
        listed(1, title="Une GARE renaît"),
        listed(2, source="https://www.lemonde.fr/a", url="https://www.lemonde.fr/a"),
        listed(3, author="Odile Hervé"),
    )
    assert ids(table, "gare RENAIT") == [1]
    assert ids(table, "lemonde") == [2]
    assert ids(table, "herve odile") == [3]
    assert ids(table, "gare lemonde") == []
    assert ids(table, "%") == ids(table, "press folder") == []
    assert ids(table, "  ") == [1, 2, 3]


@pytest.mark.parametrize(
    ("column", "field", "values"),
    [
        ("title", "title", ["Été", "fin", "Zola"]),
        ("source", "source", ["/z/a.md", "https://www.bbc.com/z", "/a/c.md"]),
        ("language", "language", ["de", "en", "fr"]),
        ("sentences", "sentences", [2, 10, 100]),
        ("indexed", "indexed", [NOW, NOW + timedelta(1), NOW + timedelta(2)]),
        ("published", "published", [NOW, NOW + timedelta(1), NOW + timedelta(2)]),
    ],
)
def test_each_column_sorts_both_ways(column: str, field: str, values: list[Any]) -> None:
    table = table_of(*(listed(n, **{field: values[n]}) for n in (2, 0, 1)))
    assert ids(table, column=column) == [0, 1, 2]
    assert ids(table, column=column, descending=True) == [2, 1, 0]


def test_what_has_no_date_comes_last_either_way() -> None:
    table = table_of(listed(1, published=None), listed(2), listed(3, published=NOW - timedelta(9)))
    assert ids(table) == [3, 2, 1]
    assert ids(table, descending=True) == [2, 3, 1]
    assert ids(table, column="nonsense") == [3, 2, 1]


def test_ten_thousand_articles_are_quick() -> None:
    table = table_of(*(listed(n, published=NOW - timedelta(hours=n)) for n in range(10_000)))
    table.rows()
    began = time.process_time()
    page = table.page("title 99", "title", descending=True, first=PAGE)
    assert time.process_time() - began < 1.0
    assert (page.total, page.first, len(page.rows)) == (10_000, PAGE, PAGE)
    last = table.page("", "published", descending=False, first=10**9)
    assert (last.first, len(last.rows)) == (10_000 - PAGE, PAGE)
    assert table.page("", "published", descending=False, first=-5).first == 0


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("https://www.example.org/a?b", "example.org"),
        ("https://example.org/feed#entry", "example.org"),
        ("/home/somebody/press/a.md", "a.md"),
        ("/home/somebody/b.zip#inner/a.md", "b.zip › inner/a.md"),
        ("C:\\press\\a.md", "a.md"),
        ("invented", "invented"),
    ],
)
def test_a_source_is_named_without_the_servers_folders(source: str, place: str) -> None:
    assert place_of(source) == place
    assert "somebody" not in named(f"{source} is empty.", source)


@pytest.mark.parametrize(
    "request_", [{}, {"first": "x", "search": 3, "column": [], "descending": 1}]
)
def test_an_index_of_nothing_is_an_empty_table(
    articles: Articles, request_: dict[str, Any]
) -> None:
    reply = articles.table(request_)
    assert (reply["rows"], reply["total"], reply["range"]) == ([], 0, "")
    assert articles.picture({}) == {"times": [], "sources": [], "undated": ""}


def test_a_row_says_what_a_reader_wants_to_know(assistant: Assistant, articles: Articles) -> None:
    text = "# A bridge opens\n\nIt opened on Monday. The mayor was there."
    made = make_article(text, source="/press/b.md", published=datetime(2025, 3, 1, tzinfo=UTC))
    assistant.add_articles([made])
    (row,) = articles.table({"language": "fr"})["rows"]
    assert (row["title"], row["place"], row["date"]) == ("A bridge opens", "b.md", "1er mars 2025")
    assert (row["language_name"], row["sentences"]) == ("anglais", "2")
    assert abs(datetime.fromisoformat(row["indexed"]) - datetime.now(UTC)) < timedelta(minutes=5)


# --- the picture -----------------------------------------------------------------------------


def drawn(*days: str, words: Any = EN) -> list[tuple[str, int]]:
    rows = [
        Row(listed(n, published=datetime.fromisoformat(day).replace(tzinfo=UTC)), "", "", "")
        for n, day in enumerate(days)
    ]
    return list(picture(rows, words, "Uploads", PurePath("/home/uploads")).times)


def test_the_grain_of_time_follows_its_span() -> None:
    assert drawn("2025-01-30", "2025-02-01", "2025-02-01", words=FR) == [
        ("30 janvier 2025", 1),
        ("31 janvier 2025", 0),
        ("1er février 2025", 2),
    ]
    months = drawn("2024-11-30", "2025-02-28")
    assert months == [
        ("November 2024", 1),
        ("December 2024", 0),
        ("January 2025", 0),
        ("February 2025", 1),
    ]
    assert drawn("2019-06-01", "2022-06-01") == [("2019", 1), ("2020", 0), ("2021", 0), ("2022", 1)]
    assert drawn("0001-01-01", "9999-12-31") == [("1", 1), ("9999", 1)]
    assert drawn("9999-12-30", "9999-12-31")[-1] == ("31 December 9999", 1)
    assert drawn() == []


def test_sources_are_counted_by_site_and_folder() -> None:
    sources = ["https://www.bbc.com/a", "https://bbc.com/b", "/press/a.md", "/home/uploads/x.pdf",
               "/home/uploads/y.zip#z.md"]  # fmt: skip
    rows = [Row(listed(n, source=s, published=None), "", "", "") for n, s in enumerate(sources)]
    shown = picture(rows, EN, "Uploads", PurePath("/home/uploads"))
    assert shown.sources == (("Uploads", 2), ("bbc.com", 2), ("press", 1))
    assert (shown.undated, shown.others) == (5, 0)
    many = [Row(listed(n, source=f"https://s{n:02d}.org/"), "", "", "") for n in range(30)]
    shown = picture(many, EN, "", PurePath("/k"))
    assert (len(shown.sources), shown.others) == (10, 20)


# --- adding ----------------------------------------------------------------------------------


def test_files_are_added_and_kept_under_their_names(
    assistant: Assistant, articles: Articles
) -> None:
    files = [
        sent(articles.uploads, "Le pont.md", "# Le pont\n\nIl a ouvert lundi."),
        sent(articles.uploads, "../../etc/b.jsonl", '{"text": "One line. Two."}\n'),
        sent(articles.uploads, "bad.pdf", "%PDF-1.7 broken"),
    ]
    reply = articles.add_files({"files": files})
    job = ended(articles, reply, "fr")
    assert (job["state"], job["name"]) == ("done", "Ajout de 3 fichiers")
    assert told(job) == ["2 ajouté(s)"]
    (reason,) = job["report"]["failed"]
    assert "bad.pdf" in reason and str(assistant.home) not in reason
    kept = {p.name for p in articles.uploads.kept.iterdir()}
    assert kept == {"Le pont.md", "b.jsonl", "bad.pdf"}
    assert list((assistant.home / "incoming").iterdir()) == []
    assert titles(articles, search="le pont") == ["Le pont"]
    assert articles.table({"search": "Le pont.md"})["found"] == 1
    again = articles.uploads.claim
    with pytest.raises(UploadError, match="choose the files again"):
        again(files)
    # What failed is listed, is tried again, and is forgotten with its file.
    (failure,) = articles.failures({"language": "fr"})["failures"]
    assert failure["name"] == "bad.pdf" and "1 essai(s)" in failure["since"]
    job = ended(articles, articles.retry({"sources": [failure["source"]]}))
    assert job["report"]["failed_told"] == "1 failed"
    articles.dismiss({"source": failure["source"]})
    assert articles.failures({})["failures"] == []
    assert not (articles.uploads.kept / "bad.pdf").exists()


def test_a_file_of_the_same_name_is_another_unless_it_replaces(articles: Articles) -> None:
    def send(text: str, **options: bool) -> dict[str, Any]:
        token = sent(articles.uploads, "note.txt", text)
        return ended(articles, articles.add_files({"files": [token]} | options))

    assert told(send("The first note. It is short.")) == ["1 added"]
    assert told(send("The first note. It is short.")) == ["1 unchanged"]
    assert told(send("Quite another note. It is longer.")) == ["1 added"]
    assert {p.name for p in articles.uploads.kept.iterdir()} == {"note.txt", "note (2).txt"}
    assert told(send("The first note, corrected. It is short.", replace=True)) == ["1 changed"]
    assert articles.table({})["total"] == 2


def test_removing_an_article_removes_its_kept_file_and_no_other(
    assistant: Assistant, articles: Articles, folder: Path
) -> None:
    (folder / "own.txt").write_text("A file of the user's own. It stays.")
    assistant.add(folder)
    token = sent(articles.uploads, "sent.txt", "A file that was sent. It goes.")
    ended(articles, articles.add_files({"files": [token]}))
    for row in articles.table({})["rows"]:
        job = ended(articles, articles.remove({"article": row["id"]}))
        assert told(job) == ["1 removed"]
    assert articles.table({})["total"] == 0
    assert (folder / "own.txt").exists()
    assert list(articles.uploads.kept.iterdir()) == []
    with pytest.raises(ArticleQAError, match=MOTS["article_gone"]):
        articles.remove({"article": row["id"], "language": "fr"})


def test_a_pasted_text_is_a_file_that_reindexing_and_syncing_keep(
    assistant: Assistant, articles: Articles
) -> None:
    title = "Titre: « a/b » # 1 ---\n<b>"
    text = "---\nSans en-tête. ${x} {{y}}\n\nDeuxième phrase. \ud800"
    reply = articles.add_text({"title": title, "text": text, "date": "2025-03-01"})
    assert told(ended(articles, reply)) == ["1 added"]
    (kept,) = articles.uploads.kept.iterdir()
    (row,) = articles.table({})["rows"]
    assert row["title"] == " ".join(title.split())
    assert row["date"] == "1 March 2025"
    assert "Deuxième phrase. ?" in assistant.article(row["id"]).text
    assert told(ended(articles, articles.reindex({}))) == [WORDS["done_reindex"]]
    assert told(ended(articles, articles.reread({"article": row["id"]}))) == ["1 unchanged"]
    assistant.sync(kept.parent)
    assert articles.table({})["total"] == 1


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"title": " ", "text": "Text."}, "text_title_missing"),
        ({"title": "T", "text": " \n"}, "text_missing"),
        ({"title": "T", "text": "Text.", "date": "yesterday"}, "text_date_wrong"),
        ({"title": 5, "text": None}, "text_title_missing"),
    ],
)
def test_a_text_that_is_none_is_told_in_the_readers_language(
    articles: Articles, fields: dict[str, Any], key: str
) -> None:
    with pytest.raises(ArticleQAError) as caught:
        articles.add_text({"language": "fr"} | fields)
    assert str(caught.value) == MOTS[key]
    with pytest.raises(ArticleQAError, match="2,000,001 characters"):
        articles.add_text({"title": "T", "text": "x" * 2_000_001})


def test_an_address_is_read(articles: Articles, site: Site) -> None:
    url = site.serve("/a.txt", LONG.encode(), Content_Type="text/plain")
    job = ended(articles, articles.add_address({"address": f" {url} "}))
    assert told(job) == ["1 added"]
    (row,) = articles.table({})["rows"]
    assert row["place"] == "127.0.0.1"
    gone = ended(articles, articles.add_address({"address": f"{site.url}/nowhere"}))
    assert gone["report"]["failed_told"] == "1 failed"
    assert "404" in gone["report"]["failed"][0]


@pytest.mark.parametrize("address", ["", "example.org", "ftp://a.org/", "file:///etc/passwd", None,
                                     "https://", "http://a b.org/", "/etc/passwd"])  # fmt: skip
def test_what_is_no_address_is_told(articles: Articles, address: object) -> None:
    for add in (articles.add_address, articles.add_feed):
        with pytest.raises(ArticleQAError) as caught:
            add({"language": "fr", "address": address})
        assert str(caught.value) == MOTS["address_wrong"]


def test_a_feed_is_listed_so_that_syncs_keep_up_with_it(
    assistant: Assistant, articles: Articles, site: Site
) -> None:
    file = assistant.home / FILE
    url = site.serve("/rss", FEED.format(url=site.url, text=LONG).encode(),
                     Content_Type="application/rss+xml")  # fmt: skip
    job = ended(articles, articles.add_feed({"address": url}))
    assert (told(job), job["report"]["note"]) == (["1 added"], WORDS["note_listed"])
    assert load_sources(assistant.home).feeds == (url,)
    assert articles.table({})["has_sources"] is True
    job = ended(articles, articles.add_feed({"address": url}))
    assert job["report"]["note"] == WORDS["note_known"]
    page = site.serve("/page.txt", LONG.replace("bridge", "tunnel").encode(),
                      Content_Type="text/plain")  # fmt: skip
    for _ in range(2):  # the second time it is known and unchanged
        job = ended(articles, articles.add_feed({"address": page}))
        assert job["report"]["note"] == WORDS["note_page"]
    job = ended(articles, articles.add_feed({"address": f"{site.url}/nowhere"}))
    assert job["report"]["note"] == WORDS["note_failed"]
    assert load_sources(assistant.home).feeds == (url,)
    assert told(ended(articles, articles.sync({}))) == ["1 unchanged"]
    file.write_text("feeds = [")
    with pytest.raises(SettingsError, match="not valid TOML"):
        articles.add_feed({"address": url})


def test_what_fails_is_told_in_french(assistant: Assistant, articles: Articles, site: Site) -> None:
    empty = sent(articles.uploads, "vide.md", " \n")
    job = ended(articles, articles.add_files({"files": [empty]}), "fr")
    reason = "vide.md est vide\u00a0: il n’y a rien à indexer."
    assert job["report"]["failed"] == [reason]
    assert [one["reason"] for one in articles.failures({"language": "fr"})["failures"]] == [reason]
    (english,) = articles.failures({"language": "en"})["failures"]
    assert english["reason"] == "vide.md is empty: there is nothing to index in it."
    url = site.serve("/rss", b"<rss><channel></channel></rss>", Content_Type="text/xml")
    job = ended(articles, articles.add_feed({"address": url}), "fr")
    assert job["report"]["failed"] == [f"{url} n’a pas d’entrées\u00a0: il n’y a rien à indexer."]
    assert job["report"]["note"] == MOTS["note_failed"]
    gone = f"{site.url}/nowhere"
    job = ended(articles, articles.add_address({"address": gone}), "fr")
    told = f"{gone} n’existe pas (code 404)\u00a0: vérifiez l’adresse."
    assert job["report"]["failed"] == [told]
    failing = articles.jobs.add("sync", "", lambda job: assistant.sync(Path("/no where")))
    job = ended(articles, {"job": failing.id}, "fr")
    assert job["sentence"].startswith("/no where n’est pas un dossier")


def test_listing_a_feed_leaves_the_rest_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.write_text(
        '# mine\nfolders = ["press"]  # theirs\nfeeds = [\n  "https://a.org/rss", # a\n]\n'
    )
    assert list_feed(tmp_path, "https://b.org/rss") is True
    assert list_feed(tmp_path, "https://b.org/rss") is False
    assert load_sources(tmp_path).feeds == ("https://a.org/rss", "https://b.org/rss")
    written = file.read_text()
    assert all(comment in written for comment in ("# mine", "# theirs", "# a"))
    assert list_feed(tmp_path / "new", "https://b.org/rss") is True
    with pytest.raises(SettingsError, match="is no address"):
        list_feed(tmp_path, "b.org")


def test_sources_are_shown_and_taken_off_the_list(articles: Articles, assistant: Assistant) -> None:
    shown = {"sources": [], "problem": ""}
    assert articles.sources({}) == shown
    assistant.home.mkdir(parents=True, exist_ok=True)
    file = assistant.home / FILE
    feed, page = "https://a.org/rss", "https://a.org/page"
    file.write_text(f'# mine\nfolders = ["press"]\nfeeds = ["{feed}"]\npages = ["{page}"]\n')
    listed = articles.sources({"language": "fr"})["sources"]
    assert [(one["address"], one["kind"]) for one in listed] == [
        (feed, MOTS["source_feed"]),
        (page, MOTS["source_page"]),
        ("", MOTS["source_folder"]),
    ]
    assert articles.unlist({"address": feed}) == {}
    assert articles.unlist({"address": page}) == {}
    assert file.read_text().startswith("# mine") and load_sources(assistant.home).feeds == ()
    for address in (feed, "press", str(assistant.home / "press"), None):
        with pytest.raises(ArticleQAError, match="no longer on the list"):
            articles.unlist({"address": address})
    file.write_text(f'feeds = ["{feed}"]')
    articles.unlist({"address": feed})  # the last one: a list of nothing would be in the way
    assert not file.exists() and articles.sources({}) == shown
    file.write_text("feeds = 3")
    assert "must give feeds as a list" in articles.sources({})["problem"]


def test_only_what_failed_before_is_tried_again(articles: Articles, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("A file of the server. Nobody asked for it.")
    for sources in ([str(secret)], [], None, [{}]):
        with pytest.raises(ArticleQAError, match="no longer on the list"):
            articles.retry({"sources": sources})


def test_what_has_no_source_is_not_read_again(assistant: Assistant, articles: Articles) -> None:
    assistant.add_articles([make_article("A text by hand. Two sentences.", source="invented")])
    (row,) = articles.table({})["rows"]
    with pytest.raises(ArticleQAError, match="nothing to read again"):
        articles.reread({"article": row["id"]})


# --- jobs ------------------------------------------------------------------------------------


def waited(jobs: Jobs, job: Job) -> str:
    assert jobs.wait(job, 60)
    return job.state


def held(release: Event) -> Callable[[Job], SyncReport]:
    def work(job: Job) -> SyncReport:
        while not release.wait(0.01):
            job.progress("embed", 3, 9)
        return SyncReport()

    return work


def test_jobs_run_one_after_another_and_the_second_sees_its_place() -> None:
    jobs, release = Jobs(), Event()
    first = jobs.add("reindex", "", held(release))
    second = jobs.add("files", "count_files=2", held(release))
    active, _ = jobs.seen()
    assert active == [first, second]
    shown = job_json(second, 1, FR)
    assert (shown["name"], shown["sentence"]) == (
        "Ajout de 2 fichiers",
        "Attend 1 autre(s) changement(s)",
    )
    release.set()
    assert (waited(jobs, first), waited(jobs, second)) == ("done", "done")
    assert jobs.seen() == ([], [first, second])


def test_a_job_is_cancelled_while_it_runs_or_waits_and_is_undone() -> None:
    jobs, release, undone = Jobs(), Event(), []
    running = jobs.add("reindex", "", held(release), lambda: undone.append("running"))
    waiting = jobs.add("sync", "", held(release), lambda: undone.append("waiting"))
    assert jobs.cancel(waiting.id) and jobs.cancel(running.id)
    assert (waited(jobs, running), waited(jobs, waiting)) == ("cancelled", "cancelled")
    assert undone == ["running", "waiting"]
    assert not jobs.cancel(running.id) and not jobs.cancel("nowhere")
    assert job_json(running, 0, EN)["sentence"] == WORDS["state_cancelled"]


def test_what_is_being_stored_is_not_cut_short() -> None:
    job = Job("reindex", "", held(Event()), lambda: None)
    job.cancelled.set()
    job.progress("store", 1, 2)
    assert job_json(job, 0, EN)["can_cancel"] is False
    with pytest.raises(Cancelled):
        job.progress("embed", 1, 2)


def test_another_programs_lock_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("article_qa_page.jobs.LOCK_POLL", 0.01)
    jobs, tries, seen = Jobs(), [], Event()

    def work(job: Job) -> SyncReport:
        tries.append(job.state)
        if not seen.is_set():
            raise IndexLockedError("Process 7 is writing to the index.")
        return SyncReport()

    job = jobs.add("reindex", "", work)
    while job.state != "locked":
        time.sleep(0.005)
    assert job_json(job, 0, EN)["sentence"] == WORDS["state_locked"]
    seen.set()
    assert waited(jobs, job) == "done" and len(tries) > 1
    seen.clear()
    job = jobs.add("reindex", "", work)
    while job.state != "locked":
        time.sleep(0.005)
    jobs.cancel(job.id)
    assert waited(jobs, job) == "cancelled"


def test_a_failure_is_a_sentence_and_the_next_job_runs(caplog: pytest.LogCaptureFixture) -> None:
    jobs = Jobs()

    def failing(error: Exception) -> Callable[[Job], SyncReport]:
        def work(job: Job) -> SyncReport:
            raise error

        return work

    known = jobs.add("sync", "", failing(NoIndexError("Nothing is indexed.")))
    defect = jobs.add("sync", "", failing(RuntimeError("secret detail")))
    assert waited(jobs, known) == waited(jobs, defect) == "failed"
    assert job_json(known, 0, FR)["sentence"] == "Nothing is indexed."
    assert job_json(defect, 0, FR)["sentence"] == MOTS["defect"]
    assert "secret detail" in caplog.text


def test_too_many_jobs_are_told() -> None:
    jobs, release = Jobs(), Event()
    first = jobs.add("reindex", "", held(release))
    while first.state == "waiting":
        time.sleep(0.005)
    for _ in range(MAX_WAITING):
        last = jobs.add("sync", "", held(release))
    with pytest.raises(TooMuchWaitingError):
        jobs.add("sync", "", held(release))
    release.set()
    assert waited(jobs, last) == "done"


def test_progress_is_told_with_counts_rate_and_time_left() -> None:
    job = Job("reindex", "", held(Event()), lambda: None)
    job.state = "running"
    assert job_json(job, 0, EN)["sentence"] == WORDS["state_running"]
    job.progress("embed", 1_200, 4_000)
    job.began -= 10
    job.progress("embed", 1_200, 4_000)
    shown = job_json(job, 0, EN)
    assert shown["sentence"].startswith("Understanding sentences: 1,200 of 4,000 (1")
    assert shown["sentence"].endswith("per second, about 23 s left)")
    assert (shown["done"], shown["total"]) == (1_200, 4_000)
    job.progress("read", 3, 900)
    job.began -= 2
    assert "1,5 par seconde, encore environ 10 min" in job_json(job, 0, FR)["sentence"]


def test_a_cancelled_job_leaves_index_and_files_as_they_were(
    assistant: Assistant, articles: Articles, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(articles, articles.add_text({"title": "One", "text": "A first text. It stays."}))
    before = assistant.generation()
    began = Event()

    def slow(texts: Any, role: Any) -> Any:
        began.set()
        time.sleep(0.3)
        return HashEmbedder().embed(texts, role)

    monkeypatch.setattr(assistant.embedder, "embed", slow)
    token = sent(articles.uploads, "two.txt", "A second text. It does not come in.")
    reply = articles.add_files({"files": [token]})
    assert began.wait(60)
    assert articles.cancel({"job": reply["job"]}) == {"cancelled": True}
    assert ended(articles, reply)["state"] == "cancelled"
    assert assistant.generation() == before
    assert titles(articles) == ["One"]
    assert [p.name for p in articles.uploads.kept.iterdir()] == ["One.md"]
    assert list((assistant.home / "incoming").iterdir()) == []


def test_who_may_not_edit_sees_no_jobs(articles: Articles) -> None:
    reply = articles.reindex({})
    assert articles.state({"jobs": [reply["job"]]}, may_edit=False)["jobs"] == []
    job = ended(articles, reply)
    assert job["state"] == "failed" and "No article is indexed" in job["sentence"]


# --- uploads ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\b.docx", "b.docx"),
        (".hidden", "hidden"),
        ("a\x00b\n.md", "a b.md"),
        ('<img src=x onerror="1">.txt', "img src=x onerror= 1.txt"),
        ("e\u0301te\u0301.md", "été.md"),
        ("///", "article"),
        ("..", "article"),
        ("a.md ", "a.md"),
    ],
)
def test_a_name_is_kept_as_far_as_every_system_takes_it(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_kind() -> None:
    for name in ("é" * 300 + ".pdf", "x" * 300, "x." + "y" * 300):
        assert len(safe_name(name).encode()) <= 150
    assert safe_name("é" * 300 + ".pdf").endswith("é.pdf")


def test_too_large_a_file_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads_module, "MAX_BYTES", 10)
    uploads = Uploads(tmp_path)
    with pytest.raises(UploadError, match=r"big\.txt is larger than"):
        asyncio.run(uploads.take("big.txt", chunks(b"123456", b"789012")))
    assert list((tmp_path / "incoming").iterdir()) == []
    monkeypatch.setattr(uploads_module, "MAX_INCOMING", 15)
    sent(uploads, "a.txt", "1234567890")
    with pytest.raises(UploadError, match="Too many files are on their way"):
        sent(uploads, "b.txt", "1234567890")
    for tokens in ([], ["unknown"]):
        with pytest.raises(UploadError):
            uploads.claim(tokens)


def test_what_was_sent_and_never_added_is_swept_away(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    token = sent(uploads, "old.txt", "old")
    import os

    (old,) = (tmp_path / "incoming").iterdir()
    os.utime(old, (0, 0))
    sent(uploads, "new.txt", "new")
    assert not old.exists()
    with pytest.raises(UploadError):
        uploads.claim([token])


def test_what_was_kept_can_be_taken_back(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    for text, replace_, then in [
        ("one", False, "settle"),
        ("two", True, "undo"),
        ("3", False, "undo"),
    ]:
        keeping = Keeping(uploads)
        (file,) = uploads.claim([sent(uploads, "a.txt", text)])
        path = keeping.keep(file, replace=replace_)
        assert path.read_text() == text
        getattr(keeping, then)()
    assert [p.read_text() for p in uploads.kept.iterdir()] == ["one"]
    assert list((tmp_path / "incoming").iterdir()) == []


# --- over HTTP -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    assistant = FakeAssistant()
    assistant.home = tmp_path_factory.mktemp("home")
    with TestClient(create_app(assistant)) as client:
        yield client


def test_files_are_taken_over_http(client: TestClient) -> None:
    named_ = {"X-File-Name": "a%20%C3%A9.txt"}
    assert client.post("/articles-upload", content=b"x", headers=named_).json()["file"]
    assert client.post("/articles-upload", content=b"x").status_code == 413
    french = client.post("/articles-upload", content=b"x", headers={"Accept-Language": "fr"})
    assert french.json()["error"].startswith("Le fichier n’a pas de nom\u00a0: envoyez-le")
    foreign = {**named_, "Sec-Fetch-Site": "cross-site"}
    reply = client.post("/articles-upload", content=b"x", headers=foreign)
    assert (reply.status_code, "error" in reply.json()) == (403, True)
    assert client.get("/articles-upload").status_code != 200


def called(client: TestClient, name: str, data: object, **headers: str) -> dict[str, Any]:
    components = client.get("/config").json()["components"]
    tab = next(c for c in components if c["props"].get("elem_id") == "articles-block")
    body = {"data": data, "fn_name": name, "component_id": tab["id"], "session_hash": "s"}
    reply = client.post("/gradio_api/component_server", json=body, headers=headers)
    assert reply.status_code == 200, name
    return reply.json()  # type: ignore[no-any-return]


def test_every_function_that_changes_something_needs_an_editor(client: TestClient) -> None:
    components = client.get("/config").json()["components"]
    tab = next(c for c in components if c["props"].get("elem_id") == "articles-block")
    names = set(tab["props"]["server_fns"])
    reads = {"articles_state", "articles_table", "articles_picture"}
    assert reads < names and len(names) > 12
    assert {name for name in names if FUNCTIONS[name] is Role.READER} == reads
    reader = TestClient(create_app(FakeAssistant(), access=Access("read-only")))
    for name in names - reads:
        assert called(reader, name, {"language": "fr"})["error"] == FR["access_editor"], name
    assert called(reader, "articles_state", {})["may_edit"] is False
    reply = reader.post("/articles-upload", content=b"x", headers={"X-File-Name": "a.txt"})
    assert reply.status_code == 403
    for data in (None, 3, [], "x"):
        assert called(client, "articles_state", data)["may_edit"] is True
        assert "error" in called(client, "articles_add_address", data)
    for language, sentence in [
        ("fr", "Choisissez d’abord un fichier."),
        ("en", "Choose a file first."),
    ]:
        assert called(client, "articles_add_files", {"language": language})["error"] == sentence


# --- words -----------------------------------------------------------------------------------


def test_both_languages_say_the_same_things() -> None:
    assert WORDS.keys() == MOTS.keys()
    for key, sentence in WORDS.items():
        assert sorted(_names(sentence)) == sorted(_names(MOTS[key])), key
    assert grouped(12_345, WORDS) == "12,345" and grouped(12_345, MOTS) == "12\u202f345"
    assert fold("Élan") == "elan"


def _names(sentence: str) -> list[str]:
    import re

    return re.findall(r"\{(\w+)\}", sentence)


def test_an_article_of_the_index_is_an_article(assistant: Assistant) -> None:
    made: Article = make_article("Some text. And more.", source="/a.md")
    assistant.add_articles([made])
    (one,) = assistant.listing().articles
    assert (one.id, one.title, one.source, one.sentences) == (made.id, made.title, made.source, 2)
    assert assistant.listing().generation == assistant.generation() == "000001"
