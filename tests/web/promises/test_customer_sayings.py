"""Several invoices of a customer at once: POST /customers/{id}/promise, /told-paid; and /promises, the list."""

from datetime import date
from typing import Any

import httpx
import pytest

from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.organisations.membership import Role
from app.promises.tables import Promise, ToldPaid
from app.xero.tables import Connection
from tests import cast
from tests.web.chasing.ready import ready

REGION = {"HX-Request": "true", "HX-Target": "customer"}


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
async def three(harbour: Customer) -> list[Invoice]:
    return [await cast.an_invoice(harbour, f"INV-{number}") for number in (1, 2, 3)]


def meaning(*invoices: Invoice, **fields: str) -> dict[str, str]:
    return {**fields, **{f"invoice_{each.id}": "1" for each in invoices}}


async def test_some_are_promised_at_once(
    client: httpx.AsyncClient, harbour: Customer, three: list[Invoice], sign_in: Any
) -> None:
    await sign_in(Role.CONTROLLER)
    fields = meaning(*three[:2], promised_on="2026-12-04", said_by="Priya Shah")
    answer = await client.post(f"/customers/{harbour.id}/promise", data=fields, headers=REGION)
    assert "INV-1 and INV-2 promised for Fri 4 Dec. Chasing waits." in answer.text
    rows = await Promise.objects().order_by(Promise.id)
    assert [(row.invoice, row.promised_on, row.said_by) for row in rows] == [
        (three[0].id, date(2026, 12, 4), "Priya Shah"),
        (three[1].id, date(2026, 12, 4), "Priya Shah"),
    ]
    assert "promised for Fri 4 Dec by Priya Shah by phone on Mon 30 Nov, noted by Tom Hale" in answer.text  # why they are held
    assert "Take back" in answer.text


async def test_all_are_paid_they_say(client: httpx.AsyncClient, harbour: Customer, three: list[Invoice], sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post(f"/customers/{harbour.id}/told-paid", data={"all": "1", "source": "reply"})
    assert answer.headers["location"] == f"/customers/{harbour.id}"
    assert await ToldPaid.count().where(ToldPaid.source == "reply") == 3


@pytest.mark.parametrize(("resource", "fields"), [("promise", {"promised_on": "2026-12-04"}), ("told-paid", {})])
async def test_nothing_ticked_is_asked_again_with_what_was_typed(
    client: httpx.AsyncClient, harbour: Customer, three: list[Invoice], sign_in: Any, resource: str, fields: dict[str, str]
) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post(f"/customers/{harbour.id}/{resource}", data={**fields, "said_by": "Priya Shah"}, headers=REGION)
    assert answer.status_code == 422
    assert "Tick the invoices that they mean" in answer.text
    assert 'value="Priya Shah"' in answer.text
    assert (await Promise.count(), await ToldPaid.count()) == (0, 0)


async def test_another_customers_invoice_is_not_meant(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, three: list[Invoice], sign_in: Any
) -> None:
    other = await cast.an_invoice(await cast.a_customer(borealis.organisation, "Ashdown"), "INV-9")
    await sign_in(Role.CONTROLLER)
    answer = await client.post(f"/customers/{harbour.id}/promise", data=meaning(other, promised_on="2026-12-04"))
    assert answer.status_code == 422
    assert await Promise.count() == 0


async def test_the_page_tells_how_they_kept_their_word(
    client: httpx.AsyncClient, harbour: Customer, three: list[Invoice], sign_in: Any
) -> None:
    facts = {"organisation": harbour.organisation, "customer": harbour.id, "made_at": cast.NOW, "source": "phone"}
    for invoice, state in zip(three, ("kept", "kept", "broken"), strict=True):
        await Promise(invoice=invoice.id, promised_on=cast.TODAY, state=state, **facts).save()
    await sign_in(Role.VIEWER)
    assert "Kept 2 of 3 promises" in (await client.get(f"/customers/{harbour.id}")).text
    broken = (await client.get("/promises?state=broken")).text
    assert "INV-3" in broken and "INV-1" not in broken
    narrowed = ("promised_from=2026-11-30", "amount_to=9", "q=harbour")
    for query in (*narrowed, "sort=-made", "sort=by", "sort=state", "sort=customer"):
        assert "INV-3" in (await client.get(f"/promises?{query}")).text, query


@pytest.mark.parametrize("resource", ["promise", "told-paid"])
async def test_who_may(
    client: httpx.AsyncClient, harbour: Customer, three: list[Invoice], meridian: cast.Firm, sign_in: Any, resource: str
) -> None:
    fields = meaning(*three, promised_on="2026-12-04")
    await sign_in(Role.VIEWER)
    assert (await client.post(f"/customers/{harbour.id}/{resource}", data=fields)).status_code == 403
    await sign_in(meridian.anna)
    assert (await client.post(f"/customers/{harbour.id}/{resource}", data=fields)).status_code == 404
    assert "INV-1" not in (await client.get("/promises")).text
    assert (await Promise.count(), await ToldPaid.count()) == (0, 0)
