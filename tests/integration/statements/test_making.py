"""One statement a customer and month, through the outbox."""

import asyncio
from datetime import date, timedelta

import pytest

from app.customers.tables import Customer
from app.invoices.tables import Invoice, Payment
from app.mail.rechecks import Empty, Rewritten, Same
from app.organisations.tables import Organisation
from app.outbox import actions as outbox
from app.outbox.messages import MASK, attachments_of
from app.outbox.tables import Message, StoredFile
from app.problems import NotFound
from app.statements import month_actions
from app.statements.account_queries import account_of, subject_of
from app.statements.actions import Made, NotMade, make, recheck
from app.statements.queries import file_for, history
from app.statements.tables import Statement
from tests import cast
from tests.cast import NOW
from tests.integration.statements.conftest import a_debtor

pytestmark = pytest.mark.usefixtures("database")
MONTH = "2026-11"


async def the_message(done: Made | NotMade) -> Message:
    assert isinstance(done, Made), done
    message = await Message.objects().get(Message.id == done.message_id)
    assert message is not None
    return message


async def test_it_is_mailed_with_the_pdf_that_is_kept(firm: cast.Firm) -> None:
    customer = await a_debtor(firm)
    message = await the_message(await make(customer.id, MONTH, NOW))
    (file,) = attachments_of(message.attachments)
    stored = await StoredFile.objects().get(StoredFile.hash == file.hash)
    assert stored is not None and bytes(stored.content).startswith(b"%PDF")
    assert (message.kind, message.state) == ("statement", "planned")
    assert message.to_addresses == f'["accounts@{customer.id}.example"]'
    assert "The balance is £120.00" in message.text
    assert MASK in message.text
    assert file.name == "Statement 2026-11-30.pdf"


async def test_a_customer_gets_one_a_month_however_often_it_is_asked_for(firm: cast.Firm) -> None:
    customer = await a_debtor(firm)
    done = await asyncio.gather(*(make(customer.id, MONTH, NOW) for _ in range(4)))
    assert [isinstance(each, Made) for each in done].count(True) == 1
    assert await Message.count() == 1
    assert await Statement.count() == 1
    assert isinstance(await make(customer.id, "2026-12", NOW), Made)


async def test_one_that_failed_may_be_made_again(firm: cast.Firm) -> None:
    customer = await a_debtor(firm)
    first = await the_message(await make(customer.id, MONTH, NOW))
    await outbox.cancel(first.id, "Not yet", NOW)
    second = await the_message(await make(customer.id, MONTH, NOW))
    assert second.id != first.id
    (row,) = await Statement.objects()
    assert row.message_id == second.id


async def test_in_review_mode_it_waits_for_approval(firm: cast.Firm) -> None:
    customer = await a_debtor(firm)
    assert not (await the_message(await make(customer.id, MONTH, NOW))).needs_approval
    firm.organisation.review_mode = True
    await firm.organisation.save()
    other = await a_debtor(firm, "Quayside Ltd")
    assert (await the_message(await make(other.id, MONTH, NOW))).needs_approval


async def test_statement_recipients_get_it_alone(firm: cast.Firm) -> None:
    customer = await a_debtor(firm)
    await cast.a_recipient(customer, "copy@harbour.example", "copy")
    await cast.a_recipient(customer, "ledger@harbour.example", "statements")
    message = await the_message(await make(customer.id, MONTH, NOW))
    assert (message.to_addresses, message.cc_addresses) == ('["ledger@harbour.example"]', "[]")


async def test_what_was_not_changed_leaves_as_it_is(firm: cast.Firm) -> None:
    customer = await a_debtor(firm)
    message = await the_message(await make(customer.id, MONTH, NOW))
    assert await recheck(message, NOW + timedelta(days=1)) == Same()


async def test_a_payment_before_it_leaves_has_it_written_anew(firm: cast.Firm) -> None:
    customer = await a_debtor(firm)
    await cast.an_invoice(customer, "INV-OTHER", total="80.00")
    message = await the_message(await make(customer.id, MONTH, NOW))
    await Invoice.update({Invoice.is_open: False, Invoice.outstanding: 0}).where(Invoice.number == "INV-OTHER")
    assert isinstance(await recheck(message, NOW), Rewritten)
    await message.refresh()
    assert "The balance is £120.00" in message.text
    assert await recheck(message, NOW) == Same()


async def test_nothing_left_to_pay_cancels_it(firm: cast.Firm) -> None:
    customer = await a_debtor(firm)
    message = await the_message(await make(customer.id, MONTH, NOW))
    await Invoice.update({Invoice.is_open: False, Invoice.outstanding: 0}, force=True)
    assert isinstance(await recheck(message, NOW), Empty)


async def test_a_customer_stopped_meanwhile_gets_none(firm: cast.Firm) -> None:
    customer = await a_debtor(firm)
    message = await the_message(await make(customer.id, MONTH, NOW))
    await Customer.update({Customer.stop: "insolvent"}).where(Customer.id == customer.id)
    assert isinstance(await recheck(message, NOW), Empty)


async def test_the_month_goes_to_all_who_get_one_and_says_who_does_not(firm: cast.Firm) -> None:
    await a_debtor(firm, "Harbour Foods Ltd")
    await a_debtor(firm, "Quiet Ltd", chasing=False)
    await a_debtor(firm, "Gone Ltd", stop="insolvent")
    nobody = await cast.a_customer(firm.organisation, "Unreachable Ltd")
    await cast.an_invoice(nobody)
    done = await month_actions.make_month(firm.id, MONTH, NOW)
    assert done.made == 1
    assert sorted((each.name, each.because) for each in done.left_out) == [
        ("Gone Ltd", "is insolvent"),
        ("Quiet Ltd", "is not being chased"),
        ("Unreachable Ltd", "has no usable email address"),
    ]
    again = await month_actions.make_month(firm.id, MONTH, NOW)
    assert again.made == 0


async def test_nothing_goes_while_the_books_are_stale(firm: cast.Firm) -> None:
    await a_debtor(firm)
    later = NOW + timedelta(hours=25)
    with pytest.raises(month_actions.CannotSendNow, match="more than 24 hours"):
        await month_actions.make_month(firm.id, MONTH, later)
    assert await Message.count() == 0


async def test_the_timetable_sends_on_the_day_and_only_where_switched_on(firm: cast.Firm) -> None:
    await a_debtor(firm)
    assert await month_actions.run(firm.id, NOW) is None
    await month_actions.settle_settings(firm.id, day=31, chasing_only=True, is_on=True, now=NOW)
    assert await month_actions.organisations_with_work() == [firm.id]
    done = await month_actions.run(firm.id, NOW)
    assert done is not None and done.made == 1
    again = await month_actions.run(firm.id, NOW)
    assert again is not None and again.made == 0


async def test_receipts_since_the_last_statement_are_on_it_once(firm: cast.Firm) -> None:
    customer = await a_debtor(firm)
    invoice = await cast.an_invoice(customer, "INV-PAID", total="50.00", outstanding="0.00", paid_on=date(2026, 11, 20))
    await Invoice.raw(
        "INSERT INTO payment (organisation, customer, invoice, xero_id, kind, paid_on, amount, currency, status, is_write_off)"
        " VALUES ({}, {}, {}, 'x', 'payment', {}, 500000, 'GBP', 'AUTHORISED', FALSE)",
        firm.id, customer.id, invoice.id, date(2026, 11, 20),
    )  # fmt: skip
    account = await account_of(await subject_of(customer.id, NOW))
    assert [(r.against, str(r.amount)) for r in account.currencies[0].receipts] == [("INV-PAID", "50.00")]
    await make(customer.id, MONTH, NOW)
    later = await account_of(await subject_of(customer.id, NOW + timedelta(days=3)))
    assert later.currencies[0].receipts == ()


async def test_another_organisation_sees_neither_history_nor_file(firm: cast.Firm) -> None:
    customer = await a_debtor(firm)
    done = await make(customer.id, MONTH, NOW)
    other = await cast.meridian()
    assert isinstance(done, Made)
    assert len((await history(firm.tom)).items) == 1
    assert (await history(other.anna)).items == ()
    assert (await file_for(firm.vera, done.statement_id)).startswith(b"%PDF")
    with pytest.raises(NotFound):
        await file_for(other.anna, done.statement_id)


async def test_an_approved_one_that_is_put_off_to_the_next_day_stays_approved(firm: cast.Firm) -> None:
    """A receipt just inside of its month would be outside of it a day later, though nothing has changed."""
    await Organisation.update({Organisation.review_mode: True}).where(Organisation.id == firm.id)
    customer = await a_debtor(firm)
    paid = await cast.an_invoice(customer, "INV-OLD", total="50.00", outstanding="0.00")
    await Payment(
        organisation=firm.id, customer=customer.id, invoice=paid.id, xero_id="p-1", kind="payment", currency="GBP",
        amount=500_000, paid_on=date(2026, 10, 31), status="AUTHORISED",
    ).save()  # fmt: skip
    message = await the_message(await make(customer.id, MONTH, NOW))
    await outbox.approve([message.id], "Mia Chen", NOW)
    assert await recheck(message, NOW + timedelta(days=1)) == Same()
    row = await Message.objects().get(Message.id == message.id)
    assert row is not None
    assert (row.state, row.approved_by) == ("approved", "Mia Chen")
