"""What a controller notes about an invoice: POST /invoices/{id}/promise, /expected-date, /dispute, /exclusion."""

from datetime import date
from typing import Any

import httpx
import pytest

from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.organisations.membership import Role
from app.promises.tables import Dispute, ExpectedDate, Promise
from tests import cast


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at cast.NOW."""
    monkeypatch.setattr("app.clock.now", lambda: cast.NOW)


@pytest.fixture
async def harbour(borealis: cast.Firm) -> Customer:
    return await cast.a_customer(borealis.organisation)


@pytest.fixture
async def invoice(harbour: Customer) -> Invoice:
    return await cast.an_invoice(harbour, "INV-1", total="120.00")


async def test_a_promise_by_phone_names_who_took_it(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post(f"/invoices/{invoice.id}/promise", data={"promised_on": "2027-02-01"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/invoices/{invoice.id}")
    (row,) = await Promise.objects()
    assert (row.promised_on, row.source, row.taken_by) == (date(2027, 2, 1), "phone", "Tom Hale")


@pytest.mark.parametrize("on", ["", "soon", "2026-11-29"])
async def test_a_promise_needs_a_day_to_come(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any, on: str) -> None:
    await sign_in(Role.CONTROLLER)
    assert (await client.post(f"/invoices/{invoice.id}/promise", data={"promised_on": on})).status_code == 303
    assert await Promise.count() == 0


async def test_an_empty_expected_date_clears_it(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    for text in ("2026-12-18", ""):
        await client.post(f"/invoices/{invoice.id}/expected-date", data={"expected_on": text})
    (row,) = await ExpectedDate.objects()
    assert (row.expected_on, row.source, row.push) == (None, "controller", "pending")


async def test_a_query_is_opened_and_resolved(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    await client.post(f"/invoices/{invoice.id}/dispute", data={"reason": "duplicate", "amount": "20.50", "text": "Twice"})
    (row,) = await Dispute.objects()
    assert (row.amount, row.opened_by, row.resolved_at) == (205_000, "Tom Hale", None)
    resolution = f"/invoices/{invoice.id}/dispute/{row.id}/resolution"
    await client.post(resolution, data={"resolution": "Credit note CN-9 sent"})
    await row.refresh()
    assert (row.resolution, row.resolved_at) == ("Credit note CN-9 sent", cast.NOW)


async def test_more_than_is_outstanding_is_not_queried(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    await client.post(f"/invoices/{invoice.id}/dispute", data={"reason": "duplicate", "amount": "120.01"})
    assert await Dispute.count() == 0


async def test_an_invoice_is_left_out_and_taken_back(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    for fields, wanted in (({"excluded": "1"}, True), ({}, False)):
        await client.post(f"/invoices/{invoice.id}/exclusion", data=fields)
        await invoice.refresh()
        assert invoice.excluded is wanted


async def test_nothing_is_noted_about_a_paid_invoice(client: httpx.AsyncClient, harbour: Customer, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    paid = await cast.an_invoice(harbour, outstanding="0.00")
    answer = await client.post(f"/invoices/{paid.id}/promise", data={"promised_on": "2026-12-04"})
    assert answer.status_code == 409
    assert await Promise.count() == 0


RESOURCES = ["promise", "expected-date", "dispute", "exclusion", "dispute/1/resolution"]
FIELDS = {"promised_on": "2026-12-04", "expected_on": "2026-12-04", "reason": "duplicate", "excluded": "1", "resolution": "x"}


@pytest.mark.parametrize("resource", RESOURCES)
async def test_viewers_may_not(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any, resource: str) -> None:
    await sign_in(Role.VIEWER)
    assert (await client.post(f"/invoices/{invoice.id}/{resource}", data=FIELDS)).status_code == 403


@pytest.mark.parametrize("resource", RESOURCES)
async def test_another_organisations_invoice_is_not_there(
    client: httpx.AsyncClient, invoice: Invoice, meridian: cast.Firm, sign_in: Any, resource: str
) -> None:
    await sign_in(meridian.anna)
    assert (await client.post(f"/invoices/{invoice.id}/{resource}", data=FIELDS)).status_code == 404
    assert (await Promise.count(), await ExpectedDate.count(), await Dispute.count()) == (0, 0, 0)


@pytest.mark.parametrize("number", ["0", "x", "-1", "9" * 30, "1.pdf"])
async def test_an_address_that_is_no_invoice_is_not_there(client: httpx.AsyncClient, sign_in: Any, number: str) -> None:
    await sign_in(Role.CONTROLLER)
    assert (await client.post(f"/invoices/{number}/exclusion", data=FIELDS)).status_code == 404
