"""/customers/{id}/calls: what to know while it rings, and noting how it went."""

from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

from app.activity.tables import Activity, Task
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.organisations.membership import Role
from app.promises.tables import Dispute, Promise, ToldPaid
from app.xero.tables import Connection
from tests import cast
from tests.web.chasing.ready import ready

PANEL = {"HX-Request": "true", "HX-Target": "call"}
REGION = {"HX-Request": "true", "HX-Target": "customer"}


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at cast.NOW."""
    monkeypatch.setattr("app.clock.now", lambda: cast.NOW)


@pytest.fixture
async def harbour(borealis: cast.Firm) -> Customer:
    await ready(borealis)
    await Connection.update({Connection.last_good_sync_at: cast.NOW}, force=True)
    phones = msgspec.json.encode([{"kind": "default", "number": "0131 496 0142"}]).decode()
    return await cast.a_customer(borealis.organisation, first_name="Priya", last_name="Shah", phones=phones)


@pytest.fixture
async def first(harbour: Customer) -> Invoice:
    return await cast.an_invoice(harbour, "INV-1")


async def the_call() -> str:
    row = await Activity.objects().where(Activity.kind == "call").first()
    return str(row.sentence) if row is not None else ""


async def test_the_panel_says_whom_to_ring_about_what(
    client: httpx.AsyncClient, sign_in: Any, harbour: Customer, first: Invoice
) -> None:
    await sign_in(Role.CONTROLLER)
    await Promise(
        organisation=harbour.organisation, customer=harbour.id, invoice=first.id, promised_on=date(2026, 11, 25),
        state="broken", source="phone", said_by="Priya Shah", made_at=cast.NOW,
    ).save()  # fmt: skip
    panel = (await client.get(f"/customers/{harbour.id}/calls/new", headers=PANEL)).text
    assert 'href="tel:+441314960142"' in panel
    assert "Ask for <b>Priya Shah</b>" in panel
    assert "INV-1 for Wed 25 Nov" in panel
    assert "Kept 0 of 1 promise" in panel
    assert "<html" not in panel
    assert "<h1>Ring Harbour Foods Ltd</h1>" in (await client.get(f"/customers/{harbour.id}/calls/new")).text


async def test_a_promise_and_what_is_to_be_done_next(
    client: httpx.AsyncClient, sign_in: Any, borealis: cast.Firm, harbour: Customer, first: Invoice
) -> None:
    await sign_in(Role.CONTROLLER)
    fields = {
        "outcome": "promise", "promised_on": "2026-12-04", f"invoice_{first.id}": "1", "said_by": "Priya Shah",
        "note": "Waiting for their director.", "sentence": "Ring again", "due_on": "2026-12-08",
        "assigned_to": borealis.tom.member_id,
    }  # fmt: skip
    answer = await client.post(f"/customers/{harbour.id}/calls", data=fields, headers=REGION)
    assert "The call is on the timeline." in answer.text
    assert await the_call() == "Priya Shah promised to pay INV-1 on Fri 4 Dec.\nWaiting for their director."
    promise = await Promise.objects().first()
    assert promise is not None
    assert (promise.promised_on, promise.source, promise.said_by) == (date(2026, 12, 4), "phone", "Priya Shah")
    task = await Task.objects().where(Task.sentence == "Ring again").first()
    assert task is not None
    assert (task.due_on, task.assigned_to, task.customer_id) == (date(2026, 12, 8), borealis.tom.member_id, harbour.id)
    assert "Tom Hale rang them" in answer.text


async def test_they_say_it_is_paid(client: httpx.AsyncClient, sign_in: Any, harbour: Customer, first: Invoice) -> None:
    await sign_in(Role.CONTROLLER)
    await client.post(f"/customers/{harbour.id}/calls", data={"outcome": "paid", f"invoice_{first.id}": "1"})
    assert await the_call() == "They say that INV-1 is paid."
    assert await ToldPaid.count() == 1


async def test_a_query_of_a_part(client: httpx.AsyncClient, sign_in: Any, harbour: Customer, first: Invoice) -> None:
    await sign_in(Role.CONTROLLER)
    fields = {"outcome": "query", "queried": first.id, "reason": "wrong_amount", "amount": "20", "note": "Twenty too much"}
    await client.post(f"/customers/{harbour.id}/calls", data=fields)
    dispute = await Dispute.objects().first()
    assert dispute is not None
    assert (dispute.amount, dispute.text, dispute.source) == (200_000, "Twenty too much", "phone")
    assert await the_call() == "They queried INV-1.\nTwenty too much"


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("no_answer", "Nobody answered."),
        ("message", "Left a message for Priya."),
        ("talked", "Spoke to Priya; nothing is settled."),
    ],
)
async def test_what_settles_nothing_is_noted_too(
    client: httpx.AsyncClient, sign_in: Any, harbour: Customer, outcome: str, said: str
) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post(f"/customers/{harbour.id}/calls", data={"outcome": outcome, "said_by": "Priya"})
    assert answer.status_code == 303
    assert await the_call() == said


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({}, "Say how the call went"),
        ({"outcome": "promise", "promised_on": "2026-12-04"}, "Tick the invoices that they mean"),
        ({"outcome": "promise", "promised_on": ""}, "Give the date on which they will pay"),
        ({"outcome": "query"}, "Choose the invoice"),
        ({"outcome": "talked", "due_on": "2026-12-08"}, "Write what is to be done"),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_lost(
    client: httpx.AsyncClient, sign_in: Any, harbour: Customer, first: Invoice, fields: dict[str, str], missing: str
) -> None:
    await sign_in(Role.CONTROLLER)
    given = {**fields, "note": "Rang twice"}
    answer = await client.post(f"/customers/{harbour.id}/calls", data=given, headers=REGION)
    assert (answer.status_code, answer.headers["hx-retarget"]) == (422, "#call")
    assert missing in answer.text
    assert "Rang twice" in answer.text
    assert await the_call() == ""
    assert await Promise.count() + await Dispute.count() == 0


async def test_the_invoices_of_others_are_not_meant(
    client: httpx.AsyncClient, sign_in: Any, borealis: cast.Firm, harbour: Customer
) -> None:
    other = await cast.an_invoice(await cast.a_customer(borealis.organisation, "Quay Press"))
    await sign_in(Role.CONTROLLER)
    fields = {"outcome": "paid", f"invoice_{other.id}": "1"}
    assert (await client.post(f"/customers/{harbour.id}/calls", data=fields)).status_code == 422
    assert await ToldPaid.count() == 0


async def test_strangers_and_viewers_ring_nobody(
    client: httpx.AsyncClient, sign_in: Any, harbour: Customer, meridian: cast.Firm
) -> None:
    await sign_in(Role.VIEWER)
    assert (await client.get(f"/customers/{harbour.id}/calls/new")).status_code == 403
    assert (await client.post(f"/customers/{harbour.id}/calls", data={"outcome": "talked"})).status_code == 403
    await sign_in(meridian.anna)
    assert (await client.get(f"/customers/{harbour.id}/calls/new")).status_code == 404
    assert (await client.post(f"/customers/{harbour.id}/calls", data={"outcome": "talked"})).status_code == 404
