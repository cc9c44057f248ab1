"""The whole path in a real browser: Xero → sync → planner → mailbox → customer → portal → payment → thank-you."""

import re
import time

from playwright.sync_api import Page, expect

from tests.browser.conftest import Product

MONDAY, TUESDAY = "2026-11-30T10:05:00+00:00", "2026-12-01T10:05:00+00:00"
CUSTOMER = "Harrow & Finch Architects LLP"


def test_a_newcomer_gets_from_sign_up_to_the_thank_you_mail(product: Product, page: Page):
    product.start(now=MONDAY)
    page.set_default_timeout(20_000)
    home, mail = product.address("Tactful"), product.address("Mail")

    sign_up(page, home)
    connect(page)
    add_a_mailbox(page, home, smtp_port(product))
    approve(page, home, CUSTOMER)
    portal = portal_link_in_the_mail(page, mail)
    number = pay_in_the_portal(page, portal)
    promise_the_rest(page, portal)
    sync_and_see_it_paid(page, home, number)
    assert product.stop() == 0

    product.start(now=TUESDAY)
    home, mail = product.address("Tactful"), product.address("Mail")
    sync(page, home)
    approve(page, home, CUSTOMER)
    expect_in_mail(page, mail, re.compile("thank", re.IGNORECASE))
    assert product.stop() == 0


def sign_up(page: Page, home: str) -> None:
    page.goto(f"{home}/sign-up")
    page.get_by_label("Your name").fill("Rosa Newcomer")
    page.get_by_label("Your business").fill("Newcomer Ltd")
    page.get_by_label("Email").fill("rosa@newcomer.example")
    page.get_by_label("Password").fill("a kettle on the hob")
    page.get_by_role("button", name="Create the account").click()


def connect(page: Page) -> None:
    page.get_by_role("button", name="Connect with the demo ledger").click()
    page.get_by_role("button", name="Allow access").click()
    page.get_by_text("All customers").click()
    page.get_by_role("button", name="Get started").click()
    expect(page.get_by_role("heading", name=re.compile("Reading your books|Sync"))).to_be_visible()


def smtp_port(product: Product) -> str:
    found = re.search(r"SMTP on (\d+)", product.log.read_text())
    assert found
    return found.group(1)


def add_a_mailbox(page: Page, home: str, port: str) -> None:
    page.goto(f"{home}/senders/new")
    page.get_by_label("Name", exact=True).fill("Rosa Newcomer")
    page.get_by_label("Email address").fill("rosa@newcomer.example")
    page.get_by_label("Mail server", exact=True).fill("localhost")
    page.get_by_label("Port", exact=True).fill(port)
    page.get_by_label("Encryption", exact=True).select_option("none")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="rosa@newcomer.example")).to_be_visible()


def approve(page: Page, home: str, customer: str) -> None:
    """Look at the customer's email as it will go, then release it."""
    until_it_shows(page, f"{home}/approvals", customer)
    page.locator(".pile").get_by_role("link", name=re.compile(re.escape(customer))).first.click()
    expect(page.locator("article, .letter").get_by_text(customer).first).to_be_visible()
    page.get_by_role("button", name=re.compile("^Approve A")).click()
    expect(page.get_by_text("Approved. It goes")).to_be_visible()


def until_it_shows(page: Page, url: str, text: str) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        page.goto(url)
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{text!r} never showed on {url}: {page.inner_text('main')[:500]}")


def expect_in_mail(page: Page, mail: str, subject: re.Pattern[str]) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        page.goto(mail)
        if page.get_by_role("link", name=subject).count():
            page.get_by_role("link", name=subject).first.click()
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"no mail {subject.pattern!r}: {page.inner_text('main')[:500]}")


def portal_link_in_the_mail(page: Page, mail: str) -> str:
    expect_in_mail(page, mail, re.compile("when can we expect", re.IGNORECASE))
    found = re.search(r"https?://\S+/p/[\w-]+", page.locator("pre").text_content() or "")
    assert found, "the mail leads to the portal"
    return found.group(0)


def pay_in_the_portal(page: Page, portal: str) -> str:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(portal)
    expect(page.get_by_text("overdue").first).to_be_visible()
    button = page.get_by_role("link", name=re.compile("^Pay INV")).first
    number = re.search(r"INV-\d+", button.inner_text())
    assert number
    button.click()
    page.get_by_role("button", name="Pay now").click()
    expect(page.get_by_text(re.compile("was paid"))).to_be_visible()
    return number.group(0)


def promise_the_rest(page: Page, portal: str) -> None:
    page.goto(portal)
    page.get_by_text("I’ll pay on a date").click()
    page.locator("label.tick", has_text="INV-").first.locator("input").check()
    page.locator("input[name=on]").fill("2026-12-07")
    page.get_by_role("button", name="Promise this date").click()
    expect(page.get_by_text(re.compile("7 Dec")).first).to_be_visible()


def sync(page: Page, home: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{home}/receivables")
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_text(re.compile("synced", re.IGNORECASE)).first).to_be_visible()


def sync_and_see_it_paid(page: Page, home: str, number: str) -> None:
    sync(page, home)
    end = time.monotonic() + 40
    while time.monotonic() < end:
        page.goto(f"{home}/invoices?q={number}")
        row = page.get_by_role("row", name=re.compile(number))
        if not row.count() or "Paid" in row.first.inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{number} is still open")
