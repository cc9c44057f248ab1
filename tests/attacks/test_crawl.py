"""A crawl of our own: every link, every form, every parameter, and what does not belong into it; nothing may come of it.

`CRAWL=all` tries every payload in every parameter, which takes a while; otherwise a sample, another one with CRAWL_SEED=2."""

import os
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.crawl.crawler import Crawler
from tests.attacks.crawl.keeper import kept
from tests.attacks.crawl.payloads import VALUES
from tests.attacks.crawl.routes import routes_of
from tests.attacks.crawl.site import Site, furnish
from tests.attacks.test_s13_forgery import MAY_CHANGE_BY_GET
from tests.xero_rig import Rig

ALL = os.environ.get("CRAWL") == "all"
SEED = os.environ.get("CRAWL_SEED", "1")
EXCUSED: dict[str, frozenset[int]] = {}


@pytest.fixture
async def crawler(database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Crawler]:
    rig = Rig()
    monkeypatch.setattr("app.clock.now", rig.clock)
    site: Site = await furnish(rig)
    async with kept(tmp_path) as keeper:
        made = Crawler(site, routes_of(site.application), keeper, frozenset(MAY_CHANGE_BY_GET), EXCUSED)
        await made.open()
        yield made
        await made.close()
    await rig.close()


async def test_nothing_comes_of_anything_put_anywhere(crawler: Crawler) -> None:
    rng = random.Random(SEED)
    for visitor in crawler.site.visitors:
        await crawler.follow(visitor, crawler.site.seeds)
        most = (len(VALUES) if ALL else 1) if visitor.name in ("owner", "visitor") else 1
        await crawler.fuzz(visitor, crawler.foreign(visitor))
        await crawler.fuzz(visitor, crawler.asks(visitor, VALUES, most, rng))
    print(crawler.asked, "requests", len(crawler.tried), "places")  # noqa: T201
    assert not crawler.findings, "\n".join(map(str, crawler.findings))
