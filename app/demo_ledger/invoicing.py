"""Sales invoices and credit notes: written, edited, voided, with the refusals Xero has for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from .books import Books
from .records import PARITY, Json, money, read_day, set_day, set_updated
from .refusals import HAS_PAYMENTS, NOT_MODIFIABLE, Refused
from .sales import rate_on

DAYS = ("Date", "DueDate", "ExpectedPaymentDate", "PlannedPaymentDate")
QUIET = {"DueDate", "SentToContact", "ExpectedPaymentDate"}
"""Changes that make no journal: on a part-paid invoice they leave UpdatedDateUTC as it was."""
ALWAYS_ALLOWED = {"SentToContact", "Url"}
CLOSED = ("PAID", "VOIDED", "DELETED")


@dataclass(frozen=True)
class NewInvoice:
    """What a new document needs; lines are (description, quantity, unit amount), taxed at 20 % in pounds."""

    contact: str
    lines: Sequence[tuple[str, Decimal, Decimal]]
    issued: date
    due: date | None = None
    number: str | None = None
    reference: str = ""
    currency: str = "GBP"
    status: str = "AUTHORISED"
    kind: str = "ACCREC"
    sent: bool = True


def create_invoice(books: Books, new: NewInvoice, *, at: datetime) -> Json:
    """Raises Missing for an unknown contact, Refused in a locked period."""
    _, contact = books.contact(new.contact)
    books.check_lock(new.issued)
    invoice: Json = {
        "Type": new.kind,
        "InvoiceID": books.new_guid("invoice"),
        "InvoiceNumber": new.number or _next_number(books),
        "Reference": new.reference,
        **{name: [] for name in ("Payments", "CreditNotes", "Prepayments", "Overpayments")},
        "AmountPaid": Decimal("0.00"),
        "AmountCredited": Decimal("0.00"),
        "SentToContact": new.sent,
        "IsDiscounted": False,
        "HasAttachments": False,
        "HasErrors": False,
        "Contact": {name: contact[name] for name in ("ContactID", "Name")},
        "Status": new.status,
        **_currency(books, new),
    }
    set_day(invoice, "Date", new.issued)
    set_day(invoice, "DueDate", new.due or new.issued + timedelta(days=30))
    write_lines(books, invoice, new.lines)
    set_updated(invoice, at)
    books.invoices.add(invoice)
    return invoice


def _currency(books: Books, new: NewInvoice) -> Json:
    rate = PARITY if new.currency == books.base_currency else rate_on(new.currency, new.issued.toordinal())
    return {"CurrencyCode": new.currency, "CurrencyRate": rate}


def _next_number(books: Books) -> str:
    number = len(books.invoices) + 1
    while books.invoices.find(f"INV-{number:04d}") is not None:
        number += 1
    return f"INV-{number:04d}"


def write_lines(books: Books, document: Json, lines: Sequence[tuple[str, Decimal, Decimal]]) -> None:
    """Replaces the line items and works out the totals; nothing may have been paid yet."""
    taxed = document.get("CurrencyCode") == "GBP"
    document["LineAmountTypes"] = "Exclusive"
    document["LineItems"] = [_line(books, line, taxed=taxed) for line in lines]
    document["SubTotal"] = sum((line["LineAmount"] for line in document["LineItems"]), Decimal("0.00"))
    document["TotalTax"] = sum((line["TaxAmount"] for line in document["LineItems"]), Decimal("0.00"))
    document["Total"] = document["SubTotal"] + document["TotalTax"]
    document["AmountDue"] = document["Total"]


def _line(books: Books, line: tuple[str, Decimal, Decimal], *, taxed: bool) -> Json:
    description, quantity, unit = line
    amount = money(quantity * unit)
    return {
        "Description": description,
        "UnitAmount": money(unit),
        "TaxType": "OUTPUT2" if taxed else "ZERORATEDOUTPUT",
        "TaxAmount": money(amount / 5) if taxed else Decimal("0.00"),
        "LineAmount": amount,
        "AccountCode": "200",
        "Tracking": [],
        "Quantity": quantity.quantize(Decimal("0.0001")),
        "LineItemID": books.new_guid("line"),
    }


def create_credit_note(books: Books, new: NewInvoice, *, at: datetime) -> Json:
    """An authorised, unallocated credit note."""
    _, contact = books.contact(new.contact)
    note: Json = {
        "CreditNoteID": books.new_guid("credit"),
        "CreditNoteNumber": new.number or f"CN-{len(books.shelves['CreditNotes']) + 1:04d}",
        "Type": "ACCRECCREDIT",
        "Reference": new.reference,
        "Allocations": [],
        "Payments": [],
        "SentToContact": new.sent,
        "HasAttachments": False,
        "HasErrors": False,
        "Contact": {name: contact[name] for name in ("ContactID", "Name")},
        "Status": "AUTHORISED",
        **_currency(books, new),
    }
    note["ID"] = note["CreditNoteID"]
    set_day(note, "Date", new.issued)
    write_lines(books, note, new.lines)
    note["RemainingCredit"] = note.pop("AmountDue")
    set_updated(note, at)
    books.shelves["CreditNotes"].add(note)
    return note


def has_been_settled(invoice: Json) -> bool:
    """Whether a payment, prepayment, overpayment or credit note stands on it."""
    return bool(money(invoice.get("AmountPaid")) or money(invoice.get("AmountCredited")))


def check_editable(books: Books, invoice: Json, names: set[str]) -> None:
    """What the API refuses to change: closed, settled in part, or in a locked period. Raises Refused."""
    if names <= ALWAYS_ALLOWED:
        return
    if has_been_settled(invoice) and invoice.get("Status") == "AUTHORISED":
        raise Refused(HAS_PAYMENTS)
    if invoice.get("Status") in CLOSED:
        raise Refused(NOT_MODIFIABLE)
    if "ExpectedPaymentDate" in names and invoice.get("Type") != "ACCREC":
        raise Refused("ExpectedPaymentDate can only be set on sales invoices")
    books.check_lock(read_day(invoice.get("Date")))


def edit_invoice(books: Books, ref: str, changes: Mapping[str, Any], *, at: datetime, checked: bool = False) -> Json:
    """Changes fields of an invoice. Days come as dates or None; other values as they stand on the wire.

    With `checked` Xero's refusals for API writes apply; without, this is the bookkeeper in Xero, who may do more.
    """
    place, invoice = books.open("Invoices", ref)
    if checked:
        check_editable(books, invoice, set(changes))
    quiet = has_been_settled(invoice) and set(changes) <= QUIET
    for name, value in changes.items():
        _change(invoice, name, value)
    if not quiet:
        set_updated(invoice, at)
    books.invoices.put(place, invoice)
    return invoice


def _change(invoice: Json, name: str, value: Any) -> None:
    if name in DAYS and (value is None or isinstance(value, date)):
        set_day(invoice, name, value)
    else:
        invoice[name] = value


def void_invoice(books: Books, ref: str, *, at: datetime) -> Json:
    """Voids an approved invoice, or deletes one that never was. Raises Missing or Refused."""
    place, invoice = books.open("Invoices", ref)
    if has_been_settled(invoice):
        raise Refused(HAS_PAYMENTS)
    if invoice.get("Status") in CLOSED:
        raise Refused(NOT_MODIFIABLE)
    books.check_lock(read_day(invoice.get("Date")))
    invoice["Status"] = "VOIDED" if invoice.get("Status") == "AUTHORISED" else "DELETED"
    invoice["AmountDue"] = Decimal("0.00")
    set_updated(invoice, at)
    books.invoices.put(place, invoice)
    return invoice


def set_lock_date(books: Books, day: date | None, name: str = "PeriodLockDate") -> None:
    """Locks all documents up to and including the day; None unlocks."""
    set_day(books.organisation, name, day)
    books.organisation.pop(f"{name}String", None)
