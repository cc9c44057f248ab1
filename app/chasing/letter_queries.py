"""Everything an email of chasing says: gathered for one reminder or thank-you."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.chasing.mail_fact_queries import DONE
from app.chasing.tables import Reminder
from app.customers.tables import Customer
from app.database import fetch
from app.email_templates.facts import Business, Letter, LetterInvoice, LetterSender
from app.mail.tables import Sender
from app.money import amount
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from app.problems import NotFound
from app.schedules.queries import calendar_of
from app.settings import settings

ANSWER_IN_WORKING_DAYS = 5
CALL_IN_WORKING_DAYS = 3

Sums = list[tuple[str, Decimal]]


class Subject(NamedTuple):
    """A reminder or thank-you with the rows it is made of."""

    reminder: Reminder
    organisation: Organisation
    customer: Customer
    sender: Sender | None


async def subject_of(reminder_id: int) -> Subject:
    reminder = await Reminder.objects().where(Reminder.id == reminder_id).first()
    if reminder is None:
        raise NotFound
    organisation = await Organisation.objects().where(Organisation.id == reminder.organisation).first()
    customer = await Customer.objects().where(Customer.id == reminder.customer).first()
    assert organisation is not None
    assert customer is not None
    return Subject(reminder, organisation, customer, await _sender_of(reminder))


async def _sender_of(reminder: Reminder) -> Sender | None:
    """The mailbox from which its message leaves: the letter is signed by whoever sends it."""
    message = await Message.select(Message.sender_id).where(Message.id == reminder.message).first()
    return await Sender.objects().get(Sender.id == message["sender_id"]) if message and message["sender_id"] else None


async def letter_for(subject: Subject, portal_token: str, now: datetime) -> Letter:
    """The letter as it would be written now. `portal_token` is the customer's living one."""
    reminder, organisation, customer, sender = subject
    portal = f"{settings().base_url}/p/{portal_token}"
    today = now.astimezone(ZoneInfo(organisation.timezone)).date()
    lines = await _lines(reminder.id, portal)
    account = await _account(customer.id, today, portal, {invoice.number for _, invoice in lines})
    history = await _history(reminder.id, reminder.message, ZoneInfo(organisation.timezone))
    calendar = calendar_of(organisation)
    return Letter(
        customer_name=customer.name,
        first_name=customer.first_name,
        last_name=customer.last_name,
        account_number=customer.account_number,
        invoices=[invoice for carried, invoice in lines if carried or reminder.kind == "thank_you"],
        also_overdue=[invoice for carried, invoice in lines if not carried and reminder.kind == "reminder"],
        coming_up=account.coming_up,
        credits=await _credits(customer.id),
        outstanding=account.outstanding,
        overdue=account.overdue,
        overdue_count=account.overdue_count,
        oldest_due_on=account.oldest_due_on,
        business=business_of(organisation),
        sender=_sender(sender, organisation),
        portal_url=portal,
        last_contact_on=history[-1] if history else None,
        reminder_number=len(history) + 1,
        today=today,
        answer_by_on=calendar.add_working_days(today, ANSWER_IN_WORKING_DAYS),
        call_on=calendar.add_working_days(today, CALL_IN_WORKING_DAYS),
        locale=organisation.locale,
    )


def business_of(organisation: Organisation) -> Business:
    return Business(
        name=organisation.name,
        legal_name=organisation.legal_name,
        registration_number=organisation.registration_number,
        registered_office=organisation.registered_office,
        bank_details=organisation.bank_details,
    )


def _sender(sender: Sender | None, organisation: Organisation) -> LetterSender:
    if sender is None:
        return LetterSender(name=organisation.name, email=organisation.email)
    return LetterSender(
        name=sender.name,
        email=sender.reply_to or sender.address,
        phone=sender.phone or organisation.phone,
        signature_html=sender.signature_html,
    )


INVOICE = (
    "i.id, i.number, i.reference, i.issued_on, i.due_on, i.total, i.paid, i.outstanding, i.currency, i.online_url,"
    " (SELECT e.expected_on FROM expected_date e WHERE e.invoice = i.id) AS expected_on,"
    " (SELECT COUNT(*) FROM dispute d WHERE d.invoice = i.id AND d.resolved_at IS NULL) AS disputes,"
    " (SELECT SUM(COALESCE(d.amount, i.outstanding)) FROM dispute d WHERE d.invoice = i.id AND d.resolved_at IS NULL)"
    " AS disputed"
)


async def _lines(reminder_id: int, portal: str) -> list[tuple[bool, LetterInvoice]]:
    rows = await fetch(
        f"SELECT {INVOICE}, ri.is_carried, ri.amount FROM reminder_invoice ri JOIN invoice i ON i.id = ri.invoice"  # noqa: S608
        " WHERE ri.reminder = {} ORDER BY i.due_on, i.number",
        reminder_id,
    )
    return [(bool(row["is_carried"]), _invoice(row, portal, row["amount"])) for row in rows]


def _invoice(row: dict[str, Any], portal: str, due: int) -> LetterInvoice:
    return LetterInvoice(
        number=row["number"],
        reference=row["reference"],
        issued_on=row["issued_on"],
        due_on=row["due_on"] or row["issued_on"],
        due=amount(due),
        total=amount(row["total"]),
        paid=amount(row["paid"]),
        currency=row["currency"],
        expected_on=_day(row["expected_on"]),
        online_url=row["online_url"],
        pay_url=f"{portal}/invoices/{row['id']}/pay",
        is_disputed=int(row["disputes"]) > 0,
    )


def _day(value: date | str | None) -> date | None:
    """A date out of a subquery: SQLite gives its text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


class _Account(NamedTuple):
    outstanding: Sums
    overdue: Sums
    overdue_count: int
    oldest_due_on: date | None
    coming_up: list[LetterInvoice]


async def _account(customer_id: int, today: date, portal: str, named: set[str]) -> _Account:
    """What can be asked for of the customer's open invoices, summed: not what is in question. Those not yet due and not
    named in the letter are coming up."""
    rows = await fetch(
        f"SELECT {INVOICE} FROM invoice i WHERE i.customer = {{}} AND i.is_open = TRUE ORDER BY i.due_on, i.number",  # noqa: S608
        customer_id,
    )
    rows = [{**row, "asked": asked} for row in rows if (asked := _asked(row)) > 0]
    late = [row for row in rows if row["due_on"] is not None and row["due_on"] < today]
    later = [row for row in rows if row["due_on"] is not None and row["due_on"] >= today and row["number"] not in named]
    return _Account(
        outstanding=_sums(rows),
        overdue=_sums(late),
        overdue_count=len(late),
        oldest_due_on=min((row["due_on"] for row in late), default=None),
        coming_up=[_invoice(row, portal, row["asked"]) for row in later],
    )


def _asked(row: dict[str, Any]) -> int:
    """Outstanding less what is in question, ten-thousandths."""
    return max(int(row["outstanding"]) - int(row["disputed"] or 0), 0)


def _sums(rows: Sequence[dict[str, Any]], column: str = "asked") -> Sums:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        found[row["currency"]] += amount(row[column])
    return list(found.items())


async def _credits(customer_id: int) -> Sums:
    rows = await fetch("SELECT currency, remaining FROM credit WHERE customer = {} AND remaining > 0", customer_id)
    return _sums(rows, "remaining")


async def _history(reminder_id: int, message_id: int, zone: ZoneInfo) -> list[date]:
    """The days on which reminders about the same invoices went, this one not counted."""
    rows = await fetch(
        "SELECT DISTINCT m.id, m.claimed_at FROM reminder_invoice mine"  # noqa: S608
        " JOIN reminder_invoice theirs ON theirs.invoice = mine.invoice AND theirs.is_carried = TRUE"
        " JOIN reminder r ON r.id = theirs.reminder AND r.kind = 'reminder' JOIN message m ON m.id = r.message"
        f" WHERE mine.reminder = {{}} AND mine.is_carried = TRUE AND m.id <> {{}} AND m.state IN {DONE}",
        reminder_id,
        message_id,
    )
    return sorted(row["claimed_at"].astimezone(zone).date() for row in rows)


async def last_about_the_same(reminder_id: int, message_id: int, sender_id: int | None) -> int | None:
    """The latest sent message of this sender about an invoice that this reminder carries and that is still open."""
    rows = await fetch(
        "SELECT m.id FROM reminder_invoice mine JOIN invoice i ON i.id = mine.invoice AND i.is_open = TRUE"
        " JOIN reminder_invoice theirs ON theirs.invoice = mine.invoice AND theirs.is_carried = TRUE"
        " JOIN reminder r ON r.id = theirs.reminder JOIN message m ON m.id = r.message"
        " WHERE mine.reminder = {} AND mine.is_carried = TRUE AND m.id <> {} AND m.sender_id = {} AND m.state = 'sent'"
        " ORDER BY m.sent_at DESC LIMIT 1",
        reminder_id,
        message_id,
        sender_id,
    )
    return rows[0]["id"] if rows else None
