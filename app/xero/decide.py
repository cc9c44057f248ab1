"""From a wire record to the values of a row, or to the reason why it cannot be used. Pure.

A record that contradicts itself (paid with something due, no amount, no status) is put aside and what we knew before is
kept: an invoice must never look paid because an answer was damaged.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

import msgspec

from app.money import in_base, units
from app.xero.listing import Resource
from app.xero.values import ZERO, Unusable, currency, day_of, line, money, rate_of, updated, xero_id
from app.xero.wire import AppliedCredit, AppliedPayment, ContactRef, Credit, Invoice

_SETTLED = frozenset({"VOIDED", "DELETED"})
STATUSES = frozenset({"DRAFT", "SUBMITTED", "AUTHORISED", "PAID", *_SETTLED})
"""Of an invoice. One with any other status is not chased."""


class InvoiceFacts(msgspec.Struct, frozen=True, gc=False):
    """Xero's columns of an Invoice row, in the order in which they are written."""

    customer_xero_id: str
    xero_id: str
    number: str
    reference: str
    status: str
    currency: str
    rate: str
    issued_on: date | None
    due_on: date | None
    total: int
    paid: int
    credited: int
    outstanding: int
    outstanding_base: int
    is_open: bool
    paid_on: date | None
    is_sent: bool
    xero_expected_on: date | None
    is_discounted: bool
    branding_theme_id: str
    has_attachments: bool
    xero_updated_at: datetime | None
    xero_stamp: int


class PaymentFacts(msgspec.Struct, frozen=True, gc=False):
    """Money, or a credit, that was applied to an invoice."""

    invoice_xero_id: str
    xero_id: str
    kind: str
    paid_on: date | None
    amount: int
    currency: str


class CreditFacts(msgspec.Struct, frozen=True, gc=False):
    """Xero's columns of a Credit row, in the order in which they are written."""

    customer_xero_id: str
    xero_id: str
    kind: str
    number: str
    status: str
    currency: str
    rate: str
    issued_on: date | None
    total: int
    remaining: int
    xero_updated_at: datetime | None


def contact_of(contact: ContactRef | None) -> str:
    if contact is None:
        raise Unusable("It belongs to no contact.")
    return _contact_id(contact.contact_id)


@lru_cache(maxsize=4096)
def _contact_id(value: str | None) -> str:
    """A page names the same contacts over and over."""
    return xero_id(value, "contact")


def invoice_facts(wire: Invoice, *, base: str, served_at: int) -> InvoiceFacts | None:
    """None for what is no sales invoice. Raise Unusable with the reason."""
    if wire.type is None:
        raise Unusable("It does not say whether it is a sales invoice.")
    if wire.type != "ACCREC":
        return None
    if not wire.status:
        raise Unusable("Its status is missing.")
    code = currency(wire.currency_code, base)
    rate, rate_text = rate_of(wire.currency_rate)
    due = money(wire.amount_due, "The amount due")
    if wire.status == "PAID" and due:
        raise Unusable("It says that it is paid, and that something is due.")
    instant, stamp = updated(wire.updated_date_utc, served_at)
    return InvoiceFacts(
        contact_of(wire.contact),
        xero_id(wire.invoice_id, "identifier"),
        line(wire.invoice_number, 255) or "(no number)",
        line(wire.reference, 255),
        line(wire.status, 30),
        code,
        rate_text,
        day_of(wire.date, wire.date_string, "date"),
        day_of(wire.due_date, wire.due_date_string, "due date"),
        money(wire.total, "The total"),
        money(wire.amount_paid or ZERO, "The amount paid"),
        money(wire.amount_credited or ZERO, "The amount credited"),
        due,
        due if code == base else units(in_base(wire.amount_due or ZERO, rate)),
        wire.status == "AUTHORISED" and due > 0,
        _paid_on(wire),
        bool(wire.sent_to_contact),
        day_of(wire.expected_payment_date, wire.expected_payment_date_string, "expected payment date"),
        bool(wire.is_discounted),
        line(wire.branding_theme_id, 36),
        bool(wire.has_attachments),
        instant,
        stamp,
    )


def _paid_on(wire: Invoice) -> date | None:
    if wire.status != "PAID":
        return None
    return day_of(wire.fully_paid_on_date, None, "day of payment") or max(
        (payment.paid_on for payment in applied(wire, "") if payment.paid_on), default=None
    )


def applied(wire: Invoice, code: str) -> list[PaymentFacts]:
    """Payments and applied credits; of a credit applied twice, the sum. Raise Unusable."""
    if wire.status in _SETTLED:
        return []
    invoice = (wire.invoice_id or "").lower()
    found = [_payment(each, invoice, code) for each in wire.payments or () if each is not None]
    if wire.credit_notes or wire.prepayments or wire.overpayments:
        found.extend(_credits(wire, invoice, code))
    return found


def _payment(wire: AppliedPayment, invoice: str, code: str) -> PaymentFacts:
    paid_on, reference = day_of(wire.date, None, "payment's date"), xero_id(wire.payment_id, "payment")
    return PaymentFacts(invoice, reference, "payment", paid_on, money(wire.amount, "A payment"), code)


def _credits(wire: Invoice, invoice: str, code: str) -> Iterator[PaymentFacts]:
    lists = (("credit_note", wire.credit_notes), ("prepayment", wire.prepayments), ("overpayment", wire.overpayments))
    sums: dict[str, PaymentFacts] = {}
    for kind, credits_applied in lists:
        for credit in credits_applied or ():
            if credit is not None:
                reference = xero_id(_document(credit, kind), "applied credit")
                amount = money(credit.applied_amount or ZERO, "An applied credit")
                earlier = sums.get(reference)
                day = day_of(credit.date, credit.date_string, "credit's date")
                total = amount + (earlier.amount if earlier else 0)
                sums[reference] = PaymentFacts(invoice, reference, kind, day, total, code)
    yield from sums.values()


def _document(credit: AppliedCredit | Credit, kind: str) -> str | None:
    return {
        "credit_note": credit.credit_note_id,
        "prepayment": credit.prepayment_id,
        "overpayment": credit.overpayment_id,
    }[kind]


KINDS = {"credit_notes": "credit_note", "prepayments": "prepayment", "overpayments": "overpayment"}
_RECEIVABLE = frozenset({"ACCRECCREDIT", "RECEIVE-PREPAYMENT", "ARPREPAYMENT", "RECEIVE-OVERPAYMENT", "AROVERPAYMENT"})


def credit_facts(wire: Credit, resource: Resource[Credit], *, base: str, served_at: int) -> CreditFacts | None:
    """None for a supplier's credit. Raise Unusable with the reason."""
    if wire.type is None:
        raise Unusable("It does not say whether it is a customer's credit.")
    if wire.type not in _RECEIVABLE:
        return None
    kind = KINDS[resource.name]
    remaining = ZERO if wire.status in _SETTLED or wire.status == "DRAFT" else wire.remaining_credit
    return CreditFacts(
        contact_of(wire.contact),
        xero_id(_document(wire, kind), "identifier"),
        kind,
        line(wire.credit_note_number or wire.invoice_number or wire.reference, 255),
        line(wire.status, 30),
        currency(wire.currency_code, base),
        rate_of(wire.currency_rate)[1],
        day_of(wire.date, wire.date_string, "date"),
        money(wire.total, "The total"),
        money(remaining, "The remaining credit"),
        updated(wire.updated_date_utc, served_at)[0],
    )


def label_of(wire: Invoice | Credit) -> str:
    """What a person calls it: number and contact."""
    number = wire.invoice_number if isinstance(wire, Invoice) else wire.credit_note_number
    name = wire.contact.name if wire.contact else None
    return line(" · ".join(part for part in (number, name) if part), 255)
