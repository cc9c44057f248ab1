"""The control page for faults, and the same as JSON."""

from datetime import date
from typing import Any

import msgspec
from litestar import Response, delete, get, post

from .answers import Asked, TheLedger, json_answer
from .faults import FAULTS, Fault
from .invoicing import set_lock_date
from .ledger import Ledger
from .pages import page
from .records import read_day
from .refusals import Refusal

NUMBERS = ("times", "retry_after", "latency_ms")


@get("/faults", sync_to_thread=False)
def show(request: Asked, ledger: TheLedger) -> Response[Any]:
    if "application/json" in request.headers.get("accept", ""):
        return json_answer(ledger.faults.report())
    return _page(ledger)


def _page(ledger: Ledger) -> Response[Any]:
    lock = read_day(ledger.organisations[0].organisation.get("PeriodLockDate"))
    return page("faults.html", known=FAULTS, active=ledger.faults.active, lock=lock.isoformat() if lock else "")


@post("/faults", status_code=200)
async def change(request: Asked, ledger: TheLedger) -> Response[Any]:
    """JSON switches one fault on, or a list of them; the page's form may also clear, lock and revoke."""
    if request.content_type[0] == "application/json":
        given = await request.json()
        for wish in given if isinstance(given, list) else [given]:
            _switch_on(ledger, wish)
        return json_answer(ledger.faults.report())
    form = await request.form()
    _from_page(ledger, {name: str(form.get(name) or "") for name in ("do", "fault", "path", "lock", *NUMBERS)})
    return _page(ledger)


@delete("/faults", status_code=204, sync_to_thread=False)
def clear(ledger: TheLedger) -> None:
    ledger.faults.clear()


def _switch_on(ledger: Ledger, wish: Any) -> None:
    """`lock` and `revoked` happen in the books at once; everything else waits for its request."""
    name = wish.get("fault") if isinstance(wish, dict) else None
    if name == "revoked":
        ledger.grants.revoke_client()
    elif name == "lock":
        _lock(ledger, str(wish.get("date") or wish.get("value") or ledger.clock.today()))
    else:
        try:
            ledger.faults.add(msgspec.convert(wish, Fault, strict=False))
        except (msgspec.ValidationError, ValueError) as error:
            raise Refusal(400, {"error": str(error)}) from error


def _lock(ledger: Ledger, text: str) -> None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refusal(400, {"error": f"no date: {text}"}) from error
    for books in ledger.organisations:
        set_lock_date(books, day)


def _from_page(ledger: Ledger, form: dict[str, str]) -> None:
    if form["do"] == "clear":
        ledger.faults.clear()
    elif form["do"] == "revoke":
        ledger.grants.revoke_client()
    elif form["do"] == "lock":
        _lock(ledger, form["lock"])
    else:
        wish: dict[str, Any] = {name: int(form[name]) for name in NUMBERS if form[name].isdigit()}
        _switch_on(ledger, {"times": None, **wish, "fault": form["fault"], "path": form["path"]})


HANDLERS = (show, change, clear)
