"""Asking for a sync, watching it, and the page that says what they did."""

import pytest

from app.organisations.membership import Role
from app.xero.tables import Quarantined, SyncRun
from tests.xero_rig import NOW


@pytest.fixture
async def connected(borealis, sign_in, rig):
    await rig.connect(await sign_in(Role.OWNER))
    assert (await rig.sync(borealis.id, "first")).is_good
    return borealis


async def test_sync_now_answers_with_the_line_that_goes_on_asking(client, connected, sign_in):
    await sign_in(Role.CONTROLLER)
    answer = await client.post("/syncs", headers={"HX-Request": "true", "HX-Target": "sync"})
    assert answer.status_code == 200
    assert 'hx-get="/syncs/line"' in answer.text and "<html" not in answer.text


async def test_sync_now_without_script_leads_to_its_progress(client, connected, sign_in):
    await sign_in(Role.CONTROLLER)
    answer = await client.post("/syncs")
    run = await SyncRun.objects().order_by(SyncRun.id, ascending=False).first()
    assert answer.headers["location"] == f"/syncs/{run.id}"


async def test_pressing_it_twice_asks_for_one_sync(client, connected, sign_in):
    await sign_in(Role.CONTROLLER)
    first, second = await client.post("/syncs"), await client.post("/syncs")
    assert first.headers["location"] == second.headers["location"]


async def test_a_viewer_cannot_ask_for_a_sync(client, connected, sign_in):
    await sign_in(Role.VIEWER)
    assert (await client.post("/syncs")).status_code == 403


async def test_the_page_says_what_ran_what_changed_and_what_could_not_be_used(client, connected, sign_in, rig):
    record = next(r for r in rig.books("Invoices") if r["Status"] == "AUTHORISED" and r["Type"] == "ACCREC")
    rig.clock.forward(minutes=5)
    await rig.do("/control/payments", invoice=record["InvoiceNumber"], amount="all")
    await rig.sync(connected.id)
    await Quarantined(
        organisation=connected.id, resource="invoices", xero_id="x", label="INV-ODD", reason="No total.", seen_at=NOW
    ).save()
    await sign_in(Role.VIEWER)
    page = await client.get("/syncs")
    assert page.status_code == 200
    assert "changed: 1 invoice" in page.text
    assert f"{record['InvoiceNumber']} (" in page.text and "is paid" in page.text
    assert "INV-ODD" in page.text and "No total." in page.text
    assert "by the syncs of the last 24 hours" in page.text and "left for the day, as Xero last said" in page.text


async def test_what_could_not_be_used_leads_to_its_page_in_xero(client, connected, sign_in):
    for resource in ("invoices", "contacts", "credit_notes"):
        await Quarantined(
            organisation=connected.id,
            resource=resource,
            xero_id=f"id-of-{resource}",
            label=resource,
            reason="Odd.",
            seen_at=NOW,
        ).save()
    await sign_in(Role.VIEWER)
    page = (await client.get("/syncs")).text
    assert "/invoicing/view/id-of-invoices" in page and "/contacts/contact/id-of-contacts" in page
    assert "credit note" in page and "id-of-credit_notes" not in page


async def test_another_organisations_sync_is_not_shown(client, connected, meridian, sign_in):
    run = await SyncRun.objects().first()
    await sign_in(meridian.anna)
    assert (await client.get(f"/syncs/{run.id}")).status_code == 404


async def test_before_anything_is_connected_the_page_leads_to_connecting(client, sign_in):
    await sign_in(Role.CONTROLLER)
    assert (await client.get("/syncs")).headers["location"] == "/connect"
    assert (await client.post("/syncs")).headers["location"] == "/connect"
