"""A customer who owes, in an organisation that could send."""

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


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at cast.NOW."""
    monkeypatch.setattr("app.clock.now", lambda: NOW)


@pytest.fixture(scope="module", autouse=True)
def press() -> Iterator[None]:
    yield
    PRESS.stop()


@pytest.fixture
async def harbour(borealis: cast.Firm) -> Customer:
    """Harbour owes; Borealis is connected and has a mailbox."""
    await ship(borealis.id, NOW)
    facts: dict[str, Any] = {"provider": "demo", "tenant_id": "t", "state": "connected", "last_good_sync_at": NOW}
    await Connection(organisation=borealis.id, **facts).save()
    await Sender(organisation=borealis.id, kind="normal", name="Tom", address="tom@borealis.example", host="localhost").save()
    customer = await cast.a_customer(borealis.organisation)
    await cast.a_recipient(customer, "accounts@harbour.example")
    await cast.an_invoice(customer, "INV-1", total="120.00")
    return customer
