"""The customer's online invoice, on which it can be paid in full or in part."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from uuid import UUID

from litestar import Response, get, post

from .answers import Asked, TheLedger
from .books import Books
from .ledger import Ledger
from .pages import page
from .receipts import Receipt, record_payment
from .records import Json, money, read_day
from .refusals import Missing, Refused, not_found

CARD_CODE = "091"


def online_address(base: str, books: Books, invoice: Json) -> str:
    return f"{base.rstrip('/')}/online/{online_token(books, str(invoice['InvoiceID']))}"


def online_token(books: Books, invoice_id: str) -> str:
    """The invoice's identifier with a mark of these books, so that nobody walks from one invoice to the next."""
    raw = UUID(invoice_id).bytes
    mark = hmac.digest(books.tenant.encode(), raw, "sha256")[:12]
    return urlsafe_b64encode(raw + mark).rstrip(b"=").decode()


def _invoice_behind(ledger: Ledger, token: str) -> tuple[Books, Json]:
    try:
        invoice_id = str(UUID(bytes=urlsafe_b64decode(token + "==")[:16]))
    except (ValueError, NotBase64) as error:
        raise not_found() from error
    for books in ledger.organisations:
        place = books.invoices.find(invoice_id)
        if place is not None and hmac.compare_digest(online_token(books, invoice_id), token):
            return books, books.invoices.get(place)
    raise not_found()


@get("/online/{token:str}", sync_to_thread=False)
def show(request: Asked, ledger: TheLedger) -> Response[str]:
    return _page(*_invoice_behind(ledger, request.path_params["token"]))


@post("/online/{token:str}", status_code=200)
async def pay(request: Asked, ledger: TheLedger) -> Response[str]:
    """Books what was entered as a card payment of today."""
    books, invoice = _invoice_behind(ledger, request.path_params["token"])
    form = await request.form()
    amount = money(str(form.get("amount") or "").replace(",", "").strip())
    now = ledger.clock.now()
    try:
        record_payment(books, invoice["InvoiceID"], Receipt(amount, now.date(), CARD_CODE, "Paid online"), at=now)
    except (Refused, Missing) as error:
        return _page(books, invoice, problem=str(error))
    return _page(*_invoice_behind(ledger, request.path_params["token"]), paid=f"{amount:,}")


def _page(books: Books, invoice: Json, *, problem: str = "", paid: str = "") -> Response[str]:
    due = read_day(invoice.get("DueDate"))
    facts = {
        "organisation": books.organisation.get("Name"),
        "number": invoice.get("InvoiceNumber"),
        "customer": (invoice.get("Contact") or {}).get("Name"),
        "currency": invoice.get("CurrencyCode"),
        "due": f"{due.day} {due:%B %Y}" if due else "",
        "total": f"{money(invoice.get('Total')):,}",
        "outstanding": f"{money(invoice.get('AmountDue')):,}",
        "payable": invoice.get("Status") == "AUTHORISED",
        "amount": f"{money(invoice.get('AmountDue'))}",
        "status": invoice.get("Status"),
    }
    return page("online.html", **facts, problem=problem, paid=paid, status_code=422 if problem else 200)


HANDLERS = (show, pay)
