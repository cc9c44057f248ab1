"""Taking back that a chase now was skipped: it is written down again as it was, and waits for a person to let it go."""

from datetime import datetime
from typing import Any

from app.chasing.actions import plan_customers
from app.chasing.chase_now_actions import LeftOut, Order, write_down
from app.chasing.chase_now_recheck_actions import despite_of, records_steps
from app.chasing.letter_queries import subject_of
from app.chasing.tables import Reminder, ReminderInvoice, Wording
from app.chasing.wording import OwnWords
from app.chasing.writing_queries import template_of
from app.database import transaction
from app.organisations.membership import SignedIn
from app.outbox.messages import addresses_of
from app.outbox.tables import Message
from app.problems import OutOfDate, Problem


class CannotBeRestored(Problem):
    """It cannot be chased any more."""

    status = 409


async def restore(member: SignedIn, reminder: Reminder, now: datetime) -> None:
    """Raise OutOfDate when it is not skipped any more, CannotBeRestored when what has happened since stands against it."""
    unskipped: dict[Any, Any] = {Reminder.turned_down: False, Reminder.skipped_at: None}
    order = await _as_it_was(reminder, now)
    async with transaction():
        mine = (Reminder.id == reminder.id) & Reminder.skipped_at.is_not_null() & (Reminder.kind == "chase_now")
        if not await Reminder.update(unskipped).where(mine).returning(Reminder.id):
            raise OutOfDate
        found = await write_down(member, order, now)
        if isinstance(found, LeftOut):
            raise CannotBeRestored(f"It cannot be taken back: {found.why[:1].lower()}{found.why[1:]}.")
    await plan_customers(member.organisation_id, [reminder.customer], now)


async def _as_it_was(reminder: Reminder, now: datetime) -> Order:
    about = ReminderInvoice.reminder == reminder.id
    invoices = await ReminderInvoice.select(ReminderInvoice.invoice).where(about).output(as_list=True)
    message = await Message.objects().get(Message.id == reminder.message)
    subject = await subject_of(reminder.id)
    if message is None or subject.wording is None:
        raise OutOfDate
    return Order(
        customer_id=reminder.customer,
        invoice_ids=frozenset(invoices),
        template=await template_of(subject),
        words=_words(subject.wording),
        sender_id=message.sender_id or 0,
        sender_kind=reminder.sender_kind,
        counts_as_step=await records_steps(reminder),
        despite=await despite_of(reminder),
        opened_at=now,
        was_skipped=True,
    )


def _words(kept: Wording) -> OwnWords:
    return OwnWords(
        subject=kept.subject,
        body=kept.body,
        to=addresses_of(kept.to_addresses),
        cc=addresses_of(kept.cc_addresses),
        attaches_invoices=kept.attaches_invoices,
        attaches_statement=kept.attaches_statement,
    )
