"""The lists of receivables in a real browser: searched, sorted, filtered, selected from, kept, exported, by keyboard."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from app.identity import cookies
from tests.browser.conftest import opened_at, served

SLOW = 1.0
"""Seconds by which an answer is held back."""


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A desk with 122 customers."""
    with served("tests.browser.crowd", 8760, tmp_path_factory.mktemp("crowd")) as found:
        yield found


@pytest.fixture(scope="module")
def signed_in(browser: Browser, crowd: tuple[str, str]) -> Iterator[Page]:
    with opened_at(browser, *crowd) as page:
        yield page


@pytest.fixture
def page(signed_in: Page) -> Iterator[Page]:
    """At the list of customers; whatever the browser complains of fails the test."""
    troubles: list[str] = []
    signed_in.set_viewport_size({"width": 1440, "height": 900})
    signed_in.on("console", lambda message: troubles.append(message.text) if _is_trouble(message) else None)
    signed_in.goto("/customers")
    yield signed_in
    signed_in.unroute("**/customers?**")
    assert troubles == []


def _is_trouble(message: ConsoleMessage) -> bool:
    """Not that a request was given up for a newer one, nor that a browser looks for an icon of its own."""
    given_up = message.text.startswith(("htmx:afterRequest", "htmx:sendAbort"))
    return message.type == "error" and not given_up and not message.location["url"].endswith("favicon.ico")


def rows(page: Page) -> list[str]:
    return page.locator(".row-link").all_inner_texts()


def test_search_sort_and_filter_say_in_the_address_what_is_shown_and_back_goes_back(page: Page):
    expect(page.locator(".grid-count")).to_have_text("122 customers")
    page.get_by_role("searchbox", name="Name, account or email").fill("roofing 01")
    expect(page.locator(".grid-count")).to_have_text("10 customers")
    expect(page).to_have_url(re.compile(r"q=roofing(\+|%20)01"))
    page.get_by_role("link", name="Customer", exact=True).click()
    expect(page).to_have_url(re.compile("sort=name"))
    expect(page.locator(".row-link").first).to_have_text("Tern Roofing 010 Ltd")
    page.locator(".filter-menu summary").click()
    page.locator("[name=status][value=not_chasing]").check()
    page.get_by_role("button", name="Show customers").click()
    expect(page.locator(".chip", has_text="not chasing")).to_be_visible()
    expect(page.locator(".grid-count")).to_have_text("2 customers")
    page.go_back()
    expect(page.locator(".grid-count")).to_have_text("10 customers")
    page.reload()
    expect(page.locator(".grid-count")).to_have_text("10 customers")


def test_an_older_answer_never_replaces_a_newer_one(page: Page):
    def late(route: Route) -> None:
        if "q=harb&" in f"{route.request.url}&":
            time.sleep(SLOW)
        route.continue_()

    page.route("**/customers?**", late)
    box = page.get_by_role("searchbox", name="Name, account or email")
    with page.expect_request(lambda request: request.url.endswith("q=harb")):
        box.press_sequentially("harb", delay=10)
    box.fill("roofing 019")
    expect(page.locator(".row-link")).to_have_text(["Tern Roofing 019 Ltd"])
    page.wait_for_timeout(1000 * SLOW + 300)
    assert rows(page) == ["Tern Roofing 019 Ltd"]
    expect(box).to_have_value("roofing 019")


def test_all_that_match_are_changed_at_once_and_undo_gives_each_what_it_had(page: Page):
    page.goto("/customers?q=roofing")
    page.get_by_label("Select this page").check()
    count = page.locator(".selection-count")
    expect(count).to_contain_text(re.compile(r"50 customers selected · £[\d,]+\.\d\d"))
    page.get_by_label("All 120 customers").check()
    expect(count).to_have_text("All 120 customers selected · £19,140.00")
    page.locator(".selection").get_by_text("Chasing", exact=True).click()
    page.locator(".selection").get_by_role("button", name="Start chasing").click()
    expect(page.locator("#notices")).to_contain_text("30 customers set to chasing.")
    page.goto("/customers?status=not_chasing")
    expect(page.get_by_text("No customers match")).to_be_visible()
    page.goto("/customers?q=roofing")
    page.get_by_label("Select this page").check()
    page.get_by_label("All 120 customers").check()
    page.locator(".selection").get_by_text("Chasing", exact=True).click()
    page.locator(".selection").get_by_role("button", name="Stop chasing").click()
    expect(page.locator("#notices")).to_contain_text("120 customers set to not chasing.")
    page.locator("#notices").get_by_role("button", name="Undo").click()
    expect(page.locator("#notices")).to_contain_text("Undone: 120 customers have again what was there before.")
    page.goto("/customers?q=roofing&status=not_chasing")
    expect(page.get_by_text("No customers match")).to_be_visible()


def test_the_selection_bar_is_one_line_on_the_desk_and_stays_on_a_phone(page: Page):
    page.get_by_label("Select this page").check()
    bar = page.locator(".selection")
    expect(bar).to_be_visible()
    assert (bar.bounding_box() or {})["height"] <= 60
    page.set_viewport_size({"width": 390, "height": 844})
    box = bar.bounding_box() or {}
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] <= 844
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_view_is_kept_made_the_default_and_left_again(page: Page):
    page.goto("/customers?q=roofing&sort=name")
    page.locator(".views-menu summary").click()
    page.get_by_label("Keep what is shown as").fill("Roofers")
    page.get_by_role("button", name="Keep view").click()
    expect(page.locator("#notices")).to_contain_text("Kept as “Roofers”, under Views")
    page.locator(".views-menu summary").click()
    page.get_by_role("button", name="Open the list with the view Roofers").click()
    page.goto("/customers")
    expect(page.locator(".grid-count")).to_have_text("120 customers")
    page.locator(".views-menu summary").click()
    page.get_by_role("link", name="All customers").click()
    expect(page.locator(".grid-count")).to_have_text("122 customers")
    page.locator(".views-menu summary").click()
    page.get_by_role("button", name="Remove the view Roofers").click()
    page.goto("/customers")
    expect(page.locator(".grid-count")).to_have_text("122 customers")


def test_the_selected_leave_as_a_file(page: Page, tmp_path: Path):
    page.goto("/customers?q=roofing&sort=name")
    for number in (0, 1, 2):
        page.locator("td.pick input").nth(number).check()
    page.locator(".selection").get_by_text("Export", exact=True).click()
    with page.expect_download() as coming:
        page.locator(".selection").get_by_role("button", name="CSV").click()
    coming.value.save_as(tmp_path / "list.csv")
    lines = (tmp_path / "list.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == [
        "Customer", "Tern Roofing 000 Ltd", "Tern Roofing 001 Ltd", "Tern Roofing 002 Ltd",
    ]  # fmt: skip


def test_everything_by_keyboard_alone(page: Page):
    page.keyboard.press("/")
    page.keyboard.type("roofing 00")
    expect(page.locator(".grid-count")).to_have_text("10 customers")
    expect(page).to_have_url(re.compile("q=roofing"))
    page.keyboard.press("Escape")
    page.locator("h1").click()
    for key in ("j", "j", "k", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator(".selection-count")).to_contain_text("2 customers selected")
    second = rows(page)[1]
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(second)


def test_heads_and_names_stay_in_sight_while_the_list_is_scrolled(page: Page):
    page.locator(".grid-scroll").evaluate("box => { box.scrollTop = 400; }")
    head = page.locator(".ledger th.p-title").bounding_box() or {}
    frame = page.locator(".grid-scroll").bounding_box() or {}
    assert abs(head["y"] - frame["y"]) <= 2
    page.set_viewport_size({"width": 800, "height": 700})
    page.locator(".grid-scroll").evaluate("box => { box.scrollLeft = 300; }")
    name = page.locator(".ledger td.p-title").first.bounding_box() or {}
    frame = page.locator(".grid-scroll").bounding_box() or {}
    assert name["x"] - frame["x"] <= 34


def test_without_javascript_the_list_is_searched_sorted_and_changed(browser: Browser, crowd: tuple[str, str]):
    address, token = crowd
    context = browser.new_context(base_url=address, java_script_enabled=False)
    context.add_cookies([{"name": cookies.SESSION, "value": token, "url": address}])
    page = context.new_page()
    page.goto("/customers")
    page.get_by_role("searchbox", name="Name, account or email").fill("roofing 00")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".grid-count")).to_have_text("10 customers")
    page.locator("td.pick input").first.check()
    page.locator(".selection").get_by_text("Chasing", exact=True).click()
    page.locator(".selection").get_by_role("button", name="Stop chasing").click()
    expect(page.locator("#notices")).to_contain_text("1 customer set to not chasing.")
    page.locator("#notices").get_by_role("button", name="Undo").click()
    expect(page.locator("#notices")).to_contain_text("Undone: 1 customer has again what was there before.")
    context.close()
