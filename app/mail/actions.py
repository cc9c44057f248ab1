"""Delivery: every message leaves at most once, or is visibly unknown."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any

from app.customers.actions import reconsider
from app.database import is_busy, is_sqlite, transaction
from app.mail.delivery_actions import Departure
from app.mail.gateway import Envelope, Mailbox
from app.mail.ready_actions import Ready, envelope_of, made_ready
from app.mail.rechecks import Empty, Found, NotNow, Rewritten
from app.mail.settling_actions import settle, tell_unknown
from app.mail.system_letters import written
from app.one_go import Statement
from app.outbox import actions as outbox
from app.outbox import queries as outbox_queries
from app.outbox.answers import Accepted, Answer
from app.outbox.messages import NewMessage
from app.outbox.points import reach
from app.outbox.states import Kind, State
from app.outbox.tables import Message
from app.problems import TryLater

Recheck = Callable[[Message], Awaitable[Found]]
MailboxOf = Callable[[Message], Awaitable[Mailbox | Departure | None]]
Clock = Callable[[], datetime]

SYSTEM_MAIL_KEEPS = timedelta(days=2)
PATIENCE = timedelta(minutes=1)
"""How long a message that may not leave just now lets others pass."""
_PAUSES = (0.2, 1.0, 3.0, 10.0, 20.0)
"""Seconds between attempts to record what became of a message while the database is locked or full."""


async def deliver(
    message_id: int,
    *,
    mailbox: Mailbox | MailboxOf,
    recheck: Recheck,
    worker: str,
    now: datetime,
    clock: Clock | None = None,
) -> State | None:
    """Send one message, if it is to go now; its state afterwards, None when there was nothing to do here.

    1. What it is about is decided anew: the same, rewritten (an approval dies), not now, or empty (cancelled). That may
       have waited for Xero; `clock` tells the instant afterwards, for a claim must not be older than it is.
    2. It is made ready while others of its mailbox are on their way; then, in its mailbox's turn, it is claimed by
       compare-and-swap, together with its place in the mailbox's pace, in a commit that survives a power cut. From here
       on a death means unknown. A connection that is open hears meanwhile from whom and to whom it is, nothing more.
    3. Once what became of the one before it is on record (one death, one unknown), local facts are read once more; if
       they changed, the claim is given back and nothing has left: step 1 decides anew.
    4. It is transmitted over SMTP.
    5. What became of it is recorded: sent, put off, failed, or unknown. That it was sent is recorded in the commit in which
       the next of its mailbox is claimed where the database can, else before it: of any other answer the next one is to know.
    """
    message = await _planned_again(message_id, recheck, now)
    if message is None:
        return None
    found = mailbox if isinstance(mailbox, Mailbox) else await mailbox(message)
    if found is None:
        return None
    departure = found if isinstance(found, Departure) else Departure(found)
    ready, box = await made_ready(message, departure, clock() if clock else now), departure.mailbox
    async with box.turn() as has_come:
        if not has_come:
            return None
        reach("before_claim")
        at = clock() if clock else now
        box.begin(ready.envelope)
        if not is_sqlite():  # there it has a commit of its own: a death between the two would make two unknown
            await box.record_of_the_last()
        claimed = await _claim(ready, departure.reservation, worker, at)
        if claimed is None:
            return None
        answer = await _transmit(claimed, ready, box, recheck, at)
        if not isinstance(answer, Accepted):
            return answer if isinstance(answer, State) else await _record(claimed, answer, box, at)
        box.begin_record()
    try:
        return await _record(claimed, answer, box, at)
    finally:
        box.end_record()


async def _transmit(claimed: Message, ready: Ready, mailbox: Mailbox, recheck: Recheck, now: datetime) -> Answer | State:
    """Steps 3 and 4. Whatever fails before the transmission gives the claim back; nothing has left then."""
    reach("after_claim")
    try:
        await mailbox.record_of_the_last()
        changed = await _changed_meanwhile(claimed, recheck)
        envelope = await envelope_of(claimed, ready, mailbox)
    except Exception as error:
        await outbox.settle_retry(claimed, f"It could not be put together: {error or type(error).__name__}", now)
        raise
    if changed is not None:
        return changed
    return await mailbox.send(envelope) if isinstance(envelope, Envelope) else envelope


async def _record(claimed: Message, answer: Answer, mailbox: Mailbox, now: datetime) -> State:
    """Step 5."""
    reach("before_settle")
    state = await _persistently(lambda: settle(claimed, answer, mailbox, now))
    reach("after_settle")
    return state


async def _planned_again(message_id: int, recheck: Recheck, now: datetime) -> Message | None:
    """The message as it should leave now; None when it should not."""
    message = await outbox_queries.waiting(message_id, now)
    if message is None:
        return None
    found = await _looked_at(message, recheck, now)
    if isinstance(found, Empty):
        async with transaction():
            await outbox.cancel(message.id, found.reason, now)
            await reconsider([message.customer_id] if message.customer_id else [], now)
        return None
    if isinstance(found, NotNow):
        return None
    if isinstance(found, Rewritten):
        message = await outbox_queries.waiting(message_id, now)
    return message if message is not None and message.subject and message.text else None


async def _looked_at(message: Message, recheck: Recheck, now: datetime) -> Found:
    """What cannot leave steps aside for a while, so that a mailbox's first messages never hold up the rest of it."""
    try:
        found = await recheck(message)
    except TryLater as away:
        found = NotNow(f"It waits until Xero can be read: {away}")
    except Exception:
        await outbox.rest(message.id, now + PATIENCE)
        raise
    if isinstance(found, NotNow):
        await outbox.rest(message.id, now + PATIENCE, found.reason)
    return found


async def _claim(ready: Ready, reservation: Statement | None, worker: str, now: datetime) -> Message | None:
    return await outbox.claim(
        ready.message.id, worker, now, headers=ready.headers, mime_message_id=ready.mime_message_id,
        attachments=ready.attachments, reservation=reservation,
    )  # fmt: skip


async def _changed_meanwhile(claimed: Message, recheck: Recheck) -> State | None:
    found = await recheck(claimed)
    if isinstance(found, Empty):
        await outbox.settle_cancelled(claimed, found.reason)
        return State.CANCELLED
    return await outbox.release(claimed) if isinstance(found, Rewritten | NotNow) else None


async def _persistently(settle: Callable[[], Coroutine[Any, Any, State]]) -> State:
    """A mail server's answer is worth waiting for a busy database; else the sweep makes the message unknown."""
    for pause in _PAUSES:
        try:
            return await settle()
        except Exception as error:
            if not is_busy(error):
                raise
            await asyncio.sleep(pause)
    return await settle()


async def park_abandoned(now: datetime) -> int:
    """Make visible what was being sent when a process died; how many."""
    async with transaction():
        parked = await outbox.park_abandoned(now)
        for message_id in parked:
            message = await outbox_queries.message(message_id)
            if message is not None:
                await tell_unknown(message, now)
                await reconsider([message.customer_id] if message.customer_id else [], now)
    return len(parked)


async def lapse(now: datetime) -> int:
    """Give up what was put off until its time was over; how many."""
    async with transaction():
        rows = [await outbox_queries.message(message_id) for message_id in await outbox.lapse(now)]
        await reconsider([row.customer_id for row in rows if row is not None and row.customer_id], now)
    return len(rows)


async def draft_system(
    name: str,
    to: str,
    facts: Mapping[str, object],
    now: datetime,
    organisation_id: int | None = None,
    *,
    unique_key: str | None = None,
    secret: str = "",
) -> int | None:
    """Keep a letter of the product itself (templates/email/`name`) to be sent at once; None where its key was used.

    `secret`: a token that stands in the letter, masked in the stored copy until it leaves.
    """
    letter = written(name, facts)
    return await outbox.draft(
        NewMessage(
            organisation_id=organisation_id,
            kind=Kind.SYSTEM,
            to=(to,),
            subject=letter.subject,
            text=letter.text,
            unique_key=unique_key,
            portal_token=secret,
            not_after_at=now + SYSTEM_MAIL_KEEPS,
        ),
        now,
    )
