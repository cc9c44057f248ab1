"""The weekly look at everything that is open: Xero does not stamp every change (XERO.md, UpdatedDateUTC gaps), so a delta
alone may miss a moved due date or a sent mark."""

from datetime import timedelta

from app.database import fetch
from app.xero.listing import INVOICES
from app.xero.reading_actions import Reading
from app.xero.sync_actions import Work, cursor_of, read_invoices, take_invoices

WEEKLY = timedelta(days=7)


async def sweep_is_due(work: Work) -> bool:
    row = await cursor_of(work.organisation_id, INVOICES.name)
    return row.swept_at is None or work.now() - row.swept_at > WEEKLY


async def sweep(work: Work) -> None:
    """Read all open invoices; then, one by one, ours that are open and were not among them."""
    work.begin("Comparing all open invoices")
    params = {"where": 'Type=="ACCREC"', "Statuses": "AUTHORISED", "order": "InvoiceID ASC"}
    seen: set[str] = set()
    async for page, _ in Reading(work.line, INVOICES, params, 0).pages():
        seen |= {(each.invoice_id or "").lower() for each in page.records}
        await work.count(INVOICES.name, page, await take_invoices(work, page, None, work.intake()))
    open_here = await fetch(
        "SELECT xero_id FROM invoice WHERE organisation = {} AND is_open", work.organisation_id
    )  # fmt: skip
    await read_invoices(work, sorted({row["xero_id"] for row in open_here} - seen))
    await swept(work)


async def swept(work: Work) -> None:
    row = await cursor_of(work.organisation_id, INVOICES.name)
    row.swept_at = work.now()
    await row.save()
