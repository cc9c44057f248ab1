"""A story of every hold: laid on the morning on which step 3 is ready, nothing goes and the reason is told; lifted, the
step goes on the next chase day, once."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.chasing.actions import skip
from app.chasing.holds import Hold
from app.chasing.tables import Outlook
from app.customers.tables import Customer, Recipient
from app.database import fetch
from app.email_templates.tables import TemplateVersion
from app.invoices.tables import Credit, Invoice
from app.mail.tables import Sender
from app.money import units
from app.organisations.tables import Organisation
from app.outbox.actions import mark_as_sent
from app.outbox.answers import Ambiguous
from app.outbox.tables import Message
from app.promises import actions as promises
from app.promises.words import Said
from app.schedules.tables import Schedule
from app.statements.tables import StatementSettings
from app.xero.tables import Connection
from tests import cast
from tests.scenarios.story import Story, a_story

WHEN = "When can we expect it?"
MONDAY, TUESDAY = "2026-11-30", "2026-12-01"
Act = Callable[[Story, Customer, Invoice], Awaitable[Any]]

pytestmark = pytest.mark.usefixtures("database")


def house(table: Any = Organisation, **facts: object) -> Act:
    return lambda story, customer, invoice: story.house(table, table.id > 0, **facts)


def person(**facts: object) -> Act:
    return lambda story, customer, invoice: story.person(customer, **facts)


def changed(**facts: object) -> Act:
    return lambda story, customer, invoice: story.changes(invoice, **facts)


async def nothing(story: Story, customer: Customer, invoice: Invoice) -> None:
    """It ends by itself."""


async def disconnect(story: Story, customer: Customer, invoice: Invoice) -> None:
    await Connection.update({Connection.state: "disconnected"}, force=True)


async def reconnect(story: Story, customer: Customer, invoice: Invoice) -> None:
    await Connection.update({Connection.state: "connected"}, force=True)


async def silence(story: Story, customer: Customer, invoice: Invoice) -> None:
    story.xero_answers = False
    await Connection.update({Connection.last_good_sync_at: story.now - timedelta(hours=25)}, force=True)


async def answer(story: Story, customer: Customer, invoice: Invoice) -> None:
    story.xero_answers = True


async def dispute(story: Story, customer: Customer, invoice: Invoice) -> None:
    words: Any = {"reason": "other", "text": "", "source": Said.PORTAL, "by": "the customer"}
    await promises.open_dispute(invoice, amount=None, now=story.now, **words)


async def resolve(story: Story, customer: Customer, invoice: Invoice) -> None:
    [row] = await promises.queries.open_disputes_of([invoice.id])
    await promises.resolve_dispute(row, "Agreed", "Tom Hale", story.now)


async def tell_paid(story: Story, customer: Customer, invoice: Invoice) -> None:
    """Five working days ago less one."""
    await promises.tell_paid([invoice], source=Said.PORTAL, now=story.now, today=date(2026, 11, 23))


async def promise(story: Story, customer: Customer, invoice: Invoice) -> None:
    await promises.promise([invoice], story.today, source=Said.PORTAL, by="the customer", now=story.now)


async def forget_the_date(story: Story, customer: Customer, invoice: Invoice) -> None:
    await promises.set_expected_date(invoice, None, source=promises.DateSource.CONTROLLER, by="Tom Hale", now=story.now)


async def bounce(story: Story, customer: Customer, invoice: Invoice) -> None:
    await Recipient.update({Recipient.bounced_at: story.now}, force=True)
    await story.touched(customer.id)


async def nobody(story: Story, customer: Customer, invoice: Invoice) -> None:
    await Recipient.delete(force=True)
    await story.touched(customer.id)


async def somebody(story: Story, customer: Customer, invoice: Invoice) -> None:
    await cast.a_recipient(customer, "pia@acme.example")
    await story.touched(customer.id)


async def credit(story: Story, customer: Customer, invoice: Invoice) -> None:
    facts: dict[str, Any] = {"xero_id": "k", "kind": "credit_note", "currency": "GBP", "remaining": units(Decimal(120))}
    await Credit(organisation=story.firm.id, customer=customer.id, **facts).save()
    await story.touched(customer.id)


async def use_the_credit(story: Story, customer: Customer, invoice: Invoice) -> None:
    await Credit.update({Credit.remaining: 0}, force=True)
    await story.touched(customer.id)


async def skip_it(story: Story, customer: Customer, invoice: Invoice) -> None:
    await story.settle()
    [row] = await fetch("SELECT id FROM reminder")
    await skip(story.firm.id, row["id"], by="Tom Hale", now=story.now)


async def spoil_the_words(story: Story, customer: Customer, invoice: Invoice) -> None:
    await TemplateVersion.update({TemplateVersion.body: "Account {{ account_number }}"}, force=True)


async def give_the_fact(story: Story, customer: Customer, invoice: Invoice) -> None:
    await story.person(customer, account_number="A-7")


async def due_today(story: Story, customer: Customer, invoice: Invoice) -> None:
    """Statements go on the last day of the month, which is today."""
    on: dict[str, Any] = {"day": 31, "switched_on_at": story.now, "previewed_at": story.now}
    await StatementSettings(organisation=story.firm.id, **on).save()
    await story.touched(customer.id)


async def mailed_by_hand(story: Story, customer: Customer, invoice: Invoice) -> None:
    """On Friday, by hand: the gap ends on Tuesday."""
    on = story.now - timedelta(days=3)
    facts: dict[str, Any] = {"kind": "chase_now", "state": "sent", "claimed_at": on, "sent_at": on, "created_at": on}
    await Message(organisation_id=story.firm.id, customer_id=customer.id, **facts).save()
    await story.touched(customer.id)


async def approve(story: Story, customer: Customer, invoice: Invoice) -> None:
    await story.approves_all()


STORIES: dict[Hold, tuple[Act, Act]] = {
    Hold.RESTORED: (house(restored=True), house(restored=False)),
    Hold.DISCONNECTED: (disconnect, reconnect),
    Hold.STALE: (silence, answer),
    Hold.PAUSED: (house(paused=True), house(paused=False)),
    Hold.NOT_CHASING: (person(chasing=False), person(chasing=True)),
    Hold.CUSTOMER_STOPPED: (person(stop="solicitor"), person(stop="")),
    Hold.CUSTOMER_PAUSED: (person(paused_until_on=date(2026, 12, 1)), nothing),
    Hold.SCHEDULE_PAUSED: (house(Schedule, paused=True), house(Schedule, paused=False)),
    Hold.EXCLUDED: (changed(excluded=True), changed(excluded=False)),
    Hold.REPLIED: (person(replied_at=cast.NOW), person(replied_at=None)),
    Hold.DISPUTED: (dispute, resolve),
    Hold.TOLD_PAID: (tell_paid, nothing),
    Hold.EXPECTED_DATE: (promise, forget_the_date),
    Hold.NOT_SENT: (house(waits_for_sent_mark=True), changed(is_sent=True)),
    Hold.NO_DUE_DATE: (changed(due_on=None), changed(due_on=date(2026, 11, 23))),
    Hold.NO_RECIPIENT: (nobody, somebody),
    Hold.BOUNCED: (bounce, somebody),
    Hold.NO_SENDER: (house(Sender, stopped_at=cast.NOW), house(Sender, stopped_at=None)),
    Hold.BELOW_MINIMUM: (house(Schedule, minimum=units(Decimal(500))), house(Schedule, minimum=0)),
    Hold.CREDIT: (credit, use_the_credit),
    Hold.SKIPPED: (skip_it, nothing),
    Hold.TEMPLATE_FAILED: (spoil_the_words, give_the_fact),
    Hold.STATEMENT: (due_today, nothing),
    Hold.MINIMUM_GAP: (mailed_by_hand, nothing),
    Hold.REVIEW: (house(review_mode=True), approve),
}


@pytest.mark.parametrize("hold", STORIES)
async def test_what_is_held_says_so_and_goes_once_when_the_hold_has_ended(hold: Hold) -> None:
    lay, lift = STORIES[hold]
    story = await a_story()
    customer = await story.customer()
    invoice = await story.owes(customer, "INV-1", "2026-11-23")
    await Invoice.update({Invoice.is_sent: hold is not Hold.NOT_SENT}, force=True)
    await story.at(MONDAY, "08:00")
    await lay(story, customer, invoice)
    await story.at(MONDAY)
    assert await story.carried() == []
    outlook = await Outlook.objects().get(Outlook.invoice == invoice.id)
    assert outlook is not None
    assert outlook.hold == hold
    assert outlook.sentence.startswith("Held: ")
    await story.at(TUESDAY, "09:00")
    await lift(story, customer, invoice)
    await story.days(TUESDAY, "2026-12-04")
    assert await story.carried() == [(TUESDAY, WHEN, ("INV-1",))]


async def test_on_a_day_without_chasing_the_plan_is_that_of_the_next_chase_day() -> None:
    """The studio shuts on Monday: nothing is held, for what is planned is Tuesday's."""
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23")
    await story.at(MONDAY, "08:00")
    await story.house(Organisation, Organisation.id == story.firm.id, closed_days=f'["{MONDAY}"]')
    await story.at(MONDAY)
    assert await story.sent() == []
    outlook = await Outlook.objects().get(Outlook.invoice == invoice.id)
    assert outlook is not None
    assert outlook.sentence.startswith("Tue 1 Dec: step 3 (When can we expect it?): INV-1")
    await story.days(TUESDAY, "2026-12-04")
    assert await story.sent() == [(TUESDAY, WHEN)]


async def test_the_holds_that_only_a_sent_reminder_brings_about_have_their_story() -> None:
    """Between two steps; when nobody knows whether it went; when the last step waits; and when there is none left."""
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-16")
    seen = []
    story.postbox.answers = [Ambiguous("the connection was lost")]
    await story.at("2026-11-30")
    seen.append(await story.hold(invoice))
    [message] = await Message.objects()
    await mark_as_sent(message.id, "Tom Hale", story.now)
    await story.touched(invoice.customer)
    for day in ("2026-12-01", "2026-12-07", "2026-12-23"):
        await story.at(day)
        seen.append(await story.hold(invoice))
    await story.approves_all()
    await story.at("2026-12-24")
    seen.append(await story.hold(invoice))
    assert seen == ["unknown_send", "not_reached", "not_reached", "awaiting_approval", "finished"]
    told = {Hold.UNKNOWN_SEND, Hold.NOT_REACHED, Hold.AWAITING_APPROVAL, Hold.FINISHED}
    assert told | STORIES.keys() | {Hold.NOT_A_CHASE_DAY} == set(Hold), "a hold has no story"
