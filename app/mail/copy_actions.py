"""A copy of what was sent, in the mailbox's own Sent folder. A copy is no mail: where it cannot be made, that is shown,
and the mail has gone all the same."""

from datetime import datetime, timedelta
from typing import Any

from app import leases
from app.database import in_one_go
from app.mail import queries
from app.mail.access_actions import inbox_access
from app.mail.imap_gateway import signed_in
from app.mail.reading_trouble import Unreadable
from app.mail.tables import Sender, SentCopy
from app.one_go import Statement
from app.outbox import queries as outbox
from app.outbox.tables import Message
from app.sealing import new_token

WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
LEASE_SECONDS = 300.0
AT_ONCE = 50


async def note_sent(message: Message, now: datetime) -> None:
    """A copy is to be made; call it in the transaction that says that the message went."""
    if message.sender_id is not None:
        await in_one_go([noting_sent(message, now)])


def noting_sent(message: Message, now: datetime) -> Statement:
    """What `note_sent` does, to be done in one go with the statement that says that the message went."""
    return Statement(_NOTE_SENT, (now, message.id))


_NOTE_SENT = """
INSERT INTO sent_copy (message_id, sender, state, answer, attempts, next_attempt_at)
SELECT message.id, sender.id, 'waiting', '', 0, {} FROM message JOIN sender ON sender.id = message.sender_id
WHERE message.id = {} AND sender.keeps_copies AND sender.imap_host <> '' AND sender.is_active
ON CONFLICT DO NOTHING
"""


async def waiting_for_copies(now: datetime) -> list[int]:
    """The mailboxes that lack copies."""
    due = (SentCopy.state == "waiting") & (SentCopy.next_attempt_at <= now)
    rows = await SentCopy.select(SentCopy.sender).where(due).distinct()
    return [row["sender"] for row in rows]


async def make_copies(sender_id: int, now: datetime) -> int:
    """How many lie in the Sent folder now that did not before. What lies there already is found by its Message-ID."""
    row = await Sender.objects().get(Sender.id == sender_id)
    name, holder = f"copies:{sender_id}", new_token("i")
    if row is None or not await leases.take(name, holder, now, seconds=LEASE_SECONDS):
        return 0
    due = (SentCopy.sender == sender_id) & (SentCopy.state == "waiting") & (SentCopy.next_attempt_at <= now)
    copies = await SentCopy.objects().where(due).order_by(SentCopy.id).limit(AT_ONCE)
    try:
        return await _copy(row, copies, now)
    except Unreadable as trouble:
        for copy in copies:
            await _put_off(copy, trouble, now)
        return 0
    finally:
        await leases.let_go(name, holder)


async def _copy(row: Sender, copies: list[SentCopy], now: datetime) -> int:
    kept = 0
    async with signed_in(await inbox_access(row, now)) as mailbox:
        while copies:
            message = await outbox.message(copies[0].message_id)
            if message is not None:
                folder = await mailbox.keep_copy(await queries.eml(message), message.mime_message_id, message.sent_at or now)
                await _settle(copies[0], "kept", f"A copy is in the mailbox’s folder {folder}.")
                kept += 1
            copies.pop(0)
    return kept


async def _put_off(copy: SentCopy, trouble: Unreadable, now: datetime) -> None:
    if trouble.is_final or copy.attempts >= len(WAITS):
        await _settle(
            copy, "failed", f"No copy could be put into the mailbox’s Sent folder: {trouble.reason}. {trouble.advice}"
        )
        return
    values: dict[Any, Any] = {
        SentCopy.attempts: copy.attempts + 1, SentCopy.next_attempt_at: now + WAITS[copy.attempts],
        SentCopy.answer: f"The copy for the Sent folder is tried again: {trouble.reason}.",
    }  # fmt: skip
    await SentCopy.update(values).where(SentCopy.id == copy.id)


async def _settle(copy: SentCopy, state: str, answer: str) -> None:
    await SentCopy.update({SentCopy.state: state, SentCopy.answer: answer}).where(SentCopy.id == copy.id)
