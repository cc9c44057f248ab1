"""Reads of invoices, payments and credits, each within the member's organisation."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from app.customers.tables import Customer
from app.database import fetch
from app.invoices.tables import Credit, Invoice, Payment
from app.money import amount
from app.organisations.membership import SignedIn
from app.problems import NotFound
from components.format import as_day

PAYMENTS = {
    "payment": "Payment",
    "credit_note": "Credit note applied",
    "prepayment": "Prepayment applied",
    "overpayment": "Overpayment applied",
}


class ClosedInvoice(Struct, frozen=True):
    """An invoice that is paid or void."""

    id: int
    number: str
    currency: str
    total: Decimal
    due_on: date | None
    paid_on: date | None
    status: str


class Settled(Struct, frozen=True):
    """Money received against an invoice, or a credit applied to it."""

    label: str
    paid_on: date | None
    amount: Decimal


async def invoice_for(member: SignedIn, invoice_id: int) -> Invoice:
    mine = (Invoice.id == invoice_id) & (Invoice.organisation == member.organisation_id)
    row = await Invoice.objects().where(mine).first()
    if row is None:
        raise NotFound
    return row


async def numbered(member: SignedIn, number: str) -> list[int]:
    """The ids of the invoices of this number, however it is capitalised."""
    rows = await fetch(
        "SELECT id FROM invoice WHERE organisation = {} AND LOWER(number) = {} ORDER BY id",
        member.organisation_id,
        number.lower(),
    )
    return [row["id"] for row in rows]


async def customer_of(invoice: Invoice) -> Customer:
    row = await Customer.objects().get(Customer.id == invoice.customer)
    assert row is not None  # the foreign key holds it
    return row


async def settlements_of(invoice_id: int) -> tuple[Settled, ...]:
    """What was paid and credited, the first first; deleted payments are left out."""
    rows = (
        await Payment.objects()
        .where(Payment.invoice == invoice_id, Payment.status != "DELETED")
        .order_by(Payment.paid_on, Payment.id)
    )
    return tuple(Settled(_label(row), row.paid_on, amount(row.amount)) for row in rows)


def _label(row: Payment) -> str:
    return "Written off" if row.is_write_off else PAYMENTS.get(row.kind, "Payment")


async def closed_invoices_of(customer_id: int, limit: int = 12) -> tuple[ClosedInvoice, ...]:
    """The last ones paid or voided; drafts are none of ours."""
    closed = Invoice.status.is_in(["PAID", "VOIDED"])
    rows = (
        await Invoice.objects()
        .where(Invoice.customer == customer_id, Invoice.is_open.eq(False), closed)
        .order_by(Invoice.issued_on, Invoice.id, ascending=False)
        .limit(limit)
    )
    return tuple(ClosedInvoice(r.id, r.number, r.currency, amount(r.total), r.due_on, r.paid_on, r.status) for r in rows)


async def open_invoices_of(customer_id: int) -> tuple[Invoice, ...]:
    """Oldest due first."""
    mine = (Invoice.customer == customer_id) & Invoice.is_open.eq(True)
    rows = await Invoice.objects().where(mine)
    return tuple(sorted(rows, key=lambda row: (row.due_on or date.max, row.number, row.id)))


async def open_credits_of(customer_id: int) -> tuple[Credit, ...]:
    return tuple(
        await Credit.objects().where(Credit.customer == customer_id, Credit.remaining > 0).order_by(Credit.issued_on, Credit.id)
    )


async def currencies_of(member: SignedIn) -> list[str]:
    """The currencies invoiced in, the base currency first; foreign ones are those with a rate."""
    foreign = (Invoice.organisation == member.organisation_id) & (Invoice.rate != "1")
    found: list[str] = await Invoice.select(Invoice.currency).where(foreign).distinct().output(as_list=True)
    return [member.currency, *sorted(set(found) - {member.currency})]


async def newest_receipt_of(organisation_id: int, by: date | None = None) -> date | None:
    """The day of the last payment that Xero knows of (by a day)."""
    rows = await fetch(_NEWEST_RECEIPT, organisation_id, by or date.max)
    return as_day(rows[0]["paid_on"])


_NEWEST_RECEIPT = "SELECT MAX(paid_on) AS paid_on FROM payment WHERE organisation = {} AND kind = 'payment' AND paid_on <= {}"
