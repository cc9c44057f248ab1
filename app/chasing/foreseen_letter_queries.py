"""The very email that is foreseen: its words on its day, from whom, to whom, with which papers."""

from datetime import date
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.chasing.arranging import Prospect
from app.chasing.book_queries import Gathered
from app.chasing.letter_queries import Telling, invoices_told, letter_of, portal_at
from app.chasing.mail_fact_queries import DONE
from app.chasing.reminder import Address
from app.chasing.upcoming import Coming
from app.customers.tables import Customer
from app.database import fetch
from app.email_templates.facts import LetterInvoice, facts_of
from app.email_templates.queries import TemplateText, shipped_template, template_for
from app.email_templates.rendering import Rendered, Unrenderable, render
from app.mail.tables import Sender
from app.money import units

STAND_IN = "p_the-customers-own-link"
"""For the customer's link: looking at a letter makes none."""
MOST_PAPERS = 5


class Envelope(Struct, frozen=True, kw_only=True):
    """What stands around the words."""

    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    papers: tuple[str, ...]


async def envelope_of(email: Coming, gathered: Gathered) -> Envelope:
    sender = await sender_of(email, gathered)
    recipients = _recipients(email)
    return Envelope(
        sender=f"{sender.name} <{sender.address}>" if sender is not None else "",
        to=tuple(address for address, kind in recipients if kind == "to"),
        cc=tuple(address for address, kind in recipients if kind == "cc"),
        papers=_papers(email),
    )


async def words_of(prospect: Prospect, customer: Customer, gathered: Gathered) -> Rendered | Unrenderable:
    """As they would go on that day, were nothing paid or said until then."""
    email = prospect.email
    leads_nowhere = email.reminder is not None and not email.reminder.step.link_portal
    portal = "" if leads_nowhere else portal_at(STAND_IN)
    telling = Telling(
        gathered.organisation,
        customer,
        await sender_of(email, gathered),
        email.reminder is None,
        await _lines(email, portal),
        await _history(prospect, ZoneInfo(gathered.settings.timezone)),
    )
    text = await _text(email, customer)
    return render(text.subject, text.body, facts_of(await letter_of(telling, portal, email.on), text.language))


async def reminder_planned_as(email: Coming) -> int:
    """The planned reminder that this very email is by now; 0 while it is only foreseen."""
    found = email.reminder or email.thank_you
    rows = await fetch(
        "SELECT r.id FROM reminder r JOIN message m ON m.id = r.message WHERE r.customer = {} AND r.fingerprint = {}"
        " AND m.planned_on = {} AND m.state IN ('planned', 'approved') ORDER BY r.id DESC LIMIT 1",
        email.customer_id, found.fingerprint if found else "", email.on,
    )  # fmt: skip
    return int(rows[0]["id"]) if rows else 0


async def _text(email: Coming, customer: Customer) -> TemplateText:
    if email.reminder is not None:
        return await template_for(email.reminder.template_id, customer.language)
    return await shipped_template(customer.organisation, "Thank you", customer.language)


async def sender_of(email: Coming, gathered: Gathered) -> Sender | None:
    kind = email.reminder.sender if email.reminder is not None else "normal"
    number = gathered.senders.get(kind)
    return await Sender.objects().get(Sender.id == number) if number is not None else None


def _recipients(email: Coming) -> tuple[Address, ...]:
    if email.reminder is not None:
        return email.reminder.recipients
    return email.thank_you.recipients if email.thank_you is not None else ()


def _papers(email: Coming) -> tuple[str, ...]:
    """As far as Xero gives them and they fit."""
    if email.reminder is None:
        return ()
    step, numbers = email.reminder.step, email.reminder.invoices
    invoices = [f"{number}.pdf" for number in numbers] if step.attach_invoices and len(numbers) <= MOST_PAPERS else []
    return (*(["Statement.pdf"] if step.attach_statement else []), *invoices)


async def _lines(email: Coming, portal: str) -> list[tuple[bool, LetterInvoice]]:
    about = {invoice.invoice_id: units(invoice.amount) for invoice in (email.reminder.carried if email.reminder else ())}
    thanked = {invoice.id: units(invoice.amount) for invoice in (email.thank_you.invoices if email.thank_you else ())}
    listed = {i.invoice_id: units(i.amount) for i in (email.reminder.also_overdue if email.reminder else ())}
    found = await invoices_told({**about, **thanked, **listed}, portal)
    return [(number not in listed, invoice) for number, invoice in found.items()]


async def _history(prospect: Prospect, zone: ZoneInfo) -> list[date]:
    """The days on which reminders about the same invoices went, or will have gone by then."""
    carried = _carried(prospect.email)
    ids = ", ".join(str(number) for number in sorted(carried)) or "0"
    rows = await fetch(
        "SELECT DISTINCT m.id, m.claimed_at FROM reminder_invoice ri JOIN reminder r ON r.id = ri.reminder"  # noqa: S608
        " JOIN message m ON m.id = r.message WHERE ri.is_carried = TRUE AND r.kind <> 'thank_you'"
        f" AND m.state IN {DONE} AND ri.invoice IN ({ids})"
    )
    gone = [row["claimed_at"].astimezone(zone).date() for row in rows]
    return sorted([*gone, *(each.on for each in prospect.before if _carried(each) & carried)])


def _carried(email: Coming) -> set[int]:
    return {invoice.invoice_id for invoice in email.reminder.carried} if email.reminder is not None else set()
