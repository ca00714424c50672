"""Access in a real browser: logging in and out, read-only, below a proxy's path."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from browser import CHROMIUM_ARGUMENTS, GARE, FakeAssistant, find_chromium, serving, serving_app
from proxy import proxy

from article_qa_page.access.credentials import password_line, read_credentials
from article_qa_page.access.policy import Access
from article_qa_page.access.roles import Role
from article_qa_page.access.sessions import Sessions
from article_qa_page.wording import wording
from index.settings import Settings

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = sync_api.expect
expect.set_options(timeout=60_000)

PASSWORD = "rédactrice du journal"
EN, FR = wording("en"), wording("fr")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        path = find_chromium()
        try:
            browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        except sync_api.Error as error:
            pytest.skip(f"no Chromium to test with: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, address: str, **options: Any) -> Iterator[Any]:
    """Open an address; on leaving, check that no other host was asked, and no error shown."""
    context = browser.new_context(
        **{"viewport": {"width": 1280, "height": 800}, "locale": "fr-FR"} | options
    )
    context.set_default_timeout(120_000)
    page = context.new_page()
    requests: list[str] = []
    errors: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    try:
        yield page
        assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []
        assert errors == []
    finally:
        context.close()


@pytest.fixture(scope="module")
def access() -> Access:
    credentials = read_credentials(password_line(Role.EDITOR, PASSWORD), "a file")
    return Access("login", credentials, Sessions(bytes(32), credentials, 3_600))


@pytest.fixture(scope="module")
def address(access: Access) -> Iterator[str]:
    with serving(FakeAssistant(GARE), access=access, settings=Settings()) as address:
        yield address


def log_in(page: Any, password: str = PASSWORD) -> None:
    page.fill("#password", password)
    page.press("#password", "Enter")


def ask_and_open(page: Any) -> None:
    """Ask, and follow the first citation to its lit sentence."""
    page.fill("#question textarea", "Où en est le recours ?")
    page.press("#question textarea", "Enter")
    expect(page.locator("#question .submit-button")).to_be_visible()  # the answer is whole
    page.locator('#chat .bot a[href^="#src/"]').first.click()
    expect(page.locator("#viewer mark")).to_have_text("Le tribunal n’a pas encore statué.")


def test_log_in_ask_and_log_out(browser: Any, address: str) -> None:
    with opened(browser, address) as page:
        expect(page).to_have_url(f"{address}login")
        expect(page.locator("#password")).to_be_focused()
        log_in(page, "pas le bon")
        expect(page.get_by_role("alert")).to_have_text(FR["login_wrong"])
        log_in(page)
        expect(page).to_have_url(address)
        ask_and_open(page)
        expect(page.locator("#log-out")).to_have_text(FR["log_out"])
        page.click("#log-out")
        expect(page).to_have_url(f"{address}login")
        page.goto(address)
        expect(page).to_have_url(f"{address}login")


START = GARE.text.index("Le tribunal")
SENTENCE = f"#src/gare/{START}-{START + 34}"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_shared_address_outlasts_the_login_and_failed_tries(
    browser: Any, access: Access, script: bool
) -> None:
    asked = f"?q={quote('Où en est le recours ?')}&since=2025-01-01&article=gare"
    with (
        serving(FakeAssistant(GARE), access=access, settings=Settings()) as address,
        opened(browser, address, java_script_enabled=script) as page,
    ):
        page.goto(f"{address}{asked}{SENTENCE}")
        login = f"{address}login?next={quote(f'/{asked}', safe='')}{SENTENCE}"
        for _ in range(2):
            expect(page).to_have_url(login)
            log_in(page, "pas le bon")
            expect(page.get_by_role("alert")).to_be_visible()
        expect(page).to_have_url(login)
        log_in(page)
        if script:
            expect(page.locator("#chat .user .prose")).to_have_text("Où en est le recours ?")
            expect(page.locator("#filter-chips button")).to_have_count(2)
            expect(page.locator("#viewer mark")).to_have_text("Le tribunal n’a pas encore statué.")
        else:
            expect(page).to_have_url(f"{address}{asked}{SENTENCE}")


@pytest.mark.parametrize("cut", [True, False])
def test_a_shared_sentence_opens_after_the_login_below_a_proxys_path(
    browser: Any, access: Access, cut: bool
) -> None:
    settings = Settings(root_path="" if cut else "/articles")
    with (
        serving(FakeAssistant(GARE), access=access, settings=settings) as upstream,
        serving_app(proxy(upstream, "/articles", cut=cut)) as front,
        opened(browser, f"{front}articles/") as page,
    ):
        page.goto(f"{front}articles/{SENTENCE}")
        expect(page).to_have_url(f"{front}articles/login{SENTENCE}")
        log_in(page)
        expect(page.locator("#viewer mark")).to_have_text("Le tribunal n’a pas encore statué.")
        page.click("#log-out")
        expect(page).to_have_url(f"{front}articles/login")
        page.goto(f"{front}articles/?q=recours")
        expect(page).to_have_url(f"{front}articles/login?next=%2F%3Fq%3Drecours")
        log_in(page)
        expect(page.locator("#chat .user .prose")).to_have_text("recours")
        assert page.url.startswith(f"{front}articles/")


@pytest.mark.parametrize("width", [390, 320])
def test_the_header_has_room_for_logging_out_on_a_phone(
    browser: Any, address: str, width: int
) -> None:
    with opened(browser, address, viewport={"width": width, "height": 844}) as page:
        log_in(page)
        expect(page.locator("#log-out")).to_be_visible()
        expect(page.locator("#page-status")).to_contain_text("article")
        boxes = [
            page.locator(selector).bounding_box()
            for selector in ("#page-header h1", "#log-out", "#open-list", "#page-status")
        ]
        for number, one in enumerate(boxes):
            assert one["x"] >= 0 and one["x"] + one["width"] <= width
            for other in boxes[number + 1 :]:
                apart = (
                    one["x"] + one["width"] <= other["x"]
                    or other["x"] + other["width"] <= one["x"]
                    or one["y"] + one["height"] <= other["y"]
                    or other["y"] + other["height"] <= one["y"]
                )
                assert apart, (one, other)


def test_a_session_that_is_over_leads_back_to_the_login(browser: Any, address: str) -> None:
    with opened(browser, address) as page:
        log_in(page)
        expect(page.locator("#log-out")).to_be_visible()
        page.context.clear_cookies()
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(page).to_have_url(f"{address}login")


def test_logging_in_needs_no_script(browser: Any, address: str) -> None:
    with opened(browser, address, java_script_enabled=False, locale="en-GB") as page:
        expect(page.get_by_role("heading", name=EN["login"])).to_be_visible()
        log_in(page)
        page.goto(f"{address}login")
        page.get_by_role("button", name=EN["log_out"]).click()
        expect(page.get_by_label(EN["password"])).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_login_fits_and_can_be_read(
    browser: Any, address: str, width: int, scheme: str
) -> None:
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with opened(browser, address, **options) as page:
        log_in(page, "pas le bon du tout")
        expect(page.get_by_role("alert")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for selector in ("main p.error", "main p", "header p", "label", "button", "input", "h2"):
            contrast = page.evaluate(CONTRAST, selector)
            assert contrast >= 4.5, (selector, contrast)
        assert page.locator("button").bounding_box()["height"] >= 44


# WCAG 2's contrast of an element's text with what is painted behind it.
CONTRAST = """(selector) => {
  const numbers = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = numbers(colour).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const element = document.querySelector(selector);
  let behind = element;
  while (numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const pair = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
  const [low, high] = pair.map(luminance).sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""


def test_read_only_needs_no_login(browser: Any) -> None:
    options = {"access": Access("read-only"), "settings": Settings()}
    with serving(FakeAssistant(GARE), **options) as address, opened(browser, address) as page:
        ask_and_open(page)
        expect(page.locator("#log-out")).to_be_hidden()


def test_a_limit_is_told_in_the_chat(browser: Any) -> None:
    options = {"access": Access("read-only"), "settings": Settings(questions_per_minute=1)}
    with serving(FakeAssistant(GARE), **options) as address, opened(browser, address) as page:
        ask_and_open(page)
        page.fill("#question textarea", "Et les vélos ?")
        page.press("#question textarea", "Enter")
        told = FR["limit_rate"].split("{")[0].strip()
        expect(page.locator("#chat .bot.message").last).to_contain_text(told)


@pytest.mark.parametrize("cut", [True, False])
def test_below_the_path_of_a_proxy(browser: Any, access: Access, cut: bool) -> None:
    settings = Settings(root_path="" if cut else "/articles")
    with (
        serving(FakeAssistant(GARE), access=access, settings=settings) as upstream,
        serving_app(proxy(upstream, "/articles", cut=cut)) as front,
        opened(browser, f"{front}articles/") as page,
    ):
        expect(page).to_have_url(f"{front}articles/login")
        log_in(page)
        expect(page).to_have_url(f"{front}articles/")
        ask_and_open(page)
        (cookie,) = page.context.cookies()
        assert cookie["path"] == "/articles/" and cookie["httpOnly"]
        page.click("#log-out")
        expect(page).to_have_url(f"{front}articles/login")
