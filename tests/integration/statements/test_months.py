"""What a statement opens with, what it tells, and who gets one."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.chasing.book_queries import gather
from app.customers.tables import Customer
from app.invoices.tables import Credit, Invoice, Payment
from app.mail.rechecks import Empty, NotNow, Same
from app.money import units
from app.organisations.tables import Organisation
from app.outbox import actions as outbox
from app.outbox.messages import attachments_of
from app.outbox.tables import Message
from app.statements import month_actions, recheck_actions
from app.statements.account import CurrencyAccount
from app.statements.account_queries import account_of, past_account_of, subject_of
from app.statements.actions import Made, make, recheck
from app.statements.queries import settings_of
from app.statements.tables import Statement, StatementSettings
from tests import cast
from tests.cast import NOW
from tests.integration.statements.conftest import a_debtor

pytestmark = pytest.mark.usefixtures("database")
NOVEMBER, DECEMBER = "2026-11", "2026-12"
NEXT_MONTH = NOW + timedelta(days=30)


async def settled(firm: cast.Firm, **columns: Any) -> None:
    settings = await settings_of(firm.id)
    for name, value in columns.items():
        setattr(settings, name, value)
    await settings.save()


async def a_payment(invoice: Invoice, amount: str, on: date, **facts: Any) -> None:
    left = invoice.outstanding - units(Decimal(amount))
    await Payment(
        organisation=invoice.organisation, customer=invoice.customer, invoice=invoice.id, paid_on=on, currency="GBP",
        amount=units(Decimal(amount)), status="AUTHORISED",
        **{"xero_id": f"p-{invoice.id}-{on}", "kind": "payment", **facts},
    ).save()  # fmt: skip
    invoice.outstanding, invoice.is_open, invoice.status = left, left > 0, "AUTHORISED" if left else "PAID"
    await invoice.save()


async def pounds(customer: Customer, now: datetime = NOW) -> CurrencyAccount:
    (account,) = (await account_of(await subject_of(customer.id, now))).currencies
    return account


async def test_it_opens_with_what_was_owed_and_tells_what_came(firm: cast.Firm) -> None:
    await settled(firm, shows="movements")
    customer = await cast.a_customer(firm.organisation)
    old = await cast.an_invoice(customer, "INV-OLD", total="200.00", due_on=date(2026, 9, 30))
    await cast.an_invoice(customer, "INV-NEW", total="80.00", issued_on=date(2026, 11, 10))
    await a_payment(old, "50.00", date(2026, 11, 20))
    await Credit(
        organisation=firm.id, customer=customer.id, xero_id="k-1", kind="credit_note", number="CN-1", status="AUTHORISED",
        currency="GBP", issued_on=date(2026, 11, 25), total=300_000, remaining=300_000,
    ).save()  # fmt: skip
    account = await pounds(customer)
    assert account.activity is not None
    told = [(each.kind, str(each.amount), str(balance)) for each, balance in account.activity.lines]
    assert str(account.activity.opening) == "200.00"
    assert told == [
        ("Invoice INV-NEW", "80.00", "280.00"),
        ("Payment for INV-OLD", "-50.00", "230.00"),
        ("Credit note CN-1", "-30.00", "200.00"),
    ]
    assert account.activity.closing == account.balance == Decimal("200.00")
    assert account.receipts == (), "they are among the movements"


async def test_a_credit_counts_when_it_is_given_and_not_again_when_it_is_used(firm: cast.Firm) -> None:
    await settled(firm, shows="movements")
    customer = await cast.a_customer(firm.organisation)
    invoice = await cast.an_invoice(customer, "INV-1", total="100.00", issued_on=date(2026, 11, 10))
    await cast.an_invoice(customer, "INV-2", total="10.00", issued_on=date(2026, 11, 11))
    for number, is_known in (("k-1", True), ("k-2", False)):
        await a_payment(invoice, "40.00", date(2026, 11, 15), xero_id=number, kind="credit_note")
        if is_known:
            await Credit(
                organisation=firm.id, customer=customer.id, xero_id=number, kind="credit_note", number="CN-1", status="PAID",
                currency="GBP", issued_on=date(2026, 11, 15), total=400_000, remaining=0,
            ).save()  # fmt: skip
    account = await pounds(customer)
    assert account.activity is not None
    assert [str(each.amount) for each in account.activity.entries] == ["100.00", "10.00", "-40.00", "-40.00"]
    assert (account.activity.opening, account.balance) == (Decimal(0), Decimal("30.00"))


async def test_the_next_one_opens_with_what_this_one_closed_with(firm: cast.Firm) -> None:
    """And says so where the past was changed meanwhile: an invoice of October was taken back."""
    await settled(firm, shows="movements")
    customer = await a_debtor(firm)
    wrong = await cast.an_invoice(customer, "INV-WRONG", total="30.00", due_on=date(2026, 10, 30))
    await make(customer.id, NOVEMBER, NOW)
    await Invoice.update({Invoice.status: "VOIDED", Invoice.is_open: False, Invoice.outstanding: 0}).where(
        Invoice.id == wrong.id
    )
    await cast.an_invoice(customer, "INV-LATER", total="7.00", issued_on=date(2026, 12, 10), due_on=date(2027, 1, 9))
    account = await pounds(customer, NEXT_MONTH)
    assert account.activity is not None
    told = account.activity
    assert [str(each) for each in (told.opening, told.corrections, told.closing)] == ["150.00", "-30.00", "127.00"]
    assert [each.number for each in told.entries] == ["INV-LATER"]


async def test_what_was_written_off_is_told_and_nobody_is_thanked_for_it(firm: cast.Firm) -> None:
    customer = await a_debtor(firm)
    lost = await cast.an_invoice(customer, "INV-LOST", total="56.16")
    await a_payment(lost, "56.16", date(2026, 11, 20), is_write_off=True)
    assert (await pounds(customer)).receipts == ()
    await settled(firm, shows="movements")
    told = (await pounds(customer)).activity
    assert told is not None
    assert [(each.kind, str(each.amount)) for each in told.entries] == [("Written off: INV-LOST", "-56.16")]


async def test_a_time_that_is_over_is_told_as_it_was(firm: cast.Firm) -> None:
    customer = await cast.a_customer(firm.organisation)
    invoice = await cast.an_invoice(customer, "INV-1", total="100.00", issued_on=date(2026, 8, 10))
    await a_payment(invoice, "100.00", date(2026, 10, 2))
    account = await past_account_of(await subject_of(customer.id, NOW), date(2026, 8, 1), date(2026, 9, 30))
    (part,) = account.currencies
    assert account.is_past
    assert part.activity is not None
    assert (part.activity.opening, part.balance, len(part.activity.entries)) == (Decimal(0), Decimal("100.00"), 1)


async def test_one_that_failed_was_not_the_last_one(firm: cast.Firm) -> None:
    """The customer never got it: what it told is told again."""
    customer = await a_debtor(firm)
    paid = await cast.an_invoice(customer, "INV-PAID", total="50.00")
    await a_payment(paid, "50.00", date(2026, 11, 25))
    done = await make(customer.id, NOVEMBER, NOW)
    assert isinstance(done, Made)
    later = NOW + timedelta(days=10)
    assert (await pounds(customer, later)).receipts == ()
    await outbox.cancel(done.message_id, "Not yet", NOW)
    assert [each.against for each in (await pounds(customer, later)).receipts] == ["INV-PAID"]


async def test_one_that_was_written_anew_asks_for_approval_once_and_not_every_day(firm: cast.Firm) -> None:
    """It is written anew on a later day; what it counts as received since begins where it began."""
    await Organisation.update({Organisation.review_mode: True}).where(Organisation.id == firm.id)
    customer = await a_debtor(firm)
    first_of_month = await cast.an_invoice(customer, "INV-OLD", total="50.00")
    await a_payment(first_of_month, "50.00", date(2026, 10, 31))
    done = await make(customer.id, NOVEMBER, NOW)
    assert isinstance(done, Made)
    await cast.an_invoice(customer, "INV-MORE", total="5.00")
    tomorrow = NOW + timedelta(days=1)
    message = await Message.objects().get(Message.id == done.message_id)
    assert message is not None
    await recheck(message, tomorrow)
    await outbox.approve([message.id], "Mia Chen", tomorrow)
    for days in (1, 2, 3):
        assert await recheck(message, tomorrow + timedelta(days=days)) == Same()


async def test_the_hour_the_minimum_and_the_link_are_kept(firm: cast.Firm) -> None:
    await settled(firm, at_minute=15 * 60, sends="link", minimum=units(Decimal("120.00")))
    customer = await a_debtor(firm)
    small = await cast.a_customer(firm.organisation, "Small Ltd")
    await cast.a_recipient(small, "small@small.example")
    await cast.an_invoice(small, "INV-S", total="119.99")
    done = await month_actions.make_month(firm.id, NOVEMBER, NOW)
    assert [(each.name, each.because) for each in done.left_out] == [("Small Ltd", "owes less than £120.00")]
    message = await Message.objects().get(Message.customer_id == customer.id)
    assert message is not None
    assert message.not_before_at == datetime.combine(NOW.date(), time(15), UTC)
    assert attachments_of(message.attachments) == ()
    assert "/statement.pdf" in message.text
    assert "Attached" not in message.text
    row = await Statement.objects().get(Statement.customer == customer.id)
    assert row is not None and row.file_hash, "what it was is kept all the same"


async def test_where_reminders_come_first_the_statement_waits_for_them(firm: cast.Firm) -> None:
    customer = await a_debtor(firm)
    done = await make(customer.id, NOVEMBER, NOW)
    assert isinstance(done, Made)
    message = await Message.objects().get(Message.id == done.message_id)
    assert message is not None
    await Message(
        organisation_id=firm.id, customer_id=customer.id, kind="reminder", state="planned", created_at=NOW,
        planned_on=NOW.date(), not_before_at=NOW, not_after_at=NOW + timedelta(hours=6),
    ).save()  # fmt: skip
    noon = NOW + timedelta(hours=3)
    assert await recheck_actions.recheck(message, noon) == Same()
    await settled(firm, replaces_reminder=False)
    assert await recheck_actions.recheck(message, noon) == NotNow(
        "A reminder goes to the customer today, and the statement on the next working day."
    )


async def test_what_was_asked_for_goes_on_today_and_is_forgotten_tomorrow(firm: cast.Firm) -> None:
    """Statements are off; the process that was told to make them died."""
    await a_debtor(firm)
    await month_actions.ask_for(firm.id, NOVEMBER, NOW)
    assert await month_actions.organisations_with_work() == [firm.id]
    assert await month_actions.run(firm.id, NOW + timedelta(days=1)) is None
    done = await month_actions.run(firm.id, NOW)
    assert done is not None and done.made == 1
    assert await month_actions.organisations_with_work() == []
    assert (await StatementSettings.select(StatementSettings.switched_on_at))[0]["switched_on_at"] is None


async def test_the_day_is_taken_only_from_reminders_that_a_statement_replaces(firm: cast.Firm) -> None:
    """Not where too little is open for one, and not where reminders come first."""
    customer = await a_debtor(firm)

    async def day_taken() -> date | None:
        book = (await gather(firm.id, now=NOW)).book
        return next(each.statement_on for each in book.customers if each.id == customer.id)

    await settled(firm, day=31, switched_on_at=NOW)
    assert await day_taken() == NOW.date()
    await settled(firm, minimum=units(Decimal(500)))
    assert await day_taken() is None
    await settled(firm, minimum=0, replaces_reminder=False)
    assert await day_taken() is None


async def test_one_left_waiting_until_the_next_month_does_not_go_beside_the_next(firm: cast.Firm) -> None:
    """In review mode nobody approved November's; then both are approved together."""
    customer = await a_debtor(firm)
    made = [await make(customer.id, month, NOW) for month in (NOVEMBER, DECEMBER)]
    old, new = [await Message.objects().get(Message.id == each.message_id) for each in made if isinstance(each, Made)]
    assert old is not None and new is not None
    noon = NOW + timedelta(hours=3)
    assert await recheck_actions.recheck(old, noon) == Empty("A later month's statement takes its place.")
    assert await recheck_actions.recheck(new, noon) == Same()
    await Message.update({Message.state: "sent", Message.claimed_at: noon}).where(Message.id == old.id)
    assert await recheck_actions.recheck(new, noon) == NotNow("The customer has had an email today, and one a day is the most.")
