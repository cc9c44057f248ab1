"""What happens in the books without any client: customers pay, bookkeepers edit, the clock moves. JSON in, JSON out."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from litestar import Response, delete, post

from .answers import Asked, TheLedger, json_answer
from .books import Books
from .invoicing import DAYS, NewInvoice, create_credit_note, create_invoice, edit_invoice, set_lock_date, void_invoice
from .ledger import Ledger
from .organisation import BANK_CODE, WRITE_OFF_CODE
from .people import archive_contact, create_contact, edit_contact, merge_contacts
from .receipts import Receipt, allocate_credit, delete_payment, record_payment
from .records import Json, decode, money
from .refusals import Missing, Refusal, Refused

ACCOUNTS = {"bank": BANK_CODE, "writeoff": WRITE_OFF_CODE}


async def read_body(request: Asked, ledger: Ledger) -> tuple[Json, Books]:
    body = await request.body()
    try:
        given: Any = decode(body) if body else {}
    except msgspec.DecodeError as error:
        raise Refusal(400, {"error": "the body is no JSON"}) from error
    if not isinstance(given, dict):
        raise Refusal(400, {"error": "the body is no object"})
    return given, ledger.books_of(given.pop("organisation", None))


def done(act: Callable[[], Json]) -> Response[bytes]:
    """Carries out an act; what the books refuse is a 409, what they don't hold a 404, what makes no sense a 400."""
    try:
        return json_answer(act())
    except Refused as refused:
        raise Refusal(409, {"error": list(refused.messages)}) from refused
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise Refusal(400, {"error": f"{type(error).__name__}: {error}"}) from error


def missing_answer(_: Asked, missing: Missing) -> Response[bytes]:
    return json_answer({"error": f"{missing} is not in the books"}, 404)


def _date(given: Json, name: str, default: date) -> date:
    return date.fromisoformat(given[name]) if given.get(name) else default


def _amount(given: Json) -> Decimal | None:
    """None for "all"."""
    wanted = given.get("amount", "all")
    return None if wanted == "all" else money(Decimal(str(wanted)))


@post("/control/payments", status_code=200)
async def pay(request: Asked, ledger: TheLedger) -> Response[bytes]:
    """{"invoice", "amount": "all" or "12.50", "date", "account": "bank" | "writeoff" | code, "reference"}"""
    given, books = await read_body(request, ledger)
    now = ledger.clock.now()
    account = str(given.get("account") or "bank")

    def act() -> Json:
        on = _date(given, "date", now.date())
        receipt = Receipt(_amount(given), on, ACCOUNTS.get(account, account), str(given.get("reference") or ""))
        return record_payment(books, str(given["invoice"]), receipt, at=now)

    return done(act)


@delete("/control/payments/{ref:str}", status_code=200)
async def unpay(request: Asked, ledger: TheLedger) -> Response[bytes]:
    books = ledger.books_of(request.query_params.get("organisation"))
    await ledger.aside(books, books.count_payments)
    return done(lambda: delete_payment(books, request.path_params["ref"], at=ledger.clock.now()))


def _new_invoice(given: Json, today: date) -> NewInvoice:
    """{"contact", "amount" before tax or "lines": [[description, quantity, unit]], "date", "due", "number", …}"""
    lines = given.get("lines") or [["Services", "1", given["amount"]]]
    return NewInvoice(
        contact=str(given["contact"]),
        lines=[(str(text), Decimal(str(quantity)), Decimal(str(unit))) for text, quantity, unit in lines],
        issued=_date(given, "date", today),
        due=_date(given, "due", today + timedelta(days=30)),
        number=given.get("number"),
        reference=str(given.get("reference") or ""),
        currency=str(given.get("currency") or "GBP"),
        status=str(given.get("status") or "AUTHORISED"),
        kind=str(given.get("type") or "ACCREC"),
        sent=bool(given.get("sent", True)),
    )


@post("/control/invoices", status_code=200)
async def add_invoice(request: Asked, ledger: TheLedger) -> Response[bytes]:
    given, books = await read_body(request, ledger)
    now = ledger.clock.now()
    return done(lambda: create_invoice(books, _new_invoice(given, now.date()), at=now))


@post("/control/invoices/{ref:str}", status_code=200)
async def change_invoice(request: Asked, ledger: TheLedger) -> Response[bytes]:
    """Fields as on the wire, days as "2026-12-01" or null: the bookkeeper may change what the API may not."""
    given, books = await read_body(request, ledger)

    def act() -> Json:
        changes = {
            k: date.fromisoformat(v) if k in DAYS and isinstance(v, str) and v[:1].isdigit() else v for k, v in given.items()
        }
        return edit_invoice(books, request.path_params["ref"], changes, at=ledger.clock.now())

    return done(act)


@post("/control/invoices/{ref:str}/void", status_code=200)
async def void(request: Asked, ledger: TheLedger) -> Response[bytes]:
    _, books = await read_body(request, ledger)
    return done(lambda: void_invoice(books, request.path_params["ref"], at=ledger.clock.now()))


@post("/control/credits", status_code=200)
async def add_credit(request: Asked, ledger: TheLedger) -> Response[bytes]:
    """A new credit note {"contact", "amount"}, applied at once where {"invoice"} is named."""
    given, books = await read_body(request, ledger)
    now = ledger.clock.now()

    def act() -> Json:
        note = create_credit_note(books, _new_invoice(given, now.date()), at=now)
        ref = given.get("invoice")
        return allocate_credit(books, note["CreditNoteID"], str(ref), None, on=now.date(), at=now) if ref else note

    return done(act)


@post("/control/credits/{ref:str}", status_code=200)
async def apply_credit(request: Asked, ledger: TheLedger) -> Response[bytes]:
    """{"invoice", "amount": "all" or a sum}"""
    given, books = await read_body(request, ledger)
    now = ledger.clock.now()
    on = _date(given, "date", now.date())
    invoice, amount = str(given.get("invoice")), _amount(given)
    return done(lambda: allocate_credit(books, request.path_params["ref"], invoice, amount, on=on, at=now))


@post("/control/contacts", status_code=200)
async def add_contact(request: Asked, ledger: TheLedger) -> Response[bytes]:
    given, books = await read_body(request, ledger)
    return done(lambda: create_contact(books, given, at=ledger.clock.now()))


@post("/control/contacts/{ref:str}", status_code=200)
async def change_contact(request: Asked, ledger: TheLedger) -> Response[bytes]:
    given, books = await read_body(request, ledger)
    return done(lambda: edit_contact(books, request.path_params["ref"], given, at=ledger.clock.now()))


@post("/control/contacts/{ref:str}/archive", status_code=200)
async def archive(request: Asked, ledger: TheLedger) -> Response[bytes]:
    _, books = await read_body(request, ledger)
    return done(lambda: archive_contact(books, request.path_params["ref"], at=ledger.clock.now()))


@post("/control/contacts/{ref:str}/merge", status_code=200)
async def merge(request: Asked, ledger: TheLedger) -> Response[bytes]:
    """{"into"}: the contact that is kept."""
    given, books = await read_body(request, ledger)
    await ledger.aside(books, books.sort_by_contact)
    return done(lambda: merge_contacts(books, request.path_params["ref"], str(given["into"]), at=ledger.clock.now()))


@post("/control/lock", status_code=200)
async def lock(request: Asked, ledger: TheLedger) -> Response[bytes]:
    """{"date": "2026-10-31" or null, "name": "PeriodLockDate" | "EndOfYearLockDate"}"""
    given, books = await read_body(request, ledger)

    def act() -> Json:
        day = date.fromisoformat(given["date"]) if given.get("date") else None
        set_lock_date(books, day, str(given.get("name") or "PeriodLockDate"))
        return books.organisation

    return done(act)


HANDLERS = (
    pay, unpay, add_invoice, change_invoice, void, add_credit, apply_credit, add_contact, change_contact, archive, merge, lock,
)  # fmt: skip
