"""/views: lists kept under a name, for oneself or for everybody; and the columns that a member reads a list in."""

import html
import re
from typing import Any

import httpx
import pytest

from app.invoices.summary_actions import recount
from app.organisations.tables import SavedView
from tests import cast
from tests.web.chasing.ready import ZONE, owing, today
from tests.web.conftest import SignIn


@pytest.fixture
async def two(borealis: cast.Firm) -> None:
    await owing(borealis, "Harbour Foods Ltd", total="900.00")
    await owing(borealis, "Ashdown Engineering", total="80.00")
    await recount(borealis.id, today(ZONE))


async def kept(client: httpx.AsyncClient, path: str = "/customers") -> dict[str, str]:
    """The addresses of the views in the list's menu, by their text."""
    page = (await client.get(path)).text
    found = re.findall(r'<div class="view-line"><a href="([^"]+)">(.*?)</a>', page)
    return {re.sub("<[^>]+>", "", text): html.unescape(url) for url, text in found}


async def keep(client: httpx.AsyncClient, name: str, matching: str = "", path: str = "customers", **more: str) -> Any:
    return await client.post(f"/views/{path}", data={"name": name, "matching": matching, **more})


async def test_a_list_is_kept_as_it_is_shown(client: httpx.AsyncClient, sign_in: SignIn, two: None) -> None:
    await sign_in("viewer")
    answer = await keep(client, "Large ones", "owes_from=100&sort=name&cols=name&cols=status")
    assert answer.headers["location"] == "/customers?sort=name&owes_from=100&cols=name&cols=status"
    url = (await kept(client))["Large ones"]
    page = (await client.get(url)).text
    assert "Harbour Foods Ltd" in page
    assert "Ashdown Engineering" not in page
    assert "outstanding from 100" in page
    assert 'data-label="Oldest due"' not in page


async def test_views_of_invoices_stand_at_the_invoices(client: httpx.AsyncClient, sign_in: SignIn, two: None) -> None:
    await sign_in("controller")
    await keep(client, "Late", "overdue=30", "invoices")
    assert list(await kept(client, "/invoices")) == ["Late"]
    assert await kept(client) == {}


async def test_mine_is_seen_by_me_alone_unless_i_share_it(client: httpx.AsyncClient, sign_in: SignIn, two: None) -> None:
    await sign_in("controller")
    await keep(client, "Mine")
    await keep(client, "Ours", shared="1")
    assert list(await kept(client)) == ["Mine", "Ours shared"]
    await sign_in("viewer")
    assert [name.split(" from ")[0] for name in await kept(client)] == ["Ours"]


async def test_a_viewer_shares_nothing(client: httpx.AsyncClient, sign_in: SignIn, two: None) -> None:
    await sign_in("viewer")
    assert (await keep(client, "Mine", shared="1")).status_code == 403
    assert 'name="shared"' not in (await client.get("/customers")).text


async def test_no_other_business_sees_a_shared_view(
    client: httpx.AsyncClient, sign_in: SignIn, two: None, meridian: cast.Firm
) -> None:
    await sign_in("controller")
    await keep(client, "Ours", shared="1")
    (row,) = await SavedView.objects()
    await sign_in(meridian.anna)
    assert await kept(client) == {}
    assert (await client.post(f"/views/{row.id}/end")).status_code == 404


async def test_the_same_name_replaces_what_it_was(client: httpx.AsyncClient, sign_in: SignIn, two: None) -> None:
    await sign_in("controller")
    await keep(client, "Late", "overdue=30")
    await keep(client, " Late ", "overdue=60")
    views = await kept(client)
    assert list(views) == ["Late"]
    assert "overdue=60" in views["Late"]


async def test_a_view_needs_a_name(client: httpx.AsyncClient, sign_in: SignIn, two: None) -> None:
    await sign_in("controller")
    answer = await keep(client, "   ", "overdue=30")
    assert answer.headers["location"] == "/customers?overdue=30"
    assert "Give the view a name" in (await client.get(answer.headers["location"])).text
    assert await kept(client) == {}


async def test_a_view_is_removed_and_what_it_showed_can_be_kept_again(
    client: httpx.AsyncClient, sign_in: SignIn, two: None
) -> None:
    await sign_in("controller")
    await keep(client, "Late", "overdue=30")
    (row,) = await SavedView.objects()
    answer = await client.post(f"/views/{row.id}/end")
    assert answer.headers["location"].startswith("/customers?overdue=30&")
    assert await kept(client) == {}


async def test_only_its_owner_or_an_owner_of_the_business_removes_a_view(
    client: httpx.AsyncClient, sign_in: SignIn, two: None
) -> None:
    await sign_in("controller")
    await keep(client, "Mine")
    await keep(client, "Ours", shared="1")
    mine, ours = [row.id for row in await SavedView.objects().order_by(SavedView.id)]
    await sign_in("viewer")
    assert (await client.post(f"/views/{ours}/end")).status_code == 404
    await sign_in("owner")
    assert (await client.post(f"/views/{mine}/end")).status_code == 404
    assert (await client.post(f"/views/{ours}/end")).status_code == 303


async def test_what_a_view_is_called_is_only_text(client: httpx.AsyncClient, sign_in: SignIn, two: None) -> None:
    await sign_in("controller")
    await keep(client, "<script>alert(1)</script>")
    page = (await client.get("/customers")).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_the_columns_chosen_stay_chosen(client: httpx.AsyncClient, sign_in: SignIn, two: None) -> None:
    await sign_in("viewer")
    answer = await client.post(
        "/views/customers/columns", data={"cols": ["name", "open", "nonsense"], "matching": "overdue=0&cols=status"}
    )
    assert answer.headers["location"] == "/customers?overdue=0"
    page = (await client.get("/customers")).text
    assert 'data-label="Open invoices"' in page
    assert 'data-label="Oldest due"' not in page
    await sign_in("controller")
    assert 'data-label="Oldest due"' in (await client.get("/customers")).text


async def test_choosing_no_column_shows_the_usual_ones(client: httpx.AsyncClient, sign_in: SignIn, two: None) -> None:
    await sign_in("viewer")
    await client.post("/views/customers/columns", data={"cols": ["name"]})
    await client.post("/views/customers/columns", data={"matching": ""})
    assert 'data-label="Oldest due"' in (await client.get("/customers")).text


async def test_a_shared_address_shows_its_columns_whatever_mine_are(
    client: httpx.AsyncClient, sign_in: SignIn, two: None
) -> None:
    await sign_in("viewer")
    await client.post("/views/customers/columns", data={"cols": ["name"]})
    assert 'data-label="Oldest due"' in (await client.get("/customers?cols=name&cols=oldest")).text


async def test_the_list_opens_with_the_view_made_default_and_everything_stays_in_reach(
    client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    await sign_in("controller")
    await client.post("/views/customers", data={"name": "Late", "matching": "overdue=30"})
    view = await SavedView.objects().first()
    assert view is not None
    done = await client.post(f"/views/{view.id}/first")
    assert done.headers["location"] == f"/customers?{view.query}"
    assert (await client.get("/customers")).headers["location"] == f"/customers?{view.query}"
    page = (await client.get(f"/customers?{view.query}")).text
    assert 'href="/customers?page=1">All customers</a>' in page
    assert re.search(r'class="quiet-link" href="/customers\?page=1[^"]*"|href="/customers\?cols=', page)
    assert (await client.get("/customers?page=1")).status_code == 200
    assert (await client.get("/invoices")).status_code == 200
    await client.post(f"/views/{view.id}/first/end")
    assert (await client.get("/customers")).status_code == 200


async def test_a_default_view_that_is_gone_or_no_longer_shared_counts_as_none(
    client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    await sign_in("controller")
    await client.post("/views/customers", data={"name": "Late", "matching": "overdue=30", "shared": "1"})
    view = await SavedView.objects().first()
    assert view is not None
    await sign_in("manager")
    await client.post(f"/views/{view.id}/first")
    assert (await client.get("/customers")).status_code == 303
    await SavedView.update({SavedView.is_shared: False}).where(SavedView.id == view.id)
    assert (await client.get("/customers")).status_code == 200


async def test_nobody_opens_with_a_view_that_is_not_theirs_to_see(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm
) -> None:
    await sign_in("controller")
    await client.post("/views/customers", data={"name": "Mine", "matching": "overdue=30"})
    view = await SavedView.objects().first()
    assert view is not None
    await sign_in("owner")
    assert (await client.post(f"/views/{view.id}/first")).status_code == 404
    await sign_in(meridian.anna)
    assert (await client.post(f"/views/{view.id}/first")).status_code == 404
