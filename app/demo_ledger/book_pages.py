"""The ledger's own pages for a contact and an invoice, at the addresses Xero's deep links use."""

from datetime import date
from typing import Any

from litestar import Response, get, post

from .answers import Asked, TheLedger
from .books import Books
from .invoicing import edit_invoice, void_invoice
from .ledger import Ledger
from .pages import page
from .people import archive_contact, edit_contact
from .receipts import Receipt, record_payment
from .records import Json, money, read_day
from .refusals import Missing, Refused, not_found

CONTACT = "/app/{short_code:str}/contacts/contact/{ref:str}"
INVOICE = "/app/{short_code:str}/invoicing/view/{ref:str}"
FIELDS = ("Name", "FirstName", "LastName", "EmailAddress", "AccountNumber")


def _books(ledger: Ledger, request: Asked) -> Books:
    for books in ledger.organisations:
        if books.organisation.get("ShortCode") == request.path_params["short_code"]:
            return books
    raise not_found()


def _record(books: Books, plural: str, request: Asked) -> Json:
    place = books.shelves[plural].find(request.path_params["ref"])
    if place is None:
        raise not_found()
    return books.shelves[plural].get(place)


@get(CONTACT, sync_to_thread=False)
def show_contact(request: Asked, ledger: TheLedger) -> Response[str]:
    return _contact_page(_books(ledger, request), request)


@post(CONTACT, status_code=200)
async def save_contact(request: Asked, ledger: TheLedger) -> Response[str]:
    books = _books(ledger, request)
    ref, now = _record(books, "Contacts", request)["ContactID"], ledger.clock.now()
    form = await request.form()
    if form.get("do") == "archive":
        archive_contact(books, ref, at=now)
    elif form.get("Name"):
        edit_contact(books, ref, {name: str(form.get(name) or "") for name in FIELDS}, at=now)
    return _contact_page(books, request, said="Saved.")


def _contact_page(books: Books, request: Asked, said: str = "") -> Response[str]:
    contact = _record(books, "Contacts", request)
    fields = {name: contact.get(name) or "" for name in FIELDS}
    status = contact.get("ContactStatus")
    return page("contact.html", organisation=books.organisation.get("Name"), fields=fields, status=status, said=said)


@get(INVOICE, sync_to_thread=False)
def show_invoice(request: Asked, ledger: TheLedger) -> Response[str]:
    return _invoice_page(_books(ledger, request), request)


@post(INVOICE, status_code=200)
async def change_invoice(request: Asked, ledger: TheLedger) -> Response[str]:
    """The bookkeeper pays, voids, or changes a date; a refusal is shown in Xero's words."""
    books = _books(ledger, request)
    ref = _record(books, "Invoices", request)["InvoiceID"]
    form = {name: str(value) for name, value in (await request.form()).items()}
    try:
        _act(books, ref, form, ledger)
    except (Refused, Missing, ValueError) as error:
        return _invoice_page(books, request, problem=str(error))
    return _invoice_page(books, request, said="Saved.")


def _act(books: Books, ref: str, form: dict[str, str], ledger: Ledger) -> None:
    now = ledger.clock.now()
    if form.get("do") == "pay":
        record_payment(books, ref, Receipt(money(form.get("amount")), now.date()), at=now)
    elif form.get("do") == "void":
        void_invoice(books, ref, at=now)
    else:
        names = ("DueDate", "ExpectedPaymentDate")
        changes: dict[str, Any] = {name: date.fromisoformat(form[name]) if form.get(name) else None for name in names}
        edit_invoice(books, ref, changes, at=now)


def _invoice_page(books: Books, request: Asked, *, said: str = "", problem: str = "") -> Response[str]:
    invoice = _record(books, "Invoices", request)
    days = {
        name: day.isoformat() if (day := read_day(invoice.get(name))) else "" for name in ("DueDate", "ExpectedPaymentDate")
    }
    return page(
        "invoice.html",
        status_code=422 if problem else 200,
        organisation=books.organisation.get("Name"),
        number=invoice.get("InvoiceNumber"),
        customer=(invoice.get("Contact") or {}).get("Name"),
        status=invoice.get("Status"),
        currency=invoice.get("CurrencyCode"),
        total=f"{money(invoice.get('Total')):,}",
        outstanding=str(money(invoice.get("AmountDue"))),
        open=invoice.get("Status") == "AUTHORISED",
        days=days,
        said=said,
        problem=problem,
    )


HANDLERS = (show_contact, save_contact, show_invoice, change_invoice)
