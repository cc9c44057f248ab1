"""The desk in a hand: what is pressed is large enough, what is selected leaves room for the list, nothing is cut off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.identity import cookies

PHONE = {"width": 390, "height": 844}
PAGES = ("/", "/customers", "/customers/1", "/invoices", "/reports/expected-cash", "/settings/chasing", "/senders", "/tasks")
SMALL = """() => [...document.querySelectorAll("button, select, input:not([type=hidden]), .button, .tick, .tabs a, summary")]
    .filter((each) => {
        const box = each.getBoundingClientRect(), reach = getComputedStyle(each, "::after");
        const more = reach.position === "absolute" ? -2 * (parseFloat(reach.top) || 0) : 0;
        const reached = each.closest(".unseen, .tick *, .search-box *"); // by its label
        return box.width > 2 && box.height > 2 && box.height + more < 43.5 && !reached;
    })
    .map((each) => `${each.tagName} ${each.className} ${each.textContent.trim().slice(0, 30)}`)"""


@pytest.fixture(scope="module")
def in_hand(browser: Browser, desk: tuple[str, str]) -> Iterator[Page]:
    address, token = desk
    context = browser.new_context(base_url=address, viewport=PHONE, has_touch=True, is_mobile=True)
    context.add_cookies([{"name": cookies.SESSION, "value": token, "url": address}])
    page = context.new_page()
    for _ in range(400):
        try:
            page.goto("/health")
        except Exception:
            page.wait_for_timeout(100)
        else:
            break
    yield page
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_whatever_is_pressed_is_large_enough_for_a_finger(in_hand: Page, path: str) -> None:
    in_hand.goto(path)
    assert in_hand.evaluate(SMALL) == []
    assert in_hand.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_selection_takes_two_lines_and_its_menus_open_above_it(in_hand: Page) -> None:
    in_hand.goto("/customers")
    in_hand.locator("td.pick input").first.tap()
    bar = in_hand.locator(".selection")
    assert (bar.bounding_box() or {})["height"] <= 96
    menu = bar.locator("details.menu").last
    menu.locator("summary").tap()
    panel = menu.locator(".menu-panel").bounding_box() or {}
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= PHONE["width"]
    assert panel["height"] > 80
    assert panel["y"] + panel["height"] <= (bar.bounding_box() or {})["y"] + 96
    expect(menu.get_by_role("button", name="CSV")).to_be_in_viewport()


def test_tabs_begin_with_the_one_that_is_open(in_hand: Page) -> None:
    in_hand.goto("/reports/broken-promises")
    expect(in_hand.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=0.9)
