"""Books from a file of Xero-shaped JSON. What a Xero answer needs is filled in; what is odd stays odd."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from .books import SHELVES, Books
from .draws import Dice
from .organisation import organisation, set_up
from .records import NOTHING, PARITY, Json, decode, money, read_day, read_ms, set_day, stamp, stamp_string

DATES = ("Date", "DueDate", "ExpectedPaymentDate", "PlannedPaymentDate", "FullyPaidOnDate")
LISTS = {
    "Contacts": ("Addresses", "Phones", "ContactGroups", "ContactPersons"),
    "Invoices": ("Payments", "CreditNotes", "Prepayments", "Overpayments", "LineItems"),
    "CreditNotes": ("Allocations", "Payments", "LineItems"),
    "Prepayments": ("Allocations", "Payments", "LineItems"),
    "Overpayments": ("Allocations", "Payments", "LineItems"),
    "Payments": (),
}
LONG_AGO = 1_577_836_800_000
"""The update stamp of records that come without one: the beginning of 2020."""


def books_from_file(path: Path | str) -> Books:
    """Reads {"Organisation": …, "Contacts": […], "Invoices": […], …}; raises ValueError when that is not what it holds."""
    try:
        content = decode(Path(path).read_bytes())
    except ValueError as error:
        raise ValueError(f"{path} holds no JSON: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} holds no object with Contacts and Invoices")
    return books_from(content)


def books_from(content: Json) -> Books:
    """The same from a value already read."""
    dice = Dice(0)
    given: Json = content.get("Organisation") or next(iter(content.get("Organisations") or []), {})
    books = set_up(Books({**organisation("Books from a file", dice, "!F1LeX"), **given}, dice))
    for plural, singular in SHELVES:
        for record in content.get(plural) or []:
            books.shelves[plural].add(_filled(books, plural, singular, dict(record)))
    for shelf in books.shelves.values():
        shelf.given = len(shelf.added)
    books.users = content.get("Users") or books.users
    books.themes = content.get("BrandingThemes") or books.themes
    return books


def _filled(books: Books, plural: str, singular: str, record: Json) -> Json:
    """Missing keys are filled in; keys that are there stay as they are, null and nonsense included."""
    record.setdefault(f"{singular}ID", books.new_guid(singular.lower()))
    for name in LISTS[plural]:
        record.setdefault(name, [])
    for name in DATES:
        _complete_date(record, name)
    _complete_stamp(record, twin=plural != "Contacts")
    _FILLERS[plural](books, record)
    for name, value in record.items():
        if isinstance(value, float):
            record[name] = Decimal(str(value))
    return record


def _complete_date(record: Json, name: str) -> None:
    """An ISO date becomes Xero's form; a date in Xero's form gets its twin; null stays null."""
    text = record.get(name) or (record.get(f"{name}String") if name not in record else None)
    if read_ms(text) == NOTHING:
        return
    if not str(text).startswith("/Date("):
        set_day(record, name, read_day(text))
    elif name != "FullyPaidOnDate":
        day = read_day(text)
        record.setdefault(f"{name}String", f"{day.isoformat()}T00:00:00" if day else None)


def _complete_stamp(record: Json, *, twin: bool) -> None:
    milliseconds = read_ms(record.get("UpdatedDateUTC"))
    if milliseconds == NOTHING and record.get("UpdatedDateUTC") is None:
        milliseconds = LONG_AGO
    if milliseconds != NOTHING:
        record["UpdatedDateUTC"] = stamp(milliseconds)
        if twin:
            record.setdefault("UpdatedDateUTCString", stamp_string(milliseconds))


def _fill_contact(books: Books, contact: Json) -> None:
    defaults: Json = {
        "ContactStatus": "ACTIVE",
        "EmailAddress": "",
        "BankAccountDetails": "",
        "IsSupplier": False,
        "IsCustomer": True,
        "HasAttachments": False,
        "HasValidationErrors": False,
    }
    _fill(contact, defaults)


def _fill_invoice(books: Books, invoice: Json) -> None:
    paid, net = _sum(invoice, "Payments", "Amount"), _sum(invoice, "LineItems", "LineAmount")
    total = invoice.get("Total", invoice.get("AmountDue", net))
    defaults: Json = {
        "Type": "ACCREC",
        "Status": "AUTHORISED",
        "Reference": "",
        "CurrencyCode": books.base_currency,
        "CurrencyRate": PARITY,
        "LineAmountTypes": "Exclusive",
        "SubTotal": total,
        "TotalTax": Decimal("0.00"),
        "Total": total,
        "AmountPaid": paid,
        "AmountCredited": Decimal("0.00"),
        "SentToContact": True,
        "IsDiscounted": False,
        "HasAttachments": False,
        "HasErrors": False,
    }
    _fill(invoice, defaults)
    open_status = invoice["Status"] not in ("PAID", "VOIDED", "DELETED")
    due = money(invoice["Total"]) - money(invoice["AmountPaid"]) - money(invoice["AmountCredited"])
    invoice.setdefault("AmountDue", due if open_status else Decimal("0.00"))


def _fill_credit(books: Books, credit: Json) -> None:
    total = credit.get("Total", credit.get("RemainingCredit", Decimal("0.00")))
    applied = _sum(credit, "Allocations", "Amount")
    defaults: Json = {
        "Status": "AUTHORISED",
        "CurrencyCode": books.base_currency,
        "CurrencyRate": PARITY,
        "LineAmountTypes": "Exclusive",
        "SubTotal": total,
        "TotalTax": Decimal("0.00"),
        "Total": total,
        "RemainingCredit": money(total) - applied,
        "HasAttachments": False,
    }
    _fill(credit, defaults)


def _fill_credit_note(books: Books, note: Json) -> None:
    _fill(note, {"Type": "ACCRECCREDIT", "ID": note["CreditNoteID"]})
    _fill_credit(books, note)


def _fill_payment(books: Books, payment: Json) -> None:
    _fill(payment, {"Status": "AUTHORISED", "PaymentType": "ACCRECPAYMENT", "CurrencyRate": PARITY, "HasAccount": True})


def _sum(record: Json, entries: str, amount: str) -> Decimal:
    """Of a list in the record, however odd the list is."""
    found = record.get(entries)
    whole = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return sum((money(each.get(amount)) for each in whole), Decimal("0.00"))


def _fill(record: Json, defaults: Json) -> None:
    for name, value in defaults.items():
        record.setdefault(name, value)


_FILLERS: dict[str, Callable[[Books, Json], None]] = {
    "Contacts": _fill_contact,
    "Invoices": _fill_invoice,
    "CreditNotes": _fill_credit_note,
    "Prepayments": _fill_credit,
    "Overpayments": _fill_credit,
    "Payments": _fill_payment,
}
