"""Reads a customer's account as its statement shows it."""

from datetime import date, datetime, timedelta

from msgspec import Struct

from app.customers.tables import Customer
from app.database import fetch
from app.invoices.tables import Credit, Invoice
from app.money import amount
from app.organisations.membership import SignedIn
from app.organisations.tables import Organisation
from app.problems import NotFound
from app.promises import queries as promises
from app.promises.tables import Dispute
from app.statements.account import Letterhead, OpenInvoice, Receipt, StatementAccount, UnusedCredit, accounts
from app.statements.letterhead import bank_lines, lines_of, particulars, postal_address
from app.statements.pdf import paper_of
from app.statements.queries import settings_of, today_of
from app.statements.tables import Statement
from components.format import as_day

A_MONTH = timedelta(days=31)

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


async def account_of(subject: Subject) -> StatementAccount:
    """The account as it stands: open invoices, unused credits, and what came in since the last statement."""
    customer, organisation, today = subject.customer, subject.organisation, subject.today
    since = await _last_statement_on(customer.id, today)
    settings = await settings_of(organisation.id)
    return StatementAccount(
        letterhead=_letterhead(organisation, settings.footer),
        customer=customer.name,
        address=postal_address(customer.addresses),
        account_number=customer.account_number,
        as_of_on=today,
        since_on=since,
        currencies=accounts(
            await _invoices(customer.id),
            await _credits(customer.id),
            await _receipts(customer.id, since, today),
            today,
            organisation.currency,
        ),
    )


def _letterhead(organisation: Organisation, footer: str) -> Letterhead:
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
    )


async def _last_statement_on(customer_id: int, today: date) -> date:
    earlier = (Statement.customer == customer_id) & (Statement.as_of_on < today)
    row = await Statement.objects().where(earlier).order_by(Statement.as_of_on, ascending=False).first()
    return row.as_of_on if row else today - A_MONTH


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
    )


async def _credits(customer_id: int) -> list[UnusedCredit]:
    rows = await Credit.objects().where(
        Credit.customer == customer_id, Credit.remaining > 0, Credit.status.is_in(["AUTHORISED", "PAID"])
    )
    return [UnusedCredit(r.number, KINDS.get(r.kind, "Credit"), r.currency, r.issued_on, amount(r.remaining)) for r in rows]


async def _receipts(customer_id: int, since: date, today: date) -> list[Receipt]:
    rows = await fetch(
        "SELECT p.paid_on, p.kind, p.currency, p.amount, i.number FROM payment p JOIN invoice i ON i.id = p.invoice"
        " WHERE p.customer = {} AND p.paid_on > {} AND p.paid_on <= {} AND p.status <> 'DELETED'",
        customer_id,
        since,
        today,
    )
    return [
        Receipt(as_day(r["paid_on"]) or today, KINDS.get(r["kind"], "Credit"), r["number"], r["currency"], amount(r["amount"]))
        for r in rows
    ]
