"""The real server as a process of its own, and the memory that it holds."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
COMMAND = ["-c", "from app import main; main()", "serve", "--no-open", "--port", "0"]
READY = 600.0  # seconds that it may take to load all


@contextmanager
def server_of(home: Path) -> Iterator[tuple[str, int]]:
    """Serve the articles of a data folder; yield the address and the number of the process.

    It returns once a question has been answered; the server ends with the block.
    """
    environment = {
        **os.environ,
        "ARTICLE_QA_HOME": str(home),
        "PYTHONUNBUFFERED": "1",
        # All the askers have one address, and the line is what is measured.
        "ARTICLE_QA_QUESTIONS_AT_ONCE": "1000",
        "ARTICLE_QA_QUESTIONS_AT_ONCE_IN_ALL": "1000",
    }
    environment.pop("ARTICLE_QA_LLM", None)
    server = subprocess.Popen(
        [sys.executable, *COMMAND], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        told = re.search(r"http://[^\s/]+", server.stdout.readline())
        if not told:
            raise SystemExit("The server did not start: 'article-qa serve' tells why.")
        threading.Thread(target=server.stdout.read, daemon=True).start()
        _answers(told[0])
        yield told[0], server.pid
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


def _answers(address: str) -> None:
    """Return once the server has answered a question; end the program if it never does."""
    end = time.monotonic() + READY
    while time.monotonic() < end:
        asked = {"question": "Are the models ready?"}
        reply = httpx.post(f"{address}/api/v1/ask", json=asked, timeout=READY)
        if reply.status_code == 200:
            return
        if reply.status_code != 503:
            raise SystemExit(f"The server does not answer: {reply.text}")
        time.sleep(1)
    raise SystemExit(f"The server was not ready after {READY:.0f} seconds.")


def memory_of(process: int) -> int:
    """Return the memory of a process that is no mapped file, in bytes; 0 where none tells."""
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"^RssAnon:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
