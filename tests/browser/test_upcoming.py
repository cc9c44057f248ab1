"""Upcoming in a real browser: leafing by keyboard, skipping, taking back, putting off, on a desk and on a phone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Product

MONDAY = "2026-11-30T10:05:00+00:00"
HURRIED = 800
"""Milliseconds after a decision; within them the page takes a press for the second half of a double one."""


def test_the_coming_weeks_are_worked_through_by_keyboard(product: Product, page: Page):
    product.start(now=MONDAY)
    page.set_default_timeout(15_000)
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.goto(product.address("Sign in"))
    page.get_by_role("main").get_by_role("button").click()
    page.goto(f"{product.address('Tactful')}/upcoming?on=2026-12-07")

    expect(page.locator(".letter")).to_contain_text(re.compile(r"1 of \d+"))
    first = page.locator(".letter header a").inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".letter")).to_contain_text(re.compile(r"2 of \d+"))
    expect(page).to_have_url(re.compile(r"at=\d+"))
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".letter header a")).to_have_text(first)
    expect(page.frame_locator(".letter iframe").locator("body")).to_contain_text("Anna Berg")

    page.keyboard.press("s")
    expect(page.locator("#notices")).to_contain_text("is skipped; the next one may go from")
    expect(page.locator(".letter header a")).not_to_have_text(first)
    arranged = page.locator(".arranged li", has_text=first)
    arranged.get_by_role("button", name="Undo").click()
    expect(page.locator("#notices")).to_contain_text("Taken back")
    expect(page.locator(".arranged")).to_have_count(0)

    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("Put off until").fill("2026-12-16")
    page.wait_for_timeout(HURRIED)
    page.get_by_role("button", name="Put off").click()
    expect(page.locator("#notices")).to_contain_text("is put off until Wed 16 Dec")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert troubles == []
    assert product.stop() == 0
