"""Borealis with its sender, the shipped schedule and a living connection: ready to chase."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from app.chasing import actions
from app.mail.tables import Sender
from app.schedules.actions import ship
from app.xero.tables import Connection
from tests import cast
from tests.cast import NOW, TODAY
from tests.integration.chasing.by_hand import TEN, ByHand


async def ready_to_chase(**facts: object) -> cast.Firm:
    firm = await cast.borealis(**facts)
    await ship(firm.id, cast.NOW)
    await Sender(organisation=firm.id, kind="normal", name="Tom Hale", address="tom@borealis.example", host="localhost").save()
    await Connection(
        organisation=firm.id,
        provider="demo",
        tenant_id=f"tenant-{firm.id}",
        state="connected",
        last_good_sync_at=cast.NOW - timedelta(minutes=5),
    ).save()
    return firm


async def synced(firm: cast.Firm, at: datetime) -> None:
    """Xero was read just now."""
    await Connection.update({Connection.last_good_sync_at: at}).where(Connection.organisation == firm.id)


Ready = Callable[..., Awaitable[cast.Firm]]


@pytest.fixture
def chasing(database: object) -> Ready:
    return ready_to_chase


@pytest.fixture
async def acme(chasing: Ready) -> ByHand:
    firm = await chasing()
    customer = await cast.a_customer(firm.organisation, "Acme Ltd", first_name="Ada")
    await cast.a_recipient(customer, "ap@acme.example")
    invoices = [await cast.an_invoice(customer, f"INV-{n}", due_on=TODAY - timedelta(days=n)) for n in (8, 9)]
    await actions.plan_organisation(firm.id, NOW)
    await synced(firm, TEN)
    return ByHand(firm, customer, invoices)
