"""What a controller notes about an invoice: POST /invoices/{id}/promise, /told-paid, /expected-date, /dispute, /exclusion."""

from datetime import date
from typing import Any

import httpx
import pytest

from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.organisations.membership import Role
from app.promises.tables import Dispute, ExpectedDate, Promise, ToldPaid
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


@pytest.mark.parametrize("on", ["", "soon", "2026-11-29", "2062-12-04"])
async def test_a_promise_needs_a_day_to_come(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any, on: str) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post(f"/invoices/{invoice.id}/promise", data={"promised_on": on, "said_by": "Priya Shah"})
    assert answer.status_code == 422
    assert 'value="Priya Shah"' in answer.text  # nothing that was typed is lost
    assert await Promise.count() == 0


async def test_an_empty_expected_date_clears_it(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    for text in ("2026-12-18", ""):
        await client.post(f"/invoices/{invoice.id}/expected-date", data={"expected_on": text})
    (row,) = await ExpectedDate.objects()
    assert (row.expected_on, row.source, row.push) == (None, "controller", "pending")


@pytest.mark.parametrize("on", ["soon", "2026-11-29", "2062-12-04"])
async def test_an_expected_date_is_a_day_to_come_of_these_years(
    client: httpx.AsyncClient, invoice: Invoice, sign_in: Any, on: str
) -> None:
    """2062 for 2026 would hold the invoice back for good."""
    await sign_in(Role.CONTROLLER)
    answer = await client.post(f"/invoices/{invoice.id}/expected-date", data={"expected_on": on})
    assert answer.status_code == 422 and f'value="{on}"' in answer.text
    assert await ExpectedDate.count() == 0


async def test_an_expected_date_is_told_in_grammar(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post(f"/invoices/{invoice.id}/expected-date", data={"expected_on": "2026-12-18"})
    page = await client.get(answer.headers["location"])
    assert "You expect INV-1 to be paid on Fri 18 Dec. Xero is told." in page.text


async def test_a_promise_says_who_gave_it_and_how(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    fields = {"promised_on": "2026-12-04", "source": "reply", "said_by": "Priya Shah"}
    await client.post(f"/invoices/{invoice.id}/promise", data=fields)
    (row,) = await Promise.objects()
    assert (row.source, row.said_by) == ("reply", "Priya Shah")
    page = (await client.get(f"/invoices/{invoice.id}")).text
    assert "by Priya Shah in a reply" in page
    assert "Priya Shah promised in a reply to pay INV-1 on Fri 4 Dec" in page


async def test_a_promise_is_taken_back_where_it_is_shown(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    await client.post(f"/invoices/{invoice.id}/promise", data={"promised_on": "2026-12-04"})
    (row,) = await Promise.objects()
    assert f'action="/invoices/{invoice.id}/promise/{row.id}/end"' in (await client.get(f"/invoices/{invoice.id}")).text
    answer = await client.post(f"/invoices/{invoice.id}/promise/{row.id}/end")
    assert answer.headers["location"] == f"/invoices/{invoice.id}"
    await row.refresh()
    assert row.state == "withdrawn"
    assert "Take back the promise" not in (await client.get(f"/invoices/{invoice.id}")).text
    assert (await client.post(f"/invoices/{invoice.id}/promise/{row.id}/end")).status_code == 409


async def test_told_paid_by_phone_waits_until_taken_back(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    await client.post(f"/invoices/{invoice.id}/told-paid", data={"source": "phone"})
    (row,) = await ToldPaid.objects()
    assert (row.source, row.noted_by, row.told_on) == ("phone", "Tom Hale", cast.TODAY)
    page = (await client.get(f"/invoices/{invoice.id}")).text
    assert "They say it is paid" in page
    assert "Chasing waits until Tue 8 Dec" in page
    await client.post(f"/invoices/{invoice.id}/told-paid/end")
    assert "Chasing waits until Tue" not in (await client.get(f"/invoices/{invoice.id}")).text
    assert (await client.post(f"/invoices/{invoice.id}/told-paid/end")).status_code == 409


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


RESOURCES = ["promise", "promise/1/end", "told-paid", "told-paid/end", "expected-date", "dispute", "exclusion"]
FIELDS = {"promised_on": "2026-12-04", "expected_on": "2026-12-04", "reason": "duplicate", "excluded": "1"}


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
