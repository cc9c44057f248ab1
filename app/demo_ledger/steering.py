"""The ledger itself under control: its clock, its role, its grants, the count of its calls."""

from datetime import date, datetime, timedelta
from functools import partial

from litestar import Response, delete, get, post

from .answers import Asked, TheLedger, json_answer
from .books import CREDIT_SHELVES, Books
from .control import done, read_body
from .records import Json


@post("/control/settings", status_code=200)
async def change_settings(request: Asked, ledger: TheLedger) -> Response[bytes]:
    """{"role": "INVOICEONLY", "reminders": true, "Organisation": {fields}}: whatever is given is set."""
    given, books = await read_body(request, ledger)
    ledger.role = str(given.get("role") or ledger.role)
    books.reminders_enabled = bool(given.get("reminders", books.reminders_enabled))
    books.organisation.update(given.get("Organisation") or {})
    return json_answer({"role": ledger.role, "reminders": books.reminders_enabled, "Organisation": books.organisation})


@post("/control/clock", status_code=200)
async def move_clock(request: Asked, ledger: TheLedger) -> Response[bytes]:
    """{"now": an instant} or {"advance": seconds}"""
    given, _ = await read_body(request, ledger)

    def act() -> Json:
        if given.get("now"):
            ledger.clock.move_to(datetime.fromisoformat(given["now"]))
        ledger.clock.advance(timedelta(seconds=float(given.get("advance") or 0)))
        return {"now": ledger.clock.now().isoformat()}

    return done(act)


@post("/control/revoke", status_code=200)
async def revoke(request: Asked, ledger: TheLedger) -> Response[bytes]:
    """The person removes the application in Xero: all of them, or {"client_id"}."""
    given, _ = await read_body(request, ledger)
    ledger.grants.revoke_client(given.get("client_id"))
    return json_answer({"revoked": True})


@get("/control/calls", sync_to_thread=False)
def calls(ledger: TheLedger) -> Response[bytes]:
    return json_answer(ledger.calls.report(ledger.limiter.peak_at_once))


@delete("/control/calls", status_code=204, sync_to_thread=False)
def forget_calls(ledger: TheLedger) -> None:
    ledger.calls.clear()
    ledger.limiter.peak_at_once = 0


@get("/control/books")
async def summary(ledger: TheLedger) -> Response[bytes]:
    """Each organisation with the number of its records and what customers owe (pence of the base currency)."""
    today = ledger.clock.today()
    listed = [
        {
            "tenant": books.tenant,
            "name": books.organisation.get("Name"),
            **await ledger.aside(books, partial(_figures, books, today)),
        }
        for books in ledger.organisations
    ]
    return json_answer({"now": ledger.clock.now().isoformat(), "organisations": listed})


def _figures(books: Books, today: date) -> Json:
    sums = books.balances(today).values()
    counted = ("Contacts", "Invoices", *CREDIT_SHELVES)
    return {
        "records": {plural: len(books.shelves[plural]) for plural in counted},
        "outstanding": sum(owed for owed, _ in sums),
        "overdue": sum(overdue for _, overdue in sums),
    }


HANDLERS = (change_settings, move_clock, revoke, calls, forget_calls, summary)
