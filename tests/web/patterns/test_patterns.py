"""The patterns page and a list: whole page, fragment, without script, and on the wire."""

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.web.patterns.pattern_app import fill, pattern_app, sample_table

LIST = "/patterns/list"
FRAGMENT = {"HX-Request": "true", "HX-Target": "grid-customers"}
PAGES = ["/patterns", LIST, "/patterns/sign-in", "/patterns/portal", "/patterns/problem"]


@pytest.fixture(scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AsyncTestClient[Litestar]]:
    table = sample_table(Path(tmp_path_factory.mktemp("patterns")) / "sample.sqlite")
    await fill(table, 120)
    async with AsyncTestClient(pattern_app(table)) as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_needs_a_loosened_content_policy(client: AsyncTestClient[Litestar], path: str) -> None:
    text = (await client.get(path)).text
    assert "<!doctype html>" in text
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", text)
    assert "<style" not in text
    assert "javascript:" not in text
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", PAGES)
async def test_every_style_and_script_of_a_page_is_served(client: AsyncTestClient[Litestar], path: str) -> None:
    text = (await client.get(path)).text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', text)
    assert addresses
    assert {(await client.get(address)).status_code for address in addresses} == {200}


@pytest.mark.parametrize("path", PAGES)
async def test_every_id_stands_once(client: AsyncTestClient[Litestar], path: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', (await client.get(path)).text)
    assert len(ids) == len(set(ids))


async def test_the_fragment_is_the_very_partial_of_the_page(client: AsyncTestClient[Litestar]) -> None:
    page = (await client.get(LIST)).text
    fragment = (await client.get(LIST, headers=FRAGMENT)).text
    assert fragment.startswith('<div class="grid-region" id="grid-customers"')
    assert fragment.strip() in page


async def test_a_search_narrows_the_rows_and_says_how_many(client: AsyncTestClient[Litestar]) -> None:
    text = (await client.get(f"{LIST}?q=wren+foods", headers=FRAGMENT)).text
    shown = text.count('name="ids"')
    assert 0 < shown < 50
    assert re.search(rf'<p class="grid-count" role="status">{shown} customers?</p>', text)


async def test_filters_read_as_a_sentence(client: AsyncTestClient[Litestar]) -> None:
    text = (await client.get(f"{LIST}?overdue=30&status=chasing", headers=FRAGMENT)).text
    assert re.findall(r'<span class="chip">([^<]+)<', text) == ["chasing", "overdue more than 30 days"]


async def test_nothing_found_says_what_was_asked_and_the_way_back(client: AsyncTestClient[Litestar]) -> None:
    text = (await client.get(f"{LIST}?q=zzz&status=chasing")).text
    assert "No customers match “zzz”" in text
    assert f'href="{LIST}">Show all customers' in text


async def test_every_control_works_without_script(client: AsyncTestClient[Litestar]) -> None:
    text = (await client.get(f"{LIST}?status=chasing")).text
    assert '<input type="hidden" name="status" value="chasing" form="grid-customers-search">' in text
    assert re.search(r'<th scope="col"[^>]*><a href="/patterns/list\?sort=name&amp;status=chasing">Customer</a>', text)
    assert 'formaction="/patterns/chase"' in text
    assert 'form="grid-customers-row" formaction="/patterns/list/' in text


async def test_what_customers_are_called_is_only_text(client: AsyncTestClient[Litestar]) -> None:
    text = (await client.get(f"{LIST}?q=%3Cscript%3Ealert(1)%3C/script%3E")).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


async def test_a_grid_action_is_light_on_the_wire(client: AsyncTestClient[Litestar]) -> None:
    answer = await client.get(f"{LIST}?sort=name", headers=FRAGMENT)
    assert answer.text.count('name="ids"') == 50
    assert len(gzip.compress(answer.content, 6)) < 8 * 1024


async def test_going_back_through_the_history_gets_the_whole_page(client: AsyncTestClient[Litestar]) -> None:
    text = (await client.get(LIST, headers={**FRAGMENT, "HX-History-Restore-Request": "true"})).text
    assert "<!doctype html>" in text


async def test_every_piece_of_the_set_stands_on_the_page(client: AsyncTestClient[Litestar]) -> None:
    text = (await client.get("/patterns")).text
    for piece in ('class="grid"', "<trix-toolbar", 'class="menu"', 'class="progress', "<svg", 'class="field', 'class="problem'):
        assert piece in text, piece
