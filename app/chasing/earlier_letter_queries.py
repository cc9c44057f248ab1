"""What went before about the same invoices."""

from datetime import date
from zoneinfo import ZoneInfo

from app.chasing.mail_fact_queries import DONE
from app.database import fetch


async def went_before(reminder_id: int, message_id: int, zone: ZoneInfo) -> list[date]:
    """The days on which reminders about the same invoices went, this one not counted."""
    rows = await fetch(
        "SELECT DISTINCT m.id, m.claimed_at FROM reminder_invoice mine"  # noqa: S608
        " JOIN reminder_invoice theirs ON theirs.invoice = mine.invoice AND theirs.occurrence > 0"
        " JOIN reminder r ON r.id = theirs.reminder AND r.kind <> 'thank_you' JOIN message m ON m.id = r.message"
        f" WHERE mine.reminder = {{}} AND mine.occurrence > 0 AND m.id <> {{}} AND m.state IN {DONE}",
        reminder_id,
        message_id,
    )
    return sorted(row["claimed_at"].astimezone(zone).date() for row in rows)


async def last_about_the_same(reminder_id: int, message_id: int, sender_id: int | None) -> int | None:
    """The latest sent message of this sender about an invoice that this reminder is about and that is still open."""
    rows = await fetch(
        "SELECT m.id FROM reminder_invoice mine JOIN invoice i ON i.id = mine.invoice AND i.is_open = TRUE"
        " JOIN reminder_invoice theirs ON theirs.invoice = mine.invoice AND theirs.occurrence > 0"
        " JOIN reminder r ON r.id = theirs.reminder JOIN message m ON m.id = r.message"
        " WHERE mine.reminder = {} AND mine.occurrence > 0 AND m.id <> {} AND m.sender_id = {} AND m.state = 'sent'"
        " ORDER BY m.sent_at DESC LIMIT 1",
        reminder_id,
        message_id,
        sender_id,
    )
    return rows[0]["id"] if rows else None
