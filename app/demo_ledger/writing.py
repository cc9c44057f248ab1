"""The writing half of the Accounting API over HTTP."""

from litestar import Response, post, put

from .accounting import ROOT, books_for
from .answers import JSON, Asked, TheLedger
from .ledger import Ledger, check_key
from .posted import Writing, named, read_elements, write_all
from .records import encode
from .refusals import Refusal


async def _write(request: Asked, ledger: Ledger, plural: str, ref: str | None = None) -> Response[bytes]:
    """Reads, checks the Idempotency-Key, writes; refusals are remembered under the key as well."""
    body = await request.body()
    books = books_for(ledger, request)
    if plural == "Payments":
        await ledger.aside(books, books.count_payments)
    writing = Writing(ledger, books, request.scope.get("state", {}).get("fault"))
    key = request.headers.get("idempotency-key", "")
    check_key(key)
    fingerprint = b"%s %s %s" % (request.method.encode(), request.url.path.encode(), body)
    before = ledger.answered.before(key, fingerprint, writing.at) if key else None
    status, answer = before or _written(writing, plural, body, ref, request)
    if key and not before:
        ledger.answered.keep(key, fingerprint, writing.at, status, answer)
    return Response(answer, status_code=status, media_type=JSON)


def _written(writing: Writing, plural: str, body: bytes, ref: str | None, request: Asked) -> tuple[int, bytes]:
    summarise = request.query_params.get("summarizeErrors", "true").lower() != "false"
    try:
        elements = [named(writing.books, plural, element, ref) for element in read_elements(body, plural)]
        return 200, encode(write_all(writing, plural, elements, summarise=summarise))
    except Refusal as refusal:
        if refusal.status != 400:
            raise
        return 400, encode(refusal.body)


@post(f"{ROOT}/Invoices", status_code=200)
async def post_invoices(request: Asked, ledger: TheLedger) -> Response[bytes]:
    return await _write(request, ledger, "Invoices")


@put(f"{ROOT}/Invoices", status_code=200)
async def put_invoices(request: Asked, ledger: TheLedger) -> Response[bytes]:
    return await _write(request, ledger, "Invoices")


@post(f"{ROOT}/Invoices/{{ref:str}}", status_code=200)
async def post_invoice(request: Asked, ledger: TheLedger) -> Response[bytes]:
    return await _write(request, ledger, "Invoices", request.path_params["ref"])


@post(f"{ROOT}/Payments", status_code=200)
async def post_payments(request: Asked, ledger: TheLedger) -> Response[bytes]:
    return await _write(request, ledger, "Payments")


@put(f"{ROOT}/Payments", status_code=200)
async def put_payments(request: Asked, ledger: TheLedger) -> Response[bytes]:
    return await _write(request, ledger, "Payments")


@post(f"{ROOT}/Payments/{{ref:str}}", status_code=200)
async def post_payment(request: Asked, ledger: TheLedger) -> Response[bytes]:
    return await _write(request, ledger, "Payments", request.path_params["ref"])


HANDLERS = (post_invoices, put_invoices, post_invoice, post_payments, put_payments, post_payment)
