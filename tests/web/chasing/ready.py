"""A firm whose schedule, mailbox and connection are in order, planned as of this moment."""

from datetime import timedelta
from decimal import Decimal

from app.chasing.actions import plan_organisation
from app.clock import now, today
from app.customers.tables import Customer
from app.invoices.summary_actions import recount
from app.invoices.tables import Invoice
from app.mail.tables import Sender
from app.schedules.actions import ship
from app.xero.tables import Connection
from tests import cast

ZONE = "Europe/London"


async def ready(firm: cast.Firm) -> None:
    await ship(firm.id, now())
    await Sender(organisation=firm.id, kind="normal", name="Tom Hale", address="tom@borealis.example", host="localhost").save()
    await Connection(
        organisation=firm.id,
        provider="xero",
        tenant_id=f"tenant-{firm.id}",
        short_code="!bor1",
        state="connected",
        last_good_sync_at=now() - timedelta(minutes=5),
    ).save()


async def owing(
    firm: cast.Firm,
    name: str = "Harbour Foods Ltd",
    *,
    days_overdue: int = 10,
    total: Decimal | str = "640.00",
    number: str = "",
) -> tuple[Customer, Invoice]:
    """A chased customer with an address and one open invoice, due so many days ago."""
    customer = await cast.a_customer(firm.organisation, name)
    await cast.a_recipient(customer)
    due_on = today(ZONE) - timedelta(days=days_overdue)
    return customer, await cast.an_invoice(customer, number, due_on=due_on, total=total)


async def planned(firm: cast.Firm) -> None:
    await recount(firm.id, today(ZONE))
    await plan_organisation(firm.id, now())
