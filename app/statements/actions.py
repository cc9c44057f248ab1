"""Making one customer's statement: its PDF, its email, and the record of both."""

import json
from datetime import date, datetime, time

from msgspec import Struct

from app.customers.actions import reconsider
from app.customers.link_actions import portal_link
from app.customers.status import is_stopped
from app.customers.tables import Summary
from app.database import transaction
from app.email_templates import queries as templates
from app.email_templates.facts import Letter, facts_of
from app.email_templates.rendering import Rendered, Unrenderable, render
from app.email_templates.signing import Business, LetterSender
from app.mail.queries import SenderView, senders_of
from app.mail.rechecks import Empty, Found, Rewritten, Same
from app.money import units
from app.outbox.actions import draft, rewrite
from app.outbox.file_actions import keep
from app.outbox.messages import Attachment, NewMessage
from app.outbox.states import WAITING, Kind
from app.outbox.tables import Message
from app.schedules.calendar import chase_instant
from app.settings import settings
from app.statements import queries
from app.statements.account import StatementAccount, fingerprint
from app.statements.account_queries import Subject, Tale, account_of, past_account_of, subject_of
from app.statements.days import month_before
from app.statements.gateway import pages_in, render_statement
from app.statements.letter import Addressee, letter_of
from app.statements.tables import Statement, StatementSettings


class Made(Struct, frozen=True):
    statement_id: int
    message_id: int


class NotMade(Struct, frozen=True):
    """`because` goes on after the customer's name."""

    because: str


class _Ready(Struct, frozen=True):
    """All that goes, before anything is stored."""

    account: StatementAccount
    settings: StatementSettings
    content: bytes
    words: Rendered
    token: str
    sender: SenderView
    to: tuple[str, ...]
    cc: tuple[str, ...]


async def pdf_of(customer_id: int, now: datetime) -> bytes:
    """The customer's statement as of today. Raise TryLater or Refused when it cannot be rendered."""
    return await render_statement(await account_of(await subject_of(customer_id, now)))


async def past_pdf_of(customer_id: int, since_on: date, until_on: date, now: datetime) -> bytes:
    """What happened between two days, both included. Raise TryLater or Refused when it cannot be rendered."""
    return await render_statement(await past_account_of(await subject_of(customer_id, now), since_on, until_on))


async def make(customer_id: int, month: str, now: datetime) -> Made | NotMade:
    """Draft the statement of `month` (YYYY-MM) as an email with its PDF, once: a second call makes nothing."""
    subject = await subject_of(customer_id, now)
    if await queries.living_statement(customer_id, month) is not None:
        return NotMade("has had this month's statement")
    ready = await _prepare(subject, now, Tale(month, month_before(subject.today)))
    if isinstance(ready, NotMade):
        return ready
    async with transaction():
        digest = await keep(ready.content, "application/pdf", now)
        new = await _message(ready, subject, month, digest)
        message_id = await draft(new, now)
        if message_id is None:
            return NotMade("has had this month's statement")
        await reconsider([customer_id], now)
        return Made(await _record(ready, subject, month, message_id, digest, now), message_id)


async def recheck(message: Message, now: datetime) -> Found:
    """What the mail should look like now. A statement that still waits is written anew when its account changed."""
    statement = await queries.statement_of_message(message.id)
    if statement is None or message.customer_id is None:
        return Empty("The statement it belonged to is gone.")
    subject = await subject_of(message.customer_id, now)
    customer = subject.customer
    if is_stopped(customer, subject.today) or (customer.paused_until_on and subject.today < customer.paused_until_on):
        return Empty(f"{customer.name} was stopped or paused meanwhile.")
    if statement.again_message_id == message.id:
        return Same()
    account = await account_of(subject, _tale_of(statement))
    if account.owes_nothing:
        return Empty("Nothing is open any more.")
    if fingerprint(account) == statement.fingerprint:
        return Same()
    return await _write_anew(message, statement, subject, now)


def _tale_of(statement: Statement) -> Tale:
    return Tale(statement.month, statement.since_on or month_before(statement.as_of_on))


async def _write_anew(message: Message, statement: Statement, subject: Subject, now: datetime) -> Found:
    if message.state not in WAITING:
        return Rewritten("The account changed.")
    ready = await _prepare(subject, now, _tale_of(statement))
    if isinstance(ready, NotMade):
        return Empty(f"{subject.customer.name} {ready.because}.")
    async with transaction():
        digest = await keep(ready.content, "application/pdf", now)
        new = await _message(ready, subject, statement.month, digest)
        if await rewrite(message.id, new):
            await _record(ready, subject, statement.month, message.id, digest, now)
    return Rewritten("The account changed.")


async def _prepare(subject: Subject, now: datetime, tale: Tale) -> _Ready | NotMade:
    chosen = await queries.settings_of(subject.organisation.id)
    account = await account_of(subject, tale, chosen)
    to, cc = await queries.addresses_of(subject.customer.id)
    sender = next((each for each in await senders_of(subject.organisation.id) if each.kind == "normal"), None)
    if account.owes_nothing:
        return NotMade("has nothing open")
    if not to:
        return NotMade("has no usable email address")
    if sender is None:
        return NotMade("cannot be written to: no mailbox is set up")
    token = await portal_link(subject.customer.id, subject.organisation.id, now)
    words = await _words(subject, account, sender, token, chosen)
    if isinstance(words, Unrenderable):
        return NotMade(f"cannot be written to: {words.sentence}")
    content = await render_statement(account)
    return _Ready(account, chosen, content, words, token, sender, to, cc)


async def _words(
    subject: Subject, account: StatementAccount, sender: SenderView, token: str, chosen: StatementSettings
) -> Rendered | Unrenderable:
    language = subject.customer.language
    if chosen.template_id is not None:
        text = await templates.template_for(chosen.template_id, language)
    else:
        text = await templates.shipped_for(subject.organisation.id, "statement", language)
    letter = _letter(subject, account, sender, token, attached=chosen.sends == "pdf")
    return render(text.subject, text.body, facts_of(letter, text.language))


def _letter(subject: Subject, account: StatementAccount, sender: SenderView, token: str, *, attached: bool) -> Letter:
    customer, organisation = subject.customer, subject.organisation
    return letter_of(
        account,
        Addressee(customer.name, customer.first_name, customer.last_name, customer.account_number),
        Business(
            name=organisation.name,
            legal_name=organisation.legal_name,
            registration_number=organisation.registration_number,
            registered_office=organisation.registered_office,
            bank_details=organisation.bank_details,
            logo=organisation.logo,
        ),
        LetterSender(
            name=sender.name,
            email=sender.reply_to or sender.address,
            phone=sender.phone or organisation.phone,
            signature_html=sender.signature_html,
        ),
        f"{settings().base_url}/p/{token}",
        attached=attached,
    )


async def _message(ready: _Ready, subject: Subject, month: str, digest: str) -> NewMessage:
    customer, organisation = subject.customer, subject.organisation
    name = f"Statement {ready.account.as_of_on.isoformat()}.pdf"
    from_minute = max(organisation.chase_from_minute, ready.settings.at_minute or 0)
    paper = Attachment(digest, name, "application/pdf", len(ready.content))
    return NewMessage(
        organisation_id=organisation.id,
        customer_id=customer.id,
        kind=Kind.STATEMENT,
        to=ready.to,
        cc=ready.cc,
        subject=ready.words.subject,
        text=ready.words.text,
        html=ready.words.html,
        sender_id=ready.sender.id,
        unique_key=f"statement:{customer.id}:{month}",
        attachments=(paper,) if ready.settings.sends == "pdf" else (),
        portal_token=ready.token,
        planned_on=subject.today,
        not_before_at=chase_instant(subject.today, time(from_minute // 60, from_minute % 60), organisation.timezone),
        needs_approval=organisation.review_mode,
        weight=await _overdue_base(customer.id),
    )


async def _overdue_base(customer_id: int) -> int:
    row = await Summary.select(Summary.overdue_base).where(Summary.customer == customer_id).first()
    return int(row["overdue_base"]) if row else 0


async def _record(ready: _Ready, subject: Subject, month: str, message_id: int, digest: str, now: datetime) -> int:
    account = ready.account
    row = Statement(
        organisation=subject.organisation.id, customer=subject.customer.id, month=month, as_of_on=subject.today,
        message_id=message_id, file_hash=digest, fingerprint=fingerprint(account), pages=pages_in(ready.content),
        made_at=now, since_on=account.since_on,
        closing=json.dumps({each.currency: units(each.balance) for each in account.currencies}),
    )  # fmt: skip
    names = ("as_of_on", "message_id", "file_hash", "fingerprint", "pages", "made_at", "since_on", "closing")
    written = await Statement.insert(row).on_conflict(
        target=(Statement.customer, Statement.month), action="DO UPDATE", values=[getattr(Statement, n) for n in names]
    )
    return int(written[0]["id"])
