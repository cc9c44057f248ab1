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

FIELDS = (
    "fault",
    "path",
    "method",
    "after",
    "retry_after",
    "latency_ms",
    "seconds",
    "part",
    "shift",
    "field",
    "value",
    "every",
)


@get("/faults", sync_to_thread=False)
def show(request: Asked, ledger: TheLedger) -> Response[Any]:
    if "application/json" in request.headers.get("accept", ""):
        return json_answer(ledger.faults.report())
    return _page(ledger)


def _page(ledger: Ledger, *, problem: str = "", done: str = "") -> Response[Any]:
    lock = read_day(ledger.organisations[0].organisation.get("PeriodLockDate"))
    told = {"known": FAULTS, "active": ledger.faults.active, "lock": lock.isoformat() if lock else ""}
    return page("faults.html", **told, problem=problem, done=done, status_code=422 if problem else 200)


@post("/faults", status_code=200)
async def change(request: Asked, ledger: TheLedger) -> Response[Any]:
    """JSON switches one fault on, or a list of them; the page's form may also switch off, clear, lock and revoke."""
    if request.content_type[0] == "application/json":
        given = await request.json()
        for wish in given if isinstance(given, list) else [given]:
            _switch_on(ledger, wish)
        return json_answer(ledger.faults.report())
    form = {name: str(value).strip() for name, value in (await request.form()).items()}
    try:
        return _page(ledger, done=_from_page(ledger, form))
    except Refusal as refusal:
        return _page(ledger, problem=str(refusal.body["error"] if isinstance(refusal.body, dict) else refusal.body))


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


def _from_page(ledger: Ledger, form: dict[str, str]) -> str:
    """What was done, in words."""
    wish = form.get("do")
    if wish == "clear":
        ledger.faults.clear()
        return "All faults are switched off."
    if wish == "off":
        ledger.faults.drop(int(form.get("place") or 0), form.get("fault", ""))
        return f"{form.get('fault')} is switched off."
    if wish == "revoke":
        ledger.grants.revoke_client()
        return "All access is revoked: whoever is connected must connect again."
    if wish == "lock":
        _lock(ledger, form.get("lock", ""))
        return f"The books are locked up to and including {form['lock']}." if form.get("lock") else "The books are not locked."
    _switch_on(ledger, {"times": form.get("times") or None, **{name: form[name] for name in FIELDS if form.get(name)}})
    return f"{form.get('fault')} is switched on."


HANDLERS = (show, change, clear)
