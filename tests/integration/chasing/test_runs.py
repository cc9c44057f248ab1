"""What a run writes down. The days are those of cast: Monday 30 November 2026, 09:30 in London."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.chasing import actions, daily_actions, run_actions, upcoming_actions
from app.chasing.record_actions import record
from app.chasing.tables import Outlook, Reminder, ReminderInvoice, Run
from app.customers.actions import reconsider
from app.customers.tables import Customer, Summary
from app.database import transaction
from app.invoices.tables import Invoice
from app.outbox.actions import claim, settle_failed, settle_sent
from app.outbox.tables import Message
from app.problems import OutOfDate
from tests import cast
from tests.cast import NOW, TODAY
from tests.integration.chasing.conftest import synced

TEN = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


async def acme(firm: cast.Firm, *days_overdue: int, **facts: object) -> tuple[Customer, list[Invoice]]:
    customer = await cast.a_customer(firm.organisation, "Acme Ltd", chasing=True, **facts)
    await cast.a_recipient(customer, "ap@acme.example")
    due = [TODAY - timedelta(days=days) for days in days_overdue]
    return customer, [await cast.an_invoice(customer, due_on=day) for day in due]


async def messages() -> list[Message]:
    return await Message.objects().order_by(Message.id)


async def test_a_run_plans_one_email_for_all_ready_invoices_of_a_customer(chasing):
    firm = await chasing()
    customer, invoices = await acme(firm, 8, 9)
    await actions.plan_organisation(firm.id, NOW)
    [message] = await messages()
    assert (message.state, message.kind, message.customer_id) == ("planned", "reminder", customer.id)
    assert message.to_addresses == '["ap@acme.example"]'
    assert message.not_before_at == TEN
    assert message.not_after_at == TEN + timedelta(hours=8)
    carried = await ReminderInvoice.select(ReminderInvoice.invoice).where(ReminderInvoice.is_carried.eq(True))
    assert {row["invoice"] for row in carried} == {invoice.id for invoice in invoices}


@pytest.mark.parametrize(("kind", "goes"), [("answer", True), ("system", True), ("statement", False), ("thank_you", False)])
async def test_an_answer_or_a_copy_takes_no_reminders_day(chasing, kind, goes):
    firm = await chasing()
    customer, _ = await acme(firm, 8)
    sent = {"state": "sent", "claimed_at": NOW, "sent_at": NOW, "created_at": NOW}
    await Message(organisation_id=firm.id, customer_id=customer.id, kind=kind, **sent).save()
    await actions.plan_organisation(firm.id, NOW)
    assert await Reminder.exists().where(Reminder.kind == "reminder") == goes


async def written_down():
    """What a run and the pass after it left: emails with their lines, outlooks, next reminders, and the count."""
    await upcoming_actions.foresee(lambda: NOW)
    lines = await ReminderInvoice.select(ReminderInvoice.invoice, ReminderInvoice.is_carried, ReminderInvoice.reminder.customer)
    outlooks = await Outlook.select(Outlook.invoice, Outlook.hold, Outlook.sentence, Outlook.next_step)
    sums = await Summary.select(Summary.customer, Summary.next_step, Summary.next_reminder_on)
    run = await Run.objects().order_by(Run.id, ascending=False).first()
    assert run is not None
    return [sorted(map(str, rows)) for rows in (lines, outlooks, sums)], (run.day, run.due_count, run.held_count)


async def test_a_large_organisation_is_planned_in_portions_with_the_same_outcome(chasing, monkeypatch):
    firm = await chasing()
    for days in ((8, 9), (200, -20), (3,), (30, 2, -3), (15,), (-1,), (40, 41)):
        await acme(firm, *days)
    await actions.plan_organisation(firm.id, NOW)
    at_once = await written_down()
    monkeypatch.setattr(actions, "IN_A_RUN", 3)
    await actions.plan_organisation(firm.id, NOW)
    assert await written_down() == at_once
    await Message.delete(force=True)
    await Reminder.delete(force=True)
    await ReminderInvoice.delete(force=True)
    await Outlook.delete(force=True)
    await actions.plan_organisation(firm.id, NOW)
    assert await written_down() == at_once


async def test_a_run_killed_between_its_portions_leaves_everybody_who_waited_to_be_planned_again(chasing, monkeypatch):
    firm = await chasing()
    for days in (8, 9, 10, 11):
        await acme(firm, days)
    await Customer.update({Customer.reconsider_at: NOW}, force=True)
    monkeypatch.setattr(actions, "IN_A_RUN", 2)
    recorded = []

    async def killed_at_the_second(*facts, **named):
        recorded.append(facts)
        if len(recorded) == 2:
            raise RuntimeError("killed")
        return await record(*facts, **named)

    monkeypatch.setattr(actions, "record", killed_at_the_second)
    with pytest.raises(RuntimeError, match="killed"):
        await actions.plan_organisation(firm.id, NOW)
    assert await Message.count() == 2
    assert await Customer.count().where(Customer.reconsider_at.is_not_null()) == 4
    assert await actions.reconsider_changed(NOW) == 4
    assert await Message.count() == 4
    assert not await Customer.exists().where(Customer.reconsider_at.is_not_null())


async def test_while_a_run_is_under_way_what_comes_in_its_turn_steps_back_and_finds_what_is_left_afterwards(
    chasing, monkeypatch
):
    """Ticks come every few seconds; the run of a large organisation takes longer than that."""
    firm = await chasing()
    customers = [(await acme(firm, days))[0] for days in (8, 9, 10)]
    begun = await run_actions.begin(firm.id, NOW)
    assert begun is not None
    await reconsider([customer.id for customer in customers], NOW)
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    await actions.reconsider_changed(NOW)
    assert await daily_actions.plan_those_without_a_run(NOW) == 0
    assert (await Run.count(), await Message.count()) == (1, 0)
    await run_actions.finish(begun.run, run_actions.Tally(), NOW.date(), NOW)
    await actions.reconsider_changed(NOW)
    assert (await Run.count(), await Message.count()) == (2, 3)


async def always():
    return True


async def test_what_another_run_did_while_it_waited_for_its_turn_is_not_done_again(chasing, monkeypatch):
    """The tick saw them waiting; when it may write at last, nobody waits."""
    firm = await chasing()
    customers = [(await acme(firm, days))[0] for days in (8, 9, 10)]
    await reconsider([customer.id for customer in customers], NOW)
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    real = run_actions.is_under_way

    async def planned_meanwhile(*facts):
        await Customer.update({Customer.reconsider_at: None}, force=True)
        return await real(*facts)

    monkeypatch.setattr(run_actions, "is_under_way", planned_meanwhile)
    await actions.reconsider_changed(NOW)
    assert await Run.count() == 0


async def test_a_run_is_under_way_as_long_as_it_writes_portions_and_no_longer(chasing, monkeypatch):
    firm = await chasing()
    begun = await run_actions.begin(firm.id, NOW)
    assert begun is not None
    later = NOW + timedelta(minutes=6)
    assert not await run_actions.is_under_way(firm.id, later), "it showed no life"
    monkeypatch.setattr(begun, "_clock", begun._clock - 240)
    await begun.is_alive()
    assert await run_actions.is_under_way(firm.id, later)
    assert await run_actions.begin(firm.id, NOW, while_wanted=always) is None
    assert not await run_actions.is_under_way(firm.id, later + timedelta(minutes=4))


async def test_a_run_that_another_has_overtaken_leaves_nothing_behind(chasing, monkeypatch):
    """Left unfinished, it would keep whoever looks ahead waiting."""
    firm = await chasing()
    await acme(firm, 8)
    real, overtaken = actions.gather, []

    async def gather_and_be_overtaken(*facts, **named):
        found = await real(*facts, **named)
        if not overtaken:
            overtaken.append(True)
            await actions.plan_organisation(firm.id, NOW)
        return found

    monkeypatch.setattr(actions, "gather", gather_and_be_overtaken)
    await actions.plan_organisation(firm.id, NOW)
    assert await Run.count() == 1
    assert not await run_actions.is_under_way(firm.id, NOW)


async def test_every_open_invoice_has_exactly_one_outlook(chasing):
    firm = await chasing()
    _, invoices = await acme(firm, 8, -20, 3, 200)
    await actions.plan_organisation(firm.id, NOW)
    rows = await Outlook.select(Outlook.invoice, Outlook.sentence)
    assert sorted(row["invoice"] for row in rows) == sorted(invoice.id for invoice in invoices)
    assert all(row["sentence"] for row in rows)


async def test_a_second_run_on_the_same_day_changes_nothing(chasing):
    firm = await chasing()
    await acme(firm, 8)
    await actions.plan_organisation(firm.id, NOW)
    before = [(m.id, m.state) for m in await messages()]
    await actions.plan_organisation(firm.id, NOW + timedelta(minutes=10))
    assert [(m.id, m.state) for m in await messages()] == before
    assert await Run.count() == 2


async def test_in_review_mode_nothing_leaves_before_somebody_approves(chasing):
    firm = await chasing(review_mode=True)
    await acme(firm, 8)
    await actions.plan_organisation(firm.id, NOW)
    [message] = await messages()
    assert message.needs_approval
    assert await claim(message.id, "a worker", TEN) is None
    reminder = await Reminder.objects().first()
    assert await actions.approve(firm.id, [reminder.id], by="Anna Berg", now=NOW) == 1
    assert await claim(message.id, "a worker", NOW) is None, "the chase window has not opened yet"
    assert await claim(message.id, "a worker", TEN) is not None


async def test_an_approval_dies_when_an_amount_changes_and_says_why(chasing):
    firm = await chasing(review_mode=True)
    customer, [invoice] = await acme(firm, 8)
    await actions.plan_organisation(firm.id, NOW)
    first = await Reminder.objects().first()
    await actions.approve(firm.id, [first.id], by="Anna Berg", now=NOW)
    await Invoice.update({Invoice.outstanding: invoice.outstanding - 100_000}).where(Invoice.id == invoice.id)
    await reconsider([customer.id], NOW)
    assert await actions.reconsider_changed(NOW) == 1
    old, new = await messages()
    assert old.state == "cancelled"
    assert (new.state, new.needs_approval, new.approved_at) == ("planned", True, None)
    second = await Reminder.objects().where(Reminder.message == new.id).first()
    assert second.was_approved
    assert invoice.number in second.died_because


async def test_approving_what_has_changed_since_it_was_seen_is_refused(chasing):
    firm = await chasing(review_mode=True)
    await acme(firm, 8)
    await actions.plan_organisation(firm.id, NOW)
    reminder = await Reminder.objects().first()
    with pytest.raises(OutOfDate):
        await actions.approve_seen(firm.id, reminder.id, "another fingerprint", by="Anna Berg", now=NOW)


async def test_a_paid_invoice_cancels_its_planned_reminder_with_the_reason(chasing):
    firm = await chasing()
    customer, [invoice] = await acme(firm, 8)
    await actions.plan_organisation(firm.id, NOW)
    paid = {Invoice.outstanding: 0, Invoice.is_open: False, Invoice.status: "PAID", Invoice.paid_on: TODAY}
    await Invoice.update(paid).where(Invoice.id == invoice.id)
    await actions.plan_customers(firm.id, [customer.id], NOW)
    [message] = await messages()
    assert message.state == "cancelled"
    assert message.state_reason == "Nothing of it is left to chase."
    assert not (await ReminderInvoice.objects().first()).is_live


async def test_a_reminder_that_went_moves_the_ladder_and_starts_the_gap(chasing):
    firm = await chasing()
    customer, [invoice] = await acme(firm, 8)
    await actions.plan_organisation(firm.id, NOW)
    [message] = await messages()
    claimed = await claim(message.id, "a worker", TEN)
    await settle_sent(claimed, "250 ok", TEN)
    await synced(firm, TEN + timedelta(days=1))
    await actions.plan_customers(firm.id, [customer.id], TEN + timedelta(days=1))
    assert len(await messages()) == 1
    outlook = await Outlook.objects().where(Outlook.invoice == invoice.id).first()
    assert outlook.hold == "not_reached"
    assert (outlook.next_step, outlook.next_on) == ("Firm", date(2026, 12, 7))


async def test_a_reminder_that_failed_may_be_planned_again(chasing):
    firm = await chasing()
    customer, _ = await acme(firm, 8)
    await actions.plan_organisation(firm.id, NOW)
    [message] = await messages()
    await settle_failed(await claim(message.id, "a worker", TEN), "refused", "550 no")
    await actions.plan_customers(firm.id, [customer.id], TEN)
    assert [m.state for m in await messages()] == ["failed", "planned"]


async def test_skipping_sets_the_customer_free_on_the_next_day(chasing):
    firm = await chasing()
    await acme(firm, 8)
    await actions.plan_organisation(firm.id, NOW)
    reminder = await Reminder.objects().first()
    assert await actions.skip(firm.id, reminder.id, by="Tom Hale", now=NOW) == date(2026, 12, 1)
    assert [m.state for m in await messages()] == ["cancelled"]
    assert (await Outlook.objects().first()).hold == "skipped"
    await synced(firm, NOW + timedelta(days=1))
    await actions.plan_organisation(firm.id, NOW + timedelta(days=1))
    assert [m.state for m in await messages()] == ["cancelled", "planned"]


async def test_after_the_evening_the_next_chase_day_is_planned(chasing):
    firm = await chasing()
    await acme(firm, 8)
    await actions.plan_organisation(firm.id, datetime(2026, 11, 27, 19, 0, tzinfo=UTC))
    [message] = await messages()
    assert message.planned_on == date(2026, 11, 30)
    assert message.not_before_at == TEN
    assert (await Outlook.objects().first()).sentence.startswith("Mon 30 Nov: ")


async def test_the_customers_next_reminder_is_on_its_summary(chasing):
    firm = await chasing()
    customer, _ = await acme(firm, -20)
    await Summary(customer=customer.id, organisation_id=firm.id).save()
    await actions.plan_organisation(firm.id, NOW)
    summary = await Summary.objects().first()
    assert (summary.next_reminder_on, summary.next_step) == (date(2026, 12, 17), "Coming up")


async def test_a_run_of_one_organisation_leaves_another_alone(chasing):
    firm = await chasing()
    await acme(firm, 8)
    other = await cast.meridian()
    stranger = await cast.a_customer(other.organisation, "Stranger", chasing=True)
    await cast.an_invoice(stranger, due_on=TODAY - timedelta(days=8))
    await actions.plan_organisation(firm.id, NOW)
    assert {m.organisation_id for m in await messages()} == {firm.id}
    assert {row["organisation_id"] for row in await Outlook.select(Outlook.organisation_id)} == {firm.id}


async def test_facts_that_change_during_a_run_are_planned_again(chasing):
    firm = await chasing()
    customer, _ = await acme(firm, 8)
    async with transaction():
        await reconsider([customer.id], NOW + timedelta(seconds=1))
    await actions.plan_organisation(firm.id, NOW)
    assert await actions.reconsider_changed(NOW + timedelta(seconds=2)) == 1
    assert await actions.reconsider_changed(NOW + timedelta(seconds=3)) == 0
