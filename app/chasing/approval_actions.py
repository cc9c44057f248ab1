"""What a manager decides about emails that wait, one or many, and how it is taken back until they leave."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from app.activity.actions import audit
from app.activity.telling_actions import tell
from app.chasing.actions import AT_ONCE, approve, approve_seen, plan_customers
from app.chasing.tables import Reminder
from app.customers.actions import reconsider
from app.customers.tables import Customer
from app.database import fetch, transaction
from app.organisations.membership import SignedIn
from app.outbox.bulk_actions import take_back_approvals
from app.problems import OutOfDate
from components.format import counted

KINDS = ("reminder", "thank_you", "chase_now")


async def approve_one(member: SignedIn, reminder_id: int, seen: str, now: datetime) -> None:
    """Raise OutOfDate when it is not any more what the person saw."""
    await approve_seen(member.organisation_id, reminder_id, seen, by=member.name, now=now)
    await _audit(member, "approve_reminder", f"reminder {reminder_id}", now)


async def approve_together(member: SignedIn, reminder_ids: Collection[int], now: datetime) -> int:
    """How many of them were still there to approve."""
    approved = await approve(member.organisation_id, reminder_ids, by=member.name, now=now)
    if approved:
        await _audit(
            member, "approve_reminders", f"{counted(approved, 'reminder', 'reminders')}, up to {max(reminder_ids)}", now
        )
    return approved


async def take_back(member: SignedIn, approved_at: datetime, now: datetime) -> int:
    """End the approvals that were given at that moment, of whatever has not begun to leave; how many."""
    async with transaction():
        messages = await take_back_approvals(member.organisation_id, KINDS, approved_at)
        rows = await _about(messages)
        await tell(member.organisation_id, rows, f"{member.name} took back the approval of “{{template_name}}”",
                   by=member.name, now=now)  # fmt: skip
        await reconsider([row["customer"] for row in rows], now)
    customers = sorted({row["customer"] for row in rows})
    for start in range(0, len(customers), AT_ONCE):
        await plan_customers(member.organisation_id, customers[start : start + AT_ONCE], now)
    if rows:
        await _audit(member, "take_back_approvals", counted(len(rows), "reminder", "reminders"), now)
    return len(rows)


async def take_back_skip(member: SignedIn, reminder: Reminder, now: datetime) -> None:
    """What was skipped is wanted again, with the words it had. Raise OutOfDate when it is not skipped any more."""
    unskipped: dict[Any, Any] = {Reminder.turned_down: False, Reminder.skipped_at: None}
    async with transaction():
        mine = (Reminder.id == reminder.id) & Reminder.skipped_at.is_not_null() & (Reminder.kind != "chase_now")
        if not await Reminder.update(unskipped).where(mine).returning(Reminder.id):
            raise OutOfDate
        await Customer.update({Customer.skipped_until_on: None}).where(Customer.id == reminder.customer)
        row = {"customer": reminder.customer, "message": reminder.message, "template_name": reminder.template_name}
        await tell(
            member.organisation_id, [row], f"{member.name} took back skipping “{{template_name}}”", by=member.name, now=now
        )
        await reconsider([reminder.customer], now)
    await plan_customers(member.organisation_id, [reminder.customer], now)
    await _keep_words(reminder)


async def _keep_words(reminder: Reminder) -> None:
    """What a person had written for the skipped one can be used again in the one that takes its place."""
    kept = reminder.wording_id or reminder.kept_wording_id
    heir = await fetch(
        "SELECT r.id FROM reminder r JOIN message m ON m.id = r.message WHERE r.customer = {} AND r.kind = {}"
        " AND m.state = 'planned' ORDER BY r.id DESC LIMIT 1",
        reminder.customer,
        reminder.kind,
    )
    if kept and heir:
        await Reminder.update({Reminder.kept_wording_id: kept}).where(Reminder.id == heir[0]["id"])


async def _about(message_ids: Collection[int]) -> list[dict[str, Any]]:
    ids = ", ".join(str(int(number)) for number in message_ids) or "0"
    return await fetch(f"SELECT id, customer, message, template_name FROM reminder WHERE message IN ({ids})")  # noqa: S608  ids


async def _audit(member: SignedIn, act: str, subject: str, now: datetime) -> None:
    await audit(organisation_id=member.organisation_id, user_id=member.user_id, act=act, subject=subject, now=now)
