"""Nothing approved goes stale, what was decided can be taken back until it leaves, and no approval is lost on the way."""

from datetime import UTC, datetime, timedelta

import pytest

from app.activity.tables import AuditEntry
from app.chasing import actions, approval_actions
from app.chasing.approval_queries import queue_of
from app.chasing.decided_queries import approved_and_waiting, skipped_since
from app.chasing.marks import Mark
from app.chasing.tables import Reminder
from app.customers.tables import Customer
from app.email_templates.tables import Template, TemplateVersion
from app.invoices.tables import Payment
from app.organisations.membership import Role
from app.outbox.actions import claim, settle_sent
from app.outbox.tables import Message
from app.problems import OutOfDate
from tests import cast
from tests.cast import NOW, TODAY
from tests.integration.chasing.conftest import Ready, synced

TEN = datetime(2026, 11, 30, 10, 5, tzinfo=UTC)
NINE_TOMORROW = NOW + timedelta(days=1)


async def waiting(firm: cast.Firm, language: str = "") -> Reminder:
    customer = await cast.a_customer(firm.organisation, "Acme Ltd", language=language)
    await cast.a_recipient(customer, "ap@acme.example")
    await cast.an_invoice(customer, "INV-8", due_on=TODAY - timedelta(days=8))
    await actions.plan_organisation(firm.id, NOW)
    return await newest()


async def newest() -> Reminder:
    row = await Reminder.objects().order_by(Reminder.id, ascending=False).first()
    assert row is not None
    return row


async def state_of(reminder: Reminder) -> str:
    row = await Message.select(Message.state).where(Message.id == reminder.message).first()
    assert row is not None
    return str(row["state"])


async def a_version(template_id: int, language: str, number: int) -> None:
    await TemplateVersion(
        template=template_id, number=number, language=language, subject="Temat", body="Tekst {{ signature }}", made_at=NOW
    ).save()


@pytest.mark.parametrize(("language", "dies"), [("pl", True), ("de", False), ("", False)])
async def test_other_words_in_the_customers_language_end_the_approval(chasing: Ready, language: str, dies: bool):
    firm = await chasing(review_mode=True)
    reminder = await waiting(firm, language)
    await actions.approve(firm.id, [reminder.id], by="Mia Chen", now=NOW)
    await a_version(reminder.template_id, "pl", 1)
    await actions.plan_organisation(firm.id, NOW)
    assert (await state_of(await newest())) == ("planned" if dies else "approved")
    if dies:
        heir = await newest()
        assert heir.died_because == "It was approved before, and then its recipients, its papers or its text changed."


async def a_paid_invoice(firm: cast.Firm) -> Customer:
    """Acme was reminded of INV-1 and has paid it."""
    customer = await cast.a_customer(firm.organisation, "Acme Ltd")
    await cast.a_recipient(customer, "ap@acme.example")
    invoice = await cast.an_invoice(customer, "INV-1", due_on=TODAY - timedelta(days=20))
    earlier = NOW - timedelta(days=10)
    await synced(firm, earlier)
    await actions.plan_organisation(firm.id, earlier)
    reminder = await newest()
    await actions.approve(firm.id, [reminder.id], by="Mia Chen", now=earlier)
    claimed = await claim(reminder.message, "a worker", earlier + timedelta(hours=1))
    assert claimed is not None
    await settle_sent(claimed, "250 ok", earlier + timedelta(hours=1))
    paid = {"status": "PAID", "is_open": False, "outstanding": 0, "outstanding_base": 0, "paid": invoice.total}
    await type(invoice).update({**paid, "paid_on": TODAY - timedelta(days=3)}).where(type(invoice).id == invoice.id)
    await Payment(
        organisation=firm.id, invoice=invoice.id, xero_id="p1", amount=invoice.total, kind="payment",
        paid_on=TODAY - timedelta(days=3),
    ).save()  # fmt: skip
    await synced(firm, NOW)
    return customer


async def test_another_text_of_the_thank_you_ends_its_approval(chasing: Ready):
    firm = await chasing(review_mode=True)
    await a_paid_invoice(firm)
    await actions.plan_organisation(firm.id, NOW)
    thanks = await newest()
    assert thanks.kind == "thank_you"
    await actions.approve(firm.id, [thanks.id], by="Mia Chen", now=NOW)
    template = await Template.objects().get(Template.shipped_as == "Thank you")
    assert template is not None
    await a_version(template.id, "", 2)
    await Template.update({Template.current_version: 2}).where(Template.id == template.id)
    await actions.plan_organisation(firm.id, NOW)
    heir = await newest()
    assert heir.id != thanks.id
    assert (await state_of(heir), heir.was_approved) == ("planned", True)


async def test_an_approved_thank_you_that_another_email_displaces_stays_approved(chasing: Ready):
    firm = await chasing(review_mode=True)
    customer = await a_paid_invoice(firm)
    await actions.plan_organisation(firm.id, NOW)
    thanks = await newest()
    await actions.approve(firm.id, [thanks.id], by="Mia Chen", now=NOW)
    await cast.an_invoice(customer, "INV-2", due_on=TODAY - timedelta(days=8))
    await actions.plan_organisation(firm.id, NOW)
    reminder = await newest()
    assert reminder.kind == "reminder"
    assert await state_of(thanks) == "approved"
    message = await Message.objects().get(Message.id == thanks.message)
    assert message is not None
    assert message.planned_on == TODAY + timedelta(days=1)
    assert await claim(message.id, "a worker", TEN) is None, "the reminder has the day"


async def test_an_approval_is_taken_back_until_it_leaves(chasing: Ready):
    firm = await chasing(review_mode=True)
    reminder = await waiting(firm)
    mia = firm.members[Role.MANAGER]
    await approval_actions.approve_one(mia, reminder.id, reminder.fingerprint, NOW)
    [batch] = await approved_and_waiting(mia)
    assert (batch.count, batch.customer, batch.by) == (1, "Acme Ltd", "Mia Chen")
    assert await approval_actions.take_back(mia, batch.approved_at, TEN) == 1
    assert await state_of(reminder) == "planned"
    assert await approved_and_waiting(mia) == ()
    assert [each.id for each in await queue_of(mia)] == [reminder.id]
    acts = [row["act"] for row in await AuditEntry.select(AuditEntry.act).order_by(AuditEntry.id)]
    assert acts == ["approve_reminder", "take_back_approvals"]


async def test_once_it_is_leaving_it_is_too_late(chasing: Ready):
    firm = await chasing(review_mode=True)
    reminder = await waiting(firm)
    mia = firm.members[Role.MANAGER]
    await approval_actions.approve_one(mia, reminder.id, reminder.fingerprint, NOW)
    [batch] = await approved_and_waiting(mia)
    assert await claim(reminder.message, "a worker", TEN) is not None
    assert await approval_actions.take_back(mia, batch.approved_at, TEN) == 0
    assert await state_of(reminder) == "sending"


async def test_another_organisation_takes_nothing_back(chasing: Ready):
    firm = await chasing(review_mode=True)
    reminder = await waiting(firm)
    await approval_actions.approve_one(firm.members[Role.MANAGER], reminder.id, reminder.fingerprint, NOW)
    max_ = (await cast.meridian()).anna
    assert await approval_actions.take_back(max_, NOW, TEN) == 0
    assert await state_of(reminder) == "approved"


async def test_a_skip_is_taken_back(chasing: Ready):
    firm = await chasing(review_mode=True)
    reminder = await waiting(firm)
    await actions.skip(firm.id, reminder.id, by="Tom Hale", now=NOW)
    [skipped] = await skipped_since(firm.tom, NOW - timedelta(hours=1))
    assert (skipped.id, skipped.by) == (reminder.id, "Tom Hale")
    row = await Reminder.objects().get(Reminder.id == reminder.id)
    assert row is not None
    await approval_actions.take_back_skip(firm.tom, row, NOW)
    again = await newest()
    assert again.id != reminder.id
    assert await state_of(again) == "planned"
    with pytest.raises(OutOfDate):
        await approval_actions.take_back_skip(firm.tom, row, NOW)


async def test_above_the_limit_of_the_settings_a_reminder_waits(chasing: Ready):
    firm = await chasing(approve_above=1_000_000)
    reminder = await waiting(firm)
    assert (reminder.needs_approval, reminder.approval_why) == (True, "amount")
    [place] = await queue_of(firm.tom)
    assert place.marks == (Mark.LARGE,), "that it is the first contact says nothing where all are"
