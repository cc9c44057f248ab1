"""Every page of the staff, looked at by axe (tests/browser/vendor) in a real browser: nothing serious."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page

from app.commands.servers import free_port
from app.identity import cookies
from tests.browser.conftest import ROOT

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text()
FINDINGS = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
    .filter((each) => ["serious", "critical"].includes(each.impact))
    .map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`)"""
PAGES = [
    "/", "/customers", "/customers?q=nothing+like+it", "/customers/1", "/customers/1/chase-now", "/invoices", "/invoices/1",
    "/promises", "/disputes", "/tasks", "/upcoming", "/approvals", "/inbox", "/messages", "/templates", "/templates/1",
    "/schedules", "/schedules/1", "/statements", "/settings", "/settings/chasing", "/senders", "/account",
]  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and session of the application on its own."""
    port = free_port(8790)
    command = [sys.executable, "-m", "tests.browser.desk", str(port), str(tmp_path_factory.mktemp("desk"))]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield f"http://127.0.0.1:{port}", process.stdout.readline().strip()
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture(scope="module")
def page(browser: Browser, desk: tuple[str, str]) -> Iterator[Page]:
    address, token = desk
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": cookies.SESSION, "value": token, "url": address}])
    opened = context.new_page()
    _wait_for(opened)
    yield opened
    context.close()


def _wait_for(page: Page) -> None:
    """The server prints the session before it listens."""
    for _ in range(100):
        with contextlib.suppress(Error):
            page.goto("/health")
            return
        time.sleep(0.1)
    raise AssertionError("the application did not start")


def findings(page: Page) -> Any:
    page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished))")  # half faded in is half as dark
    page.evaluate(AXE)
    return page.evaluate(FINDINGS)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_serious_finding(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.ok, answer.status
    assert findings(page) == []


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
