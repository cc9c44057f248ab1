"""Invoices and payments that a client posts: read, checked, carried out or refused in Xero's words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import msgspec

from .answers import envelope
from .books import Books
from .faults import Fault
from .invoicing import NewInvoice, check_editable, create_invoice, edit_invoice, void_invoice
from .ledger import Ledger
from .receipts import Receipt, delete_payment, record_payment
from .records import NOTHING, Json, decode, money, read_day, read_ms
from .refusals import NOT_MODIFIABLE, Missing, Refused, bad_data, not_found, validation, with_errors
from .xml_bodies import read_xml

DATES = ("Date", "DueDate", "ExpectedPaymentDate", "PlannedPaymentDate")
PLAIN = ("SentToContact", "Reference", "Url", "BrandingThemeID", "InvoiceNumber")
Act = Callable[[], Json]


@dataclass(frozen=True)
class Writing:
    """What every act of one request shares."""

    ledger: Ledger
    books: Books
    fault: Fault | None

    @property
    def at(self) -> Any:
        return self.ledger.clock.now()


def read_changes(element: Json) -> Json:
    """What a posted invoice changes: days as dates or None, the rest as sent. Raises a 400 refusal on a bad date.

    An empty ExpectedPaymentDate changes nothing; an empty ExpectedPaymentDateString takes the date away.
    """
    changes: Json = {name: element[name] for name in PLAIN if element.get(name) is not None}
    for name in DATES:
        if element.get(name):
            changes[name] = _day(element[name], name)
        twin = f"{name}String"
        if twin in element:
            changes[name] = _day(element[twin], twin) if element[twin] else None
    return changes


def _day(text: object, name: str) -> date:
    day = read_day(text) if read_ms(text) != NOTHING else None
    if day is None:
        raise bad_data(f"The {name} '{text}' could not be read: the date is not in a supported format")
    return day


def prepare_invoice(writing: Writing, element: Json) -> Act:
    """Checks one posted invoice and returns what will carry it out. Raises Refused, Missing or a refusal."""
    ref = element.get("InvoiceID") or element.get("InvoiceNumber")
    place = writing.books.invoices.find(str(ref)) if ref else None
    if place is None:
        if element.get("InvoiceID"):
            raise Missing("Invoice not found")
        return partial(create_invoice, writing.books, _new_invoice(writing, element), at=writing.at)
    return _prepare_change(writing, writing.books.invoices.get(place), element)


def _prepare_change(writing: Writing, invoice: Json, element: Json) -> Act:
    books, ref = writing.books, str(invoice["InvoiceID"])
    changes = {name: new for name, new in read_changes(element).items() if name != "InvoiceNumber" or new != invoice.get(name)}
    status = element.get("Status")
    if status and status != invoice.get("Status"):
        return _prepare_status(writing, invoice, str(status), changes)
    wanted = set(changes) | ({"LineItems"} if element.get("LineItems") else set())
    check_editable(books, invoice, wanted)
    return lambda: _recomputed(writing, edit_invoice(books, ref, changes, at=writing.at, checked=True))


def _prepare_status(writing: Writing, invoice: Json, status: str, changes: Json) -> Act:
    ref = str(invoice["InvoiceID"])
    check_editable(writing.books, invoice, {"Status"})
    if status in ("VOIDED", "DELETED"):
        return lambda: void_invoice(writing.books, ref, at=writing.at)
    if status not in ("SUBMITTED", "AUTHORISED") or invoice.get("Status") not in ("DRAFT", "SUBMITTED"):
        raise Refused(NOT_MODIFIABLE)
    return lambda: edit_invoice(writing.books, ref, {**changes, "Status": status}, at=writing.at)


def _recomputed(writing: Writing, invoice: Json) -> Json:
    """Under the fault `recompute` a write moves the totals, as Xero has done to discounted invoices."""
    if writing.fault is None or writing.fault.fault != "recompute":
        return invoice
    by = money(writing.fault.value or "-1.00")
    moved = {name: money(invoice.get(name)) + by for name in ("SubTotal", "Total", "AmountDue")}
    return edit_invoice(writing.books, str(invoice["InvoiceID"]), moved, at=writing.at)


def _new_invoice(writing: Writing, element: Json) -> NewInvoice:
    contact = element.get("Contact") or {}
    ref = str(contact.get("ContactID") or contact.get("Name") or "")
    if not ref:
        raise Refused("A Contact must be specified for this type of transaction")
    writing.books.contact(ref)
    changes = read_changes(element)
    issued = changes.get("Date") or writing.ledger.clock.today()
    writing.books.check_lock(issued)
    return NewInvoice(
        contact=ref,
        lines=_lines(element.get("LineItems") or []),
        issued=issued,
        due=changes.get("DueDate"),
        number=element.get("InvoiceNumber"),
        reference=str(element.get("Reference") or ""),
        currency=str(element.get("CurrencyCode") or writing.books.base_currency),
        status=str(element.get("Status") or "DRAFT"),
        kind=str(element.get("Type") or "ACCREC"),
        sent=bool(element.get("SentToContact")),
    )


def _lines(items: Sequence[Json]) -> list[tuple[str, Decimal, Decimal]]:
    if not items:
        raise Refused("One or more line items must be specified")
    return [
        (str(item.get("Description") or ""), _number(item, "Quantity", "1"), _number(item, "UnitAmount", "0")) for item in items
    ]


def _number(item: Json, name: str, default: str) -> Decimal:
    try:
        return Decimal(str(item.get(name) if item.get(name) is not None else default))
    except ArithmeticError as error:
        raise bad_data(f"{name} is not a number") from error


def prepare_payment(writing: Writing, element: Json) -> Act:
    """A new payment, or the deletion of one that is named with Status DELETED."""
    if element.get("PaymentID"):
        if element.get("Status") != "DELETED":
            raise Refused("A payment can only be deleted")
        return lambda: delete_payment(writing.books, str(element["PaymentID"]), at=writing.at)
    invoice = element.get("Invoice") or {}
    ref = str(invoice.get("InvoiceID") or invoice.get("InvoiceNumber") or element.get("InvoiceNumber") or "")
    account = element.get("Account") or {}
    code = str(account.get("AccountID") or account.get("Code") or element.get("Code") or "")
    on = _day(element["Date"], "Date") if element.get("Date") else writing.ledger.clock.today()
    amount = None if element.get("Amount") is None else money(element["Amount"])
    receipt = Receipt(amount, on, code, str(element.get("Reference") or ""))
    writing.books.open("Invoices", ref)
    writing.books.account(code)
    return lambda: record_payment(writing.books, ref, receipt, at=writing.at)


def write_all(writing: Writing, plural: str, elements: Sequence[Json], *, summarise: bool) -> Json:
    """Carries out all elements, or none when one is refused; with summarizeErrors=false the good ones go through."""
    prepare = prepare_invoice if plural == "Invoices" else prepare_payment
    acts: list[Act | Json] = [_checked(prepare, writing, element) for element in elements]
    errors = [act for act in acts if isinstance(act, dict)]
    if errors and summarise:
        raise validation(errors)
    written = [
        act if isinstance(act, dict) else _carried_out(act, element) for act, element in zip(acts, elements, strict=True)
    ]
    if summarise and (errors := [record for record in written if record.get("HasErrors")]):
        raise validation(errors)
    shelf = writing.books.shelves[plural]
    presenter, today = writing.ledger.presenter(writing.books), writing.ledger.clock.today()
    shown = [record if record.get("HasErrors") else presenter.whole(shelf, record, today) for record in written]
    return envelope(writing.ledger, plural, shown)


def _checked(prepare: Callable[[Writing, Json], Act], writing: Writing, element: Json) -> Act | Json:
    try:
        return prepare(writing, element)
    except Refused as refused:
        return with_errors(_echo(writing.books, element), refused.messages)
    except Missing as missing:
        return with_errors(element, [str(missing)])


def _echo(books: Books, element: Json) -> Json:
    """Xero echoes the whole invoice a change was refused on."""
    place = books.invoices.find(str(element.get("InvoiceID") or element.get("InvoiceNumber") or ""))
    return {**books.invoices.get(place), **element} if place is not None else element


def _carried_out(act: Act, element: Json) -> Json:
    try:
        return act()
    except (Refused, Missing) as error:
        return with_errors(element, [str(error)])


def named(books: Books, plural: str, element: Json, ref: str | None) -> Json:
    """An element posted to an address of its own is about the record at that address."""
    if ref is None:
        return element
    shelf = books.shelves[plural]
    place = shelf.find(ref)
    if place is None:
        raise not_found()
    return {**element, shelf.id_field: shelf.get(place)[shelf.id_field]}


def read_elements(body: bytes, plural: str) -> list[Json]:
    """The records of a request: wrapped in their plural, a bare list, or a single one."""
    try:
        read = read_xml(body) if body.lstrip().startswith(b"<") else decode(body)
    except msgspec.DecodeError as error:
        raise bad_data("The string provided could not be read as JSON") from error
    records = read.get(plural, [read]) if isinstance(read, dict) else read
    records = [records] if isinstance(records, dict) else records
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise bad_data("The body holds no records")
    return records
