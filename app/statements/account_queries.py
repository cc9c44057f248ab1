"""Reads a customer's account as its statement shows it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from app.customers.tables import Customer
from app.database import fetch
from app.invoices.tables import Credit, Invoice
from app.money import amount
from app.organisations.logo_queries import logo_on_paper
from app.organisations.membership import SignedIn
from app.organisations.tables import Organisation
from app.problems import NotFound
from app.promises import queries as promises
from app.promises.tables import Dispute
from app.statements.account import (
    CurrencyAccount,
    Letterhead,
    OpenInvoice,
    Receipt,
    StatementAccount,
    UnusedCredit,
    accounts,
    past_accounts,
)
from app.statements.activity import Activity, Span, activities
from app.statements.activity_queries import LastStatement, entries_after, last_statement
from app.statements.days import month_before
from app.statements.letterhead import bank_lines, lines_of, particulars, postal_address
from app.statements.pdf import paper_of
from app.statements.queries import settings_of, today_of
from app.statements.tables import StatementSettings
from components.format import as_day

A_DAY = timedelta(days=1)
KINDS = {"payment": "Payment", "credit_note": "Credit note", "prepayment": "Prepayment", "overpayment": "Overpayment"}


class Subject(Struct, frozen=True):
    """Whose statement it is, of which organisation, on which day there."""

    customer: Customer
    organisation: Organisation
    today: date


async def subject_of(customer_id: int, now: datetime) -> Subject:
    customer = await Customer.objects().where(Customer.id == customer_id).first()
    if customer is None:
        raise NotFound
    organisation = await Organisation.objects().where(Organisation.id == customer.organisation).first()
    assert organisation is not None  # the foreign key holds it
    return Subject(customer, organisation, today_of(organisation, now))


async def subject_for(member: SignedIn, customer_id: int, now: datetime) -> Subject:
    """Raise NotFound unless the customer is of the member's organisation."""
    found = await subject_of(customer_id, now)
    if found.organisation.id != member.organisation_id:
        raise NotFound
    return found


class Tale(Struct, frozen=True):
    """What a statement that is looked at again was made for: its month (YYYY-MM), and since when it told then."""

    month: str
    since_on: date


async def account_of(
    subject: Subject, again: Tale | None = None, settings: StatementSettings | None = None
) -> StatementAccount:
    """The account as it stands: open invoices, unused credits, and what came in since the last statement.

    settings  as they would be, for a preview; None: as they are
    """
    customer, organisation, today = subject.customer, subject.organisation, subject.today
    chosen = settings or await settings_of(organisation.id)
    last = await last_statement(customer.id, again.month if again else "", today)
    since = last.as_of_on if last else again.since_on if again else month_before(today)
    invoices, credits = await _invoices(customer.id), await _credits(customer.id)
    told: dict[str, Activity] = {}
    receipts: list[Receipt] = []
    if chosen.shows == "movements":
        told = await _told(customer.id, _balances(invoices, credits), Span(since), last)
    else:
        receipts = await _receipts(customer.id, since, today)
    parts = accounts(invoices, credits, receipts, today, organisation.currency, told)
    return await _statement(subject, chosen, since, today, parts)


async def past_account_of(subject: Subject, since_on: date, until_on: date) -> StatementAccount:
    """What happened between two days, both included: what is open now stands on no statement of the past."""
    customer_id, organisation = subject.customer.id, subject.organisation
    balances = _balances(await _invoices(customer_id), await _credits(customer_id))
    told = await _told(customer_id, balances, Span(since_on - A_DAY, until_on), None)
    parts = past_accounts(told, organisation.currency)
    chosen = await settings_of(organisation.id)
    return await _statement(subject, chosen, since_on - A_DAY, until_on, parts, is_past=True)


async def _statement(
    subject: Subject, chosen: StatementSettings, since: date, until: date, parts: tuple[CurrencyAccount, ...],
    *, is_past: bool = False,
) -> StatementAccount:  # fmt: skip
    organisation, customer = subject.organisation, subject.customer
    logo = await logo_on_paper(organisation.id) if organisation.logo else ""
    return StatementAccount(
        letterhead=_letterhead(organisation, chosen.footer, logo),
        customer=customer.name,
        address=postal_address(customer.addresses),
        account_number=customer.account_number,
        as_of_on=until,
        since_on=since,
        currencies=parts,
        is_past=is_past,
    )


async def _told(customer_id: int, balances: dict[str, Decimal], span: Span, last: LastStatement | None) -> dict[str, Activity]:
    return activities(await entries_after(customer_id, span.since_on), balances, span, last.closing if last else None)


def _balances(invoices: Sequence[OpenInvoice], credits: Sequence[UnusedCredit]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for invoice in invoices:
        found[invoice.currency] = found.get(invoice.currency, Decimal(0)) + invoice.outstanding
    for credit in credits:
        found[credit.currency] = found.get(credit.currency, Decimal(0)) - credit.remaining
    return found


def _letterhead(organisation: Organisation, footer: str, logo: str) -> Letterhead:
    contact = " · ".join(filter(None, (organisation.phone, organisation.email)))
    return Letterhead(
        name=organisation.name,
        lines=tuple(filter(None, (*lines_of(organisation.registered_office), contact))),
        particulars=particulars(
            organisation.legal_name or organisation.name,
            organisation.registration_number,
            organisation.registered_office,
        ),
        accent=organisation.accent,
        bank=bank_lines(organisation.bank_details),
        footer=footer,
        locale=organisation.locale,
        paper=paper_of(organisation.country),
        logo=logo,
    )


async def _invoices(customer_id: int) -> list[OpenInvoice]:
    rows = await Invoice.objects().where(Invoice.customer == customer_id, Invoice.is_open.eq(True))
    disputes = await promises.open_disputes_of([row.id for row in rows])
    return [_open_invoice(row, [each for each in disputes if each.invoice == row.id]) for row in rows]


def _open_invoice(row: Invoice, disputes: list[Dispute]) -> OpenInvoice:
    whole = any(each.amount is None or each.amount >= row.outstanding for each in disputes)
    return OpenInvoice(
        number=row.number,
        reference=row.reference,
        currency=row.currency,
        issued_on=row.issued_on,
        due_on=row.due_on,
        total=amount(row.total),
        outstanding=amount(row.outstanding),
        mark="in query" if whole else "in part in query" if disputes else "",
        pay_url=row.online_url if row.online_url.startswith("https://") else "",
    )


async def _credits(customer_id: int) -> list[UnusedCredit]:
    rows = await Credit.objects().where(
        Credit.customer == customer_id, Credit.remaining > 0, Credit.status.is_in(["AUTHORISED", "PAID"])
    )
    return [UnusedCredit(r.number, KINDS.get(r.kind, "Credit"), r.currency, r.issued_on, amount(r.remaining)) for r in rows]


async def _receipts(customer_id: int, since: date, today: date) -> list[Receipt]:
    rows = await fetch(
        "SELECT p.paid_on, p.kind, p.currency, p.amount, i.number FROM payment p JOIN invoice i ON i.id = p.invoice"
        " WHERE p.customer = {} AND p.paid_on > {} AND p.paid_on <= {} AND p.status <> 'DELETED' AND p.is_write_off = FALSE",
        customer_id,
        since,
        today,
    )
    return [
        Receipt(as_day(r["paid_on"]) or today, KINDS.get(r["kind"], "Credit"), r["number"], r["currency"], amount(r["amount"]))
        for r in rows
    ]
