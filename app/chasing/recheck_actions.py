"""The second look at a reminder or thank-you right before it leaves."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from app.chasing.actions import plan_customers, planning_day
from app.chasing.book_queries import Gathered, gather
from app.chasing.changes import SUPERSEDED
from app.chasing.compose_actions import Papers, compose
from app.chasing.planner import plan
from app.chasing.tables import Reminder
from app.chasing.wording_actions import has_last_words
from app.mail.rechecks import Empty, Found, NotNow, Rewritten, Same
from app.outbox.states import WAITING, State
from app.outbox.tables import Message

Freshen = Callable[[int], Awaitable[None]]
"""Brings an organisation's data to within ten minutes of Xero's. Raises TryLater when Xero is away: nothing leaves then."""


async def recheck(message: Message, *, freshen: Freshen, papers: Papers, now: datetime) -> Found:
    """Plan the customer again: the same email, or not.

    Before the claim, on data fresh from Xero; what changed is written down anew and an approval dies. After the claim,
    on what we know, as if the message had not begun to leave. The words are written before each claim, so that "eight
    days overdue" is true and the sums are those of the moment.
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
    if claimed:
        return Same() if await has_last_words(reminder, message) else Rewritten(SUPERSEDED)
    return Rewritten() if await compose(message, papers, now) else await _written_anew(reminder, message, now)


def _is_still_due(reminder: Reminder, gathered: Gathered, now: datetime) -> bool:
    today = gathered.today
    if planning_day(gathered.calendar, gathered.settings, now) != today:
        return False
    found = plan(gathered.book, today=today, calendar=gathered.calendar, settings=gathered.settings)
    if reminder.kind == "thank_you":
        return any(t.fingerprint == reminder.fingerprint and (t.approved or not t.needs_approval) for t in found.thank_yous)
    return any(due.fingerprint == reminder.fingerprint for due in found.due)


async def _written_anew(reminder: Reminder, message: Message, now: datetime) -> Found:
    """What the plan makes of it: cancelled with the reason, or kept for when nothing is in its way any more."""
    await plan_customers(reminder.organisation, [reminder.customer], now)
    row = await Message.select(Message.state, Message.state_reason).where(Message.id == message.id).first()
    if row is not None and row["state"] in WAITING:
        return NotNow("It is still wanted, but something keeps it from going now.")
    return Empty((row or {}).get("state_reason") or SUPERSEDED)
