"""A dispute from its opening to its end."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.activity.tables import Activity, Task
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.mail.dispute_letter_actions import tell_owners_of_disputes
from app.outbox.tables import Message
from app.promises.dispute_actions import (
    AlreadyResolved,
    AmountNotPossible,
    DisputeChange,
    change_dispute,
    open_dispute,
    reopen_dispute,
    resolve_dispute,
    settle_credited,
)
from app.promises.tables import Dispute
from app.promises.words import Outcome, Said
from tests import cast
from tests.cast import NOW

FRIDAY = date(2026, 12, 4)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def firm(database: Any) -> cast.Firm:
    return await cast.borealis()


@pytest.fixture
async def invoice(firm: cast.Firm) -> Invoice:
    customer = await cast.a_customer(firm.organisation, assigned_to=firm.tom.member_id)
    return await cast.an_invoice(customer, "INV-1", total="120.00")


async def opened(invoice: Invoice, part: str | None = "40.00", **facts: Any) -> Dispute:
    usual = {"reason": "duplicate", "text": "Twice", "source": Said.PORTAL, "by": "the customer", "answer_by_on": FRIDAY}
    amount = Decimal(part) if part else None
    found = await open_dispute(invoice, amount=amount, now=NOW, **{**usual, **facts})
    row = await Dispute.objects().get(Dispute.id == found)
    assert row is not None
    return row


async def said() -> list[str]:
    return await Activity.select(Activity.sentence).order_by(Activity.id).output(as_list=True)


async def kinds_of_open_tasks() -> list[str]:
    return await Task.select(Task.kind).where(Task.done_at.is_null()).order_by(Task.id).output(as_list=True)


async def test_its_owner_is_asked_to_answer_it_in_time(invoice: Invoice, firm: cast.Firm) -> None:
    await opened(invoice)
    (task,) = await Task.objects()
    assert task.sentence == "Answer the query on £40.00 of INV-1: We have this invoice twice"
    assert (task.assigned_to, task.due_on) == (firm.tom.member_id, FRIDAY)


async def test_it_is_widened_and_narrowed(invoice: Invoice) -> None:
    dispute = await opened(invoice)
    for amount in (Decimal("60.00"), None, Decimal("10.00")):
        change = DisputeChange(amount=amount, owner=dispute.owner, answer_by_on=dispute.answer_by_on)
        await change_dispute(dispute, change, by="Tom Hale", now=NOW)
    assert (await said())[1:] == [
        "The query on £40.00 of INV-1 is now about £60.00 of INV-1",
        "The query on £60.00 of INV-1 is now about INV-1",
        "The query on INV-1 is now about £10.00 of INV-1",
    ]
    customer = await Customer.objects().get(Customer.id == invoice.customer)
    assert customer is not None and customer.reconsider_at == NOW


async def test_more_than_is_outstanding_is_not_in_question(invoice: Invoice) -> None:
    dispute = await opened(invoice)
    with pytest.raises(AmountNotPossible):
        change = DisputeChange(amount=Decimal("120.01"), owner=None, answer_by_on=None)
        await change_dispute(dispute, change, by="Tom Hale", now=NOW)


async def test_a_part_payment_does_not_keep_it_from_being_handed_on(invoice: Invoice, firm: cast.Firm) -> None:
    dispute = await opened(invoice, "100.00")
    await Invoice.update({Invoice.outstanding: 500_000}, force=True)
    change = DisputeChange(amount=Decimal("100.00"), owner=firm.anna.member_id, answer_by_on=FRIDAY)
    await change_dispute(dispute, change, by="Tom Hale", now=NOW)
    (task,) = await Task.objects()
    assert task.assigned_to == firm.anna.member_id


async def test_what_is_resolved_is_changed_no_more_and_reopened_asks_again(invoice: Invoice) -> None:
    dispute = await opened(invoice)
    await resolve_dispute(dispute, "", "Tom Hale", NOW, outcome=Outcome.WITHDRAWN)
    assert await kinds_of_open_tasks() == []
    with pytest.raises(AlreadyResolved):
        change = DisputeChange(amount=None, owner=None, answer_by_on=None)
        await change_dispute(dispute, change, by="Tom Hale", now=NOW)
    await reopen_dispute(dispute, by="Tom Hale", now=NOW)
    await dispute.refresh()
    assert (dispute.resolved_at, dispute.outcome) == (None, "")
    assert await kinds_of_open_tasks() == ["dispute"]


async def test_an_agreed_credit_waits_for_the_credit_note(invoice: Invoice) -> None:
    """The part is not chased while the books do not have the credit yet."""
    dispute = await opened(invoice)
    await resolve_dispute(dispute, "", "Tom Hale", NOW, outcome=Outcome.CREDIT_AGREED)
    assert await kinds_of_open_tasks() == ["credit_note"]
    assert await settle_credited(NOW) == 0
    await Invoice.update({Invoice.credited: 399_999, Invoice.outstanding: 800_001}, force=True)
    assert await settle_credited(NOW) == 0
    await Invoice.update({Invoice.credited: 400_000, Invoice.outstanding: 800_000}, force=True)
    assert await settle_credited(NOW) == 1
    await dispute.refresh()
    assert dispute.resolved_at == NOW
    assert await kinds_of_open_tasks() == []
    assert "The credit agreed for £40.00 of INV-1 is in Xero" in await said()
    assert await settle_credited(NOW) == 0


async def test_a_credit_for_all_of_it_ends_with_the_invoice(invoice: Invoice) -> None:
    dispute = await opened(invoice, None)
    await resolve_dispute(dispute, "", "Tom Hale", NOW, outcome=Outcome.CREDIT_AGREED)
    await Invoice.update({Invoice.is_open: False, Invoice.outstanding: 0}, force=True)
    assert await settle_credited(NOW) == 1


async def test_an_agreed_credit_is_taken_back(invoice: Invoice) -> None:
    dispute = await opened(invoice)
    await resolve_dispute(dispute, "", "Tom Hale", NOW, outcome=Outcome.CREDIT_AGREED)
    await reopen_dispute(dispute, by="Tom Hale", now=NOW)
    await Invoice.update({Invoice.credited: 400_000}, force=True)
    assert await settle_credited(NOW) == 0
    assert await kinds_of_open_tasks() == ["dispute"]


async def test_its_owner_is_written_to_once(invoice: Invoice, firm: cast.Firm) -> None:
    dispute = await opened(invoice, text="We ordered one, not two")
    assert await tell_owners_of_disputes("https://tactful.example", NOW) == 1
    assert await tell_owners_of_disputes("https://tactful.example", NOW) == 0
    (letter,) = await Message.objects()
    assert letter.to_addresses and "tom@borealis.example" in letter.to_addresses
    assert letter.subject == "Harbour Foods Ltd questions INV-1"
    assert "We ordered one, not two" in letter.text and "answer it by Fri 4 Dec" in letter.text
    assert f"https://tactful.example/disputes/{dispute.id}" in letter.text


async def test_the_next_owner_is_written_to_as_well(invoice: Invoice, firm: cast.Firm) -> None:
    dispute = await opened(invoice)
    await tell_owners_of_disputes("https://tactful.example", NOW)
    change = DisputeChange(amount=Decimal("40.00"), owner=firm.anna.member_id, answer_by_on=FRIDAY)
    await change_dispute(dispute, change, by="Tom Hale", now=NOW)
    assert await tell_owners_of_disputes("https://tactful.example", NOW) == 1


async def test_nobody_is_written_to_about_what_they_noted_themselves(invoice: Invoice) -> None:
    await opened(invoice, source=Said.PHONE, by="Tom Hale")
    assert await tell_owners_of_disputes("https://tactful.example", NOW) == 0
    assert await Message.count() == 0
