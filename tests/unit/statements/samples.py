"""Accounts to make statements of."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.statements.account import Letterhead, OpenInvoice, Receipt, StatementAccount, UnusedCredit, accounts

TODAY = date(2026, 11, 30)

LETTERHEAD: dict[str, Any] = {
    "name": "Borealis Studio Ltd",
    "lines": ("1 High Street", "London N1 1AA"),
    "particulars": "Borealis Studio Ltd · registered number 01234567",
    "accent": "#0f6456",
    "bank": (("Sort code", "20-00-00"),),
    "footer": "",
    "locale": "en_GB",
    "paper": "a4",
}


def an_invoice(number: str, outstanding: str, **facts: Any) -> OpenInvoice:
    standard = {
        "reference": "",
        "currency": "GBP",
        "issued_on": TODAY - timedelta(days=40),
        "due_on": TODAY - timedelta(days=10),
        "total": Decimal(outstanding),
        "outstanding": Decimal(outstanding),
    }
    return OpenInvoice(number=number, **{**standard, **facts})


def a_statement(
    invoices: Sequence[OpenInvoice],
    credits: Sequence[UnusedCredit] = (),
    receipts: Sequence[Receipt] = (),
    customer: str = "Harbour Foods Ltd",
    **letterhead: Any,
) -> StatementAccount:
    return StatementAccount(
        letterhead=Letterhead(**{**LETTERHEAD, **letterhead}),
        customer=customer,
        address=("12 Quay Street", "Bristol BS1 4DJ"),
        account_number="HAR-014",
        as_of_on=TODAY,
        since_on=date(2026, 10, 31),
        currencies=accounts(invoices, credits, receipts, TODAY, "GBP"),
    )
