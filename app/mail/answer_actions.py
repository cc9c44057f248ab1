"""Answering a mail from within: from the mailbox that it came to, in its thread, and once however often it is pressed."""

from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from app.activity.actions import record
from app.database import transaction
from app.mail.answering import Answered, Words, thread_of, written
from app.mail.signature_queries import signature_of
from app.mail.tables import Incoming, Sender
from app.organisations.membership import SignedIn
from app.outbox import actions as outbox
from app.outbox.messages import NewMessage
from app.outbox.states import Kind
from app.problems import Problem


class NoMailboxToAnswer(Problem):
    """The mailbox that this came to sends nothing any more. Take it up again under Senders, or answer in your own mail."""

    status = 409


async def answer(member: SignedIn, mail: Incoming, text: str, now: datetime) -> int | None:
    """The id of the message that goes at once; None where the very same answer is on its way. Raise NoMailboxToAnswer."""
    sender = await Sender.objects().get(Sender.id == mail.sender)
    if sender is None or not sender.is_active or sender.stopped_at is not None:
        raise NoMailboxToAnswer
    answered = Answered(
        mail.from_name or mail.from_address, mail.subject, mail.text,
        mail.arrived_at.astimezone(ZoneInfo(member.timezone)), mail.mime_message_id, mail.thread.split(),
    )  # fmt: skip
    own = await signature_of(sender)
    words = written(text, own.text, own.html, answered)
    async with transaction():
        message_id = await outbox.draft(_new(member, mail, words, answered, text), now)
        if message_id is not None:
            await _tell(member, mail, message_id, now)
    return message_id


def _new(member: SignedIn, mail: Incoming, words: Words, answered: Answered, text: str) -> NewMessage:
    same = sha256(" ".join(text.split()).encode()).hexdigest()[:32]
    return NewMessage(
        organisation_id=member.organisation_id,
        kind=Kind.ANSWER,
        customer_id=mail.customer_id,
        sender_id=mail.sender,
        to=(mail.reply_to or mail.from_address,),
        subject=words.subject,
        text=words.text,
        html=words.html,
        thread=thread_of(answered),
        unique_key=f"answer:{mail.id}:{same}",
    )


async def _tell(member: SignedIn, mail: Incoming, message_id: int, now: datetime) -> None:
    sentence = f"{member.name} answered {mail.from_name or mail.from_address}"
    await record(
        organisation_id=member.organisation_id, kind="email_decided", sentence=sentence, by=member.name, now=now,
        customer_id=mail.customer_id, message_id=message_id, facts={"incoming": mail.id},
    )  # fmt: skip
