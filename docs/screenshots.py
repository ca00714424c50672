"""Take the screenshots of the real page: `python docs/screenshots.py [NAME …]` from a checkout.

The real assistant answers over the bundled samples, in a data folder of its own. Needs Playwright
(the `dev` extra) and a Chromium; writes the files of `VIEWS`, or those named, beside this file.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS.parent), str(DOCS.parent / "tests")]

WIDE, PHONE = (1280, 800), (390, 844)
ENGLISH, FRENCH = "Why did xAI switch to Dell?", "Pourquoi xAI est-il passé à Dell ?"
NIGHT, UNANSWERED = "Quand le train de nuit repart-il ?", "How old is the founder of xAI?"


def cited(page: Page, question: str) -> None:
    """Ask, and light up the last quote's sentence."""
    ask(page, question)
    page.locator("#chat .bot blockquote a").last.click()
    page.locator("#viewer mark").wait_for()


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the whole answer."""
    page.get_by_role("textbox").first.fill(question)
    page.keyboard.press("Enter")
    page.locator("#chat .bot details").wait_for(timeout=180_000)


def articles(page: Page, _: str) -> None:
    """Show the table of articles with the picture of them."""
    page.locator("#tab-articles").click()
    page.locator("#articles tbody tr").first.wait_for()
    page.locator("#articles .articles-picture > summary").click()


@dataclass(frozen=True)
class View:
    """What is to be seen: at which size, in which language and colours, after what was done."""

    size: tuple[int, int]
    locale: str
    question: str
    scheme: str = "light"
    done: Callable[[Page, str], None] = cited


VIEWS = {
    "page": View(WIDE, "en-GB", ENGLISH),
    "page-phone": View(PHONE, "en-GB", ENGLISH),
    "page-dark-fr": View(WIDE, "fr-FR", FRENCH, "dark"),
    "page-phone-dark-fr": View(PHONE, "fr-FR", NIGHT, "dark"),
    "refusal": View(WIDE, "en-GB", UNANSWERED, done=ask),
    "refusal-phone-fr": View(PHONE, "fr-FR", UNANSWERED, done=ask),
    "articles": View(WIDE, "en-GB", "", done=articles),
    "articles-phone-dark-fr": View(PHONE, "fr-FR", "", "dark", articles),
}


def main(names: list[str]) -> None:
    """Serve the samples, do what each view is of, and save what is then to be seen."""
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
        for name in names or VIEWS:
            take(browser, address, VIEWS[name], DOCS / f"{name}.png")
        browser.close()


def take(browser: Browser, address: str, view: View, path: Path) -> None:
    """Save a screenshot of a view."""
    width, height = view.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=view.locale,
        color_scheme="dark" if view.scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    page.locator("#question textarea").wait_for()
    page.locator("#page-status", has_text="2 articles").wait_for(timeout=180_000)
    view.done(page, view.question)
    page.wait_for_timeout(1_500)
    page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
