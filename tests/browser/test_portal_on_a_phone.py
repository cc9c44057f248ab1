"""From the link in the mail to paid, on a phone: once with scripts and once without."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import Product
from tests.browser.test_from_sign_up_to_thank_you import portal_link_in_the_mail, sync

MONDAY = "2026-11-30T10:05:00+00:00"
PHONE = {"width": 390, "height": 844}


class Wire:
    """What a browser asks for, and how much of it comes back compressed."""

    def __init__(self, context: BrowserContext) -> None:
        self.places: set[str] = set()
        self.bytes = 0
        context.on("requestfinished", self._note)

    def _note(self, request) -> None:  # type: ignore[no-untyped-def]
        self.places.add(re.sub(r"^(\w+://[^/]+).*", r"\1", request.url))
        self.bytes += request.sizes()["responseBodySize"]


@pytest.fixture
def letterbox(product: Product, page: Page) -> tuple[str, str]:
    """The demo business has reminded a customer: the link in the mail, and the address of the product."""
    product.start(now=MONDAY)
    page.set_default_timeout(20_000)
    page.goto(product.address("Sign in"))
    page.get_by_role("button", name=re.compile("Sign in|Continue")).click()
    home = product.address("Tactful")
    page.goto(f"{home}/approvals")
    page.locator(".pile a").first.click()
    page.get_by_role("button", name=re.compile("^Approve A")).click()
    expect(page.get_by_text("Approved. It goes")).to_be_visible()
    return portal_link_in_the_mail(page, product.address("Mail")), home


@pytest.fixture
def phone(browser: Browser) -> Iterator[list[BrowserContext]]:
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


def test_a_customer_pays_from_the_mail_with_and_without_scripts(
    product: Product, letterbox: tuple[str, str], page: Page, browser: Browser, phone: list[BrowserContext]
) -> None:
    link, home = letterbox
    for has_scripts in (True, False):
        context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True, java_script_enabled=has_scripts)
        phone.append(context)
        wire, theirs = Wire(context), context.new_page()
        theirs.set_default_timeout(20_000)
        theirs.goto(link)
        the_first_screen_answers_three_questions(theirs)
        theirs.wait_for_load_state("networkidle")
        assert wire.places <= {home} and wire.bytes <= 40 * 1024, (wire.places, wire.bytes)
        number = pay(theirs)
        come_back_and_say_so(theirs, link, number)
        theirs.goto(link)
        sync(page, home)
        (it_swaps_in_by_itself if has_scripts else the_link_shows_it)(theirs, number)
    assert product.stop() == 0


def the_first_screen_answers_three_questions(page: Page) -> None:
    """What do I owe, to whom, how do I pay: without scrolling."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"You owe .+ £[\d,]+\.\d\d"))
    for place in (page.get_by_role("heading", level=1), page.locator("a.pay").first):
        box = place.bounding_box()
        assert box and box["y"] >= 0 and box["y"] + box["height"] <= PHONE["height"], box
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"], box


def pay(page: Page) -> str:
    button = page.locator("a.pay").first
    number = re.search(r"INV-\d+", button.inner_text())
    assert number
    button.click()
    page.get_by_role("button", name="Pay now").click()
    expect(page.get_by_text(re.compile("was paid"))).to_be_visible()
    return number.group(0)


def come_back_and_say_so(page: Page, link: str, number: str) -> None:
    """Once the books know of it, it is thanked for; before, one tap says it."""
    page.goto(link)
    thanks = page.get_by_text(f"your payment of {number} has arrived")
    asked = page.get_by_role("heading", name=f"Did you pay {number}?")
    expect(thanks.or_(asked)).to_be_visible()
    if asked.count():
        page.get_by_role("button", name="Yes, it is paid").click()
        expect(page.get_by_role("heading", name="What happens next")).to_be_visible()
        expect(page.get_by_text(re.compile(f"You told us that {number} is paid"))).to_be_visible()
        page.get_by_role("link", name="Back to your account").click()


def arrived(page: Page, number: str) -> Locator:
    return page.get_by_text(f"your payment of {number} has arrived")


def it_swaps_in_by_itself(page: Page, number: str) -> None:
    """The fresh figures come into the page that is open: it is not loaded again."""
    page.evaluate("window.isTheSame = true")
    expect(arrived(page, number)).to_be_visible(timeout=30_000)
    assert page.evaluate("window.isTheSame")


def the_link_shows_it(page: Page, number: str) -> None:
    end = time.monotonic() + 40
    while not arrived(page, number).count() and time.monotonic() < end:
        page.wait_for_timeout(500)
        page.get_by_role("link", name="Show the latest figures").click()
    expect(arrived(page, number)).to_be_visible()
