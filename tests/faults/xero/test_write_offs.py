"""Payments as Xero lists them: money, write-offs, and what was taken off again."""

from app.activity.tables import Activity
from app.invoices.tables import Payment
from app.xero.tables import Connection, Cursor
from tests.integration.xero.test_sync import an_open, assert_equal_to_the_books, ours


async def pay(rig, record, **facts):
    rig.clock.forward(minutes=5)
    return await rig.do("/control/payments", invoice=record["InvoiceNumber"], amount="all", **facts)


async def kept(payment) -> Payment:
    row = await Payment.objects().get(Payment.xero_id == payment["PaymentID"])
    assert row is not None
    return row


async def test_a_payment_into_a_bank_account_is_money(synced, rig):
    payment = await pay(rig, an_open(rig))
    assert (await rig.sync(synced.id)).is_good
    assert not (await kept(payment)).is_write_off


async def test_a_payment_into_another_account_is_a_write_off_and_is_told_once(synced, rig):
    payment = await pay(rig, an_open(rig), account="writeoff")
    assert (await rig.sync(synced.id)).is_good
    assert (await kept(payment)).is_write_off
    assert (await rig.sync(synced.id)).is_good
    assert await Activity.count().where(Activity.kind == "write_off") == 1


async def test_payments_are_asked_for_only_when_one_is_new(synced, rig):
    rig.calls()
    await rig.sync(synced.id)
    assert "GET /Payments" not in rig.calls()
    await pay(rig, an_open(rig))
    await rig.sync(synced.id)
    assert rig.calls().count("GET /Payments") == 1
    await rig.sync(synced.id)
    assert "GET /Payments" not in rig.calls()


async def test_an_account_that_is_new_in_xero_is_looked_up(synced, rig):
    await Connection.update({Connection.bank_accounts: "[]"}, force=True)
    payment = await pay(rig, an_open(rig))
    await rig.sync(synced.id)
    assert not (await kept(payment)).is_write_off


async def test_a_payment_that_came_while_payments_were_being_read_is_asked_for_by_itself(synced, rig):
    """Its invoice comes later than Xero's stamp of it: the payments' cursor has passed it by."""
    payment = await pay(rig, an_open(rig), account="writeoff")
    rig.clock.forward(hours=1)
    await Cursor(organisation=synced.id, resource="payments", modified_since=rig.clock()).save()
    await rig.sync(synced.id)
    assert (await kept(payment)).is_write_off


async def test_an_answer_about_payments_that_fails_leaves_the_invoice_as_it_was(synced, rig):
    """Closed without knowing how it was paid, it might be thanked for."""
    record = an_open(rig)
    payment = await pay(rig, record, account="writeoff")
    await rig.fault("503", path="/api.xro/2.0/Payments", times=None)
    assert not (await rig.sync(synced.id, "portal")).is_good
    assert (await ours(record["InvoiceNumber"])).is_open
    await rig.mend()
    assert (await rig.sync(synced.id)).is_good
    assert (await kept(payment)).is_write_off
    await assert_equal_to_the_books(rig)


async def test_a_payment_taken_off_without_a_new_stamp_on_its_invoice_is_found_the_next_day(synced, rig):
    record = an_open(rig)
    payment = await pay(rig, record)
    rig.clock.forward(hours=1)
    await rig.do("/control/invoices", contact=record["Contact"]["ContactID"], amount="1.00")
    await rig.sync(synced.id)
    books = rig.ledger.organisations[0]
    place, before = books.open("Invoices", record["InvoiceNumber"])
    stamp = before["UpdatedDateUTC"]
    rig.clock.forward(hours=10)
    await rig.http.delete(f"/control/payments/{payment['PaymentID']}")
    place, after = books.open("Invoices", record["InvoiceNumber"])
    books.invoices.put(place, {**after, "UpdatedDateUTC": stamp})
    await rig.do("/control/invoices", contact=record["Contact"]["ContactID"], amount="1.00")
    assert (await rig.sync(synced.id)).is_good
    assert not (await ours(record["InvoiceNumber"])).is_open, "the ledger stamps such changes"
    assert (await rig.sync(synced.id, "daily")).is_good
    assert (await ours(record["InvoiceNumber"])).is_open
    assert (await kept(payment)).status == "DELETED"
