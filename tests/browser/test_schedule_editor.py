"""The schedule editor in a real browser: steps moved by keyboard, the dry run following, without scripts too."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Product

MONDAY = "2026-11-30T10:05:00+00:00"


def test_a_schedule_is_edited_by_keyboard_and_without_scripts(product: Product, page: Page, browser: Browser):
    product.start(now=MONDAY)
    page.set_default_timeout(20_000)
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.goto(product.address("Sign in"))
    page.get_by_role("main").get_by_role("button").click()
    page.goto(f"{product.address('Tactful')}/schedules")
    page.get_by_role("link", name="Best practice").click()

    step = page.locator(".step-card", has_text="When can we expect it?")
    step.locator(".step-name").focus()
    page.keyboard.press("ArrowRight")
    expect(step.locator(".when")).to_have_text("8 days after")
    expect(step.locator(".step-name")).to_be_focused()
    expect(page.locator("#dry-run .verdict")).to_contain_text("In the next four weeks")

    page.locator(".step-card", has_text="Firm").locator(".step-name").focus()
    page.keyboard.press("Delete")
    put_back = page.get_by_role("button", name="Put it back")
    expect(put_back).to_be_focused()
    page.keyboard.press("Enter")
    expect(put_back).to_have_count(0)

    days = page.get_by_label("How many days")
    days.fill("21")
    page.keyboard.press("Tab")
    expect(page.locator(".step-card.open .when")).to_have_text("21 days after")
    expect(page.locator("#dry-run .verdict")).to_contain_text("later")
    expect(days).to_have_value("21")

    page.get_by_label("Name", exact=True).press("Enter")
    expect(page.locator("#dry-run .verdict")).to_contain_text("later")
    expect(page.locator("#notices")).not_to_contain_text("Saved")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state()).new_page()
    plain.goto(page.url)
    plain.get_by_role("button", name=re.compile("Remove Firm")).click()
    expect(plain.get_by_role("button", name="Put it back")).to_be_visible()
    plain.locator(".save-bar").get_by_role("button", name="Show what changes").click()
    expect(plain.locator(".verdict")).to_contain_text("In the next four weeks")
    plain.get_by_role("button", name="Save schedule").click()
    expect(plain.locator("#notices")).to_contain_text("Saved.")
    expect(plain.locator(".step-card")).to_have_count(4)
    assert troubles == []
    assert product.stop() == 0
