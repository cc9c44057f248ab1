"""In step with the ledger: after each sync our tables equal its books."""

from collections import Counter
from datetime import date
from decimal import Decimal

from app.activity.tables import Activity
from app.customers.tables import Customer, Recipient, Summary
from app.database import fetch
from app.invoices.tables import Credit, Invoice, Payment
from app.money import amount, in_base
from app.organisations.tables import Organisation
from app.problems import TryLater
from app.xero import closing_actions
from app.xero.tables import Connection, SyncRun
from tests.xero_rig import NOW, Rig

TODAY = NOW.date()


async def ours(number: str) -> Invoice:
    found = await Invoice.objects().get(Invoice.number == number)
    assert found is not None, number
    return found


def an_open(rig: Rig) -> dict:
    """An open sales invoice of the ledger's, without payments."""
    for record in rig.books("Invoices"):
        is_open = record["Type"] == "ACCREC" and record["Status"] == "AUTHORISED" and record["CurrencyCode"] == "GBP"
        if is_open and record["AmountDue"] == record["Total"]:
            return record
    raise AssertionError("the ledger has no open invoice")


async def assert_equal_to_the_books(rig: Rig) -> None:
    """Documents equal Xero's, and sums equal the documents."""
    sales = {r["InvoiceID"]: r for r in rig.books("Invoices") if r["Type"] == "ACCREC"}
    rows = {r["xero_id"]: r for r in await Invoice.select(Invoice.all_columns(), Invoice.customer.xero_id)}
    assert rows.keys() == sales.keys()
    for key, record in sales.items():
        row = rows[key]
        assert (row["status"], amount(row["outstanding"])) == (record["Status"], record["AmountDue"]), record["InvoiceNumber"]
        assert amount(row["total"]) == record["Total"]
        assert row["customer.xero_id"] == record["Contact"]["ContactID"]
        assert bool(row["is_open"]) == (record["Status"] == "AUTHORISED" and record["AmountDue"] > 0)
    await assert_sums_equal_the_documents()
    credits_ = {r["CreditNoteID"]: r for r in rig.books("CreditNotes") if r["Type"] == "ACCRECCREDIT"}
    for row in await Credit.objects().where(Credit.kind == "credit_note"):
        assert amount(row.remaining) == credits_[row.xero_id]["RemainingCredit"]


async def assert_sums_equal_the_documents() -> None:
    owed: Counter[int] = Counter()
    for row in await Invoice.objects().where(Invoice.is_open.eq(True)):
        owed[row.customer] += row.outstanding_base
    kept = {row.customer: row.outstanding_base for row in await Summary.objects()}
    assert {key: value for key, value in kept.items() if value} == dict(owed)
    assert set(kept) == {row["customer"] for row in await Invoice.select(Invoice.customer).distinct()}


async def test_the_first_sync_brings_everything_over(synced, rig):
    await assert_equal_to_the_books(rig)
    assert await Customer.count() == len(rig.books("Contacts"))
    payments = sum(len(r["Payments"]) for r in rig.books("Invoices") if r["Type"] == "ACCREC")
    assert await Payment.count().where(Payment.kind == "payment") == payments
    connection = await Connection.objects().first()
    assert connection is not None and connection.last_good_sync_at == NOW


async def test_the_first_sync_is_no_news_and_has_every_debtor_planned(synced):
    assert await Activity.count().where(Activity.by == "Xero") == 0
    owing = await fetch("SELECT DISTINCT customer FROM invoice WHERE is_open")
    waiting = await Customer.select(Customer.id).where(Customer.reconsider_at.is_not_null())
    assert {row["id"] for row in waiting} == {row["customer"] for row in owing}


async def test_the_first_sync_takes_few_calls(firm, rig):
    rig.calls()
    outcome = await rig.sync(firm.id, "first")
    assert len(rig.calls()) == outcome.calls <= 1 + 1 + 0 + 8


async def test_a_sync_after_which_nothing_changed_takes_at_most_seven_calls_and_changes_nothing(synced, rig):
    rig.calls()
    rig.clock.forward(minutes=5)
    outcome = await rig.sync(synced.id)
    assert len(rig.calls()) <= 7
    assert sum(outcome.changed.values()) == 0
    assert await Activity.count().where(Activity.by == "Xero") == 0


async def test_a_paid_invoice_is_closed_and_told(synced, rig):
    record = an_open(rig)
    rig.clock.forward(minutes=5)
    await Customer.update({Customer.reconsider_at: None}, force=True)
    await rig.do("/control/payments", invoice=record["InvoiceNumber"], amount="all", date="2026-11-22")
    await rig.sync(synced.id)
    row = await ours(record["InvoiceNumber"])
    assert (row.status, row.is_open, row.paid_on) == ("PAID", False, date(2026, 11, 22))
    told = await Activity.objects().get(Activity.invoice_id == row.id)
    assert told is not None and (told.kind, told.customer_id) == ("paid", row.customer)
    customer = await Customer.objects().get(Customer.id == row.customer)
    assert customer is not None and customer.reconsider_at == rig.clock()
    await assert_equal_to_the_books(rig)


async def test_a_new_receipt_has_everybody_planned_anew_where_the_want_of_one_holds_them(synced, rig):
    record = an_open(rig)
    for rule, planned in ((None, {"only the payer"}), (3, {"everybody"})):
        await Organisation.update({Organisation.receipt_patience_days: rule}, force=True)
        await Customer.update({Customer.reconsider_at: None}, force=True)
        day = f"2026-11-{23 if rule else 22}"
        rig.clock.forward(minutes=5)
        await rig.do("/control/payments", invoice=record["InvoiceNumber"], amount="1.00", date=day)
        await rig.sync(synced.id)
        waiting, customers = await Customer.count().where(Customer.reconsider_at.is_not_null()), await Customer.count()
        assert planned == ({"everybody"} if waiting == customers else {"only the payer"} if waiting == 1 else {str(waiting)})


async def test_a_part_payment_leaves_the_rest_open(synced, rig):
    record = an_open(rig)
    rig.clock.forward(minutes=5)
    await rig.do("/control/payments", invoice=record["InvoiceNumber"], amount="1.00")
    outcome = await rig.sync(synced.id)
    row = await ours(record["InvoiceNumber"])
    assert amount(row.outstanding) == record["AmountDue"] - 1
    run = await SyncRun.objects().get(SyncRun.id == outcome.run_id)
    assert run is not None and f"{record['InvoiceNumber']} (" in run.examples and "received GBP 1.00" in run.examples
    await assert_equal_to_the_books(rig)


async def test_a_payment_that_is_removed_opens_the_invoice_again(synced, rig):
    record = an_open(rig)
    rig.clock.forward(minutes=5)
    paid = await rig.do("/control/payments", invoice=record["InvoiceNumber"], amount="all")
    await rig.sync(synced.id)
    rig.clock.forward(minutes=5)
    answer = await rig.http.delete(f"/control/payments/{paid['PaymentID']}")
    assert answer.status_code == 200, answer.text
    await rig.sync(synced.id)
    row = await ours(record["InvoiceNumber"])
    assert row.is_open
    payment = await Payment.objects().get(Payment.xero_id == paid["PaymentID"])
    assert payment is not None and payment.status == "DELETED"
    await assert_equal_to_the_books(rig)


async def test_a_voided_invoice_is_closed(synced, rig):
    record = an_open(rig)
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/invoices/{record['InvoiceNumber']}/void")
    await rig.sync(synced.id)
    row = await ours(record["InvoiceNumber"])
    assert (row.status, row.is_open) == ("VOIDED", False)
    await assert_equal_to_the_books(rig)


async def test_a_new_invoice_of_a_new_contact_comes_with_its_customer(synced, rig):
    rig.clock.forward(minutes=5)
    contact = await rig.do("/control/contacts", Name="Quayside Ltd", EmailAddress="pay@quayside.example")
    await rig.do("/control/invoices", contact=contact["ContactID"], amount="100.00", number="INV-NEW")
    await rig.sync(synced.id)
    row = await ours("INV-NEW")
    customer = await Customer.objects().get(Customer.id == row.customer)
    assert customer is not None and (customer.name, customer.chasing) == ("Quayside Ltd", True)
    assert await Summary.exists().where(Summary.customer == customer.id)
    await assert_equal_to_the_books(rig)


async def test_where_one_began_with_a_few_a_new_customer_is_not_chased(synced, rig):
    synced.organisation.starts_with = "few"
    await synced.organisation.save()
    rig.clock.forward(minutes=5)
    contact = await rig.do("/control/contacts", Name="Quayside Ltd")
    await rig.do("/control/invoices", contact=contact["ContactID"], amount="100.00", number="INV-NEW")
    await rig.sync(synced.id)
    customer = await Customer.objects().get(Customer.name == "Quayside Ltd")
    assert customer is not None and not customer.chasing


async def test_what_we_keep_beside_xeros_facts_is_left_alone(synced, rig):
    record = an_open(rig)
    row = await ours(record["InvoiceNumber"])
    await Invoice.update({Invoice.excluded: True, Invoice.schedule_id: 7}).where(Invoice.id == row.id)
    await Customer.update({Customer.chasing: False, Customer.stop_note: "ours"}).where(Customer.id == row.customer)
    rig.clock.forward(minutes=5)
    await rig.do("/control/payments", invoice=record["InvoiceNumber"], amount="1.00")
    await rig.do(f"/control/contacts/{record['Contact']['ContactID']}", FirstName="Ottilie")
    await rig.sync(synced.id)
    row, customer = await ours(record["InvoiceNumber"]), await Customer.objects().get(Customer.id == row.customer)
    assert (row.excluded, row.schedule_id) == (True, 7)
    assert customer is not None
    assert (customer.first_name, customer.chasing, customer.stop_note) == ("Ottilie", False, "ours")


async def test_recipients_follow_the_contact_unless_a_person_chose(synced, rig):
    record = next(each for each in rig.books("Contacts") if each.get("ContactPersons"))
    person = record["ContactPersons"][0]
    customer = await Customer.objects().get(Customer.xero_id == record["ContactID"])
    assert customer is not None
    kinds = {row.email: row.kind for row in await Recipient.objects().where(Recipient.customer == customer.id)}
    assert kinds[record["EmailAddress"]] == "normal"
    assert kinds[person["EmailAddress"]] == ("copy" if person["IncludeInEmails"] else "none")
    chosen = (Recipient.customer == customer.id) & (Recipient.email == person["EmailAddress"])
    await Recipient.update({Recipient.kind: "escalated", Recipient.is_kind_chosen: True}).where(chosen)
    await Recipient(customer=customer.id, email="mine@here.example", kind="normal", source="here").save()
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/contacts/{record['ContactID']}", EmailAddress="new@firm.example", ContactPersons=[])
    await rig.sync(synced.id)
    kinds = {row.email: row.kind for row in await Recipient.objects().where(Recipient.customer == customer.id)}
    assert kinds == {"new@firm.example": "normal", person["EmailAddress"]: "escalated", "mine@here.example": "normal"}


async def test_a_merged_contacts_invoices_go_to_the_one_that_is_kept(synced, rig):
    record = an_open(rig)
    kept = next(r for r in rig.books("Contacts") if r["ContactID"] != record["Contact"]["ContactID"])
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/contacts/{record['Contact']['ContactID']}/merge", into=kept["ContactID"])
    await rig.sync(synced.id)
    row = await Invoice.select(Invoice.customer.xero_id).where(Invoice.number == record["InvoiceNumber"]).first()
    assert row is not None and row["customer.xero_id"] == kept["ContactID"]
    await assert_sums_equal_the_documents()


async def test_an_archived_contact_is_marked(synced, rig):
    record = an_open(rig)
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/contacts/{record['Contact']['ContactID']}/archive")
    await rig.sync(synced.id)
    customer = await Customer.objects().get(Customer.xero_id == record["Contact"]["ContactID"])
    assert customer is not None and customer.is_archived


async def test_a_credit_that_is_used_up_no_longer_counts(synced, rig):
    record = an_open(rig)
    rig.clock.forward(minutes=5)
    note = await rig.do("/control/credits", contact=record["Contact"]["ContactID"], amount="1.00")
    await rig.sync(synced.id)
    credit = await Credit.objects().get(Credit.xero_id == note["CreditNoteID"])
    assert credit is not None and amount(credit.remaining) > 0
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/credits/{note['CreditNoteID']}", invoice=record["InvoiceNumber"], amount="all")
    await rig.sync(synced.id)
    credit = await Credit.objects().get(Credit.xero_id == note["CreditNoteID"])
    assert credit is not None and credit.remaining == 0
    applied = await Payment.objects().get(Payment.xero_id == note["CreditNoteID"])
    assert applied is not None and applied.kind == "credit_note"
    await assert_equal_to_the_books(rig)


async def test_the_weekly_sweep_finds_what_xero_does_not_stamp(synced, rig):
    record = an_open(rig)
    rig.clock.forward(minutes=5)
    await rig.do("/control/payments", invoice=record["InvoiceNumber"], amount="1.00")
    rig.clock.forward(minutes=5)
    await rig.do("/control/invoices", contact=record["Contact"]["ContactID"], amount="1.00", number="INV-LATER")
    await rig.sync(synced.id)
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/invoices/{record['InvoiceNumber']}", DueDate="2027-01-31")
    await rig.sync(synced.id, "daily")
    assert (await ours(record["InvoiceNumber"])).due_on != date(2027, 1, 31), "the ledger stamps such changes"
    rig.clock.forward(days=8)
    await rig.sync(synced.id, "daily")
    assert (await ours(record["InvoiceNumber"])).due_on == date(2027, 1, 31)


async def test_foreign_invoices_count_in_base_currency(synced, rig):
    foreign = next(r for r in rig.books("Invoices") if r["CurrencyCode"] != "GBP" and r["AmountDue"] > 0)
    row = await ours(foreign["InvoiceNumber"])
    assert amount(row.outstanding_base) == in_base(Decimal(foreign["AmountDue"]), foreign["CurrencyRate"])
    assert Decimal(row.rate) == foreign["CurrencyRate"]


async def test_a_new_day_makes_more_invoices_overdue(synced, rig):
    before = await fetch("SELECT SUM(overdue_count) AS n FROM customer_summary")
    rig.clock.forward(days=30)
    await rig.sync(synced.id)
    after = await fetch("SELECT SUM(overdue_count) AS n FROM customer_summary")
    assert int(after[0]["n"]) > int(before[0]["n"])


async def test_one_sync_at_a_time_the_second_is_told_of_the_first(synced, rig):
    import asyncio

    rig.clock.forward(minutes=5)
    outcomes = await asyncio.gather(rig.sync(synced.id), rig.sync(synced.id))
    assert sorted(outcome.state for outcome in outcomes) == ["done", "running"]


async def test_the_organisations_own_facts_come_once_a_day(synced, rig):
    rig.calls()
    await rig.sync(synced.id)
    assert "GET /Organisation" not in rig.calls()
    rig.clock.forward(days=1)
    await rig.sync(synced.id)
    assert "GET /Organisation" in rig.calls()


async def test_a_first_sync_that_breaks_off_while_adding_up_is_completed_by_the_next(firm, rig, monkeypatch):
    async def breaks_off(*_):
        raise TryLater

    with monkeypatch.context() as broken:
        broken.setattr(closing_actions, "recount", breaks_off)
        assert not (await rig.sync(firm.id, "first")).is_good
    assert await Customer.count().where(Customer.reconsider_at.is_not_null()) == 0  # nobody is planned on half of it
    assert (await rig.sync(firm.id)).is_good
    counted = await fetch("SELECT COUNT(*) AS n FROM customer_summary WHERE open_count > 0")
    owing = await fetch("SELECT COUNT(DISTINCT customer) AS n FROM invoice WHERE is_open")
    assert counted == owing != [{"n": 0}]
    assert await Customer.count().where(Customer.reconsider_at.is_not_null()) == int(owing[0]["n"])
