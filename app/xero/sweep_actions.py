"""The weekly look at everything that is open, invoices and credits: Xero does not stamp every change (XERO.md,
UpdatedDateUTC gaps), so a delta alone may miss a moved due date or a sent mark."""

from datetime import timedelta
from typing import Any

from app.database import fetch
from app.xero.again_actions import read_credits
from app.xero.decide import KINDS
from app.xero.fingerprints import Fingerprints
from app.xero.listing import CREDITS, INVOICES, Resource
from app.xero.reading_actions import Reading
from app.xero.sync_actions import Work, cursor_of, read_invoices, take_credits, take_invoices
from app.xero.wire import Credit

WEEKLY = timedelta(days=7)


async def sweep_is_due(work: Work) -> bool:
    row = await cursor_of(work.organisation_id, INVOICES.name)
    return row.swept_at is None or work.now() - row.swept_at > WEEKLY


async def sweep(work: Work) -> None:
    """Read all open invoices and credits; then, by id, ours that are open and were not among them."""
    work.begin("Comparing all open invoices")
    await _sweep_invoices(work)
    for resource in CREDITS:
        await _sweep_credits(work, resource)
    await swept(work)


async def _sweep_invoices(work: Work) -> None:
    params = {"where": 'Type=="ACCREC"', "Statuses": "AUTHORISED", "order": "InvoiceID ASC"}
    seen = Fingerprints()
    async for page, _ in Reading(work.line, INVOICES, params, 0).pages():
        seen.add(hash((each.invoice_id or "").lower()) for each in page.records)
        await work.count(INVOICES.name, page, await take_invoices(work, page, None, work.intake()))
    missing, after = list[str](), 0
    while here := await _open_here(work.organisation_id, after):
        missing += seen.lacks(row["xero_id"] for row in here)
        after = here[-1]["id"]
    await read_invoices(work, sorted(missing))


async def _open_here(organisation_id: int, after: int) -> list[dict[str, Any]]:
    """Some thousands of our open invoices at a time: there may be hundreds of thousands."""
    query = "SELECT id, xero_id FROM invoice WHERE organisation = {} AND is_open AND id > {} ORDER BY id LIMIT 5000"
    return await fetch(query, organisation_id, after)


async def _sweep_credits(work: Work, resource: Resource[Credit]) -> None:
    params = {"where": 'Status=="AUTHORISED"', "order": "UpdatedDateUTC ASC"}
    seen: set[str] = set()
    async for page, _ in Reading(work.line, resource, params, 0).pages():
        seen |= {_id_of(each) for each in page.records}
        await work.count("credits", page, await take_credits(work, resource, page, None, work.intake()))
    usable_here = await fetch(
        "SELECT xero_id FROM credit WHERE organisation = {} AND kind = {} AND remaining > 0",
        work.organisation_id,
        KINDS[resource.name],
    )
    await read_credits(work, resource, sorted({row["xero_id"] for row in usable_here} - seen))


def _id_of(credit: Credit) -> str:
    return (credit.credit_note_id or credit.prepayment_id or credit.overpayment_id or "").lower()


async def swept(work: Work) -> None:
    row = await cursor_of(work.organisation_id, INVOICES.name)
    row.swept_at = work.now()
    await row.save()
