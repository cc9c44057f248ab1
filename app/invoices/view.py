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


def _deducted(value: Decimal, currency: str, locale: str) -> str:
    return money(-value, currency, locale) if value else ""
