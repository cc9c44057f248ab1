"""What a controller does by keyboard all day: search, a promise with one key, a call, a colleague asked in a note."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_accessibility import findings


@pytest.fixture
def page(at_desk: Page) -> Iterator[Page]:
    at_desk.set_default_timeout(10_000)
    troubles: list[str] = []

    def note(message: Any) -> None:
        is_known = "422" in message.text or "favicon" in message.location["url"] or message.text.startswith("htmx:")
        if message.type == "error" and not is_known:  # htmx tells of a request that a newer one replaced
            troubles.append(message.text)

    at_desk.on("console", note)
    yield at_desk
    at_desk.remove_listener("console", note)
    at_desk.unroute_all()
    assert troubles == []


def test_search_is_reached_used_and_left_by_keyboard(page: Page) -> None:
    page.goto("/settings")
    page.keyboard.press("Control+k")
    page.keyboard.type("harb")
    found = page.locator("#jump-found")
    expect(found.get_by_role("option").first).to_contain_text("Harbour Foods Ltd")
    expect(found.get_by_role("option", selected=True)).to_have_count(1)
    assert findings(page) == []
    page.keyboard.press("ArrowDown")
    expect(found.get_by_role("option", selected=True)).to_contain_text(re.compile(r"INV-\d+"))
    page.keyboard.press("Escape")
    expect(found).to_be_hidden()
    page.keyboard.type("our foods")
    expect(found.get_by_role("option").first).to_contain_text("Harbour Foods Ltd")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/customers/1$"))


def test_search_finds_amounts_and_pages(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("£901.50")
    expect(page.locator("#jump-found").get_by_role("option").first).to_contain_text("€901.50")
    page.locator("[data-jump]").fill("days late")
    expect(page.locator("#jump-found").get_by_role("option").first).to_contain_text("Days late and DSO")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/reports/days-late"))


def test_an_older_answer_is_never_shown_after_a_newer_one(page: Page) -> None:
    page.goto("/")
    held: list[Route] = []

    def slowly(route: Route) -> None:
        if route.request.url.endswith("q=har"):
            held.append(route)
        else:
            route.continue_()

    page.route("**/search?*", slowly)
    page.keyboard.press("Control+k")
    with page.expect_request("**/search?q=har"):
        page.keyboard.type("har", delay=0)
    page.locator("[data-jump]").fill("ller")
    expect(page.locator("#jump-found")).to_contain_text("Müller")
    for route in held:
        route.fulfill(content_type="text/html", body='<div id="jump-found" data-for="har">an older answer</div>')
    page.wait_for_load_state("networkidle")
    expect(page.locator("#jump-found")).not_to_contain_text("older")
    assert held


def test_one_key_takes_a_promise_of_a_row(page: Page) -> None:
    page.goto("/invoices")
    page.keyboard.press("j")
    page.keyboard.press("j")
    row = page.locator(".grid .here .row-link").get_attribute("href")
    assert row is not None
    stood = page.locator("h1").bounding_box()
    page.keyboard.press("p")
    box = page.locator("#quick")
    date = box.get_by_role("textbox", name="They’ll pay on")
    expect(date).to_be_focused()
    assert findings(page) == []
    date.fill("2026-12-04")
    page.keyboard.press("Enter")
    expect(page.locator("#notices")).to_contain_text(re.compile(r"promised INV-\d+ for Fri 4 Dec"))
    expect(box).to_be_hidden()
    expect(page.locator(f'.grid .here .row-link[href="{row}"]')).to_be_focused()
    expect(page.locator(".grid .here")).to_contain_text("Fri 4 Dec")
    assert page.locator("h1").bounding_box() == stood, "what was done is told without moving the page"
    page.keyboard.press("Escape")
    expect(page.locator("#notices")).to_be_empty()


def test_the_invoices_of_a_promise_are_listed_alike_wherever_the_small_form_opens(page: Page) -> None:
    page.goto("/customers")
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(page.locator("#quick .ticks").first).to_have_css("list-style-type", "none")


def test_back_from_a_row_the_list_goes_on_where_it_was_left(page: Page) -> None:
    page.goto("/customers")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/customers/\d+$"))
    row = re.search(r"/customers/\d+$", page.url)
    assert row is not None
    page.go_back()
    expect(page.locator(".grid .here .row-link")).to_have_attribute("href", row[0])
    page.keyboard.press("k")
    expect(page.locator(".grid .here .row-link")).not_to_have_attribute("href", row[0])


def test_from_the_search_one_goes_down_into_what_it_found(page: Page) -> None:
    page.goto("/customers")
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press("/")
        page.keyboard.type("harbour")
        expect(page.locator(".grid-count")).to_have_text("1 customer")
        page.keyboard.press(key)
        expect(page.locator(".row-link", has_text="Harbour Foods Ltd")).to_be_focused()


def test_a_call_that_was_not_made_is_put_away_with_escape(page: Page) -> None:
    page.goto("/customers/1")
    page.keyboard.press("c")
    expect(page.locator("#call").get_by_role("link", name=re.compile("0131 496 0142"))).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#call")).to_be_empty()


def test_the_small_form_is_left_with_escape(page: Page) -> None:
    page.goto("/customers")
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(page.locator("#quick").get_by_role("group", name="Which invoices")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#quick")).to_be_hidden()
    expect(page.locator(".grid .here .row-link")).to_be_focused()


def test_a_call_is_noted_in_its_panel(page: Page) -> None:
    page.goto("/customers/1")
    page.keyboard.press("c")
    panel = page.locator("#call")
    expect(panel.get_by_role("link", name=re.compile("0131 496 0142"))).to_be_focused()
    expect(panel.get_by_label("They will pay on", exact=True)).to_be_hidden()
    panel.get_by_role("button", name="Note the call").click()
    expect(panel).to_contain_text("Say how the call went")
    panel.get_by_role("radio", name="They will pay on a day").check()
    panel.get_by_label("They will pay on", exact=True).fill("2026-12-08")
    panel.get_by_label("Who you spoke to").fill("Maria Lopez")
    panel.get_by_text("Something to do next").click()
    panel.get_by_label("What is to be done").fill("Look for the money")
    assert findings(page) == []
    panel.get_by_role("button", name="Note the call").click()
    expect(page.locator("#notices")).to_contain_text("The call is on the timeline.")
    expect(page.locator(".timeline .note").first).to_contain_text(re.compile(r"rang them\s*Maria Lopez promised to pay"))
    expect(page.locator(".tasks").first).to_contain_text("Look for the money")
    expect(panel).to_be_empty()


def test_a_colleague_is_named_by_keyboard(page: Page) -> None:
    page.goto("/customers/1")
    page.get_by_label("Note", exact=True).click()
    page.keyboard.type("@ann")
    expect(page.get_by_role("listbox", name="Colleagues").get_by_role("option", name="Anna Berg")).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Enter")
    page.keyboard.type("please look")
    expect(page.get_by_label("Note", exact=True)).to_have_value("@Anna Berg please look")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator("#notices")).to_contain_text("Anna Berg is asked to look.")


def test_the_timeline_shows_a_part_without_the_page_moving(page: Page) -> None:
    page.goto("/customers/1")
    page.get_by_role("link", name="Emails", exact=True).click()
    expect(page.locator("#timeline-lines")).to_contain_text("Nothing yet")
    page.get_by_role("link", name="Everything", exact=True).click()
    expect(page.locator("#timeline-lines")).to_contain_text("rang them")
