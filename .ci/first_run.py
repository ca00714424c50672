"""The README's first command, to the letter, on an empty data folder, as a new user meets it.

Starts `make run`, opens the page in Chromium, asks, selects the first citation, and ends the
server. Exits with a sentence if the cited sentence does not light up.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def main() -> None:
    """Run the main job once."""
    from browser import CHROMIUM_ARGUMENTS, find_chromium

    with tempfile.TemporaryDirectory() as home:
        server = subprocess.Popen(
            ["make", "run", "ARGS=--no-open --port 0"],
            cwd=ROOT,
            env={**os.environ, "ARTICLE_QA_HOME": home, "HF_HUB_OFFLINE": "1"},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            assert server.stdout is not None
            address = _address(server.stdout)
            threading.Thread(target=server.stdout.read, daemon=True).start()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS
                )
                page = browser.new_page()
                page.set_default_timeout(300_000)
                page.goto(address)
                page.locator("#question textarea").fill("why did xAI switch to Dell?")
                page.keyboard.press("Enter")
                page.locator('#chat a[href^="#src/"]').first.click()
                lit = page.locator("#viewer mark").first.inner_text()
                browser.close()
        finally:
            os.killpg(server.pid, signal.SIGINT)
            server.wait(60)
    print(f"The first run gave a cited answer; lit up: {lit}")


def _address(output: IO[str]) -> str:
    """Return the address that the server says it listens on."""
    for line in output:
        if found := re.search(r"http://[\d.]+:\d+/", line):
            return found[0]
    sys.exit("make run ended before it served the page.")


if __name__ == "__main__":
    main()
