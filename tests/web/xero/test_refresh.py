"""POST /customers/{id}/refresh: coming back from Edit in Xero"""

import pytest

from app.clock import now
from app.customers.tables import Customer
from app.invoices.tables import Invoice
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


async def test_what_was_edited_comes_over_with_two_calls(client, customer, invoice, rig):
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/contacts/{customer.xero_id}", FirstName="Wilhelmina", LastName="Ohm")
    await rig.do("/control/payments", invoice=invoice.number, amount="all")
    answer = await client.post(f"/customers/{customer.id}/refresh", headers=REGION)
    assert answer.status_code == 200 and "<html" not in answer.text
    assert 'id="customer"' in answer.text and "Wilhelmina Ohm" in answer.text
    assert f"{invoice.number} (" in answer.text and "is paid" in answer.text
    assert rig.calls() == ["GET /Contacts", "GET /Invoices"]
    assert not (await Invoice.objects().get(Invoice.id == invoice.id)).is_open


async def test_nothing_is_swapped_when_nothing_had_changed(client, customer):
    answer = await client.post(f"/customers/{customer.id}/refresh", headers=REGION)
    assert (answer.status_code, answer.text) == (204, "")


async def test_it_is_not_read_again_within_twenty_seconds(client, customer, rig):
    for _ in range(3):
        await client.post(f"/customers/{customer.id}/refresh", headers=REGION)
    assert len(rig.calls()) == 2
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
    assert f"{customer.name} was edited in Xero." in (await client.get(answer.headers["location"])).text
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
