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
    "InvoiceID", "InvoiceNumber", "Reference", "Contact", "Date", "DueDate", "ExpectedPaymentDate", "FullyPaidOnDate",
    "Status", "CurrencyCode", "CurrencyRate", "Total", "SubTotal", "TotalTax", "AmountDue", "AmountPaid", "AmountCredited",
    "SentToContact", "HasAttachments", "IsDiscounted", "BrandingThemeID", "Payments", "CreditNotes", "Prepayments",
    "Overpayments", "LineItems", "LineAmountTypes", "Url", "HasErrors", "UpdatedDateUTC",
)  # fmt: skip
"""Of an invoice, each of them null in one record of the odd books; a null Type is no sales invoice to Xero's own filter."""

CONTACT_FIELDS = (
    "Name", "EmailAddress", "FirstName", "LastName", "AccountNumber", "ContactStatus", "Phones", "Addresses",
    "ContactPersons", "ContactGroups", "DefaultCurrency", "IsCustomer", "IsSupplier", "HasAttachments", "UpdatedDateUTC",
)  # fmt: skip

CONTACTS: dict[str, Record] = {
    **{f"null {field}": {field: None} for field in CONTACT_FIELDS},
    **{f"name {name}": {"Name": text, "FirstName": text, "LastName": text} for name, text in NAMES.items()},
    "no address at all": {"EmailAddress": ""},
    "three addresses": {"EmailAddress": "a@example.com; b@example.com, <c@example.com>"},
    "a name for an address": {"EmailAddress": "Ida in accounts"},
    "an address that breaks headers": {"EmailAddress": "a@example.com\r\nBcc: all@example.com"},
    "lists of nothing": {"Phones": [None], "Addresses": [None], "ContactPersons": [None]},
    "a phone of letters": {"Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "call me \x00", "PhoneCountryCode": "++44"}]},
    "a long address": {"Addresses": [{"AddressType": "POBOX", "AddressLine1": LONG, "City": LONG, "Country": LONG}]},
    "an unknown status": {"ContactStatus": "HIBERNATING"},
    "numbers for names": {"Name": 17, "FirstName": 1.5, "AccountNumber": True},
    "text for a list": {"ContactPersons": "none"},
}

INVOICES: dict[str, Record] = {
    **{f"null {field}": {field: None} for field in FIELDS},
    **{f"reference {name}": {"Reference": text} for name, text in NAMES.items()},
    "a long number": {"InvoiceNumber": "N" + "9" * 10_000},
    "an emoji for a number": {"InvoiceNumber": "🧾/\u202e17?x=1&y=<b>"},
    "an unknown currency": {"CurrencyCode": "XXQ"},
    "an unknown status": {"Status": "ODDSTATUS"},
    "a negative amount": {"AmountDue": -120.0, "Total": -120.0},
    "amounts as text": {"AmountDue": "120.00", "Total": "120.00"},
    "words for an amount": {"AmountDue": "lots"},
    "no number": {"AmountDue": "NaN"},
    "infinite": {"AmountDue": "Infinity", "Total": "Infinity"},
    "more than there is": {"AmountDue": 1e30, "Total": 1e30},
    "a tenth of a penny": {"AmountDue": 0.001, "Total": 0.001},
    "nothing due": {"AmountDue": 0.0},
    "paid and due": {"Status": "PAID"},
    "due soon": {"DueDate": "soon", "DueDateString": "soon"},
    "due in year one": {"DueDate": "/Date(-62135596800000+0000)/", "DueDateString": "0001-01-01T00:00:00"},
    "due at the end of time": {"DueDate": "9999-12-31", "DueDateString": "9999-12-31T00:00:00"},
    "due before it was issued": {"DueDate": "2019-01-01"},
    "changed tomorrow": {"UpdatedDateUTC": "/Date(9999999999999)/"},
    "changed some time": {"UpdatedDateUTC": "yesterday"},
    "a contact that is not on file": {"Contact": {"ContactID": guid(1, 9_999), "Name": "Nobody Knows Ltd"}},
    "a contact without its id": {"Contact": {"Name": "Harbour Foods Ltd"}},
    "a rate of nothing": {"CurrencyCode": "EUR", "CurrencyRate": 0},
    "a rate of words": {"CurrencyCode": "EUR", "CurrencyRate": "high"},
    "a currency without pence": {"CurrencyCode": "JPY", "CurrencyRate": 190.1, "AmountDue": 12000, "Total": 12000},
    "text for a list": {"Payments": "none"},
    "a list of nothing": {"Payments": [None], "CreditNotes": [None]},
    "a payment of nothing": {"Payments": [{"PaymentID": None, "Amount": None, "Date": None}]},
    "an id of letters": {"InvoiceID": "not-a-guid"},
    "an id too long": {"InvoiceID": "x" * 400},
    "a string for yes": {"SentToContact": "true"},
    "a word for yes": {"SentToContact": "perhaps"},
    "an object for a text": {"Reference": {"text": "PO-1"}},
    "something new": {"Surprise": [1, {"a": [2]}]},
}


def odd_books() -> Record:
    """The small firm, one customer of each odd kind with an invoice, and Harbour Foods with every odd invoice."""
    firm = a_small_firm()
    for number, facts in enumerate(CONTACTS.values(), start=100):
        firm["Contacts"].append(contact(number, f"Odd {number} Ltd", **facts))
        firm["Invoices"].append(invoice(number, number))
    for number, (kind, facts) in enumerate(INVOICES.items(), start=500):
        firm["Invoices"].append(invoice(number, 1, **{"Reference": f"odd: {kind}", **facts}))
    return firm
