"""Replies that arrive in a real mailbox, worked through without the mouse."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Product
from tests.dovecot import CAN_RUN, PASSWORD, Dovecot
from tests.unit.mail.arrived import a_mail

EARLY = "2026-11-30T08:05:00+00:00"


@pytest.fixture
def mailbox() -> Iterator[Dovecot]:
    if not CAN_RUN:
        pytest.skip("no Dovecot, or not root")
    with Dovecot() as server:
        yield server


def overdue_customers(folder: Path) -> list[tuple[str, str, int]]:
    """Name, address and id of three who owe."""
    database = sqlite3.connect(folder / "tactful.sqlite")
    found = database.execute(
        "SELECT c.name, MIN(r.email), c.id FROM customer c JOIN recipient r ON r.customer = c.id AND r.kind = 'normal'"
        " JOIN customer_summary s ON s.customer = c.id WHERE s.overdue_count > 0 GROUP BY c.id, c.name ORDER BY c.id LIMIT 3"
    ).fetchall()
    database.close()
    return found


def let_it_be_read(page: Page, address: str, server: Dovecot, folder: Path) -> None:
    """And looked at once: what lies there in that first look, and answers nothing of ours, holds nobody."""
    page.goto(f"{address}/senders/1")
    page.get_by_label("Read this mailbox for replies").check()
    page.get_by_label("Server for incoming mail").fill("127.0.0.1")
    page.get_by_text("Its port, encryption and password").click()
    page.get_by_label("Its port").fill(str(server.port))
    page.get_by_label("Its encryption").select_option("none")
    page.get_by_label("User name there").fill("anna")
    page.get_by_label("Password there").fill(PASSWORD)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.goto(f"{address}/inbox")
    page.get_by_role("button", name="Look for replies now").click()
    for _ in range(100):
        if was_looked_at(folder):
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.inner_text("main"))


def was_looked_at(folder: Path) -> bool:
    database = sqlite3.connect(folder / "tactful.sqlite")
    found = database.execute("SELECT uid_validity FROM sender WHERE id = 1").fetchone()
    database.close()
    return found[0] is not None


def replies_arrive(page: Page, address: str, customers: list[tuple[str, str, int]], server: Dovecot) -> None:
    for number, (_, email, _) in enumerate(customers):
        text = f"Answer number {number}.\n\n> Dear all"
        server.deliver("anna", a_mail(text, From_=email, To="anna@larkspur.example", Message_ID=f"<{number}@there.example>"))
    page.goto(f"{address}/inbox")
    page.get_by_role("button", name="Look for replies now").click()
    for _ in range(60):
        if page.locator(".mails li").count() == len(customers):
            return
        page.wait_for_timeout(300)
        page.goto(f"{address}/inbox")
    raise AssertionError(page.inner_text("main"))


def press_once_settled(page: Page, key: str) -> None:
    """A key pressed at once would be taken for the second half of a double press."""
    page.wait_for_timeout(900)
    page.keyboard.press(key)


def test_replies_are_worked_by_keyboard(product: Product, page: Page, mailbox: Dovecot):
    product.start(now=EARLY)
    page.set_default_timeout(20_000)
    page.goto(product.address("Sign in"))
    page.get_by_role("button", name=re.compile("Sign in|Continue")).click()
    address, customers = product.address("Tactful"), overdue_customers(product.folder)
    let_it_be_read(page, address, mailbox, product.folder)
    replies_arrive(page, address, customers, mailbox)
    badge = page.locator('nav a[href="/inbox"] .count').first
    expect(badge).to_have_text("3")

    page.keyboard.press("j")
    expect(page.locator(".mails a").nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator(".the-mail")).to_contain_text("Answer number 0.")
    page.keyboard.press("j")
    expect(page.locator(".the-mail")).to_contain_text("Answer number 1.")
    page.keyboard.press("k")
    expect(page.locator(".the-mail")).to_contain_text("Answer number 0.")

    press_once_settled(page, "c")
    expect(page.locator(".undo-line")).to_contain_text("Carry on chasing")
    expect(page.locator(".the-mail")).to_contain_text("Answer number 1.")
    page.keyboard.press("c")
    page.wait_for_timeout(300)
    expect(badge).to_have_text("2")  # the second half of a double press decides nothing
    press_once_settled(page, "u")
    expect(page.locator(".the-mail")).to_contain_text("Answer number 0.")
    expect(badge).to_have_text("3")

    page.keyboard.press("p")
    expect(page.get_by_label("They promise to pay on")).to_be_focused()
    page.get_by_label("They promise to pay on").fill("2026-12-04")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Promised for Fri 4 Dec")).to_be_visible()

    expect(page.locator(".the-mail")).to_contain_text("Answer number 1.")
    page.keyboard.press("r")
    page.keyboard.type("Thank you, j and c are letters here.")
    page.get_by_label("And chasing").select_option("carry_on")
    page.get_by_role("button", name="Send the answer").press("Enter")
    expect(page.get_by_text(f"on its way to {customers[1][1]}")).to_be_visible()

    page.keyboard.press("s")
    expect(page.get_by_label("It comes back on")).to_be_focused()
    page.get_by_label("It comes back on").fill("2026-12-02")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No reply waits.")).to_be_visible()
    expect(badge).to_have_count(0)

    page.goto(f"{address}/customers/{customers[1][2]}")
    expect(page.get_by_text("answered").first).to_be_visible()
    page.goto(f"{address}/messages?state=sent")
    page.get_by_role("link", name="Re: Invoice INV-1").first.click()
    expect(page.get_by_text("<1@there.example>").first).to_be_attached()
    assert product.stop() == 0
