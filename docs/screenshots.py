"""Take the README's screenshots of the real page: `python docs/screenshots.py` from a checkout.

The real assistant answers over the bundled samples, in a data folder of its own. Needs Playwright
(the `dev` extra) and a Chromium; writes `page.png` and `page-phone.png` beside this file.
"""

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS.parent), str(DOCS.parent / "tests")]

QUESTION = "Why did xAI switch to Dell?"
SIZES = {"page.png": (1280, 800), "page-phone.png": (390, 844)}


def main() -> None:
    """Serve the samples, ask, open the last citation, and save what is then to be seen."""
    from browser import CHROMIUM_ARGUMENTS, find_chromium, serving

    from retrieval.answering import Assistant

    os.environ["HF_HUB_OFFLINE"] = "1"
    with (
        tempfile.TemporaryDirectory() as home,
        serving(Assistant(home)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS
        )
        for name, size in SIZES.items():
            take(browser, address, size, DOCS / name)
        browser.close()


def take(browser: Browser, address: str, size: tuple[int, int], path: Path) -> None:
    """Save a screenshot of the page at `size`, with the last citation's sentence lit."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="en-GB",
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    page.get_by_role("textbox").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator("#chat hr").wait_for(timeout=180_000)
    page.locator("#chat .bot blockquote a").last.click()
    page.locator("#viewer mark").wait_for()
    page.wait_for_timeout(1_000)
    page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    main()
