"""The customers' page beside its settings: the preview follows the form, and nothing is saved by it."""

import re
import time

from playwright.sync_api import Browser, Page, expect

from app.identity import cookies

WORDS = "Thank you for paying on time."
BLUE = re.compile(r"rgb\(29, 78, 216\)")


def opened(page: Page, desk: tuple[str, str]) -> None:
    address, token = desk
    page.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    page.context.add_cookies([{"name": cookies.SESSION, "value": token, "url": address}])
    for _ in range(100):
        try:
            page.goto(f"{address}/settings/portal")
            return
        except Exception:  # it is still starting
            time.sleep(0.2)


def test_the_preview_follows_what_is_typed_ticked_and_chosen(page: Page, desk: tuple[str, str]) -> None:
    opened(page, desk)
    shown = page.frame_locator("iframe[name=preview]")
    expect(shown.get_by_role("heading", level=1)).to_contain_text(re.compile(r"You owe"))
    expect(page.get_by_role("button", name="Show the preview")).to_be_hidden()

    page.get_by_label("Words above the invoices").press_sequentially(WORDS)
    expect(shown.get_by_text(WORDS)).to_be_visible()
    page.get_by_label("Bank details").uncheck()
    expect(shown.get_by_role("heading", name="Pay by bank transfer")).to_have_count(0)
    page.get_by_label("“I’ll pay on a date”").uncheck()
    expect(shown.get_by_text("I’ll pay on a date")).to_have_count(0)
    page.get_by_label("Colour").fill("#1d4ed8")
    expect(shown.locator("a.pay").first).to_have_css("background-color", BLUE)
    other = page.get_by_label("Preview with").locator("option").nth(1)
    name = other.inner_text()
    page.get_by_label("Preview with").select_option(index=1)
    expect(shown.get_by_text(f"This is what {name} sees")).to_be_visible()

    page.reload()
    expect(page.get_by_label("Words above the invoices")).to_have_value("")
    expect(page.get_by_label("Bank details")).to_be_checked()


def test_without_scripts_a_button_shows_it(browser: Browser, desk: tuple[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    opened(page, desk)
    page.get_by_label("Words above the invoices").fill(WORDS)
    page.get_by_role("button", name="Show the preview").click()
    expect(page.frame_locator("iframe[name=preview]").get_by_text(WORDS)).to_be_visible()
    context.close()
