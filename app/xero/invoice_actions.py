"""Of single invoices: the PDF as Xero renders it, kept until the invoice changes, and the page on which it is paid."""

from datetime import datetime
from typing import Any

from app.database import fetch, transaction
from app.invoices.tables import CachedPdf, Invoice
from app.outbox.file_actions import keep
from app.outbox.tables import StoredFile
from app.problems import Refused, TryLater
from app.xero import line_actions
from app.xero.answers import Disconnected
from app.xero.connection_actions import connection_of, disconnect
from app.xero.gateway import XeroGateway
from app.xero.line_actions import PDF, Line
from app.xero.listing import ONLINE_INVOICES

LARGEST_PDF = 10_000_000


async def invoice_pdf(
    invoice: Invoice, *, xero: XeroGateway, now: datetime, patience: float = 0.0, spare: int = 0, reserve: int = 0
) -> bytes:
    """Raise TryLater when Xero is away, Refused when there is none or it is over 10 MB. A web request has no patience."""
    kept = await _kept(invoice)
    if kept is not None:
        return kept
    if await fetch("SELECT 1 FROM customer WHERE id = {} AND erased_at IS NOT NULL", int(invoice.customer)):
        raise Refused("The customer of this invoice was erased. Its PDF is in Xero only.")
    line = await _line(int(invoice.organisation), xero, now, patience, spare, reserve)
    try:
        path = f"/Invoices/{invoice.xero_id}"
        content = (await line.ask("GET", path, expects=PDF, largest=LARGEST_PDF)).body
    except Disconnected as reason:
        await disconnect(line.organisation_id, str(reason), now)
        raise
    if not _is_whole(content):
        raise TryLater("Xero's PDF could not be read. It will be tried again.")
    await _keep(invoice, content, now)
    return content


def _is_whole(content: bytes) -> bool:
    """A PDF ends with %%EOF (ISO 32000-1, 7.5.5); one that was cut off would be kept, shown and attached as it is."""
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]


async def _kept(invoice: Invoice) -> bytes | None:
    same = (CachedPdf.invoice == invoice.id) & (CachedPdf.xero_stamp == invoice.xero_stamp)
    cached = await CachedPdf.objects().get(same)
    file = await StoredFile.objects().get(StoredFile.hash == cached.file_hash) if cached else None
    return file.content if file else None


async def _keep(invoice: Invoice, content: bytes, now: datetime) -> None:
    async with transaction():
        digest = await keep(content, PDF, now)
        row = CachedPdf(
            invoice=invoice.id, xero_stamp=invoice.xero_stamp, file_hash=digest, size=len(content), fetched_at=now
        )  # fmt: skip
        values = [CachedPdf.xero_stamp, CachedPdf.file_hash, CachedPdf.size, CachedPdf.fetched_at]
        await CachedPdf.insert(row).on_conflict(target=(CachedPdf.invoice,), action="DO UPDATE", values=values)


async def _line(
    organisation_id: int, xero: XeroGateway, now: datetime, patience: float = 0.0, spare: int = 0, reserve: int = 0
) -> Line:
    connection = await connection_of(organisation_id)
    if connection is None or connection.state != "connected":
        raise TryLater("Not connected to Xero just now.")
    limits: dict[str, Any] = {"patience": patience, "spare": spare, "reserve": reserve}
    return Line(connection, xero, lambda: now, **limits, within=line_actions.WHILE_SOMEBODY_WAITS)


async def online_invoice_url(invoice: Invoice, *, xero: XeroGateway, now: datetime) -> str:
    """Xero's page of this invoice, on which the customer can pay. Raise Refused when there is none, TryLater."""
    if invoice.online_url:
        return str(invoice.online_url)
    line = await _line(int(invoice.organisation), xero, now)
    try:
        page = await line.page(ONLINE_INVOICES, f"/Invoices/{invoice.xero_id}/OnlineInvoice")
    except Disconnected as reason:
        await disconnect(line.organisation_id, str(reason), now)
        raise
    url = next((each.online_invoice_url for each in page.records if each.online_invoice_url), "")
    if not url.startswith(("https://", "http://")):
        raise Refused("Xero has no online page for this invoice.")
    await Invoice.update({Invoice.online_url: url}).where(Invoice.id == invoice.id)
    return url
