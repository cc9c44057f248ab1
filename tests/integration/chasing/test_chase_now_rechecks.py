"""What was written by hand is looked at again before it leaves, and gives way to nobody but the facts."""

from app.chasing.chase_now_actions import LeftOut, chase
from app.chasing.chase_now_recheck_actions import ASKS_AGAIN
from app.chasing.tables import ReminderInvoice
from app.customers.tables import Customer
from app.mail.rechecks import Empty, NotNow, Rewritten
from app.outbox.actions import claim
from app.promises.tables import Dispute
from app.xero.tables import Connection
from tests.cast import NOW
from tests.integration.chasing.by_hand import TEN, ByHand


async def test_a_part_payment_asks_again_and_says_what_changed(acme: ByHand):
    await acme.chased(body="Dear Ada, you owe £240.00.\n\n{{ signature }}")
    await acme.pay(acme.invoices[0], 500_000)
    assert await acme.look() == NotNow(ASKS_AGAIN)
    message, reminder = await acme.message(), await acme.reminder()
    assert (message.state, message.needs_approval) == ("planned", True)
    assert reminder.died_because == "It was written before, and then INV-8: £120.00 became £50.00."
    assert reminder.kept_wording_id is not None, "the words that named the old sum are kept, and not sent"
    assert await claim(message.id, "a worker", TEN) is None


async def test_what_is_paid_leaves_it_and_with_nothing_left_it_does_not_go(acme: ByHand):
    await acme.chased()
    await acme.pay(acme.invoices[0])
    await acme.look()
    assert await ReminderInvoice.count().where(ReminderInvoice.reminder == (await acme.reminder()).id) == 1
    await acme.pay(acme.invoices[1])
    assert await acme.look() == Empty("Nothing of it is left to chase.")


async def test_a_payment_between_claim_and_transmission_gives_the_claim_back(acme: ByHand):
    message = await acme.chased()
    await acme.look()
    assert await claim(message.id, "a worker", TEN) is not None
    await acme.pay(acme.invoices[0])
    assert isinstance(await acme.look(), Rewritten)
    assert await ReminderInvoice.count().where(ReminderInvoice.reminder == (await acme.reminder()).id) == 2


async def test_what_comes_to_stand_against_it_keeps_it_from_going(acme: ByHand):
    await acme.chased()
    await Customer.update({Customer.stop: "solicitor"}).where(Customer.id == acme.customer.id)
    assert await acme.look() == Empty("Acme Ltd is with the solicitor.")


async def test_what_was_ticked_away_does_not(acme: ByHand):
    await Customer.update({Customer.stop: "solicitor"}).where(Customer.id == acme.customer.id)
    refused = await chase(acme.firm.tom, await acme.order(), NOW)
    assert isinstance(refused, LeftOut)
    assert "is with the solicitor" in refused.why
    await acme.chased(despite=frozenset({"customer_stopped"}))
    assert await acme.look() == Rewritten()


async def test_what_is_in_question_meanwhile_leaves_it(acme: ByHand):
    await acme.chased()
    await Dispute(organisation=acme.firm.id, customer=acme.customer.id, invoice=acme.invoices[0].id, opened_at=NOW).save()
    assert await acme.look() == NotNow(ASKS_AGAIN)
    assert "INV-8 is no longer in it" in (await acme.reminder()).died_because


async def test_while_xero_is_disconnected_it_waits(acme: ByHand):
    await acme.chased()
    await Connection.update({Connection.state: "disconnected"}).where(Connection.organisation == acme.firm.id)
    found = await acme.look()
    assert isinstance(found, NotNow)
    assert "disconnected" in found.reason
