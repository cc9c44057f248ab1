"""Borealis with its sender, the shipped schedule and a living connection: ready to chase."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from app.email_templates.tables import Template
from app.mail.tables import Sender
from app.money import units
from app.organisations.tables import Organisation
from app.schedules.shipped import BEST_PRACTICE
from app.schedules.tables import Schedule, Step
from app.xero.tables import Connection
from tests import cast


async def ready_to_chase(**facts: object) -> cast.Firm:
    firm = await cast.borealis(**facts)
    schedule = Schedule(organisation=firm.id, name=BEST_PRACTICE.name)
    await schedule.save()
    for step in BEST_PRACTICE.steps:
        template = Template(organisation=firm.id, name=step.name, purpose="reminder", shipped_as=step.name)
        await template.save()
        await Step(
            schedule=schedule.id,
            offset_days=step.offset,
            template=template.id,
            sender_kind=step.sender,
            recipient_kinds=list(step.recipient_kinds),
            needs_approval=step.needs_approval,
            minimum=units(step.minimum),
        ).save()
    await Organisation.update({Organisation.default_schedule_id: schedule.id}).where(Organisation.id == firm.id)
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
