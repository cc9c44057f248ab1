"""A controller's morning without the mouse: look, skip, edit, approve, take back, leaf on."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Product

EARLY = "2026-11-30T08:05:00+00:00"


def test_the_queue_is_worked_by_keyboard(product: Product, page: Page):
    product.start(now=EARLY)
    page.set_default_timeout(20_000)
    page.goto(product.address("Sign in"))
    page.get_by_role("button", name=re.compile("Sign in|Continue")).click()
    page.goto(product.address("Tactful") + "/approvals")
    first, second, third = (page.locator(".pile li b").nth(place).inner_text() for place in range(3))
    waiting = int(page.locator("#queue").get_attribute("data-waiting") or 0)
    assert page.locator(".letter-why").inner_text().count("review mode") == 1, "why it waits is said in a sentence"

    page.keyboard.press("ArrowRight")
    expect(page.locator(".pile a[aria-current]")).to_contain_text(second)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".pile a[aria-current]")).to_contain_text(first)

    page.keyboard.press("s")
    expect(page.locator("#queue")).to_have_attribute("data-waiting", str(waiting - 1))
    expect(page.locator(".undo")).to_contain_text(first)
    expect(page.locator(".pile a[aria-current]")).to_contain_text(second)

    page.keyboard.press("e")
    expect(page.get_by_role("heading", level=1)).to_contain_text(second)
    page.get_by_label("Subject").fill("Only a word about March")
    page.keyboard.press("a")
    expect(page.get_by_label("Subject")).to_have_value("Only a word about Marcha")
    page.get_by_label("Subject").fill("Only a word about March")
    page.get_by_role("button", name="Look at it").click()
    expect(page.frame_locator("iframe[name=letter]").get_by_text("Only a word about March")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#letter-subject")).to_have_text("Only a word about March")
    expect(page.locator(".marks")).to_contain_text("Edited by")

    page.keyboard.press("a")
    expect(page.locator("#queue")).to_have_attribute("data-waiting", str(waiting - 2))
    expect(page.locator(".pile a[aria-current]")).to_contain_text(third)
    expect(page.locator('nav a[href="/approvals"] .count').first).to_have_text(str(waiting - 2))

    page.get_by_role("button", name="Take back").click()
    expect(page.locator("#queue")).to_have_attribute("data-waiting", str(waiting - 1))
    page.get_by_role("button", name="Do not skip").click()
    expect(page.locator("#queue")).to_have_attribute("data-waiting", str(waiting))
    assert product.stop() == 0
