"""An invoice's facts as on the paper, in words."""

from datetime import date
from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from app.money import amount
from components.format import age, day, money

STATES = {"PAID": "Paid", "VOIDED": "Void", "DELETED": "Deleted", "DRAFT": "Draft", "SUBMITTED": "Awaiting approval"}


class Paper(Protocol):
    """What of an invoice is printed."""

    @property
    def status(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def issued_on(self) -> date | None: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def paid_on(self) -> date | None: ...
    @property
    def total(self) -> int: ...
    @property
    def paid(self) -> int: ...
    @property
    def credited(self) -> int: ...
    @property
    def outstanding(self) -> int: ...
    @property
    def is_open(self) -> bool: ...


class InvoiceFacts(Struct, frozen=True, kw_only=True):
    """`when` as in "8 days overdue"; amounts as people read them, empty where there is none."""

    headline: str
    when: str
    is_overdue: bool
    total: str
    paid: str
    credited: str
    outstanding: str


def facts_of(invoice: Paper, today: date, locale: str) -> InvoiceFacts:
    return InvoiceFacts(
        headline=money(amount(invoice.outstanding if invoice.is_open else invoice.total), invoice.currency, locale),
        when=_when(invoice, today, locale),
        is_overdue=invoice.is_open and invoice.due_on is not None and invoice.due_on < today,
        total=money(amount(invoice.total), invoice.currency, locale),
        paid=_deducted(amount(invoice.paid), invoice.currency, locale),
        credited=_deducted(amount(invoice.credited), invoice.currency, locale),
        outstanding=money(amount(invoice.outstanding), invoice.currency, locale),
    )


def _when(invoice: Paper, today: date, locale: str) -> str:
    if invoice.is_open:
        return age((today - invoice.due_on).days) if invoice.due_on else "no due date"
    if invoice.paid_on is not None and invoice.status == "PAID":
        return f"paid on {day(invoice.paid_on, today, locale)}"
    return STATES.get(invoice.status, invoice.status.lower()).lower()


_CLOSED = {
    "VOIDED": "It is void in Xero, so nothing is chased.",
    "DELETED": "It is deleted in Xero, so nothing is chased.",
    "DRAFT": "It is a draft in Xero, so nothing is chased.",
    "SUBMITTED": "It awaits approval in Xero, so nothing is chased yet.",
}


def why_closed(invoice: Paper) -> str:
    """Why an invoice that is not open is not chased."""
    if invoice.status in _CLOSED:
        return _CLOSED[invoice.status]
    if invoice.status not in ("AUTHORISED", "PAID"):
        return f"Xero gives it a status that is not known here ({invoice.status}), so it is not chased. Look at it in Xero."
    if invoice.outstanding < 0:
        return "Xero says that less than nothing is due, so nothing is chased. Look at it in Xero."
    return "Nothing is outstanding, so nothing is chased."


def _deducted(value: Decimal, currency: str, locale: str) -> str:
    return money(-value, currency, locale) if value else ""
