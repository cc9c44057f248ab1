"""POST /customers/{id}/refresh: coming back from Edit in Xero"""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.clock import now
from app.customers.tables import Customer
from app.invoices.tables import Credit, Invoice
from app.money import amount
from app.organisations.membership import Role
from app.xero.connection_actions import disconnect
from app.xero.refresh_actions import refresh_customer
from app.xero.tables import Connection, Quarantined

REGION = {"HX-Request": "true", "HX-Target": "customer"}


@pytest.fixture
async def connected(borealis, sign_in, rig):
    await rig.connect(await sign_in(Role.OWNER))
    assert (await rig.sync(borealis.id, "first")).is_good
    await sign_in(Role.CONTROLLER)
    rig.calls()
    return borealis


@pytest.fixture
async def invoice(connected) -> Invoice:
    found = await Invoice.objects().where(Invoice.is_open.eq(True)).order_by(Invoice.id).first()
    assert found is not None
    return found


@pytest.fixture
async def customer(invoice) -> Customer:
    found = await Customer.objects().get(Customer.id == invoice.customer)
    assert found is not None
    return found


CALLS = ["GET /Contacts", "GET /Invoices", "GET /CreditNotes", "GET /Prepayments", "GET /Overpayments"]


async def test_what_was_edited_comes_over_with_five_calls_and_one_for_a_new_payment(client, customer, invoice, rig):
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/contacts/{customer.xero_id}", FirstName="Wilhelmina", LastName="Ohm")
    await rig.do("/control/payments", invoice=invoice.number, amount="all")
    answer = await client.post(f"/customers/{customer.id}/refresh", headers=REGION)
    assert answer.status_code == 200 and "<html" not in answer.text
    assert 'id="customer"' in answer.text and "Wilhelmina Ohm" in answer.text
    assert f"{invoice.number} (" in answer.text and "is paid" in answer.text
    assert rig.calls() == [*CALLS, "GET /Payments"], "of a payment not seen before, whether it is a write-off"
    assert not (await Invoice.objects().get(Invoice.id == invoice.id)).is_open


async def test_nothing_is_swapped_when_nothing_had_changed(client, customer):
    answer = await client.post(f"/customers/{customer.id}/refresh", headers=REGION)
    assert (answer.status_code, answer.text) == (204, "")


async def test_it_is_not_read_again_within_twenty_seconds(client, customer, rig):
    for _ in range(3):
        await client.post(f"/customers/{customer.id}/refresh", headers=REGION)
    assert rig.calls() == CALLS
    at = now()
    assert (await refresh_customer(customer, xero=rig.xero, now=at)).is_recent
    later = at.replace(year=at.year + 1)
    await refresh_customer(customer, xero=rig.xero, now=later)
    assert "GET /Contacts" in rig.calls()


async def test_without_script_the_menu_does_it(client, customer, rig):
    assert "Refresh from Xero" in (await client.get(f"/customers/{customer.id}")).text
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/contacts/{customer.xero_id}", FirstName="Wilhelmina")
    answer = await client.post(f"/customers/{customer.id}/refresh")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/customers/{customer.id}")
    assert f"{customer.name} was edited in Xero" in (await client.get(answer.headers["location"])).text
    await client.post(f"/customers/{customer.id}/refresh")
    assert "was read from Xero a moment ago" in (await client.get(f"/customers/{customer.id}")).text


async def test_from_a_list_or_an_invoice_the_page_is_loaded_again_if_something_changed(client, customer, rig):
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/contacts/{customer.xero_id}", FirstName="Wilhelmina")
    answer = await client.post(f"/customers/{customer.id}/refresh", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers.get("hx-refresh")) == (204, "true")


async def test_an_edit_that_xero_does_not_stamp_comes_too(client, customer, invoice, rig):
    shelf = rig.ledger.organisations[0].shelves["Invoices"]
    place = shelf.find(invoice.xero_id)
    shelf.put(place, {**shelf.get(place), "Reference": "PO 4711"})
    await client.post(f"/customers/{customer.id}/refresh", headers=REGION)
    assert (await Invoice.objects().get(Invoice.id == invoice.id)).reference == "PO 4711"


async def test_a_credit_that_was_written_there_comes_with_its_tax(client, customer, rig):
    note = await rig.do("/control/credits", contact=customer.xero_id, amount="50.00")
    await client.post(f"/customers/{customer.id}/refresh", headers=REGION)
    row = await Credit.objects().get(Credit.xero_id == note["CreditNoteID"])
    assert (row.customer, amount(row.remaining)) == (customer.id, 60)


async def test_a_credit_that_was_used_up_there_is_seen(client, customer, invoice, rig):
    note = await rig.do("/control/credits", contact=customer.xero_id, amount="5.00")
    at = now()
    await refresh_customer(customer, xero=rig.xero, now=at)
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/credits/{note['CreditNoteID']}", invoice=invoice.number, amount="all")
    outcome = await refresh_customer(customer, xero=rig.xero, now=at + timedelta(minutes=5))
    row = await Credit.objects().get(Credit.xero_id == note["CreditNoteID"])
    assert row.remaining == 0 and any("credit note" in sentence for sentence in outcome.sentences)
    after = await Invoice.objects().get(Invoice.id == invoice.id)
    assert after.outstanding == invoice.outstanding - 60_000


@pytest.mark.parametrize("kind", ["Prepayments", "Overpayments"])
async def test_money_that_was_paid_ahead_comes_too(client, customer, rig, kind):
    one = kind.removesuffix("s")
    await rig.do("/control/credits", contact=customer.xero_id, amount="40.00")
    like = dict(rig.books("CreditNotes")[-1])
    rig.ledger.organisations[0].shelves[kind].add({**like, f"{one}ID": str(uuid4()), "Type": f"RECEIVE-{one.upper()}"})
    await client.post(f"/customers/{customer.id}/refresh", headers=REGION)
    rows = await Credit.objects().where(Credit.customer == customer.id, Credit.kind == one.lower())
    assert [amount(row.remaining) for row in rows] == [48]


async def test_another_contacts_credit_is_left_to_the_sync(client, customer, rig):
    other = await Customer.objects().where(Customer.id != customer.id, Customer.is_archived.eq(False)).first()
    await rig.do("/control/credits", contact=other.xero_id, amount="50.00")
    await client.post(f"/customers/{customer.id}/refresh", headers=REGION)
    assert not await Credit.exists().where(Credit.customer == other.id)


async def test_where_xero_will_not_look_for_credits_by_contact_the_rest_comes(client, customer, rig):
    await rig.do(f"/control/contacts/{customer.xero_id}", FirstName="Wilhelmina")
    for path in ("CreditNotes", "Prepayments", "Overpayments"):
        await rig.fault("404", path=f"/api.xro/2.0/{path}", times=None)
    await client.post(f"/customers/{customer.id}/refresh", headers=REGION)
    assert (await Customer.objects().get(Customer.id == customer.id)).first_name == "Wilhelmina"


async def test_a_merged_contacts_invoices_move(client, customer, rig, connected):
    other = await Customer.objects().where(Customer.id != customer.id, Customer.is_archived.eq(False)).first()
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/contacts/{customer.xero_id}/merge", into=other.xero_id)
    await client.post(f"/customers/{customer.id}/refresh", headers=REGION)
    assert await Invoice.count().where(Invoice.customer == customer.id) == 0
    assert (await Customer.objects().get(Customer.id == customer.id)).is_archived


@pytest.mark.parametrize("fault", ["503", "reset", "html", "truncated", "429-minute"])
async def test_xero_away_is_told_and_changes_nothing(client, customer, rig, fault):
    await rig.fault(fault, times=None)
    answer = await client.post(f"/customers/{customer.id}/refresh")
    assert answer.headers["location"] == f"/customers/{customer.id}"
    assert "Not read from Xero." in (await client.get(answer.headers["location"])).text
    assert (await client.post(f"/customers/{customer.id}/refresh", headers=REGION)).status_code == 204
    assert (await Connection.objects().first()).state == "connected"


async def test_access_that_has_ended_disconnects(client, customer, rig):
    await rig.fault("403", times=None)
    await client.post(f"/customers/{customer.id}/refresh")
    assert (await Connection.objects().first()).state == "disconnected"


async def test_while_disconnected_nobody_asks_xero(client, customer, rig, connected):
    await disconnect(connected.id, "It was disconnected in Xero.", now())
    await client.post(f"/customers/{customer.id}/refresh")
    assert rig.calls() == []


async def test_a_record_that_is_put_right_leaves_the_list_of_the_unusable(client, customer, invoice, connected):
    await Quarantined(organisation=connected.id, resource="invoices", xero_id=invoice.xero_id, reason="Odd.").save()
    await client.post(f"/customers/{customer.id}/refresh", headers=REGION)
    assert await Quarantined.count().where(Quarantined.resolved_at.is_null()) == 0


async def test_a_viewer_may_not_and_another_business_finds_nobody(client, customer, sign_in, meridian, rig):
    await sign_in(Role.VIEWER)
    assert (await client.post(f"/customers/{customer.id}/refresh")).status_code == 403
    page = await client.get(f"/customers/{customer.id}")
    assert "Refresh from Xero" not in page.text and "on-return" not in page.text
    await sign_in(meridian.anna)
    assert (await client.post(f"/customers/{customer.id}/refresh")).status_code == 404
    assert rig.calls() == []


async def test_the_pages_that_lead_to_xero_ask_on_return(client, customer, invoice):
    for path, address in (
        (f"/customers/{customer.id}", f"/customers/{customer.id}/refresh"),
        (f"/invoices/{invoice.id}", f"/customers/{customer.id}/refresh"),
        ("/customers", "{row}/refresh"),
    ):
        page = (await client.get(path)).text
        assert f'<meta name="on-return" content="{address}"' in page and "return.js" in page, path
