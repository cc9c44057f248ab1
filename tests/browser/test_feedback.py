"""What is asked for is seen to be under way within a tenth of a second, and an answer moves nothing that stood elsewhere."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import opened_at, served

AT_ONCE = 100
"""Milliseconds."""
TRIES = 6
"""A machine that does other work draws its frames late: the best of so many counts."""
PAGES = (
    "/", "/customers", "/customers?q=nothing+like+it", "/customers/1", "/customers/1/calls/new", "/customers/1/schedule",
    "/invoices", "/invoices/1", "/promises", "/disputes", "/tasks", "/upcoming", "/approvals", "/templates/1", "/schedules/1",
    "/statements", "/senders", "/settings/audit", "/patterns/list",
)  # fmt: skip
FOUND = """() => {
  const asks = "[hx-get], [hx-post], [hx-put], [hx-delete], [hx-boost=true] a[href], [hx-boost=true] form";
  const byItself = /^(load|every|revealed|acted)/, seen = new Set(), found = [];
  const boosted = (each) => !each.closest("[hx-boost]") || each.closest("[hx-boost]").getAttribute("hx-boost") === "true";
  document.querySelectorAll(asks).forEach((each, place) => {
    const keys = ["hx-get", "hx-post", "hx-put", "hx-delete", "href", "action"];
    const address = keys.map((key) => each.getAttribute(key)).find(Boolean);
    const trigger = each.getAttribute("hx-trigger") || "";
    const own = each.matches("[hx-get], [hx-post], [hx-put], [hx-delete]");
    if (byItself.test(trigger) || each.target || each.hasAttribute("download") || each.dataset.confirm) return;
    if (!own && !boosted(each)) return;
    const kind = `${each.tagName} ${(address || "").split("?")[0].replace(/\\d+/g, "N")}`;
    if (seen.has(kind)) return;
    seen.add(kind);
    each.dataset.asked = String(place);
    found.push([kind, String(place)]);
  });
  return found;
}"""
SEEN = """(place) => new Promise((done) => {
  const each = document.querySelector(`[data-asked="${place}"]`), root = document.documentElement;
  const FIELD = "input:not([type=hidden]), textarea, select";
  const trigger = each.getAttribute("hx-trigger") || "", follows = trigger.includes("closest form");
  let began = performance.now(), typed = !each.matches("a, button, form") || trigger.includes("input");
  // What is typed is seen in its field at once; the rest counts from when it is asked for.
  // By how much this machine is late with whatever it is to do in a moment.
  let late = 0;
  const timed = () => { const at = performance.now(); setTimeout(() => { late = performance.now() - at - 60; }, 60); };
  const asked = () => { began = performance.now(); typed = false; timed(); };
  if (!typed) timed();
  if (typed) document.addEventListener("htmx:beforeSend", asked, { once: true });
  const field = each.matches(FIELD) ? each : (follows ? each.closest("form") : each).querySelector(FIELD);
  if (each.matches("a, button")) each.click();
  else if (typed && field) {
    if (field.matches("input, textarea")) field.value += "a";
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  } else if (each.matches("form")) each.noValidate = true, each.requestSubmit();
  const first = performance.now();
  const look = () => {
    const shown = root.classList.contains("under-way") && getComputedStyle(root, "::before").opacity === "1";
    if (shown && !typed) return done([performance.now() - began - late, Boolean(document.querySelector("[aria-busy=true]"))]);
    if (performance.now() - first > 1500) return done([null, false]);
    requestAnimationFrame(look);
  };
  look();
})"""


LEFT = """(name) => new Promise((done) => {
  [...document.querySelectorAll(".rail a")].find((each) => each.innerText.trim() === name).click();
  const shown = () => getComputedStyle(document.documentElement, "::before").opacity === "1";
  const look = () => shown() ? done(true) : requestAnimationFrame(look);
  look();
})"""
"""Whether a page that has been asked for is seen to be under way; a locator would wait until it has come."""


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with served("tests.browser.crowd", 8770, tmp_path_factory.mktemp("feedback")) as found:
        yield found


@pytest.fixture(scope="module")
def at_crowd(browser: Browser, crowd: tuple[str, str]) -> Iterator[Page]:
    with opened_at(browser, *crowd) as page:
        yield page


class Held:
    """Answers that do not come until they are let go, and then not at all."""

    def __init__(self, page: Page) -> None:
        self.routes: list[Route] = []
        self._page = page

    def __enter__(self) -> "Held":
        self._page.route("**/*", self._hold)
        return self

    def __exit__(self, *_: Any) -> None:
        for route in self.routes:
            route.abort()
        self._page.unroute("**/*")

    def let_go(self) -> None:
        """Until nothing is under way any more, so that a request which is only just leaving is caught too."""
        for _ in range(100):
            while self.routes:
                self.routes.pop().abort()
            if not self._page.evaluate("document.documentElement.classList.contains('under-way')"):
                return
            self._page.wait_for_timeout(20)
        raise AssertionError("it stays under way")

    def _hold(self, route: Route) -> None:
        if route.request.headers.get("hx-request") or route.request.is_navigation_request():
            self.routes.append(route)
        else:
            route.continue_()


def measured(page: Page, address: str) -> dict[str, tuple[float | None, bool]]:
    """After how many milliseconds each action of the page was seen to be under way."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    best: dict[str, tuple[float | None, bool]] = {}
    with Held(page) as held:
        for kind, place in page.evaluate(FOUND):
            for _ in range(TRIES):
                took, busy = page.evaluate(SEEN, place)
                held.let_go()
                if took is not None and (best.get(kind, (None, False))[0] or 9e9) > took:
                    best[kind] = (took, busy)
                if took is not None and took <= AT_ONCE and busy:
                    break
            best.setdefault(kind, (None, False))
    return best


@pytest.mark.parametrize("address", PAGES)
def test_every_action_is_seen_to_be_under_way_at_once(at_crowd: Page, address: str) -> None:
    found = measured(at_crowd, address)
    assert {kind: each for kind, each in found.items() if each[0] is None or each[0] > AT_ONCE or not each[1]} == {}


@pytest.mark.parametrize("name", ["Upcoming", "Settings"])
def test_a_page_that_is_long_in_coming_is_seen_to_be_under_way(at_crowd: Page, name: str) -> None:
    at_crowd.goto("/customers")
    with Held(at_crowd):
        assert at_crowd.evaluate(LEFT, name)


def test_what_the_page_asks_for_by_itself_stays_quiet(at_crowd: Page) -> None:
    at_crowd.goto("/customers/1")
    with Held(at_crowd) as held:
        at_crowd.evaluate('htmx.trigger(document.body, "acted")')
        at_crowd.wait_for_timeout(1_300)
        assert [route.request.url.rpartition("/")[2] for route in held.routes] == ["waiting"]
        expect(at_crowd.locator("html")).not_to_have_class(re.compile("under-way"))


PLACES = """() => {
  const found = {}, put = (name, box) => { if (box) found[name] = [Math.round(box.x), Math.round(box.y)]; };
  for (const head of document.querySelectorAll(".ledger thead th"))
    put(head.innerText.split("\\n")[0].trim() || head.className, head.getBoundingClientRect());
  const parts = "page-head tabs grid-search grid-line filter-menu column-menu grid-scroll grid-foot".split(" ");
  for (const each of parts) put(each, document.querySelector(`.${each}`)?.getBoundingClientRect());
  return found;
}"""
WATCH = """window.moved = 0; new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.moved += each.value;
}).observe({ type: "layout-shift", buffered: true });"""


def shifted(page: Page, act: Callable[[], Any]) -> dict[str, Any]:
    """What stands in another place afterwards, by more than a pixel, with where it was and where it is."""
    before = page.evaluate(PLACES)
    page.evaluate("window.moved = 0")
    with page.expect_response(lambda answer: bool(answer.request.headers.get("hx-request"))):
        act()
    page.wait_for_timeout(150)
    after = page.evaluate(PLACES)
    assert page.evaluate("window.moved") <= 0.01
    return {
        name: (place, after[name])
        for name, place in before.items()
        if name in after and max(abs(place[0] - after[name][0]), abs(place[1] - after[name][1])) > 1
    }


@pytest.fixture(scope="module")
def watched(browser: Browser, crowd: tuple[str, str]) -> Iterator[Page]:
    with opened_at(browser, *crowd) as page:
        page.add_init_script(WATCH)
        yield page


@pytest.mark.parametrize("path", ["/customers", "/invoices"])
def test_no_swap_of_a_list_moves_what_stands_around_it(watched: Page, path: str) -> None:
    watched.goto(path)
    heads = watched.locator(".ledger thead a")
    every_way = [place for place in range(heads.count()) for _ in ("up", "down")]
    for place in every_way:  # until the widest value of each column has been seen: it gets the room that it needs
        shifted(watched, heads.nth(place).click)
    for place in every_way:
        assert shifted(watched, heads.nth(place).click) == {}
    search = watched.locator("[data-grid-search]")
    assert shifted(watched, lambda: search.fill("roofing 01")) == {}
    assert shifted(watched, lambda: search.fill("nothing like it")) == {}
    assert shifted(watched, lambda: search.fill("")) == {}
    assert shifted(watched, watched.get_by_role("link", name="Next page").click) == {}
    assert shifted(watched, watched.get_by_role("link", name="Previous page").click) == {}


def test_home_stays_where_it_is_when_its_chart_arrives(watched: Page) -> None:
    for width, height in ((1440, 900), (390, 844)):
        watched.set_viewport_size({"width": width, "height": height})
        watched.goto("/")
        expect(watched.locator("#home-cash rect").first).to_be_attached()
        watched.wait_for_timeout(200)
        assert watched.evaluate("window.moved") <= 0.01
    watched.set_viewport_size({"width": 1440, "height": 900})
