"""Stories of money: payments at awkward moments, credits, currencies, sums too small to ask for."""

from decimal import Decimal

import pytest

from app.customers.tables import Customer, Recipient
from app.invoices.tables import Credit, Invoice
from app.money import units
from app.outbox.answers import Ambiguous, RecipientRefused
from app.outbox.tables import Message
from app.xero.tables import Connection
from tests import cast
from tests.scenarios.story import Story, a_story

WHEN = "When can we expect it?"

pytestmark = pytest.mark.usefixtures("database")


async def last_text() -> str:
    last = await Message.objects().where(Message.state == "sent").order_by(Message.id, ascending=False).first()
    assert last is not None
    return last.text


async def a_credit(story: Story, customer: Customer, sum_: str, **facts: object) -> Credit:
    row = Credit(
        organisation=story.firm.id, customer=customer.id, xero_id=f"k-{sum_}", kind="credit_note",
        **{"currency": "GBP", "remaining": units(Decimal(sum_)), **facts},
    )  # fmt: skip
    await row.save()
    await story.touched(customer.id)
    return row


async def test_a_part_payment_between_plan_and_send_is_not_asked_for() -> None:
    """Planned at nine for £120.00, £45.50 is paid at half past nine, and at ten £74.50 is asked for."""
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23", "120.00")
    await story.at("2026-11-30", "09:00")
    story.now = story.now.replace(minute=30)
    await story.pays(invoice, "45.50")
    await story.at("2026-11-30", "10:05")
    assert await story.sent() == [("2026-11-30", WHEN)]
    assert "£74.50" in await last_text()
    assert "£120.00" not in await last_text()


async def test_a_part_payment_between_claim_and_data_gives_the_claim_back_and_the_rest_is_asked_for() -> None:
    """The text that was claimed never leaves; written anew, it goes a moment later with the new sum."""
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23", "120.00")
    story.meanwhile.append(lambda: story.pays(invoice, "100.00"))
    await story.at("2026-11-30")
    await story.at("2026-11-30", "10:20")
    assert [b"120.00" in content for content in story.postbox.taken] == [False]
    assert await story.sent() == [("2026-11-30", WHEN)]
    assert "£20.00" in await last_text()


async def test_a_payment_in_full_between_claim_and_data_sends_nothing() -> None:
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23")
    story.meanwhile.append(lambda: story.pays(invoice))
    await story.days("2026-11-30", "2026-12-02")
    assert story.postbox.taken == []
    assert await story.states() == ["cancelled"]


async def test_a_payment_that_bounces_takes_the_thank_you_back_and_chasing_goes_on() -> None:
    """Paid on Tuesday, and to be thanked for on Wednesday; on Tuesday evening the payment is gone from Xero."""
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23", "120.00")
    await story.at("2026-11-30")
    await story.at("2026-12-01", "11:00")
    await story.pays(invoice)
    await story.at("2026-12-01", "17:00")
    await story.changes(invoice, outstanding=units(Decimal(120)), paid=0, is_open=True, status="AUTHORISED", paid_on=None)
    await story.days("2026-12-02", "2026-12-07")
    assert await story.sent() == [("2026-11-30", WHEN), ("2026-12-07", "Firm")]


async def test_a_credit_covers_the_oldest_invoice_and_the_next_one_is_chased() -> None:
    story = await a_story()
    customer = await story.customer()
    old = await story.owes(customer, "INV-1", "2026-11-20", "50.00")
    await story.owes(customer, "INV-2", "2026-11-23", "80.00")
    credit = await a_credit(story, customer, "50.00")
    await story.days("2026-11-30", "2026-12-03")
    assert await story.carried() == [("2026-11-30", WHEN, ("INV-2",))]
    assert await story.hold(old) == "credit"
    await Credit.update({Credit.remaining: 0}).where(Credit.id == credit.id)
    await story.touched(customer.id)
    await story.at("2026-12-04")
    assert (await story.carried())[1:] == [("2026-12-04", WHEN, ("INV-1",))]


async def test_five_currencies_stand_in_one_email_each_in_its_own() -> None:
    """Each invoice keeps its currency; only the sum that decides about the minimum is in pounds."""
    story = await a_story()
    customer = await story.customer()
    rates = {"GBP": "1", "EUR": "1.2", "USD": "1.3", "JPY": "190", "CHF": "1.1"}
    for place, (currency, rate) in enumerate(rates.items()):
        total = "12000" if currency == "JPY" else f"{100 + place}.00"
        await cast.an_invoice(
            customer, f"INV-{currency}", due_on=cast.TODAY.replace(day=23), total=total, currency=currency, rate=rate
        )
    await story.touched(customer.id)
    await story.at("2026-11-30")
    assert await story.carried() == [("2026-11-30", WHEN, tuple(sorted(f"INV-{currency}" for currency in rates)))]
    text = await last_text()
    for said in ("£100.00", "€101.00", "102.00", "12,000", "104.00"):
        assert said in text, said


async def test_a_credit_in_another_currency_covers_nothing() -> None:
    story = await a_story()
    customer = await story.customer()
    await story.owes(customer, "INV-1", "2026-11-23", "50.00")
    await a_credit(story, customer, "500.00", currency="EUR")
    await story.at("2026-11-30")
    assert await story.sent() == [("2026-11-30", WHEN)]


async def test_pennies_are_not_asked_for_until_they_add_up() -> None:
    """£3.00 is below the schedule's £5.00; with £2.50 more overdue both go in one email."""
    story = await a_story()
    customer = await story.customer()
    invoice = await story.owes(customer, "INV-1", "2026-11-20", "3.00")
    await story.days("2026-11-30", "2026-12-02")
    assert await story.hold(invoice) == "below_minimum"
    await story.owes(customer, "INV-2", "2026-11-25", "2.50")
    await story.days("2026-12-03", "2026-12-04")
    assert await story.carried() == [("2026-12-03", WHEN, ("INV-1", "INV-2"))]


async def test_an_address_that_bounces_stops_the_customer_until_there_is_another() -> None:
    story = await a_story()
    customer = await story.customer()
    invoice = await story.owes(customer, "INV-1", "2026-11-23")
    story.postbox.answers = [RecipientRefused("ap@acme.example", "550 5.1.1 no such person")]
    await story.days("2026-11-30", "2026-12-03")
    assert await story.sent() == []
    assert await story.hold(invoice) == "bounced"
    await cast.a_recipient(customer, "pia@acme.example")
    await story.touched(customer.id)
    await story.at("2026-12-04")
    assert await story.sent() == [("2026-12-04", WHEN)]
    assert await Recipient.count().where(Recipient.bounced_at.is_not_null()) == 1


async def test_a_reminder_of_which_nobody_knows_whether_it_went_holds_the_customer_and_is_never_resent() -> None:
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23")
    story.postbox.answers = [Ambiguous("the connection was lost")]
    await story.days("2026-11-30", "2026-12-18")
    assert await story.states() == ["unknown"]
    assert await story.hold(invoice) == "unknown_send"


async def test_a_disconnected_xero_pauses_everybody_and_the_day_goes_on_after_reconnecting() -> None:
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23")
    await Connection.update({Connection.state: "disconnected"}).where(Connection.organisation == story.firm.id)
    await story.days("2026-11-30", "2026-12-02")
    assert await story.sent() == []
    assert await story.hold(invoice) == "disconnected"
    await Connection.update({Connection.state: "connected"}).where(Connection.organisation == story.firm.id)
    await story.at("2026-12-02", "15:00")
    assert await story.sent() == [("2026-12-02", WHEN)]


async def test_all_that_is_owed_paid_at_once_ends_in_one_thank_you_for_all() -> None:
    story = await a_story()
    customer = await story.customer()
    invoices: list[Invoice] = [await story.owes(customer, f"INV-{n}", "2026-11-23", f"{n}0.00") for n in (1, 2, 3)]
    await story.at("2026-11-30")
    for invoice in invoices:
        await story.pays(invoice)
    await story.days("2026-12-01", "2026-12-09")
    assert await story.sent() == [("2026-11-30", WHEN), ("2026-12-01", "Thank you")]
    thanks = await last_text()
    assert all(f"INV-{n}" in thanks for n in (1, 2, 3))
