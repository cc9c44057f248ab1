"""The reading half of the Accounting API."""

from collections.abc import Callable
from typing import Any

from litestar import Response, get

from .answers import Asked, TheLedger, envelope, json_answer
from .books import SHELVES, Books
from .faults import Fault
from .ledger import Ledger
from .online import online_address
from .organisation import actions
from .pdf import invoice_pdf
from .query import Query, page_of, pagination, read_query
from .records import Json
from .refusals import forbidden, not_found, unauthorised
from .shelf import Shelf
from .where import fulfils, parse

ROOT = "/api.xro/2.0"
SINGULAR = dict(SHELVES)
SCOPES = {
    "Invoices": "invoices", "CreditNotes": "invoices", "Payments": "payments", "Prepayments": "payments",
    "Overpayments": "payments", "Contacts": "contacts", "Organisation": "settings", "BrandingThemes": "settings",
    "Users": "settings", "Accounts": "settings", "InvoiceReminders": "settings",
}  # fmt: skip
WITHOUT_ONLINE = ("DRAFT", "SUBMITTED", "DELETED", "VOIDED")


def books_for(ledger: Ledger, request: Asked) -> Books:
    """The organisation that the bearer may read. Raises 401 or 403 as Xero does."""
    grant = ledger.holder(request.headers.get("authorization"))
    if grant is None:
        raise unauthorised(
            "TokenExpired: token expired" if request.headers.get("authorization") else "AuthorizationUnsuccessful"
        )
    if not _has_scope(grant.scopes, request):
        raise unauthorised("AuthorizationUnsuccessful")
    books = ledger.connected(grant, request.headers.get("xero-tenant-id"))
    if books is None:
        raise forbidden()
    return books


def _has_scope(scopes: list[str], request: Asked) -> bool:
    """The granular scope of the resource, or the broad one that older applications still have."""
    resource = request.url.path.removeprefix(ROOT).strip("/").split("/")[0]
    name = SCOPES.get(resource, "settings")
    wanted = {f"accounting.{name}"} | ({"accounting.transactions"} if name in ("invoices", "payments") else set())
    if request.method == "GET":
        wanted |= {f"{scope}.read" for scope in wanted}
    return not wanted.isdisjoint(scopes)


@get([f"{ROOT}/{plural}" for plural in SINGULAR])
async def list_records(request: Asked, ledger: TheLedger) -> Response[bytes]:
    books = books_for(ledger, request)
    return await ledger.aside(books, lambda: _list(request, ledger, books))


def _list(request: Asked, ledger: Ledger, books: Books) -> Response[bytes]:
    shelf = books.shelves[request.url.path.removeprefix(ROOT).strip("/")]
    fault: Fault | None = request.scope.get("state", {}).get("fault")
    settings = ledger.settings
    query = read_query(
        dict(request.query_params.items()),
        request.headers.get("if-modified-since"),
        max_page_size=settings.max_page_size,
    )
    rows = ledger.finder.rows(shelf, query, high_volume_above=settings.high_volume_above)
    shown = page_of(rows, _other_page(query, fault), fault.shift if fault and fault.fault == "moving_pages" else 0)
    paged = query.page is not None
    write = ledger.presenter(books).listed(shelf, ledger.clock.today(), paged=paged, summary=query.summary_only)
    records = [write(shelf.get(row)) for row in shown]
    _mutate(records, fault)
    return json_answer(envelope(ledger, shelf.plural, records, pagination(rows, query) if paged else None))


def _other_page(query: Query, fault: Fault | None) -> Query:
    step = {"repeated_page": -1, "missing_page": 1}.get(fault.fault, 0) if fault else 0
    return Query(page=query.page + step, page_size=query.page_size) if query.page and step else query


def _mutate(records: list[Json], fault: Fault | None) -> None:
    if fault is not None and fault.fault == "mutate":
        for place in range(0, len(records), max(1, fault.every)):
            records[place] = {**records[place], fault.field: fault.value}


@get([f"{ROOT}/{plural}/{{ref:str}}" for plural in SINGULAR])
async def show_record(request: Asked, ledger: TheLedger) -> Response[bytes]:
    """By identifier, or an invoice by its number; an invoice as PDF where that is what is accepted."""
    books = books_for(ledger, request)
    return await ledger.aside(books, lambda: _show(request, ledger, books))


def _show(request: Asked, ledger: Ledger, books: Books) -> Response[bytes]:
    shelf, record = _found(books, request)
    if shelf.plural == "Invoices" and "application/pdf" in request.headers.get("accept", ""):
        return Response(invoice_pdf(books, record), media_type="application/pdf")
    whole = ledger.presenter(books).whole(shelf, record, ledger.clock.today())
    return json_answer(envelope(ledger, shelf.plural, [whole]))


def _found(books: Books, request: Asked) -> tuple[Shelf, Json]:
    plural, ref = request.url.path.removeprefix(ROOT).strip("/").split("/")[:2]
    shelf = books.shelves[plural]
    place = shelf.find(request.path_params.get("ref", ref))
    if place is None:
        raise not_found()
    return shelf, shelf.get(place)


@get(f"{ROOT}/Invoices/{{ref:str}}/pdf", sync_to_thread=False)
def invoice_as_pdf(request: Asked, ledger: TheLedger) -> Response[bytes]:
    """The address the API description gives; clients use the Accept header instead."""
    books = books_for(ledger, request)
    return Response(invoice_pdf(books, _found(books, request)[1]), media_type="application/pdf")


@get(f"{ROOT}/Invoices/{{ref:str}}/OnlineInvoice", sync_to_thread=False)
def online_invoice(request: Asked, ledger: TheLedger) -> Response[bytes]:
    books = books_for(ledger, request)
    _, record = _found(books, request)
    if record.get("Status") in WITHOUT_ONLINE or record.get("Type") != "ACCREC":
        raise not_found()
    address = online_address(str(request.base_url), books, record)
    return json_answer(envelope(ledger, "OnlineInvoices", [{"OnlineInvoiceUrl": address}]))


@get(f"{ROOT}/Organisation", sync_to_thread=False)
def organisation(request: Asked, ledger: TheLedger) -> Response[bytes]:
    return json_answer(envelope(ledger, "Organisations", [books_for(ledger, request).organisation]))


@get(f"{ROOT}/Organisation/Actions", sync_to_thread=False)
def organisation_actions(request: Asked, ledger: TheLedger) -> Response[bytes]:
    books_for(ledger, request)
    return json_answer(envelope(ledger, "Actions", actions(ledger.role)))


@get(f"{ROOT}/InvoiceReminders/Settings", sync_to_thread=False)
def invoice_reminders(request: Asked, ledger: TheLedger) -> Response[bytes]:
    enabled = books_for(ledger, request).reminders_enabled
    return json_answer(envelope(ledger, "InvoiceReminders", [{"Enabled": enabled}]))


@get([f"{ROOT}/Users", f"{ROOT}/BrandingThemes", f"{ROOT}/Accounts"], sync_to_thread=False)
def list_settings(request: Asked, ledger: TheLedger) -> Response[bytes]:
    """The short lists: never paged, filtered by `where` all the same."""
    books = books_for(ledger, request)
    plural = request.url.path.rsplit("/", 1)[1]
    records = _SETTINGS[plural](ledger, books)
    if where := request.query_params.get("where"):
        condition: Any = parse(where)
        records = [
            record for record in records if all(fulfils(record, part) for part in getattr(condition, "parts", [condition]))
        ]
    return json_answer(envelope(ledger, plural, records))


def _users(ledger: Ledger, books: Books) -> list[Json]:
    """The first user is the one who signed in, with the role the ledger was given."""
    first, *others = books.users
    return [{**first, "OrganisationRole": ledger.role}, *others]


_SETTINGS: dict[str, Callable[[Ledger, Books], list[Json]]] = {
    "Users": _users,
    "BrandingThemes": lambda _, books: books.themes,
    "Accounts": lambda _, books: books.accounts,
}

HANDLERS = (
    list_records, show_record, invoice_as_pdf, online_invoice, organisation, organisation_actions, invoice_reminders,
    list_settings,
)  # fmt: skip
