"""Every page of the staff, looked at by axe (tests/browser/vendor) in a real browser: nothing serious."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text()
FINDINGS = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
    .filter((each) => ["serious", "critical"].includes(each.impact))
    .map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`)"""
PAGES = [
    "/", "/customers", "/customers?q=nothing+like+it", "/customers/1", "/customers/1/chase-now", "/customers/1/calls/new",
    "/invoices", "/invoices/1", "/promises/new?invoice=1", "/promises/new?customer=1", "/search", "/search?q=90",
    "/reports/aged", "/reports/aged?on=2026-11-01", "/reports/days-late", "/reports/expected-cash", "/reports/reminders",
    "/reports/broken-promises", "/settings/defaults",
    "/promises", "/disputes", "/tasks", "/upcoming", "/approvals", "/inbox", "/messages", "/templates", "/templates/1",
    "/schedules", "/schedules/1", "/statements", "/settings", "/settings/chasing", "/senders", "/account",
    "/account/sessions", "/account/second-factor", "/account/leaving", "/settings/members", "/settings/roles",
    "/settings/bank-details", "/settings/privacy", "/settings/audit", "/customers/1/privacy",
    "/help", "/help/changes-not-coming", "/help/contact-differs?q=h", "/help/contact-differs?customer=1",
]  # fmt: skip


@pytest.fixture(scope="module")
def page(at_desk: Page) -> Page:
    return at_desk


def findings(page: Page) -> Any:
    page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished))")  # half faded in is half as dark
    page.evaluate(AXE)
    return page.evaluate(FINDINGS)


SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest, page: Page) -> Iterator[str]:
    width, height = SIZES[request.param]
    page.set_viewport_size({"width": width, "height": height})
    yield request.param
    page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_serious_finding(page: Page, size: str, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.ok, answer.status
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


def test_a_list_has_none_with_its_menus_open_and_rows_selected(page: Page) -> None:
    page.goto("/customers")
    for menu in (".filter-menu", ".views-menu", ".export-menu", ".column-menu", ".row-end details"):
        page.locator(f"{menu} summary").first.click()
        assert findings(page) == []
        page.locator(f"{menu} summary").first.click()
    page.locator("[data-pick-page]").click()
    assert findings(page) == []


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.goto("/customers")
    page.evaluate(
        'document.querySelector("main").insertAdjacentHTML("beforeend", "<img src=/static/mark.svg><button></button>")'
    )
    assert [each.partition(":")[0] for each in findings(page)] == ["button-name", "image-alt"]
