"""A crawl of our own: every link, every form, every parameter, and what does not belong into it; nothing may come of it.

`CRAWL=all` tries every payload in every parameter, which takes hours, `CRAWL=5` five of them; otherwise one, and another one
with CRAWL_SEED=2. `CRAWL_LOG=file` writes findings down as they are made."""

import os
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.database import is_sqlite
from tests.attacks.crawl.crawler import Crawler
from tests.attacks.crawl.keeper import kept
from tests.attacks.crawl.payloads import VALUES
from tests.attacks.crawl.routes import routes_of
from tests.attacks.crawl.site import furnish
from tests.attacks.get_changes import may_change
from tests.xero_rig import Rig

ASKED = os.environ.get("CRAWL", "1")
MOST = len(VALUES) if ASKED == "all" else int(ASKED)
SEED = os.environ.get("CRAWL_SEED", "1")
ADDRESS_KEPT = frozenset({"answers 503", "a GET changed invoice"})
"""Xero knows nothing of an invoice that only this test made, and the page says when to try again; where Xero knows it, the
address of its page is kept with the invoice."""
EXCUSED = {
    "GET /p/{token}/invoices/{invoice}": ADDRESS_KEPT,
    "GET /p/{token}/invoices/{invoice}/pay": ADDRESS_KEPT,
    "GET /p/{token}/payment": ADDRESS_KEPT,
    "GET /p/{token}/payment/{currency}": ADDRESS_KEPT,
    "GET /p/{token}/papers.zip": ADDRESS_KEPT,
    "GET /customers/{customer_id}/portal/invoices/{invoice}": ADDRESS_KEPT,
    "GET /customers/{customer_id}/portal/invoices/{invoice}/pay": ADDRESS_KEPT,
    "GET /customers/{customer_id}/portal/papers.zip": ADDRESS_KEPT,
    "POST /invoices/{invoice}/expected-date/push": frozenset({"answers 503"}),
    "POST /customers/{customer_id}/refresh": frozenset({"answers 503"}),
}
NO_FORM = {
    "POST /sign-out": "nothing is read",
    "POST /webhooks/xero": "a signed body: its tests send others",
}
"""Acts whose body is not read, or not as a form: they are tried in other shapes only."""


@pytest.fixture
async def crawler(database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Crawler]:
    rig = Rig()
    monkeypatch.setattr("app.clock.now", rig.clock)
    site = await furnish(rig)
    async with kept(tmp_path) as keeper:
        made = Crawler(site, routes_of(site.application), keeper, may_change, EXCUSED)
        await made.open()
        yield made
        await made.close()
    await rig.close()


async def test_nothing_comes_of_anything_put_anywhere(crawler: Crawler) -> None:
    rng = random.Random(SEED)
    for visitor in crawler.site.visitors:
        await crawler.follow(visitor, crawler.site.seeds if visitor.one_in == 1 else ())
    assert_they_were_let_in(crawler)
    for visitor in crawler.site.visitors:
        asks = [*crawler.foreign(visitor), *crawler.asks(visitor, VALUES, MOST, rng)]
        await crawler.fuzz(visitor, rng.sample(asks, len(asks) // (visitor.one_in * _thinner())))
    print(f"{crawler.asked} requests, {len(crawler.tried)} places")  # noqa: T201
    assert not crawler.findings, "\n".join(map(str, crawler.findings))
    if _thinner() == 1:
        assert_everything_was_tried(crawler)


def assert_they_were_let_in(crawler: Crawler) -> None:
    """Or all that follows would only have tried the door."""
    for name, pages in {"owner": 120, "viewer": 40, "visitor": 2, "nobody": 3}.items():
        assert crawler.answers[name, 200] >= pages, crawler.answers


def _thinner() -> int:
    """A sample on PostgreSQL takes a third: what differs there are numbers, dates and texts that it refuses."""
    return 1 if is_sqlite() or MOST > 1 else 3


def assert_everything_was_tried(crawler: Crawler) -> None:
    """Each parameter of each route, and each form."""
    for route in crawler.routes:
        for name in route.names:
            assert (route.key, f"path {name}") in crawler.tried, f"{route.key}: {name} was never tried"
        for name in route.query:
            assert (route.key, f"query {name}") in crawler.tried, f"{route.key}: ?{name} was never tried"
        if route.method != "GET":
            wheres = {where.partition(" ")[0] for key, where in crawler.tried if key == route.key}
            assert "shape" in wheres, f"{route.key} was never tried"
