"""Sending a statement that went once more: the very same words and PDF, to whoever gets the customer's statements now."""

from datetime import datetime

from app.activity.actions import record
from app.customers.actions import reconsider
from app.customers.status import is_stopped
from app.customers.tables import Customer
from app.database import transaction
from app.organisations.membership import SignedIn
from app.outbox.actions import draft
from app.outbox.messages import Attachment, NewMessage
from app.outbox.states import Kind, State
from app.outbox.tables import Message, StoredFile
from app.problems import OutOfDate, Problem
from app.sealing import unseal
from app.statements.account_queries import subject_for
from app.statements.queries import addresses_of, statement_for
from app.statements.tables import Statement


class NotAgain(Problem):
    """This statement cannot be sent again."""

    status = 409


async def send_again(member: SignedIn, statement_id: int, now: datetime) -> int | None:
    """The new message's id; None when it goes again today already. Raise NotFound, NotAgain, or OutOfDate when it
    hasn't gone yet."""
    row = await statement_for(member, statement_id)
    subject = await subject_for(member, row.customer, now)
    customer = subject.customer
    first = await Message.objects().where(Message.id == row.message_id).first()
    if first is None or first.state != State.SENT.value:
        raise OutOfDate
    to, cc = await addresses_of(customer.id)
    if is_stopped(customer, subject.today) or not to:
        raise NotAgain(_why_not(customer, has_address=bool(to)))
    new = NewMessage(
        organisation_id=member.organisation_id,
        customer_id=customer.id,
        kind=Kind.STATEMENT,
        to=to,
        cc=cc,
        subject=first.subject,
        text=first.text,
        html=first.html,
        sender_id=first.sender_id,
        unique_key=f"statement:{customer.id}:{row.month}:again:{subject.today.isoformat()}",
        attachments=(await _paper(row),),
        portal_token=unseal(first.portal_token_sealed) if first.portal_token_sealed else "",
        planned_on=subject.today,
    )
    return await _draft(member, row, new, now)


async def _draft(member: SignedIn, row: Statement, new: NewMessage, now: datetime) -> int | None:
    async with transaction():
        message_id = await draft(new, now)
        if message_id is None:
            return None
        await Statement.update({Statement.again_message_id: message_id}).where(Statement.id == row.id)
        await reconsider([row.customer], now)
        await record(
            organisation_id=member.organisation_id, kind="email_decided", by=member.name, now=now, customer_id=row.customer,
            sentence=f"{member.name} sends the statement of {row.as_of_on:%-d %B %Y} again", message_id=message_id,
        )  # fmt: skip
        return message_id


def _why_not(customer: Customer, *, has_address: bool) -> str:
    if has_address:
        return f"{customer.name} is stopped. End the stop on the customer's page first."
    return f"{customer.name} has no usable email address. Add one on the customer's page first."


async def _paper(row: Statement) -> Attachment:
    file = await StoredFile.select(StoredFile.size).where(StoredFile.hash == row.file_hash).first()
    if file is None:
        raise NotAgain("The PDF is not kept any more.")
    return Attachment(row.file_hash, f"Statement {row.as_of_on.isoformat()}.pdf", "application/pdf", int(file["size"]))
