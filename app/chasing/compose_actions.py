"""Writing the words of a reminder or thank-you: for a preview at any time, for good right before it leaves."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from msgspec import Struct

from app.activity.actions import record as record_activity
from app.chasing.earlier_letter_queries import last_about_the_same
from app.chasing.letter_queries import Subject, letter_for, subject_of
from app.chasing.tables import Reminder, ReminderInvoice, TemplateFailure
from app.chasing.writing_queries import STAND_IN, text_of, wanted_papers
from app.customers.actions import reconsider
from app.customers.link_actions import portal_link
from app.database import transaction
from app.email_templates import queries as templates
from app.email_templates.facts import facts_of
from app.email_templates.rendering import Rendered, Unrenderable, render
from app.invoices.tables import Invoice
from app.outbox.file_actions import keep
from app.outbox.messages import Attachment
from app.outbox.queries import thread_headers
from app.outbox.tables import Message
from app.outbox.wording_actions import Words, put_words
from app.problems import Refused, TryLater

MOST_FILES = 5
"""More invoices than this are not attached: the portal link stands for them."""
STATEMENT = "Statement.pdf"
LARGEST_BYTES = 8_000_000

InvoicePdf = Callable[[Invoice], Awaitable[bytes]]
StatementPdf = Callable[[int, datetime], Awaitable[bytes]]


class Papers(Struct, frozen=True):
    """Where attachments come from: Xero's PDF of an invoice, and our statement of a customer as of now."""

    invoice: InvoicePdf
    statement: StatementPdf


class Failed(Struct, frozen=True):
    """This version of the template cannot be written for this customer; `reason` is for the user."""

    text: templates.TemplateText
    reason: str


class Composed(Struct, frozen=True):
    """`portal_token` stands in text and html and is masked before they are stored."""

    words: Rendered
    portal_token: str


async def preview(reminder_id: int, now: datetime) -> Rendered | Failed:
    """The words as they would go now, with a stand-in for the customer's own link: looking makes none."""
    composed = await _write(await subject_of(reminder_id), STAND_IN, now)
    return composed.words if isinstance(composed, Composed) else composed


async def compose(message: Message, papers: Papers, now: datetime) -> bool:
    """Write the message's words and attachments for good. False when its template fails; that is on record then."""
    reminder = await Reminder.objects().where(Reminder.message == message.id).first()
    assert reminder is not None
    subject = await subject_of(reminder.id)
    token = await portal_link(subject.customer.id, subject.organisation.id, now)
    composed = await _write(subject, token, now)
    if isinstance(composed, Failed):
        await _note_failure(subject, composed, now)
        return False
    files = await _attachments(subject, papers, now)
    words = composed.words
    return await put_words(
        message.id,
        Words(
            subject=words.subject,
            text=words.text,
            html=words.html,
            portal_token=composed.portal_token,
            attachments=files,
            headers=await _thread(subject, message),
        ),
        now,
    )


async def _thread(subject: Subject, message: Message) -> dict[str, str]:
    """Headers that continue the conversation with the same sender about one of these invoices, still open."""
    before = await last_about_the_same(subject.reminder.id, message.id, message.sender_id)
    return await thread_headers(before, message.sender_id) if before is not None else {}


async def _write(subject: Subject, token: str, now: datetime) -> Composed | Failed:
    letter = await letter_for(subject, token, now)
    text = await text_of(subject)
    words = render(text.subject, text.body, facts_of(letter, text.language))
    return Failed(text, words.sentence) if isinstance(words, Unrenderable) else Composed(words, token)


async def _note_failure(subject: Subject, failed: Failed, now: datetime) -> None:
    async with transaction():
        await TemplateFailure(
            customer=subject.customer.id,
            template_id=failed.text.id,
            template_version=failed.text.version,
            reason=failed.reason,
            failed_at=now,
        ).save()
        await reconsider([subject.customer.id], now)
        await record_activity(
            organisation_id=subject.organisation.id, customer_id=subject.customer.id, kind="template_failed", by="Tactful",
            sentence=f"The letter “{failed.text.name}” could not be written: {failed.reason}", now=now,
        )  # fmt: skip


async def attached(reminder_id: int) -> tuple[str, ...]:
    """The names of what goes with it, as far as Xero gives the papers and they fit."""
    subject = await subject_of(reminder_id)
    wants = await wanted_papers(subject)
    numbers = [invoice.number for invoice in await _about(subject.reminder)] if wants.invoices else []
    papers = [f"{_file_name(number)}.pdf" for number in numbers] if len(numbers) <= MOST_FILES else []
    return (*([STATEMENT] if wants.statement else []), *papers)


async def _attachments(subject: Subject, papers: Papers, now: datetime) -> tuple[Attachment, ...]:
    """What the person or the step asks for, as far as it can be had and fits; the letter links to the portal in any case."""
    wants = await wanted_papers(subject)
    files = await _statement(subject, papers, now) if wants.statement else []
    if wants.invoices:
        files += await _invoices(subject, papers, now)
    return tuple(files) if sum(file.size for file in files) <= LARGEST_BYTES else ()


async def _invoices(subject: Subject, papers: Papers, now: datetime) -> list[Attachment]:
    invoices = await _about(subject.reminder)
    if len(invoices) > MOST_FILES:
        return []
    found = []
    for invoice in invoices:
        try:
            content = await papers.invoice(invoice)
        except (TryLater, Refused):
            continue  # the letter goes with its links; a missing paper is no reason to chase a day later
        found.append(await _kept(content, f"{_file_name(invoice.number)}.pdf", now))
    return found


async def _about(reminder: Reminder) -> list[Invoice]:
    """The invoices it is about, oldest due first."""
    about = (ReminderInvoice.occurrence > 0) & (ReminderInvoice.reminder == reminder.id)
    ids = [row["invoice"] for row in await ReminderInvoice.select(ReminderInvoice.invoice).where(about)]
    return await Invoice.objects().where(Invoice.id.is_in(ids)).order_by(Invoice.due_on) if ids else []


async def _statement(subject: Subject, papers: Papers, now: datetime) -> list[Attachment]:
    try:
        content = await papers.statement(subject.customer.id, now)
    except (TryLater, Refused):
        return []
    return [await _kept(content, STATEMENT, now)]


async def _kept(content: bytes, name: str, now: datetime) -> Attachment:
    return Attachment(await keep(content, "application/pdf", now), name, "application/pdf", len(content))


def _file_name(number: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_. " else "-" for letter in number).strip() or "invoice"
