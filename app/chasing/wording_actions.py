"""Putting a person's words in the place of a template's, for one email that has not begun to leave."""

from datetime import datetime
from typing import Any, NamedTuple

from app.activity.telling_actions import tell
from app.chasing.actions import plan_customers
from app.chasing.marks import seen_as
from app.chasing.tables import Reminder, Wording
from app.chasing.wording import OwnWords
from app.customers.actions import reconsider
from app.database import fetch, transaction
from app.organisations.membership import SignedIn
from app.outbox.actions import cancel, withdraw_approval
from app.outbox.messages import as_json
from app.outbox.states import WAITING
from app.outbox.tables import Message
from app.outbox.wording_actions import readdress
from app.problems import OutOfDate


class Reworded(NamedTuple):
    """`reminder_id`: where the words stand now. Not `is_taken`: it had changed, and they are kept for the one in its place."""

    reminder_id: int
    is_taken: bool


async def reword(member: SignedIn, reminder: Reminder, seen: str, words: OwnWords, now: datetime) -> Reworded:
    """An approval dies with the words it was given for. Raise OutOfDate when nothing stands in its place any more."""
    async with transaction():
        row = await _waiting(reminder)
        wording = await keep(member, reminder, words, now)
        if row is None or seen_as(row["fingerprint"], row["wording_id"]) != seen:
            return Reworded(await _hand_on(reminder, wording), is_taken=False)
        if not await readdress(reminder.message, words.to, words.cc):
            return Reworded(await _hand_on(reminder, wording), is_taken=False)
        await withdraw_approval(reminder.message)
        await Reminder.update({Reminder.wording_id: wording, Reminder.kept_wording_id: None}).where(Reminder.id == reminder.id)
        await reconsider([reminder.customer], now)
        await tell(
            member.organisation_id, [row], f"{member.name} edited “{{template_name}}” before it goes", by=member.name, now=now
        )
    await plan_customers(member.organisation_id, [reminder.customer], now)
    return Reworded(reminder.id, is_taken=True)


async def keep(member: SignedIn, reminder: Reminder, words: OwnWords, now: datetime) -> int:
    """Store the words; what a chase now goes despite of stays with it."""
    before = await Wording.objects().get(Wording.id == reminder.wording_id) if reminder.wording_id else None
    return await store(member, reminder.customer, words, now, before.despite if before is not None else "[]")


async def store(member: SignedIn, customer_id: int, words: OwnWords, now: datetime, despite: str = "[]") -> int:
    row = Wording(
        organisation=member.organisation_id,
        customer=customer_id,
        subject=words.subject,
        body=words.body,
        to_addresses=as_json(words.to),
        cc_addresses=as_json(words.cc),
        attaches_invoices=words.attaches_invoices,
        attaches_statement=words.attaches_statement,
        despite=despite,
        made_by=member.name[:120],
        made_at=now,
    )
    await row.save()
    return int(row.id)


async def unword(member: SignedIn, reminder: Reminder, now: datetime) -> int:
    """The template's words again, addressed as the schedule says: planned anew; its id. What was written is kept."""
    async with transaction():
        await reconsider([reminder.customer], now)
        if not reminder.wording_id or not await cancel(reminder.message, f"{member.name} chose the template's words.", now):
            raise OutOfDate
    await plan_customers(member.organisation_id, [reminder.customer], now)
    return await _hand_on(reminder, reminder.wording_id)


async def _hand_on(reminder: Reminder, wording: int) -> int:
    """Keep the words for the email that stands in this one's place; its id."""
    rows = await fetch(
        "SELECT r.id FROM reminder r JOIN message m ON m.id = r.message WHERE r.customer = {} AND r.kind = {}"
        " AND m.state IN ('planned', 'approved') ORDER BY r.id DESC LIMIT 1",
        reminder.customer,
        reminder.kind,
    )
    if not rows:
        raise OutOfDate
    await Reminder.update({Reminder.kept_wording_id: wording}).where(Reminder.id == rows[0]["id"])
    return int(rows[0]["id"])


async def _waiting(reminder: Reminder) -> dict[str, Any] | None:
    states = ", ".join(f"'{state}'" for state in sorted(WAITING))
    rows = await fetch(
        "SELECT r.customer, r.message, r.template_name, r.fingerprint, r.wording_id FROM reminder r"  # noqa: S608  ours
        f" JOIN message m ON m.id = r.message WHERE r.id = {{}} AND m.state IN ({states})",
        reminder.id,
    )
    return rows[0] if rows else None


async def has_last_words(reminder: Reminder, message: Message) -> bool:
    """Whether the message says what a person wrote last."""
    if not reminder.wording_id or message.written_at is None:
        return True
    row = await Wording.select(Wording.made_at).where(Wording.id == reminder.wording_id).first()
    return row is None or row["made_at"] <= message.written_at
