"""Borealis, which could send statements, and its debtors."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.customers.tables import Customer
from app.email_templates.actions import ship
from app.mail.tables import Sender
from app.statements.gateway import PRESS
from app.xero.tables import Connection
from tests import cast
from tests.cast import NOW


@pytest.fixture(scope="module", autouse=True)
def press() -> Iterator[None]:
    yield
    PRESS.stop()


@pytest.fixture
async def firm(database: Any) -> cast.Firm:
    """Borealis, connected just now, with a mailbox and the shipped texts."""
    made = await cast.borealis()
    await ship(made.id, NOW)
    await Connection(organisation=made.id, provider="demo", tenant_id="t", state="connected", last_good_sync_at=NOW).save()
    await Sender(organisation=made.id, kind="normal", name="Tom Hale", address="tom@borealis.example", host="127.0.0.1").save()
    return made


async def a_debtor(firm: cast.Firm, name: str = "Harbour Foods Ltd", **facts: Any) -> Customer:
    customer = await cast.a_customer(firm.organisation, name, **facts)
    await cast.a_recipient(customer, f"accounts@{customer.id}.example")
    await cast.an_invoice(customer, f"INV-{customer.id}", total="120.00")
    return customer
