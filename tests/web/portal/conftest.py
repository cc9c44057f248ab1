"""A customer with a link, and a way to answer forms as a browser without JavaScript does."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from app.customers.link_actions import portal_link
from app.customers.tables import Customer
from app.xero.tables import Connection
from tests import cast

Answer = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def harbour(borealis: cast.Firm) -> Customer:
    """Harbour Foods, of Borealis, whose books were read at NOW."""
    connection = Connection(
        organisation=borealis.id, provider="demo", tenant_id="t", state="connected", last_good_sync_at=cast.NOW
    )
    await connection.save()
    return await cast.a_customer(borealis.organisation, assigned_to=borealis.tom.member_id)


@pytest.fixture
async def portal(harbour: Customer) -> str:
    """The address of Harbour's portal."""
    return f"/p/{await portal_link(harbour.id, harbour.organisation, cast.NOW)}"


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at cast.NOW."""
    monkeypatch.setattr("app.clock.now", lambda: cast.NOW)


@pytest.fixture
def answer(client: httpx.AsyncClient, portal: str) -> Answer:
    """Open the page, then send its form to one of its addresses."""

    async def answering(resource: str, **fields: Any) -> httpx.Response:
        page = await client.get(portal)
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
        assert token, page.text[:400]
        return await client.post(f"{portal}/{resource}", data={"_csrf_token": token[1], **fields})

    return answering
