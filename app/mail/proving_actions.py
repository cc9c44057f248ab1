"""*Send test*: the proof that a mailbox works."""

from datetime import datetime, timedelta
from html import escape

from msgspec import Struct

from app.email_templates.rendering import Block
from app.mail.access_actions import smtp_access
from app.mail.actions import deliver
from app.mail.gateway import Mailbox
from app.mail.rechecks import Found, Same
from app.mail.sender_actions import take_up_again
from app.mail.signature_queries import signature_of
from app.mail.tables import Sender
from app.organisations.membership import SignedIn
from app.outbox import actions as outbox
from app.outbox.holders import identity
from app.outbox.messages import NewMessage
from app.outbox.queries import message as message_by_id
from app.outbox.states import Kind, State
from app.outbox.tables import Message
from app.problems import Refused, TryLater

A_PERSON_WAITS = 10.0
"""Seconds for one answer of the mail server."""


class Proof(Struct, frozen=True):
    went: bool
    answer: str
    """What the mail server said, or why it could not be asked."""


async def send_test(member: SignedIn, row: Sender, now: datetime) -> Proof:
    """Send a test from this mailbox to the member, at once; a mailbox that had stopped goes on when it arrives."""
    return await send_at_once(row, _letter(member, row, await signature_of(row), now), now)


async def send_at_once(row: Sender, letter: NewMessage, now: datetime) -> Proof:
    """Send a letter that a person waits for from this mailbox; it is not tried again by itself."""
    try:
        mailbox = Mailbox(await smtp_access(row, now), timeout=A_PERSON_WAITS)
    except (Refused, TryLater) as reason:
        return Proof(False, str(reason))
    message_id = await outbox.draft(letter, now)
    assert message_id is not None
    try:
        state = await deliver(message_id, mailbox=mailbox, recheck=_as_it_is, worker=identity(), now=now)
    finally:
        await mailbox.close()
    if state is State.SENT:
        await take_up_again(row, now, proved=True)
    else:
        await outbox.cancel(message_id, "A test is not tried again by itself.", now)
    message = await message_by_id(message_id)
    return Proof(state is State.SENT, message.last_answer if message else "")


def _letter(member: SignedIn, row: Sender, own: Block, now: datetime) -> NewMessage:
    """With the signature, so that it looks as letters will."""
    text = (
        f"Hello {member.name},\n\nthis came from {row.name} <{row.address}> by way of {row.host}, so the mailbox works."
        "\nAnswers to it go where the answers of your customers will go: answer it once to see.\n"
    )
    return NewMessage(
        organisation_id=member.organisation_id,
        kind=Kind.SYSTEM,
        to=(member.email,),
        subject=f"A test from {member.organisation}",
        text=f"{text}\n{own.text}\n",
        html="".join(f"<p>{escape(each)}</p>" for each in text.strip().split("\n") if each) + own.html,
        sender_id=row.id,
        not_after_at=now + timedelta(minutes=5),
    )


async def _as_it_is(_: Message) -> Found:
    return Same()
