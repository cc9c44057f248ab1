"""Chasing by hand goes once, in the place of the planned reminder, and begins a gap."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.chasing import actions
from app.chasing.chase_now_actions import Chased, LeftOut, chase
from app.chasing.restoring_actions import CannotBeRestored, restore
from app.chasing.tables import Reminder, ReminderInvoice, Wording
from app.mail.rechecks import NotNow, Rewritten, Same
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from app.outbox.actions import claim, settle_sent
from app.outbox.tables import Message
from app.problems import OutOfDate
from tests import cast
from tests.cast import NOW, TODAY
from tests.integration.chasing.by_hand import TEN, ByHand
from tests.integration.chasing.conftest import synced

AGAIN_TODAY = frozenset({"minimum_gap"})


async def planned_reminders() -> int:
    return await Message.count().where(Message.kind == "reminder", Message.state.is_in(["planned", "approved"]))


async def test_it_is_written_from_the_template_and_leaves(acme: ByHand):
    message = await acme.chased()
    assert await acme.look() == Rewritten()
    message = await acme.message()
    assert "INV-8" in message.text
    assert "INV-9" in message.text
    assert message.attachments.count('"application/pdf"') == 2
    claimed = await claim(message.id, "a worker", TEN)
    assert claimed is not None
    assert await acme.look() == Same()


async def test_the_planned_reminder_gives_way_and_the_gap_begins(acme: ByHand):
    assert await planned_reminders() == 1
    message = await acme.chased()
    assert await planned_reminders() == 0
    await acme.look()
    claimed = await claim(message.id, "a worker", TEN)
    assert claimed is not None
    await settle_sent(claimed, "250 ok", TEN)
    for days in (1, 2, 3):
        at = NOW + timedelta(days=days)
        await synced(acme.firm, at)
        plan = await actions.plan_customers(acme.firm.id, [acme.customer.id], at)
        assert plan.due == (), days
    await synced(acme.firm, NOW + timedelta(days=4))
    plan = await actions.plan_customers(acme.firm.id, [acme.customer.id], NOW + timedelta(days=4))
    assert [due.step_number for due in plan.due] == [3], "no step was recorded: the schedule goes on where it stood"


async def test_as_the_next_step_the_ladder_goes_on_after_it(acme: ByHand):
    message = await acme.chased(counts=True)
    await acme.look()
    claimed = await claim(message.id, "a worker", TEN)
    assert claimed is not None
    await settle_sent(claimed, "250 ok", TEN)
    at = NOW + timedelta(days=7)
    await synced(acme.firm, at)
    plan = await actions.plan_customers(acme.firm.id, [acme.customer.id], at)
    assert [due.step_number for due in plan.due] == [4]


async def test_twenty_clicks_at_once_send_once(acme: ByHand):
    order = await acme.order()
    found = await asyncio.gather(*(chase(acme.firm.tom, order, NOW) for _ in range(20)))
    assert sum(isinstance(each, Chased) for each in found) == 1
    assert await Message.count().where(Message.kind == "chase_now") == 1


async def test_two_people_who_chase_at_the_same_time_send_once(acme: ByHand):
    later = NOW + timedelta(minutes=2)
    await acme.chased()
    await Message.update({Message.created_at: later}).where(Message.kind == "chase_now")
    order = await acme.order(despite=AGAIN_TODAY)
    second = await chase(acme.firm.members[Role.MANAGER], replace(order, opened_at=NOW + timedelta(minutes=1)), later)
    assert second == LeftOut("Tom Hale has just chased Acme Ltd")


async def test_a_second_email_on_one_day_needs_a_tick(acme: ByHand):
    await acme.chased()
    later = NOW + timedelta(minutes=5)
    again = replace(await acme.order(), opened_at=later)
    assert await chase(acme.firm.tom, again, later) == LeftOut("Acme Ltd is being chased by hand today")
    ticked = replace(await acme.order(despite=AGAIN_TODAY), opened_at=later)
    assert isinstance(await chase(acme.firm.tom, ticked, later), Chased)


async def test_one_that_was_approved_waits_while_the_day_has_had_its_email(acme: ByHand):
    await acme.chased()
    other = {"organisation_id": acme.firm.id, "customer_id": acme.customer.id, "kind": "statement", "claimed_at": TEN}
    await Message(**other, state="sent", sent_at=TEN).save()
    assert await acme.look() == NotNow("Acme Ltd has had an email today.")


async def test_a_reminder_that_is_leaving_goes_first(acme: ByHand):
    reminder = await Message.objects().get(Message.kind == "reminder")
    assert reminder is not None
    await Message.update({Message.state: "sending", Message.claimed_at: NOW}).where(Message.id == reminder.id)
    for counts in (True, False):
        found = await chase(acme.firm.tom, await acme.order(counts=counts, despite=AGAIN_TODAY), NOW)
        assert found == LeftOut("A reminder has just gone to Acme Ltd")


async def test_above_the_limit_a_controllers_waits_and_a_managers_goes(chasing):
    firm = await chasing(approve_above=1_000_000)
    customer = await cast.a_customer(firm.organisation, "Acme Ltd")
    await cast.a_recipient(customer, "ap@acme.example")
    acme = ByHand(firm, customer, [await cast.an_invoice(customer, "INV-8", due_on=TODAY - timedelta(days=8))])
    await acme.chased()
    assert (await acme.message()).needs_approval
    assert (await acme.reminder()).approval_why == "amount"
    await Message.update({Message.state: "cancelled"}).where(Message.kind == "chase_now")
    found = await chase(firm.members[Role.MANAGER], await acme.order(), NOW)
    assert isinstance(found, Chased)
    assert not found.waits


async def test_what_waits_for_a_manager_ends_when_all_of_it_is_paid(acme: ByHand):
    await Organisation.update({Organisation.review_mode: True}).where(Organisation.id == acme.firm.id)
    await acme.chased()
    await acme.pay(acme.invoices[0])
    await actions.plan_customers(acme.firm.id, [acme.customer.id], NOW)
    assert (await acme.message()).state == "planned", "the other one is owed still"
    await acme.pay(acme.invoices[1])
    await actions.plan_customers(acme.firm.id, [acme.customer.id], NOW)
    message = await acme.message()
    assert (message.state, message.state_reason) == ("cancelled", "Nothing of it is left to chase.")


async def test_one_that_was_skipped_by_mistake_waits_again_in_the_same_words(acme: ByHand):
    """Also where no approval was needed: taking back a skip sends nothing by itself, whoever does it."""
    manager = acme.firm.members[Role.MANAGER]
    await acme.chased(body="Dear Acme, INV-8 and INV-9 please.", counts=True)
    skipped = await acme.reminder()
    await actions.skip(acme.firm.id, skipped.id, by="Mia Chen", now=NOW)
    await restore(manager, skipped, NOW + timedelta(minutes=1))
    again = await Reminder.objects().where(Reminder.kind == "chase_now").order_by(Reminder.id, ascending=False).first()
    assert again is not None and again.id != skipped.id
    message = await Message.objects().get(Message.id == again.message)
    assert message is not None
    assert (message.state, message.needs_approval, again.approval_why) == ("planned", True, "skipped")
    own = await Wording.objects().get(Wording.id == again.wording_id)
    assert own is not None and own.body == "Dear Acme, INV-8 and INV-9 please."
    assert await ReminderInvoice.count().where(ReminderInvoice.reminder == again.id, ReminderInvoice.is_carried.eq(True)) == 2
    with pytest.raises(OutOfDate):
        await restore(manager, skipped, NOW + timedelta(minutes=2))


async def test_what_was_paid_since_it_was_skipped_is_not_restored(acme: ByHand):
    await acme.chased()
    skipped = await acme.reminder()
    await actions.skip(acme.firm.id, skipped.id, by="Mia Chen", now=NOW)
    for invoice in acme.invoices:
        await acme.pay(invoice)
    with pytest.raises(CannotBeRestored, match="It cannot be taken back: "):
        await restore(acme.firm.tom, skipped, NOW + timedelta(minutes=1))
    assert await Message.count().where(Message.kind == "chase_now") == 1
