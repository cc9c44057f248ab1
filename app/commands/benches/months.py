"""A month's statements of a whole organisation, from planned to recorded with their PDFs."""

import time
from datetime import timedelta
from typing import Any

from app import clock
from app.customers.tables import Customer, Recipient
from app.email_templates.actions import ship
from app.invoices.tables import Invoice
from app.mail.tables import Sender
from app.organisations.tables import Organisation
from app.statements.gateway import PRESS
from app.statements.month_actions import make_month
from app.statements.tables import Statement
from app.xero.tables import Connection

CUSTOMERS = 1000
CHUNK = 500


async def seconds_of_a_month() -> float:
    """For so many customers who owe one invoice each. Raise RuntimeError unless each has a statement then."""
    organisation_id = await _an_organisation()
    now = clock.now()
    began = time.perf_counter()
    try:
        await make_month(organisation_id, f"{now:%Y-%m}", now)
        seconds = time.perf_counter() - began
    finally:
        PRESS.stop()
    if (made := await Statement.count()) != CUSTOMERS:
        raise RuntimeError(f"{made} of {CUSTOMERS} statements were made.")
    return seconds


async def _an_organisation() -> int:
    now = clock.now()
    organisation = Organisation(name="Bench Ltd", set_up_at=now, created_at=now)
    await organisation.save()
    await ship(organisation.id, now)
    await Connection(organisation=organisation.id, state="connected", last_good_sync_at=now).save()
    sender = Sender(organisation=organisation.id, kind="normal", name="Tom", address="t@bench.example", host="localhost")
    await sender.save()
    for begins in range(0, CUSTOMERS, CHUNK):
        await _debtors(organisation.id, begins)
    return int(organisation.id)


async def _debtors(organisation_id: int, begins: int) -> None:
    names = range(begins, begins + CHUNK)
    rows = await Customer.insert(
        *(Customer(organisation=organisation_id, name=f"Debtor {n}", xero_id=f"c-{n}", chasing=True) for n in names)
    ).returning(Customer.id)
    ids = [row["id"] for row in rows]
    await Recipient.insert(*(Recipient(customer=n, email=f"a{n}@debtor.example", kind="normal") for n in ids))
    due_on = clock.now().date() - timedelta(days=10)
    facts: dict[str, Any] = {
        "status": "AUTHORISED",
        "currency": "GBP",
        "total": 1_200_000,
        "outstanding": 1_200_000,
        "is_open": True,
    }
    await Invoice.insert(
        *(
            Invoice(organisation=organisation_id, customer=n, number=f"INV-{n}", xero_id=f"i-{n}", due_on=due_on, **facts)
            for n in ids
        )
    )
