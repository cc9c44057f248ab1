"""Borealis with its sender, the shipped schedule and a living connection: ready to chase."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from app.mail.tables import Sender
from app.schedules.actions import ship
from app.xero.tables import Connection
from tests import cast


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
