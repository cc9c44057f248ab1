"""/promises/new: “They’ll pay on …” of a row, in a small window or on a page of its own."""

from datetime import date
from typing import Any

import httpx
import pytest

from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.organisations.membership import Role
from app.promises.tables import Promise
from app.xero.tables import Connection
from tests import cast
from tests.web.chasing.ready import ready

WINDOW = {"HX-Request": "true", "HX-Target": "new-promise"}


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at cast.NOW."""
    monkeypatch.setattr("app.clock.now", lambda: cast.NOW)


@pytest.fixture
async def harbour(borealis: cast.Firm) -> Customer:
    await ready(borealis)
    await Connection.update({Connection.last_good_sync_at: cast.NOW}, force=True)
    return await cast.a_customer(borealis.organisation)


@pytest.fixture
async def first(harbour: Customer) -> Invoice:
    return await cast.an_invoice(harbour, "INV-1")


async def promises() -> list[tuple[int, date, str]]:
    return [(row.invoice, row.promised_on, row.taken_by) for row in await Promise.objects().order_by(Promise.id)]


async def test_without_script_it_is_a_page_that_leads_back(client: httpx.AsyncClient, sign_in: Any, first: Invoice) -> None:
    await sign_in(Role.CONTROLLER)
    page = (await client.get("/promises/new", params={"invoice": first.id, "origin": "/invoices?overdue=30"})).text
    assert "<h1>They’ll pay on …</h1>" in page
    assert 'value="/invoices?overdue=30"' in page
    fields = {"invoice": str(first.id), "promised_on": "2026-12-04", "origin": "/invoices?overdue=30"}
    answer = await client.post("/promises/new", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/invoices?overdue=30")
    assert await promises() == [(first.id, date(2026, 12, 4), "Tom Hale")]


async def test_in_its_window_it_answers_with_what_changed(client: httpx.AsyncClient, sign_in: Any, first: Invoice) -> None:
    await sign_in(Role.CONTROLLER)
    form = (await client.get("/promises/new", params={"invoice": first.id}, headers=WINDOW)).text
    assert "<html" not in form
    assert "10 days overdue: <b>£120.00</b>" in form
    answer = await client.post("/promises/new", data={"invoice": first.id, "promised_on": "2026-12-04"}, headers=WINDOW)
    assert answer.headers["hx-trigger"] == "promised"
    assert "Harbour Foods Ltd promised INV-1 for Fri 4 Dec. Chasing waits." in answer.text


@pytest.mark.parametrize("day", ["", "2026-11-29", "soon", "2036-01-01"])
async def test_a_day_that_cannot_be_is_asked_for_again(
    client: httpx.AsyncClient, sign_in: Any, first: Invoice, day: str
) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post("/promises/new", data={"invoice": first.id, "promised_on": day}, headers=WINDOW)
    assert answer.status_code == 422
    assert 'id="error-promised_on"' in answer.text
    assert await promises() == []


async def test_of_a_customer_what_is_overdue_is_meant_unless_said(
    client: httpx.AsyncClient, sign_in: Any, harbour: Customer, first: Invoice
) -> None:
    later = await cast.an_invoice(harbour, "INV-2", due_on=date(2026, 12, 20))
    await sign_in(Role.CONTROLLER)
    page = (await client.get("/promises/new", params={"customer": harbour.id})).text
    assert f'name="invoice_{first.id}" value="1" checked' in page
    assert f'name="invoice_{later.id}" value="1">' in page
    fields = {"customer": harbour.id, "promised_on": "2026-12-04", f"invoice_{later.id}": "1"}
    await client.post("/promises/new", data=fields)
    assert await promises() == [(later.id, date(2026, 12, 4), "Tom Hale")]


async def test_none_ticked_is_said(client: httpx.AsyncClient, sign_in: Any, harbour: Customer, first: Invoice) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post("/promises/new", data={"customer": harbour.id, "promised_on": "2026-12-04"})
    assert answer.status_code == 422
    assert "Tick the invoices that they mean" in answer.text


@pytest.mark.parametrize("origin", ["//evil.example", "https://evil.example", "/sign-out", "/customers\n//evil"])
async def test_it_leads_nowhere_else(client: httpx.AsyncClient, sign_in: Any, first: Invoice, origin: str) -> None:
    await sign_in(Role.CONTROLLER)
    fields = {"invoice": first.id, "promised_on": "2026-12-04", "origin": origin}
    answer = await client.post("/promises/new", data=fields)
    assert answer.headers["location"] == f"/invoices/{first.id}"


async def test_nothing_of_another_organisation_or_paid_takes_a_promise(
    client: httpx.AsyncClient, sign_in: Any, harbour: Customer, meridian: cast.Firm
) -> None:
    theirs = await cast.an_invoice(await cast.a_customer(meridian.organisation))
    paid = await cast.an_invoice(harbour, outstanding="0")
    await sign_in(Role.CONTROLLER)
    asked = [{"invoice": theirs.id}, {"customer": theirs.customer}, {"invoice": paid.id}, {"customer": harbour.id}, {}]
    for about in asked:
        assert (await client.get("/promises/new", params=about)).status_code == 404
        assert (await client.post("/promises/new", data={**about, "promised_on": "2026-12-04"})).status_code == 404
    assert await promises() == []


async def test_a_viewer_takes_no_promise(client: httpx.AsyncClient, sign_in: Any, first: Invoice) -> None:
    await sign_in(Role.VIEWER)
    assert (await client.get("/promises/new", params={"invoice": first.id})).status_code == 403
    assert (await client.post("/promises/new", data={"invoice": first.id})).status_code == 403
    assert "/promises/new" not in (await client.get("/invoices")).text


async def test_every_row_offers_it(client: httpx.AsyncClient, sign_in: Any, first: Invoice, harbour: Customer) -> None:
    from app.invoices.summary_actions import recount

    await recount(harbour.organisation, cast.TODAY)
    await sign_in(Role.CONTROLLER)
    assert f'href="/promises/new?invoice={first.id}"' in (await client.get("/invoices")).text
    assert f'href="/promises/new?customer={harbour.id}"' in (await client.get("/customers")).text
    assert f'href="/promises/new?invoice={first.id}"' in (await client.get(f"/customers/{harbour.id}")).text
