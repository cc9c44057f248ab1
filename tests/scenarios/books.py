"""Books in a file, as `tactful ledger --from` reads them: a small firm, and everything odd that a ledger may hold."""

import json
from pathlib import Path
from typing import Any

from app.demo_ledger.books import Books
from app.demo_ledger.load import books_from_file

Record = dict[str, Any]


def guid(kind: int, number: int) -> str:
    return f"{kind:08x}-0000-4000-8000-{number:012x}"


def read_from_a_file(content: Record, folder: Path) -> Books:
    path = folder / "books.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return books_from_file(path)


def contact(number: int, name: str, **facts: Any) -> Record:
    main = {"ContactID": guid(1, number), "Name": name, "EmailAddress": f"accounts{number}@example.com"}
    return {**main, "FirstName": "Ida", "LastName": "Moss", **facts}


def invoice(number: int, of: int, **facts: Any) -> Record:
    """£120.00, due three weeks ago."""
    dates = {"Date": "2026-10-01", "DueDate": "2026-11-02"}
    return {
        "InvoiceID": guid(2, number), "InvoiceNumber": f"INV-{number}", "Contact": {"ContactID": guid(1, of)}, **dates,
        "AmountDue": 120.0, "Total": 120.0, "CurrencyCode": "GBP", **facts,
    }  # fmt: skip


def a_small_firm() -> Record:
    contacts = [contact(1, "Harbour Foods Ltd"), contact(2, "Larch & Sons"), contact(3, "Quayside Ltd", EmailAddress="")]
    return {"Contacts": contacts, "Invoices": [invoice(n, of) for n, of in ((1, 1), (2, 1), (3, 2), (4, 2), (5, 3))]}


LONG = "Long Name & Company " * 500
NAMES = {
    "long": LONG,
    "emoji": "Café 🧾💸 Ltd 👩🏽‍🚀",
    "right-to-left": "\u202eשלום בע״מ\u202c مؤسسة",
    "zero-width": "Zero\u200bWidth\u200d\ufeff Ltd",
    "nul": "N\x00UL\r\n\tLtd",
    "markup": "<b>Bold</b> {{ 7*7 }} ' \" & </script>",
    "empty": "",
    "null": None,
}

FIELDS = (
    "Type", "InvoiceID", "InvoiceNumber", "Reference", "Contact", "Date", "DateString", "DueDate", "DueDateString",
    "ExpectedPaymentDate", "FullyPaidOnDate", "Status", "CurrencyCode", "CurrencyRate", "Total", "SubTotal", "TotalTax",
    "AmountDue", "AmountPaid", "AmountCredited", "SentToContact", "HasAttachments", "IsDiscounted", "BrandingThemeID",
    "Payments", "CreditNotes", "Prepayments", "Overpayments", "LineItems", "LineAmountTypes", "Url", "HasErrors",
)  # fmt: skip
"""Of an invoice, every one of them null in one record of the odd books."""

CONTACT_FIELDS = (
    "Name", "EmailAddress", "FirstName", "LastName", "AccountNumber", "ContactStatus", "Phones", "Addresses",
    "ContactPersons", "ContactGroups", "DefaultCurrency", "IsCustomer", "IsSupplier", "HasAttachments",
)  # fmt: skip
