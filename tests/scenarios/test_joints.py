"""Where planner, record, second look, claim and mailbox meet: nothing is lost there, nothing goes twice, no approval dies
without a change that it was not given for."""

import asyncio
from datetime import date, timedelta

import pytest

from app.chasing import actions
from app.chasing.daily_actions import plan_those_without_a_run
from app.chasing.letter_queries import letter_for, subject_of
from app.chasing.tables import Outlook, Reminder, ReminderInvoice, Run
from app.customers.tables import Customer
from app.database import transaction
from app.email_templates.tables import Template, TemplateVersion
from app.invoices.tables import Invoice
from app.mail.actions import deliver
from app.mail.delivery_actions import to_ring
from app.mail.rechecks import Found, Same
from app.mail.tables import Sender
from app.organisations.tables import Organisation
from app.outbox.answers import Ambiguous, MailboxStopped, PutOff, RecipientRefused
from app.outbox.tables import Message
from app.schedules.actions import ship
from app.statements.actions import Made, make
from app.statements.tables import StatementSettings
from app.xero.tables import Connection
from tests import cast
from tests.scenarios.story import Story, a_story

pytestmark = pytest.mark.usefixtures("database")

WHEN = "When can we expect it?"
MONDAY = "2026-11-30"


async def reviewed(story: Story) -> tuple[Customer, Invoice]:
    """One overdue invoice whose reminder was approved before the chase window of Monday opens."""
    customer = await story.customer()
    invoice = await story.owes(customer, "INV-1", "2026-11-23")
    await story.at(MONDAY, "09:00")
    assert await story.approves_all() == 1
    return customer, invoice


async def last_message() -> Message:
    row = await Message.objects().order_by(Message.id, ascending=False).first()
    assert row is not None
    return row


class TestApprovals:
    async def test_lives_on_while_the_minimum_gap_keeps_the_reminder(self) -> None:
        story = await a_story(review_mode=True)
        customer, _ = await reviewed(story)
        await Message(
            organisation_id=story.firm.id, customer_id=customer.id, kind="chase_now", state="sent", claimed_at=story.now
        ).save()
        await story.touched(customer.id)
        await story.days(MONDAY, "2026-12-03")
        assert len(await story.sent()) == 1
        await story.at("2026-12-04")
        assert (await story.sent())[1:] == [("2026-12-04", WHEN)]

    async def test_lives_on_while_everything_is_paused(self) -> None:
        story = await a_story(review_mode=True)
        await reviewed(story)
        await Organisation.update({Organisation.paused: True}).where(Organisation.id == story.firm.id)
        await story.days(MONDAY, "2026-12-02")
        assert await story.states() == ["approved"]
        await Organisation.update({Organisation.paused: False}).where(Organisation.id == story.firm.id)
        await story.at("2026-12-03")
        assert await story.sent() == [("2026-12-03", WHEN)]

    async def test_lives_on_while_xero_is_disconnected(self) -> None:
        story = await a_story(review_mode=True)
        await reviewed(story)
        here = Connection.organisation == story.firm.id
        await Connection.update({Connection.state: "disconnected"}).where(here)
        await story.at(MONDAY)
        await story.at(MONDAY, "11:00")
        await Connection.update({Connection.state: "connected"}).where(here)
        await story.at(MONDAY, "12:00")
        assert await story.sent() == [(MONDAY, WHEN)]

    async def test_lives_on_while_the_mailbox_is_stopped(self) -> None:
        story = await a_story(review_mode=True)
        acme, _ = await reviewed(story)
        bolt = await story.customer("Bolt Ltd")
        await story.owes(bolt, "INV-2", "2026-11-23", "90.00")
        await story.at(MONDAY, "09:30")
        assert await story.approves_all() == 1
        story.postbox.answers = [MailboxStopped("535 wrong password")]
        await story.at(MONDAY)
        assert await story.sent() == []
        await Sender.update({Sender.stopped_at: None}).where(Sender.organisation == story.firm.id)
        await story.touched(acme.id)
        await story.at(MONDAY, "11:00")
        assert await story.sent() == [(MONDAY, WHEN)], "Bolt's was approved and nothing of it changed"

    async def test_given_late_in_the_evening_holds_for_the_next_chase_day(self) -> None:
        story = await a_story(review_mode=True)
        await story.owes(await story.customer(), "INV-1", "2026-11-23")
        await story.at(MONDAY, "12:00")
        await story.at(MONDAY, "19:30")
        assert await story.approves_all() == 1
        assert await story.sent() == []
        await story.at("2026-12-01")
        assert await story.sent() == [("2026-12-01", WHEN)]

    async def test_dies_when_the_text_of_its_template_changes(self) -> None:
        story = await a_story(review_mode=True)
        customer, _ = await reviewed(story)
        template = await Template.objects().get(Template.name == WHEN)
        assert template is not None
        await TemplateVersion(template=template.id, number=2, subject="Pay", body="Pay at once.").save()
        await Template.update({Template.current_version: 2}).where(Template.id == template.id)
        await story.touched(customer.id)
        await story.at(MONDAY)
        assert await story.sent() == []
        again = await Reminder.objects().order_by(Reminder.id, ascending=False).first()
        assert again is not None
        assert again.was_approved

    async def test_what_waits_for_days_is_planned_for_the_day_on_which_it_can_go(self) -> None:
        story = await a_story(review_mode=True)
        await story.owes(await story.customer(), "INV-1", "2026-11-23")
        await story.days(MONDAY, "2026-12-02")
        assert (await last_message()).planned_on == date(2026, 12, 2)
        assert (await Reminder.objects().first()).planned_on == date(2026, 11, 30), "it was proposed then"  # type: ignore[union-attr]


class TestWhatPeopleDecide:
    async def test_skipping_what_waited_for_days_holds_until_tomorrow(self) -> None:
        story = await a_story(review_mode=True)
        await story.owes(await story.customer(), "INV-1", "2026-11-23")
        await story.days(MONDAY, "2026-12-02")
        reminder = await Reminder.objects().first()
        assert reminder is not None
        until = await actions.skip(story.firm.id, reminder.id, by="Tom Hale", now=story.now)
        assert until == date(2026, 12, 3)
        await story.at("2026-12-02", "12:00")
        assert await story.states() == ["cancelled"]

    async def test_a_skipped_thank_you_does_not_come_back(self) -> None:
        story = await a_story()
        invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23")
        await story.at(MONDAY)
        await story.pays(invoice)
        await story.at(MONDAY, "19:00")
        thanks = await Reminder.objects().get(Reminder.kind == "thank_you")
        assert thanks is not None
        await actions.skip(story.firm.id, thanks.id, by="Tom Hale", now=story.now)
        await story.days("2026-12-01", "2026-12-08")
        assert await story.sent() == [(MONDAY, WHEN)]

    async def test_sending_an_unknown_one_again_sends_it_once_more_and_only_then(self) -> None:
        story = await a_story()
        await story.owes(await story.customer(), "INV-1", "2026-11-23")
        story.postbox.answers = [Ambiguous("the line broke")]
        await story.at(MONDAY)
        await story.at("2026-12-08")
        assert (await story.states(), story.postbox.taken) == (["unknown"], [])

    async def test_an_organisation_that_sends_no_thank_yous_sends_none(self) -> None:
        story = await a_story(sends_thank_yous=False)
        invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23")
        await story.at(MONDAY)
        await story.pays(invoice)
        await story.days("2026-12-01", "2026-12-03")
        assert await story.sent() == [(MONDAY, WHEN)]


class TestNothingIsLost:
    async def test_a_new_mailbox_takes_over_what_was_planned_for_the_old_one(self) -> None:
        story = await a_story()
        customer = await story.customer()
        await story.owes(customer, "INV-1", "2026-11-23")
        await story.at(MONDAY, "09:00")
        await Sender.update({Sender.is_active: False}).where(Sender.organisation == story.firm.id)
        await Sender(
            organisation=story.firm.id, kind="normal", name="Anna", address="a@borealis.example", seconds_between=0
        ).save()
        await story.touched(customer.id)
        await story.at(MONDAY)
        assert await story.sent() == [(MONDAY, WHEN)]
        subject = await subject_of((await Reminder.objects().first()).id)  # type: ignore[union-attr]
        assert subject.sender is not None
        assert subject.sender.name == "Anna"

    async def test_the_letter_names_the_mailbox_it_leaves_from(self) -> None:
        story = await a_story()
        await story.owes(await story.customer(), "INV-1", "2026-11-23")
        await story.at(MONDAY, "09:00")
        await Sender(organisation=story.firm.id, kind="normal", name="Anna", address="a@b.example", stopped_at=story.now).save()
        subject = await subject_of((await Reminder.objects().first()).id)  # type: ignore[union-attr]
        letter = await letter_for(subject, "p_x", story.now)
        assert letter.sender.name == "Tom Hale"

    async def test_a_step_that_failed_is_recorded_anew_with_its_invoices(self) -> None:
        story = await a_story()
        customer = await story.customer()
        await cast.a_recipient(customer, "old@acme.example", kind="copy")
        await story.owes(customer, "INV-1", "2026-11-23")
        story.postbox.answers = [RecipientRefused("old@acme.example", "550 no such user")]
        await story.at(MONDAY)
        await story.at(MONDAY, "10:10")
        assert await story.states() == ["failed", "sent"]
        assert await story.carried() == [(MONDAY, WHEN, ("INV-1",))]

    async def test_a_reminder_whose_step_is_under_way_is_not_made_without_its_invoices(self) -> None:
        story = await a_story()
        customer = await story.customer()
        await story.owes(customer, "INV-1", "2026-11-23")
        await story.at(MONDAY, "09:00")
        first = await last_message()
        await Message.update({Message.unique_key: "under another key"}).where(Message.id == first.id)
        gather = actions.gather

        async def and_then_it_is_claimed(*arguments: object, **named: object) -> object:
            gathered = await gather(*arguments, **named)  # type: ignore[arg-type]
            await Message.update({Message.state: "sending", Message.claimed_at: story.now}).where(Message.id == first.id)
            return gathered

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(actions, "gather", and_then_it_is_claimed)
            await actions.plan_organisation(story.firm.id, story.now)
        assert await story.states() in (["sending"], ["sending", "cancelled"])
        assert await ReminderInvoice.count().where(ReminderInvoice.is_live.eq(True)) == 1

    async def test_facts_stored_during_a_run_are_planned_again_whenever_they_were_read(self) -> None:
        story = await a_story()
        customer = await story.customer()
        invoice = await story.owes(customer, "INV-1", "2026-11-23")
        read_at = story.now - timedelta(seconds=20)
        gather = actions.gather

        async def and_then_it_is_paid(*arguments: object, **named: object) -> object:
            gathered = await gather(*arguments, **named)  # type: ignore[arg-type]
            story.now, now = read_at, story.now
            await story.changes(invoice, outstanding=0, is_open=False, status="PAID")
            story.now = now
            return gathered

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(actions, "gather", and_then_it_is_paid)
            await actions.plan_organisation(story.firm.id, story.now)
        assert await actions.reconsider_changed(story.now) == 1
        assert "planned" not in await story.states()

    async def test_what_is_skipped_during_a_run_stays_skipped(self) -> None:
        story = await a_story()
        await story.owes(await story.customer(), "INV-1", "2026-11-23")
        await story.at(MONDAY, "09:00")
        reminder = await Reminder.objects().first()
        gather = actions.gather
        entered: list[bool] = []

        async def and_then_it_is_skipped(*arguments: object, **named: object) -> object:
            gathered = await gather(*arguments, **named)  # type: ignore[arg-type]
            if not entered:
                entered.append(True)
                await actions.skip(story.firm.id, reminder.id, by="Tom Hale", now=story.now)  # type: ignore[union-attr]
            return gathered

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(actions, "gather", and_then_it_is_skipped)
            await actions.plan_organisation(story.firm.id, story.now)
        await actions.reconsider_changed(story.now + timedelta(seconds=10))
        assert set(await story.states()) == {"cancelled"}
        assert (await Outlook.objects().first()).hold == "skipped"  # type: ignore[union-attr]

    async def test_an_invoice_that_moves_to_another_customer_keeps_an_outlook(self) -> None:
        story = await a_story()
        acme, bolt = await story.customer(), await story.customer("Bolt Ltd")
        invoice = await story.owes(acme, "INV-1", "2026-11-23")
        await story.at(MONDAY, "09:00")
        await story.changes(invoice, customer=bolt.id)
        await actions.plan_customers(story.firm.id, [bolt.id], story.now)
        await actions.plan_customers(story.firm.id, [acme.id], story.now)
        row = await Outlook.objects().get(Outlook.invoice == invoice.id)
        assert row is not None
        assert row.customer_id == bolt.id

    async def test_put_off_until_the_evening_it_is_given_up_once(self) -> None:
        story = await a_story()
        await story.owes(await story.customer(), "INV-1", "2026-11-23")
        story.postbox.answers = [PutOff("451 later")] * 50
        for minute in range(50, 60):
            await story.at(MONDAY, f"17:{minute:02}")
        assert (await story.states()).count("cancelled") <= 1
        assert len(await story.states()) == 1
        story.postbox.answers = []
        await story.at(MONDAY, "18:01")
        await story.at("2026-12-01")
        assert await story.sent() == [("2026-12-01", WHEN)]

    async def test_a_day_without_mail_because_of_the_cap_is_made_up_for_on_the_next(self) -> None:
        story = await a_story()
        await Sender.update({Sender.daily_cap: 1}).where(Sender.organisation == story.firm.id)
        for name, total in (("Acme Ltd", "100.00"), ("Bolt Ltd", "900.00")):
            await story.owes(await story.customer(name), f"INV-{name[0]}", "2026-11-23", total)
        await story.at(MONDAY)
        assert await story.carried() == [(MONDAY, WHEN, ("INV-B",))]
        await story.at(MONDAY, "18:30")
        await story.at("2026-12-01")
        assert (await story.carried())[1:] == [("2026-12-01", WHEN, ("INV-A",))]

    async def test_a_second_look_that_breaks_lets_the_others_pass(self) -> None:
        story = await a_story()
        for name in ("Acme Ltd", "Bolt Ltd"):
            await story.owes(await story.customer(name), f"INV-{name[0]}", "2026-11-23")
        await story.at(MONDAY, "09:00")
        story.now += timedelta(hours=1, minutes=5)

        async def breaks(message: Message) -> Found:
            raise ArithmeticError("something nobody thought of")

        first, second = await to_ring(story.now)
        with pytest.raises(ArithmeticError):
            await deliver(first.message_id, mailbox=story.postbox, recheck=breaks, worker="w", now=story.now)
        assert [ring.message_id for ring in await to_ring(story.now)] == [second.message_id]
        assert len(await to_ring(story.now + timedelta(minutes=30))) == 2

    async def test_one_organisation_that_cannot_be_planned_does_not_keep_the_others(self) -> None:
        broken = await a_story(chase_weekdays="[]")
        await broken.owes(await broken.customer("Broken Ltd"), "INV-0", "2026-11-23")
        story = await another_story()
        await story.owes(await story.customer(), "INV-1", "2026-11-23")
        await plan_those_without_a_run(story.now)
        await actions.reconsider_changed(story.now)
        assert [row["organisation_id"] for row in await Message.select(Message.organisation_id)] == [story.firm.id]


async def another_story() -> Story:
    other = await cast.meridian()
    await ship(other.id, cast.NOW)
    await Sender(organisation=other.id, kind="normal", name="Max", address="max@meridian.example", seconds_between=0).save()
    await Connection(
        organisation=other.id, provider="demo", tenant_id="other", state="connected", last_good_sync_at=cast.NOW
    ).save()
    return Story(other)


class TestAKilledRun:
    async def test_keeps_nobody_from_being_planned(self) -> None:
        story = await a_story()
        customer = await story.customer()
        await story.owes(customer, "INV-1", "2026-11-23")
        await Run(organisation=story.firm.id, started_at=story.now).save()
        await story.at(MONDAY)
        assert await story.sent() == [(MONDAY, WHEN)]
        await story.at(MONDAY, "11:00")
        assert await Customer.count().where(Customer.reconsider_at.is_not_null()) == 0


class TestStatements:
    async def statement(self, story: Story, customer: Customer) -> Message:
        await StatementSettings(organisation=story.firm.id, day=1, switched_on_at=story.now, previewed_at=story.now).save()
        made = await make(customer.id, "2026-12", story.now)
        assert isinstance(made, Made)
        return await last_message()

    async def test_wait_while_paused_and_leave_with_their_approval_afterwards(self) -> None:
        story = await a_story()
        customer = await story.customer()
        await story.owes(customer, "INV-1", "2026-12-20")
        await self.statement(story, customer)
        here = Organisation.id == story.firm.id
        await Organisation.update({Organisation.paused: True}).where(here)
        await story.at("2026-12-01")
        assert await story.sent() == []
        await Organisation.update({Organisation.paused: False}).where(here)
        await story.at("2026-12-01", "11:00")
        assert await story.sent() == [("2026-12-01", "statement")]

    async def test_come_on_another_day_than_a_reminder_that_went_already(self) -> None:
        story = await a_story()
        customer = await story.customer()
        await story.owes(customer, "INV-1", "2026-11-24")
        await story.at("2026-12-01")
        await self.statement(story, customer)
        await story.at("2026-12-01", "11:00")
        await story.at("2026-12-02")
        assert await story.sent() == [("2026-12-01", WHEN), ("2026-12-02", "statement")]

    async def test_on_their_way_keep_the_reminder_for_the_next_day(self) -> None:
        story = await a_story()
        customer = await story.customer()
        await story.owes(customer, "INV-1", "2026-11-24")
        await story.at("2026-12-01", "09:00")
        await self.statement(story, customer)
        await story.at("2026-12-01")
        await story.at("2026-12-02")
        assert await story.sent() == [("2026-12-01", "statement"), ("2026-12-02", WHEN)]


class TestWhatTheLetterSays:
    async def test_it_is_written_anew_for_each_attempt(self) -> None:
        story = await a_story()
        customer = await story.customer()
        await story.owes(customer, "INV-1", "2026-11-23", "120.00")
        other = await story.owes(customer, "INV-2", "2026-11-24", "55.00")
        await Invoice.update({Invoice.excluded: True}).where(Invoice.id == other.id)
        await TemplateVersion.update({TemplateVersion.body: "In all {{ total_overdue }} is overdue."}, force=True)
        story.postbox.answers = [PutOff("451 later")]
        await story.at(MONDAY)
        await story.pays(other)
        await story.at(MONDAY, "10:30")
        assert await story.sent() == [(MONDAY, WHEN)]
        assert "£120.00" in (await last_message()).text

    async def test_a_thank_you_that_cannot_be_written_is_tried_once(self) -> None:
        story = await a_story()
        invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23")
        await story.at(MONDAY)
        await story.pays(invoice)
        await TemplateVersion.update({TemplateVersion.body: "{{ no_such_thing }}"}, force=True)
        for minute in range(0, 40, 10):
            await story.at("2026-12-01", f"10:{minute:02}")
        assert len([state for state in await story.states() if state == "cancelled"]) <= 1

    async def test_a_letter_that_lacked_a_fact_is_tried_again_when_the_fact_is_there(self) -> None:
        story = await a_story()
        customer = await story.customer()
        await Customer.update({Customer.account_number: ""}).where(Customer.id == customer.id)
        await TemplateVersion.update({TemplateVersion.body: "Account {{ account_number }}"}, force=True)
        invoice = await story.owes(customer, "INV-1", "2026-11-23")
        await story.at(MONDAY)
        assert await story.hold(invoice) == "template_failed"
        async with transaction():
            await Customer.update({Customer.account_number: "A-7"}).where(Customer.id == customer.id)
            await story.touched(customer.id)
        await story.at("2026-12-01")
        assert await story.sent() == [("2026-12-01", WHEN)]


class TestTheClaim:
    async def test_is_as_old_as_the_claim_and_not_as_the_ring(self) -> None:
        story = await a_story()
        await story.owes(await story.customer(), "INV-1", "2026-11-23")
        await story.at(MONDAY, "09:00")
        ringing, claiming = story.now + timedelta(minutes=65), story.now + timedelta(minutes=72)
        message = await last_message()
        await Message.update({Message.subject: "S", Message.text: "T"}).where(Message.id == message.id)

        async def slow(_: Message) -> Found:
            return Same()

        await deliver(message.id, mailbox=story.postbox, recheck=slow, worker="w", now=ringing, clock=lambda: claiming)
        assert (await last_message()).claimed_at == claiming

    async def test_a_claim_given_back_keeps_its_approval_until_the_plan_decides(self) -> None:
        story = await a_story(review_mode=True)
        await reviewed(story)
        await story.at(MONDAY, "09:59")
        story.now += timedelta(minutes=6)
        await Organisation.update({Organisation.paused: True}).where(Organisation.id == story.firm.id)
        await story.deliver((await last_message()).id)
        assert (await last_message()).state == "approved"


async def test_workers_that_plan_sync_and_send_at_once_send_each_reminder_once() -> None:
    story = await a_story()
    invoices = [await story.owes(await story.customer(f"Firm{n} Ltd"), f"INV-{n}", "2026-11-23") for n in range(12)]
    await story.at(MONDAY, "09:00")
    story.now += timedelta(hours=1, minutes=5)

    async def planning() -> None:
        for _ in range(3):
            await actions.plan_organisation(story.firm.id, story.now)
            await actions.reconsider_changed(story.now)

    async def paying() -> None:
        for invoice in invoices[:4]:
            await story.pays(invoice, "20.00")

    await asyncio.gather(planning(), story.sweep(), paying(), story.sweep(), planning())
    await story.settle()
    await story.settle()
    assert await story.steps_that_went_twice() == []
    assert sorted(numbers for _, _, numbers in await story.carried()) == sorted((f"INV-{n}",) for n in range(12))
    assert len(story.postbox.taken) == 12
    assert not {"planned", "approved", "sending"} & set(await story.states())
