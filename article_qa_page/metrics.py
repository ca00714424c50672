"""Figures for Prometheus, in a registry of the app's own: requests, answers, the index."""

from collections.abc import Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from index.errors import ArticleQAError
from retrieval.collection import IndexSize
from retrieval.types import Answer

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class HasSize(Protocol):
    """What tells the size of the index."""

    def size(self) -> IndexSize:
        """Return the size; raise an `ArticleQAError` where there is no index to be read."""
        ...


class Metrics:
    """Counts what happens; `page` is what a Prometheus server reads."""

    def __init__(self, index: HasSize) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_IndexGauges(index))
        self._requests = Counter(
            "article_qa_requests",
            "Requests by method, pattern of the path, and status.",
            ["method", "path", "status"],
            registry=self._registry,
        )
        self._stages = Histogram(
            "article_qa_stage_seconds",
            "Time that answers took, by stage; 'total' is all of it.",
            ["stage"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "article_qa_answers",
            "Questions by what became of them: answered, abstained, failed or stopped.",
            ["outcome"],
            registry=self._registry,
        )
        for outcome in ("answered", "abstained", "failed", "stopped"):
            self._answers.labels(outcome)  # from 0, so that the first one shows

    def request(self, method: str, path: str, status: int) -> None:
        """Count a request; `path` is the pattern of a rule, of which there are few."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, path, str(status)).inc()

    def question(self, outcome: str, seconds: float, answer: Answer | None) -> None:
        """Count a question and the time by stage of its answer."""
        self._answers.labels(outcome).inc()
        self._stages.labels("total").observe(seconds)
        for stage, spent in (answer.seconds if answer else {}).items():
            self._stages.labels(stage).observe(spent)

    def page(self) -> bytes:
        """Return all figures in Prometheus's text format."""
        return generate_latest(self._registry)


class _IndexGauges(Collector):
    """The index's size, looked up when it is asked for; left out where there is no index."""

    def __init__(self, index: HasSize) -> None:
        self._index = index

    def collect(self) -> Iterator[Metric]:
        try:
            size = self._index.size()
        except ArticleQAError:
            return
        yield GaugeMetricFamily("article_qa_articles", "Articles in the index.", size.articles)
        yield GaugeMetricFamily("article_qa_chunks", "Chunks in the index.", size.chunks)
        yield GaugeMetricFamily(
            "article_qa_generation", "Number of the live generation.", size.generation
        )

    def describe(self) -> Iterator[Metric]:
        return iter(())  # or registering would already open the index
