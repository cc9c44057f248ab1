"""/customers/{id}/portal-link, its rotation and revocation"""

import re

import httpx
import pytest

from app.activity.tables import Activity
from app.customers.tables import Customer, PortalLink
from app.organisations.membership import Role
from tests import cast
from tests.web.conftest import SignIn


def link_in(page: str) -> str:
    found = re.search(r'value="http://localhost:8000(/p/p_[^"]+)"', page)
    return found[1] if found else ""


async def test_a_controller_sees_replaces_and_switches_off_the_link(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer, portal: str
) -> None:
    await sign_in(Role.CONTROLLER)
    page = f"/customers/{harbour.id}/portal-link"
    assert link_in((await client.get(page)).text) == portal

    assert (await client.post(f"{page}/rotation")).status_code == 303
    new = link_in((await client.get(page)).text)
    assert new and new != portal
    assert (await client.get(portal)).status_code == 404 and (await client.get(new)).status_code == 200

    assert (await client.post(f"{page}/revocation")).status_code == 303
    assert (await client.get(new)).status_code == 404
    told = await Activity.count().where(Activity.customer_id == harbour.id, Activity.kind == "portal_link")
    assert told == 2


async def test_a_customer_without_a_link_is_given_one_on_request(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer
) -> None:
    await sign_in(Role.CONTROLLER)
    page = f"/customers/{harbour.id}/portal-link"
    assert "has no link yet" in (await client.get(page)).text
    assert not await PortalLink.exists()
    await client.post(page)
    assert (await client.get(link_in((await client.get(page)).text))).status_code == 200


@pytest.mark.parametrize("act", ["", "/rotation", "/revocation"])
async def test_neither_a_viewer_nor_another_firm_may(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm, harbour: Customer, portal: str, act: str
) -> None:
    page = f"/customers/{harbour.id}/portal-link"
    await sign_in(Role.VIEWER)
    assert (await client.get(page)).status_code == 403 and (await client.post(page + act)).status_code == 403
    await sign_in(meridian.anna)
    assert (await client.get(page)).status_code == 404 and (await client.post(page + act)).status_code == 404
    assert (await client.get(portal)).status_code == 200
