"""For tests of the page: a browser, a server, and an assistant that needs no model."""

import re
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import uvicorn

from app import create_app
from index.errors import ModelError, NoIndexError, UnknownArticleError
from index.known import Elsewhere
from index.listing import ListedArticle, Listing
from index.report import SyncReport
from index.types import Article, Chunk, Sentence, digest_of
from retrieval.collection import IndexSize
from retrieval.filters import Filters
from retrieval.suggestions import Span, Suggestion
from retrieval.types import Answer, Citation, Passage

CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

FRENCH = (
    """Une gare renaît au bord du canal

La gare de Brumeval rouvrira le 3 mai 2025, a annoncé la région. Elle était fermée depuis 1998. \
« Les travaux ont coûté 4 millions d’euros », a précisé Odile Marchand, la vice-présidente. \
🚲 Un abri accueillera 120 vélos.

## Des trains toutes les heures

Les trains s’arrêteront toutes les heures, de 6 h à 22 h. Le trajet vers Hautmont durera 35 minutes.
"""
    + "\n".join(
        f"\nLa commune numéro {n} attend encore sa desserte, faute de budget. Le maire le regrette."
        for n in range(1, 30)
    )
    + """

## Une ombre au tableau

L’association des riverains a déposé un recours contre le bruit. Le tribunal n’a pas encore statué.
"""
)

HOSTILE = """<img src="http://evil.example/pixel.png" onerror="window.pwned=1">

Le titre <script>window.pwned = 2</script> reste du texte. \
Une image ![pixel](http://evil.example/a.png) et un [lien](javascript:window.pwned=3) aussi. \
**Gras**, `code`, <b style="background:url(http://evil.example/b.png)">HTML</b>, ${window.pwned=4}.

# {{value}} &lt;b&gt; $x^2$ <iframe src="http://evil.example/"></iframe>

1. liste | tableau | [1] ~~barré~~ http://evil.example/auto www.evil.example a@evil.example.
"""


def make_article(article_id: str, title: str, text: str, **fields: Any) -> Article:
    """Return an article for tests."""
    values: dict[str, Any] = {
        "url": None,
        "published": datetime(2025, 3, 1, tzinfo=UTC),
        "language": "fr",
        "source": f"/articles/{article_id}.md",
    }
    return Article(article_id, title, text=text, digest=digest_of(text), **(values | fields))


GARE = make_article("gare", "Une gare renaît au bord du canal", FRENCH, source="/a/xai-dell.fr.md")
MEAN = make_article('m e/a(n)"', 'Un "titre" <b>[x](y)</b> *méchant* `$x$`', HOSTILE)


def split(text: str) -> tuple[Sentence, ...]:
    """Return sentence spans good enough for the articles above."""
    found = []
    for line in re.finditer(r"[^\n]+", text):
        heading = line[0].startswith("#") or (line.start() == 0 and len(line[0]) < 60)
        pattern = r".+" if heading else r"\S.*?(?:[.!?](?= |$)|$)"
        for match in re.finditer(pattern, line[0]):
            kind: Any = "text" if not heading else "heading" if line.start() else "title"
            found.append(Sentence(line.start() + match.start(), line.start() + match.end(), kind))
    return tuple(found)


YESTERDAY = Filters(
    datetime(2025, 2, 28, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC), words="hier"
)


class FakeAssistant:
    """Answers by the words of the question, from articles it is given; speaks French.

    "lent" in the question makes it stream slowly, until `release` is set; "rien" makes it
    abstain; "hier" filters; "panne" makes it fail. Until they are set, `warm` and `added` hold
    back the start and `readable` every article.
    """

    def __init__(self, *articles: Article, indexed: bool = True) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="article-qa-")
        self.home = Path(self._folder.name)
        self.filters: list[dict[str, Any]] = []
        self.suggested: tuple[Suggestion, ...] = ()
        self.known = {article.id: article for article in articles}
        self.indexed = indexed
        self.warm, self.added, self.release, self.readable = Event(), Event(), Event(), Event()
        for event in (self.warm, self.added, self.readable):
            event.set()
        self.start_error: Exception | None = None
        self.histories: list[tuple[tuple[str, str], ...]] = []

    def warm_up(self) -> None:
        self.warm.wait(60)
        if self.start_error:
            raise self.start_error

    def has_index(self) -> bool:
        return self.indexed

    def add(self, paths: Iterable[Path], progress: Callable[..., Any] | None = None) -> None:
        if progress:
            progress("embed", 1, 2)
        self.added.wait(60)
        self.known[GARE.id] = GARE
        self.indexed = True

    def size(self) -> IndexSize:
        articles = len(self.articles())
        return IndexSize(articles, 3 * articles, 7)

    def generation(self) -> str | None:
        return f"{sorted(self.known)}" if self.indexed else None

    def listing(self) -> Listing:
        now = datetime(2025, 3, 2, tzinfo=UTC)
        return Listing(
            self.generation(),
            tuple(
                ListedArticle(a.id, a.title, a.source, a.url, a.published, a.language, None, 3, now)
                for a in self.known.values()
            ),
        )

    def past_failures(self) -> list[Any]:
        return []

    def forget_failures(self, sources: Iterable[str]) -> None: ...

    def reindex(self, progress: Callable[..., Any] | None = None) -> SyncReport:
        return SyncReport()

    def page_of_articles(self, offset: int, limit: int) -> tuple[int, tuple[Article, ...]]:
        articles = self.articles()
        return len(articles), articles[offset : offset + limit]

    def search(self, question: str, top_k: int = 10, **filters: Any) -> tuple[Any, ...]:
        found = self._refusal(question).passages[:top_k]
        return tuple(SimpleNamespace(passage=passage) for passage in found)

    def articles(self) -> tuple[Article, ...]:
        if not self.indexed:
            raise NoIndexError("Nothing is indexed yet: add an article first.")
        return tuple(self.known.values())

    def article(self, article_id: str) -> Article:
        self.readable.wait(60)
        if article_id not in self.known:
            raise UnknownArticleError(f"No article has the id {article_id}.")
        return self.known[article_id]

    def published_elsewhere(self, article_id: str) -> tuple[Elsewhere, ...]:
        return ()

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        return split(self.article(article_id).text)

    def cite(self, number: int, article_id: str, quote: str) -> Citation:
        """Return the citation of `quote`, which must stand in the article."""
        article = self.known[article_id]
        start = article.text.index(quote)
        return Citation(
            number,
            article.id,
            article.title,
            article.url,
            article.published,
            article.language,
            start,
            start + len(quote),
            quote,
            0.9,
            article.digest,
        )

    def stream_answer(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        time_words: bool = True,
        **filters: Any,
    ) -> Iterator[Answer]:
        self.histories.append(tuple(history))
        self.filters.append(filters)
        if "hier" in question and time_words:
            yield replace(self._answer(question), filters=YESTERDAY)
            return
        if "panne" in question:
            raise ModelError("The model *cannot* be loaded: install it again.")
        if "rien" in question:
            yield self._refusal(question)
            return
        answer = self._answer(question)
        if "lent" in question:
            first = replace(answer, text=answer.text.split("\n\n", 2)[0])
            yield first
            head, n = answer.text[: answer.text.index("[1]") + 3], 0
            while not self.release.wait(0.13):  # a growing paragraph, its nodes replaced
                n += 1
                yield replace(answer, text=head + " …" * (n % 20 + 1))
        yield answer

    def suggest(
        self, question: str, cited: Sequence[Span] = (), **options: Any
    ) -> tuple[Suggestion, ...]:
        shown = {*options.get("earlier", ()), question}
        return tuple(s for s in self.suggested if s.question not in shown)

    def _answer(self, question: str) -> Answer:
        if MEAN.id in self.known and "méchant" in question:
            quotes = list(split(HOSTILE))[:3]
            texts = [HOSTILE[s.start : s.end] for s in quotes]
            citations = [self.cite(n, MEAN.id, text) for n, text in enumerate(texts, 1)]
        else:
            wanted = ["Le tribunal n’a pas encore statué.", "🚲 Un abri accueillera 120 vélos."]
            citations = [self.cite(n, GARE.id, text) for n, text in enumerate(wanted, 1)]
        paragraphs = ["Voici ce que dit l’article :"]
        paragraphs += [f"« {c.quote} » [{c.number}]" for c in citations]
        return Answer(question, "\n\n".join(paragraphs), tuple(citations), (), False, "fr", 0.9)

    def _refusal(self, question: str) -> Answer:
        article = next(iter(self.known.values()))
        sentences = split(article.text)
        spans = [(sentences[i].start, sentences[i + 1].end) for i in (1, 5)]
        passages = tuple(
            Passage(Chunk(f"{a}", article.id, article.text[a:b], a, b), article, 0.2)
            for a, b in spans
        )
        text = "Les articles indexés ne répondent pas à cette question."
        return Answer(question, text, (), passages, True, "fr", 0.1)


@contextmanager
def serving(assistant: Any, **options: Any) -> Iterator[str]:
    """Serve the page of `assistant` on a free port of this machine; yield its address.

    `options` are those of `create_app`.
    """
    with serving_app(create_app(assistant, **options)) as address:
        yield address


@contextmanager
def serving_app(app: Any, port: int = 0) -> Iterator[str]:
    """Serve an app on `port` of this machine, 0 for a free one; yield its address."""
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(
        app, log_level="warning", proxy_headers=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(30)


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome on this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)
