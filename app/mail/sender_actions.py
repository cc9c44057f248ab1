"""Changes to mailboxes: stopped, troubled, paced."""

from datetime import date, datetime, timedelta
from typing import Any

from app.activity.actions import clear_notice, raise_notice
from app.mail import queries
from app.mail.tables import Sender


async def stop(sender_id: int, reason: str, now: datetime) -> None:
    """Nothing more leaves from this mailbox until somebody has looked."""
    changes: dict[Any, Any] = {Sender.stopped_at: now, Sender.stopped_reason: reason}
    await Sender.update(changes).where(Sender.id == sender_id, Sender.stopped_at.is_null())
    row = await queries.sender(sender_id)
    if row is not None:
        sentence = f"The mailbox {row.address} has stopped: its mail server said “{reason}”."
        what_to_do = "Put its settings right under Senders, then use Send test. Nobody's address was marked."
        await raise_notice(row.organisation, f"sender_stopped_{sender_id}", sentence, what_to_do, now)


async def set_trouble(sender_id: int, trouble: str, now: datetime) -> None:
    """The mail server cannot be reached; empty: it can again."""
    await Sender.update({Sender.trouble: trouble}).where(Sender.id == sender_id)
    row = await queries.sender(sender_id)
    if row is None:
        return
    kind = f"sender_unreachable_{sender_id}"
    if not trouble:
        await clear_notice(row.organisation, kind, now)
        return
    sentence = f"The mail server of {row.address} is not answering: {trouble}."
    what_to_do = "It is tried again by itself, until today's chasing ends. If it stays away, check Senders."
    await raise_notice(row.organisation, kind, sentence, what_to_do, now)


async def reserve(sender_id: int, now: datetime, today: date) -> bool:
    """Whether this mailbox may send one more just now: not stopped, within its day's cap, its last one long enough ago.

    `today` is the day in the organisation's timezone. All processes together keep the pace; a ring may come half a gap
    early.
    """
    row = await queries.sender(sender_id)
    if row is None or row.stopped_at is not None or not row.is_active:
        return False
    gap = timedelta(seconds=row.seconds_between)
    before, so_far = row.next_send_at, row.counted if row.counted_on == today else 0
    if so_far >= row.daily_cap or (before is not None and before > now + gap / 2):
        return False
    changes: dict[Any, Any] = {
        Sender.next_send_at: max(before or now, now) + gap,
        Sender.counted_on: today,
        Sender.counted: so_far + 1,
    }
    unchanged = Sender.next_send_at.is_null() if before is None else Sender.next_send_at == before
    return bool(await Sender.update(changes).where(Sender.id == sender_id, unchanged).returning(Sender.id))
