"""Delivery: every message leaves at most once, or is visibly unknown."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any

from app.activity.actions import raise_notice, record
from app.customers.actions import reconsider
from app.customers.tables import Recipient
from app.database import is_busy, transaction
from app.mail import queries
from app.mail.gateway import Envelope, Mailbox
from app.mail.mime import UnusableAddressError, mime, own_headers, usable
from app.mail.rechecks import Empty, Found, Rewritten
from app.mail.sender_actions import set_trouble, stop
from app.outbox import actions as outbox
from app.outbox import queries as outbox_queries
from app.outbox.answers import Accepted, Ambiguous, Answer, MailboxStopped, PutOff, RecipientRefused
from app.outbox.messages import addresses_of, headers_of
from app.outbox.points import reach
from app.outbox.states import State
from app.outbox.tables import Message

Recheck = Callable[[Message], Awaitable[Found]]
MailboxOf = Callable[[Message], Awaitable[Mailbox | None]]

_THREAD = ("In-Reply-To", "References")
_PAUSES = (0.2, 1.0, 3.0, 10.0, 20.0)
"""Seconds between attempts to record what became of a message while the database is locked or full."""


async def deliver(
    message_id: int, *, mailbox: Mailbox | MailboxOf, recheck: Recheck, worker: str, now: datetime
) -> State | None:
    """Send one message, if it is to go now; its state afterwards, None when there was nothing to do here.

    1. What it is about is decided anew: the same, rewritten (an approval dies), or empty (cancelled).
    2. It is claimed by compare-and-swap in a commit that survives a power cut. From here on a death means unknown.
    3. Local facts are read once more; if they changed, the claim is given back and nothing has left.
    4. It is transmitted over SMTP.
    5. What became of it is recorded: sent, put off, failed, or unknown.
    """
    message = await _planned_again(message_id, recheck, now)
    if message is None:
        return None
    found = mailbox if isinstance(mailbox, Mailbox) else await mailbox(message)
    if found is None:
        return None
    reach("before_claim")
    claimed = await _claim(message, found, worker, now)
    if claimed is None:
        return None
    reach("after_claim")
    changed = await _changed_meanwhile(claimed, recheck)
    if changed is not None:
        return changed
    answer = await _transmit(claimed, found)
    reach("before_settle")
    state = await _persistently(lambda: _settle(claimed, answer, found, now))
    reach("after_settle")
    return state


async def _planned_again(message_id: int, recheck: Recheck, now: datetime) -> Message | None:
    """The message as it should leave now; None when it should not."""
    message = await outbox_queries.waiting(message_id, now)
    found = message and await recheck(message)
    if message is not None and isinstance(found, Empty):
        await outbox.cancel(message.id, found.reason, now)
        return None
    return await outbox_queries.waiting(message_id, now) if isinstance(found, Rewritten) else message


async def _claim(message: Message, mailbox: Mailbox, worker: str, now: datetime) -> Message | None:
    access = mailbox.access
    message_id = message.mime_message_id or queries.message_id_of(message, access.domain)
    thread = {name: value for name, value in headers_of(message.headers).items() if name in _THREAD}
    own = own_headers(access.name, access.address, access.reply_to, message_id, now)
    return await outbox.claim(message.id, worker, now, headers={**own, **thread}, mime_message_id=message_id)


async def _changed_meanwhile(claimed: Message, recheck: Recheck) -> State | None:
    found = await recheck(claimed)
    if isinstance(found, Empty):
        await outbox.settle_cancelled(claimed, found.reason)
        return State.CANCELLED
    return await outbox.release(claimed, dies=True) if isinstance(found, Rewritten) else None


async def _transmit(claimed: Message, mailbox: Mailbox) -> Answer:
    recipients = [*addresses_of(claimed.to_addresses), *addresses_of(claimed.cc_addresses)]
    try:
        content = mime(await queries.letter_of(claimed, headers_of(claimed.headers)))
        envelope = Envelope(mailbox.access.address, tuple(usable(address) for address in recipients), content)
    except UnusableAddressError as wrong:
        return RecipientRefused(wrong.address, str(wrong))
    except queries.FileIsMissingError:
        return PutOff("an attachment is not there yet")
    return await mailbox.send(envelope)


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


async def _settle(message: Message, answer: Answer, mailbox: Mailbox, now: datetime) -> State:
    async with transaction():
        match answer:
            case Accepted():
                state = await _sent(message, answer, mailbox, now)
            case PutOff():
                state = await _put_off(message, answer, mailbox, now)
            case RecipientRefused():
                state = await _refused(message, answer, now)
            case MailboxStopped():
                state = await _stopped(message, answer, now)
            case Ambiguous():
                state = await _ambiguous(message, answer, now)
        if message.customer_id:
            await reconsider([message.customer_id], now)
    return state


async def _sent(message: Message, answer: Accepted, mailbox: Mailbox, now: datetime) -> State:
    if await outbox.settle_sent(message, answer.answer, now):
        await _tell(message, "email_sent", f"“{message.subject}” was sent to {_people(message)}", now)
    await _set_trouble(message, mailbox, "", now)
    return State.SENT


async def _set_trouble(message: Message, mailbox: Mailbox, trouble: str, now: datetime) -> None:
    if message.sender_id is not None and mailbox.trouble != trouble:
        mailbox.trouble = trouble
        await set_trouble(message.sender_id, trouble, now)


async def _put_off(message: Message, answer: PutOff, mailbox: Mailbox, now: datetime) -> State:
    state = await outbox.settle_retry(message, answer.answer, now)
    await _set_trouble(message, mailbox, answer.answer if answer.ends_connection else "", now)
    if state is State.CANCELLED:
        await _tell(message, "email_failed", f"“{message.subject}” could not be sent in time: {answer.answer}", now)
    return state


async def _refused(message: Message, answer: RecipientRefused, now: datetime) -> State:
    sentence = f"The address {answer.address} was refused: {answer.answer}"
    if await outbox.settle_failed(message, sentence, answer.answer):
        await _mark(message, answer, now)
        await _tell(message, "email_failed", f"“{message.subject}” was not sent. {sentence}", now)
    return State.FAILED


async def _mark(message: Message, answer: RecipientRefused, now: datetime) -> None:
    """The recipient that was refused is not written to again; the others are not touched."""
    if message.customer_id is None:
        return
    rows = await Recipient.select(Recipient.id, Recipient.email).where(Recipient.customer == message.customer_id)
    ids = [row["id"] for row in rows if _is_same(row["email"], answer.address)]
    if ids:
        bounced: dict[Any, Any] = {Recipient.bounced_at: now, Recipient.bounce_answer: answer.answer}
        await Recipient.update(bounced).where(Recipient.id.is_in(ids))


def _is_same(stored: str, refused: str) -> bool:
    try:
        return usable(stored).lower() == refused.lower()
    except UnusableAddressError:
        return stored == refused


async def _stopped(message: Message, answer: MailboxStopped, now: datetime) -> State:
    await outbox.settle_failed(message, f"The mail server refused our mailbox: {answer.answer}", answer.answer)
    if message.sender_id is not None:
        await stop(message.sender_id, answer.answer, now)
    await _tell(message, "email_failed", f"“{message.subject}” was not sent: {answer.answer}", now)
    return State.FAILED


async def _ambiguous(message: Message, answer: Ambiguous, now: datetime) -> State:
    if await outbox.settle_unknown(message, f"Nobody can tell whether it went: {answer.answer}"):
        await tell_unknown(message, now)
    return State.UNKNOWN


async def tell_unknown(message: Message, now: datetime) -> None:
    """On the timeline, and above every page until a person has decided."""
    await _tell(message, "email_unknown", f"It is not known whether “{message.subject}” reached {_people(message)}", now)
    if message.organisation_id is not None:
        sentence = "An email was cut off while it was being sent: it may have gone or not."
        what_to_do = "Look under Messages: Send again, or Mark as sent. It is never sent again by itself."
        await raise_notice(message.organisation_id, "unknown_send", sentence, what_to_do, now)


async def park_abandoned(now: datetime) -> int:
    """Make visible what was being sent when a process died; how many."""
    parked = await outbox.park_abandoned(now)
    for message_id in parked:
        message = await outbox_queries.message(message_id)
        if message is not None:
            await tell_unknown(message, now)
            await reconsider([message.customer_id] if message.customer_id else [], now)
    return len(parked)


async def _tell(message: Message, kind: str, sentence: str, now: datetime) -> None:
    if message.organisation_id is not None:
        await record(
            organisation_id=message.organisation_id,
            kind=kind,
            sentence=sentence,
            by="Tactful",
            now=now,
            customer_id=message.customer_id,
            message_id=message.id,
        )


def _people(message: Message) -> str:
    return ", ".join([*addresses_of(message.to_addresses), *addresses_of(message.cc_addresses)])
