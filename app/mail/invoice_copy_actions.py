"""Sending an invoice's PDF again, to whoever gets the customer's reminders: once a day however often it is pressed."""

from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.activity.actions import record
from app.customers.tables import Customer, Recipient
from app.customers.words import RecipientKind
from app.database import transaction
from app.invoices.tables import Invoice
from app.mail.invoice_copies import Copy, Words, written
from app.mail.signature_queries import signature_of
from app.mail.tables import Sender
from app.money import amount
from app.organisations.membership import SignedIn
from app.organisations.queries import organisation_of
from app.outbox.actions import draft
from app.outbox.file_actions import keep
from app.outbox.messages import Attachment, NewMessage
from app.outbox.states import Kind
from app.problems import Problem
from components.format import money

PDF = "application/pdf"


class NothingLeaves(Problem):
    """This is a restored copy: nothing is sent before an owner has confirmed it."""

    status = 409


class NoMailbox(Problem):
    """There is no mailbox to send from. Add one under Settings, Senders."""

    status = 409


class NobodyToSendTo(Problem):
    """This customer has no usable email address. Add one on the customer's page first."""

    status = 409


class SentAgain(Struct, frozen=True):
    """`message_id` None: the very same went to them today already."""

    message_id: int | None
    to: tuple[str, ...]


async def send_copy(member: SignedIn, invoice: Invoice, customer: Customer, pdf: bytes, now: datetime) -> SentAgain:
    """A message of its own that chases nothing: no step, no gap. Raise NothingLeaves, NoMailbox, NobodyToSendTo."""
    if (await organisation_of(member)).restored:
        raise NothingLeaves
    sender, people = await _sender(member.organisation_id), await _people(customer.id)
    words = await _words(member, invoice, customer, sender, alone=len(people) == 1)
    async with transaction():
        file = Attachment(await keep(pdf, PDF, now), _file_name(invoice.number), PDF, len(pdf))
        message_id = await draft(_new(member, invoice, sender, people, words, file, now), now)
        if message_id is not None:
            await record(
                organisation_id=member.organisation_id, kind="email_decided", by=member.name, now=now,
                customer_id=customer.id, invoice_id=invoice.id, message_id=message_id,
                sentence=f"{member.name} sends the PDF of {invoice.number} again",
            )  # fmt: skip
    return SentAgain(message_id, people)


async def _sender(organisation_id: int) -> Sender:
    able = Sender.is_active.eq(True) & Sender.stopped_at.is_null() & (Sender.kind == "normal")
    row = await Sender.objects().where(Sender.organisation == organisation_id, able).order_by(Sender.id).first()
    if row is None:
        raise NoMailbox
    return row


async def _people(customer_id: int) -> tuple[str, ...]:
    usable = (Recipient.kind == RecipientKind.NORMAL.value) & Recipient.bounced_at.is_null()
    rows = await Recipient.select(Recipient.email).where(Recipient.customer == customer_id, usable).order_by(Recipient.id)
    if not rows:
        raise NobodyToSendTo
    return tuple(row["email"] for row in rows)


async def _words(member: SignedIn, invoice: Invoice, customer: Customer, sender: Sender, *, alone: bool) -> Words:
    own = await signature_of(sender)
    owed = amount(invoice.outstanding if invoice.is_open else invoice.total)
    copy = Copy(
        first_name=customer.first_name if alone else "",
        number=invoice.number,
        reference=invoice.reference,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on if invoice.is_open else None,
        amount=money(owed, invoice.currency, member.locale),
        locale=member.locale,
    )
    return written(copy, own.text, own.html)


def _new(
    member: SignedIn, invoice: Invoice, sender: Sender, people: tuple[str, ...], words: Words, file: Attachment, now: datetime
) -> NewMessage:
    whom = sha256(" ".join(people).encode()).hexdigest()[:16]
    on = now.astimezone(ZoneInfo(member.timezone)).date()
    return NewMessage(
        organisation_id=member.organisation_id,
        kind=Kind.ANSWER,
        customer_id=invoice.customer,
        sender_id=sender.id,
        to=people,
        subject=words.subject,
        text=words.text,
        html=words.html,
        attachments=(file,),
        unique_key=f"copy:{invoice.id}:{on.isoformat()}:{whom}",
    )


def _file_name(number: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in "-_. " else "-" for letter in number).strip()
    return f"{kept or 'invoice'}.pdf"
