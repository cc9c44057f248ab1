"""Payments as Xero lists them: money, write-offs, and what was taken off again."""

from app.activity.tables import Activity
from app.customers.tables import Customer
from app.invoices.tables import Payment
from app.xero.refresh_actions import refresh_customer
from app.xero.tables import Connection, Cursor, SyncRun
from tests import cast
from tests.integration.xero.test_sync import an_open, assert_equal_to_the_books, ours
from tests.xero_rig import NOW, Rig


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
    record = an_open(rig)
    payment = await pay(rig, record, account="writeoff")
    outcome = await rig.sync(synced.id)
    assert outcome.is_good
    assert (await kept(payment)).is_write_off
    run = await SyncRun.objects().get(SyncRun.id == outcome.run_id)
    assert run is not None and f"of {record['InvoiceNumber']} was written off in Xero." in run.examples
    assert (await rig.sync(synced.id)).is_good
    assert await Activity.count().where(Activity.kind == "write_off") == 1


async def test_a_write_off_that_is_met_when_a_customer_is_read_anew_is_one(synced, rig):
    """Whoever comes back from Xero must not set a thank-you going for money that never came."""
    record = an_open(rig)
    payment = await pay(rig, record, account="writeoff")
    customer = await Customer.objects().get(Customer.xero_id == record["Contact"]["ContactID"])
    refreshed = await refresh_customer(customer, xero=rig.xero, now=rig.clock())
    assert not refreshed.problem
    assert any("was written off in Xero" in sentence for sentence in refreshed.sentences)
    assert (await kept(payment)).is_write_off
    assert (await rig.sync(synced.id)).is_good
    assert await Activity.count().where(Activity.kind == "write_off") == 1


async def test_what_was_written_off_before_the_first_sync_is_known_and_no_news(firm, rig):
    record = an_open(rig)
    money, written_off = await pay(rig, an_open(rig)), await pay(rig, an_open(rig), account="writeoff")
    assert (await rig.sync(firm.id, "first")).is_good
    assert (await kept(written_off)).is_write_off and not (await kept(money)).is_write_off
    assert not (await ours(record["InvoiceNumber"])).is_open
    assert await Activity.count().where(Activity.kind == "write_off") == 0
    banks = {each["AccountID"] for each in rig.ledger.organisations[0].accounts if each["Type"] == "BANK"}
    elsewhere = {
        each["PaymentID"]
        for each in rig.books("Payments")
        if each["PaymentType"] == "ACCRECPAYMENT" and each["Account"]["AccountID"] not in banks
    }
    marked = Payment.select(Payment.xero_id).where(Payment.is_write_off.eq(True)).output(as_list=True)
    assert set(await marked) == elsewhere > {written_off["PaymentID"]}
    assert rig.calls().count("GET /Payments") == 1


async def test_where_xero_refuses_to_sort_payments_out_the_first_sync_goes_on(database):
    """As of an organisation with more than 100,000 of them (Xero's error 51)."""
    rig = Rig(high_volume_above=10)
    firm = await cast.borealis(created_at=NOW)
    await rig.connect(firm.anna)
    written_off = await pay(rig, an_open(rig), account="writeoff")
    assert (await rig.sync(firm.id, "first")).is_good
    assert not (await kept(written_off)).is_write_off
    await assert_equal_to_the_books(rig)
    await rig.close()


async def test_a_first_sync_that_cannot_learn_of_write_offs_is_tried_again(firm, rig):
    written_off = await pay(rig, an_open(rig), account="writeoff")
    await rig.fault("503", path="/api.xro/2.0/Payments", times=None)
    assert not (await rig.sync(firm.id, "first")).is_good
    await rig.mend()
    assert (await rig.sync(firm.id, "first")).is_good
    assert (await kept(written_off)).is_write_off


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


async def test_a_write_off_met_while_xero_hides_its_accounts_is_found_out_later(synced, rig):
    """It counts as money until then: what is in doubt must stop nothing."""
    payment = await pay(rig, an_open(rig), account="writeoff")
    await rig.fault("403", path="/api.xro/2.0/Accounts", times=None)
    assert (await rig.sync(synced.id)).is_good
    assert not (await kept(payment)).is_write_off
    await rig.mend()
    assert (await rig.sync(synced.id)).is_good
    assert (await kept(payment)).is_write_off
    assert await Activity.count().where(Activity.kind == "write_off") == 1
    rig.calls()
    assert (await rig.sync(synced.id)).is_good
    assert "GET /Accounts" not in rig.calls()
