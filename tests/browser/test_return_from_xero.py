"""Who comes back from *Edit in Xero* finds the customer as it is there now, and nothing half-written is lost."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Product
from tests.browser.folder import assert_it_holds_no_secret

MONDAY = "2026-11-30T10:05:00+00:00"
CUSTOMER, RENAMED = "Copper Kettle Coffee Roasters Ltd", "Copper Kettle Roastery Ltd"
RELISTED = "Brightwell Dental Clinic"


def test_coming_back_from_xero_shows_the_customer_as_it_is_there(product: Product, page: Page):
    product.start(now=MONDAY)
    page.set_default_timeout(20_000)
    page.goto(product.address("Sign in"))
    page.get_by_role("button", name=re.compile("Sign in|Continue")).click()
    home = product.address("Tactful")
    open_customer(page, home, CUSTOMER)
    page.evaluate("window.sameDocument = true")

    half_written = page.locator("#customer textarea:visible, #customer input[type=text]:visible").first
    half_written.fill("they rang, and said")
    rename_in_xero(page, RENAMED)
    come_back(page)
    page.wait_for_timeout(1000)
    expect(half_written).to_have_value("they rang, and said")
    expect(page.get_by_role("heading", level=1)).to_contain_text(CUSTOMER)

    half_written.fill("")
    half_written.blur()
    with page.expect_response(re.compile(r"/customers/\d+/refresh$")) as answer:
        come_back(page)
    assert answer.value.status == 200
    expect(page.get_by_role("heading", level=1)).to_contain_text(RENAMED)
    expect(page.get_by_text(re.compile("^From Xero: ")).first).to_be_visible()
    assert page.evaluate("window.sameDocument") is True, "the page was not loaded anew"

    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/refresh" in request.url else None)
    come_back(page)
    page.wait_for_timeout(500)
    assert asked == [], "a moment later nobody asks again"

    page.goto(f"{home}/customers?q=Brightwell")
    rename_in_xero(page, RELISTED)
    with page.expect_navigation():
        come_back(page)
    expect(page.get_by_role("link", name=RELISTED).first).to_be_visible()
    assert product.stop() == 0
    assert_it_holds_no_secret(product.folder)


def open_customer(page: Page, home: str, name: str) -> None:
    page.goto(f"{home}/customers?q={name.split()[0]}")
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def rename_in_xero(page: Page, name: str) -> None:
    """By the menu of the customer; Xero opens in a tab of its own."""
    page.locator("main summary[aria-label^='More']").first.click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=re.compile("Edit in Xero")).click()
    xero = opened.value
    xero.get_by_label("Name", exact=True).fill(name)
    xero.get_by_role("button", name="Save").click()
    expect(xero.get_by_text("Saved.")).to_be_visible()
    xero.close()


def come_back(page: Page) -> None:
    """Headless pages never lose the focus, so that its return is told to them."""
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
