"""Jobs and their reports in words, as JSON types."""

import re
import time
from typing import Any

from article_qa_page.articles_table import place_of
from article_qa_page.articles_wording import articles_words, grouped
from article_qa_page.error_wording import translated
from article_qa_page.jobs import Job
from article_qa_page.wording import Wording
from index.report import Change, Failure, SyncReport
from index.source_state import PastFailure

SHOWN = 20  # titles or failures of each kind
FATES = ("added", "changed", "removed", "copies", "unchanged")

Json = dict[str, Any]
Strings = dict[str, str]


def job_json(job: Job, ahead: int, words: Wording) -> Json:
    """Return a job for the page; `ahead` counts the jobs before it."""
    strings = articles_words(words)
    return {
        "id": job.id,
        "name": strings[f"job_{job.kind}"].format(about=_about(job, strings)),
        "state": job.state,
        "ended": job.ended,
        "sentence": _sentence(job, ahead, words, strings),
        "done": job.done,
        "total": job.total,
        "can_cancel": not (job.ended or job.cancelled.is_set() or job.stage == "store"),
        "report": _report(job, job.report, words, strings) if job.report else None,
    }


def reason_of(failure: Failure | PastFailure, words: Wording) -> str:
    """Return why a source could not be read, in the language of `words`."""
    return translated(named(failure.reason, failure.source), words.language)


def named(reason: str, source: str) -> str:
    """Return a sentence about a source with its name in place of its path on the server."""
    path = source.partition("#")[0] if source.startswith(("/", "\\")) else source
    shown = path if re.match(r"https?://", path) else place_of(path)
    return reason.replace(path, shown)


def _about(job: Job, strings: Strings) -> str:
    key, _, count = job.about.partition("=")
    return (
        strings[key].format(count=count) if key in ("count_files", "count_sources") else job.about
    )


def _sentence(job: Job, ahead: int, words: Wording, strings: Strings) -> str:
    if job.state == "failed":
        return translated(job.error, words.language) if job.error else strings["defect"]
    if job.state == "cancelled":
        return strings["state_cancelled"]
    if job.state == "done":
        return ""
    if job.cancelled.is_set():
        return strings["state_cancelling"]
    if job.state == "waiting":
        return strings["state_waiting"].format(ahead=ahead)
    if job.state == "locked":
        return strings["state_locked"]
    if not job.stage:
        return strings["state_running"]
    done, total = (grouped(number, strings) for number in (job.done, job.total))
    told = strings[f"stage_{job.stage}"].format(done=done, total=total)
    pace = job.rate(time.monotonic())
    if pace is None:
        return told
    a_second, left = pace
    unit, count = ("seconds", left) if left < 100 else ("minutes", left / 60)
    rate = grouped(a_second, strings) if a_second >= 10 else f"{a_second:.1f}"
    if strings["number"] != ",":
        rate = rate.replace(".", ",")
    left_told = strings[unit].format(count=grouped(max(1, round(count)), strings))
    return f"{told} ({strings['rate'].format(rate=rate, left=left_told)})"


def _report(job: Job, report: SyncReport, words: Wording, strings: Strings) -> Json:
    counts = report.counts()
    parts = [
        {
            "fate": fate,
            "told": strings[f"done_{fate}"].format(count=grouped(counts[fate], strings)),
            "titles": [_title(change) for change in getattr(report, fate)[:SHOWN]]
            if fate != "unchanged"
            else [],
            "more": _more(counts[fate] if fate != "unchanged" else 0, strings),
        }
        for fate in FATES
        if counts[fate]
    ]
    if job.kind == "reindex":
        parts = [{"fate": "reindex", "told": strings["done_reindex"], "titles": [], "more": ""}]
    elif not parts and not report.failed:
        parts = [{"fate": "nothing", "told": strings["done_nothing"], "titles": [], "more": ""}]
    return {
        "parts": parts,
        "failed_told": strings["done_failed"].format(count=counts["failed"])
        if report.failed
        else "",
        "failed": [reason_of(one, words) for one in report.failed[:SHOWN]],
        "failed_more": _more(counts["failed"], strings),
        "note": strings[job.note] if job.note else "",
    }


def _title(change: Change) -> str:
    return change.title or place_of(change.source)


def _more(count: int, strings: Strings) -> str:
    return strings["more"].format(count=count - SHOWN) if count > SHOWN else ""
