"""What people decide about messages: send again, mark as sent, cancel."""

from datetime import datetime

from app.activity.actions import clear_notice, record
from app.customers.actions import note_contact, reconsider
from app.database import transaction
from app.mail.copy_actions import note_sent
from app.organisations.membership import SignedIn
from app.outbox import actions as outbox
from app.outbox.queries import has_unknown
from app.outbox.tables import Message
from app.problems import OutOfDate


async def send_again(member: SignedIn, message: Message, now: datetime) -> None:
    """An unknown or failed one goes (again). Raise OutOfDate when it is neither any more."""
    async with transaction():
        await outbox.send_again(message.id, member.name, now)
        await _noted(member, message, f"{member.name} had “{message.subject}” sent again", now)


async def mark_as_sent(member: SignedIn, message: Message, now: datetime) -> None:
    """An unknown one did go. Raise OutOfDate when it is not unknown any more."""
    async with transaction():
        await outbox.mark_as_sent(message.id, member.name, now)
        await note_contact(message.customer_id, now)
        await note_sent(message, now)
        await _noted(member, message, f"{member.name} marked “{message.subject}” as sent", now)


async def cancel(member: SignedIn, message: Message, now: datetime) -> None:
    """One that waits does not go. Raise OutOfDate when it waits no longer."""
    async with transaction():
        if not await outbox.cancel(message.id, f"Cancelled by {member.name}.", now):
            raise OutOfDate
        await _noted(member, message, f"{member.name} cancelled “{message.subject}”", now)


async def _noted(member: SignedIn, message: Message, sentence: str, now: datetime) -> None:
    await record(
        organisation_id=member.organisation_id,
        kind="email_decided",
        sentence=sentence,
        by=member.name,
        now=now,
        customer_id=message.customer_id,
        message_id=message.id,
    )
    await reconsider([message.customer_id] if message.customer_id else [], now)
    if not await has_unknown(member.organisation_id):
        await clear_notice(member.organisation_id, "unknown_send", now)
