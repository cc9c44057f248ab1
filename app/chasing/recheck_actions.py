"""The second look at a reminder or thank-you right before it leaves."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from app.chasing.actions import plan_customers, planning_day
from app.chasing.book_queries import Gathered, gather
from app.chasing.changes import SUPERSEDED
from app.chasing.compose_actions import Papers, compose
from app.chasing.planner import plan
from app.chasing.tables import Reminder
from app.mail.rechecks import Empty, Found, Rewritten, Same
from app.outbox.states import State
from app.outbox.tables import Message

Freshen = Callable[[int], Awaitable[None]]
"""Brings an organisation's data to within ten minutes of Xero's. Raises TryLater when Xero is away: nothing leaves then."""


async def recheck(message: Message, *, freshen: Freshen, papers: Papers, now: datetime) -> Found:
    """Plan the customer again: the same email, or not.

    Before the claim, on data fresh from Xero; what changed is written down anew and an approval dies. After the claim,
    on what we know, as if the message had not begun to leave. The words are written for good before the claim, on the
    day it leaves, so that "eight days overdue" is true.
    """
    reminder = await Reminder.objects().where(Reminder.message == message.id).first()
    if reminder is None:
        return Empty("Nothing is known of what it was about.")
    claimed = message.state == State.SENDING.value
    if not claimed:
        await freshen(reminder.organisation)
    gathered = await gather(reminder.organisation, now=now, customers=[reminder.customer], ignoring=message.id)
    if not _is_still_due(reminder, gathered, now):
        return Rewritten(SUPERSEDED) if claimed else await _written_anew(reminder, message, now)
    if claimed or _was_written_today(message, gathered, now):
        return Same()
    return Rewritten() if await compose(message, papers, now) else await _written_anew(reminder, message, now)


def _is_still_due(reminder: Reminder, gathered: Gathered, now: datetime) -> bool:
    today = gathered.today
    if planning_day(gathered.calendar, gathered.settings, now) != today:
        return False
    found = plan(gathered.book, today=today, calendar=gathered.calendar, settings=gathered.settings)
    if reminder.kind == "thank_you":
        return any(t.fingerprint == reminder.fingerprint and (t.approved or not t.needs_approval) for t in found.thank_yous)
    return any(due.fingerprint == reminder.fingerprint for due in found.due)


def _was_written_today(message: Message, gathered: Gathered, now: datetime) -> bool:
    zone = ZoneInfo(gathered.settings.timezone)
    written = message.written_at
    return written is not None and written.astimezone(zone).date() == now.astimezone(zone).date()


async def _written_anew(reminder: Reminder, message: Message, now: datetime) -> Empty:
    await plan_customers(reminder.organisation, [reminder.customer], now)
    row = await Message.select(Message.state_reason).where(Message.id == message.id).first()
    return Empty((row or {}).get("state_reason") or SUPERSEDED)
