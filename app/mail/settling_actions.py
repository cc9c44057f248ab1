"""Recording what the mail server's answer means: for the message, the recipient and the mailbox."""

from datetime import datetime
from typing import Any

from app.activity.actions import raise_notice, record, recording
from app.customers.actions import noting_contact, reconsider, reconsidering
from app.customers.tables import Recipient
from app.database import in_one_go, transaction
from app.mail.copy_actions import noting_sent
from app.mail.gateway import Mailbox
from app.mail.mime import UnusableAddressError, usable
from app.mail.sender_actions import set_trouble, stop
from app.one_go import Statement
from app.outbox import actions as outbox
from app.outbox.answers import Accepted, Ambiguous, Answer, MailboxStopped, PutOff, RecipientRefused
from app.outbox.messages import addresses_of
from app.outbox.states import State
from app.outbox.tables import Message


async def settle(message: Message, answer: Answer, mailbox: Mailbox, now: datetime) -> State:
    if isinstance(answer, Accepted) and (message.sender_id is None or not mailbox.trouble):
        await in_one_go(_sending_went(message, answer, now), apart=True)
        return State.SENT
    async with transaction():
        match answer:
            case Accepted():
                await in_one_go(_sending_went(message, answer, now), apart=True)
                await _set_trouble(message, mailbox, "", now)
                state = State.SENT
            case PutOff():
                state = await _put_off(message, answer, mailbox, now)
            case RecipientRefused():
                state = await _refused(message, answer, now)
            case MailboxStopped():
                state = await _stopped(message, answer, now)
            case Ambiguous():
                state = await _ambiguous(message, answer, now)
        if message.customer_id:
            await reconsider([message.customer_id], _reconsidered_at(message, state, now))
    return state


def _reconsidered_at(message: Message, state: State, now: datetime) -> datetime:
    """At once; but what was put off until its time was over not within that time, or the mail server would be asked
    again under another number."""
    return message.not_after_at or now if state is State.CANCELLED else now


def _sending_went(message: Message, answer: Accepted, now: datetime) -> list[Statement]:
    """All that follows from it, in one go, for this happens with every mail."""
    done = list[Statement]()
    if message.customer_id is not None:
        done += [noting_contact(message.customer_id, now), reconsidering(message.customer_id, now)]
    if message.sender_id is not None:
        done.append(noting_sent(message, now))
    if message.organisation_id is not None:
        done.append(recording(**_line(message, "email_sent", f"“{message.subject}” was sent to {_people(message)}", now)))
    return [*done, outbox.sent(message, answer.answer, now)]


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


async def _tell(message: Message, kind: str, sentence: str, now: datetime) -> None:
    if message.organisation_id is not None:
        await record(**_line(message, kind, sentence, now))


def _line(message: Message, kind: str, sentence: str, now: datetime) -> dict[str, Any]:
    return {
        "organisation_id": message.organisation_id, "customer_id": message.customer_id, "message_id": message.id,
        "kind": kind, "sentence": sentence, "by": "Tactful", "now": now,
    }  # fmt: skip


def _people(message: Message) -> str:
    return ", ".join([*addresses_of(message.to_addresses), *addresses_of(message.cc_addresses)])
