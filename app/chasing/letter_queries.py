"""Everything an email of chasing says: gathered for one reminder or thank-you."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.chasing.earlier_letter_queries import went_before
from app.chasing.tables import Reminder, Wording
from app.customers.tables import Customer
from app.database import fetch
from app.email_templates.facts import Letter, LetterInvoice
from app.email_templates.signing import Business, LetterSender
from app.mail.tables import Sender
from app.money import amount
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from app.problems import NotFound
from app.schedules.queries import calendar_of
from app.schedules.tables import Step
from app.settings import settings

ANSWER_IN_WORKING_DAYS = 5
CALL_IN_WORKING_DAYS = 3

Sums = list[tuple[str, Decimal]]


class Subject(NamedTuple):
    """A reminder or thank-you with the rows it is made of; `wording` where a person wrote it."""

    reminder: Reminder
    organisation: Organisation
    customer: Customer
    sender: Sender | None
    wording: Wording | None = None


async def subject_of(reminder_id: int) -> Subject:
    reminder = await Reminder.objects().where(Reminder.id == reminder_id).first()
    if reminder is None:
        raise NotFound
    organisation = await Organisation.objects().where(Organisation.id == reminder.organisation).first()
    customer = await Customer.objects().where(Customer.id == reminder.customer).first()
    assert organisation is not None
    assert customer is not None
    return Subject(reminder, organisation, customer, await _sender_of(reminder), await _wording_of(reminder))


async def _wording_of(reminder: Reminder) -> Wording | None:
    return await Wording.objects().get(Wording.id == reminder.wording_id) if reminder.wording_id else None


async def _sender_of(reminder: Reminder) -> Sender | None:
    """The mailbox from which its message leaves: the letter is signed by whoever sends it."""
    message = await Message.select(Message.sender_id).where(Message.id == reminder.message).first()
    return await Sender.objects().get(Sender.id == message["sender_id"]) if message and message["sender_id"] else None


class Telling(NamedTuple):
    """What an email tells beyond the customer's account: to whom, from whom, about which invoices, after which letters.

    lines    whether the email is about the invoice or only lists it, and the invoice
    history  the days on which reminders about the same invoices went
    """

    organisation: Organisation
    customer: Customer
    sender: Sender | None
    is_thank_you: bool
    lines: list[tuple[bool, LetterInvoice]]
    history: list[date]


async def letter_for(subject: Subject, portal_token: str, now: datetime) -> Letter:
    """The letter as it would be written now. `portal_token` is the customer's living one."""
    reminder, organisation, customer, sender, _ = subject
    portal = portal_at(portal_token) if await _leads_to_the_portal(reminder) else ""
    lines = await _lines(reminder.id, portal)
    history = await went_before(reminder.id, reminder.message, ZoneInfo(organisation.timezone))
    telling = Telling(organisation, customer, sender, reminder.kind == "thank_you", lines, history)
    return await letter_of(telling, portal, now.astimezone(ZoneInfo(organisation.timezone)).date())


async def _leads_to_the_portal(reminder: Reminder) -> bool:
    """Unless its step says that it does not."""
    its_own = (Step.schedule == reminder.schedule_id) & (Step.offset_days == reminder.step_offset)
    row = await Step.select(Step.links_portal).where(its_own).first() if reminder.schedule_id is not None else None
    return row is None or bool(row["links_portal"])


def portal_at(token: str) -> str:
    return f"{settings().base_url}/p/{token}"


async def letter_of(telling: Telling, portal: str, today: date) -> Letter:
    organisation, customer, sender, is_thank_you, lines, history = telling
    account = await _account(customer.id, today, portal, {invoice.number for _, invoice in lines})
    calendar = calendar_of(organisation)
    about, not_overdue = _apart([invoice for carried, invoice in lines if carried or is_thank_you], is_thank_you, today)
    return Letter(
        customer_name=customer.name,
        first_name=customer.first_name,
        last_name=customer.last_name,
        account_number=customer.account_number,
        invoices=about,
        not_overdue=not_overdue,
        also_overdue=[invoice for carried, invoice in lines if not carried and not is_thank_you],
        coming_up=account.coming_up,
        credits=await _credits(customer.id),
        outstanding=account.outstanding,
        overdue=account.overdue,
        overdue_count=account.overdue_count,
        oldest_due_on=account.oldest_due_on,
        business=business_of(organisation),
        sender=letter_sender(sender, organisation),
        portal_url=portal,
        last_contact_on=history[-1] if history else None,
        reminder_number=len(history) + 1,
        today=today,
        answer_by_on=calendar.add_working_days(today, ANSWER_IN_WORKING_DAYS),
        call_on=calendar.add_working_days(today, CALL_IN_WORKING_DAYS),
        locale=organisation.locale,
    )


def _apart(about: list[LetterInvoice], is_thank_you: bool, today: date) -> tuple[list[LetterInvoice], list[LetterInvoice]]:
    """What the letter is about, and what it carries besides: beside overdue ones nothing else is called late."""
    late = [invoice for invoice in about if invoice.due_on < today]
    if is_thank_you or not late:
        return about, []
    return late, [invoice for invoice in about if invoice.due_on >= today]


def business_of(organisation: Organisation) -> Business:
    return Business(
        name=organisation.name,
        legal_name=organisation.legal_name,
        registration_number=organisation.registration_number,
        registered_office=organisation.registered_office,
        bank_details=organisation.bank_details,
        logo=organisation.logo,
    )


def letter_sender(sender: Sender | None, organisation: Organisation) -> LetterSender:
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
    """Each with whether the letter is about it, and does not merely list it."""
    rows = await fetch(
        f"SELECT {INVOICE}, ri.occurrence, ri.amount FROM reminder_invoice ri JOIN invoice i ON i.id = ri.invoice"  # noqa: S608
        " WHERE ri.reminder = {} ORDER BY i.due_on, i.number",
        reminder_id,
    )
    return [(row["occurrence"] > 0, _invoice(row, portal, row["amount"])) for row in rows]


async def invoices_told(amounts: dict[int, int], portal: str) -> dict[int, LetterInvoice]:
    """These invoices, each with what an email asks for it, ten-thousandths, in the order of letters."""
    ids = ", ".join(str(int(number)) for number in amounts) or "0"
    rows = await fetch(f"SELECT {INVOICE} FROM invoice i WHERE i.id IN ({ids}) ORDER BY i.due_on, i.number")  # noqa: S608
    return {row["id"]: _invoice(row, portal, amounts[row["id"]]) for row in rows}


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
        pay_url=f"{portal}/invoices/{row['id']}/pay" if portal else "",
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
