"""Two hundred visitors open portals at once while the day's run is planned and written: every page
comes, every visit counts."""

import asyncio

import httpx
import pytest

from app.chasing.actions import plan_organisation
from app.chasing.tables import Run
from app.customers.link_actions import portal_link
from app.database import transaction
from app.main import create_app
from app.portal.tables import PortalVisit
from tests import cast
from tests.cast import NOW
from tests.integration.chasing.conftest import ready_to_chase

CUSTOMERS, VISITORS, RUNS = 24, 200, 2


@pytest.fixture
async def links(database: object, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
    """The organisation, and the portals of its customers; each owes two invoices and can be written to."""
    monkeypatch.setattr("app.clock.now", lambda: NOW)
    firm = await ready_to_chase()
    async with transaction():
        customers = [await cast.a_customer(firm.organisation, f"Customer {number}") for number in range(CUSTOMERS)]
        for customer in customers:
            await cast.a_recipient(customer)
            for _ in range(2):
                await cast.an_invoice(customer)
    return firm.id, [f"/p/{await portal_link(customer.id, firm.id, NOW)}" for customer in customers]


async def test_no_visitor_meets_an_error_and_no_run_is_lost(links: tuple[int, list[str]]) -> None:
    organisation_id, portals = links
    transport = httpx.ASGITransport(create_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:

        async def run_again_and_again() -> int:
            return sum([(await plan_organisation(organisation_id, NOW)).due for _ in range(RUNS)])

        planned, *answers = await asyncio.gather(
            run_again_and_again(), *(client.get(portals[number % CUSTOMERS]) for number in range(VISITORS))
        )
    assert {answer.status_code for answer in answers} == {200}
    assert all("You owe" in answer.text for answer in answers)
    assert planned == RUNS * CUSTOMERS
    assert await PortalVisit.count() == VISITORS
    assert await Run.count() >= 1
